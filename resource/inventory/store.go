package inventory

import (
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/catalog"
)

// Reservations is their table: the events of orders tell of its rows.
var Reservations = &db.Table[Reservation]{
	Name: "reservations", Key: 2,
	Columns: "order_id, id, line_id, variant_id, location_id, lot_id, quantity, state, picked, priority, created_at, ended_at, reason",
	Places: func(r *Reservation) []any {
		return []any{&r.OrderID, &r.ID, &r.LineID, &r.VariantID, &r.Location, &r.Lot, (*int64)(&r.Quantity), &r.State, (*int64)(&r.Picked), &r.Priority, (*int64)(&r.CreatedAt), (*int64)(&r.EndedAt), &r.Reason}
	},
}

// Changes of a reservation, while it is active.
const (
	pick   = `UPDATE reservations SET picked = $3 WHERE order_id = $1 AND id = $2 AND state = 'active'`
	hand   = `UPDATE reservations SET order_id = $3, line_id = $4, priority = $5 WHERE order_id = $1 AND id = $2 AND state = 'active' AND picked = 0`
	finish = `UPDATE reservations SET state = $3, ended_at = $4 WHERE order_id = $1 AND id = $2 AND state = 'active' AND picked = $5`
)

// Changes of a row of stock. The condition keeps the ledger's bounds; if it
// does not hold, somebody else was faster and the command runs again.
const (
	reserve  = `UPDATE stock SET reserved = reserved + $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND on_hand - reserved - safety >= $4`
	move     = `UPDATE stock SET reserved = reserved + $4 - $5 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $5 AND ($4 <= 0 OR on_hand - reserved + $5 - safety >= $4)`
	release  = `UPDATE stock SET reserved = reserved - $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $4`
	dispatch = `UPDATE stock SET reserved = reserved - $4, on_hand = on_hand - $4 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $4`
)

func change(tx *db.Tx, sums []total, text string) {
	for _, s := range sums {
		tx.Must(db.ErrStale, text, s.variant, s.Location, s.Lot, int64(s.quantity)).Last()
	}
}

// ReadSupplies reads what the locations of a channel can promise of the variants
// that the subquery selects; its parameters begin at $2.
func ReadSupplies(channel, variants string, args []any, into Supplies) db.Read {
	return db.Many(`SELECT s.variant_id, s.location_id, s.lot_id, cl.rank, COALESCE(t.expires_at, 0), s.on_hand - s.reserved - s.safety, COALESCE(t.code, '')
		FROM channel_locations cl JOIN locations l ON l.id = cl.location_id AND l.active
		JOIN stock s ON s.location_id = cl.location_id LEFT JOIN lots t ON t.id = s.lot_id
		WHERE cl.channel_id = $1 AND s.variant_id IN (`+variants+`)`,
		append([]any{channel}, args...), func(scan db.Scan) error {
			var variant string
			var s Supply
			err := scan(&variant, &s.Location, &s.Lot, &s.Rank, &s.Expires, (*int64)(&s.Available), &s.LotCode)
			into[variant] = append(into[variant], s)
			return err
		})
}

// ReadStock reads what all locations can promise of variants, without the ranks
// that a channel gives them: see Supplies.Keep.
func ReadStock(variants []string, into Supplies) db.Read {
	list := catalog.Padded(variants)
	return db.Many(`SELECT s.variant_id, s.location_id, s.lot_id, s.on_hand - s.reserved - s.safety, COALESCE(t.expires_at, 0), COALESCE(t.code, '')
		FROM stock s LEFT JOIN lots t ON t.id = s.lot_id WHERE s.variant_id IN (`+db.Params(1, len(list))+`)`, list, func(scan db.Scan) error {
		var variant string
		var s Supply
		err := scan(&variant, &s.Location, &s.Lot, (*int64)(&s.Available), &s.Expires, &s.LotCode)
		into[variant] = append(into[variant], s)
		return err
	})
}

