package sim

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"ordo/connect/webhook"
	"ordo/engine/db"
	"ordo/engine/event"
)

// receivers are the systems that webhooks are sent to: the production client
// resolves their names and connects to them, over lines in memory.
type receivers struct {
	world     *world
	by        map[string]*receiver  // by host
	endpoints map[string]*endpoint  // by id, as the workspace had them at the last look
	hosts     map[string]*endpoint  // the same by host
	choices   map[string]hookChoice // by what an endpoint asks for
}

// receiver is a system with a ledger of its own.
type receiver struct {
	secrets  map[int64]string  // by generation, as far as its people were told
	taken    map[string]string // by the id of the message: the body's digest
	chosen   []string          // ids of events that its endpoint chose, in the order of the log
	began    int64             // where in the log its endpoint began
	down     time.Time         // until then it refuses everything
	replayed bool              // its people asked for events again, also for others than it had chosen
}

// endpoint is what the workspace says of one.
type endpoint struct {
	id, host, state, choice string
	channels                []string
	position                int64 // in the log
	generation              int64
	previousUntil           int64
	created                 int64 // position of the event that made it; 0 if that is not in the log
}

func newReceivers(w *world) *receivers {
	return &receivers{world: w, by: map[string]*receiver{}, endpoints: map[string]*endpoint{}, hosts: map[string]*endpoint{}, choices: map[string]hookChoice{}}
}

// at is the receiver at a host.
func (r *receivers) at(host string) *receiver {
	if r.by[host] == nil {
		r.by[host] = &receiver{secrets: map[int64]string{}, taken: map[string]string{}}
	}
	return r.by[host]
}

// hear takes in what an answer tells of an endpoint: its secret, once.
func (r *receivers) hear(w *webhook.Endpoint) {
	if w.Secret != "" {
		r.at(hostOf(w.URL)).secrets[w.Generation] = w.Secret
	}
}

func hostOf(url string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
	return host
}

// tell lets the workspace send to its endpoints, and notes what they chose.
func (w *world) tell(ctx context.Context) error {
	if err := w.notice(ctx); err != nil {
		return err
	}
	if err := w.tried(w.house.Hooks.Step(ctx)); err != nil || w.disk.Struck() {
		return err // after the crash it is noted what was chosen
	}
	return w.notice(ctx)
}

