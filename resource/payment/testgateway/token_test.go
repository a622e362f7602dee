package testgateway_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
)

func request(key, token, reference string, minor int64) payment.Request {
	return payment.Request{Key: key, Token: token, Reference: reference, Amount: money.Amount{Amount: minor, Currency: "EUR"}}
}

func TestASilentCallIsFoundIfItArrived(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		g := testgateway.Gateway{DB: d}
		for token, found := range map[string]error{"tok_timeout": nil, "tok_lost": payment.ErrUnknownKey, "tok_silent": payment.ErrNoAnswer} {
			if _, err := g.Authorize(t.Context(), request(token, token, "", 100)); !errors.Is(err, payment.ErrNoAnswer) {
				t.Errorf("%s is answered with %v", token, err)
			}
			r, err := g.Find(t.Context(), token)
			if !errors.Is(err, found) || found == nil && r.State != payment.StateSucceeded {
				t.Errorf("%s: found %+v, %v", token, r, err)
			}
		}
		if r, err := g.Authorize(t.Context(), request("tok_timeout", "tok_timeout", "", 100)); err != nil || r.State != payment.StateSucceeded {
			t.Errorf("the key that arrived is answered with %+v, %v", r, err)
		}
	})
}

func TestCapturesAtTheSameTimeTakeNoMoreThanWasPromised(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		g := testgateway.Gateway{DB: d}
		if _, err := g.Authorize(t.Context(), request("promise", "tok_approve", "", 100)); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		states := make([]string, 8)
		for i := range states {
			wg.Go(func() {
				r, err := g.Capture(t.Context(), request(fmt.Sprintf("capture %d", i), "", "promise", 40))
				states[i] = r.State
				if err != nil {
					states[i] = err.Error()
				}
			})
		}
		wg.Wait()
		counts := map[string]int{}
		for _, s := range states {
			counts[s]++
		}
		if counts[payment.StateSucceeded] != 2 || counts[payment.StateFailed] != 6 {
			t.Errorf("the captures ended as %v", counts)
		}
	})
}
