package webhook

import (
	"context"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

const (
	deliveryColumns = `d.id, d.endpoint_id, d.message_id, d.type, d.subject, d.position, d.state, d.tries, d.attempts, d.replays, d.next_at, d.status, d.error, d.created_at, d.ended_at`
	eventColumns    = `COALESCE(e.sequence, 0), COALESCE(e.version, 0), COALESCE(e.actor, ''), COALESCE(e.command, ''), COALESCE(e.at, 0),
		COALESCE(e.channel_id, ''), COALESCE(e.location_id, ''), COALESCE(e.customer_id, ''), COALESCE(e.body, '')`
	withEvent = `webhook_deliveries d LEFT JOIN events e ON e.id = d.message_id`
)

func (d *Delivery) places() []any {
	return []any{&d.ID, &d.WebhookID, &d.MessageID, &d.Type, &d.Subject, &d.Position, &d.State, &d.Tries, &d.Attempts, &d.Replays, &d.NextAt, &d.Status, &d.Error, &d.CreatedAt, &d.EndedAt}
}

// shown drops what only counts while it waits.
func (d *Delivery) shown() {
	if d.State != "waiting" {
		d.NextAt = 0
	}
}

// DeliverySchema is what the list of deliveries can be filtered and sorted by.
var DeliverySchema = query.Schema{
	ID: "d.id", Sort: "-message",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "d.id"},
		{Name: "message", Doc: "Id of the event; sorts by its time", Type: query.ID, Column: "d.message_id", Sortable: true},
		{Name: "type", Doc: "Type of the event", Type: query.ID, Column: "d.type"},
		{Name: "subject", Doc: "Subject of the event", Type: query.ID, Column: "d.subject"},
		{Name: "state", Doc: "State", Type: query.Enum, Column: "d.state", Values: []string{"waiting", "delivered", "failed"}},
		{Name: "tries", Doc: "Requests that failed since it began to wait", Type: query.Number, Column: "d.tries"},
		{Name: "status", Doc: "HTTP status of the last answer", Type: query.Number, Column: "d.status"},
		{Name: "created", Doc: "When it was taken from the log", Type: query.Time, Column: "d.created_at"},
		{Name: "next", Doc: "Not sent before", Type: query.Time, Column: "d.next_at"},
	},
}

// Deliveries returns a page of an endpoint's deliveries, without their bodies and
// answers.
func Deliveries(tx *db.Tx, in DeliveriesIn) (query.Rows[*Delivery], error) {
	if _, err := Get(tx, in.ID); err != nil {
		return query.Rows[*Delivery]{}, err
	}
	rows, err := query.Select(tx, in.Input, DeliverySchema, query.Source{Columns: deliveryColumns, From: "webhook_deliveries d", Where: "d.endpoint_id = $1", Args: []any{in.ID}, Scope: scope},
		func(row **Delivery) []any { *row = &Delivery{}; return (*row).places() })
	for _, d := range rows.Items {
		d.shown()
	}
	return rows, err
}

// GetDelivery returns a delivery with its body, its requests and their answers,
// or not found. The endpoint may be left out.
func GetDelivery(tx *db.Tx, endpoint, id string) (*Delivery, error) {
	d, e := &Delivery{}, event.Sealed{}
	condition, scoped := tx.Actor.Scope.SQL(scope, 2)
	err := tx.Load(
		db.One(`SELECT `+deliveryColumns+`, `+eventColumns+` FROM `+withEvent+` WHERE d.id = $1 AND `+condition, append([]any{id}, scoped...), append(d.places(), eventPlaces(&e)...)...),
		db.Many(`SELECT number, at, took, status, error, answer FROM webhook_attempts WHERE delivery_id = $1 ORDER BY number`, []any{id}, func(scan db.Scan) error {
			var a Attempt
			err := scan(&a.Number, &a.At, &a.Took, &a.Status, &a.Error, &a.Answer)
			d.Requests = append(d.Requests, a)
			return err
		}))
	if err != nil {
		return nil, err
	}
	if d.ID == "" || endpoint != "" && endpoint != d.WebhookID {
		return nil, problem.ErrNotFound.New("no delivery %s", id)
	}
	w, err := Get(tx, d.WebhookID)
	if err != nil {
		return nil, err
	}
	d.shown()
	d.Body, _, err = w.payload(d, d.event(e))
	return d, err
}

// eventPlaces are those of eventColumns.
func eventPlaces(e *event.Sealed) []any {
	return []any{&e.Sequence, &e.Version, &e.Actor, &e.Command, &e.At, &e.Channel, &e.Location, &e.Customer, (*[]byte)(&e.Body)}
}

