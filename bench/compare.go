package bench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Compare prints how the figures of the report in file b relate to those in a.
func Compare(w io.Writer, a, b string) error {
	before, err := ReadResult(a)
	if err != nil {
		return err
	}
	after, err := ReadResult(b)
	if err != nil {
		return err
	}
	compare(w, before, after)
	return nil
}

// compare prints, for each loop that both have, b / a: above 1 is more.
func compare(w io.Writer, a, b *Result) {
	fmt.Fprintf(w, "a: %s on %s, %s, %s\nb: %s on %s, %s, %s\n", a.Profile, a.Database, a.At.Format("2006-01-02 15:04"), a.Version, b.Profile, b.Database, b.At.Format("2006-01-02 15:04"), b.Version)
	if a.Machine != b.Machine {
		fmt.Fprintf(w, "the machines differ: %+v, %+v\n", a.Machine, b.Machine)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\n\t\ta\tb\tb/a\t")
	for _, one := range a.Figures {
		if other := b.figures(one.Name); other != nil {
			one.compare(t, other)
		}
	}
	t.Flush()
}

func (f *Figures) compare(w io.Writer, other *Figures) {
	row := func(what string, a, b float64) {
		ratio := "-"
		if a != 0 {
			ratio = fmt.Sprintf("%.2f", b/a)
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.1f\t%s\t\n", f.Name, what, a, b, ratio)
	}
	row("answers/s", f.PerSecond, other.PerSecond)
	row("p50 ms", f.P50, other.P50)
	row("p95 ms", f.P95, other.P95)
	row("p99 ms", f.P99, other.P99)
	row("failed", float64(f.Failed), float64(other.Failed))
	for _, a := range f.CPU {
		for _, b := range other.CPU {
			if a.Of == b.Of {
				row("µs of "+a.Of, a.Micros, b.Micros)
			}
		}
	}
	if f.PeakMemory != 0 && other.PeakMemory != 0 {
		row("MB", float64(f.PeakMemory), float64(other.PeakMemory))
	}
}
