package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

func priceList(s *tradetest.Shop, code, currency string) *catalog.PriceList {
	return tradetest.Do[*catalog.PriceList](s, "price_list.create",
		catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: code, Name: "List " + code}, Currency: currency, TaxInclusive: true})
}

func TestAPriceListIsAddedRenamedAndListed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		l := priceList(s, "retail", "GBP")
		priceList(s, "b2b", "EUR")
		tradetest.Do[*catalog.PriceList](s, "price_list.update", catalog.UpdatePriceListIn{ID: l.ID, PriceListFacts: catalog.PriceListFacts{Code: "shop", Name: "Shop"}})
		got := tradetest.Do[*catalog.PriceList](s, "price_list.get", catalog.GetIn{ID: l.ID})
		if got.Code != "shop" || got.Name != "Shop" || got.Currency != "GBP" || !got.TaxInclusive || got.Version != 2 {
			t.Errorf("got %+v", got)
		}
		list := tradetest.Do[query.Rows[*catalog.PriceList]](s, "price_list.list", query.Input{Filter: "currency:GBP"})
		if len(list.Items) != 1 || list.Items[0].ID != l.ID {
			t.Errorf("the list has %+v", list.Items)
		}
		s.Wrote(l.ID, []string{"1 price_list.created", `"code":"retail"`, `"currency":"GBP"`, `"tax_inclusive":true`}, []string{"2 price_list.updated", `"code":"shop"`, `"version":2`})

		s.Refused("price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "b2b", Name: "X"}, Currency: "EUR"}, "/code already_exists")
		s.Refused("price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "x", Name: "X"}, Currency: "ABC"}, "/currency currency_unknown")
		s.Refused("price_list.update", catalog.UpdatePriceListIn{ID: l.ID, PriceListFacts: catalog.PriceListFacts{Code: "b2b", Name: "X"}}, "/code already_exists")
		s.Refused("price_list.update", catalog.UpdatePriceListIn{ID: "prl_none"}, "not_found")
		s.Refused("price_list.get", catalog.GetIn{ID: "prl_none"}, "not_found")
	})
}

func TestPricesAreSetAndReplaced(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		p := create(s, "Tea", stock("A"), stock("B"))
		l := priceList(s, "retail", "GBP")
		set := func(rows ...catalog.PriceRow) {
			t.Helper()
			tradetest.Do[*catalog.PriceList](s, "price.set", catalog.SetPricesIn{ID: l.ID, Prices: rows})
		}
		set(catalog.PriceRow{SKU: "a", UnitPrice: 2_000_000}, catalog.PriceRow{SKU: "A", Minimum: 10_000, UnitPrice: 1_500_000}, catalog.PriceRow{SKU: "B", UnitPrice: 1})
		set(catalog.PriceRow{SKU: "A", Minimum: 10_000, UnitPrice: 1_250_000})
		prices := func(filter string) string {
			var got []string
			for _, p := range tradetest.Do[query.Rows[*catalog.Price]](s, "price.list", catalog.PricesIn{ID: l.ID, Input: query.Input{Filter: filter}}).Items {
				got = append(got, fmt.Sprintf("%s from %s at %s", p.SKU, p.Minimum, p.UnitPrice))
			}
			return strings.Join(got, ", ")
		}
		if got := prices(""); got != "A from 0 at 2, A from 10 at 1.25, B from 0 at 0.000001" {
			t.Errorf("the list has %s", got)
		}
		if got := prices("minimum>=10 unit_price<2"); got != "A from 10 at 1.25" {
			t.Errorf("the filter finds %s", got)
		}
		s.Wrote(l.ID, []string{"1 price_list.created"},
			[]string{"2 price_list.prices_set", `{"minimum":10,"unit_price":"1.5","variant_id":"` + p.Variants[0].ID + `"}`, `"version":2`},
			[]string{"3 price_list.prices_set", `"prices":[{"minimum":10,"unit_price":"1.25"`})

		s.Refused("price.set", catalog.SetPricesIn{ID: l.ID, Prices: []catalog.PriceRow{{SKU: "none"}, {SKU: "A"}, {SKU: "a"}, {SKU: "B", Minimum: -1, UnitPrice: -1}}},
			"/prices/0/sku sku_unknown", "/prices/2 already_exists", "/prices/3/minimum amount_out_of_range", "/prices/3/unit_price amount_out_of_range")
		s.Refused("price.set", catalog.SetPricesIn{ID: "prl_none", Prices: []catalog.PriceRow{{SKU: "A"}}}, "not_found")
		s.Refused("price.list", catalog.PricesIn{ID: "prl_none"}, "not_found")
	})
}

func TestAThousandPricesAreSetAtOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		create(s, "Tea", stock("A"))
		l := priceList(s, "retail", "GBP")
		rows := make([]catalog.PriceRow, 1000)
		for i := range rows {
			rows[i] = catalog.PriceRow{SKU: "A", Minimum: money.Quantity(i), UnitPrice: money.UnitPrice(i)}
		}
		tradetest.Do[*catalog.PriceList](s, "price.set", catalog.SetPricesIn{ID: l.ID, Prices: rows})
		if n := s.Count(`SELECT count(*) FROM prices`); n != 1000 {
			t.Errorf("there are %d prices", n)
		}
	})
}
