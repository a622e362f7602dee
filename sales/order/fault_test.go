package order_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"ordo/base/money"
	"ordo/engine/command/commandtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
)

// text is a value as JSON, without actions.
func text(t *testing.T, o *order.Order) string {
	t.Helper()
	shown := *o
	shown.Actions = nil
	b, err := json.MarshalIndent(shown, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Spec: 1.3.4, 11.2.7
func TestAllFaultsOfAnOrderAreToldAtOnceAndNothingIsWritten(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		taken := order.DraftIn{Agreement: s.Agreement(line("TEA", 1))}
		taken.ExternalID = "x-1"
		s.Do("order.draft", taken)
		price := money.UnitPrice(-1)
		in := order.PlaceIn{Payment: &order.PaymentIn{Method: "test"}, Agreement: order.Agreement{
			ChannelID: s.Channel, CustomerID: s.Gone, ExternalID: "x-1", Billing: &customer.Address{Street: "1", City: "A", Country: "GB"},
			Deliveries: []order.DeliveryIn{{Address: ordertest.Home("GB"), MethodID: "shm_none"}, {Address: ordertest.Home("IT"), MethodID: s.Euro}, {}},
			Discounts:  []order.DiscountIn{amount(1)},
			Lines: []order.LineIn{
				line("NONE", 1), line("OLD", 1), line("BOX", 5), line("TEA", 16), {SKU: "MUG", Quantity: -1_000}, {SKU: "SET", Quantity: 1_500}, {SKU: "FREE", Quantity: 1_000},
				{SKU: "MUG", Quantity: 1_000, Delivery: 7}, {SKU: "POT", Quantity: 1_000, Delivery: 1}, {SKU: "MUG", Quantity: 1_000, Discounts: []order.DiscountIn{amount(501)}},
				{SKU: "MUG", Quantity: 1_000, UnitPrice: &price}, {SKU: "SET", Quantity: 1_000, Discounts: []order.DiscountIn{percent(1), amount(4001)}},
			},
		}}
		want := []string{
			"/customer_id customer_inactive", "/external_id duplicate_external_id", "/billing_address/name field_required",
			"/deliveries/0/shipping_method_id not_found", "/deliveries/2 value_invalid",
			"/lines/0/sku sku_unknown", "/lines/1/sku variant_inactive", "/lines/4/quantity amount_out_of_range", "/lines/5/quantity quantity_multiple", "/lines/7/delivery value_invalid",
			"/lines/2/quantity quantity_multiple", "/lines/2/quantity quantity_out_of_limits", "/lines/6/sku price_missing",
			"/payment/method payment_method_not_allowed", "/lines/3/quantity stock_insufficient",
			"/lines/8 tax_code_missing", "/lines/11/discounts/1 discount_exceeds_price", "/deliveries/1/shipping_method_id shipping_not_possible",
			"/lines/9/discounts/0 discount_exceeds_price", "/lines/10/unit_price amount_out_of_range",
		}
		commandtest.Unchanged(t, s.DB, func() { s.Refused("order.place", in, want...) })
		in.ChannelID = "cha_none"
		_, err := s.Try("order.place", in)
		if len(codes(err)) == 0 {
			t.Error("placed in a channel that is not there")
		}
	})
}

func TestAnOrderForAnUnknownChannelIsToldJustThat(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1), line("POT", 99)), Payment: &order.PaymentIn{Method: "test"}}
		in.ChannelID = "cha_none"
		s.Refused("order.place", in, "/channel_id not_found")
	})
}

// Spec: 1.3.4
func TestAQuantityBelowZeroIsOneFault(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for _, q := range []money.Quantity{0, -1, -5_000} {
			s.Refused("order.draft", order.DraftIn{Agreement: s.Agreement(order.LineIn{SKU: "BOX", Quantity: q})}, "/lines/0/quantity amount_out_of_range")
		}
	})
}

func TestHugeOrdersAreRefusedWithTheirField(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		most, dear := money.Quantity(1e12-1), money.UnitPrice(1e15-1)
		many := make([]order.LineIn, 2000)
		for i := range many {
			many[i] = order.LineIn{SKU: "SOFA", Quantity: most}
		}
		s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(many...)}, "/lines/16 amount_out_of_range")
		for i := range many {
			many[i] = order.LineIn{SKU: "SOFA", Quantity: most, UnitPrice: &dear}
		}
		var want []string
		for i := range many {
			want = append(want, fmt.Sprintf("/lines/%d/quantity amount_out_of_range", i))
		}
		s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(many...)}, want...)
		s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(order.LineIn{SKU: "SET", Quantity: 999_999_999_000})}, "/lines/0/quantity amount_out_of_range")
		for i := range many {
			many[i] = line("SET", 1)
		}
		s.Refused("order.price", order.PriceIn{Agreement: s.Agreement(many...)}, "/lines value_invalid")
		a := s.Agreement(order.LineIn{SKU: "MUG", Quantity: most})
		a.Deliveries[0].MethodID = s.Heavy
		wants(t, "the heaviest parcel", s.Priced(a).Charges.Amount, 900)
	})
}

func TestAnOrderHasListsAndNotNulls(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1))}
		in.CustomerID, in.ChannelID, in.Deliveries = "", s.Till, nil
		for _, o := range []*order.Order{s.Do("order.place", in), s.Priced(in.Agreement)} {
			var fields map[string]json.RawMessage
			if err := json.Unmarshal([]byte(text(t, o)), &fields); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"deliveries", "lines", "adjustments", "holds", "payments", "refunds"} {
				if string(fields[name]) == "null" || fields[name] == nil {
					t.Errorf("%s is %s", name, fields[name])
				}
			}
		}
	})
}
