package order

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Codes of editing.
var (
	ErrStaleRevision = problem.Declare("revision_stale", problem.Stale,
		"The agreement was changed since it was read.", "Read it again, look at the fields that changed, and repeat the edit.")
	ErrETag = problem.Declare("etag_invalid", problem.Malformed,
		"If-Match is no ETag of an order.", "Send the ETag that came with the order.")
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
		return ErrETag.New("%q is no ETag of an order", tag)
	}
	if revision == o.Revision {
		return nil
	}
	changed, err := o.changedSince(tx, revision)
	if err != nil {
		return err
	}
	return ErrStaleRevision.New("order %s has revision %d, the edit was made from %d", o.ID, o.Revision, revision).
		With("revision", o.Revision).With("changed", changed)
}

// changedSince names what the events after a revision changed, as JSON pointers.
func (o *Order) changedSince(tx *db.Tx, revision int64) ([]string, error) {
	events, err := event.Of(tx, o.ID, 0, maxEvents)
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for _, e := range events {
		var b folded
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return nil, err
		}
		if at, ok := b.Order["revision"]; ok && integer(at) > revision {
			b.fields(changed)
		}
	}
	return slices.Sorted(maps.Keys(changed)), nil
}

// maxEvents bounds what is read of one order.
const maxEvents = 10_000

// folded is the body of an event of an order, or the sum of several: columns
// with their values. A row that was removed is null.
type folded struct {
	Order       map[string]json.RawMessage            `json:"order"`
	Deliveries  map[string]map[string]json.RawMessage `json:"deliveries"`
	Lines       map[string]map[string]json.RawMessage `json:"lines"`
	Adjustments map[string]map[string]json.RawMessage `json:"adjustments"`
	Holds       map[string]map[string]json.RawMessage `json:"holds"`
}

// bookkeeping columns change with every write and say nothing to a reader.
var bookkeeping = []string{"version", "event_sequence", "updated_at", "revision"}

func (b folded) fields(into map[string]bool) {
	for name := range b.Order { // order-free: it fills a set
		if !slices.Contains(bookkeeping, name) {
			into["/"+name] = true
		}
	}
	for name, rows := range map[string]map[string]map[string]json.RawMessage{"deliveries": b.Deliveries, "lines": b.Lines, "adjustments": b.Adjustments, "holds": b.Holds} { // order-free: it fills a set
		if len(rows) > 0 {
			into["/"+name] = true
		}
	}
}

// Fold adds up the bodies of an order's events: the columns of the order and
// of its rows as they are after the last of them.
func Fold(events []event.Sealed) (map[string]any, error) {
	sum := map[string]any{}
	for _, e := range events {
		var b map[string]any
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return nil, fmt.Errorf("order: body of event %s: %w", e.ID, err)
		}
		delete(b, "reason")
		delete(b, "moved")
		merge(sum, b)
	}
	return sum, nil
}

// merge overwrites into with what is in from; null removes.
func merge(into, from map[string]any) {
	for name, value := range from { // order-free: each name stands for itself
		inner, isMap := value.(map[string]any)
		have, hasMap := into[name].(map[string]any)
		switch {
		case value == nil:
			delete(into, name)
		case isMap && hasMap:
			merge(have, inner)
		default:
			into[name] = value
		}
	}
}

func integer(raw json.RawMessage) int64 {
	n, _ := strconv.ParseInt(string(raw), 10, 64)
	return n
}
