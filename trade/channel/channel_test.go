package channel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/trade/channel"
	"ordo/trade/tradetest"
)

// open returns a workspace with two price lists, two locations, two variants.
func open(t *testing.T, d *db.DB) (*tradetest.Shop, *number.Source) {
	numbers := number.NewSource()
	s := tradetest.Open(t, d, channel.Operations(numbers))
	s.Write(`INSERT INTO price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence)
		VALUES ('prl_gbp', 'gbp', 'Pounds', 'GBP', TRUE, 0, 1, 1), ('prl_eur', 'eur', 'Euros', 'EUR', TRUE, 0, 1, 1)`)
	s.Write(`INSERT INTO locations (id, code, name, kind, country, time_zone, active, created_at, version, event_sequence)
		VALUES ('loc_1', 'one', 'One', 'warehouse', 'GB', 'UTC', TRUE, 0, 1, 1), ('loc_2', 'two', 'Two', 'store', 'GB', 'UTC', TRUE, 0, 1, 1)`)
	s.Write(`INSERT INTO products (id, title, description, category, created_at, version, event_sequence) VALUES ('prd_1', 'Tea', '', '', 0, 1, 1)`)
	s.Write(`INSERT INTO variants (id, product_id, sku, sku_folded, title, folded, kind, unit, tax_class, active, created_at, version, event_sequence)
		VALUES ('var_1', 'prd_1', 'T1', 'T1', 'Tea', 'tea', 'stock', 'each', 'standard', TRUE, 0, 1, 1), ('var_2', 'prd_1', 'T2', 'T2', 'Tea', 'tea', 'stock', 'each', 'standard', TRUE, 0, 1, 1)`)
	return s, numbers
}

func facts() channel.Facts {
	return channel.Facts{
		Code: "web", Name: "Online store", Kind: "online_store", Currency: "GBP", PriceListID: "prl_gbp", NumberPattern: "SO-{yyyy}-{seq:6}",
		TimeZone: "Europe/London", TaxCountry: "GB", PaymentMethods: []string{"on_account", "test"}, Assortment: "listed",
		Locations: []channel.Place{{LocationID: "loc_2", Rank: 2}, {LocationID: "loc_1", Rank: 1}}, Active: true,
	}
}

// Spec: 1.1.9
func TestAChannelIsAddedChangedAndListed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		c := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: facts()})
		got := tradetest.Do[*channel.Channel](s, "channel.get", channel.GetIn{ID: c.ID})
		if want := []channel.Place{{LocationID: "loc_1", Rank: 1}, {LocationID: "loc_2", Rank: 2}}; !slices.Equal(got.Locations, want) || !slices.Equal(c.Locations, want) {
			t.Errorf("locations are %v and %v, want %v", c.Locations, got.Locations, want)
		}
		if !slices.Equal(got.PaymentMethods, []string{"on_account", "test"}) || got.NumberPattern != "SO-{yyyy}-{seq:6}" || got.Assortment != "listed" {
			t.Errorf("got %+v", got)
		}
		changed := facts()
		changed.Name, changed.Locations = "Shop", nil
		tradetest.Do[*channel.Channel](s, "channel.update", channel.UpdateIn{ID: c.ID, Facts: changed})
		list := tradetest.Do[query.Rows[*channel.Channel]](s, "channel.list", query.Input{Filter: "currency:GBP active:true kind:online_store"})
		if len(list.Items) != 1 || list.Items[0].Name != "Shop" || list.Items[0].Version != 2 || len(list.Items[0].Locations) != 0 {
			t.Errorf("the list has %+v", list.Items)
		}
		s.Wrote(c.ID,
			[]string{"1 channel.created", `"code":"web"`, `"locations":[{"location_id":"loc_1","rank":1},{"location_id":"loc_2","rank":2}]`, `"payment_methods":["on_account","test"]`, `"version":1`},
			[]string{"2 channel.updated", `"name":"Shop"`, `"locations":[]`, `"version":2`})
	})
}

