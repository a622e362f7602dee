package order

import (
	"ordo/base/money"
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

// readAlike reads what the customer ordered within a day, of the last 20 orders
// that were not canceled and the actor may see.
func (f *facts) readAlike(tx *db.Tx, customer string) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 3)
	return db.Many(`SELECT l.order_id, o.number, l.variant_id, l.quantity FROM orders o JOIN order_lines l ON l.order_id = o.id
		WHERE l.parent_id = '' AND o.id IN (SELECT o.id FROM orders o WHERE o.customer_id = $1 AND o.placed_at > $2 AND o.status <> 'canceled' AND `+condition+` ORDER BY o.placed_at DESC, o.id DESC LIMIT 20)
		ORDER BY o.placed_at DESC, o.id DESC`,
		append([]any{customer, tx.Now.AddDate(0, 0, -1).UnixMicro()}, args...), func(scan db.Scan) error {
			var id, number, variant string
			var quantity money.Quantity
			err := scan(&id, &number, &variant, (*int64)(&quantity))
			if last := len(f.alike) - 1; last < 0 || f.alike[last].id != id {
				f.alike = append(f.alike, &alike{id, number, map[string]money.Quantity{}})
			}
			f.alike[len(f.alike)-1].goods[variant] += quantity
			return err
		})
}

// readDuplicate finds the order of the channel that has the external id, and
// whether the actor may see it.
func (f *facts) readDuplicate(tx *db.Tx, channel, externalID, own string) db.Read {
	condition, args := tx.Actor.Scope.SQL(Scope, 4)
	return db.One(`SELECT o.id, `+condition+` FROM orders o WHERE o.external_id <> '' AND o.external_id = $2 AND o.channel_id = $1 AND o.id <> $3`,
		append([]any{channel, externalID, own}, args...), &f.duplicate.id, &f.duplicate.seen)
}
