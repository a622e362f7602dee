package fulfillment_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

func TestAnOrderGoesStepByStepFromTheShelfToTheDoor(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 3))
		f := s.owed(o, s.north)
		if f.Status != "planned" || f.Lines[0].Quantity != 3_000 || f.Lines[0].SKU != "TEA" || f.OrderNumber != o.Number {
			t.Errorf("planned as %+v", f)
		}
		s.happened(f.ID, "fulfillment.planned")
		s.Wrote(f.ID, []string{"1 fulfillment.planned", `"status":"planned"`, `"location_id":"` + s.north + `"`, `"` + f.Lines[0].LineID + `":{`, `"quantity":3000`})
		s.Refused("fulfillment.pick", picks(f, 1), "transition_not_allowed")

		if o = s.release(o); o.Status != "processing" {
			t.Errorf("a released order is %s", o.Status)
		}
		if f = s.owed(o, s.north); f.Status != "open" || f.ReleasedAt == 0 {
			t.Errorf("released as %+v", f.Facts)
		}
		if f = s.pick(f, 2); f.Status != "in_progress" {
			t.Errorf("picked: %s", f.Status)
		}
		s.ledgers(o, "reserved 1 picked 2")
		f = tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.unpick", picks(f, 1))
		s.ledgers(o, "reserved 2 picked 1")
		s.sound()
		f = s.pick(f, 2)
		p := s.pack(f, 2)
		if p.Status != "packed" || len(p.Packages) != 1 || p.Packages[0].WeightGrams != 500 || p.Packages[0].Lines[0].Quantity != 2_000 {
			t.Errorf("packed as %+v", p)
		}
		s.Refused("fulfillment.unpick", picks(f, 2), "/lines/0/quantity quantity_exceeds_picked")
		p = tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.label", fulfillment.LabelIn{ID: p.ID, Label: fulfillment.Label{Carrier: "royal_mail", TrackingNumber: "RM1GB"}})
		if p = s.dispatch(p); p.Status != "in_transit" || p.ShippedAt == 0 {
			t.Errorf("dispatched as %+v", p.ShipmentFacts)
		}
		s.ledgers(o, "picked 1 shipped 2")
		s.sound()
		s.Refused("shipment.dispatch", fulfillment.DispatchIn{ID: p.ID}, "transition_not_allowed")
		s.Refused("shipment.label", fulfillment.LabelIn{ID: p.ID, Label: fulfillment.Label{Carrier: "dhl"}}, "transition_not_allowed")
		last := s.dispatch(s.pack(f, 1))
		if f = s.owed(o, s.north); f.Status != "closed" || len(f.Shipments) != 2 {
			t.Errorf("closed as %+v", f.Facts)
		}
		for _, id := range []string{p.ID, last.ID} {
			tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.deliver", fulfillment.DeliverIn{ID: id, Place: "Leeds"})
		}
		if o = s.order(o.ID); o.Status != "delivered" || o.FulfillmentStatus != "delivered" {
			t.Errorf("the order is %s, %s", o.Status, o.FulfillmentStatus)
		}
		s.ledgers(o, "shipped 3 delivered 3")
		s.Refused("shipment.deliver", fulfillment.DeliverIn{ID: p.ID}, "transition_not_allowed")
		s.sound()

		s.happened(o.ID, "order.placed", "order.released", "order.picked", "order.unpicked", "order.picked", "order.shipped", "order.shipped", "order.tracked", "order.tracked")
		s.happened(f.ID, "fulfillment.planned", "fulfillment.opened", "fulfillment.picked", "fulfillment.unpicked", "fulfillment.picked", "fulfillment.packed", "fulfillment.shipped", "fulfillment.packed", "fulfillment.shipped")
		s.Wrote(p.ID,
			[]string{"1 shipment.packed", `"status":"packed"`, `"weight_grams":500`, `"number":"SH-`, `"` + f.Lines[0].LineID + `":2000`},
			[]string{"2 shipment.labeled", `"carrier":"royal_mail"`, `"tracking_number":"RM1GB"`, `"status":"labeled"`},
			[]string{"3 shipment.dispatched", `"status":"in_transit"`, `"shipped_at":`},
			[]string{"4 shipment.delivered", `"status":"delivered"`, `"code":"delivered"`, `"delivered_at":`})
		for _, body := range s.Events(p.ID) {
			if strings.Contains(body, "Leeds") {
				t.Errorf("the event tells a place: %s", body)
			}
		}
	})
}

