package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/job"
)

var errBoom = errors.New("boom")

// fixture is a worker whose jobs note that they ran.
type fixture struct {
	*testing.T
	job.Worker
	clock *clock.Manual

	mu  sync.Mutex
	ran []string
}

func each(t *testing.T, fn func(f *fixture)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			c := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			f := &fixture{T: t, clock: c}
			f.Worker = job.Worker{DB: dbtest.Open(t, url(t), db.Options{Clock: c}), Kinds: map[string]job.Kind{
				"note": {Do: func(_ context.Context, args json.RawMessage) error { f.note(string(args)); return nil }},
				"fail": {Do: func(context.Context, json.RawMessage) error { f.note("fail"); return errBoom }},
				"die":  {Do: func(context.Context, json.RawMessage) error { f.note("die"); panic("poison \x00 \xff") }},
			}}
			fn(f)
		})
	}
}

func (f *fixture) note(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ran = append(f.ran, what)
}

func (f *fixture) enqueue(kind string, args any, o job.Options) {
	f.Helper()
	if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error { return job.Enqueue(tx, kind, args, o) }); err != nil {
		f.Fatal(err)
	}
}

// work runs all jobs that are due and returns what ran.
func (f *fixture) work() string {
	f.Helper()
	f.ran = nil
	for {
		worked, err := f.Step(f.Context())
		if err != nil {
			f.Fatal(err)
		}
		if !worked {
			return strings.Join(f.ran, " ")
		}
	}
}

func (f *fixture) want(want string) {
	f.Helper()
	if got := f.work(); got != want {
		f.Errorf("ran %q, want %q", got, want)
	}
}

func (f *fixture) count(state string) (n int64) {
	f.Helper()
	if err := f.DB.Read(f.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT COUNT(*) FROM jobs WHERE state = $1`, []any{state}, &n))
	}); err != nil {
		f.Fatal(err)
	}
	return n
}

// Spec: 11.1.5
func TestJobsRunOnceByPriorityThenTime(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("note", 1, job.Options{At: f.clock.Now().Add(-time.Second)})
		f.enqueue("note", 2, job.Options{Priority: 5})
		f.enqueue("note", 3, job.Options{At: f.clock.Now().Add(-time.Minute)})
		f.enqueue("note", 4, job.Options{At: f.clock.Now().Add(time.Minute)})
		f.want("2 3 1")
		f.want("")
		f.clock.Advance(time.Minute)
		f.want("4")
	})
}

// Spec: 11.1.5
func TestAJobOfAnUndoneCommandDoesNotRun(t *testing.T) {
	each(t, func(f *fixture) {
		if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error {
			return errors.Join(job.Enqueue(tx, "note", 1, job.Options{}), tx.Flush(), errBoom)
		}); !errors.Is(err, errBoom) {
			f.Error(err)
		}
		f.want("")
	})
}

func TestOneJobPerUniqueKeyWaitsOrRunsAndANewOneMayFollow(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("note", 1, job.Options{Unique: "k", Priority: 1})
		f.enqueue("note", 2, job.Options{Unique: "k"})
		f.enqueue("note", 3, job.Options{Unique: "other"})
		f.want("1 3")
		f.enqueue("note", 4, job.Options{Unique: "k"})
		f.want("4")
	})
}

// Spec: 11.1.5
func TestAFailureIsRetriedWithGrowingPausesUntilTheJobIsDead(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("fail", nil, job.Options{Unique: "k"})
		last := time.Duration(0)
		for try := 1; try < 10; try++ {
			f.want("fail")
			var next int64
			if err := f.DB.Read(f.Context(), func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT run_at FROM jobs WHERE state = 'waiting' AND error = 'boom'`, nil, &next))
			}); err != nil {
				f.Fatal(err)
			}
			pause := db.Time(next).Sub(f.clock.Now())
			if base := time.Second << (try - 1); pause <= last || pause < base || pause > base*3/2 {
				f.Errorf("after try %d a pause of %s", try, pause)
			}
			f.clock.Advance(pause - time.Millisecond)
			f.want("")
			f.clock.Advance(time.Millisecond)
			last = pause
		}
		f.want("fail")
		f.clock.Advance(1000 * time.Hour)
		f.want("")
		if f.count("dead") != 1 {
			f.Error("the job is not dead")
		}
		f.enqueue("note", 1, job.Options{Unique: "k"})
		f.want("1")
	})
}

// Spec: 11.1.5
func TestAPoisonousJobDoesNotBlockTheOthers(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("die", nil, job.Options{Priority: 9})
		f.enqueue("unknown", nil, job.Options{Priority: 8})
		f.enqueue("note", 1, job.Options{})
		f.want("die 1")
		if f.count("waiting") != 2 {
			f.Error("the failed jobs do not wait for another try")
		}
	})
}

