package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

const (
	// InvitationTime is how long the link of an invitation works.
	InvitationTime = 7 * 24 * time.Hour
	// ResetTime is how long the link for a forgotten password works.
	ResetTime = time.Hour

	mostResets = 3 // links for a forgotten password that a user gets within ResetTime
)

// What one-time links of users are for.
const (
	invitation = "invitation"
	forgotten  = "password"
)

// Events that a mail tells the user of. The token of the link follows from the
// event and the secret of the workspace, and is stored nowhere.
var (
	Invited   = event.Declare("user.invited", 1, "Somebody was invited to be a user, or invited again; they get a link by which they set a password.", rights{})
	Forgotten = event.Declare("user.password_forgotten", 1, "A user asked for a link by which they set a new password.", attempts{})
)

// Token is that of the link which the event of a user's sequence is about.
func Token(workspace []byte, user string, sequence int64) string {
	h := hmac.New(sha256.New, workspace)
	fmt.Fprintf(h, "one-time link\n%s\n%d", user, sequence)
	return hex.EncodeToString(h.Sum(nil))
}

// Opens tells until when a link works; the zero time if it does not any more.
func Opens(tx *db.Tx, token string) (time.Time, error) {
	l, err := findUserLink(tx, digest(token))
	if err != nil || !l.used.IsZero() || !tx.Now.Before(l.expires) {
		return time.Time{}, err
	}
	return l.expires, nil
}

// InviteIn is the input of user.invite.
type InviteIn struct {
	UserFacts

	secret []byte // of the workspace
}

// InviteAgainIn is the input of user.invite_again.
type InviteAgainIn struct {
	ID string `path:"id" json:"id"`

	secret []byte // of the workspace
}

func secretForInvite(_ context.Context, e *command.Engine, _ command.Meta, in InviteIn) (InviteIn, error) {
	in.secret = e.Secret
	return in, nil
}

func secretForInviteAgain(_ context.Context, e *command.Engine, _ command.Meta, in InviteAgainIn) (InviteAgainIn, error) {
	in.secret = e.Secret
	return in, nil
}

// invite adds a user without a password, who can't sign in until they set one.
func invite(tx *db.Tx, in InviteIn) (*User, error) {
	role, err := granted(tx, in.RoleID, in.Scope)
	if err != nil {
		return nil, err
	}
	u := &User{ID: tx.ID("usr"), Active: true, Invited: true, CreatedAt: tx.Now, Version: 1, sequence: 1}
	u.set(in.UserFacts, role)
	insertUser(tx, u)
	u.link(tx, in.secret, invitation, InvitationTime)
	return u, u.emit(tx, Invited, u.rights())
}

// mayInviteAgain: who has a password needs no invitation.
func mayInviteAgain(u *User, _ auth.Actor) error {
	switch {
	case !u.Invited:
		return problem.ErrTransition.New("the user %s has a password", u.ID).Helped("They ask for a link to set a new one (account.forgot_password), or get one (user.reset_password).").With("current_status", "active")
	case !u.Active:
		return problem.ErrTransition.New("the user %s may not sign in", u.ID).Helped("Activate them first (user.update).").With("current_status", "inactive")
	}
	return nil
}

