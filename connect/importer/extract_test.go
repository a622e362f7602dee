package importer_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"ordo/connect/importer"
)

const demoFile = "demo/online_retail_extract.csv.gz"

var demoDay = time.Date(2011, 12, 9, 12, 0, 0, 0, time.UTC) // the last day of the source

func TestExtractIsMadeFromTheSource(t *testing.T) {
	s := wholeSource(t)
	chosen := importer.Extract(s.plan, 800)
	rows := slices.DeleteFunc(slices.Clone(s.rows), func(r importer.Row) bool { return !chosen[r.Invoice] })
	var want bytes.Buffer
	if err := importer.Write(&want, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(demoFile)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(unpacked)
	if err != nil || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("%s is stale (%v): write it again by go run generate.go", demoFile, err)
	}
	equal(t, "attribution", unpacked.Comment, importer.Attribution)
	if len(packed) > 1<<20 {
		t.Errorf("it takes %d bytes", len(packed))
	}
}

func TestExtractHoldsWholeDaysAndTheSalesOfTheirReturns(t *testing.T) {
	p := planned(t,
		"500001,A1,Cup,1,2011-01-01 10:00:00,1.00,7,France",
		"500002,A1,Cup,1,2011-01-01 10:00:00,1.00,8,France",
		"500003,A2,Cup,1,2011-01-02 10:00:00,1.00,8,France",
		"500004,A2,gone,-1,2011-01-02 11:00:00,0.00,,France",
		"C500005,A1,Cup,-2,2011-01-03 10:00:00,1.00,7,France",
		"C500006,A3,Cup,-1,2011-01-03 10:00:00,1.00,9,France",
	)
	for _, c := range []struct {
		limit int
		want  []string
	}{
		{1, nil},
		{2, []string{"500001", "C500005", "C500006"}},
		{3, []string{"500001", "C500005", "C500006"}},
		{4, []string{"500001", "500003", "500004", "C500005", "C500006"}},
		{6, []string{"500001", "500002", "500003", "500004", "C500005", "C500006"}},
	} {
		var got []string
		for invoice := range importer.Extract(p, c.limit) {
			got = append(got, invoice)
		}
		slices.Sort(got)
		equalList(t, "invoices", got, c.want)
	}
}

func TestDemoEndsTodayAndKeepsTheTimeOfDay(t *testing.T) {
	london, err := time.LoadLocation(importer.TimeZone)
	if err != nil {
		t.Fatal(err)
	}
	original := importer.Demo(demoDay)
	// An hour before midnight in UTC it is the next day in London.
	for _, today := range []time.Time{time.Date(2026, 7, 1, 23, 30, 0, 0, time.UTC), time.Date(2010, 1, 2, 0, 0, 0, 0, time.UTC)} {
		rows := importer.Demo(today)
		days := 0
		for i, r := range rows {
			was, is := original[i].At.Time().In(london), r.At.Time().In(london)
			y, m, d := was.Date()
			shifted := int(time.Date(is.Year(), is.Month(), is.Day(), 0, 0, 0, 0, time.UTC).Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
			if i == 0 {
				days = shifted
			}
			if was.Format(time.TimeOnly) != is.Format(time.TimeOnly) || shifted != days {
				t.Fatalf("row %d moved from %s to %s, the first one by %d days", r.Number, was, is, days)
			}
		}
		equal(t, "last day", rows[len(rows)-1].At.Time().In(london).Format(time.DateOnly), today.In(london).Format(time.DateOnly))
	}
	equal(t, "last moment of the source", original[len(original)-1].At.Time().Format(time.DateTime), "2011-12-09 12:50:00")
}

func TestDemoHasDocumentsOfEveryKind(t *testing.T) {
	var planner importer.Planner
	for _, r := range importer.Demo(demoDay) {
		planner.Add(r)
	}
	p := planner.Plan()
	for name, n := range map[string]int{"orders": len(p.Orders), "notes": len(p.StockNotes), "returns": len(p.Returns), "credits": len(p.Credits)} {
		if n < 20 {
			t.Errorf("%d %s", n, name)
		}
	}
}
