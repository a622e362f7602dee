package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// How many requests are sent to each database, and by which numbers they are
// made. CONTRIBUTING.md tells of both.
const (
	requestsVariable = "ORDO_TEST_API_REQUESTS"
	seedVariable     = "ORDO_TEST_API_SEED"
)

// prober sends requests that are made of the OpenAPI document and of inputs
// that work: valid ones, and such as are nearly so.
type prober struct {
	*matrix
	random *rand.Rand
	names  []string            // of operations
	fresh  map[string][]object // inputs that were not sent yet
	ids    []string            // that were seen
	tried  map[string]int
	worked map[string]int
	trace  string // the request that is under way
}

// Spec: 11.2.7
func TestNoRequestBreaksTheServerOrGetsAnAnswerThatIsNotDescribed(t *testing.T) {
	requests, seed := uint64(1000), uint64(1)
	for name, number := range map[string]*uint64{requestsVariable: &requests, seedVariable: &seed} { // order-free: each is set
		if text := os.Getenv(name); text != "" {
			var err error
			if *number, err = strconv.ParseUint(text, 10, 64); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			p := newProber(t, database.url(t), requests, seed)
			for range requests {
				p.probe()
			}
			for _, name := range p.names {
				if p.worked[name] == 0 && name != "account.setup" { // which works once in a workspace

					t.Errorf("%s was tried %d times and never worked", name, p.tried[name])
				}
			}
			t.Logf("%d requests by seed %d, %d worked", requests, seed, sum(p.worked))
			var out bytes.Buffer
			if err := p.house.verify(t.Context(), nil, false, &out, io.Discard); err != nil {
				t.Errorf("%v: %s", err, &out)
			}
		})
	}
}

func sum(counts map[string]int) (n int) {
	for _, count := range counts { // order-free: it is a sum
		n += count
	}
	return n
}

func newProber(t *testing.T, database string, requests, seed uint64) *prober {
	t.Helper()
	var key [32]byte
	copy(key[:], strconv.FormatUint(seed, 10))
	source := rand.NewChaCha8(key)
	h := housed(t, database, db.Options{
		Clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)),
		IDs:   id.Source{Read: func(b []byte) { source.Read(b) }},
	})
	p := &prober{matrix: matrixOf(t, h), random: rand.New(rand.NewPCG(seed, 0)), fresh: map[string][]object{}, tried: map[string]int{}, worked: map[string]int{}}
	p.near = p.begin(newStory(t, h))
	p.near.advance(365 * 24 * time.Hour)
	p.tell(p.near)
	p.actors["probe"] = auth.Actor{ID: p.near.user, Kind: auth.Staff, Permissions: auth.All, Limits: auth.Limits{DiscountRate: 1_000_000, Refund: auth.Unlimited}}
	session := p.near.do("session.create", object{"email": demoEmail, "password": demoPassword})
	p.near.inputs["session.delete"] = object{"id": session["id"]}
	p.names = slices.Sorted(maps.Keys(p.reader.operations))
	p.follow()
	p.names = append(p.names, streamOperation)
	p.prepare(min(10, int(requests)/500))
	p.claim(p.near)
	p.ids = slices.Sorted(maps.Keys(p.near.ids))
	return p
}

// prepare makes some inputs of each command that work as long as nobody comes
// in between.
func (p *prober) prepare(n int) {
	p.Helper()
	for _, name := range p.names {
		for range n {
			if execution := executions[name]; execution != nil && !strings.HasSuffix(name, ".expire") { // which moves the clock
				p.fresh[name] = append(p.fresh[name], copied(execution(p.near.story)))
				p.near.actor = auth.Internal("test")
			}
		}
	}
}