func TestPlanningCostsTwoInsertsPerLocationHoweverLargeTheOrder(t *testing.T) {
	var mu sync.Mutex
	var sent []string
	record := func(trip []db.Recorded) {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range trip {
			if strings.Contains(r.Text, "fulfillment_orders") || strings.Contains(r.Text, "fulfillment_lines") {
				sent = append(sent, r.Text)
			}
		}
	}
	dbtest.Each(t, db.Options{Record: record}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		sent = nil
		o := s.place(line("TEA", 2), line("MUG", 8), line("WINE", 4), line("GUIDE", 1)) // two locations, two lots
		if len(sent) != 4 || strings.Count(strings.Join(sent, "\n"), "INSERT INTO fulfillment_orders") != 2 {
			t.Errorf("planning sent %q", sent)
		}
		if north, south := s.owed(o, s.north), s.owed(o, s.south); len(north.Lines) != 3 || len(south.Lines) != 1 || north.Lines[2].Quantity != 4_000 {
			t.Errorf("planned are %+v and %+v", north, south)
		}
		s.sound()
	})
}

// Spec: 1.2.6
func TestAnOrderShipsInPartsOverTwoLocations(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 2), line("MUG", 8)) // north has 10 and 5, south 0 and 20
		s.Refused("order.ship", fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "van"}}, "/location_id field_required")
		mugs := o.Lines[1].ID
		s.ship(o, fulfillment.ShipIn{LocationID: s.north, Label: fulfillment.Label{}, Lines: []fulfillment.PackLine{{LineID: mugs, Quantity: 3_000}}})
		s.ledgers(o, "reserved 2", "reserved 5 shipped 3")
		s.sound()
		if f := s.owed(o, s.north); f.Status != "incomplete" {
			t.Errorf("north is %s", f.Status)
		}
		if f := s.owed(o, s.south); f.Status != "open" || f.Lines[0].Quantity != 3_000 {
			t.Errorf("south is %+v", f)
		}
		s.ship(o, fulfillment.ShipIn{LocationID: s.south})
		if got := s.ship(o, fulfillment.ShipIn{}); got.Status != "shipped" { // north alone has something left
			t.Errorf("the order is %s", got.Status)
		}
		s.ledgers(o, "shipped 2", "shipped 8")
		s.sound()
		for at, want := range map[string]int64{s.north: 0, s.south: 17_000} {
			if got := s.Count(`SELECT s.on_hand FROM stock s JOIN variants v ON v.id = s.variant_id WHERE v.sku = 'MUG' AND s.location_id = $1`, at); got != want {
				t.Errorf("%s has %d mugs, want %d", at, got, want)
			}
		}
		all := tradetest.Do[query.Rows[*fulfillment.Shipment]](s.Shop, "shipment.list", query.Input{Filter: "order:" + o.ID + " channel:" + s.channel})
		if len(all.Items) != 3 || len(all.Items[0].Packages) != 1 || len(all.Items[0].Packages[0].Lines) == 0 {
			t.Errorf("the list has %+v", all.Items)
		}
		s.Refused("order.ship", fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "van"}}, "nothing_reserved")
	})
}

func TestShippingInOneGoWritesTheEventsOfTheSteps(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 2))
		s.ship(o, fulfillment.ShipIn{WeightGrams: 300, Label: fulfillment.Label{TrackingNumber: "AB-1"}})
		s.happened(o.ID, "order.placed", "order.released", "order.picked", "order.shipped")
		f := s.owed(o, s.north)
		s.happened(f.ID, "fulfillment.planned", "fulfillment.opened", "fulfillment.picked", "fulfillment.packed", "fulfillment.shipped")
		s.happened(f.Shipments[0].ID, "shipment.packed", "shipment.labeled", "shipment.dispatched")
		found := tradetest.Do[query.Rows[*fulfillment.Shipment]](s.Shop, "shipment.list", query.Input{Filter: "tracking:ab status:in_transit"})
		if len(found.Items) != 1 || found.Items[0].TrackingNumber != "AB-1" || found.Items[0].Packages[0].WeightGrams != 300 {
			t.Errorf("found %+v", found.Items)
		}
		s.sound()
	})
}

