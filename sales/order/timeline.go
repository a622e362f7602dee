package order

import (
	"cmp"
	"net/http"
	"strings"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// TimelineIn is the input of order.timeline.
type TimelineIn struct {
	ID    string `path:"id" json:"id"`
	Kind  string `query:"kind" json:"kind,omitempty" enum:"state,money,stock,notes" doc:"What it is about; all if not given"`
	After string `query:"after" json:"after,omitempty" doc:"Cursor: next of the page before"`
	Limit int    `query:"limit" json:"limit,omitempty" minimum:"0" maximum:"200" doc:"Events of a page, 1 to 200; 50 if not given"`
}

// TimelinePage is a page of what happened to an order and to all that belongs to
// it.
type TimelinePage struct {
	Items []event.Sealed `json:"items"`
	Next  string         `json:"next,omitempty" doc:"Cursor of the next page; not there on the last one"`
}

var timeline = command.Def[TimelineIn, TimelinePage]{
	Name: "order.timeline", Summary: "List what happened to an order, its payments, refunds, fulfillment, shipments and returns, newest first", Method: http.MethodGet, Path: "/v1/orders/{id}/timeline", Permission: "order.get",
	Read: readTimeline,
}

// readTimeline returns a page of events that the actor may see.
func readTimeline(tx *db.Tx, in TimelineIn) (TimelinePage, error) {
	page := TimelinePage{Items: []event.Sealed{}}
	found, known, limit := false, in.After == "", cmp.Or(in.Limit, 50)
	if err := tx.Load(findOrder(tx, in.ID, &found), findEvent(in.After, &known)); err != nil || !found {
		return page, orNotFound(err, in.ID)
	}
	if !known {
		return page, query.ErrCursor.At("/after", "There is no event %s.", in.After)
	}
	all, err := event.Among(tx, belongings, in.ID, typesOf(in.Kind), in.After, limit+1)
	if len(all) > limit {
		all = all[:limit]
		page.Next = all[limit-1].ID
	}
	page.Items = append(page.Items, all...)
	return page, err
}

// about tells what events of an order are about that are not about its state.
var about = map[string]string{
	"order.money_changed": "money", "order.refund_granted": "money",
	"order.noted": "notes", "order.note_edited": "notes", "order.note_removed": "notes",
	"order.allocated": "stock", "order.backordered": "stock", "order.stock_moved": "stock", "order.reservation_recorded": "stock",
	"order.picked": "stock", "order.unpicked": "stock", "order.shipped": "stock", "order.tracked": "stock", "order.performed": "stock", "order.return_changed": "stock",
}

// kindOf is what an event of an order, or of what belongs to it, is about.
func kindOf(name string) string {
	if kind := about[name]; kind != "" {
		return kind
	}
	switch subject, _, _ := strings.Cut(name, "."); subject {
	case "attachment":
		return "notes"
	case "payment", "refund":
		return "money"
	case "fulfillment", "shipment", "return":
		return "stock"
	}
	return "state"
}

// typesOf are the names of the types of a kind; nil for all.
func typesOf(kind string) (names []string) {
	for _, t := range event.Types() {
		if kind != "" && kindOf(t.Name) == kind {
			names = append(names, t.Name)
		}
	}
	return names
}
