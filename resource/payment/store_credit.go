package payment

import "ordo/engine/db"

var credits = &db.Table[Credit]{
	Name: "credits", Key: 1,
	Columns: "id, number, customer_id, country, currency, total, external_id, at, version, event_sequence",
	Places: func(c *Credit) []any {
		return []any{&c.ID, &c.Number, &c.CustomerID, &c.Country, &c.Currency, &c.Total.Amount, &c.ExternalID, (*int64)(&c.At), &c.Version, &c.sequence}
	},
}

var creditLines = &db.Table[CreditLine]{
	Name: "credit_lines", Key: 2,
	Columns: "credit_id, position, kind, variant_id, label, quantity, unit_price, amount, source_row",
	Places: func(l *CreditLine) []any {
		return []any{&l.creditID, &l.Position, &l.Kind, &l.VariantID, &l.Label, (*int64)(&l.Quantity), (*int64)(&l.UnitPrice), &l.Amount.Amount, &l.SourceRow}
	},
}
