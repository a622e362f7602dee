package account

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/policy/setting"
)

var (
	exampleRole = RoleFacts{Name: "returns desk", Permissions: []string{"key.list", "user.*"}, DiscountLimit: 50_000, RefundLimit: 10_000}
	exampleUser = UserFacts{Email: "ann@example.com", Name: "Ann Miller", RoleID: "rol_01"}
)

// Operations on accounts.
var Operations = append([]command.Operation{
	command.Def[StandingIn, *Standing]{
		Name: "account.get", Summary: "Show who one is and what one may do", Method: http.MethodGet, Path: "/v1/me",
		Read: GetStanding,
	},
	command.Def[query.Input, query.Rows[*User]]{
		Name: "user.list", Summary: "List users", Method: http.MethodGet, Path: "/v1/users",
		Read: ListUsers,
	},
	command.Def[GetIn, *User]{
		Name: "user.get", Summary: "Show a user", Method: http.MethodGet, Path: "/v1/users/{id}",
		Read: get(GetUser),
	},
	command.Def[CreateUserIn, *User]{
		Name: "user.create", Summary: "Add a user with a first password", Method: http.MethodPost, Path: "/v1/users", Creates: true,
		Prepare: hashForCreate, Run: createUser, Result: userResult, Repeat: GetUser,
		Example: CreateUserIn{UserFacts: exampleUser, Password: "correct horse"},
	},
	command.Def[UpdateUserIn, *User]{
		Name: "user.update", Summary: "Change a user's role, scope, name or state", Method: http.MethodPut, Path: "/v1/users/{id}",
		Run: updateUser, Result: userResult, Repeat: GetUser,
		Example: UpdateUserIn{ID: "usr_01", UserFacts: exampleUser, Active: true},
	},
	command.Def[ResetPasswordIn, *User]{
		Name: "user.reset_password", Summary: "Give a user a new password and end their sessions", Method: http.MethodPut, Path: "/v1/users/{id}/password",
		Prepare: hashForReset, Run: resetPassword, Result: userResult, Repeat: GetUser,
		Example: ResetPasswordIn{ID: "usr_01", Password: "battery staple"},
	},
	command.Def[SetPasswordIn, *User]{
		Name: "user.set_password", Summary: "Change one's own password and end all own sessions", Method: http.MethodPut, Path: "/v1/password",
		Prepare: proveCurrent, Run: setPassword, Result: userResult, Repeat: GetUser,
		Example: SetPasswordIn{Current: "correct horse", Password: "battery staple"},
	},
	command.Def[query.Input, query.Rows[*Role]]{
		Name: "role.list", Summary: "List roles", Method: http.MethodGet, Path: "/v1/roles",
		Read: ListRoles,
	},
	command.Def[GetIn, *Role]{
		Name: "role.get", Summary: "Show a role", Method: http.MethodGet, Path: "/v1/roles/{id}",
		Read: get(GetRole),
	},
	command.Def[CreateRoleIn, *Role]{
		Name: "role.create", Summary: "Add a role", Method: http.MethodPost, Path: "/v1/roles", Creates: true,
		Prepare: knowForCreate, Run: createRole, Result: roleResult, Repeat: GetRole,
		Example: CreateRoleIn{exampleRole},
	},
	command.Def[UpdateRoleIn, *Role]{
		Name: "role.update", Summary: "Change a role, for all who have it", Method: http.MethodPut, Path: "/v1/roles/{id}",
		Prepare: knowForUpdate, Run: updateRole, Result: roleResult, Repeat: GetRole,
		Example: UpdateRoleIn{ID: "rol_01", RoleFacts: exampleRole},
	},
	command.Def[query.Input, query.Rows[*Key]]{
		Name: "key.list", Summary: "List API keys", Method: http.MethodGet, Path: "/v1/keys",
		Read: ListKeys,
	},
	command.Def[GetIn, *Key]{
		Name: "key.get", Summary: "Show an API key without its secret", Method: http.MethodGet, Path: "/v1/keys/{id}",
		Read: get(GetKey),
	},
	command.Def[CreateKeyIn, *Key]{
		Name: "key.create", Summary: "Make an API key; the answer shows its secret once", Method: http.MethodPost, Path: "/v1/keys", Creates: true,
		Prepare: makeSecret, Run: createKey, Result: keyResult, Repeat: GetKey,
		Example: CreateKeyIn{Name: "Web shop", RoleID: "rol_01"},
	},
	command.Def[GetIn, *Key]{
		Name: "key.revoke", Summary: "Make an API key void, at once", Method: http.MethodPost, Path: "/v1/keys/{id}/revoke",
		Guard: mayRevoke, Run: revokeKey, Result: keyResult, Repeat: GetKey,
		Example: GetIn{"key_01"},
	},
	command.Def[SignInIn, *Session]{
		Name: "session.create", Summary: "Sign in", Method: http.MethodPost, Path: "/v1/sessions", Public: true, Creates: true,
		Prepare: proveSignIn, Run: signIn, Result: sessionResult, Repeat: signInLost,
		Example: SignInIn{Email: "ann@example.com", Password: "correct horse"},
	},
	command.Def[EndSessionIn, *Session]{
		Name: "session.delete", Summary: "Sign out: end one's own session", Method: http.MethodDelete, Path: "/v1/sessions/{id}",
		Run: endSession, Result: sessionResult, Repeat: getSession,
		Example: EndSessionIn{"ses_01"},
	},
	command.Def[SetupIn, *User]{
		Name: "account.setup", Summary: "Set up an empty workspace by its one-time link: settings, roles, first admin", Method: http.MethodPost, Path: "/v1/setup", Public: true, Creates: true,
		Prepare: prepareSetup, Run: setup, Result: userResult, Repeat: GetUser,
		Example: SetupIn{
			Token: "0123456789abcdef0123456789abcdef",
			Facts: setting.Facts{Company: "Kettle & Co", Currency: "GBP", TaxCountry: "GB", TimeZone: "Europe/London", Language: "en"},
			Admin: FirstAdmin{Email: "ann@example.com", Name: "Ann Miller", Password: "correct horse"},
		},
	},
}, links...)

// OwnPermissions are what every signed-in user may do besides the permissions
// of the role: manage the own access, and how things look to them.
var OwnPermissions = []string{
	"account.get", "session.delete", "user.set_password",
	"preference.list", "preference.set", "view.change", "view.get", "view.list", "view.remove", "view.save",
}

// get makes a read of a function that finds by id.
func get[T any](find func(*db.Tx, string) (T, error)) func(*db.Tx, GetIn) (T, error) {
	return func(tx *db.Tx, in GetIn) (T, error) { return find(tx, in.ID) }
}

func userResult(u *User) (string, int64) { return u.ID, u.Version }
func roleResult(r *Role) (string, int64) { return r.ID, r.Version }
func keyResult(k *Key) (string, int64)   { return k.ID, k.Version }

// digest is what is stored of a random token. It needs no slow hash: nobody
// guesses 160 bits.
func digest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
