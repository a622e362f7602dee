package db_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
)

func TestReadsThatAskForTheSameAreAnsweredTogether(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB) {
		tx(t, d, func(tx *db.Tx) error {
			counters.Insert(tx, &counter{"c", 7})
			var rows []counter
			var names, texts, others, last []string
			keep := func(c *counter) { rows = append(rows, *c) }
			name := func(c *counter) { names = append(names, c.Name) }
			text := func(owner, key, text string) { texts = append(texts, owner+" "+key+" "+text) }
			reads := db.Share([]db.Read{
				counters.Between("name", "a", "c", keep),
				db.All(`SELECT name FROM counters WHERE name > $1 ORDER BY name`, []any{"b"}, &last),
				counters.Between("name", "a", "c", name),
				counters.Texts("name", []string{"next"}, "a", "c", text),
				db.All(`SELECT name FROM counters WHERE name > $1 ORDER BY name`, []any{"b"}, &others),
				db.All(`SELECT name FROM counters WHERE name > $1 ORDER BY name`, []any{"c"}, &others),
				counters.Between("name", "b", "c", name),
			})
			if len(reads) != 4 {
				t.Errorf("they are %d reads", len(reads))
			}
			err := tx.Load(reads...)
			if want := []counter{{"b", 0}, {"c", 7}}; !slices.Equal(rows, want) {
				t.Errorf("kept %v, want %v", rows, want)
			}
			for _, c := range []struct{ got, want string }{
				{strings.Join(names, ","), "b,c,c"}, {strings.Join(texts, ","), `b 0 {"name":"b"},c 7 {"name":"c","next":7}`}, {strings.Join(others, ","), "c"}, {strings.Join(last, ","), "c"},
			} {
				if c.got != c.want {
					t.Errorf("got %s, want %s", c.got, c.want)
				}
			}
			return err
		})
		fails := func(of error) db.Read {
			return db.Many(`SELECT name FROM counters`, nil, func(db.Scan) error { return of })
		}
		for _, reads := range [][]db.Read{{fails(errBoom), fails(nil)}, {fails(nil), fails(errBoom)}} {
			if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.Share(reads)...) }); !errors.Is(err, errBoom) {
				t.Errorf("told %v", err)
			}
		}
	})
}
