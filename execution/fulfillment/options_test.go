package fulfillment_test

import (
	"fmt"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

// Spec: 1.3.3
func TestThePickListShowsTheOptionsThatWereOrdered(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		v := tradetest.Do[query.Rows[*catalog.Variant]](s.Shop, "variant.list", query.Input{Filter: "sku:TEA"}).Items[0]
		in := catalog.UpdateVariantIn{ID: v.ID, VariantFacts: v.VariantFacts}
		in.Options = map[string]string{"cut": "fine", "grade": "1"}
		tradetest.Do[*catalog.Variant](s.Shop, "variant.update", in)
		o := s.place(line("TEA", 2), line("MUG", 1))
		in.Options = map[string]string{"cut": "coarse"}
		tradetest.Do[*catalog.Variant](s.Shop, "variant.update", in)
		f := s.owed(s.release(o), s.north)
		if got := fmt.Sprint(f.Lines[0].Options, f.Lines[1].Options); got != "map[cut:fine grade:1]map[]" && got != "map[cut:fine grade:1] map[]" {
			t.Errorf("the pick list says %s", got)
		}
		listed := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.list", query.Input{Filter: "order:" + o.ID}).Items[0]
		if got := listed.Lines[0].Options["cut"]; got != "fine" {
			t.Errorf("the list says %s", got)
		}
	})
}
