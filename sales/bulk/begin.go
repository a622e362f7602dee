package bulk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/order"
)

// BeginIn is the input of bulk.begin.
type BeginIn struct {
	Operation string         `json:"operation" maxLength:"60" doc:"That is run on each order, such as order.hold"`
	Input     map[string]any `json:"input,omitempty" doc:"What the operation takes, but for the id of the order"`
	OrderIDs  []string       `json:"order_ids,omitempty" maxItems:"1000" uniqueItems:"true" doc:"The orders"`
	Filter    *string        `json:"filter,omitempty" maxLength:"2000" doc:"Or what finds them, up to 100,000, in the language of order.list; which ones they are is fixed when it begins"`
	Sort      string         `json:"sort,omitempty" maxLength:"200" doc:"Which come first, of those that the filter finds"`

	plan plan
}

// AgainIn is the input of bulk.retry and bulk.undo.
type AgainIn struct {
	ID string `path:"id" json:"id"`

	plan plan
}

// item is an order of a bulk.
type item struct {
	OrderID string          `json:"o"`
	Number  string          `json:"n"`
	Input   json.RawMessage `json:"i,omitempty"` // of its own
}

// plan is a bulk that can begin.
type plan struct {
	Bulk
	items []item
}

// partSize is how many of so many orders are done in one step: a tenth, so that
// one sees it move, but not more than a step has time for.
func partSize(orders int) int { return min(max(orders/10, 1), 200) }

// begin writes a bulk with its orders. Of a dry run nothing stays, so that it
// leaves the orders out.
func (p plan) begin(tx *db.Tx) (*Bulk, error) {
	b := p.Bulk
	if b.UndoOf != "" && b.RetryOf == "" {
		if err := undoneOnce(tx, b.UndoOf); err != nil {
			return nil, err
		}
	}
	b.ID, b.UserID, b.State, b.Total = tx.ID("bul"), tx.Actor.ID, "running", int64(len(p.items))
	b.CreatedAt, b.Version, b.sequence = clock.At(tx.Now), 1, 1
	insert(tx, &b)
	if b.Preview == nil {
		if err := insertParts(tx, b.ID, slices.Collect(slices.Chunk(p.items, partSize(len(p.items))))); err != nil {
			return nil, err
		}
		if err := b.enqueue(tx); err != nil {
			return nil, err
		}
	}
	return &b, b.emit(tx, Begun)
}

// prepareBegin finds the orders before the transaction: it would hold a writer.
func (t Table) prepareBegin(ctx context.Context, e *command.Engine, m command.Meta, in BeginIn) (BeginIn, error) {
	in.plan = plan{Bulk: Bulk{Operation: in.Operation, Input: in.Input, UndoneBy: t[in.Operation].Spec.UndoneBy}}
	if in.Input == nil {
		in.plan.Input = map[string]any{}
	}
	if err := t.check(in, m.Actor); err != nil {
		return in, err
	}
	err := e.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = m.Actor
		if in.Filter == nil {
			in.plan.items, err = named(tx, in.OrderIDs)
			return err
		}
		in.plan.Filter = *in.Filter
		in.plan.items, err = found(tx, *in.Filter, in.Sort)
		return err
	})
	if err != nil {
		return in, err
	}
	return in, in.plan.foresee(ctx, e, m)
}

// check finds the faults that a schema can't.
func (t Table) check(in BeginIn, a auth.Actor) error {
	allowed := t[in.Operation]
	var faults problem.List
	if !allowed.Spec.Bulk {
		faults.AddAllowed(problem.ErrInvalidValue, "/operation", t.names(), "%q can't be run on many orders", in.Operation)
		return faults.Err()
	}
	if err := t.may(a, in.Operation); err != nil {
		return err
	}
	if (in.Filter == nil) == (len(in.OrderIDs) == 0) {
		faults.Add(ErrNothing, "/order_ids", "either order_ids or a filter says which orders")
	}
	if in.Sort != "" && in.Filter == nil {
		faults.Add(problem.ErrInvalidValue, "/sort", "orders that are named are done in the order in which they stand")
	}
	text, err := json.Marshal(in.plan.Input)
	if err != nil {
		return err
	}
	err = allowed.Check(text)
	p := problem.As(err)
	if p == nil {
		return cmp.Or(err, faults.Err())
	}
	for i := range p.Faults {
		p.Faults[i].Pointer = "/input" + p.Faults[i].Pointer
	}
	faults.Join(p)
	return faults.Err()
}

