package account

import (
	"context"
	"slices"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// fullDiscount is a discount limit that limits nothing, in millionths.
const fullDiscount = 1_000_000

// noLimit is a refund limit that limits nothing.
const noLimit = -1

// RoleFacts are what can be said of a role.
type RoleFacts struct {
	Name          string   `json:"name" minLength:"1" maxLength:"60" doc:"Unique"`
	Permissions   []string `json:"permissions" maxItems:"500" doc:"Names of operations; order.* for all of a subject, * for all"`
	DiscountLimit int64    `json:"discount_limit" minimum:"0" maximum:"1000000" doc:"Highest discount that may be given, in millionths of the price"`
	RefundLimit   int64    `json:"refund_limit" minimum:"-1" doc:"Highest single refund, in minor units of its currency; -1 for no limit"`

	known []string // permissions that exist
}

// Role is a set of permissions and limits, given to users and API keys.
type Role struct {
	ID string `json:"id"`
	RoleFacts
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`

	sequence int64 // events so far
}

// CreateRoleIn is the input of role.create.
type CreateRoleIn struct{ RoleFacts }

// UpdateRoleIn is the input of role.update.
type UpdateRoleIn struct {
	ID string `path:"id" json:"id"`
	RoleFacts
}

// Events of a role.
var (
	RoleCreated = event.Declare("role.created", 1, "A role was added.", roleBody{})
	RoleUpdated = event.Declare("role.updated", 1, "Name, permissions or limits of a role changed.", roleBody{})
)

// BuiltIn are the roles that the setup creates. All of them also get what only
// reads, but for accounts. They can be changed afterwards.
var BuiltIn = []RoleFacts{
	{Name: "admin", Permissions: []string{"*"}, DiscountLimit: fullDiscount, RefundLimit: noLimit},
	{Name: "sales", Permissions: []string{"order.*", "attachment.*", "customer.*", "bulk.*", "template.*"}, DiscountLimit: 100_000},
	{Name: "warehouse", Permissions: []string{"fulfillment.*", "shipment.*", "stock.*", "return.*", "attachment.upload"}},
	{Name: "finance", Permissions: []string{"order.*", "attachment.*", "payment.*", "return.*", "bulk.*"}, RefundLimit: noLimit},
	{Name: "viewer"},
	{Name: "integration", Permissions: []string{"order.*", "attachment.*", "bulk.*", "customer.*", "import.*", "import_mapping.*", "product.*", "variant.*", "price_list.*", "stock.*", "shipment.*", "template.*"}, DiscountLimit: fullDiscount},
}

func knowForCreate(_ context.Context, e *command.Engine, _ command.Meta, in CreateRoleIn) (CreateRoleIn, error) {
	in.known = names(e.Operations)
	return in, nil
}

func knowForUpdate(_ context.Context, e *command.Engine, _ command.Meta, in UpdateRoleIn) (UpdateRoleIn, error) {
	in.known = names(e.Operations)
	return in, nil
}

func createRole(tx *db.Tx, in CreateRoleIn) (*Role, error) {
	var faults problem.List
	in.check(&faults)
	note(&faults, in.beyond(tx.Actor))
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return addRole(tx, in.RoleFacts)
}

// addRole creates a role whose permissions were checked.
func addRole(tx *db.Tx, f RoleFacts) (*Role, error) {
	r := &Role{ID: tx.ID("rol"), RoleFacts: f.canonical(), Version: 1, CreatedAt: tx.Now, sequence: 1}
	insertRole(tx, r)
	return r, r.emit(tx, RoleCreated)
}

func updateRole(tx *db.Tx, in UpdateRoleIn) (*Role, error) {
	r, err := GetRole(tx, in.ID)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	in.check(&faults)
	note(&faults, in.beyond(tx.Actor))
	summary(&faults, "", "the role "+r.Name, r.beyond(tx.Actor))
	if err := faults.Err(); err != nil {
		return nil, err
	}
	was := r.unlimited()
	r.RoleFacts = in.canonical()
	if was && !r.unlimited() {
		if err := keepAdmin(tx, "", r.ID); err != nil {
			return nil, err
		}
	}
	r.Version++
	r.sequence++
	saveRole(tx, r)
	tx.AccessChanged()
	return r, r.emit(tx, RoleUpdated)
}

// canonical has the permissions sorted, each once; "*" stands alone.
func (f RoleFacts) canonical() RoleFacts {
	f.Permissions = append([]string{}, f.Permissions...)
	slices.Sort(f.Permissions)
	f.Permissions = slices.Compact(f.Permissions)
	if slices.Contains(f.Permissions, "*") {
		f.Permissions = []string{"*"}
	}
	return f
}

// unlimited tells whether a user with this role and no narrower scope is an
// admin. otherAdmins asks the same in SQL.
func (f RoleFacts) unlimited() bool {
	return slices.Equal(f.Permissions, []string{"*"}) && f.DiscountLimit == fullDiscount && f.RefundLimit == noLimit
}

func (f RoleFacts) limits() auth.Limits {
	l := auth.Limits{DiscountRate: f.DiscountLimit, Refund: f.RefundLimit}
	if l.Refund == noLimit {
		l.Refund = auth.Unlimited
	}
	return l
}

// roleBody is what an event of a role tells.
type roleBody struct {
	RoleFacts
	Version int64 `json:"version"`
}

func (r *Role) emit(tx *db.Tx, t *event.Type) error {
	return event.Emit(tx, event.Event{Type: t, Subject: r.ID, Sequence: r.sequence, Body: roleBody{r.RoleFacts, r.Version}})
}
