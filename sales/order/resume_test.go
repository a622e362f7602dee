package order_test

import (
	"fmt"
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/catalog"
)

func TestADraftBeginsWithoutLinesAndIsNotPlacedSo(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := s.Agreement()
		a.Deliveries[0].MethodID = s.Parcel
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})
		wants(t, "draft", fmt.Sprint(draft.Status, len(draft.Lines), len(draft.Adjustments), draft.Total.Amount, draft.Deliveries[0].Address.City), "draft0 0 0London")
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID, Payment: &order.PaymentIn{Method: "transfer"}}, "/payment/method payment_method_not_allowed", "/lines order_without_lines")
		s.Refused("order.place", order.PlaceIn{Agreement: a}, "/lines order_without_lines")
		a.Lines = []order.LineIn{line("MUG", 1)}
		wants(t, "charge", s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: a}).Charges.Amount, 395)
		a.Lines = nil
		emptied := s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: a})
		wants(t, "emptied", fmt.Sprint(len(emptied.Lines), emptied.Total.Amount), "0 0")
	})
}

// Who goes on with a draft sends back what it tells of itself, changed or not.
func TestADraftIsResumedFromWhatItTells(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		change(s, variant(s, "WINE"), func(f *catalog.VariantFacts) { f.Barcodes = []string{"4006381333931"} })
		a := s.Agreement(line("TEA", 1), line("SET", 1), line("POT", 1), scanned("(01)04006381333931(10)LATE", 1), line("MUG", 2))
		price := money.UnitPrice(4_000_000)
		a.Lines[0].Discounts, a.Lines[1].Discounts = []order.DiscountIn{percent(100_000)}, []order.DiscountIn{percent(50_000), amount(3)}
		a.Lines[2].UnitPrice, a.Discounts = &price, []order.DiscountIn{percent(250_000), amount(700)}
		a.Lines = append(a.Lines, order.LineIn{Title: "Engraving", Kind: "service", TaxClass: "standard", Quantity: 1_000, UnitPrice: &price})
		a.Deliveries[0].MethodID, a.Reference, a.Priority, a.SourceKind = s.Worth, "PO 7", 3, "phone"
		draft := s.Do("order.draft", order.DraftIn{Agreement: a})
		read := s.Order(draft.ID)
		s.Actor.Permissions = auth.Permit("order.draft", "order.place", "order.get")
		again := s.Do("order.revise", order.ReviseIn{ID: draft.ID, IfMatch: read.ETag(), Agreement: *read.Agreement})
		wants(t, "amounts", fmt.Sprint(costs(again), sums(again)), fmt.Sprint(costs(read), sums(read)))
		wants(t, "facts", fmt.Sprint(again.Reference, again.Priority, again.SourceKind, again.Deliveries[0].Address.City, again.Deliveries[0].MethodID == s.Worth), "PO 73phoneLondontrue")
		lot := func(o *order.Order) string {
			return o.Lines[slices.IndexFunc(o.Lines, func(l *order.Line) bool { return l.SKU == "WINE" })].LotID
		}
		wants(t, "the lot", lot(again), lot(draft))
		wants(t, "is one", lot(draft) != "", true)
		if got, want := text(t, s.Order(draft.ID)), text(t, again); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", want, got)
		}
		next, other := *again.Agreement, money.UnitPrice(3_000_000)
		next.Lines[2].UnitPrice, next.Lines[5].Title = &other, "Another"
		s.Refused("order.revise", order.ReviseIn{ID: draft.ID, Agreement: next}, "/lines/5/title free_line_forbidden", "/lines/2/unit_price price_override_forbidden")
		next = *s.Order(draft.ID).Agreement
		next.Lines[0].LineID = "oli_none"
		s.Refused("order.revise", order.ReviseIn{ID: draft.ID, Agreement: next}, "/lines/0/line_id not_found")
		placed := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		wants(t, "what a placed order tells", placed.Agreement == nil && s.Order(draft.ID).Agreement == nil, true)
	})
}

func TestTheBillingAddressFollowsTheShipToUnlessItIsAnother(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("MUG", 1))})
		wants(t, "not told", draft.Agreement.Billing == nil, true)
		next := *draft.Agreement
		next.Deliveries[0].Address = ordertest.Home("DE")
		wants(t, "follows", s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: next}).Billing.Country, "DE")
		next = *s.Order(draft.ID).Agreement
		next.Billing = ordertest.Home("IT")
		wants(t, "another", s.Do("order.revise", order.ReviseIn{ID: draft.ID, Agreement: next}).Agreement.Billing.Country, "IT")
	})
}
