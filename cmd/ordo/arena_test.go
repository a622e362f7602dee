package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
	"ordo/sales/order"
)

// contender is a command that meets others in a scene.
type contender struct {
	name      string // in the scene
	operation string
	in        object
	scene     *scene

	points []point     // what it sends when it is alone
	rows   []string    // that anchor what it does
	tables []string    // that it writes to
	owned  []string    // of which it makes a row with a version, or changes one if it still has that version
	alone  [2][]string // what it does when it is alone, by each process
}

// point is the nth time that a statement is sent, or commit.
type point struct {
	text string
	nth  int
}

const commit = "COMMIT"

// barrier sees what a process sends, and can stop it before a statement or a commit.
type barrier struct {
	mu     sync.Mutex
	points []point
	rows   map[string]bool // anchoring rows that were locked or changed
	tables map[string]bool // that were written to
	owned  map[string]bool // tables of which a row with a version was made, or changed if it still had that version
	groups []int           // commands per commit

	stop          point // before which it waits
	reached, open chan struct{}
}

func (g *barrier) reset(stop point) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.points, g.groups, g.rows, g.tables, g.owned = nil, nil, map[string]bool{}, map[string]bool{}, map[string]bool{}
	g.stop, g.reached, g.open = stop, make(chan struct{}), make(chan struct{})
}

// tell notes what a command locked and wrote.
func (g *barrier) tell(c *contender) {
	c.rows, c.tables, c.owned = slices.Sorted(maps.Keys(g.rows)), slices.Sorted(maps.Keys(g.tables)), slices.Sorted(maps.Keys(g.owned))
}

func (g *barrier) record(trip []db.Recorded) {
	g.mu.Lock()
	for _, s := range trip {
		if table := writesTo(s.Text); table != "" {
			g.tables[table] = true
			if _, where, _ := strings.Cut(s.Text, "WHERE "); table != "events" && strings.HasPrefix(s.Text, "INSERT ") && strings.Contains(s.Text, ", version") || strings.Contains(where, "version = $") {
				g.owned[table] = true
			}
		}
		if row := anchoring(s); row != "" {
			g.rows[row] = true
		}
	}
	g.mu.Unlock()
	g.pass(trip[0].Text)
}

func (g *barrier) fault(p db.Point, n int) error {
	if p == db.Commit {
		g.mu.Lock()
		g.groups = append(g.groups, n)
		g.mu.Unlock()
		g.pass(commit)
	}
	return nil
}

func (g *barrier) pass(text string) {
	g.mu.Lock()
	p := point{text, 1}
	for _, before := range g.points {
		if before.text == text {
			p.nth++
		}
	}
	g.points = append(g.points, p)
	stopped, reached, open := p == g.stop, g.reached, g.open
	g.mu.Unlock()
	if stopped {
		close(reached)
		<-open
	}
}

// anchoring names the row of an anchor that a statement locks or changes: that
// of an order, or of stock, which every writer changes with a condition.
func anchoring(s db.Recorded) string {
	for _, kind := range anchors {
		if strings.HasPrefix(s.Text, "SELECT 1 FROM "+kind.Table+" WHERE id = $1") {
			return fmt.Sprint(kind.Kind, " ", s.Args[0])
		}
	}
	if writesTo(s.Text) == "stock" && len(s.Args) > 2 {
		return fmt.Sprint("stock ", s.Args[0], " ", s.Args[1], " ", s.Args[2])
	}
	return ""
}

// arena is a scene on one database, where two commands meet: two processes on
// PostgreSQL, one on SQLite.
type arena struct {
	*testing.T
	*stage
	houses     [2]*house
	barriers   [2]*barrier
	contenders []*contender
	monitor    *pgx.Conn
	ids        id.Source
	late       bool   // the job that serves backorders runs before the end
	session    string // name of the processes' sessions
}

// planned marks the context of a command that is to fail in its middle.
type planned struct{}

var errPlanned = errors.New("planned to fail")

