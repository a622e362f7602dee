package exporter

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"ordo/base/piece"
	"ordo/base/problem"
	"ordo/connect/importer"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/bulk"
	"ordo/sales/order"
)

// Exporter sends files. No more than a few are under way at once: the others wait.
type Exporter struct {
	DB *db.DB

	slots chan struct{}
}

// New returns an exporter of a workspace.
func New(d *db.DB) *Exporter { return &Exporter{DB: d, slots: make(chan struct{}, atOnce)} }

// pageSize is how many rows are read at once.
var pageSize = 1000

const (
	atOnce   = 4
	patience = 30 * time.Second // for a client that does not read
)

// Format is what a file is.
type Format struct {
	Type, Extension string
	table           func(http.ResponseWriter) table
}

// The formats.
var (
	CSV  = Format{"text/csv", "csv", func(w http.ResponseWriter) table { return newCSV(w) }}
	XLSX = Format{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", func(w http.ResponseWriter) table { return newWorkbook(w) }}
)

// file is one that is sent.
type file[T any] struct {
	name    string
	format  Format
	columns []column[T]
	page    func(ctx context.Context, after string) (query.Rows[T], error)
}

// Orders sends the orders that a list with the same filter and sort shows.
func (e *Exporter) Orders(f Format) func(http.ResponseWriter, *http.Request, auth.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
		q := r.URL.Query()
		columns, err := choose(orderColumns, q.Get("columns"))
		_, parseErr := query.Request{Filter: q.Get("filter"), Sort: q.Get("sort")}.Parse(order.Schema, e.DB.Clock.Now())
		if err := together(err, parseErr); err != nil {
			return err
		}
		return send(w, r, e, file[*order.Summary]{"orders", f, columns, func(ctx context.Context, after string) (page query.Rows[*order.Summary], err error) {
			err = e.read(ctx, a, func(tx *db.Tx) error {
				page, err = order.List(tx, query.Input{Filter: q.Get("filter"), Sort: q.Get("sort"), After: after, Size: pageSize})
				return err
			})
			return page, err
		}})
	}
}

var rowColumns = []column[*bulk.Row]{
	{"position", func(r *bulk.Row) any { return r.Position }},
	{"number", func(r *bulk.Row) any { return r.Number }},
	{"outcome", func(r *bulk.Row) any { return r.Outcome }},
	{"code", func(r *bulk.Row) any { return r.Code }},
	{"detail", func(r *bulk.Row) any { return r.Detail }},
	{"remedy", func(r *bulk.Row) any { return r.Remedy }},
	{"order_id", func(r *bulk.Row) any { return r.OrderID }},
}

// BulkRows sends what came of the orders of a bulk.
func (e *Exporter) BulkRows(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	id, filter := r.PathValue("id"), r.URL.Query().Get("filter")
	return send(w, r, e, file[*bulk.Row]{"result-" + id, CSV, rowColumns, func(ctx context.Context, after string) (page query.Rows[*bulk.Row], err error) {
		err = e.read(ctx, a, func(tx *db.Tx) error {
			page, err = bulk.Rows(tx, bulk.RowsIn{ID: id, Input: query.Input{Filter: filter, After: after, Size: pageSize}})
			return err
		})
		return page, err
	}})
}

// ImportRows sends the rows of an import as they stand in its file, with what is
// wrong with them: it can be corrected and imported as it is.
func (e *Exporter) ImportRows(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	id, filter := r.PathValue("id"), r.URL.Query().Get("filter")
	var i *importer.TableImport
	if err := e.read(r.Context(), a, func(tx *db.Tx) (err error) { i, err = importer.GetTableImport(tx, id); return err }); err != nil {
		return err
	}
	return send(w, r, e, file[*importer.SourceRow]{"rows-" + id, CSV, sourceColumns(i), func(ctx context.Context, after string) (page query.Rows[*importer.SourceRow], err error) {
		err = e.read(ctx, a, func(tx *db.Tx) error {
			page, err = importer.SourceRows(tx, importer.RowsIn{ID: id, Input: query.Input{Filter: filter, After: after, Size: pageSize}})
			return err
		})
		return page, err
	}})
}

// sourceColumns are those of the file, and what an import tells of a row.
func sourceColumns(i *importer.TableImport) []column[*importer.SourceRow] {
	all := []column[*importer.SourceRow]{{"import_row", func(r *importer.SourceRow) any { return int64(r.Row) }}}
	for n, c := range i.Columns {
		if slices.Contains(importer.OwnColumns, c.Name) {
			continue // it is such a file itself
		}
		all = append(all, column[*importer.SourceRow]{c.Name, func(r *importer.SourceRow) any {
			if n < len(r.Cells) {
				return r.Cells[n]
			}
			return ""
		}})
	}
	return append(all, column[*importer.SourceRow]{"import_problem", func(r *importer.SourceRow) any { return r.Problem }},
		column[*importer.SourceRow]{"import_remedy", func(r *importer.SourceRow) any { return r.Remedy }})
}

// read reads a page as somebody; each has a snapshot of its own.
func (e *Exporter) read(ctx context.Context, a auth.Actor, fn func(tx *db.Tx) error) error {
	return e.DB.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = a
		return fn(tx)
	})
}

// send writes a file page by page. Its first page is read before anything is
// said, so that it can be refused; where it breaks off later, the connection does,
// and nobody takes a part for the whole.
func send[T any](w http.ResponseWriter, r *http.Request, e *Exporter, f file[T]) error {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-r.Context().Done():
		return context.Cause(r.Context())
	}
	page, err := f.page(r.Context(), "")
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", f.format.Type)
	h.Set("Content-Disposition", `attachment; filename="`+f.name+"."+f.format.Extension+`"`)
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return nil
	}
	if err := f.write(w, r, page); err != nil {
		if r.Context().Err() == nil {
			slog.Warn("a file broke off", "file", f.name, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

func (f file[T]) write(w http.ResponseWriter, r *http.Request, page query.Rows[T]) (err error) {
	t, control := f.format.table(w), http.NewResponseController(w)
	defer control.SetWriteDeadline(time.Time{}) // the connection takes further requests
	defer t.abandon()
	head := make([]any, len(f.columns))
	for i, c := range f.columns {
		head[i] = c.name
	}
	if err := t.row(head); err != nil {
		return err
	}
	for {
		if err := piece.Within(control, patience); err != nil {
			return err
		}
		for _, item := range page.Items {
			cells := make([]any, len(f.columns))
			for i, c := range f.columns {
				cells[i] = c.cell(item)
			}
			if err := t.row(cells); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return t.close()
		}
		if page, err = f.page(r.Context(), page.Next); err != nil {
			return err
		}
	}
}

// together is all that is wrong, as one problem.
func together(errs ...error) error {
	var faults problem.List
	for _, err := range errs {
		if p := problem.As(err); p != nil {
			faults.Join(p)
		} else if err != nil {
			return err
		}
	}
	return faults.Err()
}
