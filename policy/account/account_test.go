package account

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
	"ordo/policy/setting"
)

const adminPassword = "correct horse battery"

// world is a workspace that was set up.
type world struct {
	e     *command.Engine
	clock *clock.Manual
	door  Authenticator
	admin auth.Actor
	roles map[string]*Role // by name
}

// each runs the test in a new workspace on both databases.
func each(t *testing.T, fn func(t *testing.T, w *world)) {
	now := clock.NewManual(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		w := &world{e: engine(d), clock: now, roles: map[string]*Role{}}
		token, err := FirstAdminLink(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		admin := must[*User](t)(call(t, w.e, "account.setup", auth.Actor{}, setupIn(token)))
		list := must[rolePage](t)(call(t, w.e, "role.list", auth.Internal("test"), emptyList))
		for _, r := range list.Items {
			w.roles[r.Name] = r
		}
		w.admin = w.actor(t, w.mint(t, admin.ID))
		fn(t, w)
	})
}

func engine(d *db.DB) *command.Engine {
	all := append(append([]command.Operation{}, Operations...), setting.Operations...)
	return &command.Engine{DB: d, Operations: all, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
}

func setupIn(token string) SetupIn {
	in := operation("account.setup").Spec().Example.(SetupIn)
	in.Token, in.Admin.Password = token, adminPassword
	return in
}

func operation(name string) command.Operation {
	for _, o := range Operations {
		if o.Spec().Name == name {
			return o
		}
	}
	panic("no operation " + name)
}

// call runs an operation by name.
func call[In any](t *testing.T, e *command.Engine, name string, a auth.Actor, in In) (any, error) {
	t.Helper()
	answer, err := operation(name).Invoke(t.Context(), e, command.Meta{Actor: a}, &in)
	return answer.Value, err
}

// must returns a function that fails the test if there is an error.
func must[Out any](t *testing.T) func(any, error) Out {
	return func(out any, err error) Out {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out.(Out)
	}
}

// mint makes a session without a password.
func (w *world) mint(t *testing.T, user string) (bearer string) {
	t.Helper()
	bearer = sessionPrefix + w.e.DB.IDs.Token()
	err := w.e.DB.Tx(t.Context(), func(tx *db.Tx) error {
		insertSession(tx, &Session{UserID: user, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(SessionTime), hash: digest(bearer)})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bearer
}

func (w *world) actor(t *testing.T, bearer string) auth.Actor {
	t.Helper()
	a, err := w.door.Actor(t.Context(), w.e.DB, bearer)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// user adds a user; the mail address is made of the name.
func (w *world) user(t *testing.T, name, role string, s Scope) *User {
	t.Helper()
	return must[*User](t)(call(t, w.e, "user.create", w.admin, CreateUserIn{
		UserFacts: UserFacts{Email: name + "@example.com", Name: name, RoleID: w.roles[role].ID, Scope: s}, Password: adminPassword,
	}))
}

func (w *world) role(t *testing.T, f RoleFacts) *Role {
	t.Helper()
	r := must[*Role](t)(call(t, w.e, "role.create", w.admin, CreateRoleIn{f}))
	w.roles[r.Name] = r
	return r
}

func wants(t *testing.T, err error, code *problem.Code, pointers ...string) {
	t.Helper()
	if !errors.Is(err, code) {
		t.Errorf("the answer is %v, want %s", err, code.Name)
		return
	}
	if len(pointers) == 0 {
		return
	}
	var got []string
	for _, f := range problem.As(err).Faults {
		got = append(got, f.Pointer)
	}
	if strings.Join(got, " ") != strings.Join(pointers, " ") {
		t.Errorf("the faults are at %q, want %q: %v", got, pointers, err)
	}
}

// content is everything that is stored, as text.
func content(t *testing.T, d *db.DB) string {
	t.Helper()
	if strings.HasSuffix(t.Name(), "/sqlite") {
		path := texts(t, d, `SELECT file FROM pragma_database_list WHERE name = 'main'`)
		var all []byte
		for _, name := range []string{path, path + "-wal"} {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
		return string(all)
	}
	var all strings.Builder
	for table := range strings.FieldsSeq(texts(t, d, `SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()`)) {
		all.WriteString(texts(t, d, `SELECT row::text FROM `+table+` AS row`))
	}
	return all.String()
}

func texts(t *testing.T, d *db.DB, query string) string {
	t.Helper()
	var all []string
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.All(query, nil, &all))
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

// events returns the types of a subject's events.
func events(t *testing.T, d *db.DB, subject string) string {
	t.Helper()
	return strings.ReplaceAll(texts(t, d, `SELECT type FROM events WHERE subject = '`+subject+`' ORDER BY sequence`), "\n", " ")
}

func TestOperationsAreSound(t *testing.T) {
	if err := command.Check(Operations); err != nil {
		t.Fatal(err)
	}
}

func TestAWorkspaceIsSetUpOnce(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		e := engine(d)
		link := func() string {
			token, err := FirstAdminLink(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		expired := link()
		now.Advance(LinkTime)
		first, second := link(), link()

		_, err := call(t, e, "account.setup", auth.Actor{}, setupIn("something else"))
		wants(t, err, problem.ErrNotFound, "/token")
		_, err = call(t, e, "account.setup", auth.Actor{}, setupIn(expired))
		wants(t, err, ErrLinkExpired, "/token")
		wrong := setupIn(first)
		wrong.Currency = "ABC"
		_, err = call(t, e, "account.setup", auth.Actor{}, wrong)
		wants(t, err, problem.ErrInvalidValue, "/currency")

		admin := must[*User](t)(call(t, e, "account.setup", auth.Actor{}, setupIn(first)))
		if admin.Role != "admin" || !admin.Active || !admin.Scope.all() {
			t.Errorf("the first user is %+v", admin)
		}
		for _, token := range []string{first, second} {
			_, err = call(t, e, "account.setup", auth.Actor{}, setupIn(token))
			wants(t, err, ErrLinkUsed, "/token")
		}
		if token := link(); token != "" {
			t.Error("there is a link for a first admin although there is one")
		}
		facts := must[*setting.Workspace](t)(read(t, e))
		if facts.Company != "Kettle & Co" {
			t.Errorf("the settings are %+v", facts)
		}
		if got := events(t, d, admin.ID); got != "user.created" {
			t.Errorf("events of the user: %s", got)
		}
	})
}

func TestBuiltInRolesReadAllButAccounts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if len(w.roles) != len(BuiltIn) {
			t.Fatalf("there are %d roles", len(w.roles))
		}
		viewer := auth.Permit(w.roles["viewer"].Permissions...)
		for name, want := range map[string]bool{"setting.get": true, "setting.update": false, "user.list": false, "key.get": false} {
			if viewer.Has(name) != want {
				t.Errorf("a viewer may %s: %v", name, !want)
			}
		}
		if len(w.roles["admin"].Permissions) != 1 {
			t.Errorf("the admin's permissions are %v", w.roles["admin"].Permissions)
		}
	})
}

func TestSecretsAreInNoTable(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		d := w.e.DB
		u := w.user(t, "bert", "sales", Scope{})
		s := must[*Session](t)(call(t, w.e, "session.create", auth.Actor{}, SignInIn{Email: u.Email, Password: adminPassword}))
		k := must[*Key](t)(call(t, w.e, "key.create", w.admin, CreateKeyIn{Name: "shop", RoleID: u.RoleID}))
		must[*User](t)(call(t, w.e, "user.set_password", w.actor(t, s.Token), SetPasswordIn{Current: adminPassword, Password: "tinker tailor soldier"}))
		must[*User](t)(call(t, w.e, "user.reset_password", w.admin, ResetPasswordIn{ID: u.ID, Password: "sailor rich man"}))
		all := content(t, d)
		if !strings.Contains(all, u.ID) {
			t.Fatal("the user is not in what was read")
		}
		for _, secret := range []string{adminPassword, "tinker tailor soldier", "sailor rich man", s.Token, k.Secret} {
			if strings.Contains(all, secret) {
				t.Errorf("%q is stored", secret)
			}
		}
		// Nothing in the log says who it is either.
		log := texts(t, d, `SELECT body FROM events`) + texts(t, d, `SELECT fingerprint FROM commands`) + texts(t, d, `SELECT result FROM commands`)
		if strings.Contains(log, "bert") || strings.Contains(log, "argon2") {
			t.Error("a name, a mail address or a hash is in events or commands")
		}
	})
}

