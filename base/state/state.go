// Package state owns the form of a life cycle: the statuses that a subject can
// have, and the steps between them that may occur. It does not own any life
// cycle: each subject declares its own beside its status function.
package state

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Status is a status and what it means.
type Status struct{ Code, Meaning string }

// Machine is a life cycle.
type Machine struct {
	Name     string // such as "order"
	Statuses []Status
	Steps    []Step
}

// Step is a pair that may occur; From is empty for a new subject.
type Step struct{ From, To string }

var (
	mu  sync.Mutex
	all []*Machine
)

// Declare adds a life cycle to the list of all. Each row names a status and
// those that may follow it. It panics if a row names a status that is not
// declared.
func Declare(name string, statuses []Status, rows map[string]string) *Machine {
	m := &Machine{Name: name, Statuses: statuses}
	for _, from := range append([]Status{{}}, statuses...) {
		for _, to := range strings.Fields(rows[from.Code]) {
			if !m.known(to) {
				panic(fmt.Sprintf("state: %s has no status %q", name, to))
			}
			m.Steps = append(m.Steps, Step{from.Code, to})
		}
	}
	mu.Lock()
	defer mu.Unlock()
	all = append(all, m)
	return m
}

// All returns every life cycle, sorted by name.
func All() []*Machine {
	mu.Lock()
	defer mu.Unlock()
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b *Machine) int { return strings.Compare(a.Name, b.Name) })
	return sorted
}

func (m *Machine) known(code string) bool {
	return slices.ContainsFunc(m.Statuses, func(s Status) bool { return s.Code == code })
}

// Codes returns the statuses in their order.
func (m *Machine) Codes() []string {
	codes := make([]string, len(m.Statuses))
	for i, s := range m.Statuses {
		codes[i] = s.Code
	}
	return codes
}

// May tells whether a subject may go from one status to the other. Staying is
// always possible.
func (m *Machine) May(from, to string) bool {
	return from == to || slices.Contains(m.Steps, Step{from, to})
}

// Check returns an error if the step may not occur: the facts and the table
// disagree, which is a defect.
func (m *Machine) Check(from, to string) error {
	if m.May(from, to) {
		return nil
	}
	return fmt.Errorf("state: %s may not go from %q to %q", m.Name, from, to)
}

// Diagram returns the life cycle in Mermaid's notation.
func (m *Machine) Diagram() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, s := range m.Steps {
		from := s.From
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(&b, "    %s --> %s\n", from, s.To)
	}
	return b.String()
}
