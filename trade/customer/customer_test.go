package customer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

func open(t *testing.T, d *db.DB) *tradetest.Shop {
	return tradetest.Open(t, d, customer.Operations(number.NewSource()))
}

func facts() customer.Facts {
	return customer.Facts{
		Terms:   customer.Terms{Type: "corporate", Active: true, OnAccount: true, PaymentTermsDays: 30, ExternalID: "crm-7"},
		Contact: customer.Contact{Name: "Zoë Ångström", Company: "Käse_100% GmbH", Email: "zoe@example.com", Phone: "+49 30 1234"},
	}
}

func create(s *tradetest.Shop, f customer.Facts) *customer.Customer {
	return tradetest.Do[*customer.Customer](s, "customer.create", customer.CreateIn{Facts: f})
}

// Spec: 1.1.2
func TestACustomerIsFoundByAnyPartOfThePhoneNumber(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := create(s, facts())
		for word, want := range map[string]int{"+49301234": 1, "301234": 1, `"30 1234"`: 1, "0123": 1, "49 1234": 1, "3012345": 0} { // order-free: each is looked for by itself
			found := tradetest.Do[query.Rows[*customer.Customer]](s, "customer.list", query.Input{Filter: word}).Items
			if len(found) != want || want == 1 && found[0].ID != c.ID {
				t.Errorf("%s finds %d customers, want %d", word, len(found), want)
			}
		}
	})
}

// Spec: 1.1.2
func TestAWordFindsTheSameCustomersWhetherFewHaveItOrMany(t *testing.T) {
	before := *customer.FewFound
	t.Cleanup(func() { *customer.FewFound = before })
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for i := range 9 {
			f := facts()
			f.ExternalID, f.Name, f.Email = "", fmt.Sprintf("Ada Nr%d", i), fmt.Sprintf("ada%d@example.com", i)
			c := create(s, f)
			if i%3 == 0 { // two profiles, of which one does not count
				f.Name = fmt.Sprintf("Bea Nr%d", i)
				tradetest.Do[*customer.Customer](s, "customer.update", customer.UpdateIn{ID: c.ID, Facts: f})
			}
		}
		for _, few := range []int{1, 4, 8, 100} {
			*customer.FewFound = few
			for filter, want := range map[string]string{ // order-free: each is looked for by itself
				"example": "0 1 2 3 4 5 6 7 8", "a5@ex": "5", `"ada nr"`: "1 2 4 5 7 8", "bea": "0 3 6", "nobody": "", "C-000007": "6",
				"ada3 bea": "3", "-bea nr": "1 2 4 5 7 8", "bea OR a1@": "0 1 3 6", "1234 zzz": "", "a a a a a a bea": "0 3 6",
			} {
				for _, sort := range []string{"", "-number", "name"} {
					var found []string
					in := query.Input{Filter: filter, Sort: sort, Limit: 2, Count: true}
					for {
						page := tradetest.Do[query.Rows[*customer.Customer]](s, "customer.list", in)
						for _, c := range page.Items {
							found = append(found, c.Name[len(c.Name)-1:])
						}
						if *page.Count != len(strings.Fields(want)) {
							t.Errorf("%s finds %d customers, want %s", filter, *page.Count, want)
						}
						if in.After = page.Next; in.After == "" {
							break
						}
					}
					if slices.Sort(found); strings.Join(found, " ") != want {
						t.Errorf("with %d as few, %s by %q finds %v, want %s", few, filter, sort, found, want)
					}
				}
			}
		}
	})
}

func TestACustomerIsAddedAndChanged(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		s.Write(`INSERT INTO price_lists (id, code, name, currency, tax_inclusive, created_at, version, event_sequence) VALUES ('prl_1', 'b2b', 'B2B', 'EUR', FALSE, 0, 1, 1)`)
		c := create(s, facts())
		if c.Number != "C-000001" || c.Language != "en" || c.TimeZone != "UTC" {
			t.Errorf("got %+v", c)
		}
		changed := facts()
		changed.PriceListID, changed.TaxExempt, changed.Language, changed.ExternalID = "prl_1", true, "de-CH", ""
		tradetest.Do[*customer.Customer](s, "customer.update", customer.UpdateIn{ID: c.ID, Facts: changed})
		if n := s.Count(`SELECT count(*) FROM customer_profiles`); n != 1 {
			t.Errorf("other terms left %d versions of the profile, want 1", n)
		}
		changed.Name = "Zoe Schmidt"
		tradetest.Do[*customer.Customer](s, "customer.update", customer.UpdateIn{ID: c.ID, Facts: changed})
		got := tradetest.Do[*customer.Customer](s, "customer.get", customer.GetIn{ID: c.ID})
		if got.Contact != changed.Contact || got.ProfileVersion != 2 || got.Version != 3 || got.PriceListID != "prl_1" || !got.TaxExempt || got.ExternalID != "" || got.Number != "C-000001" {
			t.Errorf("got %+v", got)
		}
		s.Wrote(c.ID,
			[]string{"1 customer.created", `"number":"C-000001"`, `"type":"corporate"`, `"payment_terms_days":30`, `"on_account":true`, `"profile_version":1`, `"external_id":"crm-7"`},
			[]string{"2 customer.updated", `"external_id":""`, `"price_list_id":"prl_1"`, `"tax_exempt":true`, `"language":"de-CH"`, `"profile_version":1`, `"version":2`},
			[]string{"3 customer.updated", `"profile_version":2`})
		if events := strings.Join(s.Events(c.ID), ""); strings.Contains(events, "Zo") || strings.Contains(events, "example.com") || strings.Contains(events, "GmbH") || strings.Contains(events, "1234") {
			t.Errorf("personal values are in the events: %s", events)
		}
	})
}

