package account

import (
	"context"
	"time"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// SessionTime is how long a session lasts. It is not prolonged by use.
const SessionTime = 12 * time.Hour

const sessionPrefix = "session_" // of tokens

// ErrSignIn says no to a sign-in without telling which part was wrong, so that
// nobody learns who has an account.
var ErrSignIn = problem.Declare("sign_in_refused", problem.Unauthenticated,
	"The mail address or the password is wrong, or the account is closed or locked.",
	"Check both. After 10 wrong passwords an account is locked for 15 minutes; an administrator can set a new password.")

// Session is a signed-in user at one device.
type Session struct {
	ID        string    `json:"id"`
	Token     string    `json:"token,omitempty" doc:"Bearer token; only in the answer to a sign-in without cookie, it is not stored"`
	UserID    string    `json:"user_id"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at" doc:"The session ends at this time, or has ended"`

	hash   string // of the token
	cookie string // the token, where a browser keeps it
}

// Kept tells what a browser keeps of the session: its token if the sign-in asked
// for that, and nothing any more once the session that it had is ended.
func (s *Session) Kept(had string) (token string, until time.Time, ok bool) {
	if s.cookie != "" {
		return s.cookie, s.ExpiresAt, true
	}
	return "", time.Time{}, s.Token == "" && s.ID == sessionID(digest(had))
}

// SignInIn is the input of session.create.
type SignInIn struct {
	Email    string `json:"email" minLength:"1" maxLength:"254"`
	Password string `json:"password" minLength:"1" maxLength:"200" format:"password" writeOnly:"true"`
	Cookie   bool   `json:"cookie,omitempty" doc:"Sign a browser in: the token is not in the answer but in a cookie that no script can read"`

	proven *User
	token  string
}

// WithoutSecrets leaves out everything: a public operation has no key that could
// come twice.
func (in SignInIn) WithoutSecrets() any { return struct{}{} }

// EndSessionIn is the input of session.delete.
type EndSessionIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a user that tell of sessions.
var (
	UserSignedIn  = event.Declare("user.signed_in", 1, "A user signed in.", attempts{})
	UserSignedOut = event.Declare("user.signed_out", 1, "A user ended a session.", signedOut{})
)

func proveSignIn(ctx context.Context, e *command.Engine, _ command.Meta, in SignInIn) (_ SignInIn, err error) {
	in.proven, err = prove(ctx, e, in.Password, func(tx *db.Tx) (*User, error) { return findUserByEmail(tx, folded(in.Email)) })
	if err == nil && in.proven == nil {
		err = refused()
	}
	in.Password = ""
	in.token = sessionPrefix + e.DB.IDs.Token()
	return in, err
}

func refused() error { return ErrSignIn.New("mail address and password don't lead to an open account") }

func signIn(tx *db.Tx, in SignInIn) (*Session, error) {
	u, err := findUser(tx, in.proven.ID)
	if err != nil {
		return nil, err
	}
	if u.hash != in.proven.hash || !u.Active || u.locked(tx.Now) {
		return nil, refused() // it changed since the password was proven
	}
	u.failures, u.LockedUntil = 0, time.Time{}
	u.advance(tx)
	hash := digest(in.token)
	s := &Session{ID: sessionID(hash), UserID: u.ID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(SessionTime), hash: hash}
	if in.Cookie {
		s.cookie = in.token
	} else {
		s.Token = in.token
	}
	insertSession(tx, s)
	return s, u.as(tx, func() error { return u.emit(tx, UserSignedIn, u.attempts()) })
}

// signInLost answers a sign-in whose commit has no answer: the token is gone.
func signInLost(*db.Tx, string) (*Session, error) {
	return nil, db.ErrUnavailable.New("the answer to the sign-in got lost; sign in again")
}

// endSession signs the actor out.
func endSession(tx *db.Tx, in EndSessionIn) (*Session, error) {
	s, err := getSession(tx, in.ID)
	if err != nil || !s.ExpiresAt.After(tx.Now) {
		return s, err
	}
	u, err := GetUser(tx, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	s.ExpiresAt = tx.Now
	saveSession(tx, s)
	u.advance(tx)
	tx.AccessChanged()
	return s, u.emit(tx, UserSignedOut, signedOut{u.Version})
}

// signedOut is what the event of an ended session tells of the user.
type signedOut struct {
	Version int64 `json:"version"`
}

func sessionResult(s *Session) (string, int64) { return s.ID, 1 }

// sessionID names a session without telling its token.
func sessionID(hash string) string { return "ses_" + hash[:idLength] }

const idLength = 26 // characters of the hash
