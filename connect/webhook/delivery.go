package webhook

import (
	"encoding/json"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Delivery is an event on its way to an endpoint, or one that arrived.
type Delivery struct {
	ID        string           `json:"id"`
	WebhookID string           `json:"webhook_id"`
	MessageID string           `json:"message_id" doc:"webhook-id on the wire, the same for every request: the id of the event; a trial has one of its own"`
	Type      string           `json:"type" doc:"Of the event; webhook.trial for a trial"`
	Subject   string           `json:"subject" doc:"Of the event"`
	Position  int64            `json:"position,omitempty" doc:"Of the event in the log"`
	State     string           `json:"state" enum:"waiting,delivered,failed" doc:"failed: all tries are used up, or the endpoint may not see the event any more"`
	Tries     int64            `json:"tries" doc:"Requests that failed since it began to wait"`
	Attempts  int64            `json:"attempts" doc:"Requests so far"`
	Replays   int64            `json:"replays" doc:"How often somebody asked for it again"`
	NextAt    clock.Stamp      `json:"next_at,omitzero" doc:"While it waits: not sent before"`
	Status    int64            `json:"status,omitempty" doc:"HTTP status of the last answer"`
	Error     string           `json:"error,omitempty" doc:"What was wrong with the last request"`
	CreatedAt clock.Stamp      `json:"created_at" doc:"When it was taken from the log"`
	EndedAt   clock.Stamp      `json:"ended_at,omitzero" doc:"When it was delivered or failed; 30 days later it is forgotten"`
	Body      json.RawMessage  `json:"body,omitempty" doc:"What is sent; only for a single delivery"`
	Requests  []Attempt        `json:"requests,omitempty" doc:"The requests with their answers; only for a single delivery"`
	Actions   []command.Action `json:"actions,omitempty"`
}

// SetActions shows which operations are open.
func (d *Delivery) SetActions(a []command.Action) { d.Actions = a }

// Attempt is a request of a delivery.
type Attempt struct {
	Number int64       `json:"number" doc:"From 1"`
	At     clock.Stamp `json:"at"`
	Took   int64       `json:"took_ms" doc:"Milliseconds until the end of the answer, or of our patience"`
	Status int64       `json:"status,omitempty" doc:"HTTP status; not there without an answer"`
	Error  string      `json:"error,omitempty" doc:"Why it is no success"`
	Answer string      `json:"answer,omitempty" doc:"First 4,096 bytes of the body of the answer"`
}

// Events of a delivery.
var (
	Tried       = event.Declare("webhook.tried", 1, "A trial is sent to a webhook endpoint.", deliveryBody{})
	Redelivered = event.Declare("webhook.redelivered", 1, "A delivery to a webhook endpoint is sent again.", deliveryBody{})
)

type deliveryBody struct {
	WebhookID string `json:"webhook_id"`
	MessageID string `json:"message_id"`
	State     string `json:"state"`
	Replays   int64  `json:"replays"`
}

// DeliveriesIn is the input of webhook.deliveries.
type DeliveriesIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// DeliveryIn names a delivery.
type DeliveryIn struct {
	ID         string `path:"id" json:"id"`
	DeliveryID string `path:"delivery_id" json:"delivery_id"`
}

// try makes a delivery that is no event. It has one try.
func try(tx *db.Tx, in GetIn) (*Delivery, error) {
	w, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	now := clock.Stamp(tx.Micros())
	d := &Delivery{ID: tx.ID("whd"), WebhookID: w.ID, MessageID: tx.ID("evt"), Type: trialType, Subject: w.ID, State: "waiting", NextAt: now, CreatedAt: now}
	insertDeliveries(tx, d)
	return d, d.emit(tx, Tried)
}

func mayRedeliver(d *Delivery, _ auth.Actor) error {
	if d.Type == trialType {
		return problem.ErrTransition.New("the delivery %s is a trial, which is %s", d.ID, d.State).Helped("Make another trial (webhook.try).").With("current_status", d.State)
	}
	return nil
}

// redeliver lets a delivery wait again, with all its tries; one that waits is
// sent at once.
func redeliver(tx *db.Tx, in DeliveryIn) (*Delivery, error) {
	if _, err := open(tx, in.ID); err != nil {
		return nil, err
	}
	d, err := GetDelivery(tx, in.ID, in.DeliveryID)
	if err != nil {
		return nil, err
	}
	if err := mayRedeliver(d, tx.Actor); err != nil {
		return nil, err
	}
	d.State, d.Tries, d.NextAt, d.EndedAt = "waiting", 0, clock.Stamp(tx.Micros()), 0
	d.Replays++
	saveReplay(tx, d)
	return d, d.emit(tx, Redelivered)
}

// emit tells of a delivery: of a trial once, of others each time that they are
// asked for again.
func (d *Delivery) emit(tx *db.Tx, t *event.Type) error {
	return event.Emit(tx, event.Event{Type: t, Subject: d.ID, Sequence: max(1, d.Replays), Body: deliveryBody{d.WebhookID, d.MessageID, d.State, d.Replays}})
}

// payload is what is sent for a delivery: the event as the endpoint sees it, in
// the form of GET /v1/events/stream. ok is false if it may not see it any more.
func (w *Endpoint) payload(d *Delivery, e event.Sealed) (b []byte, ok bool, err error) {
	if d.Type == trialType {
		e = event.Sealed{ID: d.MessageID, Subject: w.ID, Type: trialType, Version: 1, At: int64(d.CreatedAt), Body: json.RawMessage(`{"message":"This is a trial."}`)}
		e.Time = db.Time(e.At).Format(db.TimeFormat)
	} else if e, ok = event.Visible(w.reader(), e); !ok {
		return nil, false, nil
	}
	b, err = json.Marshal(e)
	return b, true, err
}