// Spec: 1.1.3
func TestACustomerIsRefusedWithAllItsFaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := create(s, facts())
		s.Refused("customer.create", customer.CreateIn{Facts: facts()}, "/external_id already_exists")
		wrong := customer.Facts{
			Terms:   customer.Terms{Type: "pirate", TimeZone: "Sea", PriceListID: "prl_none"},
			Contact: customer.Contact{Email: "Zoe <zoe@example.com>", Phone: "+"},
		}
		faults := []string{"/type customer_type_invalid", "/time_zone value_invalid", "/price_list_id value_invalid", "/name field_required", "/email email_invalid", "/phone phone_invalid"}
		s.Refused("customer.create", customer.CreateIn{Facts: wrong}, faults...)
		s.Refused("customer.update", customer.UpdateIn{ID: c.ID, Facts: wrong}, faults...)
		s.Refused("customer.update", customer.UpdateIn{ID: "cus_none", Facts: facts()}, "not_found")
		s.Refused("customer.get", customer.GetIn{ID: "cus_none"}, "not_found")
		s.Refused("customer.addresses", customer.GetIn{ID: "cus_none"}, "not_found")

		s.Actor.Scope = auth.Scope{Customer: "cus_other"}
		s.Refused("customer.get", customer.GetIn{ID: c.ID}, "not_found")
		s.Refused("customer.addresses", customer.GetIn{ID: c.ID}, "not_found")
		s.Refused("customer.add_address", customer.AddAddressIn{ID: c.ID, Address: home}, "not_found")
	})
}

// Spec: 1.1.2
func TestACustomerIsFoundByAnyPartOfTheProfile(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		zoe := create(s, facts())
		create(s, customer.Facts{Terms: customer.Terms{Type: "retail", Active: true}, Contact: customer.Contact{Name: "Bob", Email: "bob@example.com"}})
		for word, want := range map[string]int{
			"angstrom": 1, "ÅNGSTR": 1, "käse_1": 1, "kase": 1, `"0% g"`: 1, "k_se": 0, "%": 1, "example": 2, "30": 1, "C-00000": 2, "c-000001": 1, "zoe kase": 1, "zoe bob": 0,
			"name:zoe": 1, "name:angstrom": 0, "type:retail": 1, "on_account:true": 1, "external_id:crm-7": 1, "-zoe": 1, "email:BOB": 1,
		} {
			list := tradetest.Do[query.Rows[*customer.Customer]](s, "customer.list", query.Input{Filter: word})
			if len(list.Items) != want {
				t.Errorf("%q finds %d customers, want %d", word, len(list.Items), want)
			}
		}
		list := tradetest.Do[query.Rows[*customer.Customer]](s, "customer.list", query.Input{Sort: "-name", Limit: 1})
		if len(list.Items) != 1 || list.Items[0].ID != zoe.ID || list.Next == "" {
			t.Errorf("sorted by name, the last is %+v", list)
		}
		renamed := facts()
		renamed.Name = "Mia"
		tradetest.Do[*customer.Customer](s, "customer.update", customer.UpdateIn{ID: zoe.ID, Facts: renamed})
		for word, want := range map[string]int{"mia": 1, "angstrom": 0} {
			if list := tradetest.Do[query.Rows[*customer.Customer]](s, "customer.list", query.Input{Filter: word}); len(list.Items) != want {
				t.Errorf("%q finds %d customers after Zoë Ångström has become Mia, want %d", word, len(list.Items), want)
			}
		}
	})
}

