package tax_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/tax"
	"ordo/trade/tradetest"
)

func row(country, class, from string, rate money.Rate) tax.Row {
	return tax.Row{Country: country, Class: class, ValidFrom: from, Name: "VAT", Rate: rate}
}

func set(s *tradetest.Shop, rows ...tax.Row) *tax.Rates {
	return tradetest.Do[*tax.Rates](s, "tax_rate.set", tax.SetIn{Rates: rows})
}

func short(rows []tax.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s %s %s %s", r.Country, r.Class, r.ValidFrom, r.Rate))
	}
	return strings.Join(all, ", ")
}

func TestRatesAreSetReplacedAndListed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, tax.Operations)
		set(s, row("GB", "standard", "2011-01-04", 200_000), row("DE", "standard", "2021-01-01", 190_000), row("DE", "standard", "2020-07-01", 160_000))
		got := set(s, row("DE", "reduced", "1969-12-31", 70_000), row("DE", "standard", "2020-07-01", 165_000))
		want := "DE reduced 1969-12-31 0.07, DE standard 2020-07-01 0.165, DE standard 2021-01-01 0.19"
		if short(got.Items) != want || got.Version != 2 {
			t.Errorf("got %s in version %d", short(got.Items), got.Version)
		}
		var listed []tax.Row
		for _, r := range tradetest.Do[query.Rows[*tax.Row]](s, "tax_rate.list", query.Input{Filter: "country:DE"}).Items {
			listed = append(listed, *r)
		}
		if short(listed) != want || listed[0].Name != "VAT" {
			t.Errorf("the list has %s", short(listed))
		}
		s.Wrote("tax_DE",
			[]string{"1 tax.rates_set", `{"class":"standard","country":"DE","name":"VAT","rate":"0.19","valid_from":"2021-01-01"}`, `"rate":"0.16"`, `"version":1`},
			[]string{"2 tax.rates_set", `"rate":"0.165"`, `"rate":"0.07"`, `"version":2`})
		s.Wrote("tax_GB", []string{"1 tax.rates_set", `"rates":[{"class":"standard","country":"GB"`, `"version":1`})
	})
}

func TestARepeatedKeyAnswersWithTheRatesOfTheSameCountries(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, tax.Operations)
		in := tax.SetIn{Rates: []tax.Row{row("GB", "standard", "2011-01-04", 200_000), row("DE", "standard", "2021-01-01", 190_000)}}
		for range 2 {
			got, err := s.TryWithKey("tax_rate.set", in, "k")
			if err != nil {
				t.Fatal(err)
			}
			if r := got.(*tax.Rates); short(r.Items) != "DE standard 2021-01-01 0.19, GB standard 2011-01-04 0.2" || r.Version != 2 {
				t.Errorf("got %s in version %d", short(r.Items), r.Version)
			}
			set(s, row("FR", "standard", "2014-01-01", 200_000))
		}
	})
}

func TestWrongRatesAreRefusedAllAtOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, tax.Operations)
		s.Refused("tax_rate.set", tax.SetIn{Rates: []tax.Row{
			row("GB", "standard", "2011-02-30", 200_000), row("GB", "standard", "2011-01-04", 1_000_001), row("GB", "standard", "2011-01-04", -1),
		}}, "/rates/0/valid_from value_invalid", "/rates/1/rate amount_out_of_range", "/rates/2/rate amount_out_of_range", "/rates/2 already_exists")
	})
}

func TestTheRateOfTheDayIsFound(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, tax.Operations)
		set(s, row("DE", "standard", "2020-07-01", 160_000), row("DE", "standard", "2021-01-01", 190_000), row("DE", "reduced", "2021-01-01", 70_000), row("GB", "standard", "2011-01-04", 200_000), row("FR", "standard", "2014-01-01", 200_000))
		var table *tax.Table
		s.Read(func(tx *db.Tx) (err error) {
			known := tx.Known()
			if _, err = tax.Find(tx, known, []string{"GB", "US"}); err == nil { // remembered from here on
				table, err = tax.Find(tx, known, []string{"DE", "US", "GB"})
			}
			return err
		})
		newYear := time.Date(2020, 12, 31, 23, 30, 0, 0, time.UTC)
		for _, c := range []struct {
			country, class string
			exempt         bool
			at             time.Time
			want           money.Rate
			fault          bool
		}{
			{"DE", "standard", false, newYear, 160_000, false},
			{"DE", "standard", false, newYear.In(time.FixedZone("CET", 3600)), 190_000, false}, // it is 2021 there
			{"DE", "reduced", false, newYear, 0, true},
			{"DE", "reduced", true, newYear, 0, false},
			{"DE", "standard", true, newYear, 0, false},
			{"DE", "standard", false, newYear.AddDate(-1, 0, 0), 0, false}, // not collected yet
			{"DE", "none", false, newYear.AddDate(1, 0, 0), 0, true},
			{"US", "standard", false, newYear, 0, false},
			{"GB", "standard", false, newYear, 200_000, false},
			{"FR", "standard", false, newYear, 0, false}, // was not read
		} {
			var faults problem.List
			got := table.Rate(c.country, c.class, c.exempt, c.at, "/lines/0", &faults)
			if got.Rate != c.want || faults.Empty() == c.fault || c.want > 0 && got.Name != "VAT" {
				t.Errorf("%s of %s on %s: got %+v, %v", c.class, c.country, c.at, got, faults.Err())
			}
			if p := problem.As(faults.Err()); p != nil && (p.Faults[0].Code != tax.ErrMissing || p.Faults[0].Pointer != "/lines/0") {
				t.Errorf("got %v", p)
			}
		}
	})
}

func TestDefaultsAreTheRatesOfTheCountry(t *testing.T) {
	for country, want := range map[string]string{
		"GB": "GB reduced 2011-01-04 0.05, GB standard 2011-01-04 0.2, GB zero 2011-01-04 0",
		"DE": "DE reduced 1970-01-01 0.07, DE reduced 2020-07-01 0.05, DE reduced 2021-01-01 0.07, DE standard 1970-01-01 0.19, DE standard 2020-07-01 0.16, DE standard 2021-01-01 0.19",
		"DK": "DK standard 1970-01-01 0.25", "US": "",
	} {
		if got := short(tax.Defaults(country)); got != want {
			t.Errorf("%s starts with %s, want %s", country, got, want)
		}
	}
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, tax.Operations)
		for _, country := range []string{"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"} {
			rows := tax.Defaults(country)
			if !slices.ContainsFunc(rows, func(r tax.Row) bool { return r.Class == "standard" }) {
				t.Errorf("%s has no standard rate", country)
			}
			set(s, rows...)
		}
	})
}
