package order_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/engine/command/commandtest"
	"ordo/engine/event"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

func splits(o *order.Order, parts ...any) order.SplitIn {
	in := order.SplitIn{ID: o.ID}
	for i := 0; i < len(parts); i += 2 {
		in.Lines = append(in.Lines, order.SplitLine{LineID: o.Lines[parts[i].(int)].ID, Quantity: money.Quantity(parts[i+1].(int))})
	}
	return in
}

// together adds up orders: all that must stay the same when goods go from one to
// another.
func together(all ...*order.Order) string {
	var total int64
	goods := map[string][5]money.Quantity{}
	for _, o := range all {
		total += o.Total.Amount
		for _, l := range o.Lines {
			g := goods[l.SKU+l.ParentID[:min(1, len(l.ParentID))]]
			for i, q := range []money.Quantity{l.Quantity, l.Canceled, l.Open, l.Backordered, l.Reserved} {
				g[i] += q
			}
			goods[l.SKU+l.ParentID[:min(1, len(l.ParentID))]] = g
		}
	}
	for sku, g := range goods { // order-free: each by itself
		if g == [5]money.Quantity{} {
			delete(goods, sku)
		}
	}
	return fmt.Sprint("total ", total, ", goods ", goods)
}

// stock is what is promised of everything: rows of stock, and active reservations
// in all.
func stock(s *ordertest.Shop) string {
	return fmt.Sprint(s.Count(`SELECT CAST(COALESCE(SUM(reserved), 0) AS BIGINT) FROM stock`), " ", s.Count(`SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM reservations WHERE state = 'active'`))
}

// Spec: 1.2.5
func TestAPartOfAnOrderBecomesAnother(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement(line("TEA", 4), line("SET", 3), line("LAMP", 2))
		a.Deliveries[0].MethodID = s.Parcel
		a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: 100_000, Label: "Spring"}}
		a.Lines[0].Discounts = []order.DiscountIn{{Kind: "amount", Amount: 101, Label: "Voucher"}}
		a.Reference = "PO 1"
		o := s.Do("order.place", order.PlaceIn{Agreement: a, Payment: &order.PaymentIn{Method: "on_account"}})
		s.Do("order.hold", order.HoldIn{ID: o.ID, Kind: "fraud", Reason: "score"})
		o = s.Do("order.tag", order.TagIn{ID: o.ID, Tags: []string{"vip"}})
		s.Try("order.note", order.NoteIn{ID: o.ID, NoteFacts: order.NoteFacts{Text: "ring twice"}})
		before, was := together(o), stock(s)

		n := s.Do("order.split", splits(o, 0, 1_000, 1, 2_000, 4, 2_000))
		now := s.Order(o.ID)
		wants(t, "both together", together(now, n), before)
		wants(t, "what is promised", stock(s), was)
		wants(t, "discounts of both", now.Discount.Amount+n.Discount.Amount, o.Discount.Amount)
		wants(t, "shipping of both", now.Charges.Amount+n.Charges.Amount, o.Charges.Amount)
		wants(t, "ledgers", ledger(now, "TEA")+"; "+ledger(n, "TEA")+"; "+ledger(now, "SET")+"; "+ledger(n, "SET")+"; "+ledger(now, "LAMP")+"; "+ledger(n, "LAMP"), "reserved 3; reserved 1; reserved 1; reserved 2; ; backordered 2")
		wants(t, "the new order", fmt.Sprint(n.SplitFrom == o.ID, n.Number != o.Number && n.Number != "", n.Reference, n.TermsDays, n.DueAt == o.DueAt, n.PlacedAt == o.PlacedAt, n.Status, n.Tags, n.Holds[0].Kind, n.Billing.City, n.Deliveries[0].Address.City),
			"true truePO 130 true truepending[vip]fraudLondonLondon")
		wants(t, "notes", s.Count(`SELECT COUNT(*) FROM order_notes WHERE order_id = '`+n.ID+`' AND text = 'ring twice'`), int64(1))
		wants(t, "new promises", s.Count(`SELECT COUNT(*) FROM events WHERE type = 'order.placed'`), int64(1))
		if events := s.Events(n.ID); len(events) != 1 || !strings.Contains(events[0], o.ID) {
			t.Errorf("of the new order is told %v", events)
		}
		s.Refused("order.amend", order.AmendIn{ID: o.ID, Steps: []order.Step{quantity(now, 4, 1_000)}}, "/steps/0/line_id value_invalid")
		s.Do("order.amend", order.AmendIn{ID: o.ID, Steps: []order.Step{quantity(now, 0, 4_000)}}) // both go on as orders do
		s.Do("order.cancel", order.CancelIn{ID: n.ID, Reason: "customer"})
	})
}

