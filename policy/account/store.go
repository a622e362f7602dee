package account

import (
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

// scope of the three lists: accounts belong to no channel or location; the
// permissions alone decide who sees them.
var scope = auth.Columns{Open: true}

const roleColumns = `r.id, r.name, r.permissions, r.discount_limit, r.refund_limit, r.created_at, r.version, r.event_sequence`

func (r *Role) places() []any {
	return []any{&r.ID, &r.Name, db.ScanJSON(&r.Permissions), &r.DiscountLimit, &r.RefundLimit, db.ScanTime(&r.CreatedAt), &r.Version, &r.sequence}
}

// RoleSchema is what the list of roles can be filtered and sorted by.
var RoleSchema = query.Schema{
	ID: "r.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "r.id"},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(r.name)", Sortable: true},
	},
}

// ListRoles returns a page of roles.
func ListRoles(tx *db.Tx, in query.Input) (query.Rows[*Role], error) {
	return query.Select(tx, in, RoleSchema, query.Source{Columns: roleColumns, From: "roles r", Scope: scope},
		func(row **Role) []any { *row = &Role{}; return (*row).places() })
}

// GetRole returns a role, or not found.
func GetRole(tx *db.Tx, id string) (*Role, error) {
	r, err := findRole(tx, id)
	if err == nil && r.ID == "" {
		return nil, problem.ErrNotFound.New("no role %s", id)
	}
	return r, err
}

// findRole returns a role without id if there is none.
func findRole(tx *db.Tx, id string) (*Role, error) {
	r := &Role{}
	return r, tx.Load(db.One(`SELECT `+roleColumns+` FROM roles r WHERE r.id = $1`, []any{id}, r.places()...))
}

