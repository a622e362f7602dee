package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// sell opens two channels of the price list, and two customers, one of whom has a
// list of his own.
func sell(s *tradetest.Shop, listID, ownListID string) {
	s.Write(`INSERT INTO channels (id, code, name, kind, currency, price_list_id, number_pattern, time_zone, tax_country, payment_methods, assortment, active, created_at, version, event_sequence)
		VALUES ('cha_all', 'all', 'All', 'phone', 'GBP', $1, 'A-{seq}', 'UTC', 'GB', '[]', 'all', TRUE, 0, 1, 1), ('cha_some', 'some', 'Some', 'phone', 'GBP', $1, 'B-{seq}', 'UTC', 'GB', '[]', 'listed', TRUE, 0, 1, 1)`, listID)
	s.Write(`INSERT INTO customers (id, number, type, active, price_list_id, profile_version, created_at, version, event_sequence)
		VALUES ('cus_own', '1', 'vip', TRUE, $1, 1, 0, 1, 1), ('cus_plain', '2', 'retail', TRUE, NULL, 1, 0, 1, 1)`, ownListID)
}

func offers(s *tradetest.Shop, channelID, ownList string, want ...catalog.Want) *catalog.OfferSet {
	var set catalog.OfferSet
	s.Read(func(tx *db.Tx) error {
		if err := tx.Load(catalog.Offers(channelID, ownList, want, &set)...); err != nil {
			return err
		}
		return tx.Load(set.Parts(channelID, ownList)...)
	})
	return &set
}

func TestOffersTellAllThatAnOrderNeeds(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		cup := stock("Cup")
		cup.Title, cup.Barcodes, cup.WeightGrams, cup.Minimum, cup.Maximum, cup.Multiple, cup.Backorder, cup.Unit = "A cup", []string{"96385074"}, 350, 1_000, 9_000, 500, true, "box"
		p := create(s, "Cup", cup, stock("Lid"), bundle("Set", catalog.Part{SKU: "Lid", Quantity: 6_000}, catalog.Part{SKU: "cup", Quantity: 1_500}), stock("Bare"))
		list, own := priceList(s, "list", "GBP"), priceList(s, "own", "GBP")
		tradetest.Do[*catalog.PriceList](s, "price.set", catalog.SetPricesIn{ID: list.ID, Prices: []catalog.PriceRow{
			{SKU: "CUP", Minimum: 12_000, UnitPrice: 3}, {SKU: "CUP", UnitPrice: 5}, {SKU: "CUP", Minimum: 2_000, UnitPrice: 4}, {SKU: "LID", UnitPrice: 1}, {SKU: "SET", UnitPrice: 9},
		}})
		tradetest.Do[*catalog.PriceList](s, "price.set", catalog.SetPricesIn{ID: own.ID, Prices: []catalog.PriceRow{{SKU: "CUP", UnitPrice: 2}}})
		sell(s, list.ID, own.ID)
		s.Write(`INSERT INTO channel_variants (channel_id, variant_id) SELECT 'cha_some', id FROM variants WHERE sku = 'Lid'`)
		setID := p.Variants[slices.IndexFunc(p.Variants, func(v *catalog.Variant) bool { return v.SKU == "Set" })].ID

		set := offers(s, "cha_all", "", catalog.Want{SKU: " cup"}, catalog.Want{SKU: "cup"}, catalog.Want{VariantID: setID}, catalog.Want{SKU: "SET"}, catalog.Want{SKU: "bare"}, catalog.Want{SKU: "none"}, catalog.Want{Barcode: "96385074"}, catalog.Want{Barcode: "none"})
		if set.PriceListID != list.ID || set.Currency != "GBP" || !set.TaxInclusive {
			t.Errorf("the price list is %s in %s", set.PriceListID, set.Currency)
		}
		o := set.Find(catalog.Want{SKU: "CUP"})
		if o == nil {
			t.Fatal("no offer for the cup")
		}
		if o.SKU != "Cup" || o.Title != "A cup" || o.Kind != "stock" || o.Unit != "box" || o.TaxClass != "standard" || o.WeightGrams != 350 || o.Minimum != 1_000 || o.Maximum != 9_000 || o.Multiple != 500 ||
			!o.Backorder || o.LotTracked || o.Hazardous || o.Bundle || !o.Active || !o.Listed || !slices.Equal(o.Breaks, []catalog.Break{{0, 5}, {2_000, 4}, {12_000, 3}}) {
			t.Errorf("got %+v", o)
		}
		if set.Find(catalog.Want{Barcode: "96385074"}) != o {
			t.Error("the barcode leads elsewhere")
		}
		b := set.Find(catalog.Want{VariantID: setID})
		if b == nil || b != set.Find(catalog.Want{SKU: "set"}) || !b.Bundle || len(b.Parts) != 2 {
			t.Fatalf("the bundle is %+v", b)
		}
		if b.Parts[0].SKU != "Lid" || b.Parts[0].Quantity != 6_000 || b.Parts[1].SKU != "Cup" || b.Parts[1].Quantity != 1_500 || len(b.Parts[1].Breaks) != 3 || b.Parts[1].WeightGrams != 350 {
			t.Errorf("the parts are %+v", b.Parts)
		}
		if bare := set.Find(catalog.Want{SKU: "Bare"}); bare == nil || len(bare.Breaks) != 0 {
			t.Errorf("without a price there is %+v", bare)
		}
		for _, w := range []catalog.Want{{SKU: "none"}, {Barcode: "none"}, {VariantID: "var_none"}} {
			if set.Find(w) != nil {
				t.Errorf("%+v was found", w)
			}
		}

		for _, c := range []struct {
			channel, own, list string
			price              money.UnitPrice
			cup, lid           bool
		}{{"cha_all", own.ID, own.ID, 2, true, true}, {"cha_all", "", list.ID, 5, true, true}, {"cha_some", "", list.ID, 5, false, true}, {"cha_none", "", "", 0, false, false}} {
			set := offers(s, c.channel, c.own, catalog.Want{SKU: "Cup"}, catalog.Want{SKU: "Lid"})
			cup, lid := set.Find(catalog.Want{SKU: "Cup"}), set.Find(catalog.Want{SKU: "Lid"})
			if price, _ := cup.Price(1_000); set.PriceListID != c.list || price != c.price || cup.Listed != c.cup || lid.Listed != c.lid {
				t.Errorf("%s for %s: list %s, cup at %s, listed %v and %v", c.channel, c.own, set.PriceListID, price, cup.Listed, lid.Listed)
			}
		}

		foreign := priceList(s, "foreign", "EUR")
		if set := offers(s, "cha_all", foreign.ID, catalog.Want{SKU: "Cup"}); set.PriceListID != list.ID {
			t.Errorf("a list in another currency than the channel's counts: %s", set.PriceListID)
		}
	})
}