// probe makes a request, sends it and looks at the answer. The first requests
// are inputs that work, one of each operation.
func (p *prober) probe() {
	p.Helper()
	n := sum(p.tried)
	name := p.names[n%len(p.names)]
	if n >= len(p.names) && p.one(15) {
		name = streamOperation // no body makes its requests differ
	}
	p.tried[name]++
	o := p.reader.operations[name]
	in := map[string]any(copied(p.near.inputs[name]))
	switch {
	case n < len(p.names):
	case p.one(3) && len(p.fresh[name]) > 0:
		in, p.fresh[name] = p.fresh[name][0], p.fresh[name][1:]
		if p.one(2) {
			p.spoil(in)
		}
	case p.one(4) && o.RequestBody != nil:
		for field, value := range p.object(p.resolved(o.RequestBody.Content["application/json"].Schema), 0) { // order-free: each is set
			in[field] = value
		}
	default:
		for range 1 + p.random.IntN(3) {
			p.spoil(in)
		}
	}
	p.send(o, in, n < len(p.names))
}

// one is true once in n times.
func (p *prober) one(n int) bool { return p.random.IntN(n) == 0 }

func pick[T any](p *prober, all ...T) T { return all[p.random.IntN(len(all))] }

// send sends an input by the parameters and the body that the document names.
func (p *prober) send(o *describedOperation, in map[string]any, plain bool) {
	p.Helper()
	address, query, headers := o.path, url.Values{}, http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer probe"}}
	for _, parameter := range o.Parameters {
		if parameter.Ref != "" {
			continue // strange knows those that all have
		}
		name := parameter.Name
		value, there := in[name]
		if !there && !plain && parameter.Schema != nil && p.one(3) {
			value, there = p.parameter(name, parameter.Schema), true
		}
		switch {
		case !there:
		case parameter.In == "path":
			address = strings.ReplaceAll(address, "{"+name+"}", cmp.Or(url.PathEscape(plainText(value)), "x"))
		case parameter.In == "query":
			query.Set(name, plainText(value))
		default:
			headers.Set(name, printable(plainText(value)))
		}
		delete(in, name)
	}
	if !plain {
		p.strange(o, query, headers)
	}
	body := []byte(nil)
	if o.RequestBody != nil {
		body, _ = json.Marshal(in) // what was made of JSON is JSON
		if !plain && p.one(15) && len(body) > 0 {
			body[p.random.IntN(len(body))] = byte(p.random.Uint32())
		}
	}
	method := o.method
	if o.Name == streamOperation && !plain && p.one(4) {
		method = pick(p, "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND")
	}
	p.trace = fmt.Sprintf("%s %s?%s %v %s", method, address, query.Encode(), headers, body)
	ctx, stop := context.WithTimeout(p.Context(), 20*time.Second) // rather than to hang
	defer stop()
	r, err := http.NewRequestWithContext(ctx, method, p.reader.base+address+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		p.Fatalf("%s: %v", p.trace, err)
	}
	r.Header = headers
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		p.Fatalf("%s: %v", p.trace, err)
	}
	defer a.Body.Close() // which ends a stream
	if a.StatusCode == http.StatusOK && o.Name == streamOperation {
		p.listen(o, a)
		return
	}
	text, err := io.ReadAll(a.Body)
	if err != nil {
		p.Fatalf("%s: %v", p.trace, err)
	}
	p.judge(o, a, text)
}

// strange adds parameters and headers that all operations have, and some that
// none has.
func (p *prober) strange(o *describedOperation, query url.Values, headers http.Header) {
	if o.method != http.MethodGet && p.one(3) {
		query.Set("dry_run", pick(p, "true", "true", "true", "false", "maybe"))
	}
	if p.one(12) {
		query.Set(pick(p, "fields", "expand", "filter", "sort", "after", "limit", "colour", "id\x00"), p.text())
	}
	if p.one(12) {
		headers.Set(pick(p, "If-Match", "If-None-Match"), pick(p, `"1"`, `"1-1"`, `W/"2"`, "*", `"`, "x"))
	}
	if p.one(12) {
		headers.Set("Idempotency-Key", pick(p, "k1", "k2", "k3", "a b", strings.Repeat("k", 256)))
	}
	if p.one(40) {
		headers.Set("Content-Type", pick(p, "text/plain", "application/json; charset=utf-8", ";", ""))
	}
}

