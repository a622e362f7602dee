package importer_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"ordo/connect/importer"

	"github.com/ulikunitz/xz"
)

const whole = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"

// read returns what a file holds, one line per row or set-aside row.
func read(file io.Reader) (string, error) {
	var b strings.Builder
	err := importer.Read(file, func(r importer.Row) {
		fmt.Fprintf(&b, "%d %s %s %q %s %s %s %d %s %s\n", r.Number, r.Invoice, r.Code, r.Description, r.Quantity,
			r.At.Time().Format("2006-01-02T15:04:05Z"), r.UnitPrice, r.Amount, r.Customer, r.Country)
	}, func(s importer.SetAside) { fmt.Fprintf(&b, "%d %s: %s\n", s.Row, s.Reason, s.Sentence) })
	return b.String(), err
}

func pack(t *testing.T, text string, packer func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := packer(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func xzWriter(w io.Writer) (io.WriteCloser, error)   { return xz.NewWriter(w) }
func gzipWriter(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil }

func TestFilesAreReadPackedOrPlainWithAnyLineEnd(t *testing.T) {
	text := header + whole + "\n" + strings.Replace(whole, "2010-12-01", "2011-07-01", 1) + "\n"
	want := "1 536365 85123A \"HOLDER\" 6 2010-12-01T08:26:00Z 2.55 1530 17850 United Kingdom\n" +
		"2 536365 85123A \"HOLDER\" 6 2011-07-01T07:26:00Z 2.55 1530 17850 United Kingdom\n"
	for name, file := range map[string][]byte{
		"plain":                  []byte(text),
		"xz":                     pack(t, text, xzWriter),
		"gzip":                   pack(t, text, gzipWriter),
		"CRLF":                   []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"byte order mark":        []byte("\ufeff" + text),
		"no end of last line":    []byte(strings.TrimSuffix(text, "\n")),
		"empty line at the end":  []byte(text + "\n"),
		"every field quoted":     []byte(quoteAll(text)),
		"packed byte order mark": pack(t, "\ufeff"+text, gzipWriter),
	} {
		if got, err := read(bytes.NewReader(file)); got != want || err != nil {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func quoteAll(text string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(strings.TrimSuffix(text, "\n"), ",", `","`), "\n", "\"\n\"") + "\"\n"
}

func TestOneBrokenRowIsSetAsideAndTheNextIsRead(t *testing.T) {
	with := func(column int, value string) string {
		fields := strings.Split(whole, ",")
		fields[column] = value
		return strings.Join(fields, ",")
	}
	for _, c := range []struct{ row, want string }{
		{"536365,85123A", "fields: The row has 2 fields instead of 8."},
		{whole + ",", "fields: The row has 9 fields instead of 8."},
		{" ", "fields: The row has 1 fields instead of 8."},
		{with(2, `"HOLDER`), "quoting: A quote is not closed on its line."},
		{with(2, `HOL"DER`), "quoting: A quote stands in a field that doesn't start with one."},
		{with(2, `"HOL"DER`), "quoting: Text follows the closing quote of a field."},
		{with(2, "HOLDER \xa320"), "encoding: The row is not in UTF-8."},
		{with(2, "HOL\x00DER"), "encoding: The row has the control character 0x00 at byte 18."},
		{with(2, strings.Repeat("é", 151)), "too_long: Description is longer than 300 bytes."},
		{with(2, strings.Repeat("x", 200_000)), "too_long: The line is longer than 65536 bytes."},
		{with(0, ""), `invoice: InvoiceNo "" is not a number, or one after C or A.`},
		{with(0, "CA536365"), `invoice: InvoiceNo "CA536365" is not a number, or one after C or A.`},
		{with(1, " "), `code: StockCode "" is empty or longer than 64 bytes.`},
		{with(3, "six"), `quantity: Quantity "six" is not a whole number other than zero, below 10^9.`},
		{with(3, "0"), `quantity: Quantity "0" is not a whole number other than zero, below 10^9.`},
		{with(3, "1.0"), `quantity: Quantity "1.0" is not a whole number other than zero, below 10^9.`},
		{with(3, "1000000000"), `quantity: Quantity "1000000000" is not a whole number other than zero, below 10^9.`},
		{with(4, "12/1/2010 8:26"), `time: InvoiceDate "12/1/2010 8:26" is not a date with a time, such as 2011-12-09 12:50:00.`},
		{with(4, "2010-02-30 08:26:00"), `time: InvoiceDate "2010-02-30 08:26:00" is not a date with a time, such as 2011-12-09 12:50:00.`},
		{with(4, "1899-12-01 08:26:00"), `time: InvoiceDate "1899-12-01 08:26:00" is not a date with a time, such as 2011-12-09 12:50:00.`},
		{with(4, "2010-12-01 08:26:00.5"), `time: InvoiceDate "2010-12-01 08:26:00.5" is not a date with a time, such as 2011-12-09 12:50:00.`},
		{with(5, "free"), `price: UnitPrice "free" is not a plain decimal number such as 12.5.`},
		{with(5, "0.0000001"), `price: UnitPrice "0.0000001" is too many decimals.`},
		{with(5, "1e3"), `price: UnitPrice "1e3" is not a plain decimal number such as 12.5.`},
		{strings.Replace(with(5, "999999999"), ",6,", ",999999999,", 1), "amount: 999999999 pieces at 999999999 are more than an amount can hold."},
		{with(6, "17850.0"), `customer: CustomerID "17850.0" is neither a number nor empty.`},
		{with(7, "Atlantis"), `country: Country "Atlantis" does not occur in this source.`},
	} {
		got, err := read(strings.NewReader(header + whole + "\n" + c.row + "\n" + whole + "\n"))
		lines := strings.Split(got, "\n")
		if err != nil || len(lines) != 4 || lines[1] != "2 "+c.want || !strings.HasPrefix(lines[0], "1 536365") || !strings.HasPrefix(lines[2], "3 536365") {
			t.Errorf("%.80q: %v\n%s\nwanted %s", c.row, err, got, c.want)
		}
	}
}

func TestQuotedFieldsMayHoldCommasAndQuotes(t *testing.T) {
	got, err := read(strings.NewReader(header + `536365,"85123A","SET ""A"", OF 3",6,2010-12-01 08:26:00,2.55,"",United Kingdom` + "\n"))
	equal(t, "row", got, "1 536365 85123A \"SET \\\"A\\\", OF 3\" 6 2010-12-01T08:26:00Z 2.55 1530  United Kingdom\n")
	equal(t, "error", err, nil)
}

func TestHalfALastLineIsSetAside(t *testing.T) {
	for cut := 1; cut < len(whole); cut++ {
		got, err := read(strings.NewReader(header + whole + "\n" + whole[:cut]))
		if _, half, _ := strings.Cut(got, "\n"); err != nil || !strings.HasPrefix(half, "2 truncated: The file ends within this row. ") {
			t.Errorf("%q: %v %s", whole[:cut], err, got)
		}
	}
}

func TestSetAsideRowKeepsItsBytes(t *testing.T) {
	raw := `536365,85123A,"HOLDER ` + "\xa3" + `,6`
	err := importer.Read(strings.NewReader(header+raw+"\r\n"), func(importer.Row) { t.Error("it counts as whole") },
		func(s importer.SetAside) { equal(t, "bytes", s.Raw, raw) })
	equal(t, "error", err, nil)
}

func TestFilesThatAreNotOfTheFormatAreRefused(t *testing.T) {
	packed := pack(t, header+strings.Repeat(whole+"\n", 10_000), xzWriter)
	squeezed := pack(t, header+strings.Repeat(whole+"\n", 10_000), gzipWriter)
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"empty":               {"", importer.ErrHeader},
		"no header":           {whole + "\n", importer.ErrHeader},
		"other column":        {strings.Replace(header, "UnitPrice", "Price", 1), importer.ErrHeader},
		"UTF-16":              {"\xff\xfeI\x00n\x00v\x00", importer.ErrHeader},
		"one endless line":    {strings.Repeat("x", 1<<20), importer.ErrHeader},
		"half an xz file":     {string(packed[:len(packed)/2]), importer.ErrFile},
		"half a gzip file":    {string(squeezed[:len(squeezed)/2]), importer.ErrFile},
		"start of an xz file": {string(packed[:8]), importer.ErrFile},
		"spoiled gzip file":   {string(squeezed[:len(squeezed)-8]) + "12345678", importer.ErrFile},
	} {
		if _, err := read(strings.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSpoiledCopyLosesOnlyItsBrokenRows spoils a real file in every way and
// compares with the plan of its whole rows.
//
// Spec: 11.3.2
func TestSpoiledCopyLosesOnlyItsBrokenRows(t *testing.T) {
	var clean bytes.Buffer
	rows := importer.Demo(demoDay)
	if err := importer.Write(&clean, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(clean.String()), "\n")
	spoil := []struct {
		reason importer.Reason
		how    func(string) string
	}{
		{importer.BadFields, func(s string) string { return s[:8] }},
		{importer.BadQuoting, func(s string) string { return `"` + strings.ReplaceAll(s, `"`, "") }},
		{importer.BadEncoding, func(s string) string { return s + "\xa3" }},
		{importer.BadTime, func(s string) string { return strings.ReplaceAll(s, ":", "-") }},
		{importer.BadCountry, func(s string) string { return s + "?" }},
	}
	want, left := map[importer.Reason]int{}, slices.Clone(rows)[:0]
	for i := range rows {
		if i%100 != 0 {
			left = append(left, rows[i])
			continue
		}
		s := spoil[i/100%len(spoil)]
		lines[i+1] = s.how(lines[i+1])
		want[s.reason]++
	}
	var spoiled, expected importer.Planner
	got := map[importer.Reason]int{}
	err := importer.Read(strings.NewReader(strings.Join(lines, "\n")), spoiled.Add, func(s importer.SetAside) { got[s.Reason]++ })
	for _, r := range left {
		expected.Add(r)
	}
	equal(t, "error", err, nil)
	equal(t, "reasons", fmt.Sprint(got), fmt.Sprint(want))
	if outline(spoiled.Plan()) != outline(expected.Plan()) {
		t.Error("the whole rows give another plan")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(header + whole + "\n"))
	f.Add([]byte(header + "536365,\"85\"\"123A\",\"HOL,DER,6,2010-12-01 08:26:00,2.55,,EIRE\r\n" + whole))
	f.Add([]byte("\ufeff" + header + "C1,POST,,-1,2011-03-27 01:30:00,-0.001,,RSA\n\n\xff\n" + whole[:30]))
	f.Fuzz(func(t *testing.T, file []byte) {
		var rows []importer.Row
		last := 0
		next := func(number int) {
			if number <= last {
				t.Fatalf("row %d comes after row %d", number, last)
			}
			last = number
		}
		err := importer.Read(bytes.NewReader(file), func(r importer.Row) {
			next(r.Number)
			r.Number = len(rows) + 1
			rows = append(rows, r)
		}, func(s importer.SetAside) {
			next(s.Row)
			if s.Reason == "" || s.Sentence == "" || s.Raw == "" {
				t.Fatalf("set aside without a reason: %+v", s)
			}
		})
		if err != nil && !errors.Is(err, importer.ErrFile) && !errors.Is(err, importer.ErrHeader) {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := importer.Write(&again, slices.Values(rows)); err != nil {
			t.Fatal(err)
		}
		i := 0
		if err := importer.Read(&again, func(r importer.Row) {
			if r != rows[i] {
				t.Fatalf("%+v is written and read as %+v", rows[i], r)
			}
			i++
		}, func(s importer.SetAside) { t.Fatalf("own row set aside: %+v", s) }); err != nil || i != len(rows) {
			t.Fatalf("%d of %d rows, %v", i, len(rows), err)
		}
	})
}
