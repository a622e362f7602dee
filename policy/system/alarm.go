package system

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Alarms are events, so that webhooks and streams carry them; each stands for
// itself. A day has one at most of a kind, and of an operation.
var (
	SlowDay = event.Declare("system.slow", 1, "On this day more than one in a thousand answers to an operation took longer than two seconds.", slowBody{})
	Filling = event.Declare("system.disk_filling", 1, "The disk that holds the database is full by 80 % or more; shortly before it is full, writes are refused.", diskBody{})
)

type slowBody struct {
	Operation     string      `json:"operation"`
	Day           clock.Stamp `json:"day"`
	Requests      int64       `json:"requests" doc:"Answers of the day so far"`
	Slow          int64       `json:"slow" doc:"Of them, those that took longer than two seconds"`
	Share         money.Rate  `json:"in_time"`
	Slowest       int64       `json:"slowest_ms"`
	RequestID     string      `json:"request_id" doc:"Of the slowest"`
	Statement     string      `json:"statement" doc:"That took longest in it, without values"`
	StatementTook int64       `json:"statement_ms"`
}

type diskBody struct {
	Used  int64 `json:"used_percent"`
	Free  int64 `json:"free_bytes"`
	Total int64 `json:"total_bytes"`
}

// alarm is the input of a command that tells of a slow operation, or, without
// one, of the disk.
type alarm struct {
	Operation string
	Day       clock.Stamp

	disk db.Disk
}

func (a alarm) key() string {
	if a.Operation == "" {
		return "disk:" + a.Day.Time().Format(time.DateOnly)
	}
	return "slow:" + a.Day.Time().Format(time.DateOnly) + ":" + a.Operation
}

// raised is an alarm that was told.
type raised struct {
	id   string
	slow *slowBody // nil if it is not of an operation, or was told before
}

// raising is in no table: nobody but the system raises alarms.
var raising = command.Def[alarm, *raised]{
	Name: "system.raise", Run: raise,
	Result: func(r *raised) (string, int64) { return r.id, 1 },
	Repeat: func(_ *db.Tx, id string) (*raised, error) { return &raised{id: id}, nil },
}

func raise(tx *db.Tx, in alarm) (*raised, error) {
	r := &raised{id: tx.ID("alr")}
	if in.Operation == "" {
		return r, event.Emit(tx, event.Event{Type: Filling, Subject: r.id, Sequence: 1, Body: diskBody{in.disk.Used(), in.disk.Free, in.disk.Total}})
	}
	t, slowest, err := today(tx, in.Operation, in.Day.Time())
	if err != nil {
		return nil, err
	}
	r.slow = &slowBody{in.Operation, in.Day, t.requests, t.slow(), t.share(), slowest.Took, slowest.RequestID, slowest.Statement, slowest.StatementTook}
	return r, event.Emit(tx, event.Event{Type: SlowDay, Subject: r.id, Sequence: 1, Body: *r.slow})
}

// raise tells of an alarm, once: the key says so for all processes and starts.
func (s *System) raise(ctx context.Context, a alarm) error {
	key := a.key()
	if s.alerted[key] {
		return nil
	}
	answer, err := raising.Invoke(ctx, s.engine, command.Meta{Actor: auth.Internal("system"), Key: key}, &a)
	if err != nil {
		return err
	}
	s.alerted[key] = true
	if b := answer.Value.(*raised).slow; b != nil {
		slog.Warn("answers are slow", "operation", b.Operation, "requests", b.Requests, "slow", b.Slow, "slowest_ms", b.Slowest, "statement", b.Statement, "statement_ms", b.StatementTook)
	}
	return nil
}

// judge raises the alarm of operations that have missed the target today.
func (s *System) judge(ctx context.Context, all []news) (err error) {
	day := dayOf(s.engine.DB.Clock.Now())
	for _, n := range all {
		if n.slow() == 0 {
			continue
		}
		var t tally
		failed := s.engine.DB.Read(ctx, func(tx *db.Tx) (err error) { t, _, err = today(tx, n.operation, day); return err })
		if failed == nil && t.share() < TargetShare {
			failed = s.raise(ctx, alarm{Operation: n.operation, Day: clock.At(day)})
		}
		err = errors.Join(err, failed)
	}
	return err
}

// mark is when the disk is told to fill, in percent.
const mark = 80

// lookAtDisk tells when the disk fills, when writes are refused, and when they go
// on.
func (s *System) lookAtDisk(ctx context.Context) {
	d := s.engine.DB
	disk, err := d.Disk()
	if err != nil {
		slog.Warn("the disk of the database can't be looked at", "error", err)
		return
	}
	if full := disk.Full(); full != s.refused {
		s.refused = full
		if full {
			slog.Error("the disk is full: writes are refused, reads go on", "free_bytes", disk.Free, "total_bytes", disk.Total)
		} else {
			slog.Warn("the disk has room again: writes go on", "free_bytes", disk.Free, "total_bytes", disk.Total)
		}
	}
	filling := disk.Used() >= mark
	if filling && !s.filling {
		slog.Warn("the disk fills", "used_percent", disk.Used(), "free_bytes", disk.Free, "total_bytes", disk.Total)
	}
	if s.filling = filling; filling && !s.refused {
		if err := s.raise(ctx, alarm{Day: clock.At(dayOf(d.Clock.Now())), disk: disk}); err != nil {
			slog.Warn("the alarm of the disk was not written", "error", err)
		}
	}
}
