package db_test

import (
	"testing"

	"ordo/engine/db"
)

// amount and label are types of their own, as the columns of subjects have them.
type (
	amount int64
	label  string
)

func TestAValueGoesWhereItFits(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var (
			n      int64
			small  uint32
			price  amount
			truth  bool
			text   string
			name   label
			bytes  []byte
			some   *int64
			none   *string
			figure float64
		)
		err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.Load(db.One(`SELECT CAST(7 AS BIGINT), CAST(8 AS BIGINT), CAST(9 AS BIGINT), 1 = 1, 'text', 'name', 'bytes', CAST(10 AS BIGINT), CAST(NULL AS TEXT), CAST(2 AS DOUBLE PRECISION)`, nil,
				&n, &small, &price, &truth, &text, &name, &bytes, &some, &none, &figure))
		})
		if err != nil {
			t.Fatal(err)
		}
		if n != 7 || small != 8 || price != 9 || !truth || text != "text" || name != "name" || string(bytes) != "bytes" || some == nil || *some != 10 || none != nil || figure != 2 {
			t.Errorf("got %v %v %v %v %v %v %s %v %v %v", n, small, price, truth, text, name, bytes, some, none, figure)
		}
	})
}

func TestAValueThatDoesNotFitIsAnError(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		var n int64
		var small int32
		var text string
		for query, to := range map[string]any{ // order-free: each stands for itself
			`SELECT 'seven'`:                              &n,
			`SELECT CAST(NULL AS BIGINT)`:                 &n,
			`SELECT CAST(NULL AS TEXT)`:                   &text,
			`SELECT CAST(10000000000 AS BIGINT)`:          &small,
			`SELECT CAST(1 AS BIGINT), CAST(2 AS BIGINT)`: &n,
		} {
			if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(query, nil, to)) }); err == nil {
				t.Errorf("%s went into a %T", query, to)
			}
		}
	})
}