func TestShippingInOneGoUsesWhatIsPickedAlready(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 5)))
		f := s.pick(s.owed(o, s.north), 2)
		id := f.Lines[0].LineID
		in := fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "van"}}
		in.Lines = []fulfillment.PackLine{{LineID: id, Quantity: 3_000}, {LineID: id, Quantity: 3_000}, {LineID: "oli_none", Quantity: 1_000}, {LineID: id}}
		s.Refused("order.ship", in, "/lines/1/quantity quantity_exceeds_reserved", "/lines/2/line_id not_found", "/lines/3/quantity amount_out_of_range")
		in.Lines = []fulfillment.PackLine{{LineID: id, Quantity: 1_000}, {LineID: id, Quantity: 2_000}, {LineID: id, Quantity: 1_000}}
		s.ship(o, in)
		s.ledgers(o, "reserved 1 shipped 4")
		s.sound()
	})
}

// Spec: 1.1.7
func TestAHoldBlocksItsCommands(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 2))
		hold := func(kind string) string {
			held := tradetest.Do[*order.Order](s.Shop, "order.hold", order.HoldIn{ID: o.ID, Kind: kind, Reason: "checked"})
			return held.Holds[len(held.Holds)-1].ID
		}
		lift := func(id string) {
			tradetest.Do[*order.Order](s.Shop, "order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: id})
		}
		h := hold("approval")
		s.Refused("order.release", order.ReleaseIn{ID: o.ID}, "order_held")
		s.Refused("order.ship", fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "van"}}, "order_held")
		lift(h)
		f := s.owed(s.release(o), s.north)
		h = hold("fraud")
		s.Refused("fulfillment.pick", picks(f, 1), "order_held")
		if a := action(tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.get", fulfillment.GetIn{ID: f.ID}).Actions, "fulfillment.pick"); a.Allowed || a.Code != "order_held" {
			t.Errorf("actions say %+v", a)
		}
		lift(h)
		p := s.pack(s.pick(f, 2), 2)
		h = hold("address")
		s.Refused("shipment.dispatch", fulfillment.DispatchIn{ID: p.ID}, "order_held")
		_, err := s.Try("shipment.deliver", fulfillment.DeliverIn{ID: p.ID})
		if want := "transition_not_allowed: shipment " + p.Number + " is packed and held (address): it has not left"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		lift(h)
		s.dispatch(p)
		s.sound()
	})
}

func action(all []command.Action, name string) command.Action {
	i := slices.IndexFunc(all, func(a command.Action) bool { return a.Name == name })
	if i < 0 {
		return command.Action{Name: "missing"}
	}
	return all[i]
}

func TestReleaseNamesEveryFault(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		two := order.Agreement{ChannelID: s.channel, Deliveries: make([]order.DeliveryIn, 3), Lines: []order.LineIn{line("TEA", 1), line("MUG", 1), line("GUIDE", 1)}}
		two.Lines[1].Delivery, two.Lines[2].Delivery = 1, 2
		for i := range two.Deliveries {
			two.Deliveries[i].Address = &customer.Address{Contact: customer.Contact{Name: "Ada Byron"}, Street: "1 High Street", City: "Leeds", Postcode: "LS1 1AA", Country: "GB"}
		}
		o := tradetest.Do[*order.Order](s.Shop, "order.place", order.PlaceIn{Agreement: two})
		tradetest.Do[*order.Order](s.Shop, "order.release", order.ReleaseIn{ID: o.ID, Deliveries: []string{o.Deliveries[0].ID}})
		s.Refused("order.release", order.ReleaseIn{ID: o.ID, Deliveries: []string{o.Deliveries[0].ID, o.Deliveries[2].ID, "dlv_none"}},
			"/delivery_ids/0 already_released", "/delivery_ids/1 nothing_reserved", "/delivery_ids/2 not_found")
		open := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.list", query.Input{Filter: "order:" + o.ID + " status:open"})
		if len(open.Items) != 1 || open.Items[0].DeliveryID != o.Deliveries[0].ID {
			t.Errorf("open are %+v", open.Items)
		}
		s.Refused("order.ship", fulfillment.ShipIn{ID: o.ID, LocationID: s.north, Label: fulfillment.Label{Carrier: "van"}}, "/delivery_id field_required")
		s.Refused("order.ship", fulfillment.ShipIn{ID: o.ID, Label: fulfillment.Label{Carrier: "van"}}, "/delivery_id field_required") // all of it is at one location
		s.release(o)
		s.Refused("order.release", order.ReleaseIn{ID: o.ID}, "already_released")
		s.ship(o, fulfillment.ShipIn{DeliveryID: o.Deliveries[1].ID})
		s.ledgers(o, "reserved 1", "shipped 1", "open 1")
		s.Refused("order.release", order.ReleaseIn{ID: "ord_none"}, "not_found")
		s.sound()
	})
}