// event completes the event of a delivery with what the delivery has of it.
func (d *Delivery) event(e event.Sealed) event.Sealed {
	e.ID, e.Type, e.Subject, e.Position = d.MessageID, d.Type, d.Subject, d.Position
	e.Time = db.Time(e.At).Format(db.TimeFormat)
	return e
}

const deliveryHead = "webhook_deliveries (id, endpoint_id, message_id, type, subject, position, state, next_at, created_at)"

func (d *Delivery) row() []any {
	return []any{d.ID, d.WebhookID, d.MessageID, d.Type, d.Subject, d.Position, d.State, d.NextAt, d.CreatedAt}
}

// insertDeliveries writes deliveries that are not there.
func insertDeliveries(tx *db.Tx, all ...*Delivery) {
	rows := make([][]any, len(all))
	for i, d := range all {
		rows[i] = d.row()
	}
	tx.Insert(deliveryHead, rows...)
}

// renewDelivery writes a delivery, or lets the one that is there wait again.
func renewDelivery(tx *db.Tx, d *Delivery) {
	tx.Write(`INSERT INTO `+deliveryHead+` VALUES (`+db.Params(1, 9)+`)
		ON CONFLICT (endpoint_id, message_id) DO UPDATE SET state = 'waiting', tries = 0, next_at = excluded.next_at, ended_at = 0`, d.row()...)
}

func saveReplay(tx *db.Tx, d *Delivery) {
	tx.Must(db.ErrStale, `UPDATE webhook_deliveries SET state = $3, tries = $4, next_at = $5, ended_at = $6, replays = $7 WHERE id = $1 AND replays = $2`,
		d.ID, d.Replays-1, d.State, d.Tries, d.NextAt, d.EndedAt, d.Replays)
}

// due is a delivery whose time has come.
type due struct {
	Delivery
	event event.Sealed
}

// work is what there is to do for an endpoint.
type work struct {
	endpoint *Endpoint
	end      int64 // of the log
	position int64 // of the endpoint in it
	due      []*due
}

// find reads what there is to do for an endpoint.
func find(tx *db.Tx, id string) (*work, error) {
	w, err := Get(tx, id)
	if err != nil {
		return nil, err
	}
	k := &work{endpoint: w}
	most, trials := w.room(tx.Now)
	return k, tx.Load(
		db.One(`SELECT COALESCE(MAX(position), 0) FROM log`, nil, &k.end),
		db.One(`SELECT position FROM cursors WHERE consumer = $1`, []any{w.consumer()}, &k.position),
		db.Many(`SELECT `+deliveryColumns+`, `+eventColumns+` FROM `+withEvent+` WHERE d.endpoint_id = $1 AND d.state = 'waiting' AND d.next_at <= $2 AND (d.position = 0 OR $4 = 0)
			ORDER BY d.next_at, d.position LIMIT $3`, []any{w.ID, tx.Micros(), w.inARow(most), trials}, func(scan db.Scan) error {
			var d due
			if err := scan(append(d.places(), eventPlaces(&d.event)...)...); err != nil {
				return err
			}
			d.event = d.Delivery.event(d.event)
			k.due = append(k.due, &d)
			return nil
		}))
}

// recordAttempt writes a request and what became of its delivery, unless that
// was ended in the meantime. An attempt without a number was none. Where another
// process made the same one, a success is what is kept.
func recordAttempt(tx *db.Tx, d *Delivery, a Attempt) {
	if a.Number > 0 {
		tx.Write(`INSERT INTO webhook_attempts (delivery_id, number, at, took, status, error, answer) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (delivery_id, number) DO UPDATE SET at = excluded.at, took = excluded.took, status = excluded.status, error = '', answer = excluded.answer WHERE excluded.error = ''`,
			d.ID, a.Number, a.At, a.Took, a.Status, a.Error, a.Answer)
	}
	tx.Write(`UPDATE webhook_deliveries SET state = $2, tries = $3, attempts = $4, next_at = $5, status = $6, error = $7, ended_at = $8 WHERE id = $1 AND state = 'waiting'`,
		d.ID, d.State, d.Tries, d.Attempts, d.NextAt, d.Status, d.Error, d.EndedAt)
}

// forgetPage is how many deliveries are forgotten in one transaction.
const forgetPage = 500

// Forget deletes deliveries that ended longer ago than they are kept, with their
// requests and answers.
func Forget(ctx context.Context, d *db.DB) error {
	before := clock.At(d.Clock.Now().Add(-Kept))
	for n := 1; n > 0; {
		err := d.Tx(ctx, func(tx *db.Tx) error {
			n = 0
			return tx.Load(db.Many(`DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM webhook_deliveries WHERE ended_at > 0 AND ended_at < $1 LIMIT $2) RETURNING id`,
				[]any{before, forgetPage}, func(scan db.Scan) error { n++; var id string; return scan(&id) }))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
