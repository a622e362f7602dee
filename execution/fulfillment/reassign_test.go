package fulfillment_test

import (
	"slices"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

// sources lists where a line's stock comes from, each "place lot quantity picked reason".
func (s *shop) sources(o *order.Order, line int) string {
	s.t.Helper()
	var all []string
	if some := s.order(o.ID).Lines[line].Sources; some != nil {
		for _, from := range *some {
			place := map[string]string{s.north: "north", s.south: "south"}[from.LocationID]
			all = append(all, strings.Join(strings.Fields(strings.Join([]string{place, from.Lot, from.Quantity.String(), from.Picked.String(), from.Reason}, " ")), " "))
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (s *shop) comesFrom(o *order.Order, line int, want string) {
	s.t.Helper()
	if got := s.sources(o, line); got != want {
		s.t.Errorf("line %d comes from %q, want %q", line, got, want)
	}
}

func units(n int) *money.Quantity { q := money.Quantity(n) * 1000; return &q }

func (s *shop) move(o *order.Order, lines ...order.MoveLine) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.move_stock", order.MoveStockIn{ID: o.ID, Lines: lines})
}

func (s *shop) reassign(f *fulfillment.Fulfillment, to string, lines ...fulfillment.PackLine) *fulfillment.Fulfillment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.reassign", fulfillment.ReassignIn{ID: f.ID, LocationID: to, Lines: lines})
}

// Spec: 1.2.6, 1.3.10
func TestAnOrderIsPlacedMovedPickedInPartMovedAgainAndShippedFromBothPlaces(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("MUG", 5))) // all from the north
		s.comesFrom(o, 0, "north 5 0 whole")
		mug, north := o.Lines[0].ID, s.owed(o, s.north)
		if north.Reason != "whole" {
			t.Errorf("the north was chosen for %q", north.Reason)
		}
		s.move(o, order.MoveLine{LineID: mug, Quantity: units(2), LocationID: s.south})
		s.comesFrom(o, 0, "north 3 0 whole, south 2 0 staff")
		south := s.owed(o, s.south)
		if south.Status != "open" || south.Reason != "staff" || south.Lines[0].Quantity != 2_000 {
			t.Errorf("the south owes %+v of %+v", south.Lines[0].LineFacts, south.Facts)
		}
		s.sound()

		s.pick(south, 1)
		s.pick(north, 1)
		s.comesFrom(o, 0, "north 3 1 whole, south 2 1 staff")
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: mug, Quantity: units(3), LocationID: s.south}}}, "/lines/0/quantity quantity_exceeds_reserved")
		north = s.reassign(north, s.south) // the two that are not picked
		if north.Status != "in_progress" || north.Lines[0].Canceled != 4_000 {
			t.Errorf("the north owes %+v and is %s", north.Lines[0].LineFacts, north.Status)
		}
		s.comesFrom(o, 0, "north 1 1 whole, south 4 1 staff")
		s.ledgers(o, "reserved 3 picked 2")
		s.sound()
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south}, "transition_not_allowed")

		s.ship(o, fulfillment.ShipIn{LocationID: s.north})
		if got := s.ship(o, fulfillment.ShipIn{}); got.Status != "shipped" || got.Lines[0].Sources != nil {
			t.Errorf("the order is %s, its line comes from %v", got.Status, got.Lines[0].Sources)
		}
		s.ledgers(o, "shipped 5")
		s.sound()
		for at, want := range map[string]int64{s.north: 4_000, s.south: 16_000} {
			if got := s.Count(`SELECT s.on_hand FROM stock s JOIN variants v ON v.id = s.variant_id WHERE v.sku = 'MUG' AND s.location_id = $1 AND s.reserved = 0`, at); got != want {
				t.Errorf("%s has %d mugs, want %d", at, got, want)
			}
		}
		s.happened(o.ID, "order.placed", "order.released", "order.stock_moved", "order.picked", "order.picked", "order.stock_moved", "order.shipped", "order.picked", "order.shipped")
	})
}

