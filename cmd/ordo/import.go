package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/connect/importer"
)

// importCmd writes what a file holds.
type importCmd struct {
	database
	Format   string `help:"What the file is: online-retail." enum:"online-retail" required:""`
	File     string `arg:"" help:"File to read, plain or packed by xz or gzip." type:"existingfile"`
	SetAside string `help:"Write the rows that can't be read to this file; by default beside where you are, named after FILE." placeholder:"FILE"`
	JSON     bool   `help:"Print one JSON object." name:"json"`
}

// Run imports, prints what came of it, and fails with errFaults if something
// was set aside.
func (c *importCmd) Run(ctx context.Context) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	return withHouse(ctx, c.Database, func(h *house) error {
		return h.importRetail(ctx, file, c.asideFile(), c.JSON, os.Stdout, os.Stderr)
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
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		err = e.Encode(report)
	} else {
		err = printReport(out, report)
	}
	if err == nil && report.RowsSetAside > 0 {
		err = errFaults
	}
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
