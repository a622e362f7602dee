package customer_test

import (
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// Spec: 1.1.3
func TestATypeOfCustomersHasDefaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.Write(`INSERT INTO price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence) VALUES ('prl_1', 'b2b', 'B2B', 'EUR', FALSE, 0, 1, 1)`)
		in := customer.SetTypeIn{Type: "government", Defaults: customer.Defaults{PriceListID: "prl_1", PaymentTermsDays: 60, OnAccount: true, TaxExempt: true}}
		first := tradetest.Do[*customer.Type](s, "customer_type.set", in)
		if first.Defaults != in.Defaults || first.Version != 1 {
			t.Errorf("got %+v", first)
		}
		in.Defaults = customer.Defaults{PaymentTermsDays: 14}
		tradetest.Do[*customer.Type](s, "customer_type.set", in)
		all := tradetest.Do[customer.TypeList](s, "customer_type.list", customer.ListTypesIn{}).Items
		if len(all) != 5 || all[0].Type != "retail" || all[0].Version != 0 || all[4].Type != "government" || all[4].Defaults != in.Defaults || all[4].Version != 2 {
			t.Errorf("the list has %+v", all)
		}
		s.Wrote("customer_type_government", []string{"1 customer_type.set", `"payment_terms_days":60`, `"tax_exempt":true`, `"price_list_id":"prl_1"`},
			[]string{"2 customer_type.set", `"tax_exempt":false`, `"price_list_id":""`})
		in.Type, in.PriceListID = "pirate", "prl_none"
		s.Refused("customer_type.set", in, "/type customer_type_invalid", "/price_list_id value_invalid")
		if err := s.Count(`SELECT count(*) FROM customer_types`); err != 1 {
			t.Errorf("%d types have rows", err)
		}
	})
}
