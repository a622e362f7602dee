package order_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// user adds a user whose role doesn't matter, and returns the id.
func user(s *ordertest.Shop, name string) string {
	id := "usr_" + strings.ToLower(name)
	s.Write(`INSERT INTO roles (id, name, permissions, discount_limit, refund_limit, created_at, version, event_sequence) VALUES ('rol_1', 'sales', '["order.*"]', 0, 0, 0, 1, 1) ON CONFLICT (id) DO NOTHING`)
	s.Write(`INSERT INTO users (id, email, name, role_id, active, created_at, version, event_sequence) VALUES ($1, $2, $3, 'rol_1', TRUE, 0, 1, 1) ON CONFLICT (id) DO NOTHING`, id, id, name)
	return id
}

// seller makes a user the actor who may do with orders what sellers may.
func seller(s *ordertest.Shop, id string, further ...string) {
	s.Actor = auth.Actor{ID: id, Kind: auth.Staff, Permissions: auth.Permit(append(further, "order.*", "note.list")...)}
}

func write(s *ordertest.Shop, o string, f order.NoteFacts) *order.Note {
	return tradetest.Do[*order.Note](s.Shop, "order.note", order.NoteIn{ID: o, NoteFacts: f})
}

// said are notes with who wrote them and whom they mention.
func said(page query.Rows[*order.Note]) string {
	var all []string
	for _, n := range page.Items {
		text := n.AuthorName + ": " + n.Text
		for _, p := range n.Mentions {
			text += " @" + p.Name
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

func onOrder(s *ordertest.Shop, id string) string {
	return said(tradetest.Do[query.Rows[*order.Note]](s.Shop, "order.notes", order.OfOrderIn{ID: id}))
}

func everywhere(s *ordertest.Shop, filter string) string {
	return said(tradetest.Do[query.Rows[*order.Note]](s.Shop, "note.list", query.Input{Filter: filter}))
}

// Spec: 1.6.3
func TestANoteMentionsPeopleWhoSeeTheOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a, b := s.Place(line("GUIDE", 1)), s.Place(line("GUIDE", 1))
		ann, ben, cid, dan, eva := user(s, "Ann"), user(s, "Ben"), user(s, "Cid"), user(s, "Dan"), user(s, "Eva")
		s.Write(`UPDATE users SET active = FALSE WHERE id = $1`, cid)
		s.Write(`UPDATE users SET channels = $2 WHERE id = $1`, dan, `["`+s.Till+`"]`)
		s.Write(`UPDATE users SET locations = $2 WHERE id = $1`, eva, `["`+s.North+`"]`)
		seller(s, ann)
		first := write(s, a.ID, order.NoteFacts{Text: "Please <b>call</b> 👍\n\u202eagain", Mentions: []string{ben, ann}})
		wants(t, "written", first.Text+" "+first.AuthorName+" "+first.OrderNumber, "Please <b>call</b> 👍\n\u202eagain Ann "+a.Number)
		write(s, b.ID, order.NoteFacts{Text: "Done", Mentions: []string{ben}})
		write(s, b.ID, order.NoteFacts{Text: "Thanks"})
		wants(t, "on the order", onOrder(s, b.ID), "Ann: Done @Ben; Ann: Thanks")
		wants(t, "that mention Ben", everywhere(s, "mention:"+ben), "Ann: Done @Ben; Ann: Please <b>call</b> 👍\n\u202eagain @Ann @Ben")
		wants(t, "that mention Ann", everywhere(s, "mention:"+ann+" order:"+a.ID), "Ann: Please <b>call</b> 👍\n\u202eagain @Ann @Ben")
		wants(t, "that mention nobody", everywhere(s, "-mention:*"), "Ann: Thanks")
		people := tradetest.Do[query.Rows[*order.Person]](s.Shop, "order.people", order.OfOrderIn{ID: a.ID})
		wants(t, "people", fmt.Sprint(len(people.Items))+people.Items[0].Name+people.Items[1].Name, "2AnnBen")
		s.Refused("order.note", order.NoteIn{ID: a.ID, NoteFacts: order.NoteFacts{Text: " \n", Mentions: []string{ben, cid, dan, eva, "usr_none"}}},
			"/text value_invalid", "/mentions/1 not_found", "/mentions/2 not_found", "/mentions/3 not_found", "/mentions/4 not_found")
		s.Wrote(a.ID, []string{"1 order.placed"}, []string{"2 order.noted", first.ID, `"mentions":["` + ben + `","` + ann + `"]`, `"visibility":"staff"`})
		wants(t, "events that tell a text", s.Count(`SELECT count(*) FROM events WHERE body LIKE '%call%'`), 0)
		s.Sound()
	})
}

