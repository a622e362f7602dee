package importer_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/connect/importer"
)

// sourceFile is the whole data set.
const sourceFile = "testdata/online_retail.csv.xz"

type source struct {
	plan  *importer.Plan
	rows  []importer.Row
	aside []importer.SetAside
}

var readSource = sync.OnceValues(func() (source, error) {
	file, err := os.Open(sourceFile)
	if err != nil {
		return source{}, err
	}
	defer file.Close()
	var s source
	var planner importer.Planner
	err = importer.Read(file, func(r importer.Row) {
		planner.Add(r)
		s.rows = append(s.rows, r)
	}, func(a importer.SetAside) { s.aside = append(s.aside, a) })
	s.plan = planner.Plan()
	return s, err
})

func wholeSource(t *testing.T) source {
	t.Helper()
	s, err := readSource()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A part is what a source row has become in a document, with the signs of the
// source.
type part struct {
	invoice, customer, country string
	at                         clock.Stamp
	document                   string // order, stock_note, return or credit
	line                       importer.Line
}

func parts(p *importer.Plan) (all []part) {
	add := func(document string, h importer.Head, lines []importer.Line) {
		for _, l := range lines {
			all = append(all, part{h.Invoice, h.Customer, h.Country, h.At, document, l})
		}
	}
	for _, d := range p.Orders {
		add("order", d.Head, d.Lines)
		add("order", d.Head, d.Charges)
	}
	for _, d := range p.StockNotes {
		add("stock_note", d.Head, d.Lines)
	}
	for _, d := range p.Returns {
		for _, l := range d.Lines {
			l.Quantity, l.Amount = -l.Quantity, -l.Amount
			add("return", d.Head, []importer.Line{l.Line})
		}
	}
	for _, d := range p.Credits {
		for _, l := range d.Lines {
			l.Amount = -l.Amount
			add("credit", d.Head, []importer.Line{l})
		}
	}
	return all
}

// sums adds up amounts by a key.
func sums(all []part, key func(part) string) map[string]int64 {
	by := map[string]int64{}
	for _, p := range all {
		by[key(p)] += p.line.Amount
	}
	return by
}

// top lists the n greatest entries.
func top(by map[string]int64, n int) (list []string) {
	keys := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	for _, k := range keys[:n] {
		list = append(list, fmt.Sprintf("%s %d", k, by[k]))
	}
	return list
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func equalList(t *testing.T, what string, got, want []string) {
	t.Helper()
	equal(t, what, strings.Join(got, "; "), strings.Join(want, "; "))
}

// kind is that of the source's document, as IMPORT.md names them.
func (p part) kind() string {
	if p.invoice[0] == 'C' || p.invoice[0] == 'A' {
		return p.invoice[:1]
	}
	return p.document
}

func TestWholeSourceIsReadWithoutLoss(t *testing.T) {
	s := wholeSource(t)
	equal(t, "rows", len(s.rows), 541_909)
	equal(t, "rows in the plan", s.plan.Rows, 541_909)
	equal(t, "rows set aside", len(s.aside), 0)
	quantity, invoices, countries, without, guests := money.Quantity(0), map[string]bool{}, map[string]bool{}, 0, map[string]bool{}
	for i, r := range s.rows {
		if r.Number != i+1 {
			t.Fatalf("row %d has the number %d", i+1, r.Number)
		}
		quantity += r.Quantity
		invoices[r.Invoice], countries[r.Country] = true, true
		if r.Customer == "" {
			without++
			guests[r.Invoice] = true
		}
	}
	equal(t, "pieces", quantity, 5_176_450_000)
	equal(t, "invoices", len(invoices), 25_900)
	equal(t, "countries", len(countries), 38)
	equal(t, "rows without customer", without, 135_080)
	equal(t, "invoices without customer", len(guests), 3_710)
	first, last := s.rows[0].At.Time(), s.rows[len(s.rows)-1].At.Time()
	equal(t, "first", first.Format("2006-01-02 15:04:05"), "2010-12-01 08:26:00")
	equal(t, "last", last.Format("2006-01-02 15:04:05"), "2011-12-09 12:50:00")
}

func TestWholeSourceBecomesTheDocumentsThatAreAgreed(t *testing.T) {
	s := wholeSource(t)
	all := parts(s.plan)
	documents, rows, amounts := map[string]map[string]bool{}, map[string]map[int]bool{}, sums(all, part.kind)
	for _, p := range all {
		k := p.kind()
		if documents[k] == nil {
			documents[k], rows[k] = map[string]bool{}, map[int]bool{}
		}
		documents[k][p.invoice], rows[k][p.line.Row] = true, true
	}
	for _, c := range []struct {
		kind            string
		documents, rows int
		amount          int64
	}{
		{"order", 20_725, 531_282, 1_065_562_248},
		{"stock_note", 1_336, 1_336, 0},
		{"C", 3_836, 9_288, -89_681_249},
		{"A", 3, 3, -1_106_206},
	} {
		equal(t, c.kind+" documents", len(documents[c.kind]), c.documents)
		equal(t, c.kind+" rows", len(rows[c.kind]), c.rows)
		equal(t, c.kind+" sum", amounts[c.kind], c.amount)
	}
	equal(t, "kinds", len(documents), 4)
	equal(t, "orders", len(s.plan.Orders), 20_725)
	equal(t, "customers", len(s.plan.Customers), 4_372)
	equal(t, "variants", len(s.plan.Variants), 3_948)
	var empty, fees, digital int
	for _, o := range s.plan.Orders {
		if o.Total == 0 {
			empty++
		}
		if len(o.Lines) == 0 {
			fees++
		}
	}
	for _, v := range s.plan.Variants {
		if v.Kind == "digital" {
			digital++
		}
	}
	equal(t, "orders with total 0", empty, 766)
	equal(t, "orders with fees only", fees, 184)
	equal(t, "gift vouchers", digital, 5)
	equal(t, "documents", s.plan.Documents(), 20_725+1_336+3_807+1_025)
}

func TestWholeSourceLinksCancellationsAsAgreed(t *testing.T) {
	s := wholeSource(t)
	linked, rest, fees, guests := map[int]money.Quantity{}, map[int]money.Quantity{}, 0, 0
	orders, credits, pieces, amount := map[string]bool{}, map[byte]int{}, money.Quantity(0), int64(0)
	for _, r := range s.plan.Returns {
		orders[r.Order.Invoice] = true
		for _, l := range r.Lines {
			linked[l.Row] += l.Quantity
			pieces += l.Quantity
			amount += l.Amount
		}
	}
	for _, c := range s.plan.Credits {
		credits[c.Invoice[0]]++
		for _, l := range c.Lines {
			switch {
			case c.Invoice[0] != 'C':
			case l.Kind != importer.Product:
				fees++
			case c.Customer == "":
				guests++
			default:
				rest[l.Row] -= l.Quantity
			}
		}
	}
	inPart := 0
	for row := range linked {
		if rest[row] > 0 {
			inPart++
		}
	}
	equal(t, "linked whole", len(linked)-inPart, 7_432)
	equal(t, "linked in part", inPart, 51)
	equal(t, "not linked", len(rest)-inPart, 1_056)
	equal(t, "fees", fees, 584)
	equal(t, "without customer", guests, 165)
	equal(t, "pieces", pieces, 250_677_000)
	equal(t, "amount", amount, 45_058_178)
	equal(t, "returns", len(s.plan.Returns), 3_807)
	equal(t, "orders with returns", len(orders), 3_206)
	equal(t, "credits", credits['C'], 1_022)
	equal(t, "bad debts", credits['A'], 3)
}

// Spec: 11.3.2
func TestEveryRowOfTheSourceIsKeptToThePenny(t *testing.T) {
	s := wholeSource(t)
	quantity, amount := map[int]money.Quantity{}, map[int]int64{}
	total := int64(0)
	for _, p := range parts(s.plan) {
		quantity[p.line.Row] += p.line.Quantity
		amount[p.line.Row] += p.line.Amount
		total += p.line.Amount
	}
	equal(t, "sum of all rows", total, 974_774_793)
	equal(t, "rows kept", len(quantity), len(s.rows))
	for _, r := range s.rows {
		if quantity[r.Number] != r.Quantity || amount[r.Number] != r.Amount {
			t.Fatalf("row %d has %s pieces and %d pennies, its parts %s and %d", r.Number, r.Quantity, r.Amount, quantity[r.Number], amount[r.Number])
		}
	}
}

// The tables refuse what this test looks for.
func TestEveryDocumentOfTheSourceCanBeStored(t *testing.T) {
	s := wholeSource(t)
	sequence, last := 0, clock.Stamp(0)
	next := func(h importer.Head, first bool) {
		sequence++
		if h.At < last && !first {
			t.Fatalf("%s of %s stands after %s", h.Invoice, h.At.Time(), last.Time())
		}
		last = h.At
	}
	sold, back := map[int]importer.Line{}, map[int]money.Quantity{}
	for i, o := range s.plan.Orders {
		next(o.Head, i == 0)
		total := int64(0)
		for _, l := range o.Lines {
			sold[l.Row] = l
			total += l.Amount
			if l.Kind != importer.Product || l.Quantity <= 0 || l.UnitPrice < 0 || l.Title == "" {
				t.Fatalf("order %s has the line %+v", o.Invoice, l)
			}
		}
		for _, l := range o.Charges {
			total += l.Amount
			if l.Kind == importer.Product || l.Kind == importer.Discount || l.Amount < 0 || l.Title == "" {
				t.Fatalf("order %s has the charge %+v", o.Invoice, l)
			}
		}
		if total != o.Total || total < 0 {
			t.Fatalf("order %s has the total %d, its lines %d", o.Invoice, o.Total, total)
		}
	}
	for i, n := range s.plan.StockNotes {
		next(n.Head, i == 0)
		if len(n.Lines) != 1 || n.Customer != "" || n.Lines[0].Kind != importer.Product {
			t.Fatalf("stock note %s: %+v", n.Invoice, n)
		}
	}
	refunded, ids := map[*importer.Order]int64{}, map[string]bool{}
	for i, r := range s.plan.Returns {
		next(r.Head, i == 0)
		if ids[r.ExternalID()] || r.Customer != r.Order.Customer || r.Country != r.Order.Country || r.At < r.Order.At || r.Total <= 0 {
			t.Fatalf("return %s: %+v", r.ExternalID(), r)
		}
		ids[r.ExternalID()] = true
		refunded[r.Order] += r.Total
		for _, l := range r.Lines {
			back[l.Sale] += l.Quantity
			if l.Quantity <= 0 || l.Amount <= 0 || l.Code != sold[l.Sale].Code || back[l.Sale] > sold[l.Sale].Quantity {
				t.Fatalf("return %s has the line %+v of %+v", r.ExternalID(), l, sold[l.Sale])
			}
		}
	}
	for o, amount := range refunded {
		if amount > o.Total {
			t.Errorf("order %s of %d pennies gives back %d", o.Invoice, o.Total, amount)
		}
	}
	for i, c := range s.plan.Credits {
		next(c.Head, i == 0)
		if c.Total == 0 {
			t.Errorf("credit %s is about nothing", c.Invoice)
		}
	}
	equal(t, "documents", s.plan.Documents(), sequence)
}

// The figures are those of FACTS.md, which counts codes as they are spelled:
// 85123a (1,952.48) and m (2.55) belong to 85123A and M here.
func TestWholeSourceHasTheTopsOfItsFacts(t *testing.T) {
	s := wholeSource(t)
	all := parts(s.plan)
	var sales, shipping []part
	pieces := map[string]int64{}
	for _, p := range all {
		switch {
		case p.invoice[0] == 'C':
		case p.line.Kind == importer.Product:
			sales = append(sales, p)
			pieces[p.line.Code] += int64(p.line.Quantity / 1000)
		case p.line.Code == "DOT":
			shipping = append(shipping, p)
		}
	}
	code := func(p part) string { return p.line.Code }
	equalList(t, "countries", top(sums(all, func(p part) string { return p.country }), 5),
		[]string{"GB 818780636", "NL 28466154", "IE 26327682", "DE 22169821", "FR 19740390"})
	equalList(t, "customers", top(sums(slices.DeleteFunc(slices.Clone(all), func(p part) bool { return p.customer == "" }),
		func(p part) string { return p.customer }), 5),
		[]string{"14646 27948902", "18102 25643849", "17450 18748217", "14911 13257262", "12415 12372545"})
	equalList(t, "codes by sales", top(sums(sales, code), 5),
		[]string{"22423 17448474", "23843 16846960", "85123A 10647128", "47566 9950433", "85099B 9434005"})
	equalList(t, "codes by pieces", top(pieces, 5), []string{"23843 80995", "23166 78033", "22197 56921", "84077 55047", "85099B 48478"})
	equal(t, "DOT", sums(shipping, code)["DOT"], 20_624_877)
	equal(t, "codes that are no products", fmt.Sprint(notProducts(all)),
		"map[AMAZONFEE:-22152050 B:-1106206 BANK CHARGES:-717564 C2:698600 CRUK:-793343 D:-569622 DOT:20624548 M:-6867164 POST:6623064 S:-304939]")
	months := sums(all, func(p part) string { return p.at.Time().Format("2006-01") })
	equal(t, "months", fmt.Sprint(months), "map[2010-12:74895702 2011-01:56000026 2011-02:49806265 2011-03:68326708 2011-04:49320712 2011-05:72333351 "+
		"2011-06:69112312 2011-07:68130011 2011-08:68268051 2011-09:101968762 2011-10:107070467 2011-11:146175625 2011-12:43366801]")
	for _, c := range []struct{ invoice, order string }{{"C581484", "581483"}, {"C541433", "541431"}} {
		found := slices.ContainsFunc(s.plan.Returns, func(r *importer.Return) bool { return r.Invoice == c.invoice && r.Order.Invoice == c.order })
		equal(t, c.invoice+" cancels "+c.order, found, true)
	}
}

func notProducts(all []part) map[string]int64 {
	by := map[string]int64{}
	for _, p := range all {
		if p.line.Kind != importer.Product {
			by[p.line.Code] += p.line.Amount
		}
	}
	return by
}
