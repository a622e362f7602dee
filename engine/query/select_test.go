package query_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
)

// makeTables makes the tables that shop goes into, in a workspace's database.
func makeTables(tx *db.Tx) error {
	tx.Write("CREATE TABLE listed (id TEXT, name TEXT, status TEXT, quantity BIGINT, total BIGINT, placed BIGINT, gift BOOLEAN)")
	tx.Write("CREATE TABLE tags (order_id TEXT, tag TEXT)")
	return nil
}

func fillTables(tx *db.Tx) error {
	for _, r := range shop {
		tx.Write("INSERT INTO listed VALUES ($1, $2, $3, $4, $5, $6, $7)", r.id, r.name, r.status, r.quantity, r.total, r.placed.UnixMicro(), r.gift)
		for _, tag := range r.tags {
			tx.Write("INSERT INTO tags VALUES ($1, $2)", r.id, tag)
		}
	}
	return nil
}

func (r row) sortedQuantity() int64 {
	if r.quantity == nil {
		return -1
	}
	return *r.quantity
}

// orderings are sorts and what they mean, written without the package under test.
var orderings = []struct {
	sort    string
	compare func(a, b row) int
}{
	{"", func(a, b row) int { return cmp.Or(b.placed.Compare(a.placed), cmp.Compare(b.id, a.id)) }},
	{"id", func(a, b row) int { return cmp.Compare(a.id, b.id) }},
	{"status,total", func(a, b row) int {
		return cmp.Or(cmp.Compare(a.status, b.status), cmp.Compare(a.total, b.total), cmp.Compare(a.id, b.id))
	}},
	{"-status,-total", func(a, b row) int {
		return cmp.Or(cmp.Compare(b.status, a.status), cmp.Compare(b.total, a.total), cmp.Compare(b.id, a.id))
	}},
	{"-status,quantity", func(a, b row) int {
		return cmp.Or(cmp.Compare(b.status, a.status), cmp.Compare(a.sortedQuantity(), b.sortedQuantity()), cmp.Compare(a.id, b.id))
	}},
	{"total,-quantity", func(a, b row) int {
		return cmp.Or(cmp.Compare(a.total, b.total), cmp.Compare(b.sortedQuantity(), a.sortedQuantity()), cmp.Compare(b.id, a.id))
	}},
}

// Spec: 11.2.1
func TestPagesShowEveryRowThatIsFoundOnceInOrder(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for _, fn := range []func(*db.Tx) error{makeTables, fillTables} {
			if err := d.Tx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		rapid.Check(t, func(rt *rapid.T) {
			w, ordering := drawWish(rt, 3), rapid.SampledFrom(orderings).Draw(rt, "sort")
			want := slices.DeleteFunc(slices.Clone(shop), func(r row) bool { return !w.holds(r) })
			slices.SortFunc(want, ordering.compare)
			got := pages(t, rt, d, query.Input{Filter: w.text, Sort: ordering.sort, Limit: 7})
			if !slices.EqualFunc(got, want, func(id *string, r row) bool { return *id == r.id }) {
				rt.Fatalf("%s sorted by %q: %d rows, want %d", w.text, ordering.sort, len(got), len(want))
			}
			if first := page(t, rt, d, query.Input{Filter: w.text, Limit: 1, Count: true}); first.Count == nil || *first.Count != len(want) || first.More {
				rt.Fatalf("%s: %d rows are counted as %+v", w.text, len(want), first)
			}
		})
	})
}

func TestARowThatSeveralWalksFindIsShownOnce(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		for _, fn := range []func(*db.Tx) error{makeTables, fillTables} {
			if err := d.Tx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		var want []string
		var tags []string
		for _, r := range shop {
			tags = append(tags, r.tags...)
			if r.status == "draft" || len(r.tags) > 0 {
				want = append(want, r.id)
			}
		}
		slices.Sort(tags)
		tags = slices.Compact(tags)
		if len(tags) < 2 || !slices.ContainsFunc(shop, func(r row) bool { return len(r.tags) > 1 }) {
			t.Fatal("no row is found by two walks")
		}
		var got []string
		filter := "status:draft OR tag:" + strings.Join(tags, ",")
		for _, id := range pages(t, t, d, query.Input{Filter: filter, Sort: "id", Limit: 7}) {
			got = append(got, *id)
		}
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", filter, got, want)
		}
		if first := page(t, t, d, query.Input{Filter: filter, Limit: 1, Count: true}); *first.Count != len(want) {
			t.Errorf("%d are counted, want %d", *first.Count, len(want))
		}
	})
}

func page(t *testing.T, rt fataler, d *db.DB, in query.Input) (page query.Rows[*string]) {
	err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		tx.Now = now
		page, err = query.Select(tx, in, orders, query.Source{Columns: "o.id", From: "listed o", Scope: auth.Columns{Open: true}},
			func(id **string) []any { *id = new(string); return []any{*id} })
		return err
	})
	if err != nil {
		rt.Fatalf("%s: %v", in.Filter, err)
	}
	return page
}

// pages reads a list page by page.
func pages(t *testing.T, rt fataler, d *db.DB, in query.Input) (all []*string) {
	for {
		page := page(t, rt, d, in)
		all = append(all, page.Items...)
		if page.Next == "" || len(all) > len(shop) {
			return all
		}
		in.After = page.Next
	}
}

func TestRowsAreCountedUpToTenThousand(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		fill := func(tx *db.Tx) error {
			tx.Write(`INSERT INTO listed (id, status, placed) SELECT a.id || b.id || c.id, 'draft', 1 FROM listed a, listed b, listed c WHERE c.id < 'ord_02'`)
			return nil
		}
		for _, fn := range []func(*db.Tx) error{makeTables, fillTables, fill} {
			if err := d.Tx(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		if got := page(t, t, d, query.Input{Filter: "status:draft,shipped", Count: true}); *got.Count != 10_000 || !got.More || len(got.Items) != 50 {
			t.Errorf("counted are %d, more: %t", *got.Count, got.More)
		}
	})
}