// Spec: 1.1.1, 1.1.9
func TestAChannelIsRefusedWithAllItsFaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		c := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: facts()})
		s.Refused("channel.create", channel.CreateIn{Facts: facts()}, "/code already_exists")

		wrong := facts()
		wrong.Currency, wrong.NumberPattern, wrong.TimeZone = "XYZ", "SO-{yyyy}", "Local"
		wrong.Locations = []channel.Place{{LocationID: "loc_1"}, {LocationID: "loc_9"}, {LocationID: "loc_1"}}
		faults := []string{"/currency currency_unknown", "/price_list_id currency_mismatch", "/number_pattern number_pattern_invalid",
			"/time_zone value_invalid", "/locations/1/location_id value_invalid", "/locations/2/location_id value_invalid"}
		s.Refused("channel.create", channel.CreateIn{Facts: wrong}, faults...)
		s.Refused("channel.update", channel.UpdateIn{ID: c.ID, Facts: wrong}, faults...)

		wrong = facts()
		wrong.PriceListID = "prl_none"
		s.Refused("channel.update", channel.UpdateIn{ID: c.ID, Facts: wrong}, "/price_list_id value_invalid")
		wrong.PriceListID = "prl_eur"
		s.Refused("channel.update", channel.UpdateIn{ID: c.ID, Facts: wrong}, "/price_list_id currency_mismatch")

		s.Refused("channel.get", channel.GetIn{ID: "cha_none"}, "not_found")
		s.Refused("channel.update", channel.UpdateIn{ID: "cha_none", Facts: facts()}, "not_found")
		s.Refused("channel.numbers", channel.NumbersIn{ID: "cha_none"}, "not_found")
		s.Refused("channel.publish", channel.PublishIn{ID: "cha_none", VariantIDs: []string{"var_1"}}, "not_found")

		s.Actor.Scope = auth.Scope{Channels: []string{"cha_other"}}
		s.Refused("channel.get", channel.GetIn{ID: c.ID}, "not_found")
		s.Refused("channel.unpublish", channel.PublishIn{ID: c.ID, VariantIDs: []string{"var_1"}}, "not_found")
		s.Actor.Scope = auth.Scope{Locations: []string{"loc_2"}}
		s.Refused("channel.update", channel.UpdateIn{ID: c.ID, Facts: facts()}, "/locations/1/location_id value_invalid")
	})
}

// Spec: 1.1.1
func TestTheNextNumbersArePreviewedAndThenGiven(t *testing.T) {
	newYear := clock.NewManual(time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC)) // 2026 in Tokyo
	dbtest.Each(t, db.Options{Clock: newYear}, func(t *testing.T, d *db.DB) {
		s, numbers := open(t, d)
		f := facts()
		f.TimeZone = "Asia/Tokyo"
		c := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: f})
		f.Code, f.NumberPattern = "phone", "SO-{yyyy}-{seq}"
		twin := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: f})

		preview := func(in channel.NumbersIn, want ...string) {
			t.Helper()
			if got := tradetest.Do[channel.Numbers](s, "channel.numbers", in).Numbers; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		preview(channel.NumbersIn{ID: c.ID}, "SO-2026-000001", "SO-2026-000002", "SO-2026-000003")
		for i, c := range []*channel.Channel{c, twin, c} {
			err := d.Tx(t.Context(), func(tx *db.Tx) error {
				got, err := c.NextNumber(tx, numbers)
				if want := []string{"SO-2026-000001", "SO-2026-2", "SO-2026-000003"}[i]; got != want {
					err = fmt.Errorf("got %s, want %s", got, want)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		preview(channel.NumbersIn{ID: c.ID, Count: 1}, "SO-2026-000004")
		preview(channel.NumbersIn{ID: c.ID, Count: 2, Pattern: "{yy}/{mm}-{seq}"}, "26/01-1", "26/01-2")
		s.Refused("channel.numbers", channel.NumbersIn{ID: c.ID, Pattern: "SO"}, "/pattern number_pattern_invalid")
	})
}

func TestVariantsArePublishedAndUnpublished(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s, _ := open(t, d)
		c := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: facts()})
		listed := func() int64 {
			return s.Count(`SELECT count(*) FROM channel_variants WHERE channel_id = $1`, c.ID)
		}
		for range 2 {
			tradetest.Do[*channel.Channel](s, "channel.publish", channel.PublishIn{ID: c.ID, VariantIDs: []string{"var_1", "var_2"}})
			if n := listed(); n != 2 {
				t.Errorf("%d variants are listed, want 2", n)
			}
		}
		s.Refused("channel.publish", channel.PublishIn{ID: c.ID, VariantIDs: []string{"var_1", "var_8", "var_9"}}, "/variant_ids/1 value_invalid", "/variant_ids/2 value_invalid")
		got := tradetest.Do[*channel.Channel](s, "channel.unpublish", channel.PublishIn{ID: c.ID, VariantIDs: []string{"var_1"}})
		if n := listed(); n != 1 || got.Version != 4 {
			t.Errorf("%d variants are listed in version %d, want 1 in 4", n, got.Version)
		}
		s.Wrote(c.ID, []string{"1 channel.created"},
			[]string{"2 channel.published", `"variant_ids":["var_1","var_2"]`, `"version":2`},
			[]string{"3 channel.published"},
			[]string{"4 channel.unpublished", `"variant_ids":["var_1"]`, `"version":4`})
	})
}
