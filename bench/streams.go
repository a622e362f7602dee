package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	announcements = 5 // orders that are placed, one after the other
	opening       = 64
	streamPath    = "/v1/events/stream"
)

// streams opens event streams and places orders: how long it takes until every
// stream has shown each of them.
func streams(ctx context.Context, m *measurement) error {
	return m.served(ctx, func(s *server) error {
		start := time.Now()
		ears, err := m.listen(ctx, s.addr, m.everybody)
		defer closeAll(ears)
		if err != nil {
			return err
		}
		m.say("%d streams opened in %.1f s", len(ears), time.Since(start).Seconds())
		f := &Figures{Name: "one event to all", Clients: len(ears)}
		place, err := m.placing(ctx, s.addr, m.shop.randomOrder, nil)(0)
		if err != nil {
			return err
		}
		meters := m.meters(ctx, s)
		begin, before := time.Now(), readAll(meters)
		var times []time.Duration
		for range announcements {
			took, err := announce(ctx, ears, place)
			if err != nil {
				return err
			}
			times = append(times, took...)
		}
		after := readAll(meters)
		f.Seconds = time.Since(begin).Seconds()
		f.count(times)
		for i, meter := range meters {
			f.addCPU(meter.name, after[i]-before[i])
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
		m.result.note("the slowest stream showed an order %.0f ms after it was asked for; %d MB", f.Max, f.PeakMemory)
		return nil
	})
}

// ear is an open event stream. It tells when an order was shown, of the first
// announcements that nobody took yet.
type ear struct {
	*client
	heard  chan time.Time
	orders atomic.Int64 // that were shown
	last   atomic.Int64 // position of the last event
}

// everybody comes with the API key that may do everything.
func (m *measurement) everybody(int) string { return m.shop.key }

// listen opens the streams, some at once, each with its bearer token.
func (m *measurement) listen(ctx context.Context, addr string, token func(i int) string) (ears []*ear, err error) {
	ears = make([]*ear, m.Clients)
	failures := make([]error, opening)
	var all sync.WaitGroup
	for w := range opening {
		all.Go(func() {
			for i := w; i < len(ears) && failures[w] == nil; i += opening {
				ears[i], failures[w] = open(ctx, addr, newTemplate(http.MethodGet, streamPath, addr, token(i)).request(nil, "", nil))
			}
		})
	}
	all.Wait()
	return ears, errors.Join(failures...)
}

// open opens a stream.
func open(ctx context.Context, addr string, request []byte) (*ear, error) {
	c, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	e := &ear{client: c, heard: make(chan time.Time, announcements)}
	c.in = bufio.NewReaderSize(c.conn, 1<<10) // there are many
	if _, err := c.conn.Write(request); err != nil {
		return e, err
	}
	line, err := c.line()
	if err == nil && !bytes.Contains(line, []byte(" 200 ")) {
		err = fmt.Errorf("a stream was answered %q", line)
	}
	if err == nil {
		_, err = c.header()
	}
	go e.hear()
	return e, err
}

// hear looks for orders that were placed until the stream ends.
func (e *ear) hear() {
	defer close(e.heard)
	for {
		line, err := e.in.ReadSlice('\n')
		if position, found := bytes.CutPrefix(line, []byte("id: ")); found {
			last, _ := strconv.ParseInt(string(bytes.TrimSpace(position)), 10, 64) // else it begins anew
			e.last.Store(last)
		}
		if bytes.HasPrefix(line, []byte("event: order.placed")) {
			e.orders.Add(1)
			select {
			case e.heard <- time.Now():
			default:
			}
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// announce places an order and returns when each stream showed it.
func announce(ctx context.Context, ears []*ear, place step) (times []time.Duration, err error) {
	start := time.Now()
	if err := place(); err != nil {
		return nil, err
	}
	for _, e := range ears {
		select {
		case at, open := <-e.heard:
			if !open {
				return nil, errors.New("a stream ended")
			}
			times = append(times, at.Sub(start))
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return times, nil
}

func closeAll(ears []*ear) {
	for _, e := range ears {
		if e != nil {
			e.conn.Close()
		}
	}
}
