package sim

import (
	"context"
	"slices"
	"strings"

	"ordo/engine/db"
)

// fields are the columns that errors are planted in: all of the tables that
// have rows, but for those that are left out, which are counted.
func (w *world) fields(ctx context.Context) (all []field, exempt int, err error) {
	err = w.look(ctx, func(tx *db.Tx) error {
		all, exempt = nil, 0
		keys := map[string][]string{}
		if err := tx.Load(db.Many(`SELECT m.name, c.name, c.type, c.pk FROM sqlite_master m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid`, nil, func(scan db.Scan) error {
			var f field
			var kind string
			var key int
			if err := scan(&f.table, &f.column, &kind, &key); err != nil {
				return err
			}
			f.whole = kind == "INTEGER"
			if key > 0 {
				keys[f.table] = append(keys[f.table], f.column)
			}
			if unseen(f) != "" {
				exempt++
				return nil
			}
			all = append(all, f)
			return nil
		})); err != nil {
			return err
		}
		for i := range all {
			all[i].keys = keys[all[i].table]
		}
		counts := map[string]int{}
		for _, f := range all {
			n := 0
			if err := tx.Load(db.One(`SELECT COUNT(*) FROM `+f.table, nil, &n)); err != nil {
				return err
			}
			counts[f.table] = n
		}
		all = slices.DeleteFunc(all, func(f field) bool { return counts[f.table] == 0 })
		return nil
	})
	return all, exempt, err
}

// pick chooses a row and what its value becomes; nil if nothing fits.
func (w *world) pick(ctx context.Context, f field) (e *planted, err error) {
	return e, w.look(ctx, func(tx *db.Tx) error {
		e = &planted{field: f, row: make([]any, len(f.keys))}
		n := 0
		if err := tx.Load(db.One(`SELECT COUNT(*) FROM `+f.table, nil, &n)); err != nil {
			return err
		}
		dst := make([]any, 0, len(f.keys)+1)
		for i := range e.row {
			dst = append(dst, &e.row[i])
		}
		keys := strings.Join(f.keys, ", ")
		var others []any
		if err := tx.Load(
			db.One(`SELECT `+keys+`, `+f.column+` FROM `+f.table+` ORDER BY `+keys+` LIMIT 1 OFFSET $1`, []any{w.random.IntN(n)}, append(dst, &e.from)...),
			db.Many(`SELECT DISTINCT `+f.column+` FROM `+f.table+` ORDER BY 1 LIMIT 50`, nil, func(scan db.Scan) error {
				var v any
				err := scan(&v)
				others = append(others, v)
				return err
			})); err != nil {
			return err
		}
		others = slices.DeleteFunc(others, func(v any) bool { return v == e.from || v == nil })
		if e.to = w.other(e.from, others); e.to == nil || e.to == e.from {
			e = nil
		}
		return nil
	})
}

// set writes a value, past all commands.
func (w *world) set(ctx context.Context, e *planted, value any) error {
	row := slices.Clone(e.row)
	if at := slices.Index(e.keys, e.column); at >= 0 && value == e.from {
		row[at] = e.to // its key is what was planted
	}
	where := make([]string, len(e.keys))
	for i, k := range e.keys {
		where[i] = k + " = " + db.Params(i+2, 1)
	}
	return w.house.Engine.DB.Tx(ctx, func(tx *db.Tx) error {
		tx.Must(db.ErrStale, `UPDATE `+e.table+` SET `+e.column+` = $1 WHERE `+strings.Join(where, " AND "), append([]any{value}, row...)...)
		return nil
	})
}