func TestWorkThatMovesBackIsDoneByWhoDidItBefore(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("MUG", 4), line("TEA", 1)) // planned, in the north
		mug := o.Lines[0].ID
		north := s.owed(o, s.north)
		s.reassign(north, s.south, fulfillment.PackLine{LineID: mug, Quantity: 4_000})
		if south := s.owed(o, s.south); south.Status != "planned" {
			t.Errorf("what is not released is %s", south.Status)
		}
		s.happened(s.owed(o, s.south).ID, "fulfillment.planned")
		s.happened(north.ID, "fulfillment.planned", "fulfillment.changed")
		s.move(o, order.MoveLine{LineID: mug, LocationID: s.north})
		if south := s.owed(o, s.south); south.Status != "canceled" {
			t.Errorf("the south has nothing to do and is %s", south.Status)
		}
		s.comesFrom(o, 0, "north 4 0 staff")
		s.sound()
		o = s.release(o)
		s.happened(north.ID, "fulfillment.planned", "fulfillment.changed", "fulfillment.changed", "fulfillment.opened")
		s.reassign(s.owed(o, s.north), s.south, fulfillment.PackLine{LineID: mug, Quantity: 1_000})
		if south := s.owed(o, s.south); south.Status != "open" || south.Lines[0].Quantity != 5_000 || south.Lines[0].Canceled != 4_000 {
			t.Errorf("the south owes %+v and is %s", south.Lines[0].LineFacts, south.Status)
		}
		s.sound()

		// A hold keeps its say, and what is canceled goes from both.
		h := tradetest.Do[*order.Order](s.Shop, "order.hold", order.HoldIn{ID: o.ID, Kind: "fraud", Reason: "x"})
		s.Refused("fulfillment.pick", picks(s.owed(o, s.south), 1), "order_held")
		tradetest.Do[*order.Order](s.Shop, "order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: h.Holds[0].ID})
		s.pick(s.owed(o, s.south), 1)
		tradetest.Do[*order.Order](s.Shop, "order.cancel", order.CancelIn{ID: o.ID, Reason: "customer"})
		s.ledgers(o, "canceled 3 picked 1", "canceled 1")
		s.comesFrom(o, 0, "south 1 1 staff")
		s.sound()
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: mug, LocationID: s.north}}}, "nothing_reserved")
	})
}

func TestTooLittleStockElsewhereChangesNothingAndNamesWhereSomeIs(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 3), line("MUG", 5)))
		tea, mug := o.Lines[0].ID, o.Lines[1].ID
		north := s.owed(o, s.north)
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south}, "/location_id stock_insufficient")
		_, err := s.Try("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: tea, Quantity: units(2), LocationID: s.south}, {LineID: mug, LocationID: s.south}}})
		p := problem.As(err)
		if p == nil || len(p.Faults) != 1 || p.Faults[0].Pointer != "/lines/0/location_id" || p.Faults[0].Detail != "0 of TEA is free at south, not 2; north has 7" || !slices.Equal(p.Faults[0].Allowed, []string{s.north}) {
			t.Fatalf("refused with %+v", p)
		}
		if free, _ := p.Extra["locations"].([]inventory.Free); !slices.Equal(free, []inventory.Free{{SKU: "TEA", LocationID: s.north, LocationCode: "north", Available: 7_000}}) {
			t.Errorf("machines are told %+v", p.Extra)
		}
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{
			{LineID: "oli_none", LocationID: s.south}, {LineID: tea, LocationID: "loc_none"}, {LineID: mug, Quantity: units(0), LocationID: s.south}, {LineID: mug, LocationID: s.north}, {LineID: mug, Quantity: units(6), LocationID: s.south}}},
			"/lines/0/line_id not_found", "/lines/1/location_id not_found", "/lines/2/quantity amount_out_of_range", "/lines/3/line_id quantity_exceeds_reserved", "/lines/4/quantity quantity_exceeds_reserved")
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.north}, "/location_id value_invalid")
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south, Lines: []fulfillment.PackLine{{LineID: "oli_none", Quantity: 1_000}}}, "/lines/0/line_id not_found")
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south, Lines: []fulfillment.PackLine{{LineID: mug, Quantity: 6_000}}}, "/lines/0/quantity quantity_exceeds_reserved")
		s.comesFrom(o, 0, "north 3 0 whole")
		s.sound()
	})
}

