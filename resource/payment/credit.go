package payment

import (
	"encoding/json"
	"strconv"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/event"
)

// CreditImported is the event of a credit that was taken over.
var CreditImported = event.Declare("credit.imported", 1, "A credit that belongs to no order of ours was taken over.", creditBody{})

// Credit is an imported payment document of kind credit: money in a customer's
// favor that belongs to no order of ours. It is a record and moves nothing.
type Credit struct {
	ID         string
	Number     string // for people
	CustomerID string
	Country    string // of the customer then, ISO 3166 alpha-2
	Currency   string
	Total      money.Amount // sum of the lines
	ExternalID string
	At         clock.Stamp
	Version    int64

	sequence int64 // events so far
}

// CreditLine is what a part of a credit is about. Quantity and unit price are
// as in the source, the amount is positive in the customer's favor.
type CreditLine struct {
	Position  int64
	Kind      string // product, shipping, discount, fee or manual
	VariantID string
	Label     string
	Quantity  money.Quantity
	UnitPrice money.UnitPrice
	Amount    money.Amount
	SourceRow int64 // of an import

	creditID string
}

// WholeCredit is a credit with its lines.
type WholeCredit struct {
	Credit
	Lines []*CreditLine
}

// creditBody is what the event of a credit tells.
type creditBody struct {
	Credit json.RawMessage            `json:"credit"`
	Lines  map[string]json.RawMessage `json:"lines"`
}

// Rows names the tables whose changes it tells.
func (creditBody) Rows() map[string]db.Shape {
	return map[string]db.Shape{"credit": credits, "lines": creditLines}
}

// ImportCredits writes credits of another system, each with one event.
func ImportCredits(tx *db.Tx, all ...*WholeCredit) error {
	var rows []*Credit
	var lines []*CreditLine
	events := make([]event.Event, len(all))
	for i, c := range all {
		c.Version, c.sequence, c.Total.Amount = 1, 1, 0
		b := creditBody{Lines: map[string]json.RawMessage{}}
		for n, l := range c.Lines {
			l.Position, l.creditID = int64(n+1), c.ID
			c.Total.Amount += l.Amount.Amount
			b.Lines[strconv.FormatInt(l.Position, 10)] = creditLines.Changes(nil, l)
		}
		b.Credit = credits.Changes(nil, &c.Credit)
		rows, lines = append(rows, &c.Credit), append(lines, c.Lines...)
		events[i] = event.Event{Type: CreditImported, Subject: c.ID, Sequence: 1, Customer: c.CustomerID, Body: b}
	}
	credits.Insert(tx, rows...)
	creditLines.Insert(tx, lines...)
	return event.Emit(tx, events...)
}