func TestPickAndPackNameEveryFault(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 3), line("MUG", 2)))
		f := s.owed(o, s.north)
		tea, mug := f.Lines[0].LineID, f.Lines[1].LineID
		s.Refused("fulfillment.pick", fulfillment.PickIn{ID: f.ID, Lines: []fulfillment.PickLine{
			{LineID: tea, Quantity: 2_000}, {LineID: tea, Quantity: 2_000}, {LineID: "oli_none", Quantity: 1_000}, {LineID: mug}, {LineID: mug, Quantity: 1_000, Lot: "L9"},
		}}, "/lines/1/quantity quantity_exceeds_reserved", "/lines/2/line_id not_found", "/lines/3/quantity amount_out_of_range", "/lines/4/quantity quantity_exceeds_reserved")
		s.Refused("fulfillment.unpick", picks(f, 1), "transition_not_allowed")
		s.Refused("fulfillment.pack", packing(f, 1), "transition_not_allowed")
		f = s.pick(f, 2, 1)
		s.Refused("fulfillment.pack", fulfillment.PackIn{ID: f.ID, Packages: []fulfillment.PackageIn{
			{Lines: []fulfillment.PackLine{{LineID: tea, Quantity: 1_000}, {LineID: "oli_none", Quantity: 1_000}}},
			{Lines: []fulfillment.PackLine{{LineID: tea, Quantity: 2_000}, {LineID: mug, Quantity: -1_000}}},
		}}, "/packages/0/lines/1/line_id not_found", "/packages/1/lines/0/quantity quantity_exceeds_picked", "/packages/1/lines/1/quantity amount_out_of_range")
		s.Refused("fulfillment.get", fulfillment.GetIn{ID: "ful_none"}, "not_found")
		s.Refused("shipment.get", fulfillment.GetIn{ID: "shp_none"}, "not_found")
		s.sound()
	})
}

// Spec: 1.3.10
func TestLotsArePickedAndLeaveAsTheyWerePromised(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("WINE", 4))) // 2 of one lot, 2 of the other
		f := s.owed(o, s.north)
		if len(f.Lines[0].Lots) != 2 {
			t.Fatalf("lots are %+v", f.Lines[0].Lots)
		}
		lot := f.Lines[0].Lots[1]
		in := fulfillment.PickIn{ID: f.ID, Lines: []fulfillment.PickLine{{LineID: f.Lines[0].LineID, Quantity: lot.Quantity + 1_000, Lot: lot.Lot}}}
		s.Refused("fulfillment.pick", in, "/lines/0/quantity quantity_exceeds_reserved")
		in.Lines[0].Quantity = 1_000
		f = tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.pick", in)
		if got := f.Lines[0].Lots[1].Picked; got != 1_000 {
			t.Errorf("%s of lot %s picked", got, lot.Lot)
		}
		s.dispatch(s.pack(f, 1))
		s.sound()
		if got := s.Count(`SELECT SUM(m.quantity) FROM stock_movements m JOIN stock_documents d ON d.id = m.document_id JOIN lots l ON l.id = m.lot_id WHERE d.kind = 'dispatch' AND l.code = $1`, lot.Lot); got != -1_000 {
			t.Errorf("%d of lot %s left", got, lot.Lot)
		}
	})
}

// Spec: 1.3.3
func TestABundleShipsByItsParts(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("SET", 2))) // 4 mugs and 2 teas
		f := s.owed(o, s.north)
		i := slices.IndexFunc(f.Lines, func(l *fulfillment.Line) bool { return l.SKU == "MUG" })
		units := []int{1, 1}
		units[i] = 3
		s.dispatch(s.pack(s.pick(f, units...), units...))
		parts := []string{"reserved 1 shipped 1", "reserved 1 shipped 1"}
		parts[i] = "reserved 1 shipped 3"
		s.ledgers(o, "reserved 1 shipped 1", parts[0], parts[1])
		s.sound()
		s.Refused("fulfillment.pick", fulfillment.PickIn{ID: f.ID, Lines: []fulfillment.PickLine{{LineID: o.Lines[0].ID, Quantity: 1_000}}}, "/lines/0/line_id not_found")
		if got := s.ship(o, fulfillment.ShipIn{}); got.Status != "shipped" {
			t.Errorf("the order is %s", got.Status)
		}
		s.sound()
	})
}