// Spec: 10.3.8, 11.1.5
func TestAJobWhoseProcessDiedIsTakenOverWhenTheLeaseEnds(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("crash", nil, job.Options{})
		tries := 0
		f.Kinds["crash"] = job.Kind{Do: func(context.Context, json.RawMessage) error {
			if tries++; tries == 1 { // while it hangs, the lease ends and another worker takes over
				f.clock.Advance(59 * time.Second)
				f.want("")
				f.clock.Advance(2 * time.Second)
				f.want("")
				return errBoom
			}
			return nil
		}}
		f.work()
		if tries != 2 || f.count("done") != 1 || f.count("waiting") != 0 {
			f.Errorf("%d tries, %d done: the late failure of the first counts", tries, f.count("done"))
		}
	})
}

func TestALateResultLeavesTheJobToItsSuccessor(t *testing.T) {
	for _, late := range []error{nil, errBoom} {
		each(t, func(f *fixture) {
			f.enqueue("slow", nil, job.Options{})
			tries, taken, over := 0, make(chan bool), make(chan bool)
			var successor sync.WaitGroup
			f.Kinds["slow"] = job.Kind{Do: func(context.Context, json.RawMessage) error {
				if tries++; tries == 1 {
					f.clock.Advance(61 * time.Second)
					successor.Go(func() {
						if _, err := f.Step(f.Context()); err != nil {
							f.Error(err)
						}
					})
					<-taken
					return late
				}
				close(taken)
				<-over
				return nil
			}}
			if _, err := f.Step(f.Context()); err != nil || f.count("running") != 1 {
				f.Errorf("after %v of the first, %d run: %v", late, f.count("running"), err)
			}
			close(over)
			successor.Wait()
			if tries != 2 || f.count("done") != 1 {
				f.Errorf("after %v of the first: %d tries, %d done", late, tries, f.count("done"))
			}
		})
	}
}

func TestAJobThatKillsItsProcessEachTimeIsDeadInTheEnd(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("note", 1, job.Options{Unique: "k"})
		for range 10 { // as take leaves it when the process dies
			if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error {
				tx.Write(`UPDATE jobs SET state = 'running', tries = tries + 1, lease_until = $1`, tx.Micros())
				return nil
			}); err != nil {
				f.Fatal(err)
			}
		}
		f.clock.Advance(time.Hour)
		f.want("")
		if f.count("dead") != 1 {
			f.Error("the job is not dead")
		}
	})
}

func TestSeveralWorkersRunEachJobOnce(t *testing.T) {
	each(t, func(f *fixture) {
		for i := range 60 {
			f.enqueue("note", i, job.Options{})
		}
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				for worked := true; worked; {
					var err error
					if worked, err = f.Step(f.Context()); err != nil {
						f.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if len(f.ran) != 60 || f.count("done") != 60 {
			f.Errorf("%d runs, %d jobs are done", len(f.ran), f.count("done"))
		}
	})
}

// Spec: 11.1.5
func TestAScheduleRunsOncePerPeriodHoweverManyProcessesPlanIt(t *testing.T) {
	each(t, func(f *fixture) {
		f.Kinds["tick"] = job.Kind{Do: func(context.Context, json.RawMessage) error { f.note("tick"); return nil }}
		f.Schedules = []job.Schedule{{Kind: "tick", Every: time.Hour}}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := f.Step(f.Context()); err != nil {
					f.Error(err)
				}
			})
		}
		wg.Wait()
		if got := fmt.Sprint(f.ran); got != "[tick]" {
			f.Errorf("ran %s", got)
		}
		if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error { job.Forget(tx, tx.Micros()+1); return nil }); err != nil {
			f.Fatal(err)
		}
		f.want("")
		f.clock.Advance(59 * time.Minute)
		f.want("")
		f.clock.Advance(time.Minute)
		f.want("tick")
		f.clock.Advance(50 * time.Hour)
		f.want("tick")
	})
}

// gated lets the test decide when the jobs of a kind end.
func (f *fixture) gated(kind string, limit int) (running func() int, end chan<- bool) {
	gate := make(chan bool)
	now := 0
	f.Kinds[kind] = job.Kind{Limit: limit, Do: func(context.Context, json.RawMessage) error {
		f.mu.Lock()
		now++
		f.mu.Unlock()
		well := <-gate
		f.mu.Lock()
		now--
		f.mu.Unlock()
		if !well {
			return errBoom
		}
		return nil
	}}
	return func() int { f.mu.Lock(); defer f.mu.Unlock(); return now }, gate
}

