package query_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
	"pgregory.net/rapid"

	"ordo/engine/db/dbtest"
	"ordo/engine/query"
)

// row is an order as Go sees it.
type row struct {
	id       string
	name     *string // folded
	status   string
	quantity *int64
	total    int64
	placed   time.Time
	gift     *bool
	tags     []string
}

// shop is a list with every combination of small and missing values.
var shop = func() []row {
	names := []string{"ann", "anna bell", "a_b", "a%b", `o"hara`, `back\slash`, "ärger", ""}
	statuses := []string{"draft", "processing", "shipped"}
	tags := []string{"vip", "new", "b2b"}
	var rows []row
	for i := range 96 {
		r := row{
			id: fmt.Sprintf("ord_%02d", i*37%96), status: statuses[i%3], total: int64(i%7-3) * 50,
			placed: now.Add(time.Duration(i-48) * 5 * time.Hour).UTC(),
		}
		if i%9 != 8 {
			r.name = &names[i%8]
		}
		if i%4 != 0 {
			quantity := int64(i%5) * 500
			r.quantity = &quantity
		}
		if i%5 != 0 {
			gift := i%2 == 0
			r.gift = &gift
		}
		r.tags = tags[i%4%3 : min(i%4%3+i%3, 3)]
		rows = append(rows, r)
	}
	return rows
}()

// eachDatabase runs the test on both databases, filled with shop.
func eachDatabase(t *testing.T, fn func(t *testing.T, d *sql.DB)) {
	for _, c := range []struct{ name, driver, url, text, integer, boolean string }{
		{"sqlite", "sqlite", ":memory:", "TEXT", "INTEGER", "INTEGER"},
		{"postgres", "pgx", dbtest.PostgresEmpty(t), `TEXT COLLATE "C"`, "BIGINT", "BOOLEAN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := sql.Open(c.driver, c.url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			d.SetMaxOpenConns(1) // each connection would have a memory of its own
			run(t, d, strings.NewReplacer("text", c.text, "integer", c.integer, "boolean", c.boolean).Replace(
				"CREATE TABLE orders (id text, name text, status text, quantity integer, total integer, placed integer, gift boolean)"))
			run(t, d, strings.ReplaceAll("CREATE TABLE tags (order_id text, tag text)", "text", c.text))
			for _, r := range shop {
				run(t, d, "INSERT INTO orders VALUES ($1, $2, $3, $4, $5, $6, $7)", r.id, r.name, r.status, r.quantity, r.total, r.placed.UnixMicro(), r.gift)
				for _, tag := range r.tags {
					run(t, d, "INSERT INTO tags VALUES ($1, $2)", r.id, tag)
				}
			}
			fn(t, d)
		})
	}
}