// Spec: 1.3.10
func TestStaffPinALotAndTwoLinesSwapTheirPlaces(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("WINE", 2), line("WINE", 3)) // all there is: 2 of one lot, 3 of the other
		one, other := o.Lines[0].ID, o.Lines[1].ID
		before := [2]string{s.sources(o, 0), s.sources(o, 1)}
		lot := strings.Fields(before[0])[1]
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: other, Quantity: units(1), LocationID: s.north, Lot: lot}}}, "/lines/0/location_id stock_insufficient")
		another := map[string]string{"L1": "L2", "L2": "L1"}[lot]
		swap := []order.MoveLine{{LineID: one, Quantity: units(1), LocationID: s.north, Lot: another}, {LineID: other, Quantity: units(1), LocationID: s.north, Lot: lot, FromLot: another}}
		s.move(o, swap...)
		if a, b := s.sources(o, 0), s.sources(o, 1); !strings.Contains(a, "north "+another+" 1 0 staff") || !strings.Contains(b, "north "+lot+" 1 0 staff") {
			t.Errorf("from %q to %q and %q", before, a, b)
		}
		s.sound()
		for _, f := range s.owed(o, s.north).Lines {
			if f.Canceled != 0 || len(f.Lots) == 0 {
				t.Errorf("the location owes %+v", f)
			}
		}
		events := s.Events(o.ID)
		if last := events[len(events)-1]; !strings.Contains(last, `"moved":[{"from":{"location_id":"`+s.north+`","lot_id":"lot_`) || !strings.Contains(last, `"quantity":1000`) {
			t.Errorf("the event is %s", last)
		}
	})
}

// Spec: 1.2.6
func TestStaffOfALocationGiveWorkToLocationsThatTheyMaySee(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("MUG", 3)))
		north := s.owed(o, s.north)
		s.Actor.Scope = auth.Scope{Locations: []string{s.north}}
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south}, "/location_id not_found")
		s.Refused("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: o.Lines[0].ID, LocationID: s.north}}}, "not_found")
		s.Actor.Scope.Locations = []string{s.south}
		s.Refused("fulfillment.reassign", fulfillment.ReassignIn{ID: north.ID, LocationID: s.south}, "not_found")
		s.Actor.Scope.Locations = []string{s.north, s.south}
		s.reassign(north, s.south)
		s.Actor.Scope = auth.Scope{}
		s.comesFrom(o, 0, "south 3 0 staff")
		s.sound()
	})
}

func TestAShipmentIsTakenApartAndItsGoodsGoElsewhere(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("MUG", 4), line("TEA", 1)))
		f := s.pick(s.owed(o, s.north), 3, 1)
		kept, first := s.pack(f, 1, 0), s.pack(f, 2, 1)
		first = tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.label", fulfillment.LabelIn{ID: first.ID, Label: fulfillment.Label{Carrier: "van"}})
		s.Refused("fulfillment.unpick", picks(f, 1), "transition_not_allowed") // all is in packages
		first = tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.unpack", fulfillment.UnpackIn{ID: first.ID})
		if first.Status != "unpacked" || first.UnpackedAt == 0 || len(first.Packages) != 1 {
			t.Errorf("taken apart it is %+v", first)
		}
		s.sound()
		for _, name := range []string{"shipment.unpack", "shipment.label", "shipment.dispatch", "shipment.deliver"} {
			if a := action(tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.get", fulfillment.GetIn{ID: first.ID}).Actions, name); a.Allowed || a.Code != "transition_not_allowed" {
				t.Errorf("actions say %+v", a)
			}
		}
		s.Refused("shipment.dispatch", fulfillment.DispatchIn{ID: first.ID}, "transition_not_allowed")
		s.Refused("shipment.unpack", fulfillment.UnpackIn{ID: first.ID}, "transition_not_allowed")
		f = s.owed(o, s.north)
		if l := f.Lines[0]; l.Picked != 3_000 || l.Packed != 1_000 || f.Status != "in_progress" {
			t.Errorf("the north has %+v and is %s", l.LineFacts, f.Status)
		}
		tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.unpick", picks(f, 2))
		s.move(o, order.MoveLine{LineID: o.Lines[0].ID, LocationID: s.south})
		s.sound()
		s.dispatch(kept)
		s.Refused("shipment.unpack", fulfillment.UnpackIn{ID: kept.ID}, "transition_not_allowed")
		s.ship(o, fulfillment.ShipIn{LocationID: s.north})
		if got := s.ship(o, fulfillment.ShipIn{}); got.Status != "shipped" {
			t.Errorf("the order is %s", got.Status)
		}
		s.ledgers(o, "shipped 4", "shipped 1")
		s.sound()
		s.happened(first.ID, "shipment.packed", "shipment.labeled", "shipment.unpacked")
	})
}