// newArena builds a scene. The calls that commands ask for are not made from
// there on: they would be transactions of their own.
func newArena(t *testing.T, database string, sc scene) *arena {
	t.Helper()
	a := &arena{T: t}
	a.ids = rising()
	now := clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC))
	a.houses[0] = a.open(0, database, now)
	inputs := sc.build(newStory(t, a.houses[0]))
	a.houses[1], a.barriers[1] = a.houses[0], a.barriers[0]
	if strings.HasPrefix(database, "postgres") {
		a.houses[1] = a.open(1, database, now)
		a.watch(database)
	}
	for _, h := range a.houses {
		for kind := range h.engine.Effects.Performers { // order-free: all alike
			h.engine.Effects.Performers[kind] = func(context.Context, effect.Intent) error { return nil }
		}
	}
	a.stage = keep(t, dbtest.Open(t, database, db.Options{Clock: now, IDs: a.ids}))
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		operation, _, _ := strings.Cut(name, " ")
		a.contenders = append(a.contenders, &contender{name: name, operation: operation, in: inputs[name]})
	}
	return a
}

func (a *arena) open(i int, database string, now clock.Clock) *house {
	a.Helper()
	a.barriers[i] = &barrier{}
	a.barriers[i].reset(point{})
	o := db.Options{Clock: now, IDs: a.ids, Record: a.barriers[i].record, Fault: a.barriers[i].fault}
	if strings.HasPrefix(database, "postgres") {
		o.Alone = locks
		database += "&deadlock_timeout=20ms"
	}
	h := housed(a.T, database, o)
	h.engine.Reactions = slices.Clone(h.engine.Reactions)
	for _, t := range event.Types() {
		h.engine.Reactions = append(h.engine.Reactions, event.Reaction{On: t.Name, Name: "fail", Do: func(tx *db.Tx, _ event.Event) error {
			if tx.Context().Value(planned{}) != nil {
				return errPlanned
			}
			return nil
		}})
	}
	return h
}

// watch opens a connection that sees whether a process waits for a lock.
func (a *arena) watch(database string) {
	a.Helper()
	u, err := url.Parse(database)
	if err != nil {
		a.Fatal(err)
	}
	a.session = u.Query().Get("application_name")
	q := u.Query()
	q.Del("application_name")
	u.RawQuery = q.Encode()
	if a.monitor, err = pgx.Connect(a.Context(), u.String()); err != nil {
		a.Fatal(err)
	}
	a.Cleanup(func() { a.monitor.Close(context.Background()) })
}

func (a *arena) waits() (waits bool) {
	a.Helper()
	if err := a.monitor.QueryRow(a.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock')`, a.session).Scan(&waits); err != nil {
		a.Fatal(err)
	}
	return waits
}

// rising gives ids that rise in the order in which they are drawn.
func rising() id.Source {
	var n atomic.Uint64
	return id.Source{Read: func(b []byte) {
		for i, left := len(b)-1, n.Add(1); left > 0; i, left = i-1, left>>8 {
			b[i] = byte(left)
		}
	}}
}

// two are the commands of a meeting, in the order of their processes.
type two [2]*contender

var keys = [2]string{"race-first", "race-second"}

// invoke runs a command and returns its answer as a line of a picture.
func (a *arena) invoke(ctx context.Context, c two, i int) string {
	answer, err := command.Call(ctx, a.houses[i].engine, c[i].operation, command.Meta{Actor: auth.Internal("test"), Key: keys[i]}, c[i].in)
	if err == nil && outcome(c[i].operation) != nil {
		answer = "done" // it was read again after the commit
	}
	var text []byte
	if err == nil {
		text, err = json.Marshal(answer)
	}
	if err != nil {
		text = []byte(refused(err))
	}
	return fmt.Sprintf("%s %s: %s", keys[i], c[i].name, text)
}

// refused tells a problem; what is none, or nobody's fault but ours, is told as
// improper, which no other order of the commands gives.
func refused(err error) string {
	p := problem.As(err)
	if p == nil || p.Kind() == problem.Internal || p.Kind() == problem.Unavailable {
		return "improper: " + err.Error()
	}
	extra, _ := json.Marshal(p.Extra)
	text := "refused " + string(extra)
	for _, f := range p.Faults {
		if !slices.Contains(problem.All(), f.Code) || f.Remedy+f.Code.Remedy == "" {
			text = "improper: " + text
		}
		text += fmt.Sprintf(" %s %s %s %v %s;", f.Code.Name, f.Pointer, f.Detail, f.Allowed, f.Remedy)
	}
	return text
}

