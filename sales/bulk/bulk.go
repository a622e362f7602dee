package bulk

import (
	"encoding/json"
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sales/order"
)

// mostFound is how many orders a filter may find.
var mostFound = 100_000

// Codes of bulks.
var (
	ErrTooMany = problem.Declare("bulk_too_large", problem.Invalid,
		"The filter finds more orders than a command takes at once.", "Narrow the filter, such as by a day: the rest can follow.")
	ErrNothing = problem.Declare("bulk_empty", problem.Invalid,
		"There is no order to run the command on.", "Name orders, or send a filter that finds some.")
)

// Bulk is a command that is run on many orders.
type Bulk struct {
	ID        string           `json:"id"`
	Operation string           `json:"operation" doc:"That is run on each order"`
	Input     map[string]any   `json:"input" doc:"What all orders have in common of its input"`
	Filter    string           `json:"filter" doc:"That found the orders when it began; empty if they were named"`
	UserID    string           `json:"user_id" doc:"Who began it, or resumed it last: it is done with their rights, as they are at the time"`
	RetryOf   string           `json:"retry_of,omitempty" doc:"Bulk whose refused orders these are"`
	UndoOf    string           `json:"undo_of,omitempty" doc:"Bulk that it undoes"`
	UndoneBy  string           `json:"undone_by,omitempty" doc:"Operation that undoes it; not there if none does"`
	State     string           `json:"state" enum:"running,stopping,stopped,done" doc:"stopping: behind the orders that are under way; stopped: until it is resumed"`
	Total     int64            `json:"total" doc:"Orders"`
	Done      int64            `json:"done" doc:"Orders that were tried"`
	Succeeded int64            `json:"succeeded" doc:"Orders"`
	Refused   int64            `json:"refused" doc:"Orders whose command was refused; bulk.rows tells why"`
	Preview   *Preview         `json:"preview,omitempty" doc:"Of a dry run: what would come of it"`
	CreatedAt clock.Stamp      `json:"created_at"`
	EndedAt   clock.Stamp      `json:"ended_at,omitzero"`
	Version   int64            `json:"version"`
	Actions   []command.Action `json:"actions,omitempty"`

	nextPart int64
	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (b *Bulk) SetActions(a []command.Action) { b.Actions = a }

// Preview is what would come of a bulk, tried and undone on some of its orders.
type Preview struct {
	Checked   int       `json:"checked" doc:"Orders that were tried: all, or 200 that are spread evenly over them"`
	Succeeded int       `json:"succeeded" doc:"Of them"`
	Refused   []Refusal `json:"refused" doc:"The others, by the code of their problem; the most frequent first"`
}

// Refusal are orders that are refused for the same reason.
type Refusal struct {
	Code     string    `json:"code"`
	Title    string    `json:"title" doc:"What the code means"`
	Orders   int       `json:"orders" doc:"How many of those that were tried"`
	Examples []Example `json:"examples" doc:"Up to five of them"`
}

// Example is an order that is refused.
type Example struct {
	OrderID string `json:"order_id"`
	Number  string `json:"number" doc:"Empty of a draft"`
	Detail  string `json:"detail" doc:"Why"`
}

// Row is what came of an order.
type Row struct {
	Position int64  `json:"position" doc:"In the order in which they were found or named"`
	OrderID  string `json:"order_id"`
	Number   string `json:"number" doc:"When it began; empty of a draft"`
	Outcome  string `json:"outcome" enum:"succeeded,refused"`
	Code     string `json:"code,omitempty" doc:"Of the problem"`
	Detail   string `json:"detail,omitempty" doc:"The problem as a sentence"`
	Remedy   string `json:"remedy,omitempty" doc:"What helps"`

	undo string
}

// Allowed is an operation that may be run in bulk, or undoes one.
type Allowed struct {
	Spec  command.Spec
	Check func(body []byte) error // of its input, but for the id
}

// Table are the operations that may be run in bulk and those that undo them, by
// name.
type Table map[string]Allowed

// NewTable gathers the table from all operations; check makes what checks the
// input of one.
func NewTable(operations []command.Operation, check func(command.Operation) func(body []byte) error) Table {
	undoes := map[string]bool{}
	for _, o := range operations {
		if spec := o.Spec(); spec.Bulk {
			undoes[spec.UndoneBy] = true
		}
	}
	t := Table{}
	for _, o := range operations {
		if spec := o.Spec(); spec.Bulk || undoes[spec.Name] {
			t[spec.Name] = Allowed{Spec: spec, Check: check(o)}
		}
	}
	return t
}

// names are the operations that people may begin in bulk.
func (t Table) names() (all []string) {
	for name, o := range t { // order-free: they are sorted
		if o.Spec.Bulk {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Events of a bulk.
var (
	Begun      = event.Declare("bulk.begun", 1, "A command was begun on many orders.", body{})
	Progressed = event.Declare("bulk.progressed", 1, "Some more orders of a bulk were tried.", body{})
	Stopped    = event.Declare("bulk.stopped", 1, "Somebody stopped a bulk: no order is tried behind those that are under way.", body{})
	Resumed    = event.Declare("bulk.resumed", 1, "A bulk that was stopped goes on.", body{})
	Ended      = event.Declare("bulk.ended", 1, "All orders of a bulk were tried.", body{})
)

// body is what an event of a bulk tells. Its input and filter may be texts of
// people.
type body struct {
	Operation string `json:"operation"`
	UserID    string `json:"user_id"`
	RetryOf   string `json:"retry_of"`
	UndoOf    string `json:"undo_of"`
	State     string `json:"state"`
	Stopping  bool   `json:"stopping"`
	Total     int64  `json:"orders"`
	Succeeded int64  `json:"succeeded"`
	Refused   int64  `json:"refused"`
	NextPart  int64  `json:"next_part"`
	EndedAt   int64  `json:"ended_at"`
	Version   int64  `json:"version"`
}

func (b *Bulk) emit(tx *db.Tx, t *event.Type) error {
	state, stopping := b.stored()
	return event.Emit(tx, event.Event{Type: t, Subject: b.ID, Sequence: b.sequence,
		Body: body{b.Operation, b.UserID, b.RetryOf, b.UndoOf, state, stopping, b.Total, b.Succeeded, b.Refused, b.nextPart, int64(b.EndedAt), b.Version}})
}

// stored is its state as it is kept: what stops still runs.
func (b *Bulk) stored() (state string, stopping bool) {
	if b.State == "stopping" {
		return "running", true
	}
	return b.State, false
}

// busy tells whether orders may be under way.
func (b *Bulk) busy() bool { return b.State == "running" || b.State == "stopping" }

// save writes a change and tells it.
func (b *Bulk) save(tx *db.Tx, t *event.Type) error {
	b.Version++
	b.sequence++
	update(tx, b)
	return b.emit(tx, t)
}

// refuse says that a step is not possible now.
func (b *Bulk) refuse(why, remedy string) error {
	return order.Refuse(problem.ErrTransition, "bulk "+b.ID, b.State, nil, why, remedy)
}

func guardStop(b *Bulk, _ auth.Actor) error {
	switch b.State {
	case "running":
		return nil
	case "stopping":
		return b.refuse("it stops already", "Wait until the orders that are under way are done.")
	}
	return b.refuse("nothing of it runs", "Nothing has to be stopped.")
}

func guardResume(b *Bulk, _ auth.Actor) error {
	switch b.State {
	case "stopped":
		return nil
	case "stopping":
		return b.refuse("orders are still under way", "Wait until they are done.")
	}
	return b.refuse("it was not stopped", "Nothing has to be resumed.")
}

func guardRetry(b *Bulk, _ auth.Actor) error {
	switch {
	case b.busy():
		return b.refuse("it is not done yet", "Wait for its end, or stop it (bulk.stop).")
	case b.Refused == 0:
		return b.refuse("no order was refused", "Nothing has to be tried again.")
	}
	return nil
}

func guardUndo(b *Bulk, _ auth.Actor) error {
	switch {
	case b.UndoneBy == "":
		return b.refuse("nothing undoes "+b.Operation, "Look at each order for what is possible now.")
	case b.busy():
		return b.refuse("it is not done yet", "Wait for its end, or stop it (bulk.stop).")
	case b.Succeeded == 0:
		return b.refuse("nothing was changed", "Nothing has to be undone.")
	}
	return nil
}

// object reads a JSON object.
func object(text string) map[string]any {
	o := map[string]any{}
	json.Unmarshal([]byte(text), &o) // it was written by encoding/json
	return o
}
