// Package command owns the table of operations and the one door through which
// state changes: permission, idempotency key, anchors, transaction, dry run,
// effects. It does not own what an operation does (its subject) nor how it is
// reached (the edges, which walk the table).
package command

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"ordo/engine/auth"
	"ordo/engine/db"
)

// Spec is what the edges, the documents and the matrices know of an operation.
type Spec struct {
	Name       string   // such as "order.place"
	Summary    string   // one sentence
	Method     string   // HTTP
	Path       string   // such as "/v1/orders/{id}/place"
	Permission string   // that it needs; empty if it is public
	Further    []string // permissions that some inputs need beside it
	Writes     bool     // it is a command, not a read
	Creates    bool     // it answers 201
	Accepts    bool     // it answers 202
	Bulk       bool     // many resources may be given to it at once, see sales/bulk
	UndoneBy   string   // operation that undoes it; empty if none does
	In, Out    reflect.Type
	Example    any // a value of In
}

// Operation is a Def of any types.
type Operation interface {
	Spec() Spec
	// Invoke runs the operation; in is a pointer to a value of Spec().In.
	Invoke(ctx context.Context, e *Engine, m Meta, in any) (Answer, error)
	// action judges whether the operation is open on a resource; ok is false
	// if it is not about resources of this kind.
	action(a auth.Actor, resource any) (action Action, ok bool)
}

// Def declares an operation. Exactly one of Run and Read is set. Fields of In
// that come from the path, the query or a header carry the tags `path`, `query`
// or `header`; the others are the body.
type Def[In, Out any] struct {
	Name       string
	Summary    string
	Method     string
	Path       string
	Permission string   // Name if empty
	Further    []string // permissions that some inputs need beside it
	Public     bool     // needs no actor; clients' idempotency keys are not used, since strangers would share them
	Creates    bool     // answers 201
	Accepts    bool     // answers 202: what it begins goes on behind the answer

	Read func(tx *db.Tx, in In) (Out, error)
	Run  func(tx *db.Tx, in In) (Out, error)

	// Prepare completes the input of Run with what must not hold a writer or
	// happen twice, such as the hash of a password or a new secret. It runs once,
	// before the transaction and outside of it, and not for a key that was seen.
	Prepare func(ctx context.Context, e *Engine, m Meta, in In) (In, error)

	// Ahead lets Run be worked out beside the writer, where there is one for all:
	// see db.Ahead for what it has to keep to.
	Ahead bool
	// Anchors are the rows that Run's writers share, locked in the order of
	// the engine's table. Their scope is checked.
	Anchors func(in In) []Anchor
	// Guard is pure and tells whether the command may start on the resource it
	// answers with; `actions` shows its refusal.
	Guard func(out Out, a auth.Actor) error
	// Bulk lets people run it on many resources at once: its input names one by
	// "id", and what else it says may be the same for all.
	Bulk bool
	// UndoneBy is the operation that undoes it, and Undo the input of that but for
	// the id, as encoding/json takes it; none if nothing does.
	UndoneBy string
	Undo     func(in In, out Out) any
	// Result names the resource of an answer and its version. The stored id is
	// what Repeat gets to answer a repeated key with.
	Result func(out Out) (id string, version int64)
	Repeat func(tx *db.Tx, id string) (Out, error)

	Example In
}

// Spec returns what is known of the operation.
func (d Def[In, Out]) Spec() Spec {
	s := Spec{
		Name: d.Name, Summary: d.Summary, Method: d.Method, Path: d.Path, Permission: d.Permission, Further: d.Further,
		Writes: d.Run != nil, Creates: d.Creates, Accepts: d.Accepts, Bulk: d.Bulk, UndoneBy: d.UndoneBy, In: reflect.TypeFor[In](), Out: reflect.TypeFor[Out](), Example: d.Example,
	}
	if s.Permission == "" && !d.Public {
		s.Permission = d.Name
	}
	return s
}

// Anchor names a row that anchors an invariant over several rows.
type Anchor struct{ Kind, ID string }

// AnchorKind tells how rows of a kind are locked. The order of the engine's
// table is the order of locking.
type AnchorKind struct {
	Kind    string
	Table   string       // with an id column
	Columns auth.Columns // of that table, for the scope
	Problem func(id string) error
}

// Check returns an error if a table of operations is not sound: a missing
// name, summary, permission or result, a route that is taken.
func Check(operations []Operation) error {
	names, routes := map[string]bool{}, map[string]bool{}
	for _, o := range operations {
		s := o.Spec()
		route := s.Method + " " + s.Path
		switch {
		case s.Name == "" || !strings.Contains(s.Name, "."):
			return fmt.Errorf("command: the name %q is not subject.verb", s.Name)
		case names[s.Name]:
			return fmt.Errorf("command: %s is declared twice", s.Name)
		case routes[route]:
			return fmt.Errorf("command: %s: the route %s is taken", s.Name, route)
		case s.Summary == "":
			return fmt.Errorf("command: %s has no summary", s.Name)
		case s.Writes && s.Method == http.MethodGet:
			return fmt.Errorf("command: %s: %s does not fit", s.Name, s.Method)
		}
		if c, ok := o.(interface{ check() error }); ok {
			if err := c.check(); err != nil {
				return err
			}
		}
		names[s.Name], routes[route] = true, true
	}
	return nil
}

func (d Def[In, Out]) check() error {
	switch {
	case (d.Run == nil) == (d.Read == nil):
		return fmt.Errorf("command: %s needs either Run or Read", d.Name)
	case d.Run == nil && d.Prepare != nil:
		return fmt.Errorf("command: %s is a read, which has no Prepare", d.Name)
	case d.Run != nil && (d.Result == nil || d.Repeat == nil):
		return fmt.Errorf("command: %s can't answer a repeated key", d.Name)
	case (d.UndoneBy == "") != (d.Undo == nil):
		return fmt.Errorf("command: %s needs both UndoneBy and Undo, or neither", d.Name)
	case d.Run != nil && reflect.ValueOf(&d.Example).Elem().IsZero() && reflect.TypeFor[In]().NumField() > 0:
		return fmt.Errorf("command: %s has no example", d.Name)
	}
	return nil
}

// Action tells whether an operation is open on a resource, and if not, why.
type Action struct {
	Name    string `json:"name" doc:"Operation"`
	Allowed bool   `json:"allowed"`
	Code    string `json:"code,omitempty" doc:"Why not: the code of the problem it would give"`
	Reason  string `json:"reason,omitempty" doc:"Why not, for people"`
}

// Resource is an answer that shows which operations are open on it.
type Resource interface{ SetActions([]Action) }

// Confidential is an input that carries secrets. WithoutSecrets returns it
// without them, in a form for encoding/json: what is stored of an input, be it
// only as a fast hash, is made of that. Two inputs that differ in a secret are
// therefore the same request under the same key.
type Confidential interface{ WithoutSecrets() any }