func failed(answer string) bool {
	return strings.Contains(answer, ": refused") || strings.Contains(answer, ": improper")
}

// start runs a command beside others.
func (a *arena) start(ctx context.Context, c two, i int) <-chan string {
	answer := make(chan string, 1)
	go func() { answer <- a.invoke(ctx, c, i) }()
	return answer
}

// reset forgets what was sent, and lets a process stop before a point.
func (a *arena) reset(process int, stop point) {
	for _, g := range a.barriers {
		g.reset(point{})
	}
	a.barriers[process].reset(stop)
}

// end returns what changed with the answers, and undoes it.
func (a *arena) end(answers ...string) []string {
	a.Helper()
	if a.late {
		if err := order.AllocateWaiting(a.Context(), a.houses[0].engine); err != nil {
			a.Error(err)
		}
	}
	tables := map[string]bool{}
	for _, g := range a.barriers {
		maps.Copy(tables, g.tables)
	}
	delete(tables, "counters") // numbers have gaps
	names := slices.Sorted(maps.Keys(tables))
	compared := names
	if a.late {
		compared = []string{"order_lines", "stock"}
	}
	lines := append(a.changes(a.T, compared), answers...)
	a.restore(a.T, names)
	return a.picture(lines)
}

// alone runs a command by itself. It has to succeed.
func (a *arena) alone(c *contender) {
	a.Helper()
	for _, i := range []int{1, 0} { // the second time without blocks of numbers
		a.reset(0, point{})
		answer := a.invoke(a.Context(), two{c, c}, i)
		if i == 0 {
			g := a.barriers[0]
			c.points = g.points[:1+slices.Index(g.points, point{commit, 1})]
			g.tell(c)
		}
		if failed(answer) {
			a.Errorf("alone %s", answer)
		}
		c.alone[i] = a.end(answer)
	}
}

// serial runs one command after the other.
func (a *arena) serial(c two, first int) []string {
	a.Helper()
	a.reset(0, point{})
	var answers [2]string
	answers[first] = a.invoke(a.Context(), c, first)
	answers[1-first] = a.invoke(a.Context(), c, 1-first)
	return a.end(answers[:]...)
}

// interleave stops the first command before a point, lets the second run until
// it is done or waits for the first, and lets the first go on. It tells whether
// the point was reached.
func (a *arena) interleave(c two, first int, stop point) (got []string, reached bool) {
	a.Helper()
	a.reset(first, stop)
	g := a.barriers[first]
	var answers [2]string
	one := a.start(a.Context(), c, first)
	select {
	case <-g.reached:
		reached = true
	case answers[first] = <-one:
	}
	other := a.start(a.Context(), c, 1-first)
	for answers[1-first] == "" && !a.waits() {
		select {
		case answers[1-first] = <-other:
		default:
		}
	}
	close(g.open)
	if reached {
		answers[first] = <-one
	}
	if answers[1-first] == "" {
		answers[1-first] = <-other
	}
	return a.end(answers[:]...), reached
}

// grouped lets two commands of SQLite share a commit, by letting them wait
// until another one is done. One of them may be planned to fail, which it does
// with its first event: spoiled tells whether it had one.
func (a *arena) grouped(c two, first, fails int) (got []string, shared, spoiled bool) {
	a.Helper()
	a.reset(0, point{commit, 1})
	g := a.barriers[0]
	before := make(chan error, 1)
	go func() {
		before <- a.houses[0].db.Tx(a.Context(), func(tx *db.Tx) error { tx.Write(`DELETE FROM counters WHERE name = ''`); return nil })
	}()
	<-g.reached
	var running [2]<-chan string
	for n, i := range []int{first, 1 - first} {
		ctx := a.Context()
		if i == fails {
			ctx = context.WithValue(ctx, planned{}, true)
		}
		running[i] = a.start(ctx, c, i)
		for a.houses[0].db.Waiting() <= int64(n) {
			runtime.Gosched()
		}
	}
	close(g.open)
	if err := <-before; err != nil {
		a.Error(err)
	}
	answers := []string{<-running[0], <-running[1]}
	if spoiled = fails >= 0 && failed(answers[fails]); spoiled {
		answers = slices.Delete(answers, fails, fails+1)
	}
	return a.end(answers...), slices.Contains(g.groups, 2), spoiled
}
