package testgateway

import (
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/resource/payment"
)

var calls = &db.Table[Call]{
	Name: "test_gateway_calls", Key: 1,
	Columns: "key, kind, token, reference, currency, amount, state, error, created_at, version",
	Places: func(c *Call) []any {
		return []any{&c.Key, &c.Kind, &c.Token, &c.Reference, &c.Currency, &c.Amount.Amount, &c.State, &c.Error, (*int64)(&c.CreatedAt), &c.Version}
	},
}

// find reads a call.
func find(key string, c *Call) db.Read {
	return db.Many(`SELECT `+calls.Select("c")+` FROM test_gateway_calls c WHERE c.key = $1`, []any{key}, func(scan db.Scan) error {
		err := scan(calls.Places(c)...)
		c.Amount.Currency = c.Currency
		return err
	})
}

// see returns a call for a payment in the actor's scope, or not found.
func see(tx *db.Tx, key string) (*Call, error) {
	seen, err := payment.Sees(tx, key)
	if err != nil {
		return nil, err
	}
	if !seen {
		return nil, unknown(key)
	}
	return get(tx, key)
}

func unknown(key string) error {
	return problem.ErrNotFound.New("the test gateway has no call %s", key)
}

// get returns a call, or not found.
func get(tx *db.Tx, key string) (*Call, error) {
	c := &Call{}
	if err := tx.Load(find(key, c)); err != nil {
		return nil, err
	}
	if c.Key == "" {
		return nil, unknown(key)
	}
	return c, nil
}

// balances reads what became of an authorization, and locks it.
func balances(tx *db.Tx, reference string, b *balance) []db.Read {
	if reference == "" {
		return nil
	}
	locked := db.One(`SELECT currency, amount FROM test_gateway_calls WHERE key = $1 AND kind = 'authorize' AND state = 'succeeded'`+tx.ForUpdate(),
		[]any{reference}, &b.currency, &b.authorized)
	sums := db.Many(`SELECT kind, amount FROM test_gateway_calls WHERE reference = $1 AND kind <> 'authorize' AND state = 'succeeded'`, []any{reference}, func(scan db.Scan) error {
		var kind string
		var amount int64
		if err := scan(&kind, &amount); err != nil {
			return err
		}
		switch kind {
		case payment.KindCapture:
			b.captured += amount
		case payment.KindVoid:
			b.voided += amount
		case payment.KindRefund:
			b.refunded += amount
		}
		return nil
	})
	return []db.Read{locked, sums}
}
