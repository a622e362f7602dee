package account

import (
	"context"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

const keyPrefix = "ordo_" // of secrets

// Key is an API key: access for a program.
type Key struct {
	ID        string           `json:"id"`
	Name      string           `json:"name"`
	Secret    string           `json:"secret,omitempty" doc:"Bearer token; only in the first answer to key.create, it is not stored and a repeated request does not give it again"`
	Hint      string           `json:"hint" doc:"Last four characters of the secret"`
	RoleID    string           `json:"role_id"`
	Role      string           `json:"role" doc:"Name of the role"`
	Scope                      // flat
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	RevokedAt time.Time        `json:"revoked_at,omitzero" doc:"Since then it is void"`
	Actions   []command.Action `json:"actions,omitempty"`

	hash     string // of the secret
	sequence int64  // events so far
}

// SetActions shows which operations are open.
func (k *Key) SetActions(a []command.Action) { k.Actions = a }

// CreateKeyIn is the input of key.create.
type CreateKeyIn struct {
	Name   string `json:"name" minLength:"1" maxLength:"100" doc:"What it is for; no name of a person"`
	RoleID string `json:"role_id" minLength:"1" maxLength:"60" doc:"What it may do"`
	Scope

	secret string
}

// Events of an API key.
var (
	KeyCreated = event.Declare("key.created", 1, "An API key was made.", keyBody{})
	KeyRevoked = event.Declare("key.revoked", 1, "An API key was revoked.", keyRevoked{})
)

func makeSecret(_ context.Context, e *command.Engine, _ command.Meta, in CreateKeyIn) (CreateKeyIn, error) {
	in.secret = keyPrefix + e.DB.IDs.Token()
	return in, nil
}

func createKey(tx *db.Tx, in CreateKeyIn) (*Key, error) {
	role, err := granted(tx, in.RoleID, in.Scope)
	if err != nil {
		return nil, err
	}
	k := &Key{
		ID: tx.ID("key"), Name: in.Name, Secret: in.secret, Hint: in.secret[len(in.secret)-4:],
		RoleID: role.ID, Role: role.Name, Scope: in.Scope.canonical(), Version: 1, CreatedAt: tx.Now,
		hash: digest(in.secret), sequence: 1,
	}
	insertKey(tx, k)
	return k, k.emit(tx, KeyCreated, keyBody{k.Name, k.Hint, k.RoleID, k.Scope, k.Version})
}

// keyBody is what the event of a new key tells.
type keyBody struct {
	Name   string `json:"name"`
	Hint   string `json:"hint" doc:"Its last characters"`
	RoleID string `json:"role_id"`
	Scope
	Version int64 `json:"version"`
}

// keyRevoked is what the event of a key's end tells.
type keyRevoked struct {
	RevokedAt clock.Stamp `json:"revoked_at"`
	Version   int64       `json:"version"`
}

// mayRevoke is the guard of key.revoke. It asks for no rights beyond the
// permission: whoever finds a leaked key ends it.
func mayRevoke(k *Key, _ auth.Actor) error {
	if !k.RevokedAt.IsZero() {
		return problem.ErrTransition.New("the key was revoked at %s", k.RevokedAt.Format(db.TimeFormat)).Helped("Make another key (key.create).").With("current_status", "revoked")
	}
	return nil
}

func revokeKey(tx *db.Tx, in GetIn) (*Key, error) {
	k, err := GetKey(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayRevoke(k, tx.Actor); err != nil {
		return nil, err
	}
	k.RevokedAt = tx.Now
	k.Version++
	k.sequence++
	saveKey(tx, k)
	tx.AccessChanged()
	return k, k.emit(tx, KeyRevoked, keyRevoked{clock.At(k.RevokedAt), k.Version})
}

func (k *Key) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: k.ID, Sequence: k.sequence, Body: body})
}
