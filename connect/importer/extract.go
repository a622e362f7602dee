package importer

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"io"
	"iter"
	"slices"
	"time"

	"ordo/base/clock"
)

// Attribution names the author of the embedded extract, as its license asks.
const Attribution = "Chen, D. (2015) Online Retail, UCI Machine Learning Repository, doi 10.24432/C5BW33, CC BY 4.0; " +
	"an extract: whole documents, codes in capitals, outer blanks removed; dates are moved at load"

// extract is written by generate.go.
//
//go:embed demo/online_retail_extract.csv.gz
var extract []byte

// Demo returns the rows of the embedded extract, all moved by the same number
// of whole days, so that the last one falls on the day of today in London. The
// time of day stays, so documents of the last day may lie ahead of today.
func Demo(today time.Time) []Row {
	var rows []Row
	var last clock.Stamp
	err := Read(bytes.NewReader(extract), func(r Row) {
		last = max(last, r.At)
		rows = append(rows, r)
	}, func(s SetAside) { panic("importer: the extract is broken: " + s.Sentence) })
	if err != nil {
		panic("importer: the extract is broken: " + err.Error())
	}
	shift := int(dayOf(clock.At(today)).Sub(dayOf(last)) / (24 * time.Hour))
	for i := range rows {
		rows[i].At = clock.At(rows[i].At.Time().In(london()).AddDate(0, 0, shift))
	}
	return rows
}

// dayOf is the day of a moment in London, as midnight in UTC.
func dayOf(at clock.Stamp) time.Time {
	year, month, day := at.Time().In(london()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// Extract chooses the invoices of the last whole days of a plan, at most limit,
// and to them the orders of earlier days that their returns touch.
func Extract(p *Plan, limit int) map[string]bool {
	chosen := map[string]bool{}
	first := p.firstDay(limit)
	for h := range p.heads {
		if !dayOf(h.At).Before(first) {
			chosen[h.Invoice] = true
		}
	}
	for _, r := range p.Returns {
		if chosen[r.Invoice] {
			chosen[r.Order.Invoice] = true
		}
	}
	return chosen
}

// firstDay is the earliest day from which on there are at most limit invoices.
func (p *Plan) firstDay(limit int) time.Time {
	days := map[string]time.Time{}
	for h := range p.heads {
		days[h.Invoice] = dayOf(h.At)
	}
	sorted := make([]time.Time, 0, len(days))
	for _, day := range days { // order-free
		sorted = append(sorted, day)
	}
	slices.SortFunc(sorted, time.Time.Compare)
	if len(sorted) <= limit {
		return time.Time{}
	}
	cut := sorted[len(sorted)-limit-1] // the day of the last invoice that is one too many
	return cut.AddDate(0, 0, 1)
}

// Write writes rows in the format that Read reads.
func Write(w io.Writer, rows iter.Seq[Row]) error {
	out := csv.NewWriter(w)
	err := out.Write(columns)
	for r := range rows {
		if err != nil {
			return err
		}
		err = out.Write([]string{r.Invoice, r.Code, r.Description, r.Quantity.String(),
			r.At.Time().In(london()).Format(layout), r.UnitPrice.String(), r.Customer, r.Country})
	}
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}
