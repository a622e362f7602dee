package order

import (
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Codes of releasing.
var (
	ErrReleased = problem.Declare("already_released", problem.Conflict,
		"The delivery was released before.", "Leave it out; its fulfillment is open.")
	ErrNothingReserved = problem.Declare("nothing_reserved", problem.Conflict,
		"Nothing of the delivery is reserved, so there is nothing to fulfill.", "Wait until stock arrives; what is not served from stock is performed.")
)

// Released is the event of deliveries that were let go.
var Released = event.Declare("order.released", 1, "Deliveries of the order were released to fulfillment.", body{}, "order")

// ReleaseIn is the input of order.release.
type ReleaseIn struct {
	ID         string   `path:"id" json:"id"`
	Deliveries []string `json:"delivery_ids,omitempty" maxItems:"100" uniqueItems:"true" doc:"All that have something reserved, if not given"`
}

// Release lets deliveries go to fulfillment.
func Release(tx *db.Tx, in ReleaseIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardRelease(o); err != nil {
		return nil, err
	}
	if len(in.Deliveries) == 0 {
		in.Deliveries = o.releasable()
	}
	var faults problem.List
	for i, id := range in.Deliveries {
		o.release(tx, id, fmt.Sprintf("/delivery_ids/%d", i), &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return o, o.Save(tx, Released, nil)
}

// release lets a delivery go, or notes why it can't.
func (o *Order) release(tx *db.Tx, id, pointer string, faults *problem.List) {
	d := o.Delivery(id)
	switch {
	case d == nil:
		faults.Add(problem.ErrNotFound, pointer, "order %s has no delivery %s", o.name(), id)
	case d.ReleasedAt != 0:
		faults.Add(ErrReleased, pointer, "delivery %d was released at %s", d.Position, d.ReleasedAt.Time().Format(clock.Format))
	case !o.reserved(id):
		faults.Add(ErrNothingReserved, pointer, "nothing of delivery %d is reserved", d.Position)
	default:
		d.ReleasedAt = clock.At(tx.Now)
	}
}

// releasable returns the deliveries that can be let go now.
func (o *Order) releasable() (ids []string) {
	for _, d := range o.Deliveries {
		if d.ReleasedAt == 0 && o.reserved(d.ID) {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// reserved tells whether something of a delivery is promised from stock.
func (o *Order) reserved(delivery string) bool {
	return slices.ContainsFunc(o.Lines, func(l *Line) bool { return l.Leaf() && l.DeliveryID == delivery && l.Reserved > 0 })
}

func guardRelease(o *Order) error {
	if err := GuardPlaced(o); err != nil {
		return err
	}
	switch {
	case len(o.releasable()) > 0:
		return o.Blocked("order.release")
	case o.released():
		return o.refuseBy(ErrReleased, "what is reserved of it was released", "Pick, pack and dispatch it (order.ship).")
	}
	return o.refuseBy(ErrNothingReserved, "nothing of it is reserved", "Wait until stock arrives; perform what is not served from stock (order.perform).")
}
