package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/connect/importer"

	"pgregory.net/rapid"
)

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// planned reads rows without the header; they must be whole.
func planned(t *testing.T, rows ...string) *importer.Plan {
	t.Helper()
	var planner importer.Planner
	err := importer.Read(strings.NewReader(header+strings.Join(rows, "\n")+"\n"), planner.Add,
		func(s importer.SetAside) { t.Errorf("set aside: %+v", s) })
	if err != nil {
		t.Fatal(err)
	}
	return planner.Plan()
}

// outline writes a plan in few words, a document per line.
func outline(p *importer.Plan) string {
	var b strings.Builder
	lines := func(name string, list []importer.Line) {
		for _, l := range list {
			fmt.Fprintf(&b, " %s:%d %s %s x %s = %d", name, l.Row, l.Code, l.Quantity, l.UnitPrice, l.Amount)
		}
	}
	number := 0
	next := func() int { number++; return number }
	for _, o := range p.Orders {
		fmt.Fprintf(&b, "\n%d order %s [%s] %d:", next(), o.Invoice, o.Customer, o.Total)
		lines("line", o.Lines)
		for _, c := range o.Charges {
			lines(string(c.Kind), []importer.Line{c})
		}
	}
	for _, n := range p.StockNotes {
		fmt.Fprintf(&b, "\n%d note %s:", next(), n.Invoice)
		lines("line", n.Lines)
	}
	for _, r := range p.Returns {
		fmt.Fprintf(&b, "\n%d return %s %d:", next(), r.ExternalID(), r.Total)
		for _, l := range r.Lines {
			lines(fmt.Sprintf("%d of", l.Sale), []importer.Line{l.Line})
		}
	}
	for _, c := range p.Credits {
		fmt.Fprintf(&b, "\n%d credit %s [%s] %d:", next(), c.Invoice, c.Customer, c.Total)
		for _, l := range c.Lines {
			lines(string(l.Kind), []importer.Line{l})
		}
	}
	return strings.TrimSpace(b.String())
}

