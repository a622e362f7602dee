package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/trade/customer"
)

// Spec: 11.1.4
func TestEveryTableIsRebuiltFromEventsOrListedWithAReason(t *testing.T) {
	live, err := dbtest.Open(t, dbtest.SQLite(t), db.Options{}).Live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rebuilt := map[string]bool{}
	for _, p := range projections() {
		for _, part := range p.Parts {
			if rebuilt[part.Table] {
				t.Errorf("%s is rebuilt twice", part.Table)
			}
			rebuilt[part.Table] = true
			told := part.Columns(live)
			table := live[slices.IndexFunc(live, func(t db.LiveTable) bool { return t.Name == part.Table })]
			for _, c := range table.Columns {
				if slices.Contains(told, c.Name) == (part.Untold[c.Name] != "") {
					t.Errorf("%s.%s is neither told by events nor listed with a reason, or it is both", part.Table, c.Name)
				}
			}
		}
	}
	known := map[string]bool{}
	for _, table := range live {
		known[table.Name] = true
		if rebuilt[table.Name] == (notRebuilt[table.Name] != "") {
			t.Errorf("%s is neither rebuilt from events nor listed in notRebuilt, or it is both", table.Name)
		}
	}
	for name := range notRebuilt { // order-free: each is told
		if !known[name] {
			t.Errorf("notRebuilt lists %s, which is no table", name)
		}
	}
}

// Spec: 11.1.4
func TestAnErrorInAnyColumnThatEventsTellIsFound(t *testing.T) {
	for _, database := range []struct{ name, url string }{
		{"sqlite", dbtest.SQLite(t) + "?_pragma=foreign_keys(0)"}, {"postgres", dbtest.Postgres(t)},
	} {
		t.Run(database.name, func(t *testing.T) {
			h := housed(t, database.url, db.Options{Clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))})
			everything(t, h)
			rebuilds(t, h)
			invarianttest.Unguarded(t, h.db)
			live, err := h.db.Live(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range projections() {
				for _, part := range p.Parts {
					spoil(t, h, p, part, live)
				}
			}
			rebuilds(t, h)
		})
	}
}

// everything leads a workspace through every command, and through what imports
// write, so that each projection has rows.
func everything(t *testing.T, h *house) {
	t.Helper()
	s := newStory(t, h)
	s.receive("POT", 1_000)
	for _, name := range slices.Sorted(maps.Keys(executions)) {
		s.actor = auth.Internal("test")
		s.do(name, executions[name](s))
	}
	s.actor = auth.Internal("test")
	pot, tea := s.newVariant(), s.newVariant()
	s.do("product.create", object{"title": "Set", "category": "kitchen/tea", "description": "For two", "specifications": object{"Color": []string{"red"}}, "variants": []object{
		pot, tea, with(s.newVariant(), "barcodes", []string{"4006381333931"}, "parts", []object{{"sku": pot["sku"], "quantity": "1"}, {"sku": tea["sku"], "quantity": "2"}}),
	}})
	s.do("order.place", with(s.agreement(line("POT", 1)), "discounts", []object{{"kind": "percent", "rate": "0.1", "label": "Spring"}}))
	s.do("channel.publish", s.assortment())
	variant := s.newVariantID()
	if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Actor = auth.Internal("test")
		event.Prepare(tx, "cmd_import", nil, nil)
		return errors.Join(
			customer.Import(tx, &customer.Imported{ID: "cus_zz", AddressID: "adr_zz", Number: "12345", Name: "Grace", Country: "GB", TimeZone: "Europe/London", Since: 5}),
			inventory.ImportNotes(tx, &inventory.NoteIn{ID: "sdo_zz", LocationID: s.location, ExternalID: "A1", At: 5, Lines: []inventory.NoteLine{{VariantID: variant, Quantity: -1_000, Note: "broken", SourceRow: 7}}}),
			payment.ImportCredits(tx, &payment.WholeCredit{Credit: payment.Credit{ID: "crd_zz", Number: "C1", CustomerID: "cus_zz", Currency: "GBP", At: 5},
				Lines: []*payment.CreditLine{{Kind: "manual", Label: "Manual", Quantity: 1_000, UnitPrice: 2_000_000, Amount: money.Amount{Amount: 200, Currency: "GBP"}, SourceRow: 8}}}),
		)
	}); err != nil {
		t.Fatal(err)
	}
}

