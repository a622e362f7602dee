package importer

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/trade/location"
)

// What all amounts and times of the source are in.
const (
	Currency = "GBP"
	TimeZone = "Europe/London"
)

// digits of Currency.
const digits = 2

// Row is a whole row of the source. Its texts are shared between rows.
type Row struct {
	Number      int    // from 1, without the header
	Invoice     string // digits, after C for a cancellation or A for an adjustment
	Code        string // stock code without outer blanks, in capitals
	Description string // without outer blanks; may be empty
	Quantity    money.Quantity
	At          clock.Stamp
	UnitPrice   money.UnitPrice
	Amount      int64  // quantity x unit price in pennies, rounded once
	Customer    string // digits; empty if not known
	Country     string // as the source names it
}

// columns are the header of the source.
var columns = []string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}

// Reason is the code for what is wrong with a row that was set aside.
type Reason string

// The reasons.
const (
	BadEncoding    Reason = "encoding"  // not UTF-8, or with control characters
	BadQuoting     Reason = "quoting"   // a stray quote, or one not closed on its line
	BadFields      Reason = "fields"    // more or fewer than eight fields
	TooLong        Reason = "too_long"  // a line or a text longer than any real one
	Truncated      Reason = "truncated" // the file ends within the row
	BadInvoice     Reason = "invoice"   // not a number of a document
	BadCode        Reason = "code"      // no stock code
	BadQuantity    Reason = "quantity"  // not a whole number other than zero
	BadTime        Reason = "time"      // not a date with a time
	InFuture       Reason = "date_in_future"
	BadPrice       Reason = "price"    // not a decimal number
	AmountTooGreat Reason = "amount"   // quantity x price is out of bounds
	BadCustomer    Reason = "customer" // neither a number nor empty
	BadCountry     Reason = "country"  // not a country of this source
)

const (
	maxCode        = 64 // as the catalog allows
	maxDescription = 300
	maxDigits      = 12 // of an invoice or customer number
	layout         = "2006-01-02 15:04:05"
)

// london is the zone of the source's times.
var london = sync.OnceValue(func() *time.Location {
	zone, ok := location.Zone(TimeZone)
	if !ok {
		panic("importer: the time zone " + TimeZone + " is missing")
	}
	return zone
})

// fault is what is wrong with a row: the first thing that was found.
type fault struct {
	reason   Reason
	sentence string
}

func wrong(reason Reason, format string, a ...any) *fault {
	return &fault{reason, fmt.Sprintf(format, a...)}
}

// parser turns lines into rows. It keeps each text once.
type parser struct {
	texts   map[string]string
	fields  [][]byte
	scratch []byte // fields that had doubled quotes
	now     clock.Stamp
}

func newParser() *parser { return &parser{texts: map[string]string{}, now: math.MaxInt64} }

// row reads a line without its end.
func (p *parser) row(number int, line []byte) (Row, *fault) {
	if bad := check(line); bad != nil {
		return Row{}, bad
	}
	if bad := p.split(line); bad != nil {
		return Row{}, bad
	}
	if len(p.fields) != len(columns) {
		return Row{}, wrong(BadFields, "The row has %d fields instead of %d.", len(p.fields), len(columns))
	}
	return p.types(number)
}

// check finds bytes that no text may hold.
func check(line []byte) *fault {
	if !utf8.Valid(line) {
		return wrong(BadEncoding, "The row is not in UTF-8.")
	}
	if i := bytes.IndexFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); i >= 0 {
		return wrong(BadEncoding, "The row has the control character %#02x at byte %d.", line[i], i+1)
	}
	return nil
}

// split cuts a line into p.fields by RFC 4180, with quotes that end on it.
func (p *parser) split(line []byte) *fault {
	p.fields, p.scratch = p.fields[:0], p.scratch[:0]
	for more := true; more; {
		var field []byte
		var bad *fault
		if bytes.HasPrefix(line, []byte{'"'}) {
			field, line, bad = p.unquote(line[1:])
		} else {
			field, line, bad = plain(line)
		}
		if bad != nil {
			return bad
		}
		p.fields = append(p.fields, field)
		line, more = bytes.CutPrefix(line, []byte{','})
	}
	return nil
}

