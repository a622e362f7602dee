package system

import (
	"cmp"
	"net/http"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

// Profile is the permission to look into the process: its memory and stacks.
const Profile = "system.profile"

// Times tell how long answers took.
type Times struct {
	Requests     int64      `json:"requests" doc:"Answers"`
	ClientErrors int64      `json:"client_errors" doc:"Of them, with a status of 4xx"`
	ServerErrors int64      `json:"server_errors" doc:"Of them, with a status of 5xx"`
	Slow         int64      `json:"slow" doc:"Answers that took longer than two seconds"`
	Share        money.Rate `json:"in_time" doc:"Share of the answers that did not, rounded down"`
	Met          bool       `json:"target_met" doc:"The share is at least 0.999"`
	P95          int64      `json:"p95_ms" doc:"Milliseconds within which 95 % of the answers came, as the buckets show it; at most 10,000"`
	Mean         int64      `json:"mean_ms" doc:"Milliseconds of an answer on average"`
}

func (t *tally) times() Times {
	share := t.share()
	return Times{
		Requests: t.requests, ClientErrors: t.clientErrors, ServerErrors: t.serverErrors, Slow: t.slow(), Share: share, Met: share >= TargetShare,
		P95: t.p95(), Mean: t.took / 1000 / max(t.requests, 1),
	}
}

// Operation is how long an operation took since the start of the process.
type Operation struct {
	Operation string `json:"operation"`
	Times
}

// Metrics are what a server knows of itself at present.
type Metrics struct {
	Process string      `json:"process"`
	At      clock.Stamp `json:"at"`
	Figures
	DiskUsed   int64        `json:"disk_used_percent" doc:"At 80 there is an alarm; writes are refused before it is full"`
	Refused    bool         `json:"writes_refused" doc:"The disk is too full to be written to"`
	Operations []*Operation `json:"operations" doc:"Those that were asked since the start of the process"`
}

// Day is how long an operation took on a day.
type Day struct {
	ID        string      `json:"id"`
	Operation string      `json:"operation"`
	Day       clock.Stamp `json:"day" doc:"Its begin, in UTC"`
	Times
	Slowest   int64  `json:"slowest_ms" doc:"Milliseconds of the slowest answer; 0 where it is not kept any more"`
	Statement string `json:"statement" doc:"That took longest in the slowest; empty where it is not kept any more"`

	tally tally
}

// Slow is a slow request.
type Slow struct {
	ID            string      `json:"id"`
	Operation     string      `json:"operation"`
	RequestID     string      `json:"request_id"`
	At            clock.Stamp `json:"at" doc:"When it was answered"`
	Status        int64       `json:"status" doc:"Of HTTP; 499 if the client had gone"`
	Took          int64       `json:"took_ms"`
	Waited        int64       `json:"waited_ms" doc:"Of these, for a connection to the database"`
	Statement     string      `json:"statement" doc:"That took longest, without values; PostgreSQL is sent several at once, which then stand together"`
	StatementTook int64       `json:"statement_ms"`
}

// Week is how long answers took in a week.
type Week struct {
	From clock.Stamp `json:"from" doc:"Its Monday, in UTC"`
	Times

	tally tally
}

// Trend shows weeks one after the other.
type Trend struct {
	Target money.Rate `json:"target" doc:"Share of answers that must come within two seconds"`
	Weeks  []*Week    `json:"weeks" doc:"Those in which there was an answer"`
}

// Point is what a process used in a step of time.
type Point struct {
	At      clock.Stamp `json:"at" doc:"Begin of the step"`
	Process string      `json:"process"`
	Figures             // the sum of what grows, else the highest
}

// History shows what processes used.
type History struct {
	Step   int64    `json:"step_minutes" doc:"Of the points"`
	Points []*Point `json:"points" doc:"What counts since the start of a process is told for the step alone; of the rest, the highest"`
}

// TrendIn is the input of system.trend.
type TrendIn struct {
	Operation string `query:"operation" json:"operation,omitempty" maxLength:"100" doc:"One operation; all if not given"`
	Weeks     int64  `query:"weeks" json:"weeks,omitempty" minimum:"1" maximum:"53" doc:"How many, with this one; 12 if not given"`
}

// HistoryIn is the input of system.history.
type HistoryIn struct {
	Hours int64 `query:"hours" json:"hours,omitempty" minimum:"1" maximum:"720" doc:"How far back; 24 if not given"`
}

// MetricsIn is the input of system.metrics.
type MetricsIn struct{}

// Operations of a system.
func (s *System) Operations() []command.Operation {
	return []command.Operation{
		command.Def[MetricsIn, *Metrics]{
			Name: "system.metrics", Summary: "Show what this server uses, how long its queues are and how long operations take; as text for Prometheus at /metrics", Method: http.MethodGet, Path: "/v1/system/metrics",
			Further: []string{Profile}, // of the addresses below /debug/pprof, which are no operations
			Read:    func(tx *db.Tx, _ MetricsIn) (*Metrics, error) { return s.metrics(tx) },
		},
		command.Def[HistoryIn, *History]{
			Name: "system.history", Summary: "Show what servers used in the last 30 days", Method: http.MethodGet, Path: "/v1/system/history",
			Read: showHistory,
		},
		command.Def[query.Input, query.Rows[*Day]]{
			Name: "system.responses", Summary: "List how long operations took, by day", Method: http.MethodGet, Path: "/v1/system/responses",
			Read: days,
		},
		command.Def[TrendIn, *Trend]{
			Name: "system.trend", Summary: "Show how long operations took, by week", Method: http.MethodGet, Path: "/v1/system/trend",
			Read: trend,
		},
		command.Def[query.Input, query.Rows[*Slow]]{
			Name: "system.slowest", Summary: "List the ten slowest requests of each operation and day, with the statement that took longest", Method: http.MethodGet, Path: "/v1/system/slowest",
			Read: slowRequests,
		},
	}
}

func (s *System) metrics(tx *db.Tx) (*Metrics, error) {
	if err := SeesAll(tx.Actor); err != nil {
		return nil, err
	}
	f, err := s.Figures(tx)
	m := &Metrics{Process: s.process, At: clock.Stamp(tx.Micros()), Figures: f, Operations: []*Operation{}}
	disk := db.Disk{Free: f.DiskFree, Total: f.DiskTotal}
	m.DiskUsed, m.Refused = disk.Used(), disk.Full()
	for _, n := range s.all() {
		if n.total.requests > 0 {
			m.Operations = append(m.Operations, &Operation{n.operation, n.total.times()})
		}
	}
	return m, err
}

func showHistory(tx *db.Tx, in HistoryIn) (*History, error) {
	if err := SeesAll(tx.Actor); err != nil {
		return nil, err
	}
	hours := cmp.Or(in.Hours, 24)
	h := &History{Step: max(1, hours/6)} // at most 360 points of a process
	points, err := history(tx, tx.Now.Add(-time.Duration(hours)*time.Hour).UnixMicro(), h.Step*int64(time.Minute/time.Microsecond))
	h.Points = append([]*Point{}, points...)
	return h, err
}

func trend(tx *db.Tx, in TrendIn) (*Trend, error) {
	if err := SeesAll(tx.Actor); err != nil {
		return nil, err
	}
	today := dayOf(tx.Now)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7)
	weeks, err := weeks(tx, in.Operation, monday.AddDate(0, 0, -7*int(cmp.Or(in.Weeks, 12)-1)).UnixMicro())
	return &Trend{Target: TargetShare, Weeks: append([]*Week{}, weeks...)}, err
}
