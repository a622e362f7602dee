package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// Result is a report: what was measured, where, and how.
type Result struct {
	Profile  string            `json:"profile"`
	Database string            `json:"database"` // sqlite or postgres
	At       time.Time         `json:"at"`
	Version  string            `json:"version"`          // of the program, as git describes it
	Orders   int               `json:"orders,omitempty"` // that were there before
	Clients  int               `json:"clients"`
	Warmup   string            `json:"warmup"`
	Duration string            `json:"duration"`
	Machine  Machine           `json:"machine"`
	Settings map[string]string `json:"settings"` // of the database
	Figures  []*Figures        `json:"figures"`
	Notes    []string          `json:"notes,omitempty"`
}

// Machine is where it was measured.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_mb"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
}

// Figures are what one loop measured. Answers, times and CPU are of the time
// that counts. Times are in milliseconds.
type Figures struct {
	Name         string  `json:"name"`
	Clients      int     `json:"clients"`
	Rate         float64 `json:"rate,omitempty"` // requests per second that were due, of an open loop
	Seconds      float64 `json:"seconds"`
	Answers      int64   `json:"answers"`        // expected ones
	Refused      int64   `json:"refused"`        // of them refusals
	Shed         int64   `json:"shed,omitempty"` // further requests that were not served, because too much came
	Failed       int64   `json:"failed"`         // other answers
	FirstFailure string  `json:"first_failure,omitempty"`
	PerSecond    float64 `json:"per_second"` // expected answers
	P50          float64 `json:"p50_ms"`
	P95          float64 `json:"p95_ms"`
	P99          float64 `json:"p99_ms"`
	Max          float64 `json:"max_ms"`
	CPU          []CPU   `json:"cpu"`
	PeakMemory   int64   `json:"peak_memory_mb,omitempty"`          // of the server, or of the import
	IdleMemory   int64   `json:"idle_memory_mb,omitempty"`          // of the server without requests
	Group        float64 `json:"group,omitempty"`                   // transactions per commit
	Transactions float64 `json:"transactions_per_answer,omitempty"` // of the process
	Commits      float64 `json:"commits_per_answer,omitempty"`      // of the process
}

// CPU is what some processes used per answer.
type CPU struct {
	Of     string  `json:"of"`
	Micros float64 `json:"micros_per_answer"`
}

func newResult(c Config, database string) *Result {
	return &Result{
		Profile: c.Profile, Database: database, At: time.Now().UTC().Truncate(time.Second), Version: c.Version,
		Orders: c.Orders, Clients: c.Clients, Warmup: c.Warmup.String(), Duration: c.Duration.String(), Machine: thisMachine(),
	}
}

func thisMachine() Machine {
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	var kilobytes int64
	fmt.Sscan(procField("/proc/meminfo", "MemTotal"), &kilobytes)
	return Machine{
		CPU: procField("/proc/cpuinfo", "model name"), Cores: runtime.NumCPU(), Memory: kilobytes / 1024,
		Kernel: strings.TrimSpace(string(kernel)), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// procField returns the first value of a field in a file of lines "name : value".
func procField(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if field, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(field) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (r *Result) add(f *Figures) {
	if f != nil {
		r.Figures = append(r.Figures, f)
	}
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// figures returns those with a name, or nil.
func (r *Result) figures(name string) *Figures {
	for _, f := range r.Figures {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// print writes the report as a table.
func (r *Result) print(w io.Writer) {
	fmt.Fprintf(w, "%s on %s, %d clients, %s\n\n", r.Profile, r.Database, r.Clients, r.Machine.CPU)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tanswers\tof them refused\t/s\tp50\tp95\tp99\tmax ms\tgroup\tMB\tfailed\tCPU µs per answer\t")
	for _, f := range r.Figures {
		var used []string
		for _, c := range f.CPU {
			used = append(used, fmt.Sprintf("%s %.0f", c.Of, c.Micros))
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%.0f\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t\n", f.Name, f.Answers, f.Refused, f.PerSecond, f.time(f.P50), f.time(f.P95), f.time(f.P99), f.time(f.Max),
			unless(f.Group == 0, "%.1f", f.Group), unless(f.PeakMemory == 0, "%d", f.PeakMemory), f.Failed, strings.Join(used, ", "))
	}
	t.Flush()
	for _, note := range r.Notes {
		fmt.Fprintln(w, note)
	}
	for _, f := range r.Figures {
		if f.FirstFailure != "" {
			fmt.Fprintf(w, "%s: the first of %d failures: %s\n", f.Name, f.Failed, f.FirstFailure)
		}
	}
}

// time is a time for people, where answers were timed.
func (f *Figures) time(ms float64) string { return unless(f.Max == 0, "%.1f", ms) }

func unless(missing bool, format string, value any) string {
	if missing {
		return "-"
	}
	return fmt.Sprintf(format, value)
}

// write stores the report in a folder and returns the file's name.
func (r *Result) write(folder string) (string, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	name := filepath.Join(folder, fmt.Sprintf("%s-%s-%s.json", r.Profile, r.Database, r.At.Format("20060102-1504")))
	return name, os.WriteFile(name, append(text, '\n'), 0o644)
}

// ReadResult reads a report.
func ReadResult(file string) (*Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &Result{}
	return r, json.Unmarshal(text, r)
}
