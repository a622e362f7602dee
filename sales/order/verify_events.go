package order

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"ordo/engine/invariant"
)

// columns are those of a row with their values.
type columns = map[string]json.RawMessage

// judgeEvents compares the row with what its events say: their number, and the
// sum of their bodies.
func (o *whole) judgeEvents(r *invariant.Report) {
	for i, t := range o.told {
		if t.sequence != int64(i+1) {
			r.Fault("E2", o.ID, "event %d is missing", i+1)
			return
		}
	}
	if int64(len(o.told)) != o.sequence {
		r.Fault("E2", o.ID, "the row counts %d events, there are %d", o.sequence, len(o.told))
		return
	}
	row, err := json.Marshal(o.body())
	if err == nil && len(o.told) == 1 && bytes.Equal(row, o.told[0].body) {
		return // the usual case, without a look inside
	}
	var want, sum folded
	if err == nil {
		err = json.Unmarshal(row, &want)
	}
	for _, t := range o.told {
		if err == nil {
			err = sum.add(t.body)
		}
	}
	if err != nil {
		r.Fault("E2", o.ID, "the events can't be read: %v", err)
	} else if d := sum.difference(want); d != "" {
		r.Fault("E2", o.ID, "%s", d)
	}
}

// body is what a single event would tell of the order as it is.
func (o *Order) body() body {
	facts := make([]*DeliveryFacts, len(o.Deliveries))
	for i, d := range o.Deliveries {
		facts[i] = &d.DeliveryFacts
	}
	return body{
		Order:       heads.Changes(nil, &o.Head),
		Deliveries:  changes(nil, deliveries, nil, facts, func(d *DeliveryFacts) string { return d.ID }),
		Lines:       changes(nil, lines, nil, o.Lines, func(l *Line) string { return l.ID }),
		Adjustments: changes(nil, adjustments, nil, o.Adjustments, (*Adjustment).key),
		Holds:       changes(nil, holds, nil, o.Holds, func(h *Hold) string { return h.ID }),
	}
}

// add folds the body of a further event.
func (b *folded) add(text []byte) error {
	var next folded
	if err := json.Unmarshal(text, &next); err != nil {
		return err
	}
	overwrite(&b.Order, next.Order)
	for _, rows := range []struct {
		into *map[string]columns
		from map[string]columns
	}{{&b.Deliveries, next.Deliveries}, {&b.Lines, next.Lines}, {&b.Adjustments, next.Adjustments}, {&b.Holds, next.Holds}} {
		if *rows.into == nil {
			*rows.into = map[string]columns{}
		}
		for id, values := range rows.from { // order-free: each row stands for itself
			if values == nil {
				delete(*rows.into, id)
				continue
			}
			have := (*rows.into)[id]
			overwrite(&have, values)
			(*rows.into)[id] = have
		}
	}
	return nil
}

func overwrite(into *columns, from columns) {
	if *into == nil {
		*into = columns{}
	}
	maps.Copy(*into, from)
}

// difference describes the first column that is not as in the rows; "" if all
// are.
func (b *folded) difference(rows folded) string {
	if d := differ("the order", b.Order, rows.Order); d != "" {
		return d
	}
	for _, kind := range []struct {
		name      string
		told, row map[string]columns
	}{
		{"delivery", b.Deliveries, rows.Deliveries}, {"line", b.Lines, rows.Lines},
		{"adjustment", b.Adjustments, rows.Adjustments}, {"hold", b.Holds, rows.Holds},
	} {
		for _, id := range slices.Compact(slices.Sorted(keys(kind.told, kind.row))) {
			told, row := kind.told[id], kind.row[id]
			switch {
			case told == nil:
				return fmt.Sprintf("the events know no %s %s", kind.name, id)
			case row == nil:
				return fmt.Sprintf("the events know a %s %s that is not there", kind.name, id)
			}
			if d := differ(kind.name+" "+id, told, row); d != "" {
				return d
			}
		}
	}
	return ""
}

func differ(name string, told, row columns) string {
	for _, c := range slices.Compact(slices.Sorted(keys(told, row))) {
		if !bytes.Equal(told[c], row[c]) && !(silent(told[c]) && silent(row[c])) {
			return fmt.Sprintf("%s of %s is %s, the events say %s", c, name, row[c], told[c])
		}
	}
	return ""
}

// silent tells whether a column has the value of one that was never told.
func silent(value json.RawMessage) bool {
	switch string(value) {
	case "", "0", `""`, "false":
		return true
	}
	return false
}

// keys yields the keys of two maps.
func keys[V any](a, b map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range a { // order-free: they are sorted
			if !yield(k) {
				return
			}
		}
		for k := range b { // order-free: they are sorted
			if !yield(k) {
				return
			}
		}
	}
}