// parameter is a value of a parameter; those of lists are such as lists take.
func (p *prober) parameter(name string, s *schema) any {
	switch name {
	case "filter":
		l := pick(p, lists...)
		f := pick(p, l.schema.Fields...)
		value := pick(p, "1", "2026-01-01", "today", "true", "*", "GBP", `"a b"`, "-7d", "", p.text(), pick(p, p.ids...))
		return pick(p, "", "-", "(") + f.Name + pick(p, ":", ">", "<=", "") + value + pick(p, "", "", ",2", ")", " OR x")
	case "sort":
		return pick(p, "", "-") + pick(p, pick(p, lists...).schema.Fields...).Name
	case "limit":
		return pick(p, "1", "2", "200", "201", "0", "-1", "x")
	case "types":
		return pick(p, "", ",", "order.placed", "order.placed,stock.received", "order.*", p.text())
	case "subject":
		return pick(p, "", pick(p, p.ids...), p.text())
	case "Last-Event-ID":
		return pick(p, "0", "1", "+1", "007", "-1", " 2", "1.5", "x", strconv.FormatInt(p.end(), 10), strconv.FormatInt(p.end()+1, 10), "9223372036854775807", "9223372036854775808")
	case "expand", "fields":
		return pick(p, "id", "channel", "customer,order", "lines.id", "", "a..b", strings.Repeat("id,", 101))
	}
	return p.value(s, 0)
}

// judge wants the answer to be one that the document describes.
func (p *prober) judge(o *describedOperation, a *http.Response, text []byte) {
	p.Helper()
	if a.StatusCode >= 500 {
		p.Errorf("%s\ngives %d %.1000s", p.trace, a.StatusCode, text)
		return
	}
	described, kind := o.Responses[strconv.Itoa(a.StatusCode)], "application/json"
	switch {
	case a.Request.Method == http.MethodHead && len(text) == 0:
		return
	case a.StatusCode >= 400:
		described, kind = p.Components.Responses["Problem"], "application/problem+json"
	case a.StatusCode == http.StatusNotModified && len(text) == 0:
		return
	case a.StatusCode == http.StatusAccepted || a.Header.Get("Ordo-Dry-Run") == "true":
		described = o.Responses[o.success()]
	}
	if a.Header.Get("Content-Type") != kind || described.Content[kind].Schema == nil {
		p.Errorf("%s\ngives %d as %s, which is not described: %.300s", p.trace, a.StatusCode, a.Header.Get("Content-Type"), text)
		return
	}
	value := decoded(p.T, text)
	if q := a.Request.URL.Query(); a.StatusCode < 300 && (q.Has("fields") || q.Has("expand")) {
		value = nil // these leave out what is required, and show more
	}
	for _, fault := range p.matching(described.Content[kind].Schema, value, o.Name) {
		p.Errorf("%s\ngives %d %.1000s\n%s", p.trace, a.StatusCode, text, fault)
	}
	if a.StatusCode < 300 {
		p.worked[o.Name]++
		p.remember(text)
	}
}

// matching is match for what was not cut down.
func (p *prober) matching(s *schema, value any, at string) []string {
	if value == nil {
		return nil
	}
	return p.match(s, value, at)
}

// success is the status of an answer that is no refusal.
func (o *describedOperation) success() string {
	for _, status := range []string{"201", "202"} {
		if _, does := o.Responses[status]; does {
			return status
		}
	}
	return "200"
}

// remember keeps some of the ids that were told.
func (p *prober) remember(text []byte) {
	found := idText.FindAllString(string(text), 20)
	p.ids = append(p.ids, found...)
	if len(p.ids) > 2000 {
		p.ids = p.ids[len(p.ids)-2000:]
	}
}