func TestABackorderThatGetsStockJoinsTheFulfillment(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 1), line("LAMP", 3)))
		s.ledgers(o, "reserved 1", "backordered 3")
		s.receive(s.north, inventory.ReceiveLine{SKU: "LAMP", Quantity: 1_000})
		s.receive(s.south, inventory.ReceiveLine{SKU: "LAMP", Quantity: 1_000})
		s.ledgers(o, "reserved 1", "backordered 1 reserved 2")
		s.sound()
		north, south := s.owed(o, s.north), s.owed(o, s.south)
		if len(north.Lines) != 2 || north.Status != "open" || south.Status != "open" {
			t.Errorf("north %+v, south %+v", north, south)
		}
		s.happened(north.ID, "fulfillment.planned", "fulfillment.opened", "fulfillment.changed")
		s.happened(south.ID, "fulfillment.opened")
		s.ship(o, fulfillment.ShipIn{LocationID: s.north})
		s.receive(s.north, inventory.ReceiveLine{SKU: "LAMP", Quantity: 5_000})
		if north = s.owed(o, s.north); north.Status != "incomplete" || north.Lines[1].Quantity != 2_000 {
			t.Errorf("north is %+v", north)
		}
		s.sound()

		waiting := s.place(line("LAMP", 9)) // 4 are there
		s.receive(s.south, inventory.ReceiveLine{SKU: "LAMP", Quantity: 5_000})
		if f := s.owed(waiting, s.south); f.Status != "planned" {
			t.Errorf("what is not released is %s", f.Status)
		}
		s.happened(s.owed(waiting, s.south).ID, "fulfillment.planned")
		s.sound()
	})
}

func TestWhatIsCanceledIsNoLongerOwed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 3)))
		s.pick(s.owed(o, s.north), 1)
		tradetest.Do[*order.Order](s.Shop, "order.cancel", order.CancelIn{ID: o.ID, Reason: "customer"})
		f := s.owed(o, s.north)
		if f.Lines[0].Canceled != 2_000 || f.Status != "in_progress" {
			t.Errorf("left is %+v", f)
		}
		s.sound()
		s.dispatch(s.pack(f, 1))
		if f = s.owed(o, s.north); f.Status != "closed" {
			t.Errorf("it is %s", f.Status)
		}
		wine := s.release(s.place(line("WINE", 4))) // promised from two lots
		s.pick(s.owed(wine, s.north), 1)
		tradetest.Do[*order.Order](s.Shop, "order.cancel", order.CancelIn{ID: wine.ID, Reason: "customer"})
		s.ledgers(wine, "canceled 3 picked 1")
		s.sound()
		other := s.place(line("TEA", 2))
		tradetest.Do[*order.Order](s.Shop, "order.cancel", order.CancelIn{ID: other.ID, Reason: "customer"})
		if f = s.owed(other, s.north); f.Status != "canceled" {
			t.Errorf("it is %s", f.Status)
		}
		s.happened(f.ID, "fulfillment.planned", "fulfillment.changed")
		s.Refused("fulfillment.pick", picks(f, 1), "transition_not_allowed")
		s.sound()
	})
}

func TestOfTwoPackersOfTheSameGoodsOneWins(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 6)))
		f := s.pick(s.owed(o, s.north), 4)
		outcomes := make([]error, 6)
		var wg sync.WaitGroup
		for i := range outcomes {
			wg.Go(func() { _, outcomes[i] = s.Try("fulfillment.pack", packing(f, 2)) })
		}
		wg.Wait()
		won := 0
		for _, err := range outcomes {
			switch p := problem.As(err); {
			case err == nil:
				won++
			case p == nil || p.Faults[0].Code != order.ErrExceedsPicked && p.Faults[0].Code != problem.ErrTransition:
				t.Errorf("lost with %v", err)
			}
		}
		if won != 2 {
			t.Errorf("%d packed, there were goods for 2", won)
		}
		s.sound()
		dispatches := make([]error, 4)
		first := s.owed(o, s.north).Shipments[0]
		for i := range dispatches {
			wg.Go(func() { _, dispatches[i] = s.Try("shipment.dispatch", fulfillment.DispatchIn{ID: first.ID}) })
		}
		wg.Wait()
		if failed := slices.DeleteFunc(dispatches, func(err error) bool { return err == nil }); len(failed) != 3 {
			t.Errorf("%d dispatches of one shipment failed, want 3", len(failed))
		}
		s.ledgers(o, "reserved 2 picked 2 shipped 2")
		s.sound()
	})
}

