package account

import (
	"context"
	"strings"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
)

const (
	remember     = 2 * time.Second // how long an answer of the database is used
	mostRemember = 10_000          // tokens at a time
)

// Authenticator tells who sends a request. It remembers answers in memory, so
// that a request costs no trip to the database:
//   - what this process changes counts with the next request;
//   - what another process changes counts after two seconds at most;
//   - the end of a session counts at its time.
//
// Unknown tokens are not remembered. The zero value is ready for use, by
// several goroutines.
type Authenticator struct {
	Clock clock.Clock // measures the two seconds; the system's if nil

	mu    sync.Mutex
	known map[token]access
}

// token names a credential of a workspace; it holds no secret.
type token struct {
	db   *db.DB
	hash string
}

// access is what is remembered of a token.
type access struct {
	actor   auth.Actor
	ends    time.Time // of the session, by the workspace's clock; zero for keys
	until   time.Time // not to be used after, by the authenticator's clock
	changes int64     // of the workspace, when it was read
}

// Actor returns whose token it is: that of an API key (ordo_…) or of a session,
// with or without the word Bearer before it. It is auth.ErrUnauthenticated for
// a token that is missing, unknown, expired or revoked, or whose user is not
// active. The actor's maps and lists are shared and must not be changed.
func (a *Authenticator) Actor(ctx context.Context, d *db.DB, bearer string) (auth.Actor, error) {
	text := secretOf(bearer)
	if text == "" {
		return auth.Actor{}, auth.ErrUnauthenticated.New("the request has no bearer token")
	}
	t := token{d, digest(text)}
	if actor, ok := a.recall(t); ok {
		return actor, nil
	}
	find := findSession
	if strings.HasPrefix(text, keyPrefix) {
		find = findKey
	}
	found := access{}
	count := d.AccessChanges.Load() // before the read, so that a change during it counts
	err := d.Read(ctx, func(tx *db.Tx) (err error) { found, err = find(tx, t.hash); return err })
	if err != nil {
		return auth.Actor{}, err
	}
	if found.actor.ID == "" {
		return auth.Actor{}, auth.ErrUnauthenticated.New("the bearer token is unknown, expired or revoked")
	}
	found.changes, found.until = count, a.now().Add(remember)
	a.keep(t, found)
	return found.actor, nil
}

// secretOf cuts the scheme off, in any case of letters.
func secretOf(bearer string) string {
	if scheme, rest, ok := strings.Cut(bearer, " "); ok && strings.EqualFold(scheme, "Bearer") {
		bearer = rest
	}
	return strings.TrimSpace(bearer)
}

func (a *Authenticator) recall(t token) (auth.Actor, bool) {
	a.mu.Lock()
	found, ok := a.known[t]
	a.mu.Unlock()
	fresh := ok && found.changes == t.db.AccessChanges.Load() && a.now().Before(found.until)
	ended := !found.ends.IsZero() && !t.db.Clock.Now().Before(found.ends)
	return found.actor, fresh && !ended
}

// keep forgets everything when there is no room left; it is read again soon.
func (a *Authenticator) keep(t token, found access) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil || len(a.known) >= mostRemember {
		a.known = map[token]access{}
	}
	a.known[t] = found
}

func (a *Authenticator) now() time.Time {
	if a.Clock == nil {
		return clock.System.Now()
	}
	return a.Clock.Now()
}