// rebuilds wants that verify tells a digest of every projection, of the rows
// and of what the events rebuild, and that they are the same.
func rebuilds(t *testing.T, h *house) {
	t.Helper()
	var out bytes.Buffer
	if err := h.verify(t.Context(), []string{"E2"}, true, &out, io.Discard); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	var v verified
	if err := json.Unmarshal(out.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	digests := map[string]bool{}
	for _, i := range v.Invariants {
		for _, r := range i.Rebuilt {
			if r.Rows == 0 {
				t.Errorf("there is no row of %s", r.Table)
			}
			if r.Events != r.Digest || digests[r.Digest] {
				t.Errorf("%s: the events rebuild %s, there is %s", r.Table, r.Events, r.Digest)
			}
			digests[r.Digest] = true
		}
	}
}

// spoil changes each column of a row of the part in turn and wants the check of
// the projection to find it.
func spoil(t *testing.T, h *house, p event.Projection, part event.Part, live []db.LiveTable) {
	t.Helper()
	table := live[slices.IndexFunc(live, func(t db.LiveTable) bool { return t.Name == part.Table })]
	names := make([]string, len(table.Columns))
	for i, c := range table.Columns {
		names[i] = c.Name
	}
	row := map[string]any{}
	owner := part.Owner
	if p.Bare {
		owner = "'" + p.Prefix + "' || " + owner
	}
	if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.Many(`SELECT `+strings.Join(names, ", ")+` FROM `+part.Table+` WHERE `+owner+` IN (SELECT subject FROM events) LIMIT 1`, nil, func(scan db.Scan) error {
			values, places := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				places[i] = &values[i]
			}
			err := scan(places...)
			for i, name := range names {
				row[name] = values[i]
			}
			return err
		}))
	}); err != nil {
		t.Fatal(err)
	}
	if len(row) == 0 {
		t.Errorf("there is no row of %s", part.Table)
		return
	}
	for _, column := range part.Columns(live) {
		spoiled := map[string]any{}
		for name, value := range row { // order-free: it is a copy
			spoiled[name] = value
		}
		kind := table.Columns[slices.IndexFunc(table.Columns, func(c db.LiveColumn) bool { return c.Name == column })].Type
		spoiled[column] = other(row[column], kind, boolean(part, column))
		set(t, h, part, column, row, spoiled[column])
		results, err := invariant.Run(t.Context(), h.db, []invariant.Check{p.Check()}, invariant.Options{})
		if err != nil {
			t.Fatalf("%s.%s: %v", part.Table, column, err)
		}
		at := slices.IndexFunc(results[0].Rebuilt, func(r invariant.Rebuilt) bool { return r.Table == part.Table })
		if is := results[0].Rebuilt[at]; results[0].Faults == 0 || is.Events == is.Digest {
			t.Errorf("%s.%s is %v, was %v: %d faults; the events rebuild %s, there is %s", part.Table, column, spoiled[column], row[column], results[0].Faults, is.Events, is.Digest)
		}
		set(t, h, part, column, spoiled, row[column])
	}
}

// other is another value than that of a column.
func other(value any, kind string, boolean bool) any {
	switch is := value.(type) {
	case bool:
		return !is
	case int64:
		if boolean {
			return 1 - is
		}
		return is + 1_000_000
	case string:
		return is + "x"
	}
	if kind == "TEXT" {
		return "x"
	}
	return int64(7)
}

// boolean tells whether a column of SQLite, which keeps integers, is read as
// one.
func boolean(part event.Part, column string) bool {
	if part.Rows == nil {
		return false
	}
	_, columns := part.Rows.Shape()
	return slices.ContainsFunc(columns, func(c db.Column) bool { return c.Name == column && c.Kind.String() == "bool" })
}

// set writes a value into the column of a row.
func set(t *testing.T, h *house, part event.Part, column string, row map[string]any, value any) {
	t.Helper()
	var where []string
	args := []any{value}
	for _, k := range append([]string{part.Owner}, part.Key...) {
		args = append(args, row[k])
		where = append(where, fmt.Sprintf("%s = $%d", k, len(args)))
	}
	if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Must(db.ErrStale, `UPDATE `+part.Table+` SET `+column+` = $1 WHERE `+strings.Join(where, " AND "), args...)
		return nil
	}); err != nil {
		t.Fatalf("%s.%s: %v", part.Table, column, err)
	}
}
