package returns

import (
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/order"
)

var heads = &db.Table[Head]{
	Name: "returns", Key: 1,
	Columns: "id, number, order_id, location_id, status, outcome, reject_reason, carrier, tracking_number, value, fee, refund_id, " +
		"approved_at, expires_at, sent_at, received_at, closed_at, closed_as, origin, external_id, created_at, version, event_sequence",
	Places: func(h *Head) []any {
		return []any{&h.ID, &h.Number, &h.OrderID, &h.LocationID, &h.Status, &h.Outcome, &h.RejectReason, &h.Carrier, &h.TrackingNumber, &h.Value.Amount, &h.Fee.Amount, &h.RefundID,
			(*int64)(&h.ApprovedAt), (*int64)(&h.ExpiresAt), (*int64)(&h.SentAt), (*int64)(&h.ReceivedAt), (*int64)(&h.ClosedAt), &h.ClosedAs, &h.Origin, &h.ExternalID, (*int64)(&h.CreatedAt), &h.Version, &h.sequence}
	},
}

var lines = &db.Table[Line]{
	Name: "return_lines", Key: 2,
	Columns: "return_id, position, line_id, reason, quantity, received, restocked, refurbished, scrapped, sent_on, amount, source_row",
	Places: func(l *Line) []any {
		return []any{&l.returnID, &l.Position, &l.LineID, &l.Reason, (*int64)(&l.Quantity), (*int64)(&l.Received), (*int64)(&l.Restocked), (*int64)(&l.Refurbished), (*int64)(&l.Scrapped), (*int64)(&l.SentOn), &l.Amount.Amount, &l.SourceRow}
	},
}

// Scope tells how an actor's scope narrows returns: by the order's channel and
// customer, and by the location.
var Scope = auth.Columns{Channel: "o.channel_id", Customer: "o.customer_id", Location: "r.location_id"}

const from = "returns r JOIN orders o ON o.id = r.order_id"

// reads returns what fills r in with the return of an id in the actor's scope;
// r is complete after found.
func (r *Return) reads(tx *db.Tx, id string, currency *string) []db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	return []db.Read{
		db.One(`SELECT `+heads.Select("r")+`, o.number, o.currency, o.channel_id, o.customer_id FROM `+from+` WHERE r.id = $1 AND `+condition,
			append([]any{id}, args...), append(heads.Places(&r.Head), &r.OrderNumber, currency, &r.channel, &r.customer)...),
		db.Many(`SELECT `+lines.Select("l")+`, COALESCE(x.sku, '') FROM return_lines l JOIN returns r ON r.id = l.return_id LEFT JOIN order_lines x ON x.order_id = r.order_id AND x.id = l.line_id WHERE l.return_id = $1 ORDER BY l.position`,
			[]any{id}, func(scan db.Scan) error {
				l := &Line{}
				r.Lines = append(r.Lines, l)
				return scan(append(lines.Places(l), &l.SKU)...)
			}),
		db.All(`SELECT DISTINCT h.kind FROM holds h JOIN returns r ON r.order_id = h.order_id WHERE r.id = $1 AND h.released_at = 0 ORDER BY h.kind`, []any{id}, &r.holds),
	}
}

// found completes a return that was read, or tells that it is not there.
func (r *Return) found(id, currency string) error {
	if r.ID == "" {
		return notFound(id)
	}
	r.denominate(currency)
	r.read = r.snapshot()
	return nil
}

func notFound(id string) error { return problem.ErrNotFound.New("no return %s", id) }

// Get returns a return in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Return, error) {
	r := &Return{Lines: []*Line{}}
	var currency string
	if err := tx.Load(r.reads(tx, id, &currency)...); err != nil {
		return nil, err
	}
	return r, r.found(id, currency)
}

