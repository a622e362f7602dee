package system

// Figures are what a process uses and how long its queues are. Each has a row in
// the table below, which makes metrics and the columns of the history of them.
type Figures struct {
	CPU            int64 `json:"cpu_ms" doc:"Milliseconds of all processors since the start"`
	Memory         int64 `json:"memory_bytes" doc:"Resident"`
	Heap           int64 `json:"heap_bytes" doc:"In use by objects"`
	Pauses         int64 `json:"collector_pause_us" doc:"Microseconds that the collector stopped all work, since the start"`
	Collections    int64 `json:"collections" doc:"Of the collector, since the start"`
	Goroutines     int64 `json:"goroutines"`
	Handles        int64 `json:"open_handles" doc:"Open files and sockets"`
	HandleLimit    int64 `json:"handle_limit" doc:"How many may be open"`
	WritersStarted int64 `json:"writers_started" doc:"Connections to the database that write"`
	WritersBusy    int64 `json:"writers_busy" doc:"Of them, with a command"`
	WritersWaiting int64 `json:"writers_waiting" doc:"Commands that wait for one"`
	WritersWaited  int64 `json:"writers_waited_ms" doc:"Milliseconds that commands waited, since the start"`
	ReadersStarted int64 `json:"readers_started" doc:"Connections to the database that read"`
	ReadersBusy    int64 `json:"readers_busy" doc:"Of them, with a read; this one counts"`
	ReadersWaiting int64 `json:"readers_waiting" doc:"Reads that wait for one"`
	ReadersWaited  int64 `json:"readers_waited_ms" doc:"Milliseconds that reads waited, since the start"`
	Database       int64 `json:"database_bytes" doc:"Size of the database"`
	Log            int64 `json:"log_bytes" doc:"Size of SQLite's write-ahead log; a PostgreSQL server keeps its own to itself"`
	DiskFree       int64 `json:"disk_free_bytes" doc:"Of the file system that holds the database"`
	DiskTotal      int64 `json:"disk_total_bytes" doc:"0 where it can't be seen, as that of a PostgreSQL server"`
	Unsealed       int64 `json:"unsealed_events" doc:"Events of the last hour without a place in the log"`
	OldestJob      int64 `json:"oldest_job_s" doc:"Seconds since the oldest waiting job was due"`
	OldestEffect   int64 `json:"oldest_effect_s" doc:"Seconds since the oldest call to the outside was due"`
	OldestDelivery int64 `json:"oldest_delivery_s" doc:"Seconds since the oldest webhook delivery was due"`
	Lag            int64 `json:"consumer_lag" doc:"Events that the last consumer of the log is behind"`
}

// figure is a row of the table: its name is that of the JSON field and of the
// column.
type figure struct {
	name    string
	counter bool // since the start of the process; the history tells how much it grew
	metric  string
	scale   float64 // of the metric's unit
	help    string
	of      func(*Figures) *int64
}

// figures is the table. What Prometheus' own collectors tell has no metric here.
var figures = []figure{
	{"cpu_ms", true, "", 0, "", func(f *Figures) *int64 { return &f.CPU }},
	{"memory_bytes", false, "", 0, "", func(f *Figures) *int64 { return &f.Memory }},
	{"heap_bytes", false, "", 0, "", func(f *Figures) *int64 { return &f.Heap }},
	{"collector_pause_us", true, "", 0, "", func(f *Figures) *int64 { return &f.Pauses }},
	{"collections", true, "", 0, "", func(f *Figures) *int64 { return &f.Collections }},
	{"goroutines", false, "", 0, "", func(f *Figures) *int64 { return &f.Goroutines }},
	{"open_handles", false, "", 0, "", func(f *Figures) *int64 { return &f.Handles }},
	{"handle_limit", false, "", 0, "", func(f *Figures) *int64 { return &f.HandleLimit }},
	{"writers_started", false, "ordo_writers_started", 1, "Connections to the database that write.", func(f *Figures) *int64 { return &f.WritersStarted }},
	{"writers_busy", false, "ordo_writers_busy", 1, "Of them, with a command.", func(f *Figures) *int64 { return &f.WritersBusy }},
	{"writers_waiting", false, "ordo_writers_waiting", 1, "Commands that wait for a connection.", func(f *Figures) *int64 { return &f.WritersWaiting }},
	{"writers_waited_ms", true, "ordo_writers_waited_seconds_total", 1e-3, "How long commands waited for a connection.", func(f *Figures) *int64 { return &f.WritersWaited }},
	{"readers_started", false, "ordo_readers_started", 1, "Connections to the database that read.", func(f *Figures) *int64 { return &f.ReadersStarted }},
	{"readers_busy", false, "ordo_readers_busy", 1, "Of them, with a read.", func(f *Figures) *int64 { return &f.ReadersBusy }},
	{"readers_waiting", false, "ordo_readers_waiting", 1, "Reads that wait for a connection.", func(f *Figures) *int64 { return &f.ReadersWaiting }},
	{"readers_waited_ms", true, "ordo_readers_waited_seconds_total", 1e-3, "How long reads waited for a connection.", func(f *Figures) *int64 { return &f.ReadersWaited }},
	{"database_bytes", false, "ordo_database_bytes", 1, "Size of the database.", func(f *Figures) *int64 { return &f.Database }},
	{"log_bytes", false, "ordo_database_log_bytes", 1, "Size of SQLite's write-ahead log.", func(f *Figures) *int64 { return &f.Log }},
	{"disk_free_bytes", false, "ordo_disk_free_bytes", 1, "Free on the file system that holds the database.", func(f *Figures) *int64 { return &f.DiskFree }},
	{"disk_total_bytes", false, "ordo_disk_total_bytes", 1, "Size of that file system; 0 where it can't be seen.", func(f *Figures) *int64 { return &f.DiskTotal }},
	{"unsealed_events", false, "ordo_unsealed_events", 1, "Events of the last hour without a place in the log.", func(f *Figures) *int64 { return &f.Unsealed }},
	{"oldest_job_s", false, "ordo_oldest_job_seconds", 1, "Since the oldest waiting job was due.", func(f *Figures) *int64 { return &f.OldestJob }},
	{"oldest_effect_s", false, "ordo_oldest_effect_seconds", 1, "Since the oldest call to the outside was due.", func(f *Figures) *int64 { return &f.OldestEffect }},
	{"oldest_delivery_s", false, "ordo_oldest_delivery_seconds", 1, "Since the oldest webhook delivery was due.", func(f *Figures) *int64 { return &f.OldestDelivery }},
	{"consumer_lag", false, "ordo_consumer_lag_events", 1, "Events that the last consumer of the log is behind.", func(f *Figures) *int64 { return &f.Lag }},
}

// values are the places of all figures, in the order of the table.
func (f *Figures) values() []any {
	all := make([]any, len(figures))
	for i, g := range figures {
		all[i] = g.of(f)
	}
	return all
}

// since returns f with the counters as they grew since before. One that is
// smaller has begun anew.
func (f Figures) since(before Figures) Figures {
	for _, g := range figures {
		if now, then := g.of(&f), *g.of(&before); g.counter && *now >= then {
			*now -= then
		}
	}
	return f
}
