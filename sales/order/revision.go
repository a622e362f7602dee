package order

import (
	"fmt"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// ETag is "<revision>-<version>".
func (o *Order) ETag() string { return fmt.Sprintf(`"%d-%d"`, o.Revision, o.Version) }

// matches compares the revision part of an If-Match with the order; the other
// side of a conflict is told which fields changed. Without If-Match it is nil.
func (o *Order) matches(tx *db.Tx, tag string) error {
	if tag == "" || tag == "*" {
		return nil
	}
	text, _, _ := strings.Cut(strings.Trim(tag, `"`), "-")
	revision, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return problem.ErrETag.New("%q is no ETag of an order", tag)
	}
	if revision == o.Revision {
		return nil
	}
	changed, err := event.Changed(tx, o.ID, "revision", revision)
	if err != nil {
		return err
	}
	return problem.ErrStale.New("order %s has revision %d, the edit was made from %d", o.ID, o.Revision, revision).
		With("revision", o.Revision).With("changed", changed)
}

// Fold adds up the bodies of an order's events: the columns of the order and
// of its rows as they are after the last of them.
func Fold(events []event.Sealed) (map[string]any, error) {
	sum, err := event.Fold(events)
	for _, noColumn := range []string{"reason", "moved", "notes", "note", "other"} {
		delete(sum, noColumn)
	}
	return sum, err
}