func TestRowsBecomeDocuments(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []string
		want string
	}{
		{"rows of an invoice belong together wherever they stand, and the earlier time counts", []string{
			"500002,A1,Cup,1,2011-01-02 10:01:00,1.50,7,France",
			"500001,A1,Cup,2,2011-01-02 10:00:30,1.50,8,France",
			"500002,A2,Plate,3,2011-01-02 10:00:00,2.00,7,France",
		}, `1 order 500002 [7] 750: line:1 A1 1 x 1.5 = 150 line:3 A2 3 x 2 = 600
2 order 500001 [8] 300: line:2 A1 2 x 1.5 = 300`},
		{"what is no product is a charge, and a fee alone makes an order", []string{
			"500001,A1,Cup,1,2011-01-02 10:00:00,1.00,7,France",
			"500001,POST,POSTAGE,3,2011-01-02 10:00:00,18.00,7,France",
			"500001,m,Manual,1,2011-01-02 10:00:00,0.25,7,France",
			"500002,BANK CHARGES,Bank Charges,1,2011-01-02 10:00:00,15.00,,France",
		}, `1 order 500001 [7] 5525: line:1 A1 1 x 1 = 100 shipping:2 POST 3 x 18 = 5400 manual:3 M 1 x 0.25 = 25
2 order 500002 [] 1500: fee:4 BANK CHARGES 1 x 15 = 1500`},
		{"what a line can't hold is a charge that keeps the total", []string{
			"500001,A1,Cup,5,2011-01-02 10:00:00,1.00,7,France",
			"500001,A1,Cup,-2,2011-01-02 10:00:00,1.00,7,France",
			"500001,D,Discount,-1,2011-01-02 10:00:00,0.50,7,France",
		}, `1 order 500001 [7] 250: line:1 A1 5 x 1 = 500 manual:2 A1 -2 x 1 = -200 manual:3 D -1 x 0.5 = -50`},
		{"a document that only costs us money is a credit", []string{
			"500001,A1,Cup,-2,2011-01-02 10:00:00,1.00,7,France",
		}, `1 credit 500001 [7] 200: product:1 A1 -2 x 1 = 200`},
		{"gifts are sales at no price, missing goods are notes", []string{
			"500001,A1,Cup,5,2011-01-02 10:00:00,0.0,,France",
			"500002,A1,damaged,-5,2011-01-02 10:00:00,0.0,,France",
		}, `1 order 500001 [] 0: line:1 A1 5 x 0 = 0
2 note 500002: line:2 A1 -5 x 0 = 0`},
		{"adjustments of bad debt are credits of either sign", []string{
			"A500001,B,Adjust bad debt,1,2011-01-02 10:00:00,11062.06,,France",
			"A500002,B,Adjust bad debt,1,2011-01-02 10:00:00,-11062.06,,France",
		}, `1 credit A500001 [] -1106206: manual:1 B 1 x 11062.06 = -1106206
2 credit A500002 [] 1106206: manual:2 B 1 x -11062.06 = 1106206`},
		{"amounts are rounded once, half away from zero", []string{
			"500001,PADS,PADS,5,2011-01-02 10:00:00,0.001,,France",
			"500001,PADS,PADS,4,2011-01-02 10:00:00,0.001,,France",
		}, `1 order 500001 [] 1: line:1 PADS 5 x 0.001 = 1 line:2 PADS 4 x 0.001 = 0`},
		{"a cancellation takes back sales at the same price first, then the latest, then the later row", []string{
			"500001,A1,Cup,1,2011-01-01 10:00:00,2.00,7,France",
			"500002,A1,Cup,1,2011-01-02 10:00:00,1.00,7,France",
			"500003,A1,Cup,1,2011-01-03 10:00:00,1.00,7,France",
			"500003,A1,Cup,1,2011-01-03 10:00:00,1.00,7,France",
			"C500004,A1,Cup,-1,2011-01-04 10:00:00,2.00,7,France",
			"C500005,A1,Cup,-1,2011-01-04 10:00:00,9.00,7,France",
			"C500006,a1,Cup,-2,2011-01-04 10:00:00,9.00,7,France",
		}, `1 order 500001 [7] 200: line:1 A1 1 x 2 = 200
2 order 500002 [7] 100: line:2 A1 1 x 1 = 100
3 order 500003 [7] 200: line:3 A1 1 x 1 = 100 line:4 A1 1 x 1 = 100
4 return C500004/500001 200: 1 of:5 A1 1 x 2 = 200
5 return C500005/500003 900: 4 of:6 A1 1 x 9 = 900
6 return C500006/500003 900: 3 of:7 A1 1 x 9 = 900
7 return C500006/500002 900: 2 of:7 A1 1 x 9 = 900`},
		{"a sale at the same moment can be taken back, a later one or another customer's can't", []string{
			"C500000,A1,Cup,-3,2011-01-02 10:00:00,1.00,7,France",
			"500001,A1,Cup,1,2011-01-02 10:00:00,1.00,7,France",
			"500002,A1,Cup,1,2011-01-02 10:00:01,1.00,7,France",
			"500003,A1,Cup,1,2011-01-01 10:00:00,1.00,8,France",
		}, `1 order 500003 [8] 100: line:4 A1 1 x 1 = 100
2 order 500001 [7] 100: line:2 A1 1 x 1 = 100
3 order 500002 [7] 100: line:3 A1 1 x 1 = 100
4 return C500000/500001 100: 2 of:1 A1 1 x 1 = 100
5 credit C500000 [7] 200: product:1 A1 -2 x 1 = 200`},
		{"cancellations take their turn by time, then row", []string{
			"500001,A1,Cup,3,2011-01-01 10:00:00,1.00,7,France",
			"C500003,A1,Cup,-2,2011-01-03 10:00:00,1.00,7,France",
			"C500002,A1,Cup,-2,2011-01-02 10:00:00,1.00,7,France",
		}, `1 order 500001 [7] 300: line:1 A1 3 x 1 = 300
2 return C500002/500001 200: 1 of:3 A1 2 x 1 = 200
3 return C500003/500001 100: 1 of:2 A1 1 x 1 = 100
4 credit C500003 [7] 100: product:2 A1 -1 x 1 = 100`},
		{"fees, guests and odd signs of a cancellation stay in its credit", []string{
			"500001,A1,Cup,9,2011-01-01 10:00:00,1.00,7,France",
			"500001,POST,POSTAGE,1,2011-01-01 10:00:00,5.00,7,France",
			"500002,A1,Cup,9,2011-01-01 10:00:00,1.00,,France",
			"C500003,POST,POSTAGE,-1,2011-01-03 10:00:00,5.00,7,France",
			"C500003,A1,Cup,-1,2011-01-03 10:00:00,1.00,7,France",
			"C500003,D,Discount,-1,2011-01-03 10:00:00,2.00,7,France",
			"C500003,A1,Cup,1,2011-01-03 10:00:00,1.00,7,France",
			"C500004,A1,Cup,-1,2011-01-03 10:00:00,1.00,,France",
		}, `1 order 500001 [7] 1400: line:1 A1 9 x 1 = 900 shipping:2 POST 1 x 5 = 500
2 order 500002 [] 900: line:3 A1 9 x 1 = 900
3 return C500003/500001 100: 1 of:5 A1 1 x 1 = 100
4 credit C500003 [7] 600: shipping:4 POST -1 x 5 = 500 discount:6 D -1 x 2 = 200 product:7 A1 1 x 1 = -100
5 credit C500004 [] 100: product:8 A1 -1 x 1 = 100`},
		{"the amounts of a split row add up to the rounded one", []string{
			"500001,A1,Cup,5,2011-01-01 10:00:00,1.00,7,France",
			"500002,A1,Cup,4,2011-01-02 10:00:00,1.00,7,France",
			"C500003,A1,Cup,-15,2011-01-03 10:00:00,0.001,7,France",
		}, `1 order 500001 [7] 500: line:1 A1 5 x 1 = 500
2 order 500002 [7] 400: line:2 A1 4 x 1 = 400
3 return C500003/500002 1: 2 of:3 A1 4 x 0.001 = 1
4 return C500003/500001 0: 1 of:3 A1 5 x 0.001 = 0
5 credit C500003 [7] 1: product:3 A1 -6 x 0.001 = 1`},
		{"exact copies of a row are all kept", []string{
			"500001,A1,Cup,1,2011-01-01 10:00:00,1.00,7,France",
			"500001,A1,Cup,1,2011-01-01 10:00:00,1.00,7,France",
		}, `1 order 500001 [7] 200: line:1 A1 1 x 1 = 100 line:2 A1 1 x 1 = 100`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := outline(planned(t, c.rows...)); got != c.want {
				t.Errorf("got\n%s\nwanted\n%s", got, c.want)
			}
		})
	}
}

