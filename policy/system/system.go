package system

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	dto "github.com/prometheus/client_model/go"

	"ordo/base/clock"
	"ordo/engine/command"
	"ordo/engine/db"
)

// System watches a process and its workspace.
type System struct {
	engine  *command.Engine
	process string
	meters  map[string]*meter    // by operation
	runtime *prometheus.Registry // what Go and the machine tell of the process

	writing sync.Mutex      // held by who writes the history or looks at the disk
	before  Figures         // when the history was written last
	alerted map[string]bool // keys of alarms that were raised
	filling bool            // the disk is above the mark
	refused bool            // and too full to be written to
}

// New returns a system that watches nothing yet.
func New() *System {
	s := &System{meters: map[string]*meter{}, runtime: prometheus.NewRegistry(), alerted: map[string]bool{}}
	s.runtime.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Watch begins to watch an engine. The process is named in the history.
func (s *System) Watch(e *command.Engine, process string) {
	s.engine, s.process = e, process
	for _, o := range e.Operations {
		s.meters[o.Spec().Name] = &meter{}
	}
}

// Observe counts an answer. It is cheap, and called for every one.
func (s *System) Observe(r Response) {
	if m := s.meters[r.Operation]; m != nil {
		m.add(r)
	}
}

// How often the disk is looked at, and after how many of these looks the history
// is written.
const (
	look   = 5 * time.Second
	period = 12
)

// Run writes the history once a minute until ctx ends, and then the rest.
func (s *System) Run(ctx context.Context) {
	for n, more := 1, true; more; n++ {
		more = clock.System.Sleep(ctx, look) == nil
		if more && n%period != 0 {
			s.Look(ctx)
			continue
		}
		err := s.Write(context.WithoutCancel(ctx))
		if disk, _ := s.engine.DB.Disk(); err != nil && !(disk.Full() && errors.Is(err, db.ErrFull)) { // which is told already
			slog.Warn("the history of response times and figures was not written; it is tried again", "error", err)
		}
	}
}

// Look looks at the disk, and tells if it fills, is full, or has room again.
func (s *System) Look(ctx context.Context) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.lookAtDisk(ctx)
}

// Write adds to the history what was counted since it was written last, and raises the
// alarms that follow. What can't be written stays counted.
func (s *System) Write(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.lookAtDisk(ctx)
	all := slices.DeleteFunc(s.all(), func(n news) bool { return n.requests == 0 })
	var now Figures
	if err := s.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { now, err = s.Figures(tx); return err }); err != nil {
		return err
	}
	if err := s.engine.DB.Tx(ctx, func(tx *db.Tx) error {
		for _, n := range all {
			writeNews(tx, n)
		}
		writeFigures(tx, s.process, now.since(s.before))
		return nil
	}); err != nil {
		return err
	}
	s.before = now
	for _, n := range all {
		s.meters[n.operation].wrote(n)
	}
	return s.judge(ctx, all)
}

// all is what was counted of each operation, in the order of their names.
func (s *System) all() (all []news) {
	for _, name := range slices.Sorted(maps.Keys(s.meters)) {
		all = append(all, s.meters[name].news(name))
	}
	return all
}

// Figures reads what the process uses and how long its queues are.
func (s *System) Figures(tx *db.Tx) (f Figures, err error) {
	if err := s.measure(&f); err != nil {
		return f, err
	}
	d := s.engine.DB
	writes, reads := d.Lanes()
	f.WritersStarted, f.WritersBusy, f.WritersWaiting, f.WritersWaited = writes.Started, writes.Busy, writes.Waiting, writes.Waited.Milliseconds()
	f.ReadersStarted, f.ReadersBusy, f.ReadersWaiting, f.ReadersWaited = reads.Started, reads.Busy, reads.Waiting, reads.Waited.Milliseconds()
	f.Log = d.LogBytes()
	if disk, err := d.Disk(); err == nil { // what can't be looked at is not known
		f.DiskFree, f.DiskTotal = disk.Free, disk.Total
	}
	return f, tx.Load(append(queues(tx, &f), d.Bytes(&f.Database))...)
}

// measure asks Go and the machine.
func (s *System) measure(f *Figures) error {
	families, err := s.runtime.Gather()
	for _, family := range families {
		m := family.GetMetric()[0]
		switch value := valueOf(m); family.GetName() {
		case "process_cpu_seconds_total":
			f.CPU = int64(value * 1e3)
		case "process_resident_memory_bytes":
			f.Memory = int64(value)
		case "process_open_fds":
			f.Handles = int64(value)
		case "process_max_fds":
			f.HandleLimit = int64(min(value, 1<<62))
		case "go_goroutines":
			f.Goroutines = int64(value)
		case "go_memstats_heap_alloc_bytes":
			f.Heap = int64(value)
		case "go_gc_duration_seconds":
			f.Pauses, f.Collections = int64(m.GetSummary().GetSampleSum()*1e6), int64(m.GetSummary().GetSampleCount())
		}
	}
	return err
}

func valueOf(m *dto.Metric) float64 {
	if c := m.GetCounter(); c != nil {
		return c.GetValue()
	}
	return m.GetGauge().GetValue()
}
