package system

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

// queues reads how long what waits has waited. An event of the last moments alone
// can be without a place in the log, unless the sealer has stopped.
func queues(tx *db.Tx, f *Figures) []db.Read {
	oldest := func(due, from string, into *int64) db.Read {
		return db.One(`SELECT COALESCE(($1 - MIN(`+due+`)) / 1000000, 0) FROM `+from+` AND `+due+` <= $1`, []any{tx.Micros()}, into)
	}
	return []db.Read{
		oldest("run_at", `jobs WHERE state = 'waiting'`, &f.OldestJob),
		oldest("run_at", `intents WHERE state <> 'done'`, &f.OldestEffect),
		oldest("next_at", `webhook_deliveries WHERE state = 'waiting'`, &f.OldestDelivery),
		db.One(`SELECT COUNT(*) FROM events e WHERE e.id >= $1 AND (SELECT l.position FROM log l WHERE l.event_id = e.id) IS NULL`,
			[]any{id.First("evt", tx.Now.Add(-time.Hour))}, &f.Unsealed),
		db.One(`SELECT COALESCE((SELECT MAX(position) FROM log) - MIN(position), 0) FROM cursors`, nil, &f.Lag),
	}
}

// lag is how far a consumer of the log is behind.
type lag struct {
	consumer string
	behind   int64
}

func lags(tx *db.Tx) (all []lag, err error) {
	err = tx.Load(db.Many(`SELECT consumer, COALESCE((SELECT MAX(position) FROM log), 0) - position FROM cursors ORDER BY consumer`, nil, func(scan db.Scan) error {
		var l lag
		err := scan(&l.consumer, &l.behind)
		all = append(all, l)
		return err
	}))
	return all, err
}

// tallyColumns are those of response_times that tally.places are for.
var tallyColumns = func() []string {
	all := []string{"requests", "client_errors", "server_errors", "took"}
	for _, b := range bounds {
		all = append(all, fmt.Sprintf("up_to_%d", b.Milliseconds()))
	}
	return append(all, "longer")
}()

// span is a length of time that response times are added up over.
type span struct {
	name string
	long time.Duration
	kept time.Duration
}

const aDay = 24 * time.Hour

var spans = []span{{"minute", time.Minute, 2 * aDay}, {"hour", time.Hour, 30 * aDay}, {"day", aDay, 400 * aDay}}

// addTimes is the statement that adds to a row of response_times.
var addTimes = func() string {
	add := make([]string, len(tallyColumns))
	for i, c := range tallyColumns {
		add[i] = fmt.Sprintf("%[1]s = response_times.%[1]s + excluded.%[1]s", c)
	}
	return `INSERT INTO response_times (id, span, at, operation, ` + strings.Join(tallyColumns, ", ") + `) VALUES (` + db.Params(1, 4+len(tallyColumns)) + `)
		ON CONFLICT (id) DO UPDATE SET ` + strings.Join(add, ", ")
}()

