package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ordo/engine/command"
)

// Ask is a request that somebody makes.
type Ask struct {
	Operation string
	Bearer    string
	Key       string // idempotency key; empty for a read
	In        map[string]any
	Heard     func(status int, body []byte) bool // wants the answer, and tells whether the request can have it
}

const (
	mixRate    = 100 // requests per second, unless another rate is asked for
	listeners  = 20  // open event streams
	opened     = 100 // of so many requests one opens another stream
	streamName = "event.stream"

	// What an answer may take.
	mostOfAll    = 2 * time.Second        // 99 % of each operation
	mostOfWrites = 200 * time.Millisecond // 95 % of each command
	mostOfReads  = 100 * time.Millisecond // 95 % of each read
)

// seedMix fills the workspace with orders, and with the shop that they ask about.
func seedMix(ctx context.Context, m *measurement) error {
	if err := seedOrders(ctx, m); err != nil {
		return err
	}
	if err := m.listenForHooks(); err != nil {
		return err
	}
	return m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		m.next, err = m.Traffic(ctx, e, m.hook.url)
		return err
	})
}

// mix sends every operation of the API document at a rate, with event streams
// open and a webhook consumer that hears of all events.
func mix(ctx context.Context, m *measurement) error {
	m.Rate = cmp.Or(m.Rate, mixRate)
	return m.served(ctx, func(s *server) error {
		if err := m.subscribe(ctx, s.addr, "*"); err != nil {
			return err
		}
		streams := *m
		streams.Clients = listeners
		ears, err := streams.listen(ctx, s.addr, m.everybody)
		defer closeAll(ears)
		if err != nil {
			return err
		}
		l := m.loop("all operations")
		l.meters = m.meters(ctx, s)
		if err := m.ask(ctx, s.addr, l, 0); err != nil {
			return err
		}
		m.result.Figures[0].PeakMemory = readMemory(s.pid, peak)
		m.result.note("%d events reached the webhook consumer meanwhile, %d event streams were open", m.hook.heard.Load(), listeners)
		return nil
	})
}

// Mix sends so many requests to a server, one after the other, as who holds the
// API key, and returns the figures of all together and of each operation.
func Mix(ctx context.Context, addr, key string, next func() Ask, requests int64) (*Result, error) {
	m := &measurement{Config: Config{Clients: 1, Stderr: io.Discard}, shop: &shop{key: key}, next: next, result: &Result{}}
	return m.result, m.ask(ctx, addr, m.loop("all operations"), requests)
}

// ask sends what people ask for next, so many requests, or without an end if 0.
func (m *measurement) ask(ctx context.Context, addr string, l loop, requests int64) error {
	document, err := readDocument(ctx, addr)
	if err != nil {
		return err
	}
	by := newByName(l.clients)
	l.each = by.count
	f, err := l.run(ctx, m.asking(ctx, addr, document, by, requests))
	if err != nil {
		return err
	}
	m.result.add(f)
	m.report(document, by, f.Seconds)
	return nil
}

// described is what the API document says of an operation.
type described struct {
	Name       string `json:"operationId"`
	method     string
	path       string
	Parameters []struct{ Name, In string }
	Body       *struct{} `json:"requestBody"`
}

// readDocument reads the operations that the server describes, by name.
func readDocument(ctx context.Context, addr string) (map[string]*described, error) {
	c, err := dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	status, text, err := c.do(newTemplate(http.MethodGet, "/openapi.json", addr, "").request(nil, "", nil))
	if err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("the API document: %d %w", status, err)
	}
	return parseDocument(text)
}

func parseDocument(text []byte) (map[string]*described, error) {
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	all := map[string]*described{}
	for path, methods := range document.Paths { // order-free: it fills a map
		for method, text := range methods { // order-free: it fills a map
			o := &described{method: strings.ToUpper(method), path: path}
			if err := json.Unmarshal(text, o); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			if o.Name != "" {
				all[o.Name] = o
			}
		}
	}
	return all, nil
}

// request writes a request as the document wants it: what it names as a
// parameter into the address or a header, the rest into the body.
func (o *described) request(b []byte, addr string, a Ask) ([]byte, error) {
	in, path, query, headers := maps.Clone(a.In), o.path, url.Values{}, ""
	for _, p := range o.Parameters {
		value, there := in[p.Name]
		if !there {
			continue
		}
		delete(in, p.Name)
		switch text := fmt.Sprint(value); p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(text))
		case "query":
			query.Set(p.Name, text)
		default:
			headers += p.Name + ": " + text + "\r\n"
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	var body []byte
	if o.Body != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	t := newTemplate(o.method, path, addr, a.Bearer)
	t.head = append(t.head, headers...)
	return t.request(b, a.Key, body), nil
}