func TestWhatCanNotMoveStays(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 4), line("SET", 1), line("LAMP", 2))
		s.Refused("order.split", splits(o, 0, 5_000, 1, 500, 4, 0), "/lines/2/quantity field_required")
		s.Refused("order.split", splits(o, 0, 5_000, 1, 500, 2, 1_000), "/lines/2/line_id value_invalid")
		s.Refused("order.split", splits(o, 0, 5_000, 1, 500), "/lines/0/quantity quantity_not_movable", "/lines/1/quantity quantity_multiple")
		s.Refused("order.split", splits(o, 0, 4_000, 1, 1_000, 4, 2_000), "order_would_be_empty")
		stale := splits(o, 0, 1_000)
		stale.IfMatch = `"9-9"`
		s.Refused("order.split", stale, "revision_stale")
		s.Do("order.release", order.ReleaseIn{ID: o.ID})
		s.Refused("order.split", splits(o, 0, 1_000), "/lines/0/quantity quantity_not_movable")
		n := s.Do("order.split", splits(o, 4, 1_000)) // it waits
		wants(t, "what waits", ledger(n, "LAMP")+", "+ledger(s.Order(o.ID), "LAMP"), "backordered 1, backordered 1")
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		s.Refused("order.split", splits(draft, 0, 1_000), "transition_not_allowed")
	})
}

// sumsUp lets orders know of their payments.
func sumsUp(s *ordertest.Shop) {
	for _, e := range payment.Moving {
		s.Reactions = append(s.Reactions, event.Reaction{On: e.Name, Name: "sum up the order's payments", Do: order.OnMoney})
	}
}

func TestAPaymentStaysWithItsOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		sumsUp(s)
		o := s.Place(line("MUG", 4))
		pay := s.Order(o.ID).Total
		pay.Amount /= 2
		s.Do("order.pay", order.PayIn{ID: o.ID, Method: "cash", Amount: &pay})
		s.Refused("order.split", splits(o, 0, 3_000), "paid_beyond_rest")
		n := s.Do("order.split", splits(o, 0, 2_000))
		wants(t, "payment", s.Order(o.ID).PaymentStatus+", "+n.PaymentStatus, "paid, unpaid")
	})
}

// Spec: 1.2.5
func TestOrdersBecomeOne(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 4), line("LAMP", 1))
		a := s.Agreement(line("SET", 2), line("GUIDE", 1))
		a.Deliveries[0].MethodID = s.Parcel
		a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: 33_333, Label: "Spring"}}
		other := s.Do("order.place", order.PlaceIn{Agreement: a})
		s.Do("order.hold", order.HoldIn{ID: other.ID, Kind: "manual", Reason: "call"})
		s.Do("order.release", order.ReleaseIn{ID: o.ID})
		before, was := together(s.Order(o.ID), other), stock(s)
		now := s.Do("order.merge", order.MergeIn{ID: o.ID, OrderIDs: []string{other.ID}})
		gone := s.Order(other.ID)
		wants(t, "both together", together(now, gone), before)
		wants(t, "what is promised", stock(s), was)
		wants(t, "what ended", fmt.Sprint(gone.Status, " ", gone.MergedInto == o.ID, " ", gone.Total.Amount, " ", gone.FulfillmentStatus, " ", len(gone.Held())), "canceled true 0 unfulfilled 0")
		wants(t, "what goes on", fmt.Sprint(now.Status, " ", len(now.Deliveries), " ", now.Held(), " ", ledger(now, "SET")), "processing 2 [manual] reserved 2")
		s.Refused("order.cancel", order.CancelIn{ID: other.ID, Reason: "customer"}, "transition_not_allowed")
		n := s.Do("order.split", order.SplitIn{ID: o.ID, Lines: []order.SplitLine{{LineID: now.Lines[2].ID, Quantity: 1_000}}})
		wants(t, "after it was split again", together(s.Order(o.ID), n), before)
	})
}

func TestWhatIsCanceledGoesWithAnOrderThatBecomesPartOfAnother(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o, other := s.Place(line("TEA", 1)), s.Place(line("MUG", 3))
		s.Do("order.cancel", cancels(other, 1_000))
		now := s.Do("order.merge", order.MergeIn{ID: o.ID, OrderIDs: []string{other.ID}})
		wants(t, "cancel statuses", s.Order(other.ID).CancelStatus+" "+now.CancelStatus, "none partial")
	})
}

func TestOrdersThatDoNotFitStayTwo(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		sumsUp(s)
		o, released := s.Place(line("TEA", 1)), s.Place(line("MUG", 1))
		s.Do("order.release", order.ReleaseIn{ID: released.ID})
		a := s.Agreement(line("MUG", 1))
		a.CustomerID, a.ChannelID = s.NoAccount, s.Till
		foreign := s.Do("order.place", order.PlaceIn{Agreement: a})
		paid := s.Place(line("MUG", 1))
		s.Do("order.pay", order.PayIn{ID: paid.ID, Method: "cash"})
		s.Refused("order.merge", order.MergeIn{ID: o.ID, OrderIDs: []string{o.ID, released.ID, foreign.ID, paid.ID, "ord_none"}}, "not_found")
		s.Refused("order.merge", order.MergeIn{ID: o.ID, OrderIDs: []string{o.ID, released.ID, foreign.ID, paid.ID}},
			"/order_ids/0 merge_incompatible", "/order_ids/1 merge_incompatible", "/order_ids/2 merge_incompatible", "/order_ids/2 merge_incompatible", "/order_ids/3 merge_incompatible")
		s.Refused("order.amend", order.AmendIn{ID: o.ID, Steps: []order.Step{{Kind: order.MergeOrder, OrderID: paid.ID}, more("TEA", 1)}}, "/steps/1/kind value_invalid")
		s.Refused("order.amend", order.AmendIn{ID: paid.ID, Steps: []order.Step{{Kind: order.MergeOrder, OrderID: o.ID}, {Kind: order.MergeOrder, OrderID: o.ID}}}, "/steps/1/order_id value_invalid")
		s.Do("order.merge", order.MergeIn{ID: paid.ID, OrderIDs: []string{o.ID}}) // the one that was paid goes on
	})
}

