package exporter_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ordo/base/problem"
	"ordo/connect/exporter"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// office is a shop whose orders are exported.
type office struct {
	*testing.T
	*ordertest.Shop
	files *exporter.Exporter
}

func each(t *testing.T, fn func(o *office)) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) { fn(&office{t, ordertest.Open(t, d), exporter.New(d)}) })
}

// get exports orders as somebody.
func (o *office) get(f exporter.Format, a auth.Actor, query string) (*http.Response, error) {
	o.Helper()
	w := httptest.NewRecorder()
	err := o.files.Orders(f)(w, httptest.NewRequestWithContext(o.Context(), "GET", "/?"+query, nil), a)
	return w.Result(), err
}

// rows are those of a CSV file.
func (o *office) rows(a auth.Actor, query string) [][]string {
	o.Helper()
	r, err := o.get(exporter.CSV, a, query)
	if err != nil {
		o.Fatal(err)
	}
	rows, err := csv.NewReader(r.Body).ReadAll()
	if err != nil {
		o.Fatal(err)
	}
	return rows
}

// sheets are the rows of each sheet of a workbook, as they are shown.
func (o *office) sheets(query string) (all [][][]string) {
	o.Helper()
	r, err := o.get(exporter.XLSX, o.Actor, query)
	if err != nil {
		o.Fatal(err)
	}
	f, err := excelize.OpenReader(r.Body)
	if err != nil {
		o.Fatal(err)
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			o.Fatal(err)
		}
		all = append(all, rows)
	}
	return all
}

func (o *office) place(reference string) *order.Order {
	o.Helper()
	in := o.Agreement(ordertest.Line("GUIDE", 1))
	in.Reference = reference
	return o.Do("order.place", order.PlaceIn{Agreement: in})
}

// Spec: 1.1.7
func TestAFileHasWhatTheListShows(t *testing.T) {
	each(t, func(o *office) {
		first, second := o.place("PO, \"1\""), o.place("")
		canceled := o.place("x")
		o.Do("order.cancel", order.CancelIn{ID: canceled.ID, Reason: "other"})
		o.Do("order.draft", order.DraftIn{Agreement: o.Agreement(ordertest.Line("GUIDE", 1))})

		r, err := o.get(exporter.CSV, o.Actor, "")
		if err != nil || r.Header.Get("Content-Type") != "text/csv" || r.Header.Get("Content-Disposition") != `attachment; filename="orders.csv"` {
			o.Errorf("%v, %v", r.Header, err)
		}
		rows := o.rows(o.Actor, "filter=status:approved&sort=number&columns=number,customer,total,reference,placed")
		want := [][]string{
			{"number", "customer", "total", "reference", "placed"},
			{first.Number, "Ada Byron", "5.99", "PO, \"1\"", first.PlacedAt.Time().Format("2006-01-02T15:04:05Z07:00")},
			{second.Number, "Ada Byron", "5.99", "", second.PlacedAt.Time().Format("2006-01-02T15:04:05Z07:00")},
		}
		if fmt.Sprint(rows) != fmt.Sprint(want) {
			o.Errorf("the file is %q, want %q", rows, want)
		}
		if rows := o.rows(o.Actor, ""); len(rows) != 5 || !slices.Equal(rows[0], strings.Split(exporter.OrderColumns(), ",")) {
			o.Errorf("all are %q", rows)
		}
		narrow := auth.Actor{ID: "usr_x", Kind: auth.Staff, Permissions: auth.All, Scope: auth.Scope{Channels: []string{o.Till}}}
		if rows := o.rows(narrow, "columns=id"); len(rows) != 1 {
			o.Errorf("who sees another channel gets %q", rows)
		}

		book := o.sheets("filter=status:approved&sort=number&columns=number,total,reference")
		if len(book) != 1 || fmt.Sprint(book[0]) != fmt.Sprint([][]string{{"number", "total", "reference"}, {first.Number, "5.99", "PO, \"1\""}, {second.Number, "5.99"}}) {
			o.Errorf("the workbook is %q", book)
		}
	})
}