// open returns a return in the actor's scope with its order, behind the lock
// of the order's row that all writers of a return share. Whoever may see the
// return may change it, also if the order lies outside their locations. more
// is read of the order behind the lock too.
func open(tx *db.Tx, id string, more ...func(order string) db.Read) (*Return, *order.Order, error) {
	var of, currency string
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	if err := tx.Load(db.One(`SELECT r.order_id FROM `+from+` WHERE r.id = $1 AND `+condition, append([]any{id}, args...), &of)); err != nil {
		return nil, nil, err
	}
	if of == "" {
		return nil, nil, notFound(id)
	}
	r, o := &Return{Lines: []*Line{}}, (*order.Order)(nil)
	reads := r.reads(tx, id, &currency)
	for _, read := range more {
		reads = append(reads, read(of))
	}
	err := tx.As(auth.Internal("returns"), func() (err error) {
		command.Lock(tx, command.Anchor{Kind: "order", ID: of})
		for _, read := range reads {
			tx.Guard(read, nil)
		}
		o, err = order.Get(tx, of)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return r, o, r.found(id, currency)
}

// tally is what the returns of an order have taken of one of its lines.
type tally struct {
	waiting  money.Quantity // asked for and not back yet, or kept by the customer: nobody else may return it
	refunded money.Quantity // settled by completed returns
}

// readTallies reads the tallies of an order per line.
func readTallies(order string, into map[string]tally) db.Read {
	return db.Many(`SELECT l.line_id,
			CAST(SUM(CASE WHEN r.closed_at = 0 OR r.outcome = 'keep_it' THEN l.quantity - l.received ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN r.closed_at = 0 THEN 0 WHEN r.outcome = 'keep_it' THEN l.quantity ELSE l.received - l.sent_on END) AS BIGINT)
		FROM returns r JOIN return_lines l ON l.return_id = r.id
		WHERE r.order_id = $1 AND r.closed_as IN ('', 'completed') GROUP BY l.line_id`, []any{order}, func(scan db.Scan) error {
		var line string
		var t tally
		err := scan(&line, (*int64)(&t.waiting), (*int64)(&t.refunded))
		into[line] = t
		return err
	})
}

// readLocation reads where an order's goods can come back to: the location of
// that id if it is active and in scope, or else the channel's first.
func readLocation(tx *db.Tx, order, id string, into *string) db.Read {
	if id == "" {
		return db.One(`SELECT c.location_id FROM orders o JOIN channel_locations c ON c.channel_id = o.channel_id JOIN locations l ON l.id = c.location_id AND l.active
			WHERE o.id = $1 ORDER BY c.rank, c.location_id LIMIT 1`, []any{order}, into)
	}
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "l.id", Open: true}, 2)
	return db.One(`SELECT l.id FROM locations l WHERE l.id = $1 AND l.active AND `+condition, append([]any{id}, args...), into)
}

// readLots reads the lots that the lines of an order were shipped from.
func readLots(order string, into map[string][]string) db.Read {
	return db.Many(`SELECT DISTINCT line_id, lot_id FROM reservations WHERE order_id = $1 AND state = 'claimed' ORDER BY line_id, lot_id`, []any{order}, func(scan db.Scan) error {
		var line, lot string
		err := scan(&line, &lot)
		into[line] = append(into[line], lot)
		return err
	})
}

// due reads up to n returns after an id whose time is over.
func due(tx *db.Tx, after string, n int64) (ids []string, err error) {
	err = tx.Load(db.All(`SELECT r.id FROM returns r WHERE r.status = 'approved' AND r.expires_at > 0 AND r.expires_at <= $1 AND r.id > $2 ORDER BY r.id LIMIT $3`, []any{tx.Micros(), after, n}, &ids))
	return ids, err
}

// Schema is what the list of returns can be filtered and sorted by.
var Schema = query.Schema{
	ID: "r.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "r.id", Indexed: true},
		{Name: "number", Doc: "Number", Type: query.ID, Column: "r.number", Sortable: true, Indexed: true},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "r.status", Values: Life.Codes(), Indexed: true},
		{Name: "outcome", Doc: "What the customer gets", Type: query.Enum, Column: "r.outcome", Values: []string{"refund", "store_credit", "exchange", "repair", "keep_it"}},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "r.order_id", Indexed: true},
		{Name: "order_number", Doc: "Number of the order", Type: query.ID, Column: "o.number", Indexed: true},
		{Name: "customer", Doc: "Id of the customer", Type: query.ID, Column: "o.customer_id", Indexed: true},
		{Name: "channel", Doc: "Id of the channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "r.location_id"},
		{Name: "tracking", Doc: "Tracking number", Type: query.ID, Column: "r.tracking_number", Exists: "(r.tracking_number <> '' AND %s)", Indexed: true},
		{Name: "reason", Doc: "Reason of a line", Type: query.Enum, Column: "l.reason", Values: []string{"damaged", "wrong_item", "not_as_described", "no_longer_needed", "late", "other"},
			Exists: "EXISTS (SELECT 1 FROM return_lines l WHERE l.return_id = r.id AND %s)"},
		{Name: "created", Doc: "When it was requested", Type: query.Time, Column: "r.created_at", Sortable: true},
		{Name: "expires", Doc: "When it expires", Type: query.Time, Column: "r.expires_at"},
		{Name: "origin", Doc: "Where its facts come from", Type: query.Enum, Column: "r.origin", Values: []string{"ordo", "imported"}},
	},
}

// List returns a page of returns: their heads.
func List(tx *db.Tx, in query.Input) (query.Rows[*Head], error) {
	return query.Select(tx, in, Schema, query.Source{
		Columns: heads.Select("r") + ", o.number, o.currency, o.currency", From: from, Scope: Scope,
	}, func(row **Head) []any {
		h := &Head{}
		*row = h
		return append(heads.Places(h), &h.OrderNumber, &h.Value.Currency, &h.Fee.Currency)
	})
}
