package db_test

import (
	"errors"
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
				counters.Update(tx, errBoom, &c.row, "next = $3", c.next)
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
