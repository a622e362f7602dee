package fulfillment

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/sales/order"
)

// ErrTrackingDiffers says that one id stands for two different things.
var ErrTrackingDiffers = problem.Declare("tracking_event_differs", problem.Conflict,
	"A tracking event with this id came before and said something else.", "Give each event of the carrier an id of its own, or none.")

// TrackIn is the input of shipment.track.
type TrackIn struct {
	ID     string       `path:"id" json:"id"`
	Events []TrackingIn `json:"events" minItems:"1" maxItems:"500" doc:"In any order; those that came before are passed over"`
}

// TrackingIn is one thing that a carrier says of a shipment.
type TrackingIn struct {
	ID    string      `json:"id,omitempty" maxLength:"100" doc:"Of the carrier; made from the content if not given"`
	Code  string      `json:"code" enum:"in_transit,out_for_delivery,delivered,exception,lost,returned_to_sender"`
	At    clock.Stamp `json:"at" doc:"When it happened"`
	Place string      `json:"place,omitempty" maxLength:"100"`
}

// Track notes what a carrier says. What comes before the shipment was
// dispatched counts from then on.
func Track(tx *db.Tx, in TrackIn) (*Shipment, error) {
	w, s, err := shipmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	return s, w.track(tx, s, in.Events)
}

// DeliverIn is the input of shipment.deliver.
type DeliverIn struct {
	ID    string      `path:"id" json:"id"`
	At    clock.Stamp `json:"at,omitzero" doc:"Now if not given"`
	Place string      `json:"place,omitempty" maxLength:"100"`
}

// Deliver notes by hand that a shipment arrived.
func Deliver(tx *db.Tx, in DeliverIn) (*Shipment, error) {
	w, s, err := shipmentWork(tx, in.ID, lock)
	if err != nil {
		return nil, err
	}
	if err := guardDeliver(s); err != nil {
		return nil, err
	}
	if in.At > clock.At(tx.Now) {
		return nil, problem.ErrFuture.At("/at", "%s is yet to come; it is %s", in.At.Time().Format(clock.Format), tx.Now.Format(clock.Format))
	}
	return s, w.track(tx, s, []TrackingIn{{Code: "delivered", At: cmp.Or(in.At, clock.At(tx.Now)), Place: in.Place}})
}

func (w *work) track(tx *db.Tx, s *Shipment, events []TrackingIn) error {
	var faults problem.List
	for i, e := range events {
		s.hear(e, clock.At(tx.Now), fmt.Sprintf("/events/%d", i), &faults)
	}
	if err := faults.Err(); err != nil || len(s.heard) == 0 {
		return err
	}
	before := s.Status
	moved, err := w.settle(s)
	if err != nil {
		return err
	}
	t := ShipmentTracked
	if s.Status == "delivered" && before != "delivered" {
		t = ShipmentDelivered
	}
	if err := s.save(tx, t); err != nil || !moved {
		return err
	}
	return w.order.Save(tx, order.Tracked, nil)
}

// hear adds an event to the set of what the carrier said, unless it is there.
func (s *Shipment) hear(e TrackingIn, now clock.Stamp, pointer string, faults *problem.List) {
	switch {
	case e.At <= 0:
		faults.Add(problem.ErrInvalidValue, pointer+"/at", "an event happens after 1970")
		return
	case e.At > now+skew:
		faults.Add(problem.ErrFuture, pointer+"/at", "%s is yet to come; it is %s", e.At.Time().Format(clock.Format), now.Time().Format(clock.Format))
		return
	}
	t := &Tracking{ID: cmp.Or(e.ID, contentID(e)), Code: e.Code, At: e.At, Place: e.Place, ReceivedAt: now, shipmentID: s.ID}
	for _, have := range s.Tracking {
		if have.ID != t.ID {
			continue
		}
		if have.Code != t.Code || have.At != t.At || have.Place != t.Place {
			faults.Add(ErrTrackingDiffers, pointer+"/id", "event %s said %s at %s before", t.ID, have.Code, have.At.Time().Format(clock.Format))
		}
		return
	}
	s.heard = append(s.heard, t)
	s.Tracking = append(s.Tracking, t)
	slices.SortFunc(s.Tracking, func(a, b *Tracking) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
}

// skew is how far a carrier's clock may be ahead: one that forgets its time
// zone is wrong by up to 14 hours, in microseconds.
const skew = clock.Stamp(14 * time.Hour / time.Microsecond)

// contentID names an event that has no id by what it says.
func contentID(e TrackingIn) string {
	sum := sha256.Sum256([]byte(e.Code + "\n" + e.At.Time().Format(clock.Format) + "\n" + e.Place))
	return "sha256:" + hex.EncodeToString(sum[:16])
}

// settle recomputes the status of a shipment and moves the goods inside to the
// fate that it means, in the ledger of the order; moved tells whether that is
// another one than before.
func (w *work) settle(s *Shipment) (moved bool, err error) {
	from := s.fate()
	s.derive()
	to := s.fate()
	if from == to {
		return false, nil
	}
	var faults problem.List
	for _, c := range s.contents() {
		w.order.Meet(w.order.Line(c.LineID), c.Quantity, from, to, "", &faults)
	}
	return true, faults.Err()
}
