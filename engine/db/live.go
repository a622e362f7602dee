package db

import "context"

// LiveTable is a table as the database has it.
type LiveTable struct {
	Name       string
	Columns    []LiveColumn // in their order
	References []Reference  // foreign keys, by column
}

// LiveColumn is a column of a table. Its type is a word of the migrations: TEXT,
// INT64 or BOOLEAN; SQLite keeps the latter as INT64.
type LiveColumn struct {
	Name, Type string
	NotNull    bool
}

// Reference says that a column holds keys of another table.
type Reference struct{ Column, Table string }

// Live are the tables that are there, in order of their names. They are read
// once: nothing changes them after Open.
func (d *DB) Live(ctx context.Context) ([]LiveTable, error) {
	if known := d.tables.Load(); known != nil {
		return *known, nil
	}
	var tables []LiveTable
	err := d.Read(ctx, func(tx *Tx) error { return tx.Load(d.live(&tables)...) })
	if err == nil {
		d.tables.Store(&tables)
	}
	return tables, err
}

// live are the reads that find the tables.
func (d *Dialect) live(tables *[]LiveTable) []Read {
	words := map[string]string{"INTEGER": "INT64", "bigint": "INT64", "boolean": "BOOLEAN", "text": "TEXT"}
	*tables = nil
	at := map[string]int{}
	return []Read{
		Many(d.columns, nil, func(scan Scan) error {
			var table string
			var c LiveColumn
			err := scan(&table, &c.Name, &c.Type, &c.NotNull)
			if word := words[c.Type]; word != "" {
				c.Type = word
			}
			if _, known := at[table]; !known {
				at[table] = len(*tables)
				*tables = append(*tables, LiveTable{Name: table})
			}
			t := &(*tables)[at[table]]
			t.Columns = append(t.Columns, c)
			return err
		}),
		Many(d.references, nil, func(scan Scan) error {
			var table string
			var r Reference
			err := scan(&table, &r.Column, &r.Table)
			t := &(*tables)[at[table]]
			t.References = append(t.References, r)
			return err
		}),
	}
}
