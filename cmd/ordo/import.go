package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/connect/importer"
	"ordo/edge/rest"
	"ordo/engine/command"
	"ordo/engine/db"
)

// importCmd writes what a file holds.
type importCmd struct {
	database
	Format   string   `help:"What the file is: online-retail, or a table of products, customers or stock, as CSV, JSON Lines or the first sheet of an Excel workbook." enum:"online-retail,products,customers,stock" required:""`
	File     string   `arg:"" help:"File to read. online-retail may be packed by xz or gzip." type:"existingfile"`
	DryRun   bool     `help:"Check every cell of a table, show what would change, and write nothing."`
	Mapping  string   `help:"Name of the mapping that tells what the columns of a table are called." placeholder:"NAME"`
	Column   []string `help:"Add a column to the mapping, or make one: FOREIGN=FIELD; without a field it is left out. May come several times." placeholder:"FOREIGN=FIELD" sep:"none"`
	SetAside string   `help:"Where the rows of online-retail go that can't be read; by default into the current folder, named after FILE." placeholder:"FILE"`
	JSON     bool     `help:"Print one JSON object." name:"json"`
}

// Run imports, prints what came of it, and fails with errFaults if something
// was set aside, or if a table has faults.
func (c *importCmd) Run(ctx context.Context) error {
	switch {
	case (c.DryRun || c.Mapping != "") && c.Format == importer.OnlineRetail:
		return errors.New("--dry-run and --mapping are for tables: products, customers and stock")
	case len(c.Column) > 0 && c.Mapping == "":
		return errors.New("--column needs the --mapping that it is kept in")
	}
	if c.DryRun {
		if err := c.mustExist(); err != nil {
			return err
		}
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	return withHouse(ctx, c.Database, func(h *house) error {
		if c.Format == importer.OnlineRetail {
			return h.importRetail(ctx, file, c.asideFile(), c.JSON, os.Stdout, os.Stderr)
		}
		if err := h.addColumns(ctx, c.Mapping, c.Format, c.Column); err != nil {
			return err
		}
		return h.importTable(ctx, c.Format, filepath.Base(c.File), c.Mapping, file, c.DryRun, c.JSON, os.Stdout)
	})
}

// asideFile is where rows go that can't be read.
func (c *importCmd) asideFile() string {
	if c.SetAside != "" {
		return c.SetAside
	}
	name, _, _ := strings.Cut(filepath.Base(c.File), ".")
	return name + ".set-aside.csv"
}

func (h *house) importRetail(ctx context.Context, file io.Reader, asideFile string, asJSON bool, out, progress io.Writer) error {
	fmt.Fprintln(progress, "Reading …")
	report, aside, err := importer.Import(ctx, h.engine, file, importer.Options{Progress: showProgress(progress)})
	if len(aside) > 0 {
		if err := writeAside(asideFile, aside); err != nil {
			return err
		}
		fmt.Fprintf(progress, "%d rows could not be read and are in %s with the reasons.\n", len(aside), asideFile)
	}
	if err != nil {
		return err
	}
	if asJSON {
		err = writeJSON(out, report)
	} else {
		err = printReport(out, report)
	}
	if err == nil && report.RowsSetAside > 0 {
		err = errFaults
	}
	return err
}

func writeJSON(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(value)
}

// addColumns adds columns, FOREIGN=FIELD, to a mapping that is there or not.
func (h *house) addColumns(ctx context.Context, mapping, format string, columns []string) error {
	if len(columns) == 0 {
		return nil
	}
	in := importer.SetMappingIn{Name: mapping, Format: format, Columns: map[string]string{}}
	err := h.db.Read(ctx, func(tx *db.Tx) error {
		m, err := importer.GetMapping(tx, mapping)
		if err == nil && m.Format == format {
			maps.Copy(in.Columns, m.Columns)
		}
		if problem.As(err) != nil {
			err = nil // it is new
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, column := range columns {
		foreign, ours, ok := strings.Cut(column, "=")
		if !ok {
			return fmt.Errorf("--column %q is not FOREIGN=FIELD", column)
		}
		in.Columns[strings.ToLower(strings.TrimSpace(foreign))] = ours
	}
	_, err = h.call(ctx, "import_mapping.set", map[string]any{"name": in.Name, "format": in.Format, "columns": in.Columns})
	return err
}

// importTable imports a table of products, customers or stock.
func (h *house) importTable(ctx context.Context, format, name, mapping string, file io.Reader, dry, asJSON bool, out io.Writer) error {
	report, err := importer.ImportTable(ctx, h.engine, format, file, importer.TableOptions{Name: name, DryRun: dry, Mapping: mapping, Check: checker(h.engine.Operations)})
	if report == nil {
		return err
	}
	if asJSON {
		err = errors.Join(err, writeJSON(out, report))
	} else {
		err = errors.Join(err, printTable(out, report))
	}
	if err == nil && len(report.Faults) > 0 {
		err = errFaults
	}
	return err
}

// checker returns the check of the body of each operation.
func checker(operations []command.Operation) importer.Check {
	checks := map[string]func() func([]byte) error{}
	for _, o := range operations {
		checks[o.Spec().Name] = sync.OnceValue(func() func([]byte) error { return rest.Checker(o) })
	}
	return func(operation string) func([]byte) error { return checks[operation]() }
}

// cells tells what changes: "title Mug → Cup, category kitchen".
func cells(all []importer.CellChange) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = c.Column + " "
		if c.Old != nil {
			parts[i] += value(c.Old) + " → "
		}
		parts[i] += value(c.New)
	}
	return strings.Join(parts, ", ")
}

// value is one of JSON for people.
func value(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return cmp.Or(v, "nothing")
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = value(one)
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(v)
}

// printTable writes what came of a table: of a dry run every row that changes
// something, and every bad cell.
func printTable(w io.Writer, r *importer.TableReport) error {
	var b strings.Builder
	for _, c := range r.Changes {
		if c.Outcome != importer.Unchanged {
			fmt.Fprintf(&b, "row %d, %s: %s\n", c.Row, c.Outcome, cells(c.Cells))
		}
	}
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "row %d, %s: %s (%s)\n", f.Row, cmp.Or(f.Column, "all of it"), f.Sentence, f.Code)
	}
	what := "were"
	if r.DryRun {
		what = "would be"
	}
	if len(r.Faults) > 0 {
		fmt.Fprintf(&b, "%d rows, %d faults; nothing was written\n", r.Rows, len(r.Faults))
	} else {
		fmt.Fprintf(&b, "%d rows: %d %s created, %d updated, %d are as they were\n", r.Rows, r.Created, what, r.Updated, r.Unchanged)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// showProgress writes how far an import is, at most once a second and at its end.
func showProgress(w io.Writer) func(importer.Progress) {
	next := clock.System.Now().Add(time.Second)
	return func(p importer.Progress) {
		now := clock.System.Now()
		if now.Before(next) && p.Done < p.Of || p.Of == 0 {
			return
		}
		next = now.Add(time.Second)
		rate := max(int(float64(p.New)/max(p.Took.Seconds(), 0.001)), 1)
		left := time.Duration((p.Of-p.Done)/rate) * time.Second
		fmt.Fprintf(w, "%d of %d rows (%d %%), %d rows/s, %s left\n", p.Done, p.Of, p.Done*100/p.Of, rate, left)
	}
}

// writeAside writes rows that were set aside, with what is wrong with them.
func writeAside(path string, aside []importer.SetAside) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := csv.NewWriter(file)
	w.Write([]string{"row", "reason", "sentence", "raw"})
	for _, a := range aside {
		w.Write([]string{strconv.Itoa(a.Row), string(a.Reason), a.Sentence, a.Raw})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return file.Close()
}

// printReport writes the reconciliation for people.
func printReport(w io.Writer, r *importer.Report) error {
	var b strings.Builder
	count := func(name string, n int64) { fmt.Fprintf(&b, "%-16s %12d\n", name, n) }
	count("rows read", r.RowsRead)
	count("rows imported", r.RowsImported)
	count("rows set aside", r.RowsSetAside)
	count("documents", r.Documents)
	for _, kind := range slices.Sorted(maps.Keys(r.ByKind)) {
		count("  "+kind, r.ByKind[kind])
	}
	count("customers", r.Customers)
	count("variants", r.Variants)
	count("returns", r.Returns)
	count("credits", r.Credits)
	for _, currency := range slices.Sorted(maps.Keys(r.NetMinor)) {
		fmt.Fprintf(&b, "%-16s %16s\n", "net", money.Amount{Amount: r.NetMinor[currency], Currency: currency}.Format())
		fmt.Fprintf(&b, "%-16s %16s\n", "canceled", money.Amount{Amount: r.CanceledMinor[currency], Currency: currency}.Format())
	}
	_, err := io.WriteString(w, b.String())
	return err
}