// may refuses who may not run the operation on a single order.
func (t Table) may(a auth.Actor, operation string) error {
	return a.Check(t[operation].Spec.Permission)
}

// named are the orders with these ids, as they stand.
func named(tx *db.Tx, ids []string) ([]item, error) {
	there := map[string]item{}
	for some := range slices.Chunk(ids, query.MaxLimit) {
		all, err := orders(tx, query.Input{IDs: some})
		if err != nil {
			return nil, err
		}
		for _, i := range all {
			there[i.OrderID] = i
		}
	}
	var faults problem.List
	items := make([]item, len(ids))
	for n, id := range ids {
		if items[n] = there[id]; items[n].OrderID == "" {
			faults.Add(problem.ErrNotFound, fmt.Sprintf("/order_ids/%d", n), "no order %s", id)
		}
	}
	return items, faults.Err()
}

// found are the orders that a filter finds.
func found(tx *db.Tx, filter, sort string) ([]item, error) {
	items, err := orders(tx, query.Input{Filter: filter, Sort: sort, Size: mostFound + 1})
	switch {
	case err != nil:
		return nil, err
	case len(items) == 0:
		return nil, ErrNothing.At("/filter", "the filter finds no order")
	case len(items) > mostFound:
		return nil, ErrTooMany.At("/filter", "the filter finds more than %d orders", mostFound)
	}
	return items, nil
}

// orders reads ids and numbers as the list does.
func orders(tx *db.Tx, in query.Input) ([]item, error) {
	page, err := query.Select(tx, in, order.Schema, query.Source{Columns: "o.id, o.number", From: "orders o", Scope: order.Scope},
		func(i *item) []any { return []any{&i.OrderID, &i.Number} })
	return page.Items, err
}

// prepareRetry gathers what was refused.
func (t Table) prepareRetry(ctx context.Context, e *command.Engine, m command.Meta, in AgainIn) (AgainIn, error) {
	b, items, err := t.again(ctx, e, m.Actor, in.ID, guardRetry, "refused")
	if err == nil {
		err = t.may(m.Actor, b.Operation)
	}
	if err != nil {
		return in, err
	}
	in.plan = plan{Bulk{Operation: b.Operation, Input: b.Input, RetryOf: b.ID, UndoOf: b.UndoOf, UndoneBy: b.UndoneBy}, items}
	return in, in.plan.foresee(ctx, e, m)
}

// prepareUndo gathers what was changed.
func (t Table) prepareUndo(ctx context.Context, e *command.Engine, m command.Meta, in AgainIn) (AgainIn, error) {
	b, items, err := t.again(ctx, e, m.Actor, in.ID, guardUndo, "succeeded")
	if err == nil {
		err = t.may(m.Actor, b.UndoneBy)
	}
	if err != nil {
		return in, err
	}
	in.plan = plan{Bulk{Operation: b.UndoneBy, Input: map[string]any{}, UndoOf: b.ID}, items}
	return in, in.plan.foresee(ctx, e, m)
}

// again reads a bulk and those of its orders that had an outcome.
func (t Table) again(ctx context.Context, e *command.Engine, a auth.Actor, id string, guard func(*Bulk, auth.Actor) error, outcome string) (b *Bulk, items []item, err error) {
	err = e.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = a
		if b, err = t.get(tx, id); err != nil {
			return err
		}
		if err := guard(b, a); err != nil {
			return err
		}
		items, err = outcomes(tx, b, outcome)
		return err
	})
	if err == nil && len(items) == 0 {
		err = ErrNothing.New("no order of bulk %s is left", id)
	}
	return b, items, err
}
