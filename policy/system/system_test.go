package system_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/policy/backlog"
	"ordo/policy/system"
)

// server is a process that is watched, on a Wednesday.
type server struct {
	*testing.T
	*system.System
	engine *command.Engine
	clock  *clock.Manual
	free   atomic.Int64 // bytes of its disk of 1 GB
}

const gigabyte = 1_000_000_000

func each(t *testing.T, fn func(s *server)) {
	s := &server{clock: clock.NewManual(time.Date(2026, 3, 4, 12, 0, 30, 0, time.UTC))}
	begin := s.clock.Now()
	disk := func() (db.Disk, error) { return db.Disk{Free: s.free.Load(), Total: gigabyte}, nil }
	dbtest.Each(t, db.Options{Clock: s.clock, Disk: disk}, func(t *testing.T, d *db.DB) {
		s.T = t
		s.free.Store(gigabyte / 2)
		s.clock.Advance(begin.Sub(s.clock.Now()))
		s.begin(d)
		fn(s)
	})
}

// begin starts the server, again if it has run before.
func (s *server) begin(d *db.DB) {
	s.System = system.New()
	s.engine = &command.Engine{DB: d, Operations: append(backlog.Operations, s.Operations()...), Sealer: event.NewSealer(d, "test", nil)}
	s.Watch(s.engine, "prc_1")
}

// answer has an operation answered n times in so many milliseconds.
func (s *server) answer(operation string, n int, ms int, status int) {
	for range n {
		s.Observe(system.Response{
			Operation: operation, RequestID: fmt.Sprint("req_", ms), Status: status, At: s.clock.Now(), Took: time.Duration(ms) * time.Millisecond,
			Spent: db.Spent{Statement: fmt.Sprintf("SELECT\n\t\t%d", ms), Took: time.Duration(ms/2) * time.Millisecond, Waited: time.Duration(ms/4) * time.Millisecond},
		})
	}
}

func (s *server) write() {
	s.Helper()
	if err := s.Write(s.Context()); err != nil {
		s.Fatal(err)
	}
}

func call[Out any](s *server, operation string, in any) Out {
	s.Helper()
	out, err := command.Call(s.Context(), s.engine, operation, command.Meta{Actor: auth.Internal("test")}, in)
	if err != nil {
		s.Fatal(err)
	}
	return out.(Out)
}

func (s *server) days(filter string) []*system.Day {
	s.Helper()
	return call[query.Rows[*system.Day]](s, "system.responses", query.Input{Filter: filter, Sort: "day,operation"}).Items
}

func (s *server) slowest(filter string) []*system.Slow {
	s.Helper()
	return call[query.Rows[*system.Slow]](s, "system.slowest", query.Input{Filter: filter}).Items
}

// events are the bodies of those of a type.
func (s *server) events(kind string) (bodies []string) {
	s.Helper()
	if err := s.engine.DB.Read(s.Context(), func(tx *db.Tx) error {
		bodies = nil
		return tx.Load(db.All(`SELECT body FROM events WHERE type = $1 ORDER BY id`, []any{kind}, &bodies))
	}); err != nil {
		s.Fatal(err)
	}
	return bodies
}

// Spec: 15.1.2
func TestResponseTimesAreKeptByOperationAndDayAlsoOverARestart(t *testing.T) {
	each(t, func(s *server) {
		s.answer("job.list", 1998, 30, 200)
		s.answer("job.list", 1, 1999, 500)
		s.answer("job.get", 3, 4, 404)
		s.answer("no.operation", 3, 4, 404)
		s.write()
		s.write() // nothing new
		s.clock.Advance(time.Minute)
		s.begin(s.engine.DB)
		s.answer("job.list", 1, 2001, 200)
		s.write()
		s.clock.Advance(24 * time.Hour)
		s.answer("job.list", 1, 7, 200)
		s.write()

		all := s.days("")
		if len(all) != 3 || all[0].Operation != "job.get" || all[1].Operation != "job.list" || all[1].Day != clock.At(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)) || all[2].Requests != 1 {
			s.Fatalf("the days are %+v", all)
		}
		want := system.Times{Requests: 2000, ServerErrors: 1, Slow: 1, Share: 999_500, Met: true, P95: 48, Mean: 31}
		if d := all[1]; d.Times != want || d.Slowest != 2001 || d.Statement != "SELECT 2001" {
			s.Errorf("the first day is %+v, want %+v", d, want)
		}
		if d := all[0]; d.ClientErrors != 3 || d.P95 > 5 || d.Share != 1_000_000 {
			s.Errorf("the other operation is %+v", d)
		}
		if some := s.days("slow>0 day<2026-03-05"); len(some) != 1 || some[0].Slow != 1 {
			s.Errorf("slow ones are %+v", some)
		}
		week := call[*system.Trend](s, "system.trend", system.TrendIn{Operation: "job.list"})
		if len(week.Weeks) != 1 || week.Weeks[0].Requests != 2001 || week.Weeks[0].Slow != 1 || week.Weeks[0].From != clock.At(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)) || week.Target != 999_000 {
			s.Errorf("the trend is %+v", week.Weeks)
		}
		s.clock.Advance(4 * 24 * time.Hour) // Monday
		s.answer("job.list", 10, 7, 200)
		s.write()
		if weeks := call[*system.Trend](s, "system.trend", system.TrendIn{}).Weeks; len(weeks) != 2 || weeks[0].Requests != 2004 || weeks[1].Requests != 10 {
			s.Errorf("the trend is %+v", weeks)
		}
		if weeks := call[*system.Trend](s, "system.trend", system.TrendIn{Weeks: 1}).Weeks; len(weeks) != 1 || weeks[0].Requests != 10 {
			s.Errorf("this week is %+v", weeks)
		}
	})
}

