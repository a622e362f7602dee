package db_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"ordo/engine/db"
)

type counter struct {
	Name string
	Next int64
}

var counters = db.Table[counter]{
	Name: "counters", Key: 1, Columns: "name, next",
	Places: func(c *counter) []any { return []any{&c.Name, &c.Next} },
}

func TestATableSavesWhatIsNewOrChangedAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			var rows []*counter
			if err := tx.Load(db.Many(`SELECT `+counters.Select("c")+` FROM counters c ORDER BY name`, nil,
				counters.Scan(func(c *counter) { rows = append(rows, c) }))); err != nil {
				return err
			}
			before := []counter{*rows[0], *rows[1]}
			rows[0].Next = 5
			rows = append(rows, &counter{"c", 7})
			statements := d.Statements.Load()
			counters.Save(tx, before, rows)
			err := tx.Flush()
			if n := d.Statements.Load() - statements; n != 2 {
				t.Errorf("%d statements for one change and one row", n)
			}
			return err
		})
		want(t, d, "a", 5)
		want(t, d, "b", 0)
		want(t, d, "c", 7)
	})
}

func TestAnUpdateOfARowThatIsNotAsExpectedFails(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			row  counter
			next int64
			want error
		}{{counter{"a", 1}, 9, errBoom}, {counter{"none", 1}, 0, errBoom}, {counter{"a", 1}, 0, nil}} {
			if err := d.Tx(t.Context(), func(tx *db.Tx) error {
				counters.Update(tx, errBoom, &counter{Name: c.row.Name}, &c.row, "next = $next", c.next)
				return nil
			}); !errors.Is(err, c.want) {
				t.Errorf("%+v: told %v", c, err)
			}
		}
		want(t, d, "a", 1)
	})
}

func TestChangesHoldTheNewValueOfEveryColumnThatDiffers(t *testing.T) {
	a, b := &counter{"a", 1}, &counter{"a", 2}
	for _, c := range []struct {
		before, after *counter
		want          string
	}{{nil, a, `{"name":"a","next":1}`}, {a, b, `{"next":2}`}, {a, a, ``}} {
		if got := string(counters.Changes(c.before, c.after)); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestAShapeNamesTheColumnsWithTheKindOfTheirJSON(t *testing.T) {
	type stamp int64
	type word string
	type row struct {
		w  word
		at stamp
		on bool
	}
	rows := &db.Table[row]{Name: "rows", Key: 1, Columns: "w, at, on", Places: func(r *row) []any { return []any{&r.w, &r.at, &r.on} }}
	name, columns := rows.Shape()
	if want := []db.Column{{"w", reflect.String}, {"at", reflect.Int64}, {"on", reflect.Bool}}; name != "rows" || !slices.Equal(columns, want) {
		t.Errorf("%s has %v", name, columns)
	}
}

func TestSpareColumnsAreWrittenIfARowHasThem(t *testing.T) {
	type pair struct{ name, a, b string }
	pairs := db.Table[pair]{Name: "pairs", Key: 1, Spare: 2, Columns: "name, a, b", Places: func(p *pair) []any { return []any{&p.name, &p.a, &p.b} }}
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			tx.Write(`CREATE TABLE pairs (name TEXT NOT NULL PRIMARY KEY, a TEXT NOT NULL DEFAULT 'none', b TEXT NOT NULL DEFAULT 'none')`)
			if err := tx.Flush(); err != nil {
				return err
			}
			pairs.Insert(tx, &pair{name: "1"}, &pair{name: "2"})
			pairs.Insert(tx, &pair{name: "3"}, &pair{name: "4", a: "x"})
			pairs.Insert(tx, &pair{name: "5", b: "y"})
			var got string
			err := tx.Load(db.Many(`SELECT `+pairs.Columns+` FROM pairs ORDER BY name`, nil, pairs.Scan(func(p *pair) { got += p.name + "[" + p.a + "," + p.b + "]" })))
			if want := "1[none,none]2[none,none]3[,none]4[x,none]5[,y]"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return err
		})
	})
}

func TestAnUpdateWritesWhatChangedAndNothingElse(t *testing.T) {
	type pair struct{ name, a, b string }
	pairs := db.Table[pair]{Name: "pairs", Key: 1, Columns: "name, a, b", Places: func(p *pair) []any { return []any{&p.name, &p.a, &p.b} }}
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			tx.Write(`CREATE TABLE pairs (name TEXT NOT NULL PRIMARY KEY, a TEXT NOT NULL, b TEXT NOT NULL)`)
			if err := tx.Flush(); err != nil {
				return err
			}
			pairs.Insert(tx, &pair{"1", "x", "y"}, &pair{"2", "x", "y"})
			pairs.Update(tx, errBoom, &pair{"1", "", "b"}, &pair{"1", "a", "b"}, "")
			pairs.Update(tx, errBoom, &pair{"2", "x", ""}, &pair{"2", "x", "b"}, "a = $next", "x")
			pairs.Update(tx, errBoom, &pair{"2", "x", "b"}, &pair{"2", "x", "b"}, "b = $next", "b")
			var got string
			err := tx.Load(db.Many(`SELECT `+pairs.Columns+` FROM pairs ORDER BY name`, nil, pairs.Scan(func(p *pair) { got += p.name + "[" + p.a + "," + p.b + "]" })))
			if want := "1[a,y]2[x,b]"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return err
		})
		for _, c := range []struct {
			row  pair
			when string
		}{{pair{"none", "x", "b"}, "x"}, {pair{"2", "x", "b"}, "other"}} {
			if err := d.Tx(t.Context(), func(tx *db.Tx) error {
				pairs.Update(tx, errBoom, &c.row, &c.row, "a = $next", c.when)
				return nil
			}); !errors.Is(err, errBoom) {
				t.Errorf("%+v without a change: told %v", c.row, err)
			}
		}
	})
}

func TestRowsThatAreJoinedTravelInOneStatementUntilItIsSent(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			tx.Write(`DELETE FROM counters`)
			if err := tx.Flush(); err != nil {
				return err
			}
			statements, row := d.Statements.Load(), func(n int) []any { return []any{fmt.Sprint("j", n), n} }
			sent := func(want int64) {
				t.Helper()
				if err := tx.Flush(); err != nil {
					t.Error(err)
				}
				if n := d.Statements.Load() - statements; n != want {
					t.Errorf("%d statements so far, want %d", n, want)
				}
			}
			tx.Join("counters (name, next)", row(1), row(2))
			tx.Write(`UPDATE counters SET next = next + 1`) // of rows that are joined later, too
			tx.Join("counters (name, next)", row(3))
			sent(2)
			for n := 4; n < 13; n++ { // a row more than one statement takes
				tx.Join("counters (name, next)", row(n))
			}
			sent(4)
			var rows []*counter
			err := tx.Load(db.Many(`SELECT `+counters.Select("c")+` FROM counters c ORDER BY length(name), name`, nil,
				counters.Scan(func(c *counter) { rows = append(rows, c) })))
			if len(rows) != 12 || rows[2].Next != 4 || rows[11].Next != 12 {
				t.Errorf("there are %d rows", len(rows))
			}
			return err
		})
	})
}
