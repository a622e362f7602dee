package account

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

type (
	rolePage = query.Rows[*Role]
	userPage = query.Rows[*User]
	keyPage  = query.Rows[*Key]
)

var emptyList = query.Input{}

func (w *world) signIn(t *testing.T, email, password string) (*Session, error) {
	t.Helper()
	out, err := call(t, w.e, "session.create", auth.Actor{}, SignInIn{Email: email, Password: password})
	if err != nil {
		return nil, err
	}
	return out.(*Session), nil
}

func TestASignInGivesASessionOfTwelveHours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.user(t, "bert", "sales", Scope{})
		s, err := w.signIn(t, " BERT@Example.com", adminPassword)
		if err != nil {
			t.Fatal(err)
		}
		a := w.actor(t, "bearer "+s.Token)
		if a.ID != u.ID || a.Kind != auth.Staff || !a.Permissions.Has("order.place") || a.Permissions.Has("user.create") || !a.Permissions.Has("session.delete") || a.Limits.DiscountRate != 100_000 || a.Limits.Refund != 0 {
			t.Errorf("the actor is %+v", a)
		}
		w.clock.Advance(SessionTime - time.Microsecond)
		w.actor(t, s.Token)
		w.clock.Advance(time.Microsecond)
		_, err = w.door.Actor(t.Context(), w.e.DB, s.Token)
		wants(t, err, auth.ErrUnauthenticated)
		if got := events(t, w.e.DB, u.ID); got != "user.created user.signed_in" {
			t.Errorf("events of the user: %s", got)
		}
	})
}

func TestARefusedSignInDoesNotTellWhy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.user(t, "bert", "sales", Scope{})
		closed := w.user(t, "carl", "sales", Scope{})
		must[*User](t)(call(t, w.e, "user.update", w.admin, UpdateUserIn{ID: closed.ID, UserFacts: closed.facts()}))
		var answers []string
		for _, c := range []struct{ email, password string }{
			{u.Email, "wrong password"}, {"nobody@example.com", adminPassword}, {closed.Email, adminPassword},
		} {
			start := clock.System.Now()
			_, err := w.signIn(t, c.email, c.password)
			wants(t, err, ErrSignIn)
			if took := clock.System.Now().Sub(start); took < refusalTime {
				t.Errorf("the refusal of %s took %s", c.email, took)
			}
			answers = append(answers, err.Error())
		}
		if slices.Sort(answers); len(slices.Compact(answers)) != 1 {
			t.Errorf("the answers differ: %q", answers)
		}
	})
}

func (u *User) facts() UserFacts {
	return UserFacts{Email: u.Email, Name: u.Name, RoleID: u.RoleID, Scope: u.Scope}
}

func TestTenWrongPasswordsLockAUserForAQuarterOfAnHour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.user(t, "bert", "sales", Scope{})
		for range mostFailures - 1 {
			_, err := w.signIn(t, u.Email, "wrong password")
			wants(t, err, ErrSignIn)
		}
		if _, err := w.signIn(t, u.Email, adminPassword); err != nil {
			t.Fatalf("after nine wrong passwords: %v", err)
		}
		for range mostFailures {
			_, err := w.signIn(t, u.Email, "wrong password")
			wants(t, err, ErrSignIn)
		}
		_, err := w.signIn(t, u.Email, adminPassword)
		wants(t, err, ErrSignIn)
		w.clock.Advance(lockTime - time.Microsecond)
		_, err = w.signIn(t, u.Email, adminPassword)
		wants(t, err, ErrSignIn)
		if got := must[*User](t)(call(t, w.e, "user.get", w.admin, GetIn{u.ID})); !got.locked(w.clock.Now()) {
			t.Error("the resource does not show the lock")
		}
		w.clock.Advance(time.Microsecond)
		if _, err := w.signIn(t, u.Email, adminPassword); err != nil {
			t.Errorf("after the lock: %v", err)
		}
	})
}

