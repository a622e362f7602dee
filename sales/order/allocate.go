package order

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
)

// AllocatedEvent is the event of backorders that were promised stock.
var AllocatedEvent = event.Declare("order.allocated", 1, "Backordered quantities were promised stock that arrived.", body{})

// Allocated is what it tells its reactions.
type Allocated struct {
	Order        *Order
	Reservations []*inventory.Reservation
}

// AllocateIn is the input of order.allocate.
type AllocateIn struct {
	ID string `path:"id" json:"id"`
}

var allocate = command.Def[AllocateIn, *Order]{
	Name: "order.allocate", Summary: "Promise free stock to what is backordered", Method: http.MethodPost, Path: "/v1/orders/{id}/allocate",
	Anchors: func(in AllocateIn) []command.Anchor { return anchor(in.ID) },
	Guard:   guard(guardAllocate), Run: Allocate, Result: result, Repeat: Get, Bulk: true,
	Example: AllocateIn{ID: "ord_01"},
}

// allocation is who serves backorders.
var allocation = auth.Internal("allocation")

// Allocate promises free stock to an order's backordered lines.
func Allocate(tx *db.Tx, in AllocateIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardAllocate(o); err != nil {
		return nil, err
	}
	before := o.Version
	if err := o.allocateBackorders(tx, func(inventory.Supplies) {}); err != nil {
		return nil, err
	}
	if o.Version == before {
		return nil, inventory.ErrInsufficient.New("nothing of what order %s waits for is free", o.name())
	}
	return o, nil
}

func guardAllocate(o *Order) error {
	for l := range o.leaves {
		if l.Backordered > 0 {
			return nil
		}
	}
	return o.refuse("nothing of it is backordered", "Nothing of it waits for stock; go on with it (order.release).")
}

// AllocateWaiting serves all orders that wait for stock which is free, by
// priority, then age, one command each. It finds what OnStock left over: the
// rest of very many, and stock that came free by a cancellation.
func AllocateWaiting(ctx context.Context, e *command.Engine) error {
	var waiting []string
	err := e.DB.Read(ctx, func(tx *db.Tx) (err error) {
		waiting, err = servable(tx)
		return err
	})
	for _, id := range waiting {
		if err != nil {
			break
		}
		_, err = command.Invoke(ctx, e, allocate, command.Meta{Actor: allocation}, AllocateIn{ID: id})
		if errors.Is(err, inventory.ErrInsufficient) || errors.Is(err, problem.ErrTransition) {
			err = nil // another order was first, or it does not wait any more
		}
	}
	if err != nil {
		return fmt.Errorf("order: serving backorders: %w", err)
	}
	return nil
}

// OnStock lets orders wait for what a document takes from them, and promises
// stock that arrives to the orders that wait for it: by priority, then age. Like
// every command it locks orders before stock, all of them in one order, and it
// takes from the rows of stock that the document moves, no others.
func OnStock(tx *db.Tx, e event.Event) error {
	d, ok := e.Data.(*inventory.Document)
	if !ok {
		return nil
	}
	return tx.As(allocation, func() error {
		losses := lossesOf(d)
		waiting, err := waiting(tx, d)
		if err != nil || len(waiting)+len(losses) == 0 {
			return err
		}
		touched := slices.AppendSeq(slices.Clone(waiting), maps.Keys(losses))
		slices.Sort(touched)
		for _, id := range slices.Compact(touched) {
			command.Lock(tx, anchor(id)...)
		}
		losers, err := losers(tx, losses)
		if err != nil {
			return err
		}
		d.Move(tx)
		for _, o := range losers {
			if err := o.lose(tx, losses[o.ID]); err != nil {
				return err
			}
		}
		for _, id := range waiting {
			o, err := Get(tx, id)
			if err != nil {
				return err
			}
			if err := o.allocateBackorders(tx, d.Keep); err != nil {
				return err
			}
		}
		return nil
	})
}

// atOnce is how many orders a document serves at most: it holds a writer.
const atOnce = 100

// waiting returns the orders that the document's goods may be for, those of the
// highest priority and age first.
func waiting(tx *db.Tx, d *inventory.Document) (ids []string, err error) {
	left := d.Arrived()
	if len(left) == 0 {
		return nil, nil
	}
	rows, err := backordered(tx, slices.Sorted(maps.Keys(left)), d.LocationID)
	for _, r := range rows {
		if left[r.variant] <= 0 {
			continue
		}
		left[r.variant] -= r.quantity
		if n := len(ids); n == 0 || ids[n-1] != r.order {
			ids = append(ids, r.order)
		}
	}
	return ids[:min(len(ids), atOnce)], err
}

// allocateBackorders promises the order's backordered lines what there is and
// what narrow leaves of it.
func (o *Order) allocateBackorders(tx *db.Tx, narrow func(inventory.Supplies)) error {
	var demands []inventory.Demand
	var want []catalog.Want
	for l := range o.leaves {
		if l.Backordered > 0 {
			demands = append(demands, inventory.Demand{LineID: l.ID, VariantID: l.VariantID, Quantity: l.Backordered, Lot: l.LotID})
			want = append(want, catalog.Want{VariantID: l.VariantID})
		}
	}
	if len(demands) == 0 {
		return nil
	}
	supplies := inventory.Supplies{}
	text, args := catalog.Wanted(want, 2)
	if err := tx.Load(inventory.ReadSupplies(o.ChannelID, text, args, supplies)); err != nil {
		return err
	}
	supplies.Fresh(tx.Micros())
	narrow(supplies)
	reservations, _ := inventory.Allocate(supplies, demands)
	if len(reservations) == 0 {
		return nil
	}
	for _, r := range reservations {
		l := o.Line(r.LineID)
		l.Backordered -= r.Quantity
		l.Reserved += r.Quantity
	}
	o.reserve(tx, reservations)
	return o.Save(tx, AllocatedEvent, &Allocated{o, reservations})
}

// reserve writes what stock is promised to the order.
func (o *Order) reserve(tx *db.Tx, reservations []*inventory.Reservation) {
	for _, r := range reservations {
		r.Priority = o.Priority
	}
	inventory.Reserve(tx, o.ID, reservations)
	o.Reservations = append(o.Reservations, reservations...)
}