// plain takes a field without quotes off a line. The rest starts with a comma
// or is empty.
func plain(line []byte) (field, rest []byte, bad *fault) {
	end := bytes.IndexByte(line, ',')
	if end < 0 {
		end = len(line)
	}
	if bytes.IndexByte(line[:end], '"') >= 0 {
		return nil, nil, wrong(BadQuoting, "A quote stands in a field that doesn't start with one.")
	}
	return line[:end], line[end:], nil
}

// unquote takes a field off a line whose opening quote is gone already.
func (p *parser) unquote(line []byte) (field, rest []byte, bad *fault) {
	start := len(p.scratch)
	for {
		end := bytes.IndexByte(line, '"')
		if end < 0 {
			return nil, nil, wrong(BadQuoting, "A quote is not closed on its line.")
		}
		p.scratch = append(p.scratch, line[:end]...)
		line = line[end+1:]
		if !bytes.HasPrefix(line, []byte{'"'}) {
			break
		}
		p.scratch = append(p.scratch, '"')
		line = line[1:]
	}
	if len(line) > 0 && line[0] != ',' {
		return nil, nil, wrong(BadQuoting, "Text follows the closing quote of a field.")
	}
	return p.scratch[start:], line, nil
}

// types reads p.fields as the columns' types.
func (p *parser) types(number int) (r Row, bad *fault) {
	r = Row{
		Number:      number,
		Invoice:     p.text(p.fields[0]),
		Code:        p.fold(p.fields[1]),
		Description: p.text(bytes.TrimSpace(p.fields[2])),
		Customer:    p.text(p.fields[6]),
		Country:     p.text(p.fields[7]),
	}
	if !isNumber(strings.TrimPrefix(r.Invoice, cancellation)) && !isNumber(strings.TrimPrefix(r.Invoice, adjustment)) {
		return r, wrong(BadInvoice, "InvoiceNo %.40q is not a number, or one after C or A.", r.Invoice)
	}
	if r.Code == "" || len(r.Code) > maxCode {
		return r, wrong(BadCode, "StockCode %.80q is empty or longer than %d bytes.", r.Code, maxCode)
	}
	if len(r.Description) > maxDescription {
		return r, wrong(TooLong, "Description is longer than %d bytes.", maxDescription)
	}
	if r.Customer != "" && !isNumber(r.Customer) {
		return r, wrong(BadCustomer, "CustomerID %.40q is neither a number nor empty.", r.Customer)
	}
	if countries[r.Country] == "" {
		return r, wrong(BadCountry, "Country %.40q does not occur in this source.", r.Country)
	}
	if bad := r.numbers(string(p.fields[3]), string(p.fields[4]), string(p.fields[5])); bad != nil {
		return r, bad
	}
	if r.At > p.now {
		return r, wrong(InFuture, "InvoiceDate %s in %s lies in the future.", p.fields[4], TimeZone)
	}
	return r, nil
}

// numbers reads quantity, time and price.
func (r *Row) numbers(quantity, at, price string) *fault {
	var err error
	if r.Quantity, err = money.ParseQuantity(quantity); err != nil || r.Quantity == 0 || strings.Contains(quantity, ".") {
		return wrong(BadQuantity, "Quantity %.40q is not a whole number other than zero, below 10^9.", quantity)
	}
	moment, err := time.ParseInLocation(layout, at, london())
	if err != nil || len(at) != len(layout) || moment.Year() <= 1970 || moment.Year() >= 2100 {
		return wrong(BadTime, "InvoiceDate %.40q is not a date with a time, such as 2011-12-09 12:50:00.", at)
	}
	r.At = clock.At(moment)
	if r.UnitPrice, err = money.ParseUnitPrice(price); err != nil {
		return wrong(BadPrice, "UnitPrice %.40q is %v.", price, err)
	}
	if r.Amount, err = money.Extend(r.UnitPrice, r.Quantity, digits); err != nil {
		return wrong(AmountTooGreat, "%.40s pieces at %.40s are more than an amount can hold.", quantity, price)
	}
	return nil
}

// text returns the one copy of a text.
func (p *parser) text(b []byte) string {
	if s, ok := p.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	p.texts[s] = s
	return s
}

// fold returns the one copy of a code: codes that differ in case are the same.
func (p *parser) fold(b []byte) string {
	text := p.text(bytes.TrimSpace(b))
	if upper := strings.ToUpper(text); upper != text {
		return p.text([]byte(upper))
	}
	return text
}

func isNumber(s string) bool {
	return s != "" && len(s) <= maxDigits && strings.Trim(s, "0123456789") == ""
}
