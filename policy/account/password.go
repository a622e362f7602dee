package account

import (
	"context"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

const (
	mostFailures = 10                     // wrong passwords in a row, then
	lockTime     = 15 * time.Minute       // nobody gets in for so long
	refusalTime  = 100 * time.Millisecond // a refusal takes at least so long, whatever its reason
)

var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing has room for the hashes that are computed at a time, in the whole
// process: each takes 19 MiB and a core.
var hashing = make(chan struct{}, 2)

// occupy waits for room to hash.
func occupy(ctx context.Context) (leave func(), err error) {
	select {
	case hashing <- struct{}{}:
		return func() { <-hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hashed returns what is stored of a password.
func hashed(ctx context.Context, password string) (string, error) {
	leave, err := occupy(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(password, params)
}

// nobody is a hash that stands in for that of a user who does not exist, so
// that the answer takes as long.
var nobody = sync.OnceValues(func() (string, error) { return argon2id.CreateHash(id.Random.Token(), params) })

// prove returns the user whom find finds if the password is theirs and they
// may sign in, else nil. A wrong password counts towards the lock.
func prove(ctx context.Context, e *command.Engine, password string, find func(*db.Tx) (*User, error)) (*User, error) {
	start := clock.System.Now()
	u, err := compare(ctx, e, password, find)
	if err != nil || u != nil {
		return u, err
	}
	return nil, clock.System.Sleep(ctx, refusalTime-clock.System.Now().Sub(start))
}

// compare keeps its room from the look at the lock until the failure is
// counted: guesses sent in parallel don't outrun the lock.
func compare(ctx context.Context, e *command.Engine, password string, find func(*db.Tx) (*User, error)) (u *User, err error) {
	leave, err := occupy(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := e.DB.Read(ctx, func(tx *db.Tx) (err error) { u, err = find(tx); return err }); err != nil {
		return nil, err
	}
	open := u.Active && u.hash != "" && !u.locked(e.DB.Clock.Now())
	stored := u.hash
	if stored == "" {
		if stored, err = nobody(); err != nil {
			return nil, err
		}
	}
	match, err := argon2id.ComparePasswordAndHash(password, stored)
	switch {
	case err != nil:
		return nil, err
	case open && match:
		return u, nil
	case open:
		_, err = command.Invoke(ctx, e, failure, command.Meta{Actor: auth.Internal("sign_in")}, GetIn{u.ID})
	}
	return nil, err
}

// UserSignInFailed is the event of a wrong password.
var UserSignInFailed = event.Declare("user.sign_in_failed", 1, "A wrong password was given for a user; ten in a row lock them out for 15 minutes.", attempts{})

// failure is a command of its own, because a refused sign-in is undone. No edge
// knows it.
var failure = command.Def[GetIn, *User]{
	Name: "session.refuse", Summary: "Count a wrong password",
	Run: countFailure, Result: userResult, Repeat: GetUser,
}

func countFailure(tx *db.Tx, in GetIn) (*User, error) {
	u, err := GetUser(tx, in.ID)
	if err != nil {
		return nil, err
	}
	u.failures++
	if u.failures >= mostFailures {
		u.failures, u.LockedUntil = 0, tx.Now.Add(lockTime)
	}
	u.advance(tx)
	return u, u.emit(tx, UserSignInFailed, u.attempts())
}

// ResetPasswordIn is the input of user.reset_password.
type ResetPasswordIn struct {
	ID       string `path:"id" json:"id"`
	Password string `json:"password" minLength:"10" maxLength:"200" format:"password" writeOnly:"true" doc:"New password"`

	hash string
}

// WithoutSecrets leaves out the password.
func (in ResetPasswordIn) WithoutSecrets() any { return GetIn{in.ID} }

func hashForReset(ctx context.Context, _ *command.Engine, _ command.Meta, in ResetPasswordIn) (_ ResetPasswordIn, err error) {
	in.hash, err = hashed(ctx, in.Password)
	in.Password = ""
	return in, err
}

func resetPassword(tx *db.Tx, in ResetPasswordIn) (*User, error) {
	u, err := lesser(tx, in.ID)
	if err != nil {
		return nil, err
	}
	return u, u.setPassword(tx, in.hash)
}

// SetPasswordIn is the input of user.set_password.
type SetPasswordIn struct {
	Current  string `json:"current" maxLength:"200" format:"password" writeOnly:"true" doc:"Present password"`
	Password string `json:"password" minLength:"10" maxLength:"200" format:"password" writeOnly:"true" doc:"New password"`

	proven string // hash of the present password; empty if Current is not it
	hash   string
}

// WithoutSecrets leaves out both passwords.
func (in SetPasswordIn) WithoutSecrets() any { return struct{}{} }

func proveCurrent(ctx context.Context, e *command.Engine, m command.Meta, in SetPasswordIn) (SetPasswordIn, error) {
	u, err := prove(ctx, e, in.Current, func(tx *db.Tx) (*User, error) { return findUser(tx, m.Actor.ID) })
	if err != nil || u == nil {
		return in, err // the command refuses
	}
	in.proven = u.hash
	in.hash, err = hashed(ctx, in.Password)
	in.Current, in.Password = "", ""
	return in, err
}

func setPassword(tx *db.Tx, in SetPasswordIn) (*User, error) {
	u, err := GetUser(tx, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	if in.proven == "" || u.hash != in.proven {
		return nil, problem.ErrInvalidValue.At("/current", "this is not your password, or too many wrong ones were given")
	}
	return u, u.setPassword(tx, in.hash)
}

// setPassword also ends all sessions, all one-time links and any lock.
func (u *User) setPassword(tx *db.Tx, hash string) error {
	u.hash, u.failures, u.LockedUntil, u.Invited = hash, 0, time.Time{}, false
	u.advance(tx)
	endSessions(tx, u.ID)
	endLinks(tx, u.ID)
	tx.AccessChanged()
	return u.emit(tx, UserPasswordSet, u.attempts())
}
