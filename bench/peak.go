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

	"ordo/base/id"
	"ordo/engine/command"
)

// The load of a peak day, as parts of the normal load.
const (
	quietest = 0.1
	busiest  = 10
)

const (
	tryout    = 5 * time.Second // of the closed loop that finds the normal load
	reserve   = 2               // times the normal load is what a closed loop reaches
	comeBacks = 500             // orders that were shed, to be sent again afterwards
	wanted    = 20              // of so many orders one wants the SKU that is scarce
)

// pace is a rate of requests that changes with time. It is used by all clients.
type pace struct {
	mu   sync.Mutex
	at   time.Duration
	end  time.Duration
	rate func(at time.Duration) float64 // requests per second
}

// next returns when the next request is due, counted from the beginning; there is
// none after the end.
func (p *pace) next() (at time.Duration, due bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at = p.at
	p.at += time.Duration(float64(time.Second) / p.rate(at))
	return at, at < p.end
}

// peakPace rises from a tenth of the normal load to ten times of it, stays there,
// and falls again.
func peakPace(normal float64, rise, top time.Duration) *pace {
	return &pace{end: 2*rise + top, rate: func(at time.Duration) float64 {
		part := min(1, at.Seconds()/rise.Seconds(), (2*rise+top-at).Seconds()/rise.Seconds())
		return normal * (quietest + (busiest-quietest)*max(0, part))
	}}
}

