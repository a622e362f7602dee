package catalog_test

import (
	"fmt"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/catalog"
	"ordo/trade/tradetest"
)

func TestLimitsAreSetForThoseTheActorSees(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		v := create(s, "Cup", stock("CUP")).Variants[0]
		list := priceList(s, "list", "GBP").ID
		sell(s, list, list)
		in := func(limits ...catalog.Limit) catalog.SetLimitsIn {
			return catalog.SetLimitsIn{ID: v.ID, Limits: limits}
		}
		own := catalog.Limit{ChannelID: "cha_all", CustomerID: "cus_own", Minimum: 2_000}
		set := tradetest.Do[*catalog.Variant](s, "variant.set_limits", in(own, catalog.Limit{CustomerID: "cus_plain", Multiple: 3_000}, catalog.Limit{ChannelID: "cha_some", Maximum: 9_000}))
		if set.Version != 2 || set.SKU != "CUP" {
			t.Errorf("got %+v", set)
		}
		s.Wrote(v.ID, []string{"1 variant.created"}, []string{"2 variant.limits_set", `"channel_id":"cha_all","customer_id":"cus_own","minimum":2`, `"version":2`})
		listed := func() string {
			var all []catalog.Limit
			for _, l := range tradetest.Do[query.Rows[*catalog.Limit]](s, "variant.limits", catalog.LimitsIn{ID: v.ID}).Items {
				all = append(all, *l)
			}
			return fmt.Sprint(all)
		}
		if got, want := listed(), fmt.Sprint([]catalog.Limit{{CustomerID: "cus_plain", Multiple: 3_000}, own, {ChannelID: "cha_some", Maximum: 9_000}}); got != want {
			t.Errorf("listed are %s, want %s", got, want)
		}

		s.Refused("variant.set_limits", in(catalog.Limit{Minimum: 1}, catalog.Limit{ChannelID: "cha_none", Minimum: -1}, catalog.Limit{ChannelID: "cha_all", CustomerID: "cus_none", Minimum: 9, Maximum: 8}, own, own),
			"/limits/0/channel_id field_required", "/limits/1/channel_id not_found", "/limits/1/minimum amount_out_of_range",
			"/limits/2/customer_id not_found", "/limits/2/maximum value_invalid", "/limits/4 already_exists")
		s.Refused("variant.set_limits", catalog.SetLimitsIn{ID: "var_none", Limits: []catalog.Limit{own}}, "not_found")
		s.Refused("variant.limits", catalog.LimitsIn{ID: "var_none"}, "not_found")
		s.Actor.Scope = auth.Scope{Channels: []string{"cha_all"}, Customer: "cus_own"}
		s.Refused("variant.set_limits", in(catalog.Limit{CustomerID: "cus_own", Minimum: 1}, catalog.Limit{ChannelID: "cha_some", CustomerID: "cus_plain", Minimum: 1}, catalog.Limit{ChannelID: "cha_all", Minimum: 1}),
			"/limits/0/channel_id field_required", "/limits/1/channel_id not_found", "/limits/1/customer_id not_found", "/limits/2/customer_id field_required")
		if got, want := listed(), fmt.Sprint([]catalog.Limit{own}); got != want {
			t.Errorf("in scope are %s, want %s", got, want)
		}
		own.Minimum = 0
		tradetest.Do[*catalog.Variant](s, "variant.set_limits", in(own))
		if got := listed(); got != "[]" {
			t.Errorf("%s are left", got)
		}
	})
}

// Spec: 1.3.4
func TestLimitsThatNoOrderCanKeepLeaveNoQuantity(t *testing.T) {
	huge := catalog.Offer{Multiple: 999_999_999_989, Limits: []catalog.Limit{{ChannelID: "a", Multiple: 999_999_999_961}, {ChannelID: "b", Multiple: 2}}}
	if s := huge.Strictest(1_000); s.Odd.ChannelID != "" || s.Odd.Multiple == 0 || s.Step < 1e12 {
		t.Errorf("got %+v", s)
	}
}

func TestUnitsOfAVariantAreToldApart(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		f := stock("CUP")
		f.Units = []catalog.SalesUnit{{Unit: "box", Quantity: 12_000}, {Unit: "bag", Quantity: 500}}
		v := create(s, "Cup", f).Variants[0]
		if got := tradetest.Do[*catalog.Variant](s, "variant.get", catalog.GetIn{ID: v.ID}).Units; fmt.Sprint(got) != fmt.Sprint(f.Units) {
			t.Errorf("got %v", got)
		}
		s.Wrote(v.ID, []string{"1 variant.created", `"units":[{"quantity":12,"unit":"box"},{"quantity":0.5,"unit":"bag"}]`})
		f.Units = []catalog.SalesUnit{{Unit: "each", Quantity: 1_000}, {Unit: "box", Quantity: 0}, {Unit: "box", Quantity: 1}}
		s.Refused("variant.update", catalog.UpdateVariantIn{ID: v.ID, VariantFacts: f}, "/units/0/unit already_exists", "/units/1/quantity amount_out_of_range", "/units/2/unit already_exists")
	})
}