// Spec: 1.2.6
func TestALocationSeesItsOwnWorkOnly(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 1), line("MUG", 8)))
		north, south := s.owed(o, s.north), s.owed(o, s.south)
		elsewhere := s.pack(s.pick(north, 1), 1)
		s.Actor.Scope = auth.Scope{Locations: []string{s.south}}
		list := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.list", query.Input{})
		if len(list.Items) != 1 || list.Items[0].ID != south.ID {
			t.Errorf("sees %+v", list.Items)
		}
		s.Refused("fulfillment.get", fulfillment.GetIn{ID: north.ID}, "not_found")
		s.Refused("fulfillment.pick", picks(north, 1), "not_found")
		s.Refused("shipment.get", fulfillment.GetIn{ID: elsewhere.ID}, "not_found")
		s.Refused("shipment.dispatch", fulfillment.DispatchIn{ID: elsewhere.ID}, "not_found")
		s.dispatch(s.pack(s.pick(south, 3), 3)) // its own, though it may not see the order
		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		s.Refused("fulfillment.get", fulfillment.GetIn{ID: south.ID}, "not_found")
		s.Actor.Scope = auth.Scope{}
		s.sound()
	})
}

func TestARepeatedKeyPacksOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		f := s.pick(s.owed(s.release(s.place(line("TEA", 4))), s.north), 4)
		for range 2 {
			out, err := s.TryWithKey("fulfillment.pack", packing(f, 2), "same")
			if err != nil || len(out.(*fulfillment.Fulfillment).Shipments) != 1 {
				t.Errorf("%v %+v", err, out)
			}
		}
		s.sound()
	})
}

func TestWhatIsNotServedFromStockIsPerformed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("GUIDE", 1), line("SOFA", 2), line("TEA", 1))
		guide, sofa, tea := o.Lines[0].ID, o.Lines[1].ID, o.Lines[2].ID
		no := false
		perform := func(delivered *bool, lines ...order.PerformLine) order.PerformIn {
			return order.PerformIn{ID: o.ID, Lines: lines, Delivered: delivered}
		}
		s.Refused("order.perform", perform(nil, order.PerformLine{LineID: guide, Quantity: 2_000}, order.PerformLine{LineID: tea, Quantity: 1_000}, order.PerformLine{LineID: "oli_none", Quantity: 1_000}),
			"/lines/0/quantity quantity_exceeds_open", "/lines/1/quantity line_from_stock", "/lines/2/line_id not_found")
		s.Refused("order.perform", perform(&no, order.PerformLine{LineID: guide, Quantity: 1_000}), "/delivered value_invalid")
		h := tradetest.Do[*order.Order](s.Shop, "order.hold", order.HoldIn{ID: o.ID, Kind: "stock", Reason: "counted"})
		s.Refused("order.perform", perform(nil), "order_held")
		tradetest.Do[*order.Order](s.Shop, "order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: h.Holds[0].ID})
		tradetest.Do[*order.Order](s.Shop, "order.perform", perform(&no))
		s.ledgers(o, "open 1", "shipped 2", "reserved 1")
		tradetest.Do[*order.Order](s.Shop, "order.perform", perform(nil, order.PerformLine{LineID: sofa, Quantity: 1_000}))
		s.ledgers(o, "open 1", "shipped 2 delivered 1", "reserved 1")
		tradetest.Do[*order.Order](s.Shop, "order.perform", perform(nil))
		s.ledgers(o, "shipped 1 delivered 1", "shipped 2 delivered 2", "reserved 1")
		s.Refused("order.perform", perform(nil), "transition_not_allowed")
		s.happened(o.ID, "order.placed", "order.held", "order.hold_released", "order.performed", "order.performed", "order.performed")
		s.sound()
	})
}
