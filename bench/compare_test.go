package bench

import (
	"strings"
	"testing"
	"time"
)

func TestTwoReportsAreComparedLoopByLoop(t *testing.T) {
	at := time.Date(2026, 11, 21, 3, 4, 0, 0, time.UTC)
	report := func(perSecond, p50, server float64) string {
		r := &Result{Profile: "place", Database: "sqlite", At: at, Figures: []*Figures{
			{Name: "http", PerSecond: perSecond, P50: p50, P95: 20, P99: 30, CPU: []CPU{{"server", server}, {"client", 20}}},
		}}
		if perSecond == 1000 {
			r.Figures = append(r.Figures, &Figures{Name: "in process", PerSecond: 1})
		}
		name, err := r.write(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "/place-sqlite-20261121-0304.json") {
			t.Errorf("the file is %s", name)
		}
		return name
	}
	var text strings.Builder
	if err := Compare(&text, report(1000, 10, 300), report(1500, 5, 240)); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(text.String()), " ")
	for _, want := range []string{"http answers/s 1000.0 1500.0 1.50", "http p50 ms 10.0 5.0 0.50", "http p99 ms 30.0 30.0 1.00", "http µs of server 300.0 240.0 0.80", "http failed 0.0 0.0 -"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	if strings.Contains(got, "in process") {
		t.Errorf("a loop that only one report has is compared: %s", got)
	}
	if err := Compare(&text, "nothing.json", "nothing.json"); err == nil {
		t.Error("reports that are not there were compared")
	}
}
