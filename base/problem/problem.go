// Package problem owns the one error type that crosses a package border, and
// the list of all codes that a client can ever see. It does not own how a
// problem is printed (edge/rest) nor any code itself: each code is declared
// once, by the package that detects it.
package problem

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Kind says what the caller can do about a problem.
type Kind string

// The kinds, each with the HTTP status that edge/rest gives it.
const (
	Malformed       Kind = "malformed"       // 400: the request cannot be read
	Unauthenticated Kind = "unauthenticated" // 401: say who you are
	Forbidden       Kind = "forbidden"       // 403: a permission is missing
	NotFound        Kind = "not_found"       // 404: there is no such thing in your scope
	Conflict        Kind = "conflict"        // 409: the state of things forbids it
	Stale           Kind = "stale"           // 412: it was changed in the meantime
	TooLarge        Kind = "too_large"       // 413: send less
	Invalid         Kind = "invalid"         // 422: change the input
	TooMany         Kind = "too_many"        // 429: wait, then send again
	Internal        Kind = "internal"        // 500: a defect of ours
	Unavailable     Kind = "unavailable"     // 503: try again soon
	StorageFull     Kind = "storage_full"    // 507: the disk is full
)

// Code is a stable, documented reason for a refusal.
type Code struct {
	Name   string // such as "stock_insufficient"
	Kind   Kind
	Title  string // the cause, as a sentence without names or numbers
	Remedy string // what helps
}

var (
	mu       sync.Mutex
	declared = map[string]*Code{}
)

// Declare adds a code to the list. It panics if the name is taken: a code has
// one meaning and one place.
func Declare(name string, kind Kind, title, remedy string) *Code {
	mu.Lock()
	defer mu.Unlock()
	if declared[name] != nil {
		panic("problem: code " + name + " is declared twice")
	}
	c := &Code{name, kind, title, remedy}
	declared[name] = c
	return c
}

// All returns every code, sorted by name.
func All() []*Code {
	mu.Lock()
	defer mu.Unlock()
	all := make([]*Code, 0, len(declared))
	for _, c := range declared {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *Code) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Retryable tells whether the same request may succeed later, unchanged.
func (c *Code) Retryable() bool {
	return c.Kind == Unavailable || c.Kind == TooMany || c.Kind == StorageFull
}

// New returns a problem with this code as its only fault.
func (c *Code) New(format string, a ...any) *Problem { return c.At("", format, a...) }

// At returns a problem with one fault at a JSON pointer into the input, such
// as "/lines/2/quantity".
func (c *Code) At(pointer, format string, a ...any) *Problem {
	return &Problem{Faults: []Fault{c.fault(pointer, format, a...)}}
}

func (c *Code) fault(pointer, format string, a ...any) Fault {
	if notes != "" {
		c.made()
	}
	return Fault{Code: c, Pointer: pointer, Detail: fmt.Sprintf(format, a...)}
}

// Fault is one thing that is wrong with a request.
type Fault struct {
	Code    *Code
	Pointer string   // JSON pointer into the input; empty if no field is to blame
	Detail  string   // a sentence that names the things and numbers
	Allowed []string // the values that would do, where they are few
	Remedy  string   // what helps here; empty: what the code says
}

// Problem is a refusal: at least one fault, all that were found at once. The
// first one gives the problem its code and kind. Nothing was written.
type Problem struct {
	Faults []Fault
	Extra  map[string]any // further facts for machines, such as the changed fields of a stale edit
}

// Error names every fault.
func (p *Problem) Error() string {
	texts := make([]string, len(p.Faults))
	for i, f := range p.Faults {
		texts[i] = f.Code.Name + ": " + f.Detail
		if f.Pointer != "" {
			texts[i] = f.Pointer + ": " + texts[i]
		}
	}
	return strings.Join(texts, "; ")
}

// Kind returns the kind of the first fault.
func (p *Problem) Kind() Kind { return p.Faults[0].Code.Kind }

// With adds a fact for machines and returns p. The names of RFC 9457, such as
// status, are taken by the edge.
func (p *Problem) With(name string, value any) *Problem {
	if p.Extra == nil {
		p.Extra = map[string]any{}
	}
	p.Extra[name] = value
	return p
}

// Helped says what helps in this case, instead of what the code says, and
// returns p.
func (p *Problem) Helped(remedy string) *Problem {
	p.Faults[0].Remedy = remedy
	return p
}

// Is makes errors.Is compare problems with codes: errors.Is(err, problem.Code).
func (p *Problem) Is(target error) bool {
	p.told()
	c, ok := target.(*Code)
	return ok && p.Faults[0].Code == c
}

// Error lets a code be the target of errors.Is.
func (c *Code) Error() string { return c.Name }

// As returns err as a problem, or nil if it is none.
func As(err error) *Problem {
	p, found := errors.AsType[*Problem](err)
	if found {
		p.told()
	}
	return p
}

// List collects the faults of one stage, so that a client hears of all at once.
type List struct{ faults []Fault }

// Add notes a fault.
func (l *List) Add(c *Code, pointer, format string, a ...any) {
	l.faults = append(l.faults, c.fault(pointer, format, a...))
}

// AddAllowed notes a fault and the values that would do.
func (l *List) AddAllowed(c *Code, pointer string, allowed []string, format string, a ...any) {
	f := c.fault(pointer, format, a...)
	f.Allowed = allowed
	l.faults = append(l.faults, f)
}

// Join notes the faults of a problem.
func (l *List) Join(p *Problem) { l.faults = append(l.faults, p.Faults...) }

// Empty tells whether nothing was found.
func (l *List) Empty() bool { return len(l.faults) == 0 }

// Err returns the faults as one problem, or nil if there are none.
func (l *List) Err() error {
	if len(l.faults) == 0 {
		return nil
	}
	return &Problem{Faults: l.faults}
}
