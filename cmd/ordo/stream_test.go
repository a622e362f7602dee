package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/event"
)

// patience is how long a test waits for what has to come.
const patience = 20 * time.Second

// heard is an event as a client of the stream gets it.
type heard struct {
	position int64
	kind     string
	event.Sealed
}

// client follows a stream.
type client struct {
	*testing.T
	answer *http.Response
	lines  *bufio.Scanner
}

// follow connects. last is the Last-Event-ID, which may be empty.
func follow(t *testing.T, base, key, query, last string) *client {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, "GET", base+"/v1/events/stream"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+key)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Body.Close() })
	c := &client{T: t, answer: a, lines: bufio.NewScanner(a.Body)}
	c.lines.Buffer(nil, 1<<20)
	return c
}

// next returns the next event; ok is false when the server ended the stream.
func (c *client) next() (e heard, ok bool) {
	c.Helper()
	for c.lines.Scan() {
		name, value, _ := strings.Cut(c.lines.Text(), ": ")
		switch name {
		case "id":
			e.position, _ = strconv.ParseInt(value, 10, 64)
		case "event":
			e.kind = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.Sealed); err != nil {
				c.Fatal(err)
			}
		case "":
			if e.position > 0 {
				if e.kind != e.Type || e.position != e.Position {
					c.Fatalf("id and event are %d and %s of %+v", e.position, e.kind, e.Sealed)
				}
				return e, true
			}
		}
	}
	if err := c.lines.Err(); err != nil {
		c.Fatalf("the stream broke: %v", err)
	}
	return e, false
}

// must returns the next event, which has to come.
func (c *client) must() heard {
	c.Helper()
	e, ok := c.next()
	if !ok {
		c.Fatal("the stream ended")
	}
	return e
}

// live is a filled workspace with workers, and how it is reached.
type live struct {
	*testing.T
	*house
	base, key string
}

// onEach runs a test on both databases.
func onEach(t *testing.T, fn func(*testing.T, *live)) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			h, err := open(t.Context(), database.url(t), db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.close)
			key, err := h.fill(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			fn(t, &live{T: t, house: h, key: key})
		})
	}
}

// listen starts the workers and a server.
func (l *live) listen() {
	l.start()
	s := httptest.NewServer(l.handler())
	l.base = s.URL
	l.Cleanup(s.Close)
	l.Cleanup(l.drain) // first, so that the server can close
}

// call runs an operation that succeeds.
func (l *live) call(operation string, in object) object {
	l.Helper()
	out, err := l.house.call(l.Context(), operation, in)
	if err != nil {
		l.Fatalf("%s: %v", operation, err)
	}
	return out
}

// order places an order in a channel and returns its id.
func (l *live) order(channel string) string {
	l.Helper()
	return field(l.call("order.place", guest(channel)), "id")
}

// guest is an order of somebody who is no customer.
func guest(channel string) object {
	return object{
		"channel_id": channel, "payment": object{"method": "cash"}, "lines": []object{{"sku": "TIN-S", "quantity": 1}},
		"contact":    object{"name": "Ada", "email": "ada@example.com"},
		"deliveries": []object{{"address": object{"name": "Ada", "street": "1 Road", "city": "London", "country": "GB"}}},
	}
}

func (l *live) channel() object {
	l.Helper()
	all, _ := l.call("channel.list", object{})["items"].([]any)
	channel, _ := all[0].(object)
	return channel
}

// sealed waits until all events that were written have their place, and
// returns the last one.
func (l *live) sealed() (last int64) {
	l.Helper()
	if err := l.seal(l.Context()); err != nil {
		l.Fatal(err)
	}
	last, err := l.lastPosition(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	return last
}

// Spec: 6.6.4
func TestAClientThatComesBackMissesNothingAndHearsNothingTwice(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		channel := field(l.channel(), "id")
		const orders = 40
		placed := make(chan error, 1)
		go func() {
			var err error
			for range orders {
				if err == nil {
					_, err = l.house.call(t.Context(), "order.place", guest(channel))
				}
			}
			placed <- err
		}()
		count, last := 0, int64(0)
		for count < orders+3 { // three are the demo's
			c := follow(t, l.base, l.key, "", strconv.FormatInt(last, 10))
			for n := 0; n < 7 && count < orders+3; n++ {
				e := c.must()
				if e.Position != last+1 {
					t.Fatalf("event %d comes after %d", e.Position, last)
				}
				last = e.Position
				if e.Type == "order.placed" {
					count++
				}
			}
			c.answer.Body.Close()
		}
		if err := <-placed; err != nil {
			t.Error(err)
		}
	})
}

func TestAStreamWithoutAPlaceBeginsNow(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		before := l.sealed()
		c := follow(t, l.base, l.key, "", "")
		id := l.order(field(l.channel(), "id"))
		if e := c.must(); e.Position <= before {
			t.Errorf("%d was there before, at %d", e.Position, before)
		} else if e.Subject != id && e.Type != "fulfillment.planned" {
			t.Errorf("heard %s of %s first", e.Type, e.Subject)
		}
	})
}

