package account

import (
	"strings"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
)

func insertSession(tx *db.Tx, s *Session) {
	tx.Write(`INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
		s.hash, s.UserID, micros(s.CreatedAt), micros(s.ExpiresAt))
}

// getSession returns a session of the actor without its token, or not found.
func getSession(tx *db.Tx, id string) (*Session, error) {
	s := &Session{}
	err := tx.Load(db.One(`SELECT token_hash, user_id, created_at, expires_at FROM sessions WHERE user_id = $1 AND substr(token_hash, 1, $3) = $2`,
		[]any{tx.Actor.ID, strings.TrimPrefix(id, "ses_"), idLength}, &s.hash, &s.UserID, db.ScanTime(&s.CreatedAt), db.ScanTime(&s.ExpiresAt)))
	if err != nil {
		return nil, err
	}
	if s.hash == "" {
		return nil, problem.ErrNotFound.New("you have no session %s", id)
	}
	s.ID = sessionID(s.hash)
	return s, nil
}

func saveSession(tx *db.Tx, s *Session) {
	tx.Write(`UPDATE sessions SET expires_at = $2 WHERE token_hash = $1`, s.hash, micros(s.ExpiresAt))
}

// endSessions ends all sessions of a user.
func endSessions(tx *db.Tx, user string) {
	tx.Write(`UPDATE sessions SET expires_at = $2 WHERE user_id = $1 AND expires_at > $2`, user, tx.Micros())
}

// Forget deletes sessions and one-time links that ended before the given time,
// in microseconds.
func Forget(tx *db.Tx, before int64) {
	tx.Write(`DELETE FROM sessions WHERE expires_at < $1`, before)
	tx.Write(`DELETE FROM links WHERE expires_at < $1`, before)
}

// link is a one-time link; it has no expires if there is none.
type link struct {
	user          string // whose; empty for the first admin
	expires, used time.Time
}

func insertLink(tx *db.Tx, hash string, expires time.Time) {
	tx.Write(`INSERT INTO links (token_hash, purpose, created_at, expires_at) VALUES ($1, 'first_admin', $2, $3)`, hash, tx.Micros(), micros(expires))
}

// insertUserLink writes a link of a user.
func insertUserLink(tx *db.Tx, hash, purpose, user string, expires time.Time) {
	tx.Write(`INSERT INTO links (token_hash, purpose, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`, hash, purpose, user, tx.Micros(), micros(expires))
}

// findUserLink is a link of a user by the hash of its token; without expires if
// there is none.
func findUserLink(tx *db.Tx, hash string) (l link, err error) {
	err = tx.Load(db.One(`SELECT user_id, expires_at, used_at FROM links WHERE token_hash = $1 AND user_id IS NOT NULL`,
		[]any{hash}, &l.user, db.ScanTime(&l.expires), db.ScanTime(&l.used)))
	return l, err
}

// countLinks counts the links that were made for a user since a time.
func countLinks(tx *db.Tx, user, purpose string, since time.Time) (n int64, err error) {
	err = tx.Load(db.One(`SELECT COUNT(*) FROM links WHERE user_id = $1 AND purpose = $2 AND created_at > $3`, []any{user, purpose, since.UnixMicro()}, &n))
	return n, err
}

// endLinks makes all links of a user void.
func endLinks(tx *db.Tx, user string) {
	tx.Write(`UPDATE links SET expires_at = $2 WHERE user_id = $1 AND used_at IS NULL AND expires_at > $2`, user, tx.Micros())
}

func findLink(tx *db.Tx, hash string) (l link, err error) {
	err = tx.Load(db.One(`SELECT expires_at, used_at FROM links WHERE token_hash = $1 AND purpose = 'first_admin'`,
		[]any{hash}, db.ScanTime(&l.expires), db.ScanTime(&l.used)))
	return l, err
}

// useLink lets one of several setups at the same time win.
func useLink(tx *db.Tx, hash string) {
	tx.Must(db.ErrStale, `UPDATE links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, hash, tx.Micros())
}

// findSession returns who a session is, or an access without actor.
func findSession(tx *db.Tx, hash string) (access, error) {
	a, err := findAccess(tx, `SELECT u.id, u.channels, u.locations, r.permissions, r.discount_limit, r.refund_limit, s.expires_at
		FROM sessions s JOIN users u ON u.id = s.user_id JOIN roles r ON r.id = u.role_id
		WHERE s.token_hash = $1 AND s.expires_at > $2 AND u.active`, hash, tx.Micros())
	a.actor.Kind = auth.Staff
	for _, own := range OwnPermissions {
		a.actor.Permissions[own] = true
	}
	return a, err
}

// findKey returns who an API key is, or an access without actor.
func findKey(tx *db.Tx, hash string) (access, error) {
	a, err := findAccess(tx, `SELECT k.id, k.channels, k.locations, r.permissions, r.discount_limit, r.refund_limit, NULL
		FROM api_keys k JOIN roles r ON r.id = k.role_id
		WHERE k.secret_hash = $1 AND k.revoked_at IS NULL`, hash)
	a.actor.Kind = auth.Key
	return a, err
}

// ActorOf returns the user or API key with an id, as they are now: what they left
// to be done is done with their rights. The actor has no id if there is nobody who
// may act.
func ActorOf(tx *db.Tx, id string) (auth.Actor, error) {
	kind, text := auth.Staff, `SELECT u.id, u.channels, u.locations, r.permissions, r.discount_limit, r.refund_limit, NULL
		FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = $1 AND u.active`
	if strings.HasPrefix(id, "key_") {
		kind, text = auth.Key, `SELECT k.id, k.channels, k.locations, r.permissions, r.discount_limit, r.refund_limit, NULL
			FROM api_keys k JOIN roles r ON r.id = k.role_id WHERE k.id = $1 AND k.revoked_at IS NULL`
	}
	a, err := findAccess(tx, text, id)
	a.actor.Kind = kind
	return a.actor, err
}

func findAccess(tx *db.Tx, text string, args ...any) (a access, err error) {
	var s Scope
	var f RoleFacts
	err = tx.Load(db.One(text, args, &a.actor.ID, db.ScanJSON(&s.Channels), db.ScanJSON(&s.Locations),
		db.ScanJSON(&f.Permissions), &f.DiscountLimit, &f.RefundLimit, db.ScanTime(&a.ends)))
	a.actor.Permissions = auth.Permit(f.Permissions...)
	a.actor.Limits = f.limits()
	a.actor.Scope = auth.Scope{Channels: s.Channels, Locations: s.Locations}
	return a, err
}

// Restored is told that the database is an older state of itself. Sessions and
// links that were ended since would be good again, so all end: people sign in
// anew.
func Restored(tx *db.Tx) error {
	tx.Write(`DELETE FROM sessions`)
	tx.Write(`UPDATE links SET expires_at = $1 WHERE used_at IS NULL AND expires_at > $1`, tx.Micros())
	return nil
}
