package order

import (
	"ordo/engine/auth"
	"ordo/engine/db"
)

func (f *facts) readCustomer(tx *db.Tx, id string) db.Read {
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Customer: "id", Open: true}, 2)
	b := &f.customer
	return db.One(`SELECT id, type, active, on_account, tax_exempt, payment_terms_days, profile_version FROM customers WHERE id = $1 AND `+condition,
		append([]any{id}, args...), &b.id, &b.kind, &b.active, &b.onAccount, &b.exempt, &b.termsDays, &b.profileVersion)
}

func (f *facts) readDuplicate(channel, externalID string) db.Read {
	return db.One(`SELECT id FROM orders WHERE channel_id = $1 AND external_id = $2`, []any{channel, externalID}, &f.duplicate)
}
