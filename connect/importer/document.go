package importer

import (
	"ordo/base/clock"
	"ordo/base/money"
)

// Plan is what the rows of a file become. Documents of a kind stand in order of
// time and first row: the same file gives the same plan.
type Plan struct {
	Rows       int // whole rows that it is made of
	Variants   []Variant
	Customers  []Customer
	Orders     []*Order
	StockNotes []*StockNote
	Returns    []*Return
	Credits    []*Credit
}

// Documents is how many documents are to be written.
func (p *Plan) Documents() int {
	return len(p.Orders) + len(p.StockNotes) + len(p.Returns) + len(p.Credits)
}

// heads yields those of all documents.
func (p *Plan) heads(yield func(*Head) bool) {
	for _, d := range p.Orders {
		if !yield(&d.Head) {
			return
		}
	}
	for _, d := range p.StockNotes {
		if !yield(&d.Head) {
			return
		}
	}
	for _, d := range p.Returns {
		if !yield(&d.Head) {
			return
		}
	}
	for _, d := range p.Credits {
		if !yield(&d.Head) {
			return
		}
	}
}

// Variant is something that is sold. Variants are sorted by code.
type Variant struct {
	Code  string // SKU, in capitals
	Title string // most frequent description, the first one of equals; the code if there is none
	Kind  string // stock, or digital for gift vouchers
}

// Customer is a buyer with a number. Customers are sorted by it.
type Customer struct {
	Number  string
	Country string      // ISO 3166 alpha-2, of the first document
	Since   clock.Stamp // time of the first document
}

// Head is what all documents have.
type Head struct {
	Invoice  string      // number in the source
	Customer string      // number; empty for a guest
	Country  string      // ISO 3166 alpha-2
	At       clock.Stamp // earliest time of its rows
	Row      int         // its first row in the source
}

// Kind says what a line is about. The words are those of credit lines and, but
// for products, of adjustments.
type Kind string

// The kinds.
const (
	Product  Kind = "product"
	Shipping Kind = "shipping"
	Discount Kind = "discount"
	Fee      Kind = "fee"
	Manual   Kind = "manual"
)

// Line is a source row, or a part of one, in a document. The parts of a row add
// up to its quantity and to its rounded amount.
type Line struct {
	Row       int
	Kind      Kind
	Code      string
	Title     string // description; the variant's title or the code where the row has none
	Quantity  money.Quantity
	UnitPrice money.UnitPrice
	Amount    int64 // pennies
}

// Order was placed, shipped and delivered at its time and settled elsewhere.
type Order struct {
	Head
	Lines   []Line // products: quantity above zero, price zero or more
	Charges []Line // shipping, fee or manual: each adds its amount, of either sign, to the total
	Total   int64  // pennies, zero or more
}

// StockNote is a record of goods that went missing. It moves nothing.
type StockNote struct {
	Head
	Lines []Line // quantity below zero, price zero; not all are products by rule, though in the source they are
}

// Return is the part of a cancellation that reverses sales of one order.
type Return struct {
	Head
	Order *Order
	Lines []ReturnLine
	Total int64 // pennies to give back, zero or more
}

// ExternalID is unique among returns: a cancellation may touch several orders.
func (r *Return) ExternalID() string { return r.Invoice + "/" + r.Order.Invoice }

// ReturnLine reverses a part of a sale line. Quantity and amount are above or
// at zero, at the price of the cancellation.
type ReturnLine struct {
	Line
	Sale int // source row of the sale line
}

// Credit is what of a cancellation reverses no known sale, or an adjustment of
// bad debt. Quantities are as in the source, amounts count in the customer's
// favor: above zero where the source is below.
type Credit struct {
	Head
	Lines []Line
	Total int64 // pennies in the customer's favor
}