// inviteAgain makes a new link; that of before is void.
func inviteAgain(tx *db.Tx, in InviteAgainIn) (*User, error) {
	u, err := lesser(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayInviteAgain(u, tx.Actor); err != nil {
		return nil, err
	}
	endLinks(tx, u.ID)
	u.advance(tx)
	u.link(tx, in.secret, invitation, InvitationTime)
	return u, u.emit(tx, Invited, u.rights())
}

// link makes the link that the user's event of now is about.
func (u *User) link(tx *db.Tx, workspace []byte, purpose string, lasts time.Duration) {
	insertUserLink(tx, digest(Token(workspace, u.ID, u.sequence)), purpose, u.ID, tx.Now.Add(lasts))
}

// ForgotPasswordIn is the input of account.forgot_password.
type ForgotPasswordIn struct {
	Email string `json:"email" minLength:"1" maxLength:"254"`

	secret []byte // of the workspace
}

// WithoutSecrets leaves out the address, which is personal.
func (in ForgotPasswordIn) WithoutSecrets() any { return struct{}{} }

// Posted is the answer to who forgot a password. It is the same for everybody, so
// that nobody learns who has an account.
type Posted struct {
	Minutes int64 `json:"valid_minutes" doc:"If the address is that of a user, a link is on its way that works for so long"`
}

// concealed lets the answer take as long as it may, whatever it is: what a link
// costs is lost in a random wait, of which nobody sees more than a few.
func concealed(ctx context.Context, e *command.Engine, _ command.Meta, in ForgotPasswordIn) (ForgotPasswordIn, error) {
	in.secret = e.Secret
	chance := make([]byte, 1)
	e.DB.IDs.Read(chance)
	return in, clock.System.Sleep(ctx, refusalTime+refusalTime*time.Duration(chance[0])/255)
}

func forgotPassword(tx *db.Tx, in ForgotPasswordIn) (*Posted, error) {
	answer := &Posted{Minutes: int64(ResetTime.Minutes())}
	u, err := findUserByEmail(tx, folded(in.Email))
	if err != nil || u.ID == "" || !u.Active {
		return answer, err
	}
	if n, err := countLinks(tx, u.ID, forgotten, tx.Now.Add(-ResetTime)); err != nil || n >= mostResets {
		return answer, err
	}
	u.advance(tx)
	u.link(tx, in.secret, forgotten, ResetTime)
	return answer, u.as(tx, func() error { return u.emit(tx, Forgotten, u.attempts()) })
}

// UseLinkIn is the input of account.set_password.
type UseLinkIn struct {
	Token    string `json:"token" minLength:"1" maxLength:"100" writeOnly:"true" doc:"From the one-time link of an invitation or of a forgotten password"`
	Password string `json:"password" minLength:"10" maxLength:"200" format:"password" writeOnly:"true" doc:"New password"`

	hash string
}

// WithoutSecrets leaves out everything.
func (in UseLinkIn) WithoutSecrets() any { return struct{}{} }

// prepareUseLink looks at the link first, so that no stranger gets a hash computed.
func prepareUseLink(ctx context.Context, e *command.Engine, _ command.Meta, in UseLinkIn) (_ UseLinkIn, err error) {
	if err := e.DB.Read(ctx, func(tx *db.Tx) error { _, err := openLink(tx, in.Token); return err }); err != nil {
		return in, err
	}
	in.hash, err = hashed(ctx, in.Password)
	in.Password = ""
	return in, err
}

// openLink is the link of a token that can be used.
func openLink(tx *db.Tx, token string) (link, error) {
	const remedy = "Ask for another one: for a forgotten password at the sign-in, for an invitation of who invited you."
	l, err := findUserLink(tx, digest(token))
	switch {
	case err != nil:
		return l, err
	case l.expires.IsZero():
		return l, problem.ErrNotFound.At("/token", "no such link was made").Helped(remedy)
	case !l.used.IsZero():
		return l, ErrLinkUsed.At("/token", "the link was used").Helped(remedy)
	case !tx.Now.Before(l.expires):
		return l, ErrLinkExpired.At("/token", "the link was valid until %s", l.expires.Format(db.TimeFormat)).Helped(remedy)
	}
	return l, nil
}

// setByLink sets the password of whom the link is for. All their links and sessions
// end.
func setByLink(tx *db.Tx, in UseLinkIn) (*User, error) {
	l, err := openLink(tx, in.Token)
	if err != nil {
		return nil, err
	}
	u, err := findUser(tx, l.user)
	if err != nil {
		return nil, err
	}
	if !u.Active {
		return nil, ErrLinkExpired.At("/token", "the account is closed").Helped("Ask an administrator.")
	}
	useLink(tx, digest(in.Token))
	return u, u.as(tx, func() error { return u.setPassword(tx, in.hash) })
}

var links = []command.Operation{
	command.Def[InviteIn, *User]{
		Name: "user.invite", Summary: "Invite a user by mail, who sets their own password", Method: http.MethodPost, Path: "/v1/users/invitations", Creates: true,
		Prepare: secretForInvite, Run: invite, Result: userResult, Repeat: GetUser,
		Example: InviteIn{UserFacts: exampleInvited},
	},
	command.Def[InviteAgainIn, *User]{
		Name: "user.invite_again", Summary: "Send a user who has no password yet another invitation; the one before is void", Method: http.MethodPost, Path: "/v1/users/{id}/invitation",
		Prepare: secretForInviteAgain, Run: inviteAgain, Result: userResult, Repeat: GetUser,
		Example: InviteAgainIn{ID: "usr_02"},
	},
	command.Def[ForgotPasswordIn, *Posted]{
		Name: "account.forgot_password", Summary: "Get a mail with a link to set a new password; the answer is the same for everybody", Method: http.MethodPost, Path: "/v1/password/forgotten", Public: true,
		Prepare: concealed, Run: forgotPassword,
		Result:  func(*Posted) (string, int64) { return "account", 1 },
		Repeat:  func(*db.Tx, string) (*Posted, error) { return &Posted{Minutes: int64(ResetTime.Minutes())}, nil },
		Example: ForgotPasswordIn{Email: "ann@example.com"},
	},
	command.Def[UseLinkIn, *User]{
		Name: "account.set_password", Summary: "Set one's password by the one-time link of an invitation or of a forgotten password", Method: http.MethodPost, Path: "/v1/password/link", Public: true,
		Prepare: prepareUseLink, Run: setByLink, Result: userResult, Repeat: GetUser,
		Example: UseLinkIn{Token: "fedcba9876543210fedcba9876543210", Password: "battery staple"},
	},
}

var exampleInvited = UserFacts{Email: "bob@example.com", Name: "Bob Miller", RoleID: "rol_01"}
