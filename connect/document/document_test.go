package document

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"ordo/base/money"
	"ordo/execution/fulfillment"
	"ordo/trade/customer"
	"ordo/trade/location"
)

var now = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

func english() reader { return reader{wordsOf[0], "en", time.UTC} }

// shown are the texts of a paper's pages, in the order in which they are drawn.
// A font of a paper is a subset whose glyphs keep their Unicode numbers.
func shown(t *testing.T, paper []byte) (pages []string) {
	t.Helper()
	for _, m := range regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`).FindAllSubmatch(paper, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(r)
		if !bytes.Contains(text, []byte(" Tf")) {
			continue
		}
		var said []string
		for _, s := range regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) ?Tj`).FindAllSubmatch(text, -1) {
			said = append(said, decoded(s[1]))
		}
		pages = append(pages, strings.Join(said, "\n"))
	}
	return pages
}

// decoded is a string of a PDF in UTF-16.
func decoded(text []byte) string {
	plain := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(text, func(m []byte) []byte {
		if m[1] == 'r' {
			return []byte{'\r'}
		}
		return m[1:]
	})
	var units []uint16
	for i := 0; i+1 < len(plain); i += 2 {
		units = append(units, uint16(plain[i])<<8|uint16(plain[i+1]))
	}
	return string(utf16.Decode(units))
}

func work(number string, lines ...*fulfillment.Line) *fulfillment.Fulfillment {
	return &fulfillment.Fulfillment{OrderNumber: number, Lines: lines, ShipTo: &customer.Address{Contact: customer.Contact{Name: "Ada Byron"}, City: "London", Country: "GB"}}
}

func owed(sku string, units int, lots ...fulfillment.Lot) *fulfillment.Line {
	return &fulfillment.Line{LineFacts: fulfillment.LineFacts{LineID: sku, Quantity: money.Quantity(units) * 1000}, VariantID: "var_" + sku, SKU: sku, Title: "Title of " + sku, Lots: lots}
}

func TestAPickListSumsWhatOrdersNeed(t *testing.T) {
	part := owed("TEA", 3)
	part.Picked, part.Canceled = 1_000, 500
	all := gather([]*fulfillment.Fulfillment{
		work("SO-1", owed("TEA", 2), owed("WINE", 3, fulfillment.Lot{Lot: "L2", Quantity: 2_000, Picked: 2_000}, fulfillment.Lot{Lot: "L1", Quantity: 1_000})),
		work("SO-2", owed("CUP", 1), part),
	}, map[string]string{"var_TEA": "4006381333931"})
	var got []string
	for _, w := range all {
		got = append(got, fmt.Sprint(w.sku, " ", w.lot, " ", w.quantity, " ", w.barcode, " ", w.orders))
	}
	want := []string{"CUP  1  [{SO-2 1000}]", "TEA  3.5 4006381333931 [{SO-1 2000} {SO-2 1500}]", "WINE L1 1  [{SO-1 1000}]"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("to be picked are %q, want %q", got, want)
	}
}

func TestALongPickListRepeatsItsHeadOnEachPage(t *testing.T) {
	var lines []*fulfillment.Line
	for i := range 90 {
		lines = append(lines, owed(fmt.Sprintf("SKU-%03d", i), 1))
	}
	paper, err := pickList(english(), &location.Location{Name: "Main"}, []*fulfillment.Fulfillment{work("SO-1", lines...)}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	pages := shown(t, paper)
	if len(pages) < 3 {
		t.Fatalf("it has %d pages", len(pages))
	}
	for i, page := range pages {
		head := strings.Contains(page, "Qty\nItem\nLot\nFor orders")
		if want := fmt.Sprintf("Page %d of", i+1); !head && !strings.Contains(page, "To pick") || !strings.Contains(page, want) {
			t.Errorf("page %d has no head or number: %q", i+1, page)
		}
	}
	whole := strings.Join(pages, "\n")
	for _, l := range lines {
		if strings.Count(whole, "\n"+l.SKU+"\n") != 1 {
			t.Errorf("%s stands there %d times", l.SKU, strings.Count(whole, "\n"+l.SKU+"\n"))
		}
	}
}

func TestTextsOfPeopleAreDrawnAsTheyAre(t *testing.T) {
	line := owed("<script>alert(1)</script>", 1)
	line.Title = "Zażółć Ελλάδα Привет \U0001F375 (a\\b)\x00" + strings.Repeat("Donaudampfschifffahrt", 200)
	line.Options = map[string]string{"size": "L", "color": "red"}
	paper, err := pickList(english(), &location.Location{Name: "Łódź"}, []*fulfillment.Fulfillment{work("SO-1", line)}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	whole := strings.ReplaceAll(strings.Join(shown(t, paper), "\n"), "\n", " ")
	for _, want := range []string{"Łódź", "<script>alert(1)</script>", "Zażółć Ελλάδα Привет \uFFFD (a\\b)"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q does not stand on it: %.600q", want, whole)
		}
	}
	again, err := pickList(english(), &location.Location{Name: "Łódź"}, []*fulfillment.Fulfillment{work("SO-1", line)}, nil, now)
	if err != nil || !bytes.Equal(paper, again) {
		t.Errorf("the same paper is made of other bytes the second time, %v", err)
	}
}
