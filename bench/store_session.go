package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
)

// signIn makes sessions of a user and returns their tokens.
// No password is proven: that takes as long as it should, ten thousand times.
func signIn(ctx context.Context, d *db.DB, user string, n int) (tokens []string, err error) {
	err = d.Tx(ctx, func(tx *db.Tx) error {
		tokens = tokens[:0]
		now, end := clock.At(tx.Now), clock.At(tx.Now.Add(time.Hour))
		for i := range n {
			token := fmt.Sprintf("session_bench%d", i)
			sum := sha256.Sum256([]byte(token))
			tokens = append(tokens, token)
			tx.Write(`INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`, hex.EncodeToString(sum[:]), user, now, end)
		}
		return nil
	})
	return tokens, err
}
