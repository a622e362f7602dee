package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// ErrLastAdmin says that a change would leave nobody who may do everything.
var ErrLastAdmin = problem.Declare("last_admin", problem.Conflict,
	"Afterwards no active user could do everything everywhere without limit.", "Make another user an admin first.")

// Scope narrows a user or an API key to some records.
type Scope struct {
	Channels  []string `json:"channels" required:"false" nullable:"true" maxItems:"1000" doc:"Ids of channels; null for all"`
	Locations []string `json:"locations" required:"false" nullable:"true" maxItems:"1000" doc:"Ids of locations; null for all"`
}

// canonical has the ids sorted, each once; nil stays nil.
func (s Scope) canonical() Scope {
	sorted := func(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }
	if s.Channels != nil {
		s.Channels = append([]string{}, sorted(s.Channels)...)
	}
	if s.Locations != nil {
		s.Locations = append([]string{}, sorted(s.Locations)...)
	}
	return s
}

func (s Scope) all() bool { return s.Channels == nil && s.Locations == nil }

// User is a person on the staff.
type User struct {
	ID          string    `json:"id"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	RoleID      string    `json:"role_id"`
	Role        string    `json:"role" doc:"Name of the role"`
	Scope                 // flat
	Active      bool      `json:"active" doc:"May sign in"`
	Invited     bool      `json:"invited,omitempty" doc:"Has set no password yet"`
	LockedUntil time.Time `json:"locked_until,omitzero" doc:"No sign-in before: too many wrong passwords"`
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`

	hash     string // of the password
	failures int64  // wrong passwords since the last right one or lock
	sequence int64  // events so far
}

// UserFacts are what an administrator says of a user.
type UserFacts struct {
	Email  string `json:"email" format:"email" maxLength:"254" doc:"Unique, in any case of letters"`
	Name   string `json:"name" minLength:"1" maxLength:"200"`
	RoleID string `json:"role_id" minLength:"1" maxLength:"60" doc:"What they may do"`
	Scope
}

// CreateUserIn is the input of user.create.
type CreateUserIn struct {
	UserFacts
	Password string `json:"password" minLength:"10" maxLength:"200" format:"password" writeOnly:"true" doc:"First password"`

	hash string
}

// WithoutSecrets leaves out the password.
func (in CreateUserIn) WithoutSecrets() any { return in.UserFacts }

// UpdateUserIn is the input of user.update.
type UpdateUserIn struct {
	ID string `path:"id" json:"id"`
	UserFacts
	Active bool `json:"active" doc:"May sign in; false ends all sessions"`
}

// GetIn is the input of the operations on one user, role or API key.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a user. None has a name, a mail address or a password.
var (
	UserCreated     = event.Declare("user.created", 1, "A user was added.", rights{})
	UserUpdated     = event.Declare("user.updated", 1, "A user's role, scope or state changed, or a personal fact.", rights{})
	UserPasswordSet = event.Declare("user.password_set", 1, "A user has a new password; all sessions ended.", attempts{})
)

func hashForCreate(ctx context.Context, _ *command.Engine, _ command.Meta, in CreateUserIn) (_ CreateUserIn, err error) {
	in.hash, err = hashed(ctx, in.Password)
	in.Password = ""
	return in, err
}

func createUser(tx *db.Tx, in CreateUserIn) (*User, error) {
	role, err := granted(tx, in.RoleID, in.Scope)
	if err != nil {
		return nil, err
	}
	return addUser(tx, role, in)
}

// addUser creates a user whose role and scope were checked.
func addUser(tx *db.Tx, role *Role, in CreateUserIn) (*User, error) {
	u := &User{ID: tx.ID("usr"), Active: true, CreatedAt: tx.Now, Version: 1, hash: in.hash, sequence: 1}
	u.set(in.UserFacts, role)
	insertUser(tx, u)
	return u, u.emit(tx, UserCreated, u.rights())
}

