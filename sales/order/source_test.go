package order_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/location"
	"ordo/trade/tradetest"
)

// sources lists where an order's lines come from, each "sku place lot quantity reason".
func sources(s *ordertest.Shop, o *order.Order) string {
	var all []string
	for _, l := range o.Lines {
		if l.Sources == nil {
			continue
		}
		for _, from := range *l.Sources {
			place := map[string]string{s.North: "north", s.South: "south"}[from.LocationID]
			all = append(all, strings.Join(strings.Fields(l.SKU+" "+place+" "+from.Lot+" "+from.Quantity.String()+" "+from.Reason), " "))
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// Spec: 1.2.6, 1.3.10
func TestEachLineShowsWhereItsStockComesFromAndWhy(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for _, c := range []struct {
			lines []order.LineIn
			want  string
		}{
			{[]order.LineIn{line("SET", 1), line("GUIDE", 1)}, "MUG south 2 whole, POT south 1 whole"}, // the north has no pots
			{[]order.LineIn{line("TEA", 12), line("LAMP", 1)}, "TEA north 10 first, TEA south 2 rest"},
			{[]order.LineIn{line("WINE", 7)}, "WINE north LATE 2 whole, WINE north SOON 5 whole"},
		} {
			o := s.Place(c.lines...)
			wants(t, "the answer of placing", sources(s, o), c.want)
			again := s.Order(o.ID)
			if !reflect.DeepEqual(o.Lines, again.Lines) {
				t.Errorf("placing answers %s, the order is %s", text(t, o), text(t, again))
			}
			part := s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "other", Lines: []order.CancelLine{{LineID: o.Lines[0].ID, Quantity: 1_000}}})
			wants(t, "the answer of canceling a part", sources(s, part), sources(s, s.Order(o.ID)))
			if all := s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "other"}); sources(s, all) != "" {
				t.Errorf("a canceled order comes from %s", sources(s, all))
			}
		}
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		wants(t, "a draft", sources(s, draft), "")
		wants(t, "a draft that is placed", sources(s, s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})), "TEA north 1 whole")
		waiting := s.Place(line("LAMP", 1))
		first := s.Place(line("LAMP", 1))
		s.Do("order.cancel", order.CancelIn{ID: waiting.ID, Reason: "other"})
		s.Receive(s.South, ordertest.Units("LAMP", 1))
		wants(t, "a backorder that was served", sources(s, s.Order(first.ID)), "LAMP south 1 whole")
	})
}

// Spec: 1.3.10
func TestARefusalForWantOfStockNamesLocationsThatTheChannelDoesNotSellFrom(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		west := tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: location.Facts{Code: "west", Name: "West", Kind: "warehouse", Country: "GB", TimeZone: "UTC", Active: true}}).ID
		s.Receive(west, ordertest.Units("TEA", 30), ordertest.Units("POT", 2))
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 16), line("WINE", 99), line("SET", 11))}
		refused := func(name string, in any, want []inventory.Free, details ...string) {
			t.Helper()
			_, err := s.Try(name, in)
			p := problem.As(err)
			if p == nil {
				t.Fatalf("not refused: %v", err)
			}
			var got []string
			for _, f := range p.Faults {
				if f.Code == inventory.ErrInsufficient {
					got = append(got, f.Detail)
				}
			}
			if !slices.Equal(got, details) {
				t.Errorf("%s: refused with %q, want %q", name, got, details)
			}
			if free, _ := p.Extra["locations"].([]inventory.Free); !slices.Equal(free, want) {
				t.Errorf("%s: machines are told %+v, want %+v", name, free, want)
			}
		}
		tea := inventory.Free{SKU: "TEA", LocationID: west, LocationCode: "west", Available: 30_000}
		pots := inventory.Free{SKU: "POT", LocationID: west, LocationCode: "west", Available: 2_000}
		refused("order.place", in, []inventory.Free{tea, pots}, "15 of TEA can be promised in this channel, 16 are wanted; outside the channel west has 30",
			"10 of WINE can be promised in this channel, 99 are wanted", "10 of POT can be promised in this channel, 11 are wanted; outside the channel west has 2")
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 16))})
		refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID}, []inventory.Free{tea}, "15 of TEA can be promised in this channel, 16 are wanted; outside the channel west has 30")

		// Nobody is told of what they may not see.
		few := "15 of TEA can be promised in this channel, 16 are wanted"
		s.Actor.Scope = auth.Scope{Customer: s.Customer}
		refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID}, nil, few)
		s.Actor.Scope = auth.Scope{}
		s.Write(`UPDATE locations SET active = FALSE WHERE id = $1`, west)
		refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID}, nil, few)
	})
}

func TestStockOfABundleMovesByItsParts(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("SET", 1), line("GUIDE", 1))
		to := func(l *order.Line) order.MoveStockIn {
			return order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: l.ID, LocationID: s.North}}}
		}
		s.Refused("order.move_stock", to(o.Lines[0]), "/lines/0/line_id value_invalid")
		s.Refused("order.move_stock", to(o.Lines[3]), "/lines/0/line_id quantity_exceeds_reserved")
		moved := s.Do("order.move_stock", to(o.Lines[1]))
		wants(t, "the set", sources(s, moved), "MUG north 2 staff, POT south 1 whole")
		wants(t, "its mugs", ledger(moved, "MUG"), "reserved 2")
		s.Sound()
		folds(t, s, o.ID)
		s.Refused("order.move_stock", order.MoveStockIn{ID: s.Place(line("GUIDE", 1)).ID, Lines: to(o.Lines[1]).Lines}, "nothing_reserved")
	})
}