func TestMostFrequentDescriptionNamesAVariant(t *testing.T) {
	p := planned(t,
		"500001,a1 ,?,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,A1, Cup ,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,A1,Cup,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,A1,,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,B2,Second,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,B2,First,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,C3,,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,POST,POSTAGE,1,2011-01-01 10:00:00,1.00,7,France",
		"500001,gift_0001_20,Voucher,1,2011-01-01 10:00:00,1.00,7,France",
	)
	want := []importer.Variant{
		{Code: "A1", Title: "Cup", Kind: "stock"}, {Code: "B2", Title: "Second", Kind: "stock"},
		{Code: "C3", Title: "C3", Kind: "stock"}, {Code: "GIFT_0001_20", Title: "Voucher", Kind: "digital"},
	}
	equal(t, "variants", fmt.Sprint(p.Variants), fmt.Sprint(want))
	for i, want := range []string{"?", "Cup", "Cup", "Cup", "Second", "First", "C3", "Voucher"} {
		equal(t, fmt.Sprintf("title of line %d", i), p.Orders[0].Lines[i].Title, want)
	}
}

func TestCustomersHaveTheCountryOfTheirFirstDocument(t *testing.T) {
	p := planned(t,
		"500002,A1,Cup,1,2011-01-02 10:00:00,1.00,8,EIRE",
		"500003,A1,Cup,1,2011-01-03 10:00:00,1.00,,France",
		"C500001,A1,Cup,-1,2011-01-01 10:00:00,1.00,8,RSA",
		"500004,A1,Cup,1,2011-07-04 10:00:00,1.00,7,Channel Islands",
	)
	got := ""
	for _, c := range p.Customers {
		got += fmt.Sprintf("%s %s %s\n", c.Number, c.Country, c.Since.Time().Format("01-02 15:04"))
	}
	equal(t, "customers", got, "7 XC 07-04 09:00\n8 ZA 01-01 10:00\n")
}

func TestCountriesHaveCodesOfTheirOwn(t *testing.T) {
	codes := map[string]string{}
	for _, r := range wholeSource(t).rows {
		r.Customer = "1"
		p := importer.Planner{}
		if codes[r.Country] == "" {
			p.Add(r)
			codes[r.Country] = p.Plan().Customers[0].Country
		}
	}
	names := map[string]string{}
	for name, code := range codes {
		if other := names[code]; other != "" || len(code) != 2 {
			t.Errorf("%s and %s have the code %q", name, other, code)
		}
		names[code] = name
	}
	equal(t, "codes", len(names), 38)
}

func TestPartsOfRowsAddUpForAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		var rows []importer.Row
		b.WriteString(header)
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			prefix, sign := "", ""
			if rapid.Bool().Draw(t, "canceled") {
				prefix, sign = "C", "-"
			}
			fmt.Fprintf(&b, "%s%d,A%d,Cup,%s%d,2011-01-%02d 10:00:00,0.0%02d,%d,France\n", prefix, rapid.IntRange(1, 9).Draw(t, "invoice"),
				rapid.IntRange(1, 2).Draw(t, "code"), sign, rapid.IntRange(1, 20).Draw(t, "quantity"), rapid.IntRange(1, 28).Draw(t, "day"),
				rapid.IntRange(0, 30).Draw(t, "price"), rapid.IntRange(1, 2).Draw(t, "customer"))
		}
		var planner importer.Planner
		if err := importer.Read(strings.NewReader(b.String()), func(r importer.Row) {
			rows = append(rows, r)
			planner.Add(r)
		}, func(s importer.SetAside) { t.Fatalf("set aside: %+v", s) }); err != nil {
			t.Fatal(err)
		}
		got := make([]importer.Row, len(rows))
		for _, p := range parts(planner.Plan()) {
			got[p.line.Row-1].Quantity += p.line.Quantity
			got[p.line.Row-1].Amount += p.line.Amount
		}
		for i, r := range rows {
			if got[i].Quantity != r.Quantity || got[i].Amount != r.Amount {
				t.Fatalf("row %+v became %s pieces, %d pennies\n%s", r, got[i].Quantity, got[i].Amount, b.String())
			}
		}
	})
}