func insertRole(tx *db.Tx, r *Role) {
	tx.Write(`INSERT INTO roles (id, name, permissions, discount_limit, refund_limit, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ID, r.Name, db.JSON(r.Permissions), r.DiscountLimit, r.RefundLimit, tx.Micros(), r.Version, r.sequence).Unique(roleTaken(r.Name))
}

// saveRole, like the other save functions, writes a row that was read in this
// transaction; the version guards against another writer.
func saveRole(tx *db.Tx, r *Role) {
	tx.Must(db.ErrStale, `UPDATE roles SET name = $3, permissions = $4, discount_limit = $5, refund_limit = $6, version = $7, event_sequence = $8
		WHERE id = $1 AND version = $2`,
		r.ID, r.Version-1, r.Name, db.JSON(r.Permissions), r.DiscountLimit, r.RefundLimit, r.Version, r.sequence).Unique(roleTaken(r.Name))
}

func roleTaken(name string) error {
	return problem.ErrDuplicate.At("/name", "another role has the name %q", name)
}

const (
	userColumns = `u.id, u.email, u.name, u.password_hash, u.password_hash = '', u.role_id, r.name, u.channels, u.locations, u.active, u.failures,
		NULLIF(u.locked_until, 0), u.created_at, u.version, u.event_sequence`
	userTables = `users u JOIN roles r ON r.id = u.role_id`
)

func (u *User) places() []any {
	return []any{&u.ID, &u.Email, &u.Name, &u.hash, &u.Invited, &u.RoleID, &u.Role, db.ScanJSON(&u.Channels), db.ScanJSON(&u.Locations), &u.Active, &u.failures,
		db.ScanTime(&u.LockedUntil), db.ScanTime(&u.CreatedAt), &u.Version, &u.sequence}
}

// UserSchema is what the list of users can be filtered and sorted by.
var UserSchema = query.Schema{
	ID: "u.id", Sort: "name",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "u.id"},
		{Name: "email", Doc: "Mail address", Type: query.Text, Column: "u.email", Sortable: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(u.name)", Sortable: true},
		{Name: "role", Doc: "Name of the role", Type: query.ID, Column: "r.name"},
		{Name: "active", Doc: "May sign in", Type: query.Bool, Column: "u.active"},
	},
}

// ListUsers returns a page of users.
func ListUsers(tx *db.Tx, in query.Input) (query.Rows[*User], error) {
	return query.Select(tx, in, UserSchema, query.Source{Columns: userColumns, From: userTables, Scope: scope},
		func(row **User) []any { *row = &User{}; return (*row).places() })
}

// GetUser returns a user, or not found.
func GetUser(tx *db.Tx, id string) (*User, error) {
	u, err := findUser(tx, id)
	if err == nil && u.ID == "" {
		return nil, problem.ErrNotFound.New("no user %s", id)
	}
	return u, err
}

// findUser returns a user without id if there is none.
func findUser(tx *db.Tx, id string) (*User, error) {
	u := &User{}
	return u, tx.Load(db.One(`SELECT `+userColumns+` FROM `+userTables+` WHERE u.id = $1`, []any{id}, u.places()...))
}

// findUserByEmail takes a folded address; it returns a user without id if there
// is none.
func findUserByEmail(tx *db.Tx, email string) (*User, error) {
	u := &User{}
	return u, tx.Load(db.One(`SELECT `+userColumns+` FROM `+userTables+` WHERE u.email = $1`, []any{email}, u.places()...))
}

func anyUser(tx *db.Tx) (bool, error) {
	found := 0
	err := tx.Load(db.One(`SELECT 1 FROM users LIMIT 1`, nil, &found))
	return found == 1, err
}

// otherAdmins counts the admins but for a user, or for those with a role. The
// locks let one change of this kind in at a time.
func otherAdmins(tx *db.Tx, user, role string) (n int64, err error) {
	const unlimited = `r.permissions = '["*"]' AND r.discount_limit = 1000000 AND r.refund_limit = -1`
	err = tx.Load(
		db.Many(`SELECT r.id FROM roles r WHERE `+unlimited+` ORDER BY r.id`+tx.ForUpdate(), nil, func(scan db.Scan) error {
			var id string
			return scan(&id)
		}),
		db.One(`SELECT count(*) FROM `+userTables+` WHERE `+unlimited+` AND u.active AND u.password_hash <> ''
			AND u.channels = 'null' AND u.locations = 'null' AND u.id <> $1 AND r.id <> $2`, []any{user, role}, &n))
	return n, err
}

func insertUser(tx *db.Tx, u *User) {
	tx.Write(`INSERT INTO users (id, email, name, password_hash, role_id, channels, locations, active, failures, locked_until, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		u.ID, u.Email, u.Name, u.hash, u.RoleID, db.JSON(u.Channels), db.JSON(u.Locations), u.Active, u.failures, micros(u.LockedUntil), tx.Micros(), u.Version, u.sequence).Unique(emailTaken)
}

func saveUser(tx *db.Tx, u *User) {
	tx.Must(db.ErrStale, `UPDATE users SET email = $3, name = $4, password_hash = $5, role_id = $6, channels = $7, locations = $8, active = $9,
		failures = $10, locked_until = $11, version = $12, event_sequence = $13
		WHERE id = $1 AND version = $2`,
		u.ID, u.Version-1, u.Email, u.Name, u.hash, u.RoleID, db.JSON(u.Channels), db.JSON(u.Locations), u.Active,
		u.failures, micros(u.LockedUntil), u.Version, u.sequence).Unique(emailTaken)
}

var emailTaken = problem.ErrDuplicate.At("/email", "another user has this mail address")

const (
	keyColumns = `k.id, k.name, k.hint, k.role_id, r.name, k.channels, k.locations, k.created_at, k.revoked_at, k.version, k.event_sequence`
	keyTables  = `api_keys k JOIN roles r ON r.id = k.role_id`
)

func (k *Key) places() []any {
	return []any{&k.ID, &k.Name, &k.Hint, &k.RoleID, &k.Role, db.ScanJSON(&k.Channels), db.ScanJSON(&k.Locations),
		db.ScanTime(&k.CreatedAt), db.ScanTime(&k.RevokedAt), &k.Version, &k.sequence}
}

// KeySchema is what the list of API keys can be filtered and sorted by.
var KeySchema = query.Schema{
	ID: "k.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "k.id"},
		{Name: "name", Doc: "What it is for", Type: query.Text, Column: "lower(k.name)", Sortable: true},
		{Name: "role", Doc: "Name of the role", Type: query.ID, Column: "r.name"},
		{Name: "created", Doc: "When it was made", Type: query.Time, Column: "k.created_at", Sortable: true},
		{Name: "revoked", Doc: "When it was revoked", Type: query.Time, Column: "k.revoked_at"},
	},
}

// ListKeys returns a page of API keys.
func ListKeys(tx *db.Tx, in query.Input) (query.Rows[*Key], error) {
	return query.Select(tx, in, KeySchema, query.Source{Columns: keyColumns, From: keyTables, Scope: scope},
		func(row **Key) []any { *row = &Key{}; return (*row).places() })
}

// GetKey returns an API key without its secret, or not found.
func GetKey(tx *db.Tx, id string) (*Key, error) {
	k := &Key{}
	if err := tx.Load(db.One(`SELECT `+keyColumns+` FROM `+keyTables+` WHERE k.id = $1`, []any{id}, k.places()...)); err != nil {
		return nil, err
	}
	if k.ID == "" {
		return nil, problem.ErrNotFound.New("no API key %s", id)
	}
	return k, nil
}

func insertKey(tx *db.Tx, k *Key) {
	tx.Write(`INSERT INTO api_keys (id, name, secret_hash, hint, role_id, channels, locations, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		k.ID, k.Name, k.hash, k.Hint, k.RoleID, db.JSON(k.Channels), db.JSON(k.Locations), tx.Micros(), k.Version, k.sequence)
}

func saveKey(tx *db.Tx, k *Key) {
	tx.Must(db.ErrStale, `UPDATE api_keys SET revoked_at = $3, version = $4, event_sequence = $5 WHERE id = $1 AND version = $2`,
		k.ID, k.Version-1, micros(k.RevokedAt), k.Version, k.sequence)
}

// micros is how a time is stored that may be missing; then it is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}
