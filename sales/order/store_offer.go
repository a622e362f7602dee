package order

import (
	"ordo/engine/auth"
	"ordo/engine/db"
)

func (f *facts) readCustomer(tx *db.Tx, id string) db.Read {
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Customer: "c.id", Open: true}, 2)
	b := &f.customer
	return db.One(`SELECT c.id, c.type, c.active, c.on_account OR COALESCE(t.on_account, FALSE), c.tax_exempt OR COALESCE(t.tax_exempt, FALSE), COALESCE(NULLIF(c.payment_terms_days, 0), t.payment_terms_days, 0), c.profile_version, COALESCE(c.price_list_id, t.price_list_id, ''), COALESCE(p.name, ''), COALESCE(p.company, ''), COALESCE(p.email, ''), COALESCE(p.phone, '')
		FROM customers c LEFT JOIN customer_profiles p ON p.customer_id = c.id AND p.version = c.profile_version LEFT JOIN customer_types t ON t.type = c.type WHERE c.id = $1 AND `+condition,
		append([]any{id}, args...), &b.id, &b.kind, &b.active, &b.onAccount, &b.exempt, &b.termsDays, &b.profileVersion, &b.priceList, &b.contact.Name, &b.contact.Company, &b.contact.Email, &b.contact.Phone)
}

// readTwin finds the latest order other than own that the customer gave the same
// reference and did not cancel, if the actor may see it.
func (f *facts) readTwin(tx *db.Tx, customer, reference, own string) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 4)
	return db.One(`SELECT o.id, o.number FROM orders o WHERE o.reference <> '' AND lower(o.reference) = lower($1) AND o.reference = $1 AND o.customer_id = $2 AND o.id <> $3 AND o.status <> 'canceled' AND `+condition+` ORDER BY o.id DESC LIMIT 1`,
		append([]any{reference, customer, own}, args...), &f.twin.ID, &f.twin.Number)
}

// readDuplicate finds the order of the channel that has the external id, and
// whether the actor may see it.
func (f *facts) readDuplicate(tx *db.Tx, channel, externalID, own string) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 4)
	return db.One(`SELECT o.id, `+condition+` FROM orders o WHERE o.external_id <> '' AND o.external_id = $2 AND o.channel_id = $1 AND o.id <> $3`,
		append([]any{channel, externalID, own}, args...), &f.duplicate.id, &f.duplicate.seen)
}
