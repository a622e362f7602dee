package account

import (
	"fmt"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
)

// Codes of permissions and what may be granted.
var (
	ErrPermissionUnknown = problem.Declare("permission_unknown", problem.Invalid,
		"No operation needs a permission of this name.", "Use the name of an operation, such as order.place, order.* for all of a subject, or * for all.")
	ErrBeyondOwn = problem.Declare("grant_exceeds_own", problem.Forbidden,
		"The rights that are given, or belong to whom is changed, go beyond those of the actor.", "Leave out what you lack yourself, or ask someone who has it.")
)

// names returns everything that a role may hold: "*", "order.*" for each
// subject, and each permission, sorted.
func names(operations []command.Operation) []string {
	all := []string{"*"}
	for _, o := range operations {
		s := o.Spec()
		if s.Permission != "" {
			all = append(all, s.Permission, subjectOf(s.Permission)+".*")
		}
		all = append(all, s.Further...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// reads returns the permissions of all operations that only read, but for
// those on accounts, webhooks and the log, which show events of every kind and
// where they go, and on the servers, which show how the business does.
func reads(operations []command.Operation) []string {
	var some []string
	for _, o := range operations {
		s := o.Spec()
		if !s.Writes && s.Permission != "" && !slices.Contains([]string{"user", "role", "key", "webhook", "event", "system"}, subjectOf(s.Permission)) {
			some = append(some, s.Permission)
		}
	}
	return some
}

func subjectOf(permission string) string {
	subject, _, _ := strings.Cut(permission, ".")
	return subject
}

// Unknown returns those of the permissions that no operation needs.
func Unknown(operations []command.Operation, permissions []string) []string {
	known := names(operations)
	return slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return slices.Contains(known, p) })
}

// check notes permissions that are not known, with those of the same subject,
// or else the subjects.
func (f RoleFacts) check(faults *problem.List) {
	for i, p := range f.Permissions {
		if slices.Contains(f.known, p) {
			continue
		}
		allowed := f.like(func(k string) bool { return k == "*" || subjectOf(k) == subjectOf(p) })
		if len(allowed) == 1 {
			allowed = f.like(func(k string) bool { return strings.HasSuffix(k, "*") })
		}
		faults.AddAllowed(ErrPermissionUnknown, fmt.Sprintf("/permissions/%d", i), allowed, "no operation needs the permission %q", p)
	}
}

func (f RoleFacts) like(use func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(f.known), func(k string) bool { return !use(k) })
}

// A lack is something that an actor does not have.
type lack struct{ pointer, what string }

// beyond returns what the role gives and the actor lacks.
func (f RoleFacts) beyond(a auth.Actor) (lacks []lack) {
	for i, p := range f.Permissions {
		if !a.Permissions.Has(p) {
			lacks = append(lacks, lack{fmt.Sprintf("/permissions/%d", i), "the permission " + p})
		}
	}
	if f.DiscountLimit > a.Limits.DiscountRate {
		lacks = append(lacks, lack{"/discount_limit", fmt.Sprintf("discounts above %d", a.Limits.DiscountRate)})
	}
	if f.limits().Refund > a.Limits.Refund {
		lacks = append(lacks, lack{"/refund_limit", fmt.Sprintf("refunds above %d", a.Limits.Refund)})
	}
	return lacks
}

// beyond returns what the scope shows and the actor does not see.
func (s Scope) beyond(a auth.Actor) (lacks []lack) {
	if a.Scope.Customer != "" {
		return []lack{{"", "records of other customers"}}
	}
	if outside(s.Channels, a.Scope.Channels) {
		lacks = append(lacks, lack{"/channels", "channels other than " + strings.Join(a.Scope.Channels, ", ")})
	}
	if outside(s.Locations, a.Scope.Locations) {
		lacks = append(lacks, lack{"/locations", "locations other than " + strings.Join(a.Scope.Locations, ", ")})
	}
	return lacks
}

// outside tells whether ids go beyond own; nil stands for all.
func outside(ids, own []string) bool {
	if own == nil || ids == nil {
		return own != nil
	}
	return slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(own, id) })
}

// note adds a fault per lack, each at its own place.
func note(faults *problem.List, lacks []lack) {
	for _, l := range lacks {
		faults.Add(ErrBeyondOwn, l.pointer, "you don't have %s yourself", l.what)
	}
}

// summary is all lacks as one fault at a pointer, or nothing.
func summary(faults *problem.List, pointer, who string, lacks []lack) {
	if len(lacks) == 0 {
		return
	}
	whats := make([]string, len(lacks))
	for i, l := range lacks {
		whats[i] = l.what
	}
	faults.Add(ErrBeyondOwn, pointer, "%s has what you don't have yourself: %s", who, strings.Join(whats, ", "))
}
