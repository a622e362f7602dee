package inventory

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

var table = &db.Table[Reservation]{
	Name: "reservations", Key: 1,
	Columns: "id, order_id, line_id, variant_id, location_id, lot_id, quantity, state, picked, priority, created_at, ended_at",
	Places: func(r *Reservation) []any {
		return []any{&r.ID, &r.OrderID, &r.LineID, &r.VariantID, &r.Location, &r.Lot, (*int64)(&r.Quantity), &r.State, (*int64)(&r.Picked), &r.Priority, (*int64)(&r.CreatedAt), (*int64)(&r.EndedAt)}
	},
}

// Changes of a row of stock. The condition keeps the ledger's bounds; if it
// does not hold, somebody else was faster and the command runs again.
const (
	reserve  = `UPDATE stock SET reserved = reserved + $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND on_hand - reserved - safety >= $4`
	release  = `UPDATE stock SET reserved = reserved - $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $4`
	dispatch = `UPDATE stock SET reserved = reserved - $4, on_hand = on_hand - $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $4`
)

func change(tx *db.Tx, sums []total, text string) {
	for _, s := range sums {
		tx.Must(db.ErrStale, text, s.variant, s.Location, s.Lot, int64(s.quantity))
	}
}

// ReadSupplies reads what the locations of a channel can promise of the variants
// that the subquery selects; its parameters begin at $2.
func ReadSupplies(channel, variants string, args []any, into Supplies) db.Read {
	return db.Many(`SELECT s.variant_id, s.location_id, s.lot_id, cl.rank, COALESCE(t.expires_at, 0), s.on_hand - s.reserved - s.safety
		FROM channel_locations cl JOIN locations l ON l.id = cl.location_id AND l.active
		JOIN stock s ON s.location_id = cl.location_id LEFT JOIN lots t ON t.id = s.lot_id
		WHERE cl.channel_id = $1 AND s.variant_id IN (`+variants+`)`,
		append([]any{channel}, args...), func(scan db.Scan) error {
			var variant string
			var s Supply
			err := scan(&variant, &s.Location, &s.Lot, &s.Rank, &s.Expires, (*int64)(&s.Available))
			into[variant] = append(into[variant], s)
			return err
		})
}

// OfOrder reads the active reservations of an order.
func OfOrder(order string, into *[]*Reservation) db.Read {
	return db.Many(`SELECT `+table.Select("r")+` FROM reservations r WHERE r.order_id = $1 AND r.state = 'active' ORDER BY r.id`,
		[]any{order}, table.Scan(func(r *Reservation) { *into = append(*into, r) }))
}

// Schema is what the list of stock can be filtered and sorted by.
var Schema = query.Schema{
	ID: "(s.variant_id || s.location_id || s.lot_id)", Sort: "sku",
	Fields: []query.Field{
		{Name: "variant", Doc: "Id of the variant", Type: query.ID, Column: "s.variant_id"},
		{Name: "sku", Doc: "SKU", Type: query.ID, Column: "v.sku", Sortable: true},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "s.location_id"},
		{Name: "on_hand", Doc: "Units on hand", Type: query.Number, Column: "s.on_hand", Scale: 3, Sortable: true},
		{Name: "reserved", Doc: "Units promised", Type: query.Number, Column: "s.reserved", Scale: 3, Sortable: true},
		{Name: "available", Doc: "Units that can be promised", Type: query.Number, Column: "(s.on_hand - s.reserved - s.safety)", Scale: 3, Sortable: true},
	},
}

// List returns a page of stock.
func List(tx *db.Tx, in query.Input) (query.Rows[*Stock], error) {
	return query.Select(tx, in, Schema, query.Source{
		Columns: `s.variant_id, v.sku, v.title, s.location_id, s.lot_id, s.on_hand, s.reserved, s.safety, s.on_hand - s.reserved - s.safety`,
		From:    `stock s JOIN variants v ON v.id = s.variant_id`,
		Scope:   auth.Columns{Location: "s.location_id", Open: true},
	}, func(row **Stock) []any {
		s := &Stock{}
		*row = s
		return []any{&s.VariantID, &s.SKU, &s.Title, &s.LocationID, &s.LotID, (*int64)(&s.OnHand), (*int64)(&s.Reserved), (*int64)(&s.Safety), (*int64)(&s.Available)}
	})
}

