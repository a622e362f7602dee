package account

import (
	"context"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/policy/setting"
)

// LinkTime is how long the link for the first admin works.
const LinkTime = 24 * time.Hour

// Codes of the one-time link.
var (
	ErrLinkUsed = problem.Declare("link_used", problem.Conflict,
		"The one-time link was used, or the workspace has users already.", "Sign in; an administrator can add users.")
	ErrLinkExpired = problem.Declare("link_expired", problem.Conflict,
		"The one-time link is too old.", "Start the server again; as long as there is no user, it prints a new link.")
)

// FirstAdmin is the person who sets up the workspace.
type FirstAdmin struct {
	Email    string `json:"email" format:"email" maxLength:"254"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Password string `json:"password" minLength:"10" maxLength:"200" format:"password" writeOnly:"true"`
}

// SetupIn is the input of account.setup.
type SetupIn struct {
	Token string `json:"token" minLength:"1" maxLength:"100" writeOnly:"true" doc:"From the one-time link"`
	setting.Facts
	Admin FirstAdmin `json:"admin"`

	hash  string
	reads []string // permissions that all built-in roles get
}

// WithoutSecrets leaves out the token and the person.
func (in SetupIn) WithoutSecrets() any { return in.Facts }

// FirstAdminLink writes a one-time link for the first admin and returns its
// token, for account.setup; "" if there are users already. Links written
// before stay valid for LinkTime, until one is used.
func FirstAdminLink(ctx context.Context, d *db.DB) (token string, err error) {
	secret := d.IDs.Token()
	err = d.Tx(ctx, func(tx *db.Tx) error {
		token = ""
		some, err := anyUser(tx)
		if err != nil || some {
			return err
		}
		token = secret
		insertLink(tx, digest(secret), tx.Now.Add(LinkTime))
		return nil
	})
	return token, err
}

// prepareSetup looks at the link first, so that no stranger gets a hash computed.
func prepareSetup(ctx context.Context, e *command.Engine, _ command.Meta, in SetupIn) (_ SetupIn, err error) {
	if err := e.DB.Read(ctx, func(tx *db.Tx) error { return checkLink(tx, in.Token) }); err != nil {
		return in, err
	}
	in.reads = reads(e.Operations)
	in.hash, err = hashed(ctx, in.Admin.Password)
	in.Admin.Password = ""
	return in, err
}

func checkLink(tx *db.Tx, token string) error {
	l, err := findLink(tx, digest(token))
	if err != nil {
		return err
	}
	some, err := anyUser(tx)
	switch {
	case err != nil:
		return err
	case l.expires.IsZero():
		return problem.ErrNotFound.At("/token", "no such link was made")
	case some || !l.used.IsZero():
		return ErrLinkUsed.At("/token", "the workspace is set up")
	case !tx.Now.Before(l.expires):
		return ErrLinkExpired.At("/token", "the link was valid until %s", l.expires.Format(db.TimeFormat))
	}
	return nil
}

// setup fills an empty workspace: settings, built-in roles, first admin.
func setup(tx *db.Tx, in SetupIn) (admin *User, err error) {
	if err := checkLink(tx, in.Token); err != nil {
		return nil, err
	}
	useLink(tx, digest(in.Token))
	err = tx.As(auth.Internal("setup"), func() error {
		if _, err := setting.Update(tx, setting.UpdateIn{Facts: in.Facts}); err != nil {
			return err
		}
		admin, err = in.people(tx)
		return err
	})
	return admin, err
}

// people adds the built-in roles and the user who has the first of them.
func (in SetupIn) people(tx *db.Tx) (*User, error) {
	var first *Role
	for _, f := range BuiltIn {
		f.Permissions = append(f.Permissions[:len(f.Permissions):len(f.Permissions)], in.reads...)
		r, err := addRole(tx, f)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = r
		}
	}
	return addUser(tx, first, CreateUserIn{UserFacts: UserFacts{Email: in.Admin.Email, Name: in.Admin.Name}, hash: in.hash})
}
