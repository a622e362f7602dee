package payment

import (
	"ordo/engine/db"
	"ordo/engine/query"
)

// UnclearSchema is what the attempts without an answer can be filtered and sorted
// by.
var UnclearSchema = query.Schema{
	ID: "a.id", Sort: "created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id of the attempt", Type: query.ID, Column: "a.id", Indexed: true},
		{Name: "payment", Doc: "Id of the payment", Type: query.ID, Column: "a.payment_id", Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "p.order_id"},
		{Name: "number", Doc: "Number of the order", Type: query.ID, Column: "o.number"},
		{Name: "channel", Doc: "Id of the order's channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "method", Doc: "Method", Type: query.Enum, Column: "p.method", Values: []string{Cash, Transfer, Test, Imported}},
		{Name: "kind", Doc: "What was asked for", Type: query.Enum, Column: "a.kind", Values: []string{KindAuthorize, KindCapture, KindVoid, KindRefund, KindCancel}},
		{Name: "created", Doc: "When it was asked for", Type: query.Time, Column: "a.created_at", Sortable: true},
	},
}

// ListUnclear returns a page of the attempts whose outcome is not known.
func ListUnclear(tx *db.Tx, in query.Input) (query.Rows[*Unclear], error) {
	return query.Select(tx, in, UnclearSchema, query.Source{
		Columns: `a.id, a.payment_id, p.status, p.order_id, o.number, p.method, a.kind, a.amount, p.currency, a.refund_id, a.intent_id, p.reference,
			COALESCE(i.tries, 0), CASE WHEN i.state = 'waiting' THEN i.run_at ELSE 0 END, a.created_at`,
		From:  `payment_attempts a JOIN payments p ON p.id = a.payment_id JOIN orders o ON o.id = p.order_id LEFT JOIN intents i ON i.id = a.intent_id`,
		Where: `a.state = '` + StateUnknown + `'`,
		Scope: scope,
	}, func(row **Unclear) []any {
		u := &Unclear{}
		*row = u
		return []any{&u.ID, &u.PaymentID, &u.PaymentStatus, &u.OrderID, &u.OrderNumber, &u.Method, &u.Kind, &u.Amount.Amount, &u.Amount.Currency, &u.RefundID, &u.Key, &u.Reference,
			&u.Asked, (*int64)(&u.NextAt), (*int64)(&u.CreatedAt)}
	})
}
