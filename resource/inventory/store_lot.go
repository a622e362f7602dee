package inventory

import (
	"slices"

	"ordo/engine/db"
)

// ReadLots reads the lots with these codes of the variants that the subquery
// selects; its parameters begin at $1.
func ReadLots(variants string, args []any, codes []string, into map[LotKey]Lot) db.Read {
	text := `SELECT variant_id, code, id, COALESCE(expires_at, 0), event_sequence FROM lots WHERE variant_id IN (` + variants + `) AND code IN (` + db.Params(len(args)+1, len(codes)) + `)`
	for _, c := range codes {
		args = append(args, c)
	}
	return db.Many(text, args, func(scan db.Scan) error {
		var k LotKey
		var l Lot
		err := scan(&k.Variant, &k.Code, &l.ID, &l.Expires, &l.sequence)
		into[k] = l
		return err
	})
}

// readLots reads those of the lots that are there.
func readLots(keys []LotKey, into map[LotKey]Lot) db.Read {
	var variants []any
	var codes []string
	for _, k := range keys {
		if !slices.Contains(variants, any(k.Variant)) {
			variants = append(variants, k.Variant)
		}
		if !slices.Contains(codes, k.Code) {
			codes = append(codes, k.Code)
		}
	}
	return ReadLots(db.Params(1, len(variants)), variants, codes, into)
}

func insertLot(tx *db.Tx, k LotKey, l Lot) {
	var expires any
	if l.Expires != 0 {
		expires = l.Expires
	}
	tx.Must(db.ErrStale, `INSERT INTO lots (id, variant_id, code, expires_at, event_sequence) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, l.ID, k.Variant, k.Code, expires, l.sequence)
}

func updateLot(tx *db.Tx, l Lot) {
	tx.Must(db.ErrStale, `UPDATE lots SET expires_at = $2, event_sequence = $3 WHERE id = $1 AND event_sequence = $3 - 1`, l.ID, l.Expires, l.sequence)
}