// asking returns clients that send what comes next.
func (m *measurement) asking(ctx context.Context, addr string, document map[string]*described, by *byName, requests int64) func(i int) (step, error) {
	var sent atomic.Int64
	stream := newTemplate(http.MethodGet, document[streamName].path, addr, m.shop.key).request(nil, "", nil)
	return func(i int) (step, error) {
		c, err := dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		var text []byte
		return func() error {
			n := sent.Add(1)
			if requests > 0 && n > requests {
				return errDone
			}
			if n%opened == 0 {
				by.current[i] = streamName
				e, err := open(ctx, addr, stream)
				closeAll([]*ear{e})
				return err
			}
			a := m.next()
			by.current[i] = a.Operation
			o := document[a.Operation]
			if o == nil {
				return fmt.Errorf("%s is asked for and not in the API document", a.Operation)
			}
			if text, err = o.request(text[:0], addr, a); err != nil {
				return err
			}
			status, body, err := c.do(text)
			switch {
			case err != nil:
				return err
			case !a.Heard(status, body):
				return &wrongAnswer{status, fmt.Sprintf("%s: %s", a.Operation, body)}
			case status >= http.StatusBadRequest:
				return errRefused
			}
			return nil
		}, nil
	}
}

// byName keeps apart what the answers to requests of each name took.
type byName struct {
	mu      sync.Mutex
	current []string // that each client waits for
	counts  map[string]*count
}

func newByName(clients int) *byName {
	return &byName{current: make([]string, clients), counts: map[string]*count{}}
}

// count is a loop's each.
func (b *byName) count(client int, took time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counts[b.current[client]]
	if c == nil {
		c = &count{}
		b.counts[b.current[client]] = c
	}
	switch {
	case err == nil:
		c.times = append(c.times, took)
	case errors.Is(err, errRefused):
		c.times, c.refused = append(c.times, took), c.refused+1
	case errors.Is(err, errShed):
		c.shed++
	default:
		c.fail(err)
	}
}

// figures are those of one name.
func (b *byName) figures(name string, seconds float64) *Figures {
	f := &Figures{Name: name, Seconds: seconds}
	c := b.counts[name]
	if c == nil {
		return f
	}
	f.Refused, f.Shed, f.Failed = c.refused, c.shed, c.failed
	if c.first != nil {
		f.FirstFailure = c.first.Error()
	}
	if len(c.times) > 0 {
		f.count(c.times)
	}
	return f
}

// report adds the figures of each operation, and notes which were not measured
// and which take longer than they may.
func (m *measurement) report(document map[string]*described, by *byName, seconds float64) {
	var missing, only, slow []string
	for _, name := range slices.Sorted(maps.Keys(document)) {
		f := by.figures(name, seconds)
		switch {
		case f.Answers == 0:
			missing = append(missing, name)
		case f.Refused == f.Answers:
			only = append(only, name)
		}
		slow = append(slow, f.tooSlow(document[name].method)...)
		m.result.add(f)
	}
	m.result.note("%d operations of the API document, not measured: %s", len(document), cmp.Or(strings.Join(missing, ", "), "none"))
	m.result.note("only ever refused: %s", cmp.Or(strings.Join(only, ", "), "none"))
	m.result.note("slower than they may be (p99 %s, p95 %s of commands and %s of reads): %s", mostOfAll, mostOfWrites, mostOfReads, cmp.Or(strings.Join(slow, ", "), "none"))
}

// tooSlow tells in which way an operation takes longer than it may.
func (f *Figures) tooSlow(method string) (all []string) {
	limit := mostOfWrites
	if method == http.MethodGet {
		limit = mostOfReads
	}
	if f.P95 > milliseconds(limit) {
		all = append(all, fmt.Sprintf("%s p95 %.0f ms", f.Name, f.P95))
	}
	if f.P99 > milliseconds(mostOfAll) {
		all = append(all, fmt.Sprintf("%s p99 %.0f ms", f.Name, f.P99))
	}
	return all
}

// hook is a webhook endpoint that takes everything.
type hook struct {
	url   string
	heard atomic.Int64
}

// listenForHooks opens the endpoint, until the process ends.
func (m *measurement) listenForHooks() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	m.hook = &hook{url: "http://" + l.Addr().String() + "/"}
	s := &http.Server{ReadHeaderTimeout: startLimit, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		m.hook.heard.Add(1)
	})}
	go s.Serve(l)
	return nil
}

// subscribe lets the server send events of some types to the endpoint.
func (m *measurement) subscribe(ctx context.Context, addr, types string) error {
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	defer c.conn.Close()
	body := fmt.Appendf(nil, `{"name":"bench","url":%q,"types":[%q],"parallel":8}`, m.hook.url, types)
	status, answer, err := c.do(newTemplate(http.MethodPost, "/v1/webhooks", addr, m.shop.key).request(nil, "", body))
	if err == nil && status != http.StatusCreated {
		err = &wrongAnswer{status, string(answer)}
	}
	return err
}
