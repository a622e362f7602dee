package bulk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/job"
	"ordo/policy/account"
)

// WorkJob is the kind of the job that does one part of a bulk.
const WorkJob = "bulk.work"

// What can come of an order.
const (
	succeeded = "succeeded"
	refused   = "refused"
)

// task is what the job is about.
type task struct {
	BulkID string `json:"bulk_id"`
}

// enqueue asks for the next part to be done.
func (b *Bulk) enqueue(tx *db.Tx) error { return job.Enqueue(tx, WorkJob, task{b.ID}, job.Options{}) }

// Work returns the handler of WorkJob. It runs the command on each order of the
// next part under a key that is made of bulk and order, so that nothing happens
// twice however often a part is begun, then writes what came of them.
func (t Table) Work(e *command.Engine) job.Handler {
	return func(ctx context.Context, args json.RawMessage) error {
		var of task
		if err := json.Unmarshal(args, &of); err != nil {
			return err
		}
		var b *Bulk
		var actor auth.Actor
		var items []item
		err := e.DB.Read(ctx, func(tx *db.Tx) (err error) {
			tx.Actor = worker
			if b, err = t.get(tx, of.BulkID); err != nil || !b.busy() {
				return err
			}
			if actor, err = account.ActorOf(tx, b.UserID); err == nil {
				items, err = part(tx, b)
			}
			return err
		})
		if err != nil || len(items) == 0 {
			return err
		}
		results, err := runAll(ctx, e, actor, b, items, false)
		if err != nil {
			return err
		}
		return t.record(ctx, e, recordIn{b.ID, b.nextPart}, results)
	}
}

// worker is who writes what came of orders.
var worker = auth.Internal("bulk")

// outcome is a row with what is not stored.
type outcome struct {
	Row
	title string // of the problem's code
}

// runAll runs the command on orders. It fails if one has no outcome: nobody knows
// what a failure left behind, which is found under the order's key.
func runAll(ctx context.Context, e *command.Engine, a auth.Actor, b *Bulk, items []item, dry bool) ([]outcome, error) {
	results := make([]outcome, len(items))
	return results, e.All(len(items), func(i int) (err error) {
		results[i], err = run(ctx, e, a, b, items[i], dry)
		return err
	})
}

func run(ctx context.Context, e *command.Engine, a auth.Actor, b *Bulk, i item, dry bool) (o outcome, err error) {
	o.Row = Row{OrderID: i.OrderID, Number: i.Number, Outcome: succeeded}
	m := command.Meta{Actor: a, DryRun: dry}
	if !dry {
		m.Account, m.Key = b.ID, i.OrderID
	}
	answer, err := command.Send(ctx, e, b.Operation, m, i.input(b))
	if errors.Is(err, auth.ErrUnauthenticated) {
		err = auth.ErrUnauthenticated.New("%s, in whose name it is done, may not act any more", b.UserID)
	}
	if err != nil {
		return o.refuse(err)
	}
	if answer.Undo != nil && b.UndoOf == "" {
		text, err := json.Marshal(answer.Undo)
		o.undo = string(text)
		return o, err
	}
	return o, nil
}

// input is that of the command for one order.
func (i item) input(b *Bulk) map[string]any {
	in := maps.Clone(b.Input)
	if i.Input != nil {
		in = object(string(i.Input))
	}
	in["id"] = i.OrderID
	return in
}

// refuse takes a problem for the outcome.
func (o outcome) refuse(err error) (outcome, error) {
	p, err := command.Refusal(err)
	if err != nil {
		return o, fmt.Errorf("bulk: order %s: %w", o.OrderID, err)
	}
	f := p.Faults[0]
	o.Outcome, o.Code, o.title, o.Detail, o.Remedy = refused, f.Code.Name, f.Code.Title, f.Detail, cmp.Or(f.Remedy, f.Code.Remedy)
	return o, nil
}

type recordIn struct {
	BulkID string `json:"bulk_id"`
	Part   int64  `json:"part"`
}

// record writes what came of a part, unless another did, and asks for the next.
func (t Table) record(ctx context.Context, e *command.Engine, in recordIn, results []outcome) error {
	def := command.Def[recordIn, *Bulk]{
		Name:   "bulk.record",
		Run:    func(tx *db.Tx, in recordIn) (*Bulk, error) { return t.advance(tx, in, results) },
		Result: result, Repeat: t.get,
	}
	_, err := command.Invoke(ctx, e, def, command.Meta{Actor: worker}, in)
	return err
}

func (t Table) advance(tx *db.Tx, in recordIn, results []outcome) (*Bulk, error) {
	lock(tx, in.BulkID)
	b, err := t.get(tx, in.BulkID)
	if err != nil || b.nextPart != in.Part {
		return b, err
	}
	insertRows(tx, b, results)
	deletePart(tx, b)
	for _, r := range results {
		if r.Outcome == succeeded {
			b.Succeeded++
		} else {
			b.Refused++
		}
	}
	b.nextPart++
	if b.Succeeded+b.Refused == b.Total {
		b.State, b.EndedAt = "done", clock.At(tx.Now)
		return b, b.save(tx, Ended)
	}
	if b.State == "stopping" {
		b.State = "stopped"
	} else if err := b.enqueue(tx); err != nil {
		return nil, err
	}
	return b, b.save(tx, Progressed)
}
