package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"ordo/engine/db"
)

// Fold adds up the bodies of a subject's events: the columns of its row and of
// the rows that belong to it, as they are after the last event. Null removes.
func Fold(events []Sealed) (map[string]any, error) {
	bodies := make([][]byte, len(events))
	for i, e := range events {
		bodies[i] = e.Body
	}
	return fold(bodies)
}

// fold adds up objects of JSON; their numbers stay texts.
func fold(texts [][]byte) (map[string]any, error) {
	sum := map[string]any{}
	for _, text := range texts {
		var body map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&body); err != nil {
			return nil, fmt.Errorf("event: %w", err)
		}
		merge(sum, body)
	}
	return sum, nil
}

// merge overwrites into with what is in from.
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

// mostEvents bounds what is read of one subject.
const mostEvents = 10_000

// bookkeeping columns change with every write and say nothing to a reader.
var bookkeeping = []string{"version", "event_sequence", "updated_at", "revision", "reason"}

// Changed names what is not any more as it was when a subject's counter,
// "version" or "revision", stood at since: JSON pointers to columns, and to the
// lists whose rows changed, as far as the actor may read the events.
func Changed(tx *db.Tx, subject, counter string, since int64) ([]string, error) {
	events, err := Of(tx, subject, 0, mostEvents)
	if err != nil {
		return nil, err
	}
	before, touched := 0, map[string]bool{}
	for i := range events {
		body, err := Fold(events[i : i+1])
		if err != nil {
			return nil, err
		}
		columns := flat(body, counter)
		count, err := strconv.ParseInt(fmt.Sprint(columns[counter]), 10, 64)
		switch {
		case err == nil && count > since:
			for name := range columns { // order-free: it fills a set
				touched[name] = true
			}
		case len(touched) == 0:
			before = i + 1
		}
	}
	then, err := Fold(events[:before])
	if err != nil {
		return nil, err
	}
	now, err := Fold(events)
	if err != nil {
		return nil, err
	}
	return differing(flat(then, counter), flat(now, counter), touched), nil
}

// flat is a body with the columns of the subject's own row beside the rows that
// belong to it: some bodies have that row under the name of its kind.
func flat(body map[string]any, counter string) map[string]any {
	if _, there := body[counter]; there {
		return body
	}
	all := maps.Clone(body)
	for name, value := range body { // order-free: one row has the counter
		if row, ok := value.(map[string]any); ok && row[counter] != nil {
			delete(all, name)
			maps.Copy(all, row)
		}
	}
	return all
}

func differing(then, now map[string]any, touched map[string]bool) []string {
	names := []string{}
	for name := range touched { // order-free: they are sorted
		if !slices.Contains(bookkeeping, name) && !reflect.DeepEqual(then[name], now[name]) {
			names = append(names, "/"+name)
		}
	}
	slices.Sort(names)
	return names
}
