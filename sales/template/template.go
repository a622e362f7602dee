package template

import (
	"net/http"
	"strings"
	"time"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Template is an order that others are made of.
type Template struct {
	ID         string           `json:"id"`
	Name       string           `json:"name" doc:"Unique among those that the same people see"`
	UserID     string           `json:"user_id,omitempty" doc:"Who alone sees it; empty: everybody who sees the order"`
	OrderID    string           `json:"order_id" doc:"The order or draft that order.clone copies"`
	CustomerID string           `json:"customer_id,omitempty" doc:"Of the order; none of a guest's"`
	ChannelID  string           `json:"channel_id" doc:"Of the order"`
	Lines      int64            `json:"lines" doc:"How many the order has, without the parts of bundles"`
	Version    int64            `json:"version"`
	CreatedAt  time.Time        `json:"created_at"`
	Actions    []command.Action `json:"actions,omitempty"`

	sequence  int64 // events so far
	removedAt int64 // 0 while it is there
}

// SetActions shows which operations are open.
func (t *Template) SetActions(a []command.Action) { t.Actions = a }

// SaveIn is the input of template.save.
type SaveIn struct {
	Name    string `json:"name" minLength:"1" maxLength:"100"`
	OrderID string `json:"order_id" minLength:"1" maxLength:"60" doc:"The order or draft that is to be copied"`
}

// ChangeIn is the input of template.change.
type ChangeIn struct {
	ID string `path:"id" json:"id"`
	SaveIn
}

// GetIn names a template.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a template.
var (
	Saved   = event.Declare("template.saved", 1, "An order was named as a template.", body{})
	Changed = event.Declare("template.changed", 1, "A template got another name or order.", body{})
	Shared  = event.Declare("template.shared", 1, "A template was given to everybody.", body{})
	Removed = event.Declare("template.removed", 1, "A template was removed; its order stays.", body{})
)

// sharing is the permission for what everybody sees.
const sharing = "template.share"

var example = SaveIn{Name: "Weekly tea", OrderID: "ord_01"}

// Operations on templates.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Template]]{
		Name: "template.list", Summary: "List the templates that one sees: one's own and everybody's", Method: http.MethodGet, Path: "/v1/templates",
		Read: list,
	},
	command.Def[GetIn, *Template]{
		Name: "template.get", Summary: "Show a template", Method: http.MethodGet, Path: "/v1/templates/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Template, error) { return get(tx, in.ID) },
	},
	command.Def[SaveIn, *Template]{
		Name: "template.save", Summary: "Name an order as a template for oneself", Method: http.MethodPost, Path: "/v1/templates", Creates: true,
		Run: save, Result: result, Repeat: get,
		Example: example,
	},
	command.Def[ChangeIn, *Template]{
		Name: "template.change", Summary: "Change one's own template; everybody's with the permission template.share", Method: http.MethodPut, Path: "/v1/templates/{id}", Further: []string{sharing},
		Run: change, Result: result, Repeat: get,
		Example: ChangeIn{ID: "tpl_01", SaveIn: example},
	},
	command.Def[GetIn, *Template]{
		Name: sharing, Summary: "Give one's own template to everybody who sees its order", Method: http.MethodPost, Path: "/v1/templates/{id}/share",
		Run: share, Result: result, Repeat: get,
		Example: GetIn{ID: "tpl_01"},
	},
	command.Def[GetIn, *Template]{
		Name: "template.remove", Summary: "Remove one's own template; everybody's with the permission template.share", Method: http.MethodDelete, Path: "/v1/templates/{id}", Further: []string{sharing},
		Run: remove, Result: result, Repeat: find,
		Example: GetIn{ID: "tpl_01"},
	},
}

func result(t *Template) (string, int64) { return t.ID, t.Version }

func save(tx *db.Tx, in SaveIn) (*Template, error) {
	t := &Template{ID: tx.ID("tpl"), UserID: tx.Actor.ID, CreatedAt: tx.Now, Version: 1, sequence: 1}
	if err := t.point(tx, in); err != nil {
		return nil, err
	}
	insert(tx, t)
	return t, t.emit(tx, Saved)
}

func change(tx *db.Tx, in ChangeIn) (*Template, error) {
	t, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := t.point(tx, in.SaveIn); err != nil {
		return nil, err
	}
	return t, t.save(tx, Changed)
}

// open returns a template that the actor may change.
func open(tx *db.Tx, id string) (*Template, error) {
	t, err := get(tx, id)
	if err == nil && t.UserID == "" {
		err = tx.Actor.Check(sharing)
	}
	return t, err
}

func share(tx *db.Tx, in GetIn) (*Template, error) {
	t, err := get(tx, in.ID)
	if err != nil || t.UserID == "" {
		return t, err
	}
	t.UserID = ""
	return t, t.save(tx, Shared)
}

func remove(tx *db.Tx, in GetIn) (*Template, error) {
	t, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	t.removedAt = tx.Micros()
	return t, t.save(tx, Removed)
}

// point names an order that the actor sees.
func (t *Template) point(tx *db.Tx, in SaveIn) error {
	var faults problem.List
	if strings.TrimSpace(in.Name) == "" {
		faults.Add(problem.ErrInvalidValue, "/name", "the name is blank")
	}
	if err := t.readOrder(tx, in.OrderID); err != nil {
		return err
	}
	if t.OrderID == "" {
		faults.Add(problem.ErrNotFound, "/order_id", "no order %s", in.OrderID)
	}
	t.Name = in.Name
	return faults.Err()
}

// body is what an event of a template tells. Its name is a text of people.
type body struct {
	UserID    string `json:"user_id"`
	OrderID   string `json:"order_id"`
	RemovedAt int64  `json:"removed_at"`
	Version   int64  `json:"version"`
}

func (t *Template) save(tx *db.Tx, kind *event.Type) error {
	t.Version++
	t.sequence++
	update(tx, t)
	return t.emit(tx, kind)
}

func (t *Template) emit(tx *db.Tx, kind *event.Type) error {
	return event.Emit(tx, event.Event{Type: kind, Subject: t.ID, Sequence: t.sequence,
		Body: body{t.UserID, t.OrderID, t.removedAt, t.Version}})
}