// goods is what a document needs to know of a variant.
type goods struct {
	id, kind string
	lots     bool
}

// resolve reads the variants that a document names, by SKU, and the location.
func resolve(tx *db.Tx, location string, skus []string) (known map[string]goods, place string, err error) {
	known = map[string]goods{}
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "id", Open: true}, 2)
	list := make([]any, len(skus))
	for i, s := range skus {
		list[i] = s
	}
	err = tx.Load(
		db.One(`SELECT id FROM locations WHERE id = $1 AND `+condition, append([]any{location}, args...), &place),
		db.Many(`SELECT sku_folded, id, CASE WHEN bundle THEN 'bundle' ELSE kind END, lot_tracked FROM variants WHERE sku_folded IN (`+db.Params(1, len(list))+`)`, list, func(scan db.Scan) error {
			var sku string
			var g goods
			err := scan(&sku, &g.id, &g.kind, &g.lots)
			known[sku] = g
			return err
		}))
	return known, place, err
}

// lot returns the id of a variant's lot, which is written if it is new.
func lot(tx *db.Tx, variant, code string, expires int64) (id string, err error) {
	var at any
	if expires != 0 {
		at = expires
	}
	err = tx.Load(db.One(`INSERT INTO lots (id, variant_id, code, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (variant_id, code) DO UPDATE SET expires_at = COALESCE(excluded.expires_at, lots.expires_at) RETURNING id`,
		[]any{tx.ID("lot"), variant, code, at}, &id))
	return id, err
}

// add moves stock into a row, or out of it. What is promised stays.
func add(tx *db.Tx, m *Movement, refusal error) {
	if m.Quantity >= 0 {
		tx.Write(`INSERT INTO stock (variant_id, location_id, lot_id, on_hand) VALUES ($1, $2, $3, $4)
			ON CONFLICT (variant_id, location_id, lot_id) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand`, m.VariantID, m.Location, m.Lot, int64(m.Quantity))
		return
	}
	tx.Must(refusal, `UPDATE stock SET on_hand = on_hand - $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND on_hand - $4 >= reserved`,
		m.VariantID, m.Location, m.Lot, int64(-m.Quantity))
}

func insertDocument(tx *db.Tx, d *Document) {
	var external any
	if d.ExternalID != "" {
		external = d.ExternalID
	}
	tx.Insert("stock_documents (id, kind, location_id, reference, reason, origin, external_id, at, version, event_sequence)",
		[]any{d.ID, d.Kind, d.LocationID, d.Reference, d.Reason, d.Origin, external, int64(d.At), d.Version, d.sequence})
	rows := make([][]any, len(d.Movements))
	for i, m := range d.Movements {
		rows[i] = []any{d.ID, i + 1, m.VariantID, m.Location, m.Lot, int64(m.Quantity)}
	}
	tx.Insert("stock_movements (document_id, position, variant_id, location_id, lot_id, quantity)", rows...)
}

// Get returns a stock document in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Document, error) {
	d := &Document{}
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "d.location_id"}, 2)
	err := tx.Load(
		db.One(`SELECT d.id, d.kind, d.location_id, d.reference, d.reason, d.origin, COALESCE(d.external_id, ''), d.at, d.version, d.event_sequence FROM stock_documents d WHERE d.id = $1 AND `+condition,
			append([]any{id}, args...), &d.ID, &d.Kind, &d.LocationID, &d.Reference, &d.Reason, &d.Origin, &d.ExternalID, (*int64)(&d.At), &d.Version, &d.sequence),
		db.Many(`SELECT m.variant_id, v.sku, m.location_id, m.lot_id, m.quantity FROM stock_movements m JOIN variants v ON v.id = m.variant_id WHERE m.document_id = $1 ORDER BY m.position`,
			[]any{id}, func(scan db.Scan) error {
				m := &Movement{}
				err := scan(&m.VariantID, &m.SKU, &m.Location, &m.Lot, (*int64)(&m.Quantity))
				d.Movements = append(d.Movements, m)
				return err
			}))
	if err == nil && d.ID == "" {
		err = problem.ErrNotFound.New("no stock document %s", id)
	}
	return d, err
}
