// Package auth owns the words of access: who acts, what they may do, on which
// records, up to which amount. It does not own users, keys, sessions and roles
// (policy/account), and it stores nothing.
package auth

import (
	"fmt"
	"slices"
	"strings"

	"ordo/base/problem"
)

// Codes that a check of access can give.
var (
	ErrUnauthenticated = problem.Declare("unauthenticated", problem.Unauthenticated,
		"The request does not say who sends it.", "Send an API key as a bearer token, or sign in.")
	ErrPermission = problem.Declare("permission_missing", problem.Forbidden,
		"The actor lacks the permission that the operation needs.", "Ask an administrator for a role that has it.")
	ErrScope = problem.Declare("scope_exceeded", problem.Forbidden,
		"What the request makes would lie outside of what the actor may see.", "Ask someone who sees more channels, locations or customers.")
	ErrLimit = problem.Declare("limit_exceeded", problem.Forbidden,
		"The amount is above what the actor may grant.", "Ask someone with a higher limit.")
)

// Kind is the kind of an actor.
type Kind string

// The kinds of actors.
const (
	Staff    Kind = "staff"
	Customer Kind = "customer"
	Key      Kind = "api_key"
	Job      Kind = "job"
	System   Kind = "system"
)

// Actor is whoever runs an operation. Each event names its actor.
type Actor struct {
	ID          string // usr_…, key_…, or the name of a job
	Kind        Kind
	Permissions Permissions
	Scope       Scope
	Limits      Limits
}

// Internal returns the actor for work that Ordo does by itself: it may do
// everything, everywhere. The name tells which work it is.
func Internal(name string) Actor {
	return Actor{ID: name, Kind: System, Permissions: All, Limits: Limits{DiscountRate: 1_000_000, Refund: Unlimited}}
}

// Permissions are the operations that an actor may run, by name. "*" stands
// for all, "order.*" for all of a subject.
type Permissions map[string]bool

// All permits every operation.
var All = Permissions{"*": true}

// Permit returns the permissions with these names.
func Permit(names ...string) Permissions {
	p := Permissions{}
	for _, n := range names {
		p[n] = true
	}
	return p
}

// Has tells whether the operation is permitted.
func (p Permissions) Has(name string) bool {
	subject, _, _ := strings.Cut(name, ".")
	return p["*"] || p[name] || p[subject+".*"]
}

// Names returns the permissions in order.
func (p Permissions) Names() []string {
	names := make([]string, 0, len(p))
	for n := range p {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Check returns nil if the actor may run the operation, else a problem that
// names the permission.
func (a *Actor) Check(permission string) error {
	switch {
	case a.ID == "":
		return ErrUnauthenticated.New("%s needs an actor", permission)
	case !a.Permissions.Has(permission):
		return ErrPermission.New("%s needs the permission %s", a.ID, permission).With("permission", permission)
	}
	return nil
}

// Scope narrows an actor to some records. A nil list, or an empty id, does not
// narrow; an empty list that is not nil lets nothing through. What lies outside
// is not found.
type Scope struct {
	Channels  []string // ids of channels
	Locations []string // ids of locations
	Customer  string   // id of the customer whose own records these are
}

// Columns names the columns that a scope is applied to. A subject that has no
// such column leaves it empty; an actor who is narrowed by it then sees nothing
// unless the subject says Open.
type Columns struct {
	Channel, Location, Customer string
	Open                        bool // true for shared reference data, such as the catalog
}

// SQL returns the condition that applies the scope, with parameters from
// $first on; "TRUE" where the actor is not narrowed.
func (s Scope) SQL(c Columns, first int) (condition string, args []any) {
	var conditions []string
	narrow := func(column string, values []string) {
		switch {
		case column == "" && c.Open:
		case column == "" || len(values) == 0:
			conditions = append(conditions, "FALSE")
		default:
			in := make([]string, len(values))
			for i, v := range values {
				in[i] = fmt.Sprintf("$%d", first+len(args))
				args = append(args, v)
			}
			conditions = append(conditions, column+" IN ("+strings.Join(in, ", ")+")")
		}
	}
	if s.Channels != nil {
		narrow(c.Channel, s.Channels)
	}
	if s.Locations != nil {
		narrow(c.Location, s.Locations)
	}
	if s.Customer != "" {
		narrow(c.Customer, []string{s.Customer})
	}
	if conditions == nil {
		return "TRUE", nil
	}
	return strings.Join(conditions, " AND "), args
}

// Whole tells whether nothing is narrowed.
func (s Scope) Whole() bool { return s.Channels == nil && s.Locations == nil && s.Customer == "" }

// SeesChannel tells whether records of the channel are in scope.
func (s Scope) SeesChannel(id string) bool {
	return s.Channels == nil || slices.Contains(s.Channels, id)
}

// SeesLocation tells whether records of the location are in scope.
func (s Scope) SeesLocation(id string) bool {
	return s.Locations == nil || slices.Contains(s.Locations, id)
}

// SeesCustomer tells whether records of the customer are in scope.
func (s Scope) SeesCustomer(id string) bool { return s.Customer == "" || s.Customer == id }

// Unlimited is the limit of an actor without one.
const Unlimited int64 = 1<<63 - 1

// Limits bound what an actor may grant.
type Limits struct {
	DiscountRate int64 // highest discount on a line or order, in millionths of its price
	Refund       int64 // highest single refund, in minor units of its currency
}

// Limit returns nil if value is at most limit, else a problem that names both.
func Limit(what, pointer string, value, limit int64) error {
	if value <= limit {
		return nil
	}
	return ErrLimit.At(pointer, "%s of %d is above your limit of %d", what, value, limit).With("limit", limit)
}