// Whatever is split and merged, all together costs the same to the cent and is
// promised the same units; 10,000 by chance if the whole is asked for.
//
// Spec: 1.2.5
func TestSplitsAndMergesKeepTotalsAndStock(t *testing.T) {
	cases := 500 // per database
	if commandtest.Whole() {
		cases = 5_000
	}
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		r := rand.New(rand.NewPCG(7, 0))
		var family []*order.Order
		var before, was string
		splits, merges := 0, 0
		for tried := 0; splits+merges < cases; tried++ {
			if tried > 3*cases {
				t.Fatalf("of %d tries %d were splits and %d merges", tried, splits, merges)
			}
			if tried%16 == 0 {
				for _, f := range family {
					s.Do("order.cancel", order.CancelIn{ID: f.ID, Reason: "other"})
				}
				family = []*order.Order{s.Do("order.place", order.PlaceIn{Agreement: anyAgreement(s, r)})}
				before, was = together(family...), stock(s)
			}
			i := r.IntN(len(family))
			if next := (i + 1) % len(family); len(family) > 2 && r.IntN(3) == 0 {
				gone := family[next].ID
				family[i] = s.Do("order.merge", order.MergeIn{ID: family[i].ID, OrderIDs: []string{gone}})
				wants(t, "what the order costs that ended", s.Order(gone).Total.Amount, int64(0))
				family = slices.Delete(family, next, next+1)
				merges++
			} else if out, err := s.Try("order.split", anySplit(family[i], r)); err == nil {
				family[i] = s.Order(family[i].ID)
				family = append(family, out.(*order.Order))
				splits++
			} else if !strings.Contains(err.Error(), "order_would_be_empty") {
				t.Fatal(err)
			}
			for _, f := range family {
				if f.Rounding.Amount < 0 {
					t.Fatalf("order %s is rounded by %d", f.Number, family[i].Rounding.Amount)
				}
			}
			if got := together(family...); got != before || stock(s) != was {
				t.Fatalf("try %d: %s, not %s; %s, not %s", tried, got, before, stock(s), was)
			}
		}
		if splits < cases/4 || merges < cases/20 {
			t.Errorf("%d splits, %d merges", splits, merges)
		}
	})
}

// anyAgreement is one with odd prices and discounts.
func anyAgreement(s *ordertest.Shop, r *rand.Rand) order.Agreement {
	price := money.UnitPrice(r.IntN(20_000_000))
	a := s.Agreement(line("LAMP", 1+r.IntN(9)), line("MUG", 1+r.IntN(5)), line("SET", 1+r.IntN(3)), order.LineIn{SKU: "GUIDE", Quantity: money.Quantity(1 + r.IntN(9_000))})
	a.Lines[r.IntN(2)].UnitPrice = &price
	a.Lines[3].UnitPrice = &price
	a.Lines = a.Lines[:1+r.IntN(4)]
	if r.IntN(2) == 0 {
		a.Discounts = []order.DiscountIn{{Kind: "percent", Rate: money.Rate(r.IntN(300_000)), Label: "whole"}}
	}
	if r.IntN(2) == 0 {
		a.Deliveries[0].MethodID = s.Parcel
	}
	if i := r.IntN(len(a.Lines)); r.IntN(2) == 0 {
		a.Lines[i].Discounts = []order.DiscountIn{{Kind: "percent", Rate: money.Rate(r.IntN(300_000)), Label: "rate"}, {Kind: "amount", Amount: int64(r.IntN(2)), Label: "cent"}}
	}
	return a
}

func anySplit(o *order.Order, r *rand.Rand) order.SplitIn {
	in := order.SplitIn{ID: o.ID}
	for _, l := range o.Lines {
		if l.ParentID != "" || l.Quantity == 0 || r.IntN(2) == 0 && len(in.Lines) > 0 {
			continue
		}
		q := money.Quantity(1 + r.IntN(int(l.Quantity)))
		if l.SKU != "GUIDE" {
			q = (q + 999) / 1000 * 1000
		}
		in.Lines = append(in.Lines, order.SplitLine{LineID: l.ID, Quantity: min(q, l.Quantity)})
	}
	return in
}
