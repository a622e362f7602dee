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
		warned("price", s.Priced(in.Agreement))
		draft := s.Do("order.draft", order.DraftIn{Agreement: in.Agreement})
		warned("draft", draft)
		warned("placed draft", s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID}))
		wants(t, "which is said once", len(s.Order(draft.ID).Warnings), 0)
		s.Do("order.cancel", order.CancelIn{ID: draft.ID, Reason: "customer"})
		warned("placed at once", s.Priced(in.Agreement))
		s.Actor.Scope = auth.Scope{Channels: []string{s.Till}}
		in.ChannelID = s.Till
		wants(t, "to who may not see the other order", len(s.Priced(in.Agreement).Warnings), 0)
		s.Actor.Scope = auth.Scope{}
		in.CustomerID = s.NoAccount
		wants(t, "for another customer", len(s.Priced(in.Agreement).Warnings), 0)
	})
}
