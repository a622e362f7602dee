package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"

	"ordo/base/id"
	"ordo/engine/command"
)

const (
	buyers    = 10_000
	units     = 100
	flashSale = variants // number of the SKU that all want
)

// flash lets 10,000 buyers order one unit each of a SKU that has 100: exactly
// 100 get one, all others are told why not.
func flash(ctx context.Context, m *measurement) error {
	err := m.inProcess(ctx, nil, func(e *command.Engine) error {
		s := &seeder{ctx: ctx, engine: e}
		s.addVariants(m.shop, flashSale, 1, units/len(m.shop.locations))
		return s.err
	})
	if err != nil {
		return err
	}
	return m.served(ctx, func(s *server) error {
		l := m.loop("flash")
		l.warmup, l.duration = 0, 0
		l.meters = m.meters(ctx, s)
		f, err := l.run(ctx, m.buying(ctx, s.addr))
		if err != nil {
			return err
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
		return m.checkSold(ctx, s.addr, f)
	})
}

// buying returns clients that share the buyers.
func (m *measurement) buying(ctx context.Context, addr string) func(i int) (step, error) {
	request := newTemplate(http.MethodPost, "/v1/orders", addr, m.shop.key)
	run := id.Random.Token()
	var next atomic.Int64
	return func(int) (step, error) {
		c, err := dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		var body, text []byte
		return func() error {
			n := next.Add(1)
			if n > buyers {
				return errDone
			}
			body = m.shop.order(body[:0], int(n)%customers, flashSale)
			text = request.request(text[:0], run+strconv.FormatInt(n, 10), body)
			status, answer, err := c.do(text)
			switch {
			case err != nil:
				return err
			case status == http.StatusCreated:
				return nil
			case status == http.StatusConflict && bytes.Contains(answer, []byte(`"stock_insufficient"`)):
				return errRefused
			}
			return &wrongAnswer{status, string(answer)}
		}, nil
	}
}

// checkSold compares what the buyers were told with the stock.
func (m *measurement) checkSold(ctx context.Context, addr string, f *Figures) error {
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	request := newTemplate(http.MethodGet, "/v1/stock?filter=sku:"+sku(flashSale), addr, m.shop.key)
	status, answer, err := c.do(request.request(nil, "", nil))
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("stock: %d %s %w", status, answer, err)
	}
	var stock struct {
		Items []struct {
			OnHand   float64 `json:"on_hand"`
			Reserved float64
		}
	}
	if err := json.Unmarshal(answer, &stock); err != nil {
		return err
	}
	var onHand, reserved float64
	for _, s := range stock.Items {
		onHand += s.OnHand
		reserved += s.Reserved
	}
	sold := f.Answers - f.Refused
	m.result.note("sold %d of %d, refused %d of %d buyers; stock: %.0f on hand, %.0f reserved", sold, units, f.Refused, buyers, onHand, reserved)
	if sold != units || f.Answers != buyers || onHand != units || reserved != units {
		m.result.print(m.Stdout)
		return fmt.Errorf("the sale went wrong: %s", m.result.Notes[len(m.result.Notes)-1])
	}
	return nil
}
