package bench

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/engine/command"
)

const (
	signedIn    = 100                  // sessions that are measured first, at the same rate
	rests       = 30 * time.Second     // between two requests of a session
	comingBack  = 2 * time.Millisecond // times the sessions: the time in which they connect again, each at a moment of its own
	patience    = time.Minute          // until every stream has to have shown what it owes
	ofEach      = 100                  // requests, of which
	browsed     = 90                   // look at the catalog,
	lookedAfter = 8                    // at an order, and the others place one
)

// visitors are people who are signed in, each with a session and an event stream
// of his own.
type visitors struct {
	*measurement
	addr   string
	tokens []string
	orders []string // paths, to look at
	run    string
	by     *byName
	placed atomic.Int64
}

// sessions lets as many people be signed in as there are clients, each with an
// open event stream, and each does something every thirty seconds. Before that a
// few of them do as much alone; afterwards one event has to reach all, and all
// come back to a server that was started again.
func sessions(ctx context.Context, m *measurement) error {
	v := &visitors{measurement: m, run: id.Random.Token()}
	if err := m.inProcess(ctx, nil, v.prepare); err != nil {
		return err
	}
	var ears []*ear
	defer func() { closeAll(ears) }()
	if err := m.served(ctx, func(s *server) (err error) {
		v.addr = s.addr
		if err := v.act(ctx, s, min(signedIn, m.Clients), "a few sessions"); err != nil {
			return err
		}
		before := v.placed.Load()
		if ears, err = m.listen(ctx, s.addr, v.token); err != nil {
			return err
		}
		if err := v.act(ctx, s, m.Clients, "all sessions"); err != nil {
			return err
		}
		all := m.result.figures("all sessions")
		if err := heardAll(ctx, ears, v.placed.Load()-before); err != nil {
			return err
		}
		return v.tellAll(ctx, s, ears, all)
	}); err != nil {
		return err
	}
	return v.comeBack(ctx, &ears)
}

// prepare signs everybody in and looks for orders.
func (v *visitors) prepare(e *command.Engine) (err error) {
	s := &seeder{ctx: context.Background(), engine: e}
	found, _ := s.orders("", "-placed", 200)
	for _, o := range found {
		v.orders = append(v.orders, "/v1/orders/"+o.ID)
	}
	role := s.id("role.create", object{"name": "visitor", "permissions": []string{"*"}, "discount_limit": 0, "refund_limit": 0})
	user := s.id("user.create", object{"email": "visitor@example.com", "name": "Visitor", "password": id.Random.Token(), "role_id": role})
	if s.err == nil {
		v.tokens, s.err = signIn(s.ctx, e.DB, user, v.Clients)
	}
	return s.err
}

func (v *visitors) token(i int) string { return v.tokens[i] }

// act measures what so many sessions do, at the rate of all.
func (v *visitors) act(ctx context.Context, s *server, n int, name string) error {
	l := v.loop(name)
	l.clients, l.rate = n, cmp.Or(v.Rate, float64(v.Clients)/rests.Seconds())
	l.meters = v.meters(ctx, s)
	v.by = newByName(n)
	l.each = v.by.count
	f, err := l.run(ctx, func(i int) (step, error) { return v.visitor(ctx, i), nil })
	if err != nil {
		return err
	}
	f.PeakMemory = readMemory(s.pid, peak)
	v.result.add(f)
	for _, kind := range []string{"browse", "track", "place"} {
		part := v.by.figures(kind, f.Seconds)
		part.Name = name + ": " + kind
		v.result.add(part)
	}
	return nil
}

