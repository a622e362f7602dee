package customer

import (
	"slices"

	"ordo/engine/db"
)

// readTypes fills in the defaults of types, which are in the order of Types.
func readTypes(tx *db.Tx, types []*Type) error {
	return tx.Load(db.Many(`SELECT type, COALESCE(price_list_id, ''), payment_terms_days, on_account, tax_exempt, version FROM customer_types`, nil, func(scan db.Scan) error {
		var t Type
		err := scan(&t.Type, &t.PriceListID, &t.PaymentTermsDays, &t.OnAccount, &t.TaxExempt, &t.Version)
		if i := slices.Index(Types, t.Type); i >= 0 {
			*types[i] = t
		}
		return err
	}))
}

// saveType writes a type that was read in this transaction.
func saveType(tx *db.Tx, t *Type) {
	tx.Must(db.ErrStale, `INSERT INTO customer_types AS t (type, price_list_id, payment_terms_days, on_account, tax_exempt, version) VALUES ($1, NULLIF($2, ''), $3, $4, $5, $6)
		ON CONFLICT (type) DO UPDATE SET price_list_id = excluded.price_list_id, payment_terms_days = excluded.payment_terms_days, on_account = excluded.on_account,
			tax_exempt = excluded.tax_exempt, version = excluded.version WHERE t.version = excluded.version - 1`,
		t.Type, t.PriceListID, t.PaymentTermsDays, t.OnAccount, t.TaxExempt, t.Version)
}
