package template_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/sales/template"
	"ordo/trade/tradetest"
)

func each(t *testing.T, fn func(t *testing.T, s *ordertest.Shop)) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) { fn(t, ordertest.Open(t, d, template.Operations)) })
}

func wants(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %s, want %s", what, got, want)
	}
}

// as acts as somebody until the returned function is called.
func as(s *ordertest.Shop, a auth.Actor) (back func()) {
	all := s.Actor
	s.Actor = a
	return func() { s.Actor = all }
}

func seen(s *ordertest.Shop) string {
	var names []string
	for _, t := range tradetest.Do[query.Rows[*template.Template]](s.Shop, "template.list", query.Input{}).Items {
		names = append(names, fmt.Sprint(t.Name, " ", t.Lines))
	}
	return strings.Join(names, ", ")
}

func do(s *ordertest.Shop, name string, in any) *template.Template {
	return tradetest.Do[*template.Template](s.Shop, name, in)
}

// Spec: 1.2.2
func TestATemplateIsOnesOwnUntilItIsShared(t *testing.T) {
	each(t, func(t *testing.T, s *ordertest.Shop) {
		source := s.Place(ordertest.Line("TEA", 2), ordertest.Line("SET", 1))
		weekly := do(s, "template.save", template.SaveIn{Name: "Weekly", OrderID: source.ID})
		wants(t, "saved", fmt.Sprint(weekly.Name, weekly.Lines, weekly.UserID == s.Actor.ID, weekly.CustomerID == source.CustomerID, weekly.ChannelID == source.ChannelID), "Weekly2 true true true")
		s.Refused("template.save", template.SaveIn{Name: "wEEKLY", OrderID: source.ID}, "/name already_exists")
		s.Refused("template.save", template.SaveIn{Name: " ", OrderID: "ord_none"}, "/name value_invalid", "/order_id not_found")

		get := template.GetIn{ID: weekly.ID}
		clerk := auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("order.*", "template.change", "template.get", "template.list", "template.remove", "template.save")}
		back := as(s, clerk)
		for _, name := range []string{"template.get", "template.remove"} {
			s.Refused(name, get, "not_found")
		}
		wants(t, "a clerk sees", seen(s), "")
		do(s, "template.save", template.SaveIn{Name: "Weekly", OrderID: source.ID}) // the name is taken for others only
		back()

		if again := do(s, "template.share", get); again.UserID != "" || do(s, "template.share", get).Version != 2 {
			t.Errorf("shared: %+v", again)
		}
		back = as(s, clerk)
		wants(t, "a clerk sees", seen(s), "Weekly 2, Weekly 2")
		s.Refused("template.remove", get, "permission_missing")
		s.Refused("template.change", template.ChangeIn{ID: weekly.ID, SaveIn: template.SaveIn{Name: "Mine", OrderID: source.ID}}, "permission_missing")
		back()
		back = as(s, auth.Actor{ID: "key_till", Kind: auth.Key, Permissions: auth.All, Scope: auth.Scope{Channels: []string{s.Till}}})
		wants(t, "another channel sees", seen(s), "")
		s.Refused("template.get", get, "not_found")
		s.Refused("template.save", template.SaveIn{Name: "Mine", OrderID: source.ID}, "/order_id not_found")
		back()

		other := s.Place(ordertest.Line("MUG", 1))
		changed := do(s, "template.change", template.ChangeIn{ID: weekly.ID, SaveIn: template.SaveIn{Name: "Monthly", OrderID: other.ID}})
		wants(t, "changed", fmt.Sprint(changed.Name, changed.Lines, changed.OrderID == other.ID), "Monthly1 true")
		s.Wrote(weekly.ID, []string{"1 template.saved", source.ID}, []string{"2 template.shared"}, []string{"3 template.changed", other.ID})
		wants(t, "events that tell a name", fmt.Sprint(s.Count(`SELECT count(*) FROM events WHERE body LIKE '%Weekly%' OR body LIKE '%Monthly%'`)), "0")
		do(s, "template.remove", get)
		s.Refused("template.get", get, "not_found")
		wants(t, "after the removal", seen(s), "")
		do(s, "template.save", template.SaveIn{Name: "Monthly", OrderID: other.ID})
		invarianttest.Clean(t, s.DB, []invariant.Check{template.Projection.Check()})
	})
}

// Spec: 1.2.2
func TestWhatIsMadeOfATemplateCanBeForAnotherCustomer(t *testing.T) {
	each(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(ordertest.Line("TEA", 100), ordertest.Line("MUG", 1))})
		weekly := do(s, "template.save", template.SaveIn{Name: "Weekly", OrderID: draft.ID})
		s.Price(s.List, "TEA", 7_000_000)
		s.Write(`UPDATE variants SET active = FALSE WHERE sku = 'MUG'`)
		made := s.Do("order.clone", order.CloneIn{ID: weekly.OrderID, CustomerID: s.Trader})
		wants(t, "made of it", fmt.Sprint(made.Status, made.CustomerID == s.Trader, len(made.Lines), made.Lines[0].UnitPrice, made.Deliveries[0].Address == nil, made.Differences[2].Code), "drafttrue 1 6 truevariant_inactive")
		own := s.Do("order.clone", order.CloneIn{ID: weekly.OrderID, CustomerID: draft.CustomerID})
		wants(t, "made for its own customer", own.Deliveries[0].Address.City, draft.Deliveries[0].Address.City)
	})
}
