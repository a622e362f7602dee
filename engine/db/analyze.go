package db

import "context"

// Analyze renews the statistics of tables that were filled, where the planner
// goes by them. Empty tables are better left alone: a plan made for no rows is
// kept while they grow.
func (d *DB) Analyze(ctx context.Context, tables ...string) error {
	if !d.analyzes {
		return nil
	}
	for _, t := range tables {
		if err := d.Tx(ctx, func(tx *Tx) error { tx.Write("ANALYZE " + t); return nil }); err != nil {
			return err
		}
	}
	return nil
}