func updateUser(tx *db.Tx, in UpdateUserIn) (*User, error) {
	u, err := GetUser(tx, in.ID)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	before, err := withinOwn(tx, &faults, u)
	if err != nil {
		return nil, err
	}
	role, err := grant(tx, &faults, in.RoleID, in.Scope)
	if err != nil {
		return nil, err
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	was, address := u.admin(before), u.Email
	u.set(in.UserFacts, role)
	u.Active = in.Active
	if was && !u.admin(role) {
		if err := keepAdmin(tx, u.ID, ""); err != nil {
			return nil, err
		}
	}
	if !u.Active {
		endSessions(tx, u.ID)
	}
	if !u.Active || u.Email != address {
		endLinks(tx, u.ID)
	}
	u.advance(tx)
	tx.AccessChanged()
	return u, u.emit(tx, UserUpdated, u.rights())
}

func (u *User) set(f UserFacts, role *Role) {
	u.Email, u.Name, u.RoleID, u.Role, u.Scope = folded(f.Email), strings.TrimSpace(f.Name), role.ID, role.Name, f.Scope.canonical()
}

// folded is the form in which mail addresses are stored and compared.
func folded(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func (u *User) admin(role *Role) bool { return u.Active && u.Scope.all() && role.unlimited() }

func (u *User) locked(at time.Time) bool { return at.Before(u.LockedUntil) }

// keepAdmin refuses a change if nobody is an admin but the user, or those who
// have the role. Such changes are made one at a time.
func keepAdmin(tx *db.Tx, user, role string) error {
	n, err := otherAdmins(tx, user, role)
	if err == nil && n == 0 {
		err = ErrLastAdmin.New("there is no other active admin")
	}
	return err
}

// grant finds the role and notes what it or the scope gives beyond the rights
// of the actor.
func grant(tx *db.Tx, faults *problem.List, roleID string, s Scope) (*Role, error) {
	note(faults, s.beyond(tx.Actor))
	role, err := findRole(tx, roleID)
	switch {
	case err != nil:
		return nil, err
	case role.ID == "":
		faults.Add(problem.ErrInvalidValue, "/role_id", "there is no role %q", roleID)
	default:
		summary(faults, "/role_id", "the role "+role.Name, role.beyond(tx.Actor))
	}
	return role, nil
}

// granted is grant alone: it refuses what goes beyond the rights of the actor.
func granted(tx *db.Tx, roleID string, s Scope) (*Role, error) {
	var faults problem.List
	role, err := grant(tx, &faults, roleID, s)
	if err != nil {
		return nil, err
	}
	return role, faults.Err()
}

// withinOwn notes if the user may do more than the actor, and returns the
// user's role.
func withinOwn(tx *db.Tx, faults *problem.List, u *User) (*Role, error) {
	role, err := findRole(tx, u.RoleID)
	if err == nil {
		summary(faults, "", "the user", append(role.beyond(tx.Actor), u.Scope.beyond(tx.Actor)...))
	}
	return role, err
}

// lesser finds a user who may do no more than the actor, or refuses.
func lesser(tx *db.Tx, id string) (*User, error) {
	u, err := GetUser(tx, id)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	if _, err := withinOwn(tx, &faults, u); err != nil {
		return nil, err
	}
	return u, faults.Err()
}

// advance writes the user with the next version and event number.
func (u *User) advance(tx *db.Tx) {
	u.Version++
	u.sequence++
	saveUser(tx, u)
}

// rights are the facts that decide what a user may do.
type rights struct {
	RoleID string `json:"role_id"`
	Scope
	Active  bool  `json:"active"`
	Version int64 `json:"version"`
}

func (u *User) rights() rights { return rights{u.RoleID, u.Scope, u.Active, u.Version} }

// attempts are the facts that sign-ins and passwords change.
type attempts struct {
	Failures    int64       `json:"failures" doc:"Wrong passwords in a row"`
	LockedUntil clock.Stamp `json:"locked_until" nullable:"true"`
	Version     int64       `json:"version"`
}

func (u *User) attempts() attempts {
	a := attempts{Failures: u.failures, Version: u.Version}
	if !u.LockedUntil.IsZero() {
		a.LockedUntil = clock.At(u.LockedUntil)
	}
	return a
}

func (u *User) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: u.ID, Sequence: u.sequence, Body: body})
}

// as runs fn as the user, who is not signed in yet.
func (u *User) as(tx *db.Tx, fn func() error) error {
	return tx.As(auth.Actor{ID: u.ID, Kind: auth.Staff}, fn)
}