// Spec: 11.1.5
func TestOfAKindWithALimitSoManyRunAtOnceOverAllWorkers(t *testing.T) {
	each(t, func(f *fixture) {
		running, end := f.gated("slow", 2)
		for range 5 {
			f.enqueue("slow", nil, job.Options{Priority: 9})
		}
		f.enqueue("note", 1, job.Options{})
		worked := make(chan bool)
		step := func() {
			ok, err := f.Step(f.Context())
			if err != nil {
				f.Error(err)
			}
			worked <- ok
		}
		for n := 1; n <= 2; n++ {
			go step()
			for running() < n {
				runtime.Gosched()
			}
		}
		f.want("1") // the others go on, and no third of the kind starts
		f.want("")
		end <- true
		end <- false
		if a, b := <-worked, <-worked; !a || !b || f.count("done") != 2 || f.count("waiting") != 4 {
			f.Errorf("%d are done, %d wait", f.count("done"), f.count("waiting"))
		}
		for left := 3; left > 0; left-- { // both slots are free again, of the one that failed too
			go step()
			for running() < 1 {
				runtime.Gosched()
			}
			end <- true
			<-worked
		}
		f.clock.Advance(time.Hour)
		go step()
		end <- true
		if ok := <-worked; !ok || f.count("done") != 6 {
			f.Errorf("%d are done", f.count("done"))
		}
	})
}

func TestTwoJobsNeverHaveOneSlot(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("note", 1, job.Options{})
		f.enqueue("note", 2, job.Options{})
		err := f.DB.Tx(f.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE jobs SET state = 'running', slot = 'one:1'`)
			return nil
		})
		if err == nil || !f.DB.IsUnique(err) {
			f.Errorf("two jobs in one slot: %v", err)
		}
	})
}

func TestAJobOfALimitedKindWhoseProcessDiedIsTakenOverInItsSlot(t *testing.T) {
	each(t, func(f *fixture) {
		f.Kinds["one"] = job.Kind{Limit: 1, Do: f.Kinds["note"].Do}
		f.enqueue("one", 1, job.Options{})
		f.enqueue("one", 2, job.Options{})
		if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error {
			tx.Write(`UPDATE jobs SET state = 'running', tries = 1, slot = 'one:1', lease_until = $1 WHERE args = '1'`, tx.Now.Add(time.Minute).UnixMicro())
			return nil
		}); err != nil {
			f.Fatal(err)
		}
		f.want("")
		f.clock.Advance(2 * time.Minute)
		f.want("1 2")
	})
}

// Spec: 11.1.5
func TestTheHandsOfAWorkerRunOtherJobsWhileOneHangs(t *testing.T) {
	each(t, func(f *fixture) {
		ctx, stop := context.WithCancel(f.Context())
		f.Kinds["hang"] = job.Kind{Do: func(ctx context.Context, _ json.RawMessage) error { <-ctx.Done(); return ctx.Err() }}
		f.Kinds["last"] = job.Kind{Do: func(context.Context, json.RawMessage) error { stop(); return nil }}
		f.enqueue("hang", nil, job.Options{Priority: 9})
		for i := range 5 {
			f.enqueue("note", i, job.Options{Priority: 5})
		}
		f.enqueue("last", nil, job.Options{})
		f.Hands = 2
		f.Worker.Run(ctx)
		if len(f.ran) != 5 || f.count("done") != 6 || f.count("waiting") != 1 {
			f.Errorf("ran %q, %d are done", f.ran, f.count("done"))
		}
	})
}

func TestAScheduledJobThatIsNotDoneYetIsNotDoubled(t *testing.T) {
	each(t, func(f *fixture) {
		f.Schedules = []job.Schedule{{Kind: "fail", Every: time.Second}}
		for range 5 {
			f.work()
			f.clock.Advance(time.Second)
		}
		if n := f.count("waiting"); n != 1 {
			f.Errorf("%d jobs wait", n)
		}
	})
}

func TestForgetDeletesOldJobsThatAreDone(t *testing.T) {
	each(t, func(f *fixture) {
		f.enqueue("note", 1, job.Options{})
		f.enqueue("fail", 1, job.Options{})
		f.work()
		if err := f.DB.Tx(f.Context(), func(tx *db.Tx) error { job.Forget(tx, tx.Micros()+1); return nil }); err != nil {
			f.Fatal(err)
		}
		if f.count("done") != 0 || f.count("waiting") != 1 {
			f.Error("the wrong ones are gone")
		}
	})
}
