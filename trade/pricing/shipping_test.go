package pricing_test

import (
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/pricing"
	"ordo/trade/tradetest"
)

func parcel() pricing.MethodFacts {
	return pricing.MethodFacts{
		Code: "parcel", Name: "Parcel", Kind: pricing.ByWeight, Currency: "GBP", TaxClass: "standard", Active: true,
		Table: []pricing.Step{{Country: "GB", Minimum: 2000, Amount: 695}, {Country: "GB", Amount: 395}, {Amount: 1500}},
	}
}

func TestAShippingMethodIsAddedChangedAndListed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, pricing.Operations)
		m := tradetest.Do[*pricing.Method](s, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: parcel()})
		got := tradetest.Do[*pricing.Method](s, "shipping_method.get", pricing.GetMethodIn{ID: m.ID})
		sorted := []pricing.Step{{Amount: 1500}, {Country: "GB", Amount: 395}, {Country: "GB", Minimum: 2000, Amount: 695}}
		if !slices.Equal(got.Table, sorted) || !slices.Equal(m.Table, sorted) || got.Code != "parcel" || got.Kind != "by_weight" || got.Currency != "GBP" || got.TaxClass != "standard" || !got.Active {
			t.Errorf("got %+v", got)
		}
		flat := parcel()
		flat.Code, flat.Kind, flat.Table = "flat", pricing.Flat, []pricing.Step{{Amount: 500}}
		tradetest.Do[*pricing.Method](s, "shipping_method.update", pricing.UpdateMethodIn{ID: m.ID, MethodFacts: flat})
		tradetest.Do[*pricing.Method](s, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: parcel()})
		list := tradetest.Do[query.Rows[*pricing.Method]](s, "shipping_method.list", query.Input{}).Items
		if len(list) != 2 || list[0].Code != "flat" || !slices.Equal(list[0].Table, flat.Table) || list[0].Version != 2 || len(list[1].Table) != 3 {
			t.Errorf("the list has %+v", list)
		}
		if list := tradetest.Do[query.Rows[*pricing.Method]](s, "shipping_method.list", query.Input{Filter: "kind:by_amount"}).Items; len(list) != 0 {
			t.Errorf("the filter finds %+v", list)
		}
		s.Wrote(m.ID,
			[]string{"1 shipping_method.created", `"code":"parcel"`, `"table":[{"amount":1500},{"amount":395,"country":"GB"},{"amount":695,"country":"GB","minimum":2000}]`, `"version":1`, `"tax_class":"standard"`},
			[]string{"2 shipping_method.updated", `"kind":"flat"`, `"table":[{"amount":500}]`, `"version":2`})
	})
}

func TestAShippingMethodIsRefusedWithAllItsFaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, pricing.Operations)
		m := tradetest.Do[*pricing.Method](s, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: parcel()})
		s.Refused("shipping_method.create", pricing.CreateMethodIn{MethodFacts: parcel()}, "/code already_exists")
		wrong := parcel()
		wrong.Kind, wrong.Currency = pricing.Flat, "XYZ"
		wrong.Table = []pricing.Step{{Minimum: 5, Amount: 1}, {Country: "GB", Amount: money.MaxAmount + 1}, {Country: "GB", Amount: 3}}
		faults := []string{"/currency currency_unknown", "/table/0/minimum value_invalid", "/table/1/amount amount_out_of_range", "/table/2 already_exists"}
		s.Refused("shipping_method.create", pricing.CreateMethodIn{MethodFacts: wrong}, faults...)
		s.Refused("shipping_method.update", pricing.UpdateMethodIn{ID: m.ID, MethodFacts: wrong}, faults...)
		s.Refused("shipping_method.update", pricing.UpdateMethodIn{ID: "shm_none", MethodFacts: parcel()}, "not_found")
		s.Refused("shipping_method.get", pricing.GetMethodIn{ID: "shm_none"}, "not_found")
	})
}

func TestMethodsAreReadAtOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, pricing.Operations)
		m := tradetest.Do[*pricing.Method](s, "shipping_method.create", pricing.CreateMethodIn{MethodFacts: parcel()})
		got := map[string]*pricing.Method{}
		s.Read(func(tx *db.Tx) error { return tx.Load(pricing.Methods([]string{m.ID, "shm_none", m.ID}, got)...) })
		if len(got) != 1 || len(got[m.ID].Table) != 3 {
			t.Errorf("got %+v", got)
		}
		if reads := pricing.Methods(nil, got); len(reads) != 0 {
			t.Error("no ids are read")
		}
	})
}

func TestAShippingChargeFollowsTheTable(t *testing.T) {
	table := []pricing.Step{{Country: "", Minimum: 0, Amount: 1500}, {Country: "", Minimum: 1000, Amount: 2500}, {Country: "DE", Minimum: 500, Amount: 700}, {Country: "GB", Minimum: 0, Amount: 395}, {Country: "GB", Minimum: 2000, Amount: 695}}
	for _, c := range []struct {
		kind, country  string
		weight, amount int64
		want           int64
		ok             bool
	}{
		{pricing.ByWeight, "GB", 0, 9999, 395, true},
		{pricing.ByWeight, "GB", 1999, 0, 395, true},
		{pricing.ByWeight, "GB", 2000, 0, 695, true},
		{pricing.ByWeight, "FR", 999, 0, 1500, true},
		{pricing.ByWeight, "FR", 1000, 0, 2500, true},
		{pricing.ByWeight, "DE", 499, 0, 0, false},
		{pricing.ByWeight, "DE", 500, 0, 700, true},
		{pricing.ByAmount, "GB", 9999, 1999, 395, true},
		{pricing.ByAmount, "GB", 0, 2000, 695, true},
		{pricing.Flat, "GB", 9999, 9999, 395, true},
		{pricing.Flat, "US", 9999, 9999, 1500, true},
	} {
		m := pricing.Method{MethodFacts: pricing.MethodFacts{Kind: c.kind, Table: table}}
		got, ok := m.Charge(c.country, c.weight, c.amount)
		if got != c.want || ok != c.ok {
			t.Errorf("%+v: got %d, %v", c, got, ok)
		}
	}
	home := pricing.Method{MethodFacts: pricing.MethodFacts{Kind: pricing.Flat, Table: table[3:]}}
	if _, ok := home.Charge("US", 0, 0); ok {
		t.Error("a method without steps for other countries ships there")
	}
}