// Spec: 15.1.2
func TestTheTenSlowestOfADayAreKeptWithTheirStatements(t *testing.T) {
	each(t, func(s *server) {
		for ms := range 30 {
			s.answer("job.list", 1, 100+(ms*7)%30, 200)
			if ms%10 == 0 {
				s.write()
			}
		}
		s.write()
		s.begin(s.engine.DB) // another process knows nothing of the first
		s.answer("job.list", 1, 119, 200)
		s.answer("job.list", 1, 400, 503)
		s.answer("job.get", 1, 3, 200)
		s.write()
		all := s.slowest("operation:job.list")
		if len(all) != 10 {
			s.Fatalf("%d are kept", len(all))
		}
		first := system.Slow{ID: all[0].ID, Operation: "job.list", RequestID: "req_400", At: clock.At(s.clock.Now()), Status: 503, Took: 400, Waited: 100, Statement: "SELECT 400", StatementTook: 200}
		if *all[0] != first || all[1].Took != 129 || all[9].Took != 121 {
			s.Errorf("the slowest are %+v, … %+v", all[0], all[9])
		}
		if more := s.slowest("took<10"); len(more) != 1 || more[0].Operation != "job.get" {
			s.Errorf("of the other operation there are %d", len(more))
		}
	})
}

// Spec: 15.1.2
func TestAMissedTargetIsAnAlarmOncePerOperationAndDay(t *testing.T) {
	each(t, func(s *server) {
		s.answer("job.get", 2000, 10, 200)
		s.answer("job.get", 2, 2500, 200) // 0.999
		s.write()
		if told := s.events("system.slow"); len(told) != 0 {
			s.Fatalf("the target is met, and told is %v", told)
		}
		s.answer("job.get", 1, 3000, 200)
		s.answer("job.list", 2, 2100, 200)
		s.write()
		told := strings.Join(s.events("system.slow"), "\n")
		for _, want := range []string{`"operation":"job.get"`, `"operation":"job.list"`, `"statement":"SELECT 3000"`, `"statement_ms":1500`, `"slow":3`, `"request_id":"req_3000"`} {
			if !strings.Contains(told, want) {
				s.Errorf("%s is not told: %s", want, told)
			}
		}
		s.answer("job.get", 5, 3000, 200)
		s.write()
		s.begin(s.engine.DB)
		s.answer("job.get", 5, 3000, 200)
		s.write()
		if told := s.events("system.slow"); len(told) != 2 {
			s.Errorf("told is %v", told)
		}
		s.clock.Advance(24 * time.Hour)
		s.answer("job.get", 1, 3000, 200)
		s.write()
		if told := s.events("system.slow"); len(told) != 3 {
			s.Errorf("on the next day told is %v", told)
		}
	})
}

// Spec: 13.1.8
func TestFiguresOfThirtyDaysAreKept(t *testing.T) {
	each(t, func(s *server) {
		for range 3 {
			s.write()
			s.clock.Advance(time.Minute)
		}
		h := call[*system.History](s, "system.history", system.HistoryIn{Hours: 1})
		if len(h.Points) != 3 || h.Step != 1 {
			s.Fatalf("the history is %+v", h)
		}
		for _, p := range h.Points {
			if p.Process != "prc_1" || p.Memory < 1<<20 || p.Heap < 1<<10 || p.Goroutines < 2 || p.Handles < 3 || p.HandleLimit < p.Handles || p.Database < 100_000 || p.DiskFree != gigabyte/2 || p.DiskTotal != gigabyte {
				s.Errorf("a point is %+v", p.Figures)
			}
		}
		now := call[*system.Metrics](s, "system.metrics", struct{}{})
		if grown := h.Points[1].CPU + h.Points[2].CPU; h.Points[0].CPU <= 0 || h.Points[0].CPU+grown > now.CPU {
			s.Errorf("of %d ms, minutes have %d, %d, %d", now.CPU, h.Points[0].CPU, h.Points[1].CPU, h.Points[2].CPU)
		}
		s.clock.Advance(29 * 24 * time.Hour)
		s.write()
		h = call[*system.History](s, "system.history", system.HistoryIn{Hours: 720})
		if len(h.Points) != 2 || h.Step != 120 || h.Points[0].CPU == 0 {
			s.Errorf("in long steps the history is %+v", h)
		}
	})
}