func run(t *testing.T, d *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := d.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// wish is a filter and what it means, written without the package under test.
type wish struct {
	text  string
	holds func(row) bool
	words bool // has some without a field
}

// values are what a row has of a field.
func (r row) values(f *query.Field) (all []any) {
	switch f.Name {
	case "name":
		all = set(r.name)
	case "status":
		all = []any{r.status}
	case "quantity":
		all = set(r.quantity)
	case "total":
		all = []any{r.total}
	case "placed":
		all = []any{r.placed.UnixMicro()}
	case "gift":
		all = set(r.gift)
	case "tag":
		for _, tag := range r.tags {
			all = append(all, tag)
		}
	}
	return all
}

func set[T any](value *T) []any {
	if value == nil {
		return nil
	}
	return []any{*value}
}

func compare[T int64 | string](op string, have, want T) bool {
	switch op {
	case ">":
		return have > want
	case ">=":
		return have >= want
	case "<":
		return have < want
	case "<=":
		return have <= want
	}
	return have == want
}

func drawOp(t *rapid.T) string {
	return rapid.SampledFrom([]string{":", ">", ">=", "<", "<="}).Draw(t, "op")
}

var leaves = []func(*rapid.T) wish{
	func(t *rapid.T) wish {
		prefix := rapid.SampledFrom([]string{"a", "ANN", "anna b", "_", "a_", "a%", "%", `o"`, `back\`, "Ä", ""}).Draw(t, "prefix")
		text := `name:"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(prefix) + `"`
		return wish{text, func(r row) bool { return r.name != nil && strings.HasPrefix(*r.name, strings.ToLower(prefix)) }, false}
	},
	func(t *rapid.T) wish {
		some := rapid.SliceOfN(rapid.SampledFrom([]string{"draft", "processing", "shipped"}), 1, 3).Draw(t, "statuses")
		return wish{"status:" + strings.Join(some, ","), func(r row) bool { return slices.Contains(some, r.status) }, false}
	},
	func(t *rapid.T) wish {
		op, tenths := drawOp(t), rapid.Int64Range(-10, 25).Draw(t, "tenths")
		return wish{fmt.Sprintf("quantity%s%.1f", op, float64(tenths)/10), func(r row) bool {
			return r.quantity != nil && compare(op, *r.quantity, tenths*100)
		}, false}
	},
	func(t *rapid.T) wish {
		op, units := drawOp(t), rapid.Int64Range(-2, 2).Draw(t, "units")
		return wish{fmt.Sprintf("total%s%d", op, units), func(r row) bool { return compare(op, r.total, units*100) }, false}
	},
	func(t *rapid.T) wish {
		op, days := drawOp(t), rapid.IntRange(-12, 12).Draw(t, "days")
		day := now.AddDate(0, 0, days).Format(time.DateOnly)
		return wish{"placed" + op + day, func(r row) bool { return compare(op, r.placed.In(berlin).Format(time.DateOnly), day) }, false}
	},
	func(t *rapid.T) wish {
		op, hours := drawOp(t), rapid.IntRange(1, 240).Draw(t, "hours")
		at := now.Add(time.Duration(-hours) * time.Hour)
		return wish{fmt.Sprintf("placed%s-%dh", op, hours), func(r row) bool { return compare(op, r.placed.UnixMicro(), at.UnixMicro()) }, false}
	},
	func(t *rapid.T) wish {
		want := rapid.Bool().Draw(t, "gift")
		return wish{fmt.Sprintf("gift:%t", want), func(r row) bool { return r.gift != nil && *r.gift == want }, false}
	},
	func(t *rapid.T) wish {
		some := rapid.SliceOfN(rapid.SampledFrom([]string{"vip", "new", "none"}), 1, 2).Draw(t, "tags")
		return wish{"tag:" + strings.Join(some, ","), func(r row) bool {
			return slices.ContainsFunc(r.tags, func(tag string) bool { return slices.Contains(some, tag) })
		}, false}
	},
	func(t *rapid.T) wish {
		return rapid.SampledFrom([]wish{
			{"name:*", func(r row) bool { return r.name != nil }, false},
			{"quantity:*", func(r row) bool { return r.quantity != nil }, false},
			{"gift:*", func(r row) bool { return r.gift != nil }, false},
			{"tag:*", func(r row) bool { return len(r.tags) > 0 }, false},
		}).Draw(t, "set")
	},
	func(t *rapid.T) wish {
		word := rapid.SampledFrom([]string{"Ann", "ord_07", "nobody"}).Draw(t, "word")
		return wish{word, func(r row) bool { return r.id == word || r.name != nil && *r.name == strings.ToLower(word) }, true}
	},
}

// drawWish draws a filter at most depth levels deep.
func drawWish(t *rapid.T, depth int) wish {
	shape := rapid.IntRange(0, 3).Draw(t, "shape")
	if depth == 0 || shape == 0 {
		return rapid.SampledFrom(leaves).Draw(t, "leaf")(t)
	}
	a := drawWish(t, depth-1)
	if shape == 1 {
		return wish{"-(" + a.text + ")", func(r row) bool { return !a.holds(r) }, a.words}
	}
	b := drawWish(t, depth-1)
	if shape == 2 {
		return wish{"(" + a.text + ") (" + b.text + ")", func(r row) bool { return a.holds(r) && b.holds(r) }, a.words || b.words}
	}
	return wish{a.text + " OR " + b.text, func(r row) bool { return a.holds(r) || b.holds(r) }, a.words || b.words}
}

// Spec: 11.2.1
func TestTheDatabaseFindsWhatTheFilterMeans(t *testing.T) {
	eachDatabase(t, func(t *testing.T, d *sql.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			w := drawWish(rt, 3)
			f, err := query.Parse(w.text, orders, now)
			if err != nil {
				rt.Fatal(err)
			}
			var want []string
			for _, r := range shop {
				if w.holds(r) {
					want = append(want, r.id)
				}
			}
			slices.Sort(want)
			condition, args := f.SQL(2)
			got := ids(rt, d, "SELECT o.id FROM orders o WHERE o.id <> $1 AND "+condition+" ORDER BY o.id", append([]any{"none"}, args...))
			if !slices.Equal(got, want) {
				rt.Fatalf("%s\n%s %v\nfinds %v\nwant  %v", w.text, condition, args, got, want)
			}
			for _, r := range shop {
				if matches, found := f.Match(r.values), slices.Contains(got, r.id); matches != found && !w.words {
					rt.Fatalf("%s matches %v: %t, the database says %t", w.text, r, matches, found)
				}
			}
		})
	})
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface{ Fatalf(format string, a ...any) }

func ids(t fataler, d *sql.DB, text string, args []any) []string {
	rows, err := d.Query(text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		all = append(all, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return all
}
