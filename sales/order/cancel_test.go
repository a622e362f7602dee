package order_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

func cancels(o *order.Order, quantities ...money.Quantity) order.CancelIn {
	in := order.CancelIn{ID: o.ID, Reason: "customer"}
	for i, q := range quantities {
		if q != 0 {
			in.Lines = append(in.Lines, order.CancelLine{LineID: o.Lines[i].ID, Quantity: q})
		}
	}
	return in
}

// Spec: 6.1.1
func TestCancelingGivesStockBack(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Receive(s.South, ordertest.Units("LAMP", 2))
		o := s.Place(line("TEA", 12), line("LAMP", 3), line("GUIDE", 2))
		part := s.Do("order.cancel", cancels(o, 3_000, 2_000, 1_000))
		wants(t, "ledgers", ledger(part, "TEA")+"; "+ledger(part, "LAMP")+"; "+ledger(part, "GUIDE"), "canceled 3, reserved 9; canceled 2, reserved 1; canceled 1, open 1")
		wants(t, "promised", promised(s, o), "LAMP 1 south, TEA 9 north")
		wants(t, "statuses", part.Status+" "+part.CancelStatus, "approved partial")
		s.Refused("order.cancel", cancels(o, 9_001, 0, 2_000), "/lines/0/quantity quantity_not_cancelable", "/lines/1/quantity quantity_not_cancelable")
		s.Refused("order.cancel", order.CancelIn{ID: o.ID, Lines: []order.CancelLine{{LineID: "oli_none", Quantity: 1}, {LineID: o.Lines[0].ID}, {LineID: o.Lines[0].ID, Quantity: 9_000}, {LineID: o.Lines[0].ID, Quantity: 1}}},
			"/lines/0/line_id not_found", "/lines/1/quantity amount_out_of_range", "/lines/3/quantity quantity_not_cancelable")
		rest := s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "fraud"})
		wants(t, "statuses then", rest.Status+" "+rest.CancelStatus, "canceled full")
		wants(t, "promised then", promised(s, o)+fmt.Sprint(s.Count(`SELECT CAST(sum(reserved) AS BIGINT) FROM stock`)), "0")
		s.Refused("order.cancel", order.CancelIn{ID: o.ID, Reason: "fraud"}, "transition_not_allowed")
		s.Refused("order.cancel", order.CancelIn{ID: s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))}).ID, Reason: "fraud"}, "transition_not_allowed")
		s.Wrote(o.ID, []string{"1 order.placed"}, []string{"2 order.canceled", `"reason":"customer"`, `"canceled":3000`}, []string{"3 order.canceled", `"reason":"fraud"`})
	})
}

func TestBundlesAreCanceledWhole(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("SET", 3), line("MUG", 1))
		s.Refused("order.cancel", cancels(o, 1_500, 2_000), "/lines/0/quantity quantity_multiple", "/lines/1/line_id value_invalid")
		s.Refused("order.cancel", cancels(o, 4_000), "/lines/0/quantity quantity_not_cancelable", "/lines/0/quantity quantity_not_cancelable")
		got := s.Do("order.cancel", cancels(o, 1_000))
		wants(t, "ledgers", ledger(got, "SET")+"; "+ledger(got, "POT"), "canceled 1, reserved 2; canceled 1, reserved 2")
		wants(t, "promised", promised(s, o), "MUG 1 south, MUG 4 south, POT 2 south")
	})
}

func TestWhatIsPickedIsNotCanceled(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 12)) // 10 north, 2 south
		pick(t, s, o, 4_000)
		s.Refused("order.cancel", cancels(o, 8_001), "/lines/0/quantity quantity_not_cancelable")
		got := s.Do("order.cancel", cancels(o, 7_500))
		wants(t, "ledger", ledger(got, "TEA"), "canceled 7.5, reserved 0.5, picked 4")
		wants(t, "what is picked of the reservations", s.Count(`SELECT CAST(sum(picked) AS BIGINT) FROM reservations WHERE state = 'active'`), 4000)
		got = s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "customer"})
		wants(t, "the rest", ledger(got, "TEA")+" "+promised(s, o), "canceled 8, picked 4 TEA 4 north")
		for _, a := range got.Actions {
			if a.Name == "order.cancel" && (a.Allowed || a.Code != "transition_not_allowed" || !strings.Contains(a.Reason, o.Number)) {
				t.Errorf("the action is %+v", a)
			}
		}
		s.Refused("order.cancel", order.CancelIn{ID: o.ID, Reason: "customer"}, "transition_not_allowed")
	})
}

