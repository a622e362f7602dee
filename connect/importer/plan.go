package importer

import (
	"cmp"
	"slices"
	"strings"
)

// First letters of invoices that are no sales.
const (
	cancellation = "C"
	adjustment   = "A"
)

// notProducts are the codes of money that is no price of goods.
var notProducts = map[string]Kind{
	"POST": Shipping, "DOT": Shipping, "C2": Shipping,
	"D":         Discount,
	"AMAZONFEE": Fee, "BANK CHARGES": Fee, "CRUK": Fee,
	"B": Manual, "M": Manual, "S": Manual,
}

const giftVoucher = "GIFT_0001_" // start of the codes of digital goods

// Planner collects rows and plans what they become. The zero value is ready.
type Planner struct {
	rows     int
	drafts   []*draft // in order of their first row
	invoices map[string]*draft
	variants map[string]*naming
}

// draft is a document of the source.
type draft struct {
	Head
	lines []Line
	total int64
}

// naming counts the descriptions of a code, in the order they were seen in.
type naming struct {
	texts  []string
	counts []int
}

func (n *naming) add(text string) {
	i := slices.Index(n.texts, text)
	if i < 0 {
		i = len(n.texts)
		n.texts, n.counts = append(n.texts, text), append(n.counts, 0)
	}
	n.counts[i]++
}

// title is the most frequent description, the first of equals, or otherwise.
func (n *naming) title(otherwise string) string {
	if len(n.texts) == 0 {
		return otherwise
	}
	return n.texts[slices.Index(n.counts, slices.Max(n.counts))]
}

// Add takes a row into its document. The first row that names a customer
// decides whose document it is, the first row of all in which country.
func (p *Planner) Add(r Row) {
	if p.invoices == nil {
		p.invoices, p.variants = map[string]*draft{}, map[string]*naming{}
	}
	p.rows++
	d := p.invoices[r.Invoice]
	if d == nil {
		d = &draft{Head: Head{Invoice: r.Invoice, Country: countries[r.Country], At: r.At, Row: r.Number}}
		p.invoices[r.Invoice] = d
		p.drafts = append(p.drafts, d)
	}
	d.At = min(d.At, r.At)
	d.Customer = cmp.Or(d.Customer, r.Customer)
	d.total += r.Amount
	kind := cmp.Or(notProducts[r.Code], Product)
	d.lines = append(d.lines, Line{r.Number, kind, r.Code, r.Description, r.Quantity, r.UnitPrice, r.Amount})
	if kind == Product {
		p.name(r.Code, r.Description)
	}
}

func (p *Planner) name(code, description string) {
	n := p.variants[code]
	if n == nil {
		n = &naming{}
		p.variants[code] = n
	}
	if description != "" {
		n.add(description)
	}
}

// Plan returns what the rows become, and ends the planner's life.
func (p *Planner) Plan() *Plan {
	plan := &Plan{Rows: p.rows}
	titles := p.titles(plan)
	slices.SortFunc(p.drafts, func(a, b *draft) int { return earlier(&a.Head, &b.Head) })
	plan.Customers = customers(p.drafts)
	var cancellations []*draft
	for _, d := range p.drafts {
		d.entitle(titles)
		switch {
		case strings.HasPrefix(d.Invoice, cancellation):
			cancellations = append(cancellations, d)
		case d.isNote():
			plan.StockNotes = append(plan.StockNotes, &StockNote{d.Head, d.lines})
		case strings.HasPrefix(d.Invoice, adjustment), d.total < 0:
			plan.Credits = append(plan.Credits, d.credit(d.lines))
		default:
			plan.Orders = append(plan.Orders, d.order())
		}
	}
	plan.cancel(cancellations)
	slices.SortFunc(plan.Credits, func(a, b *Credit) int { return earlier(&a.Head, &b.Head) })
	return plan
}

// earlier sorts documents by time and first row.
func earlier(a, b *Head) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Row, b.Row)) }

// titles plans the variants and returns their titles by code.
func (p *Planner) titles(plan *Plan) map[string]string {
	titles := make(map[string]string, len(p.variants))
	plan.Variants = make([]Variant, 0, len(p.variants))
	for code, n := range p.variants { // order-free
		titles[code] = n.title(code)
		plan.Variants = append(plan.Variants, Variant{code, titles[code], kindOf(code)})
	}
	slices.SortFunc(plan.Variants, func(a, b Variant) int { return strings.Compare(a.Code, b.Code) })
	return titles
}

// kindOf is the kind of a variant.
func kindOf(code string) string {
	if strings.HasPrefix(code, giftVoucher) {
		return "digital"
	}
	return "stock"
}

// customers of documents that are sorted by time.
func customers(drafts []*draft) (all []Customer) {
	known := map[string]bool{"": true}
	for _, d := range drafts {
		if !known[d.Customer] {
			known[d.Customer] = true
			all = append(all, Customer{d.Customer, d.Country, d.At})
		}
	}
	slices.SortFunc(all, func(a, b Customer) int { return strings.Compare(a.Number, b.Number) })
	return all
}

// entitle gives a title to the lines whose row has no description.
func (d *draft) entitle(titles map[string]string) {
	for i := range d.lines {
		l := &d.lines[i]
		l.Title = cmp.Or(l.Title, titles[l.Code], l.Code)
	}
}

// isNote tells whether nothing was sold: all goods went missing, without price.
func (d *draft) isNote() bool {
	return !slices.ContainsFunc(d.lines, func(l Line) bool { return l.Quantity >= 0 || l.UnitPrice != 0 })
}

// order splits the lines by what an order can hold as a line. All else counts
// as a charge, goods with an odd sign too, so that the total is kept.
func (d *draft) order() *Order {
	o := &Order{Head: d.Head, Total: d.total}
	o.Lines = slices.DeleteFunc(d.lines, func(l Line) bool {
		sold := l.Kind == Product && l.Quantity > 0 && l.UnitPrice >= 0
		if !sold {
			if l.Kind == Product || l.Kind == Discount {
				l.Kind = Manual
			}
			o.Charges = append(o.Charges, l)
		}
		return !sold
	})
	return o
}

// credit makes a credit of lines of the source.
func (d *draft) credit(lines []Line) *Credit {
	c := &Credit{Head: d.Head, Lines: lines}
	for i := range lines {
		lines[i].Amount = -lines[i].Amount
		c.Total += lines[i].Amount
	}
	return c
}