func TestNoCellIsTakenForAFormula(t *testing.T) {
	each(t, func(o *office) {
		texts := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "a=1", "<script>", "\u202eabc", "😀"}
		var want []string
		for _, text := range texts {
			c := tradetest.Do[*customer.Customer](o.Shop.Shop, "customer.create", customer.CreateIn{Facts: customer.Facts{Terms: customer.Terms{Type: "retail", Active: true}, Contact: customer.Contact{Name: text}}})
			in := o.Agreement(ordertest.Line("GUIDE", 1))
			in.CustomerID = c.ID
			o.Do("order.place", order.PlaceIn{Agreement: in})
			if strings.ContainsAny(text[:1], "=+-@\t") {
				text = "'" + text
			}
			want = append(want, text)
		}
		var got []string
		for _, row := range o.rows(o.Actor, "sort=number&columns=customer")[1:] {
			got = append(got, row[0])
		}
		if !slices.Equal(got, want) {
			o.Errorf("cells are %q, want %q", got, want)
		}
		got = nil
		for _, row := range o.sheets("sort=number&columns=customer")[0][1:] {
			got = append(got, row[0])
		}
		if !slices.Equal(got, want) {
			o.Errorf("cells of a workbook are %q, want %q", got, want)
		}
	})
}

func TestManyPagesMakeOneFile(t *testing.T) {
	each(t, func(o *office) {
		defer exporter.SetSizes(3, 4)()
		for range 10 {
			o.place("")
		}
		rows := o.rows(o.Actor, "sort=-number&columns=number")
		if len(rows) != 11 || !slices.IsSortedFunc(rows[1:], func(a, b []string) int { return strings.Compare(b[0], a[0]) }) {
			o.Errorf("rows are %q", rows)
		}
		book := o.sheets("sort=-number&columns=number")
		var all [][]string
		for _, sheet := range book {
			if sheet[0][0] != "number" || len(sheet) > 4 {
				o.Errorf("a sheet is %q", sheet)
			}
			all = append(all, sheet[1:]...)
		}
		if len(book) != 4 || fmt.Sprint(all) != fmt.Sprint(rows[1:]) {
			o.Errorf("sheets are %q", book)
		}
	})
}

func TestAFileThatCanNotBeIsRefused(t *testing.T) {
	each(t, func(o *office) {
		_, err := o.get(exporter.XLSX, o.Actor, "filter=colour:red&sort=colour&columns="+url.QueryEscape("number,Number,,total"))
		var got []string
		for _, f := range problem.As(err).Faults {
			got = append(got, f.Pointer+" "+f.Code.Name)
		}
		if want := "/columns/1 value_invalid, /columns/2 value_invalid, /filter filter_field_unknown, /sort sort_field_unknown"; strings.Join(got, ", ") != want {
			o.Errorf("refused: %s", strings.Join(got, ", "))
		}
		if _, err := o.get(exporter.CSV, o.Actor, "columns=id"+strings.Repeat(",id", 99)); problem.As(err) == nil {
			o.Errorf("a hundred columns: %v", err)
		}
	})
}

// patient is a connection that notes how long it has for a write.
type patient struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (p *patient) SetWriteDeadline(t time.Time) error {
	p.deadlines = append(p.deadlines, t)
	return nil
}

func TestAClientHasSomeTimeForEachPageAndTheConnectionGoesOn(t *testing.T) {
	each(t, func(o *office) {
		defer exporter.SetSizes(1, 100)()
		o.place("")
		o.place("")
		w := &patient{ResponseRecorder: httptest.NewRecorder()}
		if err := o.files.Orders(exporter.CSV)(w, httptest.NewRequestWithContext(o.Context(), "GET", "/", nil), o.Actor); err != nil {
			o.Fatal(err)
		}
		if n := len(w.deadlines); n != 3 || w.deadlines[0].IsZero() || w.deadlines[1].IsZero() || !w.deadlines[2].IsZero() {
			o.Errorf("the deadlines are %v", w.deadlines)
		}
	})
}

// breaking is a connection that breaks after some bytes.
type breaking struct {
	*httptest.ResponseRecorder
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return b.ResponseRecorder.Write(p)
}

// A part that looks like the whole would be believed.
func TestAFileThatBreaksOffBreaksTheConnection(t *testing.T) {
	each(t, func(o *office) {
		o.place("")
		for _, f := range []exporter.Format{exporter.CSV, exporter.XLSX} {
			func() {
				defer func() {
					if p := recover(); p != http.ErrAbortHandler {
						o.Errorf("%s: it ends with %v", f.Extension, p)
					}
				}()
				o.files.Orders(f)(&breaking{httptest.NewRecorder(), 10}, httptest.NewRequestWithContext(o.Context(), "GET", "/", nil), o.Actor)
			}()
		}
		ctx, stop := context.WithCancel(o.Context())
		stop()
		if err := o.files.Orders(exporter.CSV)(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil), o.Actor); err == nil {
			o.Error("a client that has gone gets a file")
		}
		if rows := o.rows(o.Actor, ""); len(rows) != 2 { // no slot is lost
			o.Error(rows)
		}
	})
}