func TestAStreamShowsOnlyWhatWasAskedFor(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		channel := field(l.channel(), "id")
		l.order(channel)
		id := l.order(channel)
		l.call("order.cancel", object{"id": id, "reason": "customer"})
		l.sealed()
		c := follow(t, l.base, l.key, "?subject="+id, "0")
		for _, want := range []string{"order.placed", "order.canceled"} {
			if e := c.must(); e.Subject != id || e.Type != want {
				t.Errorf("heard %s of %s, want %s of %s", e.Type, e.Subject, want, id)
			}
		}
		c = follow(t, l.base, l.key, "?types=customer.created,order.canceled", "0")
		wants := append(slices.Repeat([]string{"customer.created"}, len(demoCustomers)), "order.canceled")
		var kinds []string
		for range wants {
			kinds = append(kinds, c.must().Type)
		}
		if !slices.Equal(kinds, wants) {
			t.Errorf("heard %v", kinds)
		}
	})
}

func TestAKeyOfOneChannelHearsOnlyOfIt(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		first := l.channel()
		other := object{"code": "phone", "name": "Phone", "kind": "phone", "number_pattern": "PH-{seq:6}"}
		for _, name := range []string{"currency", "price_list_id", "time_zone", "tax_country", "payment_methods", "assortment", "locations", "active"} {
			other[name] = first[name]
		}
		second := field(l.call("channel.create", other), "id")
		role, err := l.role(t.Context(), "admin")
		if err != nil {
			t.Fatal(err)
		}
		key := field(l.call("key.create", object{"name": "phone", "role_id": role, "channels": []string{second}}), "secret")
		l.order(field(first, "id"))
		before := l.order(second)
		l.sealed()
		c := follow(t, l.base, key, "?types=order.placed", "0")
		if e := c.must(); e.Subject != before { // from the log
			t.Errorf("heard of %s, want %s", e.Subject, before)
		}
		l.order(field(first, "id"))
		if after, e := l.order(second), c.must(); e.Subject != after { // live
			t.Errorf("heard of %s, want %s", e.Subject, after)
		}
	})
}

// TestAClientThatIsThereBeforeTheHubMissesNothing is what happens when a server
// starts again: clients come back at once.
func TestAClientThatIsThereBeforeTheHubMissesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		last := l.sealed()
		arrived := make(chan struct{})
		handler := l.handler()
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(arrived)
			handler.ServeHTTP(w, r)
		}))
		t.Cleanup(s.Close)
		t.Cleanup(l.drain)
		go func() {
			<-arrived
			l.start()
		}()
		c := follow(t, s.URL, l.key, "", fmt.Sprint(last-2))
		for want := last - 1; want <= last; want++ {
			if e := c.must(); e.Position != want {
				t.Fatalf("heard %d, want %d", e.Position, want)
			}
		}
	})
}

func TestAPlaceThatIsNotInTheLogIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		for _, id := range []string{"ord_1", "-1", "1.5", fmt.Sprint(l.sealed() + 1000), "99999999999999999999"} {
			var p struct{ Code, Remedy string }
			c := follow(t, l.base, l.key, "", id)
			if err := json.NewDecoder(c.answer.Body).Decode(&p); err != nil || c.answer.StatusCode != 400 || p.Code != "last_event_id_invalid" || p.Remedy == "" {
				t.Errorf("%s gives %d %+v, %v", id, c.answer.StatusCode, p, err)
			}
		}
	})
}

func TestAStreamNeedsItsPermission(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		role := field(l.call("role.create", object{"name": "clerk", "permissions": []string{"order.list"}}), "id")
		key := field(l.call("key.create", object{"name": "clerk", "role_id": role}), "secret")
		for key, want := range map[string]int{key: 403, "": 401, "ordo_wrong": 401} {
			if c := follow(t, l.base, key, "", ""); c.answer.StatusCode != want {
				t.Errorf("status %d, want %d", c.answer.StatusCode, want)
			}
		}
	})
}

func TestAServerThatStopsEndsItsStreams(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		ctx, stop := context.WithCancel(t.Context())
		base, ended := make(chan string, 1), make(chan error, 1)
		go func() {
			ended <- l.serve(ctx, "localhost:0", func(url string) error { base <- url; return nil })
		}()
		c := follow(t, <-base, l.key, "?types=order.placed", "0")
		c.must()
		stop()
		for ok := true; ok; {
			_, ok = c.next()
		}
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
}

// The second answer comes only if the first one has ended: both go over one
// connection.
func TestWhoAsksForTheHeaderOfTheStreamIsAnswered(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		c := http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}, Timeout: patience}
		defer c.CloseIdleConnections()
		for range 2 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, l.base+"/v1/events/stream", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+l.key)
			a, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			a.Body.Close()
			if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/event-stream" {
				t.Errorf("answered %d, %s", a.StatusCode, a.Header.Get("Content-Type"))
			}
		}
	})
}