// ReadFree reads what all active locations in the actor's scope can promise of
// some variants, but for those that a channel sells from, if one is given.
func ReadFree(tx *db.Tx, channel string, want []catalog.Want, into Supplies) db.Read {
	variants, args := catalog.Wanted(want, 2)
	condition, scope := tx.Actor.Scope.SQL(auth.Columns{Location: "l.id", Open: true}, 2+len(args))
	return db.Many(`SELECT s.variant_id, s.location_id, l.code, s.lot_id, COALESCE(t.code, ''), COALESCE(t.expires_at, 0), s.on_hand - s.reserved - s.safety
		FROM stock s JOIN locations l ON l.id = s.location_id AND l.active LEFT JOIN lots t ON t.id = s.lot_id
		WHERE s.variant_id IN (`+variants+`) AND `+condition+`
		AND NOT EXISTS (SELECT 1 FROM channel_locations cl WHERE cl.channel_id = $1 AND cl.location_id = s.location_id)
		ORDER BY s.variant_id, s.location_id, s.lot_id`, slices.Concat([]any{channel}, args, scope), func(scan db.Scan) error {
		var variant string
		var s Supply
		err := scan(&variant, &s.Location, &s.LocationCode, &s.Lot, &s.LotCode, &s.Expires, (*int64)(&s.Available))
		into[variant] = append(into[variant], s)
		return err
	})
}

// ReadPlaces reads the codes of those of the locations that are active and in
// the actor's scope, by their ids.
func ReadPlaces(tx *db.Tx, ids []string, into map[string]string) db.Read {
	var args []any
	for _, id := range ids {
		args = append(args, id)
	}
	condition, scope := tx.Actor.Scope.SQL(auth.Columns{Location: "id", Open: true}, 1+len(ids))
	return db.Many(`SELECT id, code FROM locations WHERE id IN (`+db.Params(1, len(ids))+`) AND active AND `+condition, append(args, scope...), func(scan db.Scan) error {
		var id, code string
		err := scan(&id, &code)
		into[id] = code
		return err
	})
}

// OfOrder reads the active reservations of an order.
func OfOrder(order string, into *[]*Reservation) db.Read {
	return db.Many(`SELECT `+Reservations.Select("r")+`, COALESCE(t.code, '') FROM reservations r LEFT JOIN lots t ON t.id = r.lot_id WHERE r.order_id = $1 AND r.state = 'active' ORDER BY r.id`,
		[]any{order}, func(scan db.Scan) error {
			r := &Reservation{}
			*into = append(*into, r)
			return scan(append(Reservations.Places(r), &r.LotCode)...)
		})
}

// Schema is what the list of stock can be filtered and sorted by.
var Schema = query.Schema{
	ID: "(s.variant_id || s.location_id || s.lot_id)", Sort: "sku",
	Fields: []query.Field{
		{Name: "variant", Doc: "Id of the variant", Type: query.ID, Column: "s.variant_id", Indexed: true},
		{Name: "sku", Doc: "SKU", Type: query.ID, Column: "v.sku", Sortable: true, Indexed: true},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "s.location_id"},
		{Name: "on_hand", Doc: "Units on hand", Type: query.Number, Column: "s.on_hand", Scale: 3, Sortable: true},
		{Name: "reserved", Doc: "Units promised", Type: query.Number, Column: "s.reserved", Scale: 3, Sortable: true},
		{Name: "available", Doc: "Units that can be promised", Type: query.Number, Column: "(s.on_hand - s.reserved - s.safety)", Scale: 3, Sortable: true},
	},
}

// List returns a page of stock.
func List(tx *db.Tx, in query.Input) (query.Rows[*Stock], error) {
	return query.Select(tx, in, Schema, query.Source{
		Columns: `s.variant_id, v.sku, v.title, s.location_id, s.lot_id, COALESCE(t.code, ''), COALESCE(t.expires_at, 0), s.on_hand, s.reserved, s.safety, s.on_hand - s.reserved - s.safety`,
		From:    `variants v CROSS JOIN stock s LEFT JOIN lots t ON t.id = s.lot_id`, // SQLite keeps this order of the loops, which is that of the list
		Where:   `v.id = s.variant_id`,
		Scope:   auth.Columns{Location: "s.location_id", Open: true},
	}, func(row **Stock) []any {
		s := &Stock{}
		*row = s
		return []any{&s.VariantID, &s.SKU, &s.Title, &s.LocationID, &s.LotID, &s.Lot, (*int64)(&s.ExpiresAt), (*int64)(&s.OnHand), (*int64)(&s.Reserved), (*int64)(&s.Safety), (*int64)(&s.Available)}
	})
}