// Spec: 1.6.3
func TestANoteIsChangedByItsAuthorForAWhile(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		s := ordertest.Open(t, d)
		o, other := s.Place(line("GUIDE", 1)), s.Place(line("GUIDE", 1))
		ann, ben := user(s, "Ann"), user(s, "Ben")
		seller(s, ann)
		n := write(s, o.ID, order.NoteFacts{Text: "Call", Mentions: []string{ben}})
		edit := func(text string) order.EditNoteIn {
			return order.EditNoteIn{ID: o.ID, NoteID: n.ID, NoteFacts: order.NoteFacts{Text: text, Visibility: order.ForCustomer, Mentions: []string{ann}}}
		}
		remove := order.RemoveNoteIn{ID: o.ID, NoteID: n.ID}
		now.Advance(15 * time.Minute)
		got := tradetest.Do[*order.Note](s.Shop, "order.edit_note", edit("Call us"))
		wants(t, "edited", fmt.Sprint(got.Text, got.Visibility, got.Mentions[0].Name, len(got.Mentions), got.EditedBy == ann, got.EditedAt.Time().Sub(got.CreatedAt.Time())), "Call uscustomerAnn1 true 15m0s")
		wants(t, "that mention Ben", everywhere(s, "mention:"+ben), "")
		seller(s, ben)
		s.Refused("order.edit_note", edit("Mine"), "permission_missing")
		s.Refused("order.remove_note", remove, "permission_missing")
		now.Advance(time.Microsecond)
		seller(s, ann)
		s.Refused("order.edit_note", edit("Late"), "comment_locked")
		s.Refused("order.remove_note", remove, "comment_locked")
		seller(s, ben, "note.moderate")
		s.Refused("order.edit_note", order.EditNoteIn{ID: other.ID, NoteID: n.ID, NoteFacts: order.NoteFacts{Text: "x"}}, "not_found")
		wants(t, "moderated", tradetest.Do[*order.Note](s.Shop, "order.edit_note", edit("Hush")).EditedBy, ben)
		removed := tradetest.Do[*order.Note](s.Shop, "order.remove_note", remove)
		wants(t, "removed", fmt.Sprint(removed.Text, removed.RemovedAt != 0, onOrder(s, o.ID), everywhere(s, ""), everywhere(s, "mention:*")), "true")
		wants(t, "texts that stay", s.Count(`SELECT count(*) FROM order_notes WHERE text <> ''`), 0)
		s.Refused("order.remove_note", remove, "not_found")
		s.Refused("order.edit_note", edit("Back"), "not_found")
		s.Refused("order.clone", order.CloneIn{ID: o.ID, Notes: []string{n.ID}}, "/notes/0 not_found")
		s.Wrote(o.ID, []string{"1 order.placed"}, []string{"2 order.noted"}, []string{"3 order.note_edited", n.ID, `"visibility":"customer"`}, []string{"4 order.note_edited"}, []string{"5 order.note_removed", n.ID})
		s.Sound()
	})
}

// Spec: 1.6.3
func TestCustomersReadWhatIsForThem(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("GUIDE", 1))
		ann := user(s, "Ann")
		seller(s, ann)
		secret := write(s, o.ID, order.NoteFacts{Text: "canary", Mentions: []string{ann}})
		open := write(s, o.ID, order.NoteFacts{Text: "On its way", Visibility: order.ForCustomer, Mentions: []string{ann}})
		s.Actor = auth.Actor{ID: "key_1", Kind: auth.Key, Permissions: auth.All, Scope: auth.Scope{Customer: o.CustomerID}}
		wants(t, "to the customer", onOrder(s, o.ID)+", "+everywhere(s, "")+", "+everywhere(s, "mention:"+ann), ": On its way, : On its way, : On its way")
		page := tradetest.Do[query.Rows[*order.Note]](s.Shop, "note.list", query.Input{})
		wants(t, "author", page.Items[0].Author+page.Items[0].EditedBy, "")
		s.Refused("order.clone", order.CloneIn{ID: o.ID, Notes: []string{secret.ID}}, "/notes/0 not_found")
		s.Refused("order.remove_note", order.RemoveNoteIn{ID: o.ID, NoteID: secret.ID}, "not_found")
		s.Refused("order.people", order.OfOrderIn{ID: o.ID}, "not_found")
		s.Refused("order.note", order.NoteIn{ID: o.ID, NoteFacts: order.NoteFacts{Text: "x", Mentions: []string{ann}}}, "/mentions/0 not_found")
		own := write(s, o.ID, order.NoteFacts{Text: "Where is it?", Visibility: order.ForStaff})
		wants(t, "of the customer", own.Author+" "+own.Visibility, "key_1 customer")
		clone := s.Do("order.clone", order.CloneIn{ID: o.ID, Notes: []string{open.ID}})
		seller(s, ann)
		wants(t, "copied", onOrder(s, clone.ID), "Ann: On its way")
	})
}