// pick takes a quantity of an order's only line from the shelf, as fulfillment
// does.
func pick(t *testing.T, s *ordertest.Shop, o *order.Order, q money.Quantity) {
	t.Helper()
	def := command.Def[order.GetIn, *order.Order]{
		Name: "test.pick", Summary: "Pick", Method: "POST", Path: "/test/{id}/pick", Anchors: func(in order.GetIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.ID}} },
		Run: func(tx *db.Tx, in order.GetIn) (*order.Order, error) {
			o, err := order.Get(tx, in.ID)
			if err != nil {
				return nil, err
			}
			var faults problem.List
			o.Pick(o.Lines[0], q, "", &faults)
			all := slices.SortedFunc(slices.Values(o.Reservations), func(a, b *inventory.Reservation) int { return int(b.Quantity - a.Quantity) })
			for left := q; left > 0; all = all[1:] {
				all[0].Picked = min(left, all[0].Quantity)
				left -= all[0].Picked
				inventory.SavePicked(tx, all[0])
			}
			if err := faults.Err(); err != nil {
				return nil, err
			}
			return o, o.Save(tx, order.Picked, nil)
		},
		Result: func(o *order.Order) (string, int64) { return o.ID, o.Version }, Repeat: order.Get,
	}
	if _, err := command.Invoke(t.Context(), s.Engine, def, command.Meta{Actor: s.Actor}, order.GetIn{ID: o.ID}); err != nil {
		t.Fatal(err)
	}
}

// Spec: 1.1.7
func TestHoldsStackAndBlockWhatTheyAreFor(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		blocks := map[string]string{
			"approval": "order.release", "credit": "order.release shipment.dispatch", "fraud": "order.release order.capture fulfillment.pick shipment.dispatch", "payment": "order.release shipment.dispatch",
			"address": "order.release shipment.dispatch", "stock": "order.release", "compliance": "order.release fulfillment.pick shipment.dispatch", "manual": "order.release fulfillment.pick shipment.dispatch",
		}
		for kind, want := range blocks {
			o := s.Place(line("MUG", 1))
			held := s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: kind, Reason: "because"})
			wants(t, kind, held.Status, "pending")
			for _, name := range []string{"order.release", "order.capture", "fulfillment.pick", "shipment.dispatch", "order.cancel", "order.hold"} {
				err := held.Blocked(name)
				if blocked := strings.Contains(want, name); blocked != (err != nil) || blocked && !strings.Contains(err.Error(), kind) {
					t.Errorf("a hold of kind %s says to %s: %v", kind, name, err)
				}
			}
			s.Refused("order.release", order.ReleaseIn{ID: o.ID}, "order_held")
		}
		o := s.Place(line("MUG", 1))
		one := s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: "fraud", Reason: "a"}).Holds[0]
		two := s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: "fraud", Reason: "b"})
		wants(t, "holds", len(two.Holds), 2)
		first := s.Do("order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: one.ID})
		wants(t, "one is left", first.Status, "pending")
		s.Refused("order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: one.ID}, "transition_not_allowed")
		s.Refused("order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: "hld_none"}, "not_found")
		for _, h := range two.Holds {
			if h.ID != one.ID {
				first = s.Do("order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: h.ID})
			}
		}
		wants(t, "none is left", first.Status, "approved")
		for _, kind := range []string{"fraud", "credit", "fraud"} {
			s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: kind, Reason: "x"})
		}
		wants(t, "one of a kind is left", s.Do("order.release_holds", order.ReleaseHoldsIn{ID: o.ID, Kind: "fraud"}).Held(), []string{"credit"})
		s.Refused("order.release_holds", order.ReleaseHoldsIn{ID: o.ID, Kind: "fraud"}, "transition_not_allowed")
		wants(t, "none of them is", s.Do("order.release_holds", order.ReleaseHoldsIn{ID: o.ID, Kind: "credit"}).Status, "approved")
		s.Do("order.release", order.ReleaseIn{ID: o.ID})
		late := s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: "manual", Reason: "late"})
		wants(t, "a hold after the release leaves the status", late.Status, "processing")
		wants(t, "and is found", listed(s, "hold:manual status:processing"), o.ID)
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		s.Refused("order.hold", order.HoldIn{ID: draft.ID, Kind: "manual", Reason: "x"}, "transition_not_allowed")
	})
}

func TestActionsTellWhatIsOpenAndWhyNot(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		show := func(o *order.Order) string {
			var all []string
			for _, a := range o.Actions {
				if a.Allowed {
					all = append(all, strings.TrimPrefix(a.Name, "order."))
				} else if a.Code == "" || a.Reason == "" {
					t.Errorf("%s is closed without a reason: %+v", a.Name, a)
				}
			}
			return strings.Join(all, " ")
		}
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		wants(t, "a draft", show(draft), "revise change_line remove_line place_draft")
		placed := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		if got := show(placed); !strings.Contains(got, "hold cancel") || !strings.Contains(got, "release") || strings.Contains(got, "revise") || strings.Contains(got, "release_hold") {
			t.Errorf("a placed order can be %s", got)
		}
		held := s.Do("order.hold", order.HoldIn{ID: draft.ID, Kind: "manual", Reason: "x"})
		for _, a := range held.Actions {
			if a.Name == "order.release" && (a.Allowed || a.Code != "order_held" || !strings.Contains(a.Reason, "manual")) {
				t.Errorf("the release of a held order is %+v", a)
			}
		}
		gone := s.Do("order.cancel", order.CancelIn{ID: draft.ID, Reason: "other"})
		wants(t, "a canceled order", show(gone), "release_hold release_holds")
	})
}
