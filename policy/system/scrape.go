package system

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"ordo/engine/auth"
	"ordo/engine/db"
)

var (
	timesMetric  = prometheus.NewDesc("ordo_request_duration_seconds", "How long answers took, by operation.", []string{"operation"}, nil)
	errorsMetric = prometheus.NewDesc("ordo_request_errors_total", "Answers with a status of 4xx or 5xx, by operation.", []string{"operation", "class"}, nil)
	lagMetric    = prometheus.NewDesc("ordo_consumer_behind_events", "Events of the log that a consumer has not come to.", []string{"consumer"}, nil)
	waitsMetric  = prometheus.NewDesc("ordo_lane_waits_total", "Calls that waited for a connection to the database.", []string{"lanes"}, nil)
	fullMetric   = prometheus.NewDesc("ordo_writes_refused", "1 while the disk is too full to be written to.", nil, nil)
)

// Scrape answers with all metrics in the text format of Prometheus.
func (s *System) Scrape(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	read := &scrape{System: s}
	if err := s.engine.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		tx.Actor, tx.Operation = a, "system.scrape"
		if err := SeesAll(tx.Actor); err != nil {
			return err
		}
		read.figures, err = s.Figures(tx)
		if err != nil {
			return err
		}
		read.lags, err = lags(tx)
		return err
	}); err != nil {
		return err
	}
	own := prometheus.NewRegistry()
	if err := own.Register(read); err != nil {
		return err
	}
	promhttp.HandlerFor(prometheus.Gatherers{s.runtime, own}, promhttp.HandlerOpts{ErrorLog: complaints{r.Context()}}).ServeHTTP(w, r)
	return nil
}

// complaints go to the log.
type complaints struct{ ctx context.Context }

// Println implements promhttp.Logger.
func (c complaints) Println(v ...any) { slog.WarnContext(c.ctx, "metrics", "error", v) }

// scrape collects what was read for one scrape.
type scrape struct {
	*System
	figures Figures
	lags    []lag
}

// Describe implements prometheus.Collector.
func (s *scrape) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(s, to) }

// Collect implements prometheus.Collector.
func (s *scrape) Collect(to chan<- prometheus.Metric) {
	for _, g := range figures {
		if g.metric == "" {
			continue
		}
		kind := prometheus.GaugeValue
		if g.counter {
			kind = prometheus.CounterValue
		}
		to <- prometheus.MustNewConstMetric(prometheus.NewDesc(g.metric, g.help, nil, nil), kind, float64(*g.of(&s.figures))*g.scale)
	}
	full := 0.0
	if (db.Disk{Free: s.figures.DiskFree, Total: s.figures.DiskTotal}).Full() {
		full = 1
	}
	to <- prometheus.MustNewConstMetric(fullMetric, prometheus.GaugeValue, full)
	writes, reads := s.engine.DB.Lanes()
	to <- prometheus.MustNewConstMetric(waitsMetric, prometheus.CounterValue, float64(writes.Waits), "writers")
	to <- prometheus.MustNewConstMetric(waitsMetric, prometheus.CounterValue, float64(reads.Waits), "readers")
	for _, l := range s.lags {
		to <- prometheus.MustNewConstMetric(lagMetric, prometheus.GaugeValue, float64(l.behind), l.consumer)
	}
	for _, n := range s.all() {
		if n.total.requests > 0 {
			n.collect(to)
		}
	}
}

// collect tells what was counted of an operation.
func (n *news) collect(to chan<- prometheus.Metric) {
	buckets, below := map[float64]uint64{}, uint64(0)
	for i, b := range bounds {
		below += uint64(n.total.buckets[i])
		buckets[b.Seconds()] = below
	}
	to <- prometheus.MustNewConstHistogram(timesMetric, uint64(n.total.requests), float64(n.total.took)/1e6, buckets, n.operation)
	to <- prometheus.MustNewConstMetric(errorsMetric, prometheus.CounterValue, float64(n.total.clientErrors), n.operation, "4xx")
	to <- prometheus.MustNewConstMetric(errorsMetric, prometheus.CounterValue, float64(n.total.serverErrors), n.operation, "5xx")
}
