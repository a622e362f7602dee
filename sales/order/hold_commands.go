package order

import (
	"slices"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Events of holds.
var (
	Held         = event.Declare("order.held", 1, "A hold was set; it blocks commands until it is released.", body{})
	HoldReleased = event.Declare("order.hold_released", 1, "A hold ended.", body{})
)

// HoldIn is the input of order.hold.
type HoldIn struct {
	ID     string `path:"id" json:"id"`
	Kind   string `json:"kind" enum:"approval,credit,fraud,payment,address,stock,compliance,manual"`
	Reason string `json:"reason" pattern:"^[a-z0-9_]{1,60}$" doc:"A code, such as address_unclear; no personal values"`
}

// SetHold holds an order. Holds stack.
func SetHold(tx *db.Tx, in HoldIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := GuardPlaced(o); err != nil {
		return nil, err
	}
	o.Holds = append(o.Holds, &Hold{ID: tx.ID("hld"), Kind: in.Kind, Reason: in.Reason, Owner: tx.Actor.ID, CreatedAt: clock.At(tx.Now)})
	return o, o.Save(tx, Held, nil)
}

// ReleaseHoldIn is the input of order.release_hold.
type ReleaseHoldIn struct {
	ID     string `path:"id" json:"id"`
	HoldID string `path:"hold_id" json:"hold_id"`
}

// ReleaseHold ends a hold.
func ReleaseHold(tx *db.Tx, in ReleaseHoldIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range o.Holds {
		if h.ID != in.HoldID {
			continue
		}
		if !h.Active() {
			return nil, o.refuse("hold "+h.ID+" was released by "+h.ReleasedBy, "It blocks nothing any more; go on with the step that it blocked.")
		}
		h.end(tx)
		return o, o.Save(tx, HoldReleased, nil)
	}
	return nil, problem.ErrNotFound.New("order %s has no hold %s", o.ID, in.HoldID)
}

// ReleaseHoldsIn is the input of order.release_holds.
type ReleaseHoldsIn struct {
	ID   string `path:"id" json:"id"`
	Kind string `json:"kind" enum:"approval,credit,fraud,payment,address,stock,compliance,manual"`
}

// ReleaseHolds ends all holds of one kind.
func ReleaseHolds(tx *db.Tx, in ReleaseHoldsIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(o.Held(), in.Kind) {
		return nil, o.refuse("no hold of the kind "+in.Kind+" is active", "Nothing of this kind has to be released; go on with the step.")
	}
	for _, h := range o.Holds {
		if h.Active() && h.Kind == in.Kind {
			h.end(tx)
		}
	}
	return o, o.Save(tx, HoldReleased, nil)
}

// setAgain is the input that sets the last hold of a kind again, on another
// order or later.
func (o *Order) setAgain(kind string) HoldIn {
	in := HoldIn{Kind: kind}
	for _, h := range o.Holds {
		if h.Kind == kind {
			in.Reason = h.Reason
		}
	}
	return in
}

// lastSet is the input that releases the last hold of a kind and reason.
func (o *Order) lastSet(kind, reason string) ReleaseHoldIn {
	in := ReleaseHoldIn{}
	for _, h := range o.Holds {
		if h.Kind == kind && h.Reason == reason && h.Active() {
			in.HoldID = h.ID
		}
	}
	return in
}

// end releases the hold by the actor of the transaction.
func (h *Hold) end(tx *db.Tx) { h.ReleasedAt, h.ReleasedBy = clock.At(tx.Now), tx.Actor.ID }

func guardHeld(o *Order, _ auth.Actor) error {
	if o.Held() == nil {
		return o.refuse("no hold is active", "Nothing has to be released; go on with the step.")
	}
	return nil
}
