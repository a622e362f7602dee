package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/trade/location"
)

// sound checks every invariant of the workspace.
func sound(t *testing.T, h *house) {
	t.Helper()
	var out bytes.Buffer
	if err := h.verify(t.Context(), nil, false, &out, io.Discard); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
}

// on lets the shop go on with another house.
func (c *counter) on(h *house) {
	c.house, c.Handler = h, h.handler()
}

// orders counts those that are placed.
func (c *counter) orders() (n int64) {
	c.Helper()
	if err := c.db.Read(c.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT COUNT(*) FROM orders WHERE placed_at IS NOT NULL AND placed_at > 0`, nil, &n))
	}); err != nil {
		c.Fatal(err)
	}
	return n
}

// Spec: 10.3.8
func TestAFullDiskRefusesWritesUntilThereIsRoomAndReadsGoOn(t *testing.T) {
	url := dbtest.SQLite(t)
	h, err := open(t.Context(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := newCounter(t, h)
	placed := c.orders()
	h.close()
	file, err := os.Stat(strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	h, err = open(t.Context(), fmt.Sprintf("%s?_pragma=max_page_count(%d)", url, file.Size()/4096+10), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c.on(h)
	full := refusal{name: "a full disk", body: asks(""), want: []string{"storage_full "}, says: []string{`"retryable":true`, "Free some space"}}
	for range 500 {
		response := c.answer(full)
		if response.StatusCode != http.StatusCreated {
			if response.StatusCode != http.StatusInsufficientStorage || response.Header.Get("Retry-After") == "" {
				t.Errorf("the first refusal is %d, Retry-After %q", response.StatusCode, response.Header.Get("Retry-After"))
			}
			break
		}
		placed++
	}
	for range 3 {
		c.refuses(full)
		if status, body := c.send(refusal{method: "GET", target: "/v1/orders/{order}"}); status != http.StatusOK {
			t.Errorf("a read told %d %s", status, body)
		}
	}
	if n := c.orders(); n != placed {
		t.Errorf("%d orders are there, %d were acknowledged", n, placed)
	}

	kept := full
	kept.header = "Idempotency-Key: full"
	c.refuses(kept)
	var pages int64 // the writer's connection gets room
	if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`PRAGMA max_page_count = 1000000`, nil, &pages))
	}); err != nil || pages != 1_000_000 {
		t.Fatalf("%d pages, %v", pages, err)
	}
	for range 2 { // the same process goes on; the refusal was not remembered, the order is
		if status, body := c.send(kept); status != http.StatusCreated || c.orders() != placed+1 {
			t.Errorf("with room again: %d %s, %d orders", status, body, c.orders())
		}
	}
	for range 50 {
		if status, body := c.send(full); status != http.StatusCreated {
			t.Fatalf("with room again: %d %s", status, body)
		}
	}
	sound(t, h)
	h.close()
}

// Spec: 10.3.8
func TestAFullDiskOfPostgreSQLRefusesWritesUntilThereIsRoomAndReadsGoOn(t *testing.T) {
	c := newCounter(t, housed(t, dbtest.Postgres(t), db.Options{}))
	change := func(texts ...string) {
		if err := c.db.Tx(t.Context(), func(tx *db.Tx) error {
			for _, text := range texts {
				tx.Write(text)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	placed := c.orders()
	change(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE disk_full USING MESSAGE = ''could not extend file''; END'`,
		`CREATE TRIGGER no_room BEFORE INSERT ON order_lines EXECUTE FUNCTION no_room()`)
	full := refusal{name: "a full disk", body: asks(""), header: "Idempotency-Key: full", want: []string{"storage_full "}, says: []string{`"retryable":true`, "Free some space"}}
	if response := c.answer(full); response.StatusCode != http.StatusInsufficientStorage || response.Header.Get("Retry-After") == "" {
		t.Errorf("%d, Retry-After %q", response.StatusCode, response.Header.Get("Retry-After"))
	}
	c.refuses(full)
	if status, body := c.send(refusal{method: "GET", target: "/v1/orders/{order}"}); status != http.StatusOK {
		t.Errorf("a read told %d %s", status, body)
	}
	change(`DROP TRIGGER no_room ON order_lines`, `DROP FUNCTION no_room`)
	for range 2 { // the refusal was not remembered, the order is
		if status, body := c.send(full); status != http.StatusCreated || c.orders() != placed+1 {
			t.Errorf("with room again: %d %s, %d orders", status, body, c.orders())
		}
	}
	sound(t, c.house)
}