func TestOneClientsKeyDoesNotAnswerAnotherClientsSignIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.user(t, "bert", "sales", Scope{})
		in := SignInIn{Email: "bert@example.com", Password: adminPassword}
		var tokens []string
		for range 2 {
			answer, err := operation("session.create").Invoke(t.Context(), w.e, command.Meta{Key: "same"}, &in)
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, answer.Value.(*Session).Token)
		}
		if tokens[0] == tokens[1] || tokens[1] == "" {
			t.Errorf("the tokens are %q", tokens)
		}
	})
}

func TestSigningOutEndsOneOwnSession(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.user(t, "bert", "sales", Scope{})
		one, _ := w.signIn(t, "bert@example.com", adminPassword)
		two, err := w.signIn(t, "bert@example.com", adminPassword)
		if err != nil {
			t.Fatal(err)
		}
		_, err = call(t, w.e, "session.delete", w.admin, EndSessionIn{one.ID})
		wants(t, err, problem.ErrNotFound)
		bert := w.actor(t, one.Token)
		must[*Session](t)(call(t, w.e, "session.delete", bert, EndSessionIn{one.ID}))
		_, err = w.door.Actor(t.Context(), w.e.DB, one.Token)
		wants(t, err, auth.ErrUnauthenticated)
		w.actor(t, two.Token)
	})
}

func TestANewPasswordEndsSessionsAndTheOldPassword(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.user(t, "bert", "sales", Scope{})
		s, err := w.signIn(t, "bert@example.com", adminPassword)
		if err != nil {
			t.Fatal(err)
		}
		bert := w.actor(t, s.Token)
		_, err = call(t, w.e, "user.set_password", bert, SetPasswordIn{Current: "not the password", Password: "tinker tailor"})
		wants(t, err, problem.ErrInvalidValue, "/current")
		must[*User](t)(call(t, w.e, "user.set_password", bert, SetPasswordIn{Current: adminPassword, Password: "tinker tailor"}))
		_, err = w.door.Actor(t.Context(), w.e.DB, s.Token)
		wants(t, err, auth.ErrUnauthenticated)
		_, err = w.signIn(t, "bert@example.com", adminPassword)
		wants(t, err, ErrSignIn)
		if _, err = w.signIn(t, "bert@example.com", "tinker tailor"); err != nil {
			t.Error(err)
		}
	})
}

func TestAKeyShowsItsSecretOnceAndEndsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := CreateKeyIn{Name: "shop", RoleID: w.roles["integration"].ID, Scope: Scope{Channels: []string{"cha_1"}}}
		m := command.Meta{Actor: w.admin, Key: "make-the-key"}
		answer, err := operation("key.create").Invoke(t.Context(), w.e, m, &in)
		if err != nil {
			t.Fatal(err)
		}
		k := answer.Value.(*Key)
		if !strings.HasPrefix(k.Secret, "ordo_") || !strings.HasSuffix(k.Secret, k.Hint) || len(k.Hint) != 4 {
			t.Errorf("secret %q with hint %q", k.Secret, k.Hint)
		}
		if again, err := operation("key.create").Invoke(t.Context(), w.e, m, &in); err != nil || !again.Repeat || again.Value.(*Key).ID != k.ID || again.Value.(*Key).Secret != "" {
			t.Errorf("the repeat answers %+v, %v", again.Value, err)
		}
		shown := must[*Key](t)(call(t, w.e, "key.get", w.admin, GetIn{k.ID}))
		if shown.Secret != "" || !slices.ContainsFunc(shown.Actions, func(a command.Action) bool { return a.Name == "key.revoke" && a.Allowed }) {
			t.Errorf("key.get shows %+v", shown)
		}

		a := w.actor(t, "Bearer "+k.Secret)
		if a.ID != k.ID || a.Kind != auth.Key || a.Permissions.Has("session.delete") || !slices.Equal(a.Scope.Channels, []string{"cha_1"}) || a.Scope.Locations != nil {
			t.Errorf("the actor is %+v", a)
		}
		must[*Key](t)(call(t, w.e, "key.revoke", w.admin, GetIn{k.ID}))
		_, err = w.door.Actor(t.Context(), w.e.DB, k.Secret)
		wants(t, err, auth.ErrUnauthenticated)
		_, err = call(t, w.e, "key.revoke", w.admin, GetIn{k.ID})
		wants(t, err, problem.ErrTransition)
		if got := events(t, w.e.DB, k.ID); got != "key.created key.revoked" {
			t.Errorf("events of the key: %s", got)
		}
	})
}