// goods is what a document needs to know of a variant.
type goods struct {
	id, sku, kind string
	lots          bool                      // it is kept by lot
	free          map[string]money.Quantity // by the lot's code: on hand at the location, and not promised
	promised      map[string][]*promise     // by the lot's code: the first to go first; read only if more is lost than is free
}

// resolve reads the location of a document and the variants that its lines
// name, by folded SKU.
func resolve(tx *db.Tx, location string, lines []line) (known map[string]*goods, place string, err error) {
	known = map[string]*goods{}
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "id", Open: true}, 2)
	skus := make([]any, len(lines))
	for i, l := range lines {
		skus[i] = catalog.FoldSKU(l.sku)
	}
	err = tx.Load(
		db.One(`SELECT id FROM locations WHERE id = $1 AND `+condition, append([]any{location}, args...), &place),
		db.Many(`SELECT sku_folded, id, sku, CASE WHEN bundle THEN 'bundle' ELSE kind END, lot_tracked FROM variants WHERE sku_folded IN (`+db.Params(1, len(skus))+`)`, skus, func(scan db.Scan) error {
			var sku string
			g := &goods{free: map[string]money.Quantity{}, promised: map[string][]*promise{}}
			err := scan(&sku, &g.id, &g.sku, &g.kind, &g.lots)
			known[sku] = g
			return err
		}),
		db.Many(`SELECT v.sku_folded, COALESCE(t.code, ''), s.on_hand - s.reserved FROM stock s JOIN variants v ON v.id = s.variant_id LEFT JOIN lots t ON t.id = s.lot_id
			WHERE s.location_id = $1 AND v.sku_folded IN (`+db.Params(2, len(skus))+`)`, append([]any{location}, skus...), func(scan db.Scan) error {
			var sku, lot string
			var free money.Quantity
			err := scan(&sku, &lot, (*int64)(&free))
			known[sku].free[lot] = free
			return err
		}))
	return known, place, err
}

// promised reads what the location promises of the variants: the youngest
// promises of the lowest priority first.
func promised(tx *db.Tx, location string, variants []any, known map[string]*goods) (all []*promise, err error) {
	if len(variants) == 0 {
		return nil, nil
	}
	err = tx.Load(db.Many(`SELECT v.sku_folded, COALESCE(t.code, ''), o.number, `+Reservations.Select("r")+`
		FROM reservations r JOIN variants v ON v.id = r.variant_id JOIN orders o ON o.id = r.order_id LEFT JOIN lots t ON t.id = r.lot_id
		WHERE r.state = 'active' AND r.location_id = $1 AND r.variant_id IN (`+db.Params(2, len(variants))+`)
		ORDER BY r.priority, r.created_at DESC, r.id DESC`, append([]any{location}, variants...), func(scan db.Scan) error {
		var sku string
		p := &promise{Reservation: &Reservation{}}
		err := scan(append([]any{&sku, &p.code, &p.number}, Reservations.Places(p.Reservation)...)...)
		p.free = known[sku].free[p.code]
		known[sku].promised[p.code] = append(known[sku].promised[p.code], p)
		all = append(all, p)
		return err
	}))
	return all, err
}

// add moves stock into a row, or out of it together with what is no longer
// promised. The document was checked against what is promised else, and no promise
// is broken while enough is free, so a row that refuses has just changed.
func add(tx *db.Tx, s total) {
	if s.quantity >= 0 && s.broken == 0 {
		tx.Write(`INSERT INTO stock (variant_id, location_id, lot_id, on_hand) VALUES ($1, $2, $3, $4)
			ON CONFLICT (variant_id, location_id, lot_id) DO UPDATE SET on_hand = stock.on_hand + excluded.on_hand`, s.variant, s.Location, s.Lot, int64(s.quantity))
		return
	}
	tx.Must(db.ErrStale, `UPDATE stock SET on_hand = on_hand + $4, reserved = reserved - $5 WHERE variant_id = $1 AND location_id = $2 AND lot_id = $3 AND reserved >= $5 AND on_hand + $4 >= reserved - $5
		AND ($5 = 0 OR on_hand - reserved <= $6)`, s.variant, s.Location, s.Lot, int64(s.quantity), int64(s.broken), int64(s.free))
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
	d := &Document{Movements: []*Movement{}}
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "d.location_id", Open: true}, 2)
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
