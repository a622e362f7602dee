package bench

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// ErrSlower says that something takes longer than it did before.
var ErrSlower = errors.New("slower than before")

// Compare prints how the figures of the report in file b relate to those in a.
// It fails with ErrSlower if b is a fifth slower in anything.
func Compare(w io.Writer, a, b string) error {
	before, err := ReadResult(a)
	if err != nil {
		return err
	}
	after, err := ReadResult(b)
	if err != nil {
		return err
	}
	slower := compare(w, before, after)
	if len(slower) == 0 {
		return nil
	}
	return fmt.Errorf("%w, by more than %.0f %%: %s", ErrSlower, 100*(worse-1), strings.Join(slower, "; "))
}

const (
	worse  = 1.2 // times what it was is slower
	enough = 20  // answers, below which times are chance
	blur   = 1.0 // ms that no two runs are alike by
)

// compare prints, for each loop that both have, b / a: above 1 is more. It returns
// what is slower.
func compare(w io.Writer, a, b *Result) (slower []string) {
	fmt.Fprintf(w, "a: %s on %s, %s, %s\nb: %s on %s, %s, %s\n", a.Profile, a.Database, a.At.Format("2006-01-02 15:04"), a.Version, b.Profile, b.Database, b.At.Format("2006-01-02 15:04"), b.Version)
	if a.Machine != b.Machine {
		fmt.Fprintf(w, "the machines differ: %+v, %+v\n", a.Machine, b.Machine)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\n\t\ta\tb\tb/a\t")
	for _, one := range a.Figures {
		if other := b.figures(one.Name); other != nil {
			one.compare(t, other)
			slower = append(slower, one.slower(other)...)
		}
	}
	t.Flush()
	return slower
}

// slower tells in which way the other figures are: in the median and the slowest
// twentieth of the answers, and in the number of answers of a closed loop.
func (f *Figures) slower(other *Figures) (all []string) {
	if f.Answers < enough || other.Answers < enough {
		return nil
	}
	say := func(what string, a, b float64) {
		all = append(all, fmt.Sprintf("%s %s %.1f instead of %.1f", f.Name, what, b, a))
	}
	if other.P50 > f.P50*worse+blur {
		say("p50 ms", f.P50, other.P50)
	}
	if other.P95 > f.P95*worse+blur {
		say("p95 ms", f.P95, other.P95)
	}
	if f.Clients > 0 && f.Rate == 0 && other.Rate == 0 && other.PerSecond*worse < f.PerSecond {
		say("answers/s", f.PerSecond, other.PerSecond)
	}
	return all
}

func (f *Figures) compare(w io.Writer, other *Figures) {
	row := func(what string, a, b float64) {
		ratio := "-"
		if a != 0 {
			ratio = fmt.Sprintf("%.2f", b/a)
		}
		fmt.Fprintf(w, "%s\t%s\t%.1f\t%.1f\t%s\t\n", f.Name, what, a, b, ratio)
	}
	row("answers", float64(f.Answers), float64(other.Answers))
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
