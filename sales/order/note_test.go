package order_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ordo/engine/auth"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// notes are the texts of an order's notes, with what they were copied from.
func notes(s *ordertest.Shop, id string) string {
	var all []string
	for _, n := range tradetest.Do[query.Rows[*order.Note]](s.Shop, "order.notes", order.OfOrderIn{ID: id}).Items {
		all = append(all, strings.TrimSpace(n.Text+" "+n.CopiedFrom))
	}
	return strings.Join(all, ", ")
}

func differences(s *ordertest.Shop, id string) order.DifferenceList {
	return tradetest.Do[order.DifferenceList](s.Shop, "order.differences", order.GetIn{ID: id})
}

// Spec: 1.2.4
func TestACloneTakesTheNotesThatWereChosen(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		source := s.Place(line("GUIDE", 1))
		write := func(text string) *order.Note {
			return tradetest.Do[*order.Note](s.Shop, "order.note", order.NoteIn{ID: source.ID, NoteFacts: order.NoteFacts{Text: text}})
		}
		bell, gate, mood := write("The bell of Ms Byron is faint"), write("Gate code 4711"), write("Was cross")
		wants(t, "notes", notes(s, source.ID), "The bell of Ms Byron is faint, Gate code 4711, Was cross")
		wants(t, "author", mood.Author, s.Actor.ID)
		s.Wrote(source.ID, []string{"1 order.placed"}, []string{"2 order.noted", bell.ID}, []string{"3 order.noted", gate.ID}, []string{"4 order.noted", mood.ID})
		wants(t, "events that tell a text", s.Count(`SELECT count(*) FROM events WHERE body LIKE '%The bell%' OR body LIKE '%Gate code%'`), 0)
		wants(t, "revision", s.Order(source.ID).Revision, source.Revision)

		clone := s.Do("order.clone", order.CloneIn{ID: source.ID, Notes: []string{gate.ID, bell.ID}})
		got := strings.Split(notes(s, clone.ID), ", ")
		slices.Sort(got)
		wants(t, "notes of the clone", strings.Join(got, ", "), "Gate code 4711 "+gate.ID+", The bell of Ms Byron is faint "+bell.ID)
		wants(t, "notes of a clone without choice", notes(s, s.Do("order.clone", order.CloneIn{ID: source.ID}).ID), "")
		other := s.Place(line("GUIDE", 1))
		s.Refused("order.clone", order.CloneIn{ID: other.ID, Notes: []string{gate.ID, "not_none"}}, "/notes/0 not_found", "/notes/1 not_found")

		again, err := s.TryWithKey("order.note", order.NoteIn{ID: other.ID, NoteFacts: order.NoteFacts{Text: "once"}}, "k")
		twice, _ := s.TryWithKey("order.note", order.NoteIn{ID: other.ID, NoteFacts: order.NoteFacts{Text: "once"}}, "k")
		if err != nil || again.(*order.Note).ID != twice.(*order.Note).ID {
			t.Errorf("the key again: %v, %v", twice, err)
		}
		all := s.Actor
		s.Actor = auth.Actor{ID: "key_till", Kind: auth.Key, Permissions: auth.All, Scope: auth.Scope{Channels: []string{s.Till}}}
		s.Refused("order.notes", order.OfOrderIn{ID: source.ID}, "not_found")
		s.Refused("order.note", order.NoteIn{ID: source.ID, NoteFacts: order.NoteFacts{Text: "x"}}, "not_found")
		s.Refused("order.differences", order.GetIn{ID: clone.ID}, "not_found")
		s.Actor = all
	})
}

// Spec: 1.2.4
func TestTheDifferencesOfACloneAreShownAgain(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		source := s.Place(line("TEA", 1), line("MUG", 2), line("TEA", 3))
		wants(t, "of an order that is no copy", fmt.Sprint(differences(s, source.ID)), "{ []}")
		s.Price(s.List, "TEA", 11_000_000)
		s.Write(`UPDATE variants SET active = FALSE WHERE sku = 'MUG'`)
		clone := s.Do("order.clone", order.CloneIn{ID: source.ID})
		told := strings.Join(different(clone), ", ")
		wants(t, "told", told, "TEA unit_price 10 -> 11, TEA gross 12.00 GBP -> 13.20 GBP, MUG quantity 2 -> 0 variant_inactive, TEA unit_price 10 -> 11, TEA gross 36.00 GBP -> 39.60 GBP,  total 60.00 GBP -> 52.80 GBP")
		again := differences(s, clone.ID)
		wants(t, "again", strings.Join(different(&order.Order{Differences: again.Items}), ", "), strings.Replace(told, " variant_inactive", "", 1))
		wants(t, "source", again.ClonedFrom, source.ID)

		s.Do("order.revise", order.ReviseIn{ID: clone.ID, Agreement: s.Agreement(line("TEA", 2), line("GUIDE", 1))})
		again = differences(s, clone.ID)
		wants(t, "after a revision", strings.Join(different(&order.Order{Differences: again.Items}), ", "),
			"TEA quantity 1 -> 2, TEA unit_price 10 -> 11, TEA gross 12.00 GBP -> 26.40 GBP, MUG quantity 2 -> 0, TEA quantity 3 -> 0, GUIDE quantity 0 -> 1,  total 60.00 GBP -> 32.39 GBP")
	})
}
