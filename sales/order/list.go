package order

import (
	"slices"
	"strings"
	"unicode"

	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/customer"
)

// Schema is what the list of orders can be filtered and sorted by.
var Schema = query.Schema{
	ID: "o.id", Sort: "-placed",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "o.id", Indexed: true},
		{Name: "number", Doc: "Number", Type: query.ID, Column: "o.number", Sortable: true, Indexed: true},
		{Name: "reference", Doc: "The customer's own reference, by its beginning", Type: query.Text, Column: "lower(o.reference)", Exists: "(o.reference <> '' AND %s)"},
		{Name: "external_id", Doc: "Id in the system it came from", Type: query.ID, Column: "o.external_id", Exists: "(o.external_id <> '' AND %s)", Indexed: true},
		{Name: "channel", Doc: "Id of the channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "customer", Doc: "Id of the customer", Type: query.ID, Column: "o.customer_id", Indexed: true},
		{Name: "customer_type", Doc: "Type of the customer at placement", Type: query.Enum, Column: "o.customer_type", Values: []string{"retail", "wholesale", "vip", "corporate", "government"}},
		{Name: "currency", Doc: "Currency", Type: query.ID, Column: "o.currency"},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "o.status", Values: Life.Codes(), Indexed: true},
		{Name: "payment", Doc: "Payment status", Type: query.Enum, Column: "o.payment_status", Values: PaymentLife.Codes(), Indexed: true},
		{Name: "fulfillment", Doc: "Fulfillment status", Type: query.Enum, Column: "o.fulfillment_status", Values: FulfillmentLife.Codes()},
		{Name: "return", Doc: "Return status", Type: query.Enum, Column: "o.return_status", Values: ReturnLife.Codes()},
		{Name: "cancel", Doc: "Cancel status", Type: query.Enum, Column: "o.cancel_status", Values: CancelLife.Codes()},
		{Name: "hold", Doc: "Kind of an active hold", Type: query.Enum, Column: "h.kind", Values: []string{"approval", "credit", "fraud", "payment", "address", "stock", "compliance", "manual"},
			Exists: "o.id IN (SELECT h.order_id FROM holds h WHERE h.released_at = 0 AND %s)"},
		{Name: tagField, Doc: "A tag, in any case", Type: query.ID, Column: "t.tag", Fold: FoldTag, Indexed: true, Exists: "o.id IN (SELECT t.order_id FROM order_tags t WHERE %s)"},
		{Name: "sku", Doc: "SKU of a line", Type: query.ID, Column: "l.sku", Exists: "EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND %s)"},
		{Name: "backordered", Doc: "Some line waits for stock", Type: query.Bool, Column: "o.id IN (SELECT l.order_id FROM order_lines l WHERE l.backordered > 0)"},
		{Name: "split_from", Doc: "Id of the order that it was a part of", Type: query.ID, Column: "o.split_from", Exists: "(o.split_from <> '' AND %s)", Indexed: true},
		{Name: "merged_into", Doc: "Id of the order that it is a part of now", Type: query.ID, Column: "o.merged_into", Exists: "(o.merged_into <> '' AND %s)", Indexed: true},
		{Name: "tracking", Doc: "Tracking number of a shipment, by its beginning", Type: query.Text, Column: "lower(s.tracking_number)",
			Exists: "o.id IN (SELECT s.order_id FROM shipments s WHERE s.tracking_number <> '' AND %s)"},
		{Name: "total", Doc: "Total in major units, whatever the currency", Type: query.Money, Column: "o.sortable_total", Scale: 3, Sortable: true},
		{Name: "placed", Doc: "When it was placed", Type: query.Time, Column: "o.placed_at", Sortable: true},
		{Name: "updated", Doc: "When it was last written", Type: query.Time, Column: "o.updated_at", Sortable: true},
		{Name: "day", Doc: "Business day of placement, yyyy-mm-dd", Type: query.ID, Column: "o.business_day", Sortable: true},
		{Name: "origin", Doc: "Where its facts come from", Type: query.Enum, Column: "o.origin", Values: []string{"ordo", "imported"}},
	},
	Fold: lower,
	// A bare word finds orders by number, reference, tracking number and customer.
	Search: func(word string) (string, []any) {
		first, part := lower(word), "%"+escapeLike.Replace(customer.Fold(word))+"%"
		last := first + string(unicode.MaxRune) // of what begins with it: an interval, which an index knows
		return `o.id IN (SELECT n.id FROM orders n WHERE n.number <> '' AND lower(n.number) >= ? AND lower(n.number) < ?
			UNION ALL SELECT n.id FROM orders n WHERE n.id = ?
			UNION ALL SELECT n.id FROM orders n WHERE n.external_id <> '' AND n.external_id = ?
			UNION ALL SELECT n.id FROM orders n WHERE n.reference <> '' AND lower(n.reference) >= ? AND lower(n.reference) < ?
			UNION ALL SELECT s.order_id FROM shipments s WHERE s.tracking_number <> '' AND lower(s.tracking_number) >= ? AND lower(s.tracking_number) < ?
			UNION ALL SELECT n.id FROM orders n WHERE n.customer_id IN (SELECT p.customer_id FROM customer_profiles p WHERE p.folded LIKE ? ESCAPE '\'))`,
			[]any{first, last, word, word, first, last, first, last, part}
	},
}

// tagField is what customers, who see no tags, can't ask for.
const tagField = "tag"

var customerSchema = func() query.Schema {
	s := Schema
	s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(f query.Field) bool { return f.Name == tagField })
	return s
}()

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// lower is what lower() of both databases does: it leaves letters beyond ASCII
// as they are.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}

// Summary is a row of the list of orders.
type Summary struct {
	Head
	CustomerName string   `json:"customer_name,omitempty"`
	Company      string   `json:"company,omitempty"`
	Tags         []string `json:"tags,omitempty" doc:"Sorted; not told to customers"`
}

// List returns a page of orders: their heads, who they are for, and their tags.
func List(tx *db.Tx, in query.Input) (query.Rows[*Summary], error) {
	schema, customers := Schema, tx.Actor.Scope.Customer != ""
	if customers {
		schema = customerSchema
	}
	page, err := query.Select(tx, in, schema, query.Source{
		Columns: heads.Select("o") + `, COALESCE(p.name, ''), COALESCE(p.company, '')`,
		From:    "orders o LEFT JOIN customer_profiles p ON p.customer_id = o.customer_id AND p.version = o.profile_version",
		Scope:   Scope,
	}, func(row **Summary) []any {
		s := &Summary{}
		*row = s
		return append(heads.Places(&s.Head), &s.CustomerName, &s.Company)
	})
	for _, s := range page.Items {
		s.denominate()
	}
	if err != nil || customers {
		return page, err
	}
	return page, addTags(tx, page.Items)
}
