package bench

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestTwoReportsAreComparedLoopByLoop(t *testing.T) {
	at := time.Date(2026, 11, 21, 3, 4, 0, 0, time.UTC)
	report := func(perSecond, p50, server float64) string {
		r := &Result{Profile: "place", Database: "sqlite", At: at, Figures: []*Figures{
			{Name: "http", Clients: 32, Answers: 100, PerSecond: perSecond, P50: p50, P95: 20, P99: 30, CPU: []CPU{{"server", server}, {"client", 20}}},
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
	if err := Compare(&text, report(1500, 5, 240), report(1000, 10, 300)); !errors.Is(err, ErrSlower) || !strings.Contains(err.Error(), "http p50 ms 10.0 instead of 5.0; http answers/s 1000.0 instead of 1500.0") {
		t.Errorf("the other way round: %v", err)
	}
	if strings.Contains(got, "in process") {
		t.Errorf("a loop that only one report has is compared: %s", got)
	}
	if err := Compare(&text, "nothing.json", "nothing.json"); err == nil {
		t.Error("reports that are not there were compared")
	}
}

// Spec: 13.1.1
func TestOneOperationThatIsAFifthSlowerFailsTheComparison(t *testing.T) {
	report := func(answers int64, p50, p95 float64) *Result {
		return &Result{Profile: "mix", Figures: []*Figures{
			{Name: "all operations", Answers: 10_000, Rate: 100, P50: 3, P95: 40},
			{Name: "order.get", Answers: 900, P50: 2, P95: 20},
			{Name: "order.list", Answers: answers, P50: p50, P95: p95},
		}}
	}
	for _, c := range []struct {
		answers  int64
		p50, p95 float64
		want     string
	}{
		{500, 20, 60, ""}, {500, 24, 72, ""}, {500, 10, 30, ""},
		{500, 26, 60, "order.list p50 ms 26.0 instead of 20.0"},
		{500, 20, 74, "order.list p95 ms 74.0 instead of 60.0"},
		{10, 90, 190, ""}, // too few to tell
	} {
		if got := strings.Join(compare(io.Discard, report(500, 20, 60), report(c.answers, c.p50, c.p95)), "; "); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}