// Spec: 10.3.8
func TestADatabaseThatGoesAwayIsToldAndComesBackByItself(t *testing.T) {
	p, url := dbtest.NewProxy(t)
	c := newCounter(t, housed(t, url, db.Options{}))
	placed := c.orders()
	p.Cut()
	asked := refusal{body: asks(""), header: "Idempotency-Key: away"}
	for _, r := range []refusal{asked, {method: "GET", target: "/v1/orders/{order}"}} {
		response := c.answer(r)
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || !strings.Contains(string(body), `"code":"database_unavailable"`) {
			t.Errorf("%s: %d, Retry-After %q, %v: %s", r.method, response.StatusCode, response.Header.Get("Retry-After"), err, body)
		}
	}
	p.Back()
	for range 2 {
		if status, body := c.send(asked); status != http.StatusCreated {
			t.Errorf("after it is back: %d %s", status, body)
		}
	}
	if n := c.orders(); n != placed+1 {
		t.Errorf("%d orders more, want 1", n-placed)
	}
	sound(t, c.house)
}

func TestAServerDoesNotStartOnADatabaseThatItCanNotRead(t *testing.T) {
	newer, damaged := filled(t), dbtest.SQLite(t)
	h, err := open(t.Context(), newer, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Write(`INSERT INTO schema_versions (version, at) VALUES (9999, 0)`)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	h.close()
	file, err := os.OpenFile(strings.TrimPrefix(damaged, "sqlite:"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(bytes.Repeat([]byte("damage"), 20_000), 100); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	for url, says := range map[string]string{newer: "schema_newer", damaged: "database_damaged"} { // order-free: each is its own server
		r := run(t, "serve", "--addr", "localhost:0", "--database", url)
		r.wants(t, exitFailed, "", says)
		if strings.Count(r.stderr, "\n") != 1 || !strings.HasPrefix(r.stderr, "ordo: ") {
			t.Errorf("not one clear line: %q", r.stderr)
		}
	}
}

// gate lets a test stop a statement or fail a commit.
type gate struct {
	closed  atomic.Bool
	reached chan struct{} // a statement came to the closed gate
	open    chan struct{} // it may go on
	refuse  atomic.Bool   // fail the next commit of more than one command
}

func (g *gate) fault(p db.Point, n int) error {
	if p == db.Statement && g.closed.CompareAndSwap(true, false) {
		close(g.reached)
		<-g.open
	}
	if p == db.Commit && n > 1 && g.refuse.CompareAndSwap(true, false) {
		return errors.New("the commit failed")
	}
	return nil
}

func newGate() *gate { return &gate{reached: make(chan struct{}), open: make(chan struct{})} }

func TestAKeyInFlightIsToldAndTheFirstRequestGoesOn(t *testing.T) {
	for name, url := range map[string]string{"sqlite": dbtest.SQLite(t), "postgres": dbtest.Postgres(t)} { // order-free: each is alone
		t.Run(name, func(t *testing.T) {
			g := newGate()
			c := newCounter(t, housed(t, url, db.Options{Fault: g.fault}))
			c.engine.TwinWait = 10 * time.Millisecond
			asked := refusal{name: "a key in flight", body: asks(""), header: "Idempotency-Key: twin", want: []string{"key_in_flight "}}
			if status, _ := c.send(refusal{method: "GET", target: "/v1/orders"}); status != http.StatusOK { // the API key is known from here on
				t.Fatal(status)
			}
			g.closed.Store(true)
			first := make(chan int)
			go func() { status, _ := c.send(asked); first <- status }()
			<-g.reached
			status, body := c.send(asked)
			var p struct{ Code, Remedy string }
			if err := json.Unmarshal([]byte(body), &p); err != nil || status != http.StatusConflict || p.Code != "key_in_flight" || p.Remedy == "" {
				t.Errorf("the twin was told %d %s", status, body)
			}
			close(g.open)
			if status := <-first; status != http.StatusCreated {
				t.Errorf("the first was told %d", status)
			}
			before := c.orders()
			if status, body := c.send(asked); status != http.StatusCreated || c.orders() != before {
				t.Errorf("once more: %d %s", status, body)
			}
		})
	}
}

// troubled are commands that end badly in the middle of a group.
var troubled = map[string]func(cancel context.CancelFunc){
	"a panic":            func(context.CancelFunc) { panic("in the middle") },
	"a canceled request": func(cancel context.CancelFunc) { cancel() },
	"nothing":            func(context.CancelFunc) {},
}

func TestOneCommandOfAGroupThatEndsBadlyLeavesTheOthersAlone(t *testing.T) {
	const size = 6
	for name, trouble := range troubled { // order-free: each has its own databases
		t.Run(name, func(t *testing.T) {
			g := newGate()
			h := housed(t, dbtest.SQLite(t), db.Options{Fault: g.fault}) // PostgreSQL has groups of one
			s := newStory(t, h)
			for k := range size {
				g.refuse.Store(name == "nothing") // then the commit fails instead
				before, commits := dbtest.Rows(t, h.db), h.db.Commits.Load()
				s.together(size, k, trouble)
				want := int64(size)
				if name != "nothing" {
					want--
				}
				after := dbtest.Rows(t, h.db)
				if n := after["locations"] - before["locations"]; n != want || after["commands"]-before["commands"] != want || after["events"]-before["events"] != want {
					t.Errorf("command %d: %d locations, %d commands and %d events more, want %d", k, n, after["commands"]-before["commands"], after["events"]-before["events"], want)
				}
				if n := h.db.Commits.Load() - commits; name != "nothing" && n >= want {
					t.Errorf("command %d: %d commits, want a group", k, n)
				}
			}
			sound(t, h)
		})
	}
}

// together creates n locations in one group; the kth is in trouble after it
// has written.
func (s *story) together(n, k int, trouble func(context.CancelFunc)) {
	s.Helper()
	release, held := make(chan struct{}), make(chan struct{})
	var once sync.Once // a group whose commit fails is run again
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.db.Tx(s.Context(), func(*db.Tx) error { once.Do(func() { close(held) }); <-release; return nil }); err != nil {
			s.Error(err)
		}
	})
	<-held // nobody else is served until all wait
	for i := range n {
		in := location.CreateIn{Facts: location.Facts{Code: s.next("g"), Name: "Store", Kind: "store", Country: "GB", TimeZone: "Europe/London", Active: true}}
		ctx, cancel := context.WithCancel(s.Context())
		defer cancel()
		wg.Go(func() {
			defer func() {
				if recover() != nil && i != k {
					s.Errorf("command %d panicked", i)
				}
			}()
			err := s.create(ctx, in, func() {
				if i == k {
					trouble(cancel)
				}
			})
			if err != nil && (i != k || !errors.Is(err, context.Canceled)) {
				s.Errorf("command %d: %v", i, err)
			}
		})
		for s.db.Waiting() < int64(i)+1 {
			runtime.Gosched()
		}
	}
	close(release)
	wg.Wait()
}

// create creates a location; then happens when it is written and not committed.
func (s *story) create(ctx context.Context, in location.CreateIn, then func()) error {
	_, err := command.Invoke(ctx, s.engine, command.Def[location.CreateIn, *location.Location]{
		Name: "location.create", Summary: "Add a location", Method: http.MethodPost, Path: "/v1/locations", Repeat: location.Get,
		Result: func(l *location.Location) (string, int64) { return l.ID, l.Version },
		Run: func(tx *db.Tx, in location.CreateIn) (*location.Location, error) {
			l, err := location.Create(tx, in)
			if err = errors.Join(err, tx.Flush()); err == nil {
				then()
			}
			return l, err
		},
	}, command.Meta{Actor: s.actor}, in)
	return err
}