func TestABundleWithoutPriceWantedInTwoWaysHasItsPartsOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		p := create(s, "Set", bundle("Set", catalog.Part{SKU: "Lid", Quantity: 6_000}), stock("Lid"))
		set := offers(s, "", "", catalog.Want{VariantID: p.Variants[1].ID}, catalog.Want{SKU: "set"})
		if o := set.Find(catalog.Want{SKU: "SET"}); o == nil || len(o.Parts) != 1 {
			t.Errorf("got %+v", o)
		}
	})
}

func TestOffersTakeAsManyStatementsForOneAsForMany(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		var variants []catalog.VariantFacts
		var want []catalog.Want
		for i := range 100 {
			sku := fmt.Sprintf("S%d", i)
			variants, want = append(variants, stock(sku)), append(want, catalog.Want{SKU: sku})
		}
		create(s, "Many", variants...)
		var set catalog.OfferSet
		if one, many := len(catalog.Offers("c", "", want[:1], &set)), len(catalog.Offers("c", "", want, &set)); one != many {
			t.Errorf("%d reads for one, %d for 100", one, many)
		}
		for _, n := range []int{0, 1, 6, 7, 100} {
			set := offers(s, "", "", want[:n]...)
			for _, w := range want[:n] {
				if o := set.Find(w); o == nil || o.SKU != w.SKU {
					t.Errorf("of %d, %s is %+v", n, w.SKU, o)
				}
			}
		}
	})
}

func TestAnOfferIsPricedByQuantity(t *testing.T) {
	o := catalog.Offer{Breaks: []catalog.Break{{2_000, 5}, {10_000, 4}}}
	for _, c := range []struct {
		q     money.Quantity
		price money.UnitPrice
		ok    bool
	}{{1_999, 0, false}, {2_000, 5, true}, {9_999, 5, true}, {10_000, 4, true}, {1_000_000, 4, true}} {
		if price, ok := o.Price(c.q); price != c.price || ok != c.ok {
			t.Errorf("%s cost %s, %v", c.q, price, ok)
		}
	}
}

// Spec: 1.3.1
func TestBarcodesHaveTheirCheckDigits(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		f := stock("A")
		f.Barcodes = []string{"96385074", "036000291452", "4006381333931", "10012345678902", "12345", "(01)ABC-9", "9638507X"}
		create(s, "Good", f)
		for _, code := range []string{"96385075", "036000291453", "4006381333930", "10012345678901", "", " A", "A ", "é", "a\nb", strings.Repeat("x", 49)} {
			f := stock("B")
			f.Barcodes = []string{code}
			s.Refused("product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Bad"}, Variants: []catalog.VariantFacts{f}}, "/variants/0/barcodes/0 barcode_invalid")
		}
	})
}
