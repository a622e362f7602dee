package order_test

import (
	"fmt"
	"testing"

	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

// Spec: 1.1.12
func TestTheSameReferenceOfACustomerWarns(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("GUIDE", 1))}
		in.Reference, in.SourceKind = "PO 1", "po"
		first := s.Do("order.place", in)
		wants(t, "warnings of the first", len(first.Warnings), 0)
		warned := func(what string, o *order.Order) {
			t.Helper()
			wants(t, what, fmt.Sprint(o.Warnings), fmt.Sprintf("[{duplicate_reference /reference order %s of this customer has the reference PO 1 too %s}]", first.Number, first.ID))
		}
		in.Lines = []order.LineIn{line("GUIDE", 2)}
		warned("price", s.Priced(in.Agreement))
		draft := s.Do("order.draft", order.DraftIn{Agreement: in.Agreement})
		warned("draft", draft)
		warned("placed draft", s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID}))
		wants(t, "which is said once", len(s.Order(draft.ID).Warnings), 0)
		s.Do("order.cancel", order.CancelIn{ID: draft.ID, Reason: "customer"})
		in.Lines = []order.LineIn{line("GUIDE", 3)}
		warned("placed at once", s.Priced(in.Agreement))
		s.Actor.Scope = auth.Scope{Channels: []string{s.Till}}
		in.ChannelID = s.Till
		wants(t, "to who may not see the other order", len(s.Priced(in.Agreement).Warnings), 0)
		s.Actor.Scope = auth.Scope{}
		in.CustomerID = s.NoAccount
		wants(t, "for another customer", len(s.Priced(in.Agreement).Warnings), 0)
	})
}

// Spec: 1.1.12
func TestTheSameGoodsWithinADayWarn(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		first := s.Place(line("GUIDE", 1), line("MUG", 2))
		warned := func(what string, o *order.Order, by *order.Order) {
			t.Helper()
			want := "[]"
			if by != nil {
				want = fmt.Sprintf("[{order_alike /lines the customer ordered the same goods within a day: order %s %s}]", by.Number, by.ID)
			}
			wants(t, what, fmt.Sprint(o.Warnings), want)
		}
		same := s.Agreement(line("MUG", 1), line("GUIDE", 1), line("MUG", 1))
		warned("priced", s.Priced(same), first)
		draft := s.Do("order.draft", order.DraftIn{Agreement: same})
		warned("draft", draft, first)
		warned("one more", s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: s.Agreement(line("MUG", 2), line("GUIDE", 2))}), nil)
		warned("one less", s.Priced(s.Agreement(line("MUG", 2))), nil)
		other := same
		other.CustomerID = s.NoAccount
		warned("of another customer", s.Priced(other), nil)
		second := s.Place(line("GUIDE", 1), line("MUG", 2))
		warned("the latest", s.Priced(same), second)
		s.Do("order.cancel", order.CancelIn{ID: second.ID, Reason: "customer"})
		warned("a canceled one does not count", s.Priced(same), first)
		s.Write(`UPDATE orders SET placed_at = placed_at - 86400000001 WHERE id = $1`, first.ID)
		warned("a day later", s.Priced(same), nil)
		s.Write(`UPDATE orders SET placed_at = placed_at + 86400000001 WHERE id = $1`, first.ID)
		s.Actor.Scope = auth.Scope{Channels: []string{s.Till}}
		same.ChannelID = s.Till
		warned("who may not see it", s.Priced(same), nil)
	})
}
