package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// importFile measures the import of a file by a process of its own.
func importFile(ctx context.Context, m *measurement) error {
	dir, err := os.MkdirTemp("", "ordo-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	argv := m.Import(m.database.url, m.File, filepath.Join(dir, "aside.csv"))
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = stopLimit
	c.Stderr = m.Stderr
	meters := m.database.meters(ctx)
	start, before := time.Now(), readAll(meters)
	report, err := c.Output()
	took, after := time.Since(start), readAll(meters)
	if err != nil {
		return fmt.Errorf("the import: %w", err)
	}
	var rows struct {
		Imported int64 `json:"rows_imported"`
	}
	if err := json.Unmarshal(report, &rows); err != nil {
		return err
	}
	if rows.Imported == 0 {
		return fmt.Errorf("no row of %s was imported", m.File)
	}
	cpu := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	f := &Figures{Name: "import", Clients: 1, Seconds: took.Seconds(), Answers: rows.Imported, PerSecond: float64(rows.Imported) / took.Seconds(), PeakMemory: mostMemory(c.ProcessState)}
	f.addCPU("import", cpu)
	for i, other := range meters {
		f.addCPU(other.name, after[i]-before[i])
	}
	m.result.add(f)
	m.result.note("%d rows in %.1f s: %.0f rows/s, %.1f s of CPU time, %d MB at most", rows.Imported, took.Seconds(), f.PerSecond, cpu.Seconds(), f.PeakMemory)
	return nil
}

// mostMemory is the most memory that a process which has ended held, in
// megabytes. The kernel counts it from the fork, so it is at least this
// process's own.
func mostMemory(p *os.ProcessState) int64 {
	if used, ok := p.SysUsage().(*syscall.Rusage); ok {
		return used.Maxrss / 1024
	}
	return 0
}