func TestNobodyGivesWhatTheyLack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.role(t, RoleFacts{Name: "manager", Permissions: []string{"user.*", "role.*", "key.*", "setting.get"}, DiscountLimit: 1000, RefundLimit: 500})
		w.role(t, RoleFacts{Name: "clerk", Permissions: []string{"user.get"}, DiscountLimit: 1000, RefundLimit: 500})
		narrow := Scope{Channels: []string{"cha_1", "cha_2"}}
		boss := w.user(t, "bert", "manager", narrow)
		other := w.user(t, "carl", "viewer", narrow)
		bert := w.actor(t, w.mint(t, boss.ID))
		clerk, manager := w.roles["clerk"].ID, w.roles["manager"].ID
		user := func(role string, s Scope) CreateUserIn {
			return CreateUserIn{UserFacts: UserFacts{Email: "new@example.com", Name: "New", RoleID: role, Scope: s}, Password: adminPassword}
		}
		refuse := func(out any, err error) func(...string) {
			t.Helper()
			return func(pointers ...string) { t.Helper(); wants(t, err, ErrBeyondOwn, pointers...) }
		}

		refuse(call(t, w.e, "user.create", bert, user(w.roles["admin"].ID, narrow)))("/role_id")
		refuse(call(t, w.e, "user.create", bert, user(clerk, Scope{})))("/channels")
		refuse(call(t, w.e, "user.create", bert, user(clerk, Scope{Channels: []string{"cha_1", "cha_3"}})))("/channels")
		refuse(call(t, w.e, "key.create", bert, CreateKeyIn{Name: "k", RoleID: w.roles["sales"].ID}))("/channels", "/role_id")
		refuse(call(t, w.e, "user.update", bert, UpdateUserIn{ID: w.admin.ID, UserFacts: user(clerk, narrow).UserFacts, Active: true}))("")
		refuse(call(t, w.e, "user.update", bert, UpdateUserIn{ID: boss.ID, UserFacts: user(manager, Scope{}).UserFacts, Active: true}))("/channels")
		refuse(call(t, w.e, "user.reset_password", bert, ResetPasswordIn{ID: w.admin.ID, Password: adminPassword}))("")
		refuse(call(t, w.e, "role.create", bert, CreateRoleIn{RoleFacts{Name: "r", Permissions: []string{"user.get", "setting.*", "*"}, DiscountLimit: 1001, RefundLimit: -1}}))(
			"/permissions/1", "/permissions/2", "/discount_limit", "/refund_limit")
		refuse(call(t, w.e, "role.update", bert, UpdateRoleIn{ID: manager, RoleFacts: RoleFacts{Name: "manager", Permissions: []string{"user.*", "setting.update"}}}))("/permissions/1")
		refuse(call(t, w.e, "role.update", bert, UpdateRoleIn{ID: w.roles["admin"].ID, RoleFacts: RoleFacts{Name: "admin"}}))("")

		// What lies within the own rights is given.
		made := must[*User](t)(call(t, w.e, "user.create", bert, user(clerk, Scope{Channels: []string{"cha_2"}, Locations: []string{}})))
		if a := w.actor(t, w.mint(t, made.ID)); !slices.Equal(a.Scope.Channels, []string{"cha_2"}) || a.Scope.Locations == nil || len(a.Scope.Locations) > 0 {
			t.Errorf("the new user's scope is %+v", a.Scope)
		}
		facts := other.facts()
		facts.RoleID = clerk
		must[*User](t)(call(t, w.e, "user.update", bert, UpdateUserIn{ID: other.ID, UserFacts: facts, Active: true}))
	})
}

