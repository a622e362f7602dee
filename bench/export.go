package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// export measures all orders as a file, once in each format.
func export(ctx context.Context, m *measurement) error {
	return m.reading(ctx, func(r *reader) error {
		return m.served(ctx, func(s *server) error {
			for _, format := range []string{"csv", "xlsx"} {
				var size int64
				f, err := m.once(ctx, s, format, func() (rows int64, err error) {
					size, err = download(ctx, "http://"+s.addr+"/v1/orders/export."+format, r.key)
					return int64(m.result.Orders), err
				})
				if err != nil {
					return err
				}
				m.result.note("%s: %d rows, %d MB in %.1f s, so %.0f s for a million", format, f.Answers, size>>20, f.Seconds, 1e6/f.PerSecond)
			}
			return nil
		})
	})
}

// once measures a piece of work that a server does, by how many rows it is.
func (m *measurement) once(ctx context.Context, s *server, name string, work func() (rows int64, err error)) (*Figures, error) {
	m.say("%s", name)
	meters := m.meters(ctx, s)
	start, before := time.Now(), readAll(meters)
	rows, err := work()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	took, after := time.Since(start), readAll(meters)
	f := &Figures{Name: name, Clients: 1, Seconds: took.Seconds(), Answers: rows, PerSecond: float64(rows) / took.Seconds(), PeakMemory: readMemory(s.pid, peak)}
	for i, of := range meters {
		f.addCPU(of.name, after[i]-before[i])
	}
	m.result.add(f)
	return f, nil
}

// download reads a file to its end and returns its size. A file that breaks off
// is an error.
func download(ctx context.Context, url, key string) (size int64, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		return 0, &wrongAnswer{answer.StatusCode, string(text)}
	}
	return io.Copy(io.Discard, answer.Body)
}

const (
	bulkOrders = 10_000
	bulkPause  = 20 * time.Millisecond // between two looks at how far a bulk is
)

// seedBulk fills the workspace with the orders of a bulk.
func seedBulk(ctx context.Context, m *measurement) error {
	if m.Orders == 0 {
		m.Orders = bulkOrders
	}
	return seed(ctx, m)
}

// bulks are commands on all orders, one after the other.
var bulks = []object{
	{"operation": "order.hold", "input": object{"kind": "manual", "reason": "counted_again"}},
	{"operation": "order.release_holds", "input": object{"kind": "manual"}},
	{"operation": "order.note", "input": object{"text": "counted again"}},
	{"operation": "order.tag", "input": object{"tags": []string{"counted again"}}},
	{"operation": "order.cancel", "input": object{"reason": "stock"}},
}

// bulk measures each of the bulks, from the request that begins it to the end of
// the last order.
func bulk(ctx context.Context, m *measurement) error {
	return m.served(ctx, func(s *server) error {
		c, err := dial(ctx, s.addr)
		if err != nil {
			return err
		}
		b := &bulker{c, s.addr, m.shop.key}
		for _, in := range bulks {
			name := fmt.Sprint(in["operation"])
			f, err := m.once(ctx, s, name, func() (int64, error) { return b.run(ctx, in, m.Orders) })
			if err != nil {
				return err
			}
			m.result.note("%s: %d orders in %.1f s", name, f.Answers, f.Seconds)
		}
		return nil
	})
}

// bulker runs bulks at a server.
type bulker struct {
	client    *client
	addr, key string
}

// bulkState is what a bulk tells of itself.
type bulkState struct {
	ID, State                       string
	Total, Done, Succeeded, Refused int64
}

// run begins a bulk on all orders and waits for its end: all have to succeed.
func (b *bulker) run(ctx context.Context, in object, orders int) (done int64, err error) {
	body, err := json.Marshal(object{"operation": in["operation"], "input": in["input"], "filter": "origin:ordo"})
	if err != nil {
		return 0, err
	}
	state, err := b.ask(http.MethodPost, "/v1/bulks", body)
	for err == nil && state.State != "done" {
		select {
		case <-time.After(bulkPause):
			state, err = b.ask(http.MethodGet, "/v1/bulks/"+state.ID, nil)
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	if err == nil && state.Succeeded != int64(orders) {
		err = fmt.Errorf("it succeeded for %d of %d orders", state.Succeeded, orders)
	}
	return state.Done, err
}

func (b *bulker) ask(method, path string, body []byte) (state bulkState, err error) {
	status, answer, err := b.client.do(newTemplate(method, path, b.addr, b.key).request(nil, "", body))
	if err == nil && status >= http.StatusMultipleChoices {
		err = &wrongAnswer{status, string(bytes.Clone(answer))}
	}
	if err != nil {
		return state, err
	}
	return state, json.Unmarshal(answer, &state)
}