// writeNews adds what was counted of an operation.
func writeNews(tx *db.Tx, n news) {
	for _, s := range spans {
		begin := tx.Now.Truncate(s.long)
		args := []any{s.name + ":" + begin.Format(time.RFC3339) + ":" + n.operation, s.name, begin.UnixMicro(), n.operation}
		for _, p := range n.places() {
			args = append(args, *p.(*int64))
		}
		tx.Write(addTimes, args...)
	}
	days := map[int64]bool{}
	for _, r := range n.longest {
		day := dayOf(r.At).UnixMicro()
		days[day] = true
		tx.Write(`INSERT INTO slow_requests (id, day, operation, request_id, at, status, took, waited, statement, statement_took) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			tx.ID("slo"), day, r.Operation, r.RequestID, r.At.UnixMicro(), r.Status, r.Took.Microseconds(), r.Spent.Waited.Microseconds(), r.Spent.Statement, r.Spent.Took.Microseconds())
	}
	for day := range days { // order-free: each by itself
		tx.Write(`DELETE FROM slow_requests WHERE day = $1 AND operation = $2 AND id NOT IN
			(SELECT id FROM slow_requests WHERE day = $1 AND operation = $2 ORDER BY took DESC, id LIMIT $3)`, day, n.operation, slowest)
	}
}

// list joins what is said of each.
func list[T any](each []T, of func(T) string) string {
	all := make([]string, len(each))
	for i, one := range each {
		all[i] = of(one)
	}
	return strings.Join(all, ", ")
}

// figureColumns are the columns of the history, as text.
func figureColumns(of func(figure) string) string { return list(figures, of) }

// addFigures writes a point, or adds to that of the same moment.
var addFigures = `INSERT INTO resource_figures (at, process, ` + figureColumns(func(g figure) string { return g.name }) + `) VALUES (` + db.Params(1, 2+len(figures)) + `)
	ON CONFLICT (at, process) DO UPDATE SET ` + figureColumns(func(g figure) string {
	if g.counter {
		return fmt.Sprintf("%[1]s = resource_figures.%[1]s + excluded.%[1]s", g.name)
	}
	return g.name + " = excluded." + g.name
})

func writeFigures(tx *db.Tx, process string, f Figures) {
	args := []any{tx.Micros(), process}
	for _, p := range f.values() {
		args = append(args, *p.(*int64))
	}
	tx.Write(addFigures, args...)
}

// kept is how long slow requests and the history of figures are kept.
const kept = 30 * aDay

// Forget deletes what is kept no longer.
func Forget(ctx context.Context, d *db.DB) error {
	return d.Tx(ctx, func(tx *db.Tx) error {
		for _, s := range spans {
			tx.Write(`DELETE FROM response_times WHERE span = $1 AND at < $2`, s.name, tx.Now.Add(-s.kept).UnixMicro())
		}
		tx.Write(`DELETE FROM slow_requests WHERE day < $1`, tx.Now.Add(-kept).UnixMicro())
		tx.Write(`DELETE FROM resource_figures WHERE at < $1`, tx.Now.Add(-kept).UnixMicro())
		return nil
	})
}

// scope hides what servers know from those who see a part of the workspace.
var scope = auth.Columns{}

// SeesAll refuses an actor who sees a part of the workspace only.
func SeesAll(a auth.Actor) error {
	if !a.Scope.Whole() {
		return problem.ErrNotFound.New("what servers know belongs to the whole workspace, of which you see a part")
	}
	return nil
}

// DaySchema is what the list of response times can be filtered and sorted by.
var DaySchema = query.Schema{
	ID: "r.id", Sort: "-day,operation",
	Fields: []query.Field{
		{Name: "operation", Doc: "Operation", Type: query.ID, Column: "r.operation", Sortable: true},
		{Name: "day", Doc: "Day in UTC", Type: query.Time, Column: "r.at", Sortable: true},
		{Name: "requests", Doc: "Answers", Type: query.Number, Column: "r.requests", Sortable: true},
		{Name: "slow", Doc: "Answers that took longer than two seconds", Type: query.Number, Column: slowColumn, Sortable: true},
	},
}

// slowColumn counts the answers that took longer than they may.
var slowColumn = "(r." + strings.Join(tallyColumns[4+inTarget:], " + r.") + ")"

// columns of a tally, each as an expression.
func columns(of func(name string) string) string { return list(tallyColumns, of) }

// days returns a page of response times by operation and day.
func days(tx *db.Tx, in query.Input) (query.Rows[*Day], error) {
	page, err := query.Select(tx, in, DaySchema, query.Source{
		Columns: "r.id, r.operation, r.at, " + columns(func(c string) string { return "r." + c }) +
			", COALESCE((SELECT s.took / 1000 FROM slow_requests s WHERE s.day = r.at AND s.operation = r.operation ORDER BY s.took DESC, s.id LIMIT 1), 0)" +
			", COALESCE((SELECT s.statement FROM slow_requests s WHERE s.day = r.at AND s.operation = r.operation ORDER BY s.took DESC, s.id LIMIT 1), '')",
		From: "response_times r", Where: "r.span = 'day'", Scope: scope,
	}, func(row **Day) []any {
		d := &Day{}
		*row = d
		return append(append([]any{&d.ID, &d.Operation, &d.Day}, d.tally.places()...), &d.Slowest, &d.Statement)
	})
	for _, d := range page.Items {
		d.Times = d.tally.times()
	}
	return page, err
}

// SlowSchema is what the list of slow requests can be filtered and sorted by.
var SlowSchema = query.Schema{
	ID: "s.id", Sort: "-took",
	Fields: []query.Field{
		{Name: "operation", Doc: "Operation", Type: query.ID, Column: "s.operation", Sortable: true},
		{Name: "day", Doc: "Day in UTC", Type: query.Time, Column: "s.day", Sortable: true},
		{Name: "at", Doc: "When it was answered", Type: query.Time, Column: "s.at", Sortable: true},
		{Name: "took", Doc: "Milliseconds until it was answered", Type: query.Number, Column: "s.took", Sortable: true, Scale: 3},
		{Name: "request_id", Doc: "As the client was told", Type: query.ID, Column: "s.request_id"},
	},
}

// slowRequests returns a page of the slowest requests.
func slowRequests(tx *db.Tx, in query.Input) (query.Rows[*Slow], error) {
	return query.Select(tx, in, SlowSchema, query.Source{
		Columns: "s.id, s.operation, s.request_id, s.at, s.status, s.took / 1000, s.waited / 1000, s.statement, s.statement_took / 1000",
		From:    "slow_requests s", Scope: scope,
	}, func(row **Slow) []any {
		s := &Slow{}
		*row = s
		return []any{&s.ID, &s.Operation, &s.RequestID, &s.At, &s.Status, &s.Took, &s.Waited, &s.Statement, &s.StatementTook}
	})
}

// weeks adds up days from a Monday on.
func weeks(tx *db.Tx, operation string, from int64) (all []*Week, err error) {
	const week, monday = int64(7 * aDay / time.Microsecond), int64(4 * aDay / time.Microsecond) // the first Monday of 1970 is its fifth day
	of := fmt.Sprintf("(r.at - %[2]d) / %[1]d * %[1]d + %[2]d", week, monday)
	err = tx.Load(db.Many(`SELECT `+of+`, `+columns(func(c string) string { return "CAST(SUM(r." + c + ") AS BIGINT)" })+`
		FROM response_times r WHERE r.span = 'day' AND r.at >= $1 AND ($2 = '' OR r.operation = $2) GROUP BY `+of+` ORDER BY 1`,
		[]any{from, operation}, func(scan db.Scan) error {
			w := &Week{}
			err := scan(append([]any{&w.From}, w.tally.places()...)...)
			w.Times = w.tally.times()
			all = append(all, w)
			return err
		}))
	return all, err
}

// history adds up figures in steps, of each process: the sum of what grows, else
// the highest.
func history(tx *db.Tx, from, step int64) (all []*Point, err error) {
	sums := figureColumns(func(g figure) string {
		if g.counter {
			return "CAST(SUM(" + g.name + ") AS BIGINT)"
		}
		return "MAX(" + g.name + ")"
	})
	err = tx.Load(db.Many(fmt.Sprintf(`SELECT at / %[1]d * %[1]d, process, %[2]s FROM resource_figures WHERE at >= $1 GROUP BY at / %[1]d * %[1]d, process ORDER BY 1, 2`, step, sums),
		[]any{from}, func(scan db.Scan) error {
			p := &Point{}
			err := scan(append([]any{&p.At, &p.Process}, p.Figures.values()...)...)
			all = append(all, p)
			return err
		}))
	return all, err
}

// today reads what was counted of an operation on a day, and its slowest request.
func today(tx *db.Tx, operation string, day time.Time) (t tally, slow Slow, err error) {
	err = tx.Load(
		db.One(`SELECT `+columns(func(c string) string { return c })+` FROM response_times WHERE id = $1`, []any{"day:" + day.Format(time.RFC3339) + ":" + operation}, t.places()...),
		db.One(`SELECT took / 1000, statement, statement_took / 1000, request_id FROM slow_requests WHERE day = $1 AND operation = $2 ORDER BY took DESC, id LIMIT 1`,
			[]any{clock.At(day), operation}, &slow.Took, &slow.Statement, &slow.StatementTook, &slow.RequestID))
	return t, slow, err
}
