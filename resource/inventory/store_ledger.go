package inventory

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/catalog"
)

// EntrySchema is what the ledger can be filtered and sorted by. Ids of documents
// sort by the time they were written, so that no index by time is needed.
var EntrySchema = query.Schema{
	ID: "(m.document_id || ' ' || m.position)", Sort: "-document",
	Fields: []query.Field{
		{Name: "document", Doc: "Id of the document, which sorts by its time", Type: query.ID, Column: "m.document_id", Sortable: true, Indexed: true},
		{Name: "variant", Doc: "Id of the variant", Type: query.ID, Column: "m.variant_id", Indexed: true},
		{Name: "sku", Doc: "SKU, in any case", Type: query.ID, Column: "v.sku_folded", Fold: catalog.FoldSKU},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "m.location_id", Indexed: true},
		{Name: "lot", Doc: "Code of the lot", Type: query.ID, Column: "t.code"},
		{Name: "kind", Doc: "Kind of the document", Type: query.Enum, Column: "d.kind", Values: []string{Receipt, Adjustment, Dispatch, Return}},
		{Name: "reason", Doc: "Reason of an adjustment", Type: query.Enum, Column: "d.reason", Values: []string{"count", "damage", "loss", "found", "other"}},
		{Name: "reference", Doc: "Reference of the document", Type: query.ID, Column: reference},
		{Name: "order", Doc: "Id of the order that it was for", Type: query.ID, Column: "o.id"},
		{Name: "quantity", Doc: "What came in, or went out if it is negative", Type: query.Number, Column: "m.quantity", Scale: 3},
		{Name: "at", Doc: "When", Type: query.Time, Column: "d.at"},
	},
}

// reference is that of a document, as far as it names nothing outside of the
// actor's scope.
const reference = `(CASE WHEN ` + elsewhere + ` THEN '' ELSE d.reference END)`

// elsewhere tells whether a document is for an order outside of the actor's scope.
const elsewhere = `o.id IS NULL AND (s.id IS NOT NULL OR r.id IS NOT NULL)`

// Movements returns a page of the ledger. Of orders outside of the actor's scope
// it tells nothing but that stock moved.
func Movements(tx *db.Tx, in query.Input) (query.Rows[*Entry], error) {
	seen, args := tx.Actor.Scope.SQL(auth.Columns{Channel: "o.channel_id", Customer: "o.customer_id", Open: true}, 1)
	return query.Select(tx, in, EntrySchema, query.Source{
		Columns: `m.document_id, m.position, d.at, d.kind, d.reason, ` + reference + `, COALESCE(o.id, ''), COALESCE(o.number, ''),
			m.variant_id, v.sku, m.location_id, m.lot_id, COALESCE(t.code, ''), m.quantity, CASE WHEN ` + elsewhere + ` THEN '' ELSE COALESCE(e.actor, '') END`,
		From: `stock_movements m JOIN stock_documents d ON d.id = m.document_id JOIN variants v ON v.id = m.variant_id LEFT JOIN lots t ON t.id = m.lot_id
			LEFT JOIN events e ON e.subject = m.document_id AND e.sequence = 1
			LEFT JOIN shipments s ON s.id = d.reference LEFT JOIN returns r ON r.id = d.reference
			LEFT JOIN orders o ON o.id = COALESCE(s.order_id, r.order_id) AND ` + seen,
		Args:  args,
		Scope: auth.Columns{Location: "m.location_id", Open: true},
	}, func(row **Entry) []any {
		n := &Entry{}
		*row = n
		return []any{&n.DocumentID, &n.Position, (*int64)(&n.At), &n.Kind, &n.Reason, &n.Reference, &n.OrderID, &n.OrderNumber,
			&n.VariantID, &n.SKU, &n.LocationID, &n.LotID, &n.Lot, (*int64)(&n.Quantity), &n.Actor}
	})
}

// HoldingSchema is what the promises of a variant's stock can be filtered and
// sorted by.
var HoldingSchema = query.Schema{
	ID: "r.id", Sort: "created",
	Fields: []query.Field{
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "r.order_id"},
		{Name: "number", Doc: "Number of the order", Type: query.ID, Column: "o.number"},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "r.location_id"},
		{Name: "lot", Doc: "Code of the lot", Type: query.ID, Column: "t.code"},
		{Name: "quantity", Doc: "Units promised", Type: query.Number, Column: "r.quantity", Scale: 3},
		{Name: "created", Doc: "When it was promised", Type: query.Time, Column: "r.created_at", Sortable: true},
	},
}

// Holdings returns a page of the orders that the stock of a variant is promised
// to, or not found.
func Holdings(tx *db.Tx, in HoldingsIn) (query.Rows[*Holding], error) {
	found := false
	if err := tx.Load(db.One(`SELECT TRUE FROM variants WHERE id = $1`, []any{in.ID}, &found)); err != nil {
		return query.Rows[*Holding]{}, err
	}
	if !found {
		return query.Rows[*Holding]{}, problem.ErrNotFound.New("no variant %s", in.ID)
	}
	return query.Select(tx, in.Input, HoldingSchema, query.Source{
		Columns: `r.id, r.order_id, o.number, r.line_id, r.variant_id, r.location_id, r.lot_id, COALESCE(t.code, ''), r.quantity, r.picked, r.reason, r.created_at`,
		From:    `reservations r JOIN orders o ON o.id = r.order_id LEFT JOIN lots t ON t.id = r.lot_id`,
		Where:   `r.variant_id = $1 AND r.state = 'active'`,
		Args:    []any{in.ID},
		Scope:   auth.Columns{Channel: "o.channel_id", Location: "r.location_id", Customer: "o.customer_id"},
	}, func(row **Holding) []any {
		h := &Holding{}
		*row = h
		return []any{&h.ID, &h.OrderID, &h.OrderNumber, &h.LineID, &h.VariantID, &h.LocationID, &h.LotID, &h.Lot, (*int64)(&h.Quantity), (*int64)(&h.Picked), &h.Reason, (*int64)(&h.CreatedAt)}
	})
}