func TestAPasswordIsNoPartOfTheFingerprint(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := CreateUserIn{UserFacts: UserFacts{Email: "carl@example.com", Name: "Carl", RoleID: w.roles["sales"].ID}, Password: adminPassword}
		create := operation("user.create")
		m := command.Meta{Actor: w.admin, Key: "once"}
		first, err := create.Invoke(t.Context(), w.e, m, &in)
		if err != nil {
			t.Fatal(err)
		}
		in.Password = "something quite different"
		second, err := create.Invoke(t.Context(), w.e, m, &in)
		if err != nil || !second.Repeat || second.Value.(*User).ID != first.Value.(*User).ID {
			t.Errorf("the repeat answers %+v, %v", second, err)
		}
		in.Name = "Carla"
		_, err = create.Invoke(t.Context(), w.e, m, &in)
		wants(t, err, command.ErrKeyReused)
	})
}

func TestHashingWaitsNoLongerThanTheRequest(t *testing.T) {
	for range cap(hashing) {
		leave, err := occupy(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer leave()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := hashed(ctx, adminPassword); !errors.Is(err, context.Canceled) {
		t.Errorf("with no room, hashing answers %v", err)
	}
}

func read(t *testing.T, e *command.Engine) (any, error) {
	answer, err := setting.Operations[0].Invoke(t.Context(), e, command.Meta{Actor: auth.Internal("test")}, &setting.GetIn{})
	return answer.Value, err
}