// peakDay lets the load rise to ten times the normal one and fall again: eight of
// ten requests place orders, one looks at an order, one is for an extra.
func peakDay(ctx context.Context, m *measurement) error {
	m.shop.payment = byCard
	if err := m.inProcess(ctx, nil, func(e *command.Engine) error {
		s := &seeder{ctx: ctx, engine: e}
		s.addVariants(m.shop, flashSale, 1, units/len(m.shop.locations))
		return s.err
	}); err != nil {
		return err
	}
	return m.served(ctx, func(s *server) error {
		if err := m.listenForHooks(); err != nil {
			return err
		}
		if err := m.subscribe(ctx, s.addr, "order.placed"); err != nil {
			return err
		}
		p := &rush{measurement: m, addr: s.addr, run: id.Random.Token(), by: newByName(m.Clients)}
		normal, err := p.normal(ctx)
		if err != nil {
			return err
		}
		l := m.loop("all requests")
		l.warmup, l.duration, l.rate = 0, 0, 0
		l.pace = peakPace(normal, m.Rise, m.Duration)
		l.meters = m.meters(ctx, s)
		l.each = p.by.count
		f, err := l.run(ctx, p.client(ctx))
		if err != nil {
			return err
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
		for _, name := range []string{ordering, tracking, extra} {
			part := p.by.figures(name, f.Seconds)
			m.result.add(part)
			m.result.note("%s: %d answered, %d shed (%.0f %%), %d failed", name, part.Answers, part.Shed, 100*float64(part.Shed)/float64(max(1, part.Answers+part.Shed)), part.Failed)
		}
		m.result.note("normal load %.0f/s, at the height %.0f/s for %s, reached within %s", normal, busiest*normal, m.Duration, m.Rise)
		return p.afterwards(ctx, f)
	})
}

// What the requests of a peak day are for.
const (
	ordering = "orders"
	tracking = "looks at an order"
	extra    = "extras"
)

// rush is the state of a peak day.
type rush struct {
	*measurement
	addr, run string
	by        *byName
	sent      atomic.Int64
	told      journal
	latest    atomic.Pointer[string] // id of an order that was placed
	scarce    atomic.Int64           // orders that got the scarce SKU

	mu   sync.Mutex
	shed []comeBack // some of them
}

// comeBack is an order that was shed.
type comeBack struct {
	key  string
	body []byte
}

// normal is the normal load.
func (p *rush) normal(ctx context.Context) (float64, error) {
	if p.Rate != 0 {
		return p.Rate, nil
	}
	p.say("looking for the normal load")
	l := p.loop("closed loop")
	l.clients, l.warmup, l.duration, l.rate = 32, time.Second, tryout, 0
	f, err := l.run(ctx, p.placing(ctx, p.addr, p.shop.randomOrder, &p.told))
	if err != nil {
		return 0, err
	}
	p.result.note("a closed loop of %d clients places %.0f orders/s", l.clients, f.PerSecond)
	return f.PerSecond / reserve, nil
}

// client returns clients that send what a peak day brings.
func (p *rush) client(ctx context.Context) func(i int) (step, error) {
	orders := newTemplate(http.MethodPost, "/v1/orders", p.addr, p.shop.key)
	extras := newTemplate(http.MethodGet, "/v1/payments?limit=20", p.addr, p.shop.key).request(nil, "", nil)
	return func(i int) (step, error) {
		c, err := dial(ctx, p.addr)
		if err != nil {
			return nil, err
		}
		random := rand.New(rand.NewPCG(2, uint64(i)))
		var body, text []byte
		return func() error {
			n := p.sent.Add(1)
			latest := p.latest.Load()
			switch {
			case n%10 == 0:
				p.by.current[i] = extra
				_, err := p.judge(c.do(extras))
				return err
			case n%10 == 1 && latest != nil:
				p.by.current[i] = tracking
				_, err := p.judge(c.do(newTemplate(http.MethodGet, "/v1/orders/"+*latest, p.addr, p.shop.key).request(text[:0], "", nil)))
				return err
			}
			p.by.current[i] = ordering
			key := p.run + strconv.FormatInt(n, 10)
			if body = p.shop.randomOrder(body[:0], random); n%wanted == 2 {
				body = p.shop.order(body[:0], int(n)%customers, flashSale)
			}
			text = orders.request(text[:0], key, body)
			answer, err := p.judge(c.do(text))
			switch {
			case err == errShed:
				p.keep(key, body)
			case err == nil:
				err = p.placed(key, answer)
			}
			return err
		}, nil
	}
}

// placed writes the answer to an order down.
func (p *rush) placed(key string, answer []byte) error {
	if err := p.told.note(key, answer); err != nil {
		return err
	}
	p.told.mu.Lock()
	latest := p.told.told[key].id
	p.told.mu.Unlock()
	p.latest.Store(&latest)
	if bytes.Contains(answer, []byte(sku(flashSale))) {
		p.scarce.Add(1)
	}
	return nil
}

// judge tells what became of a request.
func (p *rush) judge(status int, answer []byte, err error) ([]byte, error) {
	switch {
	case err != nil:
		return nil, err
	case status < http.StatusMultipleChoices:
		return answer, nil
	case status == http.StatusConflict && bytes.Contains(answer, []byte(`"stock_insufficient"`)):
		return nil, errRefused
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable && bytes.Contains(answer, []byte(`"overloaded"`)):
		return nil, errShed
	}
	return nil, &wrongAnswer{status, string(answer)}
}

// keep remembers some of the orders that were shed.
func (p *rush) keep(key string, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.shed) < comeBacks {
		p.shed = append(p.shed, comeBack{key, bytes.Clone(body)})
	}
}

// afterwards sends what was shed again, under its keys, and compares what was told
// with what is there.
func (p *rush) afterwards(ctx context.Context, f *Figures) error {
	if err := p.drain(ctx); err != nil {
		return err
	}
	c, err := dial(ctx, p.addr)
	if err != nil {
		return err
	}
	request := newTemplate(http.MethodPost, "/v1/orders", p.addr, p.shop.key)
	late := 0
	for _, b := range p.shed {
		answer, err := p.judge(c.do(request.request(nil, b.key, b.body)))
		switch {
		case err == nil:
			late++
			err = p.placed(b.key, answer)
		case err == errRefused:
			err = nil
		}
		if err != nil {
			return fmt.Errorf("an order that was shed and came again: %w", err)
		}
	}
	p.result.note("%d orders that were shed were sent again under their keys: %d placed, %d refused for lack of stock", len(p.shed), late, len(p.shed)-late)
	p.result.note("of the SKU with %d units %d were sold", units, p.scarce.Load())
	err = p.audit(ctx, &p.told)
	if f.Failed > 0 || p.scarce.Load() > units {
		err = cmp.Or(err, fmt.Errorf("%d requests failed; %d of %d scarce units were sold", f.Failed, p.scarce.Load(), units))
	}
	return err
}