// Spec: 13.1.8, 15.1.2
func TestWhatIsKeptNoLongerIsForgotten(t *testing.T) {
	each(t, func(s *server) {
		count := func() (spans string) {
			rows := dbtest.Rows(s.T, s.engine.DB)
			return fmt.Sprint(rows["response_times"], rows["slow_requests"], rows["resource_figures"])
		}
		s.answer("job.list", 1, 10, 200)
		s.write()
		for _, c := range []struct {
			days int
			want string
		}{{1, "3 1 1"}, {1, "2 1 1"}, {28, "1 0 1"}, {1, "1 0 0"}, {368, "1 0 0"}, {1, "0 0 0"}} {
			s.clock.Advance(time.Duration(c.days) * 24 * time.Hour)
			if err := system.Forget(s.Context(), s.engine.DB); err != nil || count() != c.want {
				s.Errorf("%d days later there are %s, want %s, %v", c.days, count(), c.want, err)
			}
		}
	})
}

// Spec: 13.1.8
func TestADiskThatFillsIsToldOnceADayAndWhatCantBeWrittenIsKept(t *testing.T) {
	each(t, func(s *server) {
		s.free.Store(gigabyte/5 + gigabyte/100)
		s.write()
		if told := s.events("system.disk_filling"); len(told) != 0 {
			s.Fatalf("below the mark, told is %v", told)
		}
		s.free.Store(gigabyte / 5)
		s.Look(s.Context())
		s.write()
		if told := s.events("system.disk_filling"); len(told) != 1 || !strings.Contains(told[0], `"used_percent":80`) || !strings.Contains(told[0], `"free_bytes":200000000`) {
			s.Fatalf("at the mark, told is %v", told)
		}
		s.free.Store(gigabyte / 100)
		s.answer("job.list", 7, 10, 200)
		if err := s.Write(s.Context()); err == nil {
			s.Fatal("a full disk was written to")
		}
		if m := call[*system.Metrics](s, "system.metrics", struct{}{}); !m.Refused || m.DiskUsed != 99 {
			s.Errorf("refused %v, used by %d %%", m.Refused, m.DiskUsed)
		}
		s.free.Store(gigabyte / 2)
		s.write()
		if all := s.days(""); len(all) != 1 || all[0].Requests != 7 {
			s.Errorf("with room again, the days are %+v", all)
		}
		if m := call[*system.Metrics](s, "system.metrics", struct{}{}); m.Refused || m.DiskUsed != 50 || len(m.Operations) != 1 || m.Operations[0].Requests != 7 {
			s.Errorf("the metrics are %+v", m)
		}
		s.clock.Advance(24 * time.Hour)
		s.free.Store(gigabyte / 10)
		s.write()
		if told := s.events("system.disk_filling"); len(told) != 2 {
			s.Errorf("on the next day, told is %v", told)
		}
	})
}

// Spec: 13.1.8
func TestQueuesTellTheAgeOfTheOldest(t *testing.T) {
	each(t, func(s *server) {
		at := s.clock.Now().UnixMicro()
		if err := s.engine.DB.Tx(s.Context(), func(tx *db.Tx) error {
			tx.Write(`INSERT INTO jobs (id, kind, args, state, run_at, max_tries, created_at) VALUES ('job_1', 'x', '{}', 'waiting', $1, 10, $1), ('job_2', 'x', '{}', 'waiting', $2, 10, $1)`, at-90_000_000, at+1)
			tx.Write(`INSERT INTO intents (id, kind, subject, request, state, run_at, created_at) VALUES ('int_1', 'x', 'x', '{}', 'waiting', $1, $1)`, at-7_000_000)
			tx.Write(`INSERT INTO cursors (consumer, position) VALUES ('webhook:whk_1', 0)`)
			return nil
		}); err != nil {
			s.Fatal(err)
		}
		dead := command.Meta{Actor: auth.Internal("test")}
		if err := s.engine.DB.Tx(s.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE jobs SET state = 'dead', ended_at = 1 WHERE id = 'job_2'`)
			return nil
		}); err != nil {
			s.Fatal(err)
		}
		if _, err := command.Call(s.Context(), s.engine, "job.replay", dead, backlog.ReplayIn{ID: "job_2"}); err != nil {
			s.Fatal(err)
		}
		m := call[*system.Metrics](s, "system.metrics", struct{}{})
		if m.OldestJob != 90 || m.OldestEffect != 7 || m.OldestDelivery != 0 || m.Unsealed != 1 || m.Lag != 0 {
			s.Errorf("queues are %+v", m.Figures)
		}
		for sealed := 1; sealed > 0; {
			var err error
			if sealed, err = s.engine.Sealer.Seal(context.Background()); err != nil {
				s.Fatal(err)
			}
		}
		if m := call[*system.Metrics](s, "system.metrics", struct{}{}); m.Unsealed != 0 || m.Lag != 1 {
			s.Errorf("after sealing, %d are unsealed and a consumer is %d behind", m.Unsealed, m.Lag)
		}
	})
}