func TestAScopeIsNullForAllAndAnEmptyListForNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		u := w.user(t, "bert", "sales", Scope{Locations: []string{"loc_2", "loc_1", "loc_2"}})
		stored := texts(t, w.e.DB, `SELECT channels || ' ' || locations FROM users WHERE id = '`+u.ID+`'`)
		if stored != `null ["loc_1","loc_2"]` {
			t.Errorf("stored is %s", stored)
		}
		shown, err := json.Marshal(must[*User](t)(call(t, w.e, "user.get", w.admin, GetIn{u.ID})))
		if err != nil || !strings.Contains(string(shown), `"channels":null,"locations":["loc_1","loc_2"]`) || strings.Contains(string(shown), "locked_until") {
			t.Errorf("shown is %s, %v", shown, err)
		}
		if a := (Scope{Channels: []string{}}).canonical(); a.Channels == nil || a.Locations != nil {
			t.Errorf("the scope that shows nothing became %+v", a)
		}
	})
}

func TestRolesHoldOnlyPermissionsThatExist(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := call(t, w.e, "role.create", w.admin, CreateRoleIn{RoleFacts{Name: "r", Permissions: []string{"user.gett", "user.*", "ordre.*"}}})
		wants(t, err, ErrPermissionUnknown, "/permissions/0", "/permissions/2")
		faults := problem.As(err).Faults
		if !slices.Contains(faults[0].Allowed, "user.get") || slices.Contains(faults[0].Allowed, "role.get") || !slices.Contains(faults[1].Allowed, "role.*") {
			t.Errorf("allowed are %v and %v", faults[0].Allowed, faults[1].Allowed)
		}
		_, err = call(t, w.e, "role.create", w.admin, CreateRoleIn{RoleFacts{Name: "sales"}})
		wants(t, err, problem.ErrDuplicate, "/name")
		r := w.role(t, RoleFacts{Name: "r", Permissions: []string{"user.get", "role.*", "user.get"}})
		if !slices.Equal(r.Permissions, []string{"role.*", "user.get"}) {
			t.Errorf("the permissions are %v", r.Permissions)
		}
	})
}

func TestTheLastAdminStays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		admin := must[*User](t)(call(t, w.e, "user.get", w.admin, GetIn{w.admin.ID}))
		closed, narrowed, other := UpdateUserIn{ID: admin.ID, UserFacts: admin.facts()}, UpdateUserIn{ID: admin.ID, UserFacts: admin.facts(), Active: true}, UpdateUserIn{ID: admin.ID, UserFacts: admin.facts(), Active: true}
		narrowed.Channels = []string{"cha_1"}
		other.RoleID = w.roles["viewer"].ID
		for _, in := range []UpdateUserIn{closed, narrowed, other} {
			_, err := call(t, w.e, "user.update", w.admin, in)
			wants(t, err, ErrLastAdmin)
		}
		limited := w.roles["admin"].RoleFacts
		limited.RefundLimit = 100
		_, err := call(t, w.e, "role.update", w.admin, UpdateRoleIn{ID: admin.RoleID, RoleFacts: limited})
		wants(t, err, ErrLastAdmin)

		second := w.user(t, "bert", "admin", Scope{})
		must[*User](t)(call(t, w.e, "user.update", w.admin, closed))
		_, err = w.door.Actor(t.Context(), w.e.DB, w.mint(t, admin.ID))
		wants(t, err, auth.ErrUnauthenticated)
		_, err = call(t, w.e, "user.update", w.actor(t, w.mint(t, second.ID)), UpdateUserIn{ID: second.ID, UserFacts: second.facts()})
		wants(t, err, ErrLastAdmin)
	})
}

func TestTwoAdminsCannotCloseEachOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := must[*User](t)(call(t, w.e, "user.get", w.admin, GetIn{w.admin.ID}))
		second := w.user(t, "bert", "admin", Scope{})
		bert := w.actor(t, w.mint(t, second.ID))
		errs := make(chan error, 2)
		for _, c := range []struct {
			actor  auth.Actor
			target *User
		}{{w.admin, second}, {bert, first}} {
			in := UpdateUserIn{ID: c.target.ID, UserFacts: c.target.facts()}
			go func() {
				_, err := operation("user.update").Invoke(t.Context(), w.e, command.Meta{Actor: c.actor}, &in)
				errs <- err
			}()
		}
		one, two := <-errs, <-errs
		if (one == nil) == (two == nil) || !errors.Is(errors.Join(one, two), ErrLastAdmin) {
			t.Errorf("the answers are %v and %v", one, two)
		}
	})
}