// Spec: 1.1.2
func TestContactsAreChecked(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		try := func(email, phone string, want ...string) {
			t.Helper()
			s.Refused("customer.create", customer.CreateIn{Facts: customer.Facts{Terms: customer.Terms{Type: "pirate"}, Contact: customer.Contact{Company: "X", Email: email, Phone: phone}}},
				append([]string{"/type customer_type_invalid"}, want...)...)
		}
		try("", "")
		try("a.b+c@sub.example.com", "+44 20 7946 0000")
		try("a@b", "12345")
		try("a", "1234", "/email email_invalid", "/phone phone_invalid")
		try("a@b@c", "1234567890123456789012", "/email email_invalid", "/phone phone_invalid")
		try("a b@example.com", "12-345", "/email email_invalid", "/phone phone_invalid")
		try("a@example.com\n", "     ", "/email email_invalid", "/phone phone_invalid")
	})
}

var home = customer.Address{Contact: customer.Contact{Name: "Zoë"}, Street: "Weg 1", Postcode: "10115", City: "Berlin", Country: "DE"}

func TestTheAddressBookKeepsItsDefaultFirst(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := create(s, facts())
		add := func(label string, first bool) *customer.Entry {
			t.Helper()
			return tradetest.Do[*customer.Entry](s, "customer.add_address", customer.AddAddressIn{ID: c.ID, Label: label, Default: first, Address: home})
		}
		one, _, three := add("one", false), add("two", false), add("three", true)
		labels := func() string {
			var all []string
			for _, e := range tradetest.Do[customer.Book](s, "customer.addresses", customer.GetIn{ID: c.ID}).Items {
				if e.Address != home || e.CustomerID != c.ID {
					t.Errorf("the book has %+v", e)
				}
				all = append(all, e.Label)
			}
			return strings.Join(all, " ")
		}
		if got := labels(); got != "three one two" {
			t.Errorf("the book is %s", got)
		}
		got := tradetest.Do[*customer.Customer](s, "customer.remove_address", customer.RemoveAddressIn{ID: c.ID, AddressID: one.ID})
		if labels() != "three two" || got.Version != 5 {
			t.Errorf("the book is %s in version %d", labels(), got.Version)
		}
		if n := s.Count(`SELECT count(*) FROM addresses WHERE id = $1`, one.ID); n != 1 {
			t.Error("the copy of a removed address is gone")
		}
		wrong := home
		wrong.Contact = customer.Contact{Email: "@"}
		s.Refused("customer.add_address", customer.AddAddressIn{ID: c.ID, Address: wrong}, "/name field_required", "/email email_invalid")
		s.Refused("customer.add_address", customer.AddAddressIn{ID: "cus_none", Address: home}, "not_found")
		s.Refused("customer.remove_address", customer.RemoveAddressIn{ID: c.ID, AddressID: one.ID}, "not_found")
		s.Refused("customer.remove_address", customer.RemoveAddressIn{ID: "cus_none", AddressID: three.ID}, "not_found")
		s.Wrote(c.ID, []string{"1 customer.created"},
			[]string{"2 customer.address_added", `"address_id":"` + one.ID + `"`, `"position":1`, `"version":2`},
			[]string{"3 customer.address_added", `"position":2`},
			[]string{"4 customer.address_added", `"address_id":"` + three.ID + `"`, `"position":0`},
			[]string{"5 customer.address_removed", `"address_id":"` + one.ID + `"`, `"version":5`})
		if events := strings.Join(s.Events(c.ID), ""); strings.Contains(events, "Weg") || strings.Contains(events, "three") {
			t.Errorf("personal values are in the events: %s", events)
		}
	})
}

func TestARepeatedKeyAddsOneAddress(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		c := create(s, facts())
		in := customer.AddAddressIn{ID: c.ID, Address: home}
		first, err := s.TryWithKey("customer.add_address", in, "k")
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.TryWithKey("customer.add_address", in, "k")
		if err != nil || first.(*customer.Entry).ID != again.(*customer.Entry).ID {
			t.Errorf("got %+v, then %+v, %v", first, again, err)
		}
	})
}

func TestCopiesOfAddressesAreReadAtOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		contact := customer.Address{Contact: customer.Contact{Name: "Guest", Email: "g@example.com"}}
		var ids []string
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			ids = append(customer.InsertAddresses(tx, "", home, contact), customer.InsertAddress(tx, "cus_1", home))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]customer.Address{}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Load(customer.Addresses(append(ids, "adr_none"), got), customer.Addresses(nil, got))
		})
		if err != nil || len(got) != 3 || got[ids[0]] != home || got[ids[1]] != contact || got[ids[2]] != home {
			t.Errorf("got %+v, %v", got, err)
		}
	})
}

func TestFoldForgetsCaseAndAccents(t *testing.T) {
	for text, want := range map[string]string{"Zoë ÅNGSTRÖM": "zoe angstrom", "ﬁn": "fin", "Łódź": "łodz", "": ""} {
		if got := customer.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}