// notice looks where the endpoints stand. What one has passed in the log since
// the last look it passed as it was then: the events that it wanted are those
// that its receiver must be told of.
func (w *world) notice(ctx context.Context) error {
	r := w.receivers
	var now map[string]*endpoint
	err := w.look(ctx, func(tx *db.Tx) (err error) {
		if now, err = endpoints(tx); err != nil {
			return err
		}
		for _, id := range sortedKeys(now) {
			if err := r.pass(tx, r.endpoints[id], now[id]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.endpoints = now
	clear(r.hosts)
	for _, e := range now { // order-free: it fills a map
		r.hosts[e.host] = e
	}
	return nil
}

// pass adds what an endpoint chose between two looks.
func (r *receivers) pass(tx *db.Tx, was, is *endpoint) error {
	to := r.at(is.host)
	if was == nil {
		to.began = is.position
		return nil
	}
	if is.state == "deleted" || is.position == was.position {
		return nil
	}
	events, _, err := event.After(tx, was.position, int(is.position-was.position))
	for _, e := range events {
		if r.choices[was.choice].takes(e) && (was.channels == nil || slices.Contains(was.channels, e.Channel)) {
			to.chosen = append(to.chosen, e.ID)
		}
	}
	return err
}

// LookupNetIP resolves the names of receivers: all stand at one address.
func (r *receivers) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if r.fails("name not resolved", 40) {
		return nil, &net.DNSError{Err: "no such host", Name: host}
	}
	return []netip.Addr{netip.AddrFrom4([4]byte{93, 184, 216, 34})}, nil
}

// connect opens a line, if the other side takes it.
func (r *receivers) connect(context.Context, string, string) (net.Conn, error) {
	if r.fails("connection refused", 40) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	here, there := net.Pipe()
	l := &line{Conn: here}
	go r.serve(l, there)
	return l, nil
}

// line is a connection as the sender has it.
type line struct {
	net.Conn
	silent bool // it ends because nothing comes for too long
}

func (l *line) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if err == io.EOF && l.silent {
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

// fails tells whether something goes wrong at a receiver, once in n times.
func (r *receivers) fails(what string, n int) bool {
	w := r.world
	if w.options.Calm || w.quiet || !w.chance(n) {
		return false
	}
	w.report.Faults[what]++
	return true
}

// serve answers the one request that comes over a line. Its sender waits for
// that, so nothing else is under way.
func (r *receivers) serve(l *line, conn net.Conn) {
	defer conn.Close()
	q, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	answer := func(status int, more string) {
		fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n", status, http.StatusText(status), more)
	}
	to := r.at(q.Host)
	switch {
	case r.isDown(to), r.fails("receiver refuses", 15):
		answer(http.StatusServiceUnavailable, "")
	case r.fails("receiver asks for a rest", 60):
		answer(http.StatusTooManyRequests, "Retry-After: 90\r\n")
	case r.fails("receiver is gone", 300):
		answer(http.StatusGone, "")
	case r.fails("receiver hangs", 40):
		l.silent = true
	case !r.take(q, body):
		answer(http.StatusUnauthorized, "")
	case r.fails("receiver's answer lost", 30):
	case r.fails("receiver's answer late", 60):
		l.silent = true
	case r.fails("receiver answers twice", 30):
		answer(http.StatusOK, "")
		answer(http.StatusInternalServerError, "")
	default:
		answer(http.StatusNoContent, "")
	}
}

// isDown tells whether a receiver takes nothing for a while: up to four days,
// after which its endpoint is paused.
func (r *receivers) isDown(to *receiver) bool {
	if r.world.options.Calm {
		return false
	}
	now := r.world.clock.Now()
	if now.After(to.down) && r.fails("receiver is down for long", 200) {
		to.down = now.Add(r.world.within(96))
	}
	return now.Before(to.down)
}

// take puts a message into the receiver's ledger, if it is signed by a secret
// that its people were told.
func (r *receivers) take(q *http.Request, body []byte) bool {
	w, e, to := r.world, r.hosts[q.Host], r.at(q.Host)
	id := q.Header.Get(webhook.HeaderID)
	if e == nil || e.state == "deleted" {
		w.violated("webhooks", "message %s went to %s, where no endpoint is", id, q.Host)
		return false
	}
	secret := to.secrets[e.generation]
	if secret == "" { // the answer that told it got lost
		return false
	}
	now := w.clock.Now()
	if err := webhook.Verify(secret, q.Header, body, now); err != nil {
		w.violated("webhooks", "message %s to %s is not signed by its secret: %v", id, q.Host, err)
	}
	if before := to.secrets[e.generation-1]; before != "" && now.UnixMicro() < e.previousUntil {
		if err := webhook.Verify(before, q.Header, body, now); err != nil {
			w.violated("webhooks", "message %s to %s is not signed by the secret before, which is still live: %v", id, q.Host, err)
		}
	}
	var m struct{ ID, Type string }
	if err := json.Unmarshal(body, &m); err != nil || m.ID != id {
		w.violated("webhooks", "message %s to %s holds %s", id, q.Host, body)
	}
	if m.Type == "webhook.trial" {
		return true
	}
	sum := sha256.Sum256(body)
	if was, again := to.taken[id]; again && was != string(sum[:]) {
		w.violated("webhooks", "message %s to %s came again with another body", id, q.Host)
	}
	to.taken[id] = string(sum[:])
	return true
}

// judgeReceivers: each has every event that its endpoint chose since it was
// created, and no other but what was asked for again.
func (w *world) judgeReceivers(tx *db.Tx) error {
	r := w.receivers
	now, err := endpoints(tx)
	if err != nil {
		return err
	}
	for _, id := range sortedKeys(now) {
		e, to := now[id], r.at(now[id].host)
		for _, event := range to.chosen {
			if _, taken := to.taken[event]; !taken && e.state != "deleted" {
				w.violated("webhooks", "%s was never told of event %s, which endpoint %s chose", e.host, event, id)
			}
		}
		if e.state != "deleted" && (e.position != int64(len(w.log.seen)) || e.created <= to.began) {
			w.violated("webhooks", "endpoint %s, which event %d made, reads the log from %d to %d, of %d", id, e.created, to.began, e.position, len(w.log.seen))
		}
		w.report.Judged.Messages += int64(len(to.taken))
		if to.replayed {
			continue
		}
		chosen := map[string]bool{}
		for _, event := range to.chosen {
			chosen[event] = true
		}
		for _, event := range sortedKeys(to.taken) {
			if !chosen[event] {
				w.violated("webhooks", "%s was told of event %s, which endpoint %s did not choose", e.host, event, id)
			}
		}
	}
	return nil
}

// attend does what the people of receivers have to do: they ask for a secret
// that they were not told, and resume what was paused.
func (s *staff) attend() {
	if s.err = s.w.notice(s.ctx); s.err != nil {
		return
	}
	for _, id := range sortedKeys(s.w.receivers.endpoints) {
		e := s.w.receivers.endpoints[id]
		if e.state != "deleted" && s.w.receivers.at(e.host).secrets[e.generation] == "" {
			s.hook("webhook.rotate_secret", object{"id": id, "previous_hours": 0})
		}
		if e.state == "paused" {
			s.hook("webhook.resume", object{"id": id})
		}
	}
	if s.err == nil {
		s.err = s.w.notice(s.ctx)
	}
}

func (s *staff) hook(operation string, in object) {
	if e, ok := s.do(operation, in).(*webhook.Endpoint); ok {
		s.w.receivers.hear(e)
	}
}

// hookChoice is a choice of events, as the API takes it, and as people mean it.
type hookChoice struct {
	types  []string
	filter string
	takes  func(event.Sealed) bool
}

// name is what the choice is found by again.
func (c hookChoice) name() string {
	types, _ := json.Marshal(slices.Sorted(slices.Values(c.types))) // of texts, which never fails
	return string(types) + c.filter
}

// choose makes a choice of events.
func (r *receivers) choose() hookChoice {
	w := r.world
	channel := w.shop.channels[w.random.IntN(len(w.shop.channels))]
	of := func(prefixes ...string) func(event.Sealed) bool {
		return func(e event.Sealed) bool {
			return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(e.Type, p) })
		}
	}
	c := one(w,
		hookChoice{[]string{"order.placed", "order.canceled"}, "", of("order.placed", "order.canceled")},
		hookChoice{[]string{"order.placed"}, "body.order.total>5000", func(e event.Sealed) bool {
			var b struct{ Order struct{ Total int64 } }
			return e.Type == "order.placed" && json.Unmarshal(e.Body, &b) == nil && b.Order.Total > 5000
		}},
		hookChoice{[]string{"shipment.*", "return.*"}, "", of("shipment.", "return.")},
		hookChoice{[]string{"webhook.*", "refund.*"}, "", of("webhook.", "refund.")},
		hookChoice{[]string{"payment.*"}, "channel:" + channel + " sequence:1", func(e event.Sealed) bool {
			return strings.HasPrefix(e.Type, "payment.") && e.Channel == channel && e.Sequence == 1
		}},
		hookChoice{[]string{"*"}, "-type:order.placed sequence:1", func(e event.Sealed) bool { return e.Type != "order.placed" && e.Sequence == 1 }},
	)
	r.choices[c.name()] = c
	return c
}

// facts are those of an endpoint at a host.
func (r *receivers) facts(host string, channels []string) object {
	w := r.world
	c := r.choose()
	in := object{"name": w.next("hook "), "url": "http://" + host + "/" + w.next("path"), "types": c.types, "filter": c.filter, "parallel": int64(1)}
	if channels != nil {
		in["channels"] = channels
	}
	return in
}

// live are the endpoints that are not deleted, as far as was seen.
func (r *receivers) live() (all []*endpoint) {
	for _, id := range sortedKeys(r.endpoints) {
		if r.endpoints[id].state != "deleted" {
			all = append(all, r.endpoints[id])
		}
	}
	return all
}