func TestListsShowNoSecretAndFindByFilter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.user(t, "bert", "sales", Scope{})
		must[*Key](t)(call(t, w.e, "key.create", w.admin, CreateKeyIn{Name: "shop", RoleID: w.roles["sales"].ID}))
		users := must[userPage](t)(call(t, w.e, "user.list", w.admin, query.Input{Filter: "role:sales email:bert"}))
		if len(users.Items) != 1 || users.Items[0].Name != "bert" {
			t.Errorf("the list of users is %+v", users.Items)
		}
		keys := must[keyPage](t)(call(t, w.e, "key.list", w.admin, query.Input{Filter: "-revoked:*"}))
		if len(keys.Items) != 1 || keys.Items[0].Secret != "" {
			t.Errorf("the list of keys is %+v", keys.Items)
		}
	})
}

func TestAnActorIsRememberedButChangesCountAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.e.DB
		real := clock.NewManual(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
		door := Authenticator{Clock: real}
		r := w.role(t, RoleFacts{Name: "clerk", Permissions: []string{"user.get"}})
		bearer := w.mint(t, w.user(t, "bert", "clerk", Scope{}).ID)
		may := func() bool {
			t.Helper()
			a, err := door.Actor(t.Context(), d, bearer)
			if err != nil {
				t.Fatal(err)
			}
			return a.Permissions.Has("user.list")
		}
		if may() {
			t.Fatal("the clerk may list users")
		}
		before := d.Statements.Load()
		for range 100 {
			may()
		}
		if n := d.Statements.Load() - before; n != 0 {
			t.Errorf("100 requests cost %d statements", n)
		}
		must[*Role](t)(call(t, w.e, "role.update", w.admin, UpdateRoleIn{ID: r.ID, RoleFacts: RoleFacts{Name: "clerk", Permissions: []string{"user.get", "user.list"}}}))
		if !may() {
			t.Error("a change by this process did not count at once")
		}

		elsewhere(t, d, r.ID)
		if !may() {
			t.Error("a change by another process counted at once: nothing was remembered")
		}
		real.Advance(remember)
		if may() {
			t.Error("a change by another process did not count after the time")
		}
	})
}

// elsewhere takes a role's permissions as another process would.
func elsewhere(t *testing.T, d *db.DB, role string) {
	t.Helper()
	err := d.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Write(`UPDATE roles SET permissions = '[]' WHERE id = $1`, role)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRememberedTokensAreBounded(t *testing.T) {
	var a Authenticator
	for i := range mostRemember + 1 {
		a.keep(token{hash: digest(time.Unix(int64(i), 0).String())}, access{})
	}
	if len(a.known) > mostRemember {
		t.Errorf("%d tokens are remembered", len(a.known))
	}
}

func TestWhatIsNoTokenIsUnauthenticated(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, bearer := range []string{"", "Bearer ", "Basic abc", "ordo_unknown", sessionPrefix + "unknown"} {
			_, err := w.door.Actor(t.Context(), w.e.DB, bearer)
			wants(t, err, auth.ErrUnauthenticated)
		}
	})
}

func TestForgetDeletesWhatHasEnded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Advance(SessionTime + time.Microsecond)
		kept := w.mint(t, w.admin.ID)
		if err := w.e.DB.Tx(t.Context(), func(tx *db.Tx) error { Forget(tx, tx.Micros()); return nil }); err != nil {
			t.Fatal(err)
		}
		if got := texts(t, w.e.DB, `SELECT token_hash FROM sessions`); got != digest(kept) {
			t.Errorf("the sessions left are %s", got)
		}
	})
}
