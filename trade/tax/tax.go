package tax

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// ErrMissing says that a class of goods has no rate in a country that has rates.
var ErrMissing = problem.Declare("tax_code_missing", problem.Invalid,
	"The tax class has no rate in the country on this day, though tax is collected there.", "Add a rate for the class, or give the item another class.")

// Row is the rate of a class in a country from a day on.
type Row struct {
	Country   string     `json:"country" pattern:"^[A-Z]{2}$" doc:"ISO 3166 alpha-2"`
	Class     string     `json:"class" minLength:"1" maxLength:"40" pattern:"^[a-z0-9_]+$" doc:"Of goods, such as standard"`
	ValidFrom string     `json:"valid_from" format:"date" doc:"First day, until the next row of country and class"`
	Name      string     `json:"name" minLength:"1" maxLength:"40" doc:"As printed, such as VAT"`
	Rate      money.Rate `json:"rate" doc:"Fraction: 0.19 is 19 %; up to 1"`
}

// SetIn is the input of tax_rate.set.
type SetIn struct {
	Rates []Row `json:"rates" minItems:"1" maxItems:"500"`
}

// Rates are all rates of some countries.
type Rates struct {
	Items   []Row            `json:"items" doc:"By country, class and day"`
	Version int64            `json:"version" doc:"Changes of the countries so far"`
	Actions []command.Action `json:"actions,omitempty"`

	countries []country
}

// SetActions shows which operations are open.
func (r *Rates) SetActions(a []command.Action) { r.Actions = a }

// country anchors the rates of a country. As the subject of events it is
// called tax_GB.
type country struct {
	code              string
	version, sequence int64 // 0 if it has no rates yet
}

// prefix is that of a country as the subject of events.
const prefix = "tax_"

// Changed is the event of a country's rates.
var Changed = event.Declare("tax.rates_set", 1, "Tax rates of a country were set.", body{})

// Operations on tax rates.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Row]]{
		Name: "tax_rate.list", Summary: "List tax rates", Method: http.MethodGet, Path: "/v1/tax-rates",
		Read: List,
	},
	command.Def[SetIn, *Rates]{
		Name: "tax_rate.set", Summary: "Set tax rates; others stay", Method: http.MethodPut, Path: "/v1/tax-rates",
		Run: Set, Result: result, Repeat: repeat,
		Example: SetIn{[]Row{{"GB", "standard", "2011-01-04", "VAT", 200_000}}},
	},
}

// result names the countries: "DE,GB".
func result(r *Rates) (string, int64) {
	codes := make([]string, len(r.countries))
	for i, c := range r.countries {
		codes[i] = c.code
	}
	return strings.Join(codes, ","), r.Version
}

func repeat(tx *db.Tx, id string) (*Rates, error) {
	r := &Rates{}
	codes := strings.Split(id, ",")
	if err := tx.Load(r.reads(codes)...); err != nil {
		return nil, err
	}
	r.complete(codes)
	return r, nil
}

// Set sets rates; a rate of the same country, class and day is replaced. It
// answers with all rates of these countries.
func Set(tx *db.Tx, in SetIn) (*Rates, error) {
	if err := check(in.Rates); err != nil {
		return nil, err
	}
	var codes []string
	for _, row := range in.Rates {
		codes = append(codes, row.Country)
	}
	slices.Sort(codes)
	codes = slices.Compact(codes)
	r := &Rates{}
	if err := tx.Load(r.reads(codes)...); err != nil {
		return nil, err
	}
	r.complete(codes)
	r.Version = 0
	upsert(tx, in.Rates)
	for i := range r.countries {
		c := &r.countries[i]
		c.version++
		c.sequence++
		r.Version += c.version
		saveCountry(tx, *c)
		if err := c.emit(tx, in.Rates); err != nil {
			return nil, err
		}
	}
	r.merge(in.Rates)
	return r, nil
}

// complete adds the countries without rates and sorts all of them.
func (r *Rates) complete(codes []string) {
	for _, code := range codes {
		if !slices.ContainsFunc(r.countries, func(c country) bool { return c.code == code }) {
			r.countries = append(r.countries, country{code: code})
		}
	}
	slices.SortFunc(r.countries, func(a, b country) int { return cmp.Compare(a.code, b.code) })
	for _, c := range r.countries {
		r.Version += c.version
	}
}

// merge takes over rows that were set.
func (r *Rates) merge(rows []Row) {
	for _, row := range rows {
		i, found := slices.BinarySearchFunc(r.Items, row, Row.compare)
		if !found {
			r.Items = slices.Insert(r.Items, i, row)
		}
		r.Items[i] = row
	}
}

func (row Row) compare(other Row) int {
	return cmp.Or(cmp.Compare(row.Country, other.Country), cmp.Compare(row.Class, other.Class), cmp.Compare(row.ValidFrom, other.ValidFrom))
}

// body is what an event of a country's rates tells: those that were set.
type body struct {
	Rates   []Row `json:"rates"`
	Version int64 `json:"version"`
}

func (c country) emit(tx *db.Tx, all []Row) error {
	var own []Row
	for _, row := range all {
		if row.Country == c.code {
			own = append(own, row)
		}
	}
	return event.Emit(tx, event.Event{Type: Changed, Subject: prefix + c.code, Sequence: c.sequence, Body: body{own, c.version}})
}

// check finds the faults that a schema can't.
func check(rows []Row) error {
	var faults problem.List
	for i, row := range rows {
		pointer := fmt.Sprintf("/rates/%d", i)
		if _, err := time.Parse(time.DateOnly, row.ValidFrom); err != nil {
			faults.Add(problem.ErrInvalidValue, pointer+"/valid_from", "%q is no day such as 2026-01-31", row.ValidFrom)
		}
		if row.Rate < 0 || row.Rate > 1_000_000 {
			faults.Add(problem.ErrOutOfRange, pointer+"/rate", "a rate is from 0 to 1, not %s", row.Rate)
		}
		if slices.ContainsFunc(rows[:i], func(other Row) bool { return other.compare(row) == 0 }) {
			faults.Add(problem.ErrDuplicate, pointer, "%s in %s from %s on is given twice", row.Class, row.Country, row.ValidFrom)
		}
	}
	return faults.Err()
}

// day is the number that a date is stored as: its begin in UTC.
func day(date string) int64 {
	t, _ := time.Parse(time.DateOnly, date) // it was checked
	return t.UnixMicro()
}