// visitor does one thing after the other, each over a connection of its own: so
// many at once can't be kept beside the streams.
func (v *visitors) visitor(ctx context.Context, i int) step {
	random := rand.New(rand.NewPCG(2, uint64(i)))
	var body, text []byte
	n := 0
	return func() error {
		n++
		method, path, key, want := http.MethodGet, "", "", http.StatusOK
		body = body[:0]
		switch kind := random.IntN(ofEach); {
		case kind < browsed:
			v.by.current[i] = "browse"
			path = fmt.Sprintf("/v1/variants?filter=sku:%s", sku(random.IntN(variants)))
		case kind < browsed+lookedAfter && len(v.orders) > 0:
			v.by.current[i] = "track"
			path = v.orders[random.IntN(len(v.orders))]
		default:
			v.by.current[i] = "place"
			method, path, want = http.MethodPost, "/v1/orders", http.StatusCreated
			key = v.run + strconv.Itoa(i) + "." + strconv.Itoa(n) + "." + strconv.Itoa(len(v.by.current))
			body = v.shop.randomOrder(body, random)
		}
		ctx, hangUp := context.WithCancel(ctx)
		defer hangUp()
		c, err := dial(ctx, v.addr)
		if err != nil {
			return err
		}
		text = newTemplate(method, path, v.addr, v.tokens[i]).request(text[:0], key, body)
		status, answer, err := c.do(text)
		if err == nil && status != want {
			err = &wrongAnswer{status, string(bytes.Clone(answer))}
		}
		if err == nil && want == http.StatusCreated {
			v.placed.Add(1)
		}
		return err
	}
}

// heardAll waits until every stream has shown so many orders, and forgets when.
func heardAll(ctx context.Context, ears []*ear, orders int64) error {
	until := time.Now().Add(patience)
	for i, e := range ears {
		for e.orders.Load() < orders {
			if time.Now().After(until) || ctx.Err() != nil {
				return fmt.Errorf("stream %d has shown %d of %d orders", i, e.orders.Load(), orders)
			}
			clock.System.Sleep(ctx, 10*time.Millisecond)
		}
		for len(e.heard) > 0 {
			<-e.heard
		}
	}
	return nil
}

// tellAll measures how long it takes until all streams show an order.
func (v *visitors) tellAll(ctx context.Context, s *server, ears []*ear, all *Figures) error {
	place, err := v.placing(ctx, s.addr, v.shop.randomOrder, nil)(0)
	if err != nil {
		return err
	}
	times, err := announce(ctx, ears, place)
	if err != nil {
		return err
	}
	f := &Figures{Name: "one event to all", Clients: len(ears), Seconds: 1}
	f.count(times)
	f.PeakMemory = readMemory(s.pid, peak)
	v.result.add(f)
	v.result.note("%d sessions: p95 %.0f ms, alone %.0f ms; %d failed; an order reached all streams within %.0f ms; %d MB", v.Clients, all.P95, v.result.figures("a few sessions").P95, all.Failed, f.Max, f.PeakMemory)
	return nil
}

// comeBack starts the server again, places an order while nobody listens, and
// lets all connect again where they were: each has to show it.
func (v *visitors) comeBack(ctx context.Context, ears *[]*ear) error {
	return v.served(ctx, func(s *server) error {
		place, err := v.placing(ctx, s.addr, v.shop.randomOrder, nil)(0)
		if err == nil {
			err = place()
		}
		if err != nil {
			return err
		}
		begin := time.Now()
		again := make([]*ear, len(*ears))
		failures := make([]error, len(again))
		var all sync.WaitGroup
		for i, e := range *ears {
			all.Go(func() {
				clock.System.Sleep(ctx, rand.N(time.Duration(len(again))*comingBack))
				e.conn.Close()
				t := newTemplate(http.MethodGet, streamPath, s.addr, v.tokens[i])
				t.head = fmt.Appendf(t.head, "Last-Event-ID: %d\r\n", e.last.Load())
				again[i], failures[i] = open(ctx, s.addr, t.request(nil, "", nil))
			})
		}
		all.Wait()
		*ears = again
		for _, err := range failures {
			if err != nil {
				return fmt.Errorf("a session did not come back: %w", err)
			}
		}
		if err := heardAll(ctx, again, 1); err != nil {
			return err
		}
		v.result.note("after a restart all came back, and had missed nothing, within %.1f s; %d MB", time.Since(begin).Seconds(), readMemory(s.pid, peak))
		return nil
	})
}
