package bench

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"ordo/base/id"
)

// place measures orders of three lines from 10,000 SKUs, drafted and placed in
// one call and paid on account, through HTTP; then their limit.
func place(ctx context.Context, m *measurement) error {
	err := m.placeOverHTTP(ctx, m.shop.randomOrder)
	if err != nil || m.NoLimit {
		return err
	}
	if err := limit(ctx, m); err != nil {
		return err
	}
	m.result.note("http reaches %.2f of the bare statements", m.result.figures("http").PerSecond/m.result.figures("bare statements").PerSecond)
	return nil
}

// hot measures orders of one unit of one SKU, all of which change one row of
// stock, through HTTP.
func hot(ctx context.Context, m *measurement) error {
	return m.placeOverHTTP(ctx, func(b []byte, r *rand.Rand) []byte { return m.shop.order(b, r.IntN(customers), 0) })
}

// placeOverHTTP lets clients place orders at a server, whose bodies order appends.
func (m *measurement) placeOverHTTP(ctx context.Context, order func([]byte, *rand.Rand) []byte) error {
	return m.served(ctx, func(s *server) error {
		if m.Webhook {
			if err := errors.Join(m.listenForHooks(), m.subscribe(ctx, s.addr, "order.placed")); err != nil {
				return err
			}
		}
		var told *journal
		if m.Audit {
			told = &journal{}
		}
		l := m.loop("http")
		l.meters = m.meters(ctx, s)
		f, err := l.run(ctx, m.placing(ctx, s.addr, order, told))
		if err != nil {
			return err
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
		if m.Audit {
			if err = m.drain(ctx); err == nil {
				err = m.audit(ctx, told)
			}
		}
		if m.Webhook {
			m.result.note("%d events reached the webhook consumer", m.hook.heard.Load())
		}
		return err
	})
}

// served starts a server for fn.
func (m *measurement) served(ctx context.Context, fn func(s *server) error) error {
	s, err := m.serve(ctx)
	if err != nil {
		return err
	}
	defer s.stop()
	return fn(s)
}

// meters measures server, database and load generator.
func (m *measurement) meters(ctx context.Context, s *server) []meter {
	server := meter{"server", func() time.Duration { return readProcess(s.pid).self }}
	return append([]meter{server, {"client", own}}, m.database.meters(ctx)...)
}

// placing returns clients that place orders and write down what they are told, if
// there is a journal.
func (m *measurement) placing(ctx context.Context, addr string, order func([]byte, *rand.Rand) []byte, told *journal) func(i int) (step, error) {
	request := newTemplate(http.MethodPost, "/v1/orders", addr, m.shop.key)
	run := id.Random.Token()
	paid := []byte(`"payment_status":"` + m.shop.payment.status + `"`)
	return func(i int) (step, error) {
		c, err := dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		random := rand.New(rand.NewPCG(1, uint64(i)))
		var key, body, text []byte
		n := 0
		return func() error {
			n++
			key = strconv.AppendInt(append(strconv.AppendInt(append(key[:0], run...), int64(i), 10), '.'), int64(n), 10)
			body = order(body[:0], random)
			text = request.request(text[:0], string(key), body)
			status, answer, err := c.do(text)
			if err != nil {
				return err
			}
			if status != http.StatusCreated || !bytes.Contains(answer, paid) {
				return &wrongAnswer{status, string(answer)}
			}
			if told != nil {
				return told.note(string(key), answer)
			}
			return nil
		}, nil
	}
}
