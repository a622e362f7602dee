package account

import (
	"strings"
	"testing"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// token is that of the last link that a user was told of.
func (w *world) token(t *testing.T, user string) string {
	t.Helper()
	var sequence int64
	err := w.e.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT MAX(sequence) FROM events WHERE subject = $1 AND type IN ('user.invited', 'user.password_forgotten')`, []any{user}, &sequence))
	})
	if err != nil {
		t.Fatal(err)
	}
	return Token(w.e.Secret, user, sequence)
}

func (w *world) use(t *testing.T, token, password string) error {
	t.Helper()
	_, err := call(t, w.e, "account.set_password", auth.Actor{}, UseLinkIn{Token: token, Password: password})
	return err
}

func (w *world) forget(t *testing.T, email string) {
	t.Helper()
	must[*Posted](t)(call(t, w.e, "account.forgot_password", auth.Actor{}, ForgotPasswordIn{Email: email}))
}

func (w *world) invite(t *testing.T, name string) *User {
	t.Helper()
	return must[*User](t)(call(t, w.e, "user.invite", w.admin, InviteIn{UserFacts: UserFacts{Email: name + "@example.com", Name: name, RoleID: w.roles["warehouse"].ID}}))
}

func TestWhoIsInvitedSetsAPasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.e.Secret = []byte("secret of the workspace")
		u := w.invite(t, "bob")
		if !u.Invited || !u.Active {
			t.Errorf("the user is %+v", u)
		}
		for _, guess := range []string{"", adminPassword} {
			if _, err := w.signIn(t, "bob@example.com", guess); err == nil {
				t.Errorf("they sign in by %q", guess)
			}
		}
		first := w.token(t, u.ID)
		must[*User](t)(call(t, w.e, "user.invite_again", w.admin, InviteAgainIn{ID: u.ID}))
		wants(t, w.use(t, first, adminPassword), ErrLinkExpired, "/token")
		w.clock.Advance(InvitationTime - time.Minute)
		second := w.token(t, u.ID)
		if err := w.use(t, second, adminPassword); err != nil {
			t.Fatal(err)
		}
		wants(t, w.use(t, second, adminPassword), ErrLinkUsed, "/token")
		if _, err := w.signIn(t, "bob@example.com", adminPassword); err != nil {
			t.Error(err)
		}
		_, err := call(t, w.e, "user.invite_again", w.admin, InviteAgainIn{ID: u.ID})
		wants(t, err, problem.ErrTransition, "")
		if u := must[*User](t)(call(t, w.e, "user.get", w.admin, GetIn{u.ID})); u.Invited {
			t.Error("they wait for their invitation still")
		}
		wants(t, w.use(t, "none", adminPassword), problem.ErrNotFound, "/token")

		late := w.invite(t, "late")
		w.clock.Advance(InvitationTime)
		wants(t, w.use(t, w.token(t, late.ID), adminPassword), ErrLinkExpired, "/token")
		if text := content(t, w.e.DB); strings.Contains(text, first) || strings.Contains(text, second) {
			t.Error("a token is in the database")
		}
	})
}

func TestAnInvitationGivesNoMoreThanItsMakerHas(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		small := w.role(t, RoleFacts{Name: "small", Permissions: []string{"user.*"}, known: names(w.e.Operations)})
		maker := w.actor(t, w.mint(t, must[*User](t)(call(t, w.e, "user.create", w.admin, CreateUserIn{UserFacts: UserFacts{Email: "s@example.com", Name: "s", RoleID: small.ID}, Password: adminPassword})).ID))
		_, err := call(t, w.e, "user.invite", maker, InviteIn{UserFacts: UserFacts{Email: "b@example.com", Name: "b", RoleID: w.roles["warehouse"].ID}})
		wants(t, err, ErrBeyondOwn, "/role_id")
		u := w.invite(t, "bob")
		_, err = call(t, w.e, "user.invite_again", maker, InviteAgainIn{ID: u.ID})
		wants(t, err, ErrBeyondOwn, "")
	})
}

func TestAForgottenPasswordIsSetByALinkAndEndsSessions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.e.Secret = []byte("secret of the workspace")
		u := w.user(t, "cleo", "warehouse", Scope{})
		old := w.mint(t, u.ID)
		w.forget(t, " CLEO@example.com")
		earlier := w.token(t, u.ID)
		w.forget(t, "cleo@example.com")
		if err := w.use(t, w.token(t, u.ID), "battery staple"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.door.Actor(t.Context(), w.e.DB, old); err == nil {
			t.Error("a session of before goes on")
		}
		wants(t, w.use(t, earlier, "battery staple"), ErrLinkExpired, "/token")
		if _, err := w.signIn(t, "cleo@example.com", "battery staple"); err != nil {
			t.Error(err)
		}
		w.forget(t, "cleo@example.com")
		w.clock.Advance(ResetTime)
		wants(t, w.use(t, w.token(t, u.ID), "battery staple"), ErrLinkExpired, "/token")
	})
}

func TestWhoForgotAPasswordLearnsNothingAndGetsFewLinks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u, closed := w.user(t, "cleo", "warehouse", Scope{}), w.user(t, "closed", "warehouse", Scope{})
		must[*User](t)(call(t, w.e, "user.update", w.admin, UpdateUserIn{ID: closed.ID, UserFacts: closed.facts()}))
		links := func() (n int64) {
			t.Helper()
			if err := w.e.DB.Read(t.Context(), func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT COUNT(*) FROM links WHERE user_id IS NOT NULL`, nil, &n))
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, email := range []string{"nobody@example.com", "closed@example.com", "no address", "cleo@example.com' OR ''='"} {
			w.forget(t, email)
		}
		if links() != 0 {
			t.Errorf("%d links were made", links())
		}
		for range mostResets + 2 {
			w.forget(t, "cleo@example.com")
		}
		if links() != mostResets {
			t.Errorf("%d links were made", links())
		}
		w.clock.Advance(ResetTime)
		w.forget(t, "cleo@example.com")
		if links() != mostResets+1 {
			t.Errorf("an hour later there are %d links", links())
		}
		facts := u.facts()
		facts.Email = "other@example.com"
		must[*User](t)(call(t, w.e, "user.update", w.admin, UpdateUserIn{ID: u.ID, UserFacts: facts, Active: true}))
		wants(t, w.use(t, w.token(t, u.ID), "battery staple"), ErrLinkExpired, "/token")
	})
}
