package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/policy/system"
)

// get asks an address with a key, or without one.
func (l *live) get(address, key string) (status int, body string) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), http.MethodGet, l.base+address, nil)
	if err != nil {
		l.Fatal(err)
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		l.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		l.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// keyFor makes an API key that may do what is named.
func (l *live) keyFor(narrowed object, permissions ...string) string {
	l.Helper()
	name := fmt.Sprint(permissions, len(narrowed))
	role := l.call("role.create", object{"name": name, "permissions": permissions})
	return field(l.call("key.create", with(narrowed, "name", name, "role_id", role["id"])), "secret")
}

// Spec: 13.1.8, 15.1.2
func TestMetricsAreScrapedByThoseWhoMay(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		key := l.keyFor(object{}, "system.metrics")
		l.get("/v1/orders", l.key)
		l.get("/v1/orders?filter=none:1", l.key)
		status, text := l.get("/metrics", key)
		if status != http.StatusOK {
			t.Fatalf("the scrape gives %d %s", status, text)
		}
		for _, want := range []string{
			`ordo_request_duration_seconds_count\{operation="order.list"\} 2`,
			`ordo_request_duration_seconds_bucket\{operation="order.list",le="0.1"\} [012]`,
			`ordo_request_duration_seconds_bucket\{operation="order.list",le="0.2"\} [012]`,
			`ordo_request_duration_seconds_bucket\{operation="order.list",le="2"\} [012]`,
			`ordo_request_errors_total\{class="4xx",operation="order.list"\} 1`,
			`ordo_database_bytes [1-9]`, `ordo_oldest_job_seconds \d`, `ordo_unsealed_events \d`, `ordo_writers_waiting 0`, `ordo_lane_waits_total\{lanes="writers"\} \d`,
			`process_cpu_seconds_total \d`, `process_open_fds \d`, `process_resident_memory_bytes \d`, `go_goroutines \d`, `go_gc_duration_seconds_count \d`,
			`ordo_writes_refused 0`,
		} {
			if !regexp.MustCompile("(?m)^" + want).MatchString(text) {
				t.Errorf("there is no %s in\n%s", want, text)
			}
		}
		if seen := strings.Contains(text, "ordo_disk_total_bytes 0\n"); seen != (l.db.Name == "postgres") {
			t.Errorf("the disk of the database is not seen: %v", seen)
		}
	})
}

// Spec: 13.1.8
func TestMetricsAndProfilesAreForThoseWhoMayAndSeeAll(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		part := object{"channels": []any{l.channel()["id"]}}
		watcher, looker, other := l.keyFor(object{}, "system.metrics"), l.keyFor(object{}, "system.profile"), l.keyFor(object{}, "order.list")
		narrowWatcher, narrowLooker := l.keyFor(part, "system.metrics"), l.keyFor(part, "system.profile")
		for _, c := range []struct {
			address, key string
			want         int
		}{
			{"/metrics", "", 401}, {"/metrics", "ordo_wrong", 401}, {"/metrics", other, 403}, {"/metrics", looker, 403}, {"/metrics", narrowWatcher, 404}, {"/metrics", watcher, 200}, {"/metrics", l.key, 200},
			{"/v1/system/metrics", watcher, 200}, {"/v1/system/metrics", other, 403}, {"/v1/system/history", watcher, 403}, {"/v1/system/metrics", narrowWatcher, 404},
			{"/debug/pprof/", "", 401}, {"/debug/pprof/heap", "", 401}, {"/debug/pprof/heap", other, 403}, {"/debug/pprof/heap", watcher, 403}, {"/debug/pprof/heap", narrowLooker, 404},
			{"/debug/pprof/cmdline", looker, 404}, {"/debug/pprof/nothing", looker, 404}, {"/debug/pprof", "", 401}, {"/debug/pprof/heap/x", "", 401},
			{"/debug/pprof/", looker, 200}, {"/debug/pprof/heap", looker, 200}, {"/debug/pprof/goroutine?debug=1", looker, 200},
		} {
			if status, body := l.get(c.address, c.key); status != c.want {
				t.Errorf("%s gives %d, want %d: %.200s", c.address, status, c.want, body)
			}
		}
		if _, body := l.get("/debug/pprof/goroutine?debug=1", looker); !strings.Contains(body, "goroutine profile: total") {
			t.Errorf("the profile is %.200s", body)
		}
	})
}

// Spec: 15.1.2
func TestAnAlarmIsAnEventLikeOthers(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.watch.Observe(system.Response{Operation: "order.place", RequestID: "req_1", Status: http.StatusCreated, At: l.db.Clock.Now(), Took: 3 * time.Second, Spent: db.Spent{Statement: "COMMIT", Took: 2 * time.Second}})
		if err := l.watch.Write(t.Context()); err != nil {
			t.Fatal(err)
		}
		last := l.sealed()
		var told []string
		if err := l.db.Read(t.Context(), func(tx *db.Tx) error {
			tx.Actor = auth.Internal("test")
			told = nil
			events, _, err := event.After(tx, last-5, 5)
			for _, e := range events {
				if e.Type == system.SlowDay.Name {
					told = append(told, fmt.Sprintf("%s", e.Body))
				}
			}
			return err
		}); err != nil || len(told) != 1 || !strings.Contains(told[0], `"statement":"COMMIT"`) || !strings.Contains(told[0], `"operation":"order.place"`) {
			t.Errorf("the log tells %v, %v", told, err)
		}
		sound(t, l.house)
	})
}

// Spec: 13.1.8
func TestADiskThatIsNearlyFullIsReadButNotWrittenToUntilThereIsRoom(t *testing.T) {
	var free atomic.Int64
	free.Store(5_000_000_000)
	each(t, db.Options{Disk: func() (db.Disk, error) { return db.Disk{Free: free.Load(), Total: 10_000_000_000}, nil }}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		full := refusal{name: "a full disk", body: asks(""), want: []string{"storage_full "}, says: []string{`"retryable":true`, "Free some space", "99 MB of the 9536 MB"}}
		send := full
		send.header = "Idempotency-Key: full"
		for range 2 {
			free.Store(5_000_000_000)
			placed := c.orders()
			if status, body := c.send(full); status != http.StatusCreated {
				t.Fatalf("with room: %d %s", status, body)
			}
			free.Store(104_000_000)
			if r := c.answer(full); r.StatusCode != http.StatusInsufficientStorage || r.Header.Get("Retry-After") == "" {
				t.Errorf("the refusal is %d, Retry-After %q", r.StatusCode, r.Header.Get("Retry-After"))
			}
			c.refuses(full)
			c.refuses(send)
			for _, address := range []string{"/v1/orders/{order}", "/v1/orders", "/v1/system/metrics"} {
				if status, body := c.send(refusal{method: "GET", target: address}); status != http.StatusOK {
					t.Errorf("%s told %d %s", address, status, body)
				}
			}
			if n := c.orders(); n != placed+1 {
				t.Errorf("%d orders are there, want %d", n, placed+1)
			}
		}
		free.Store(5_000_000_000)
		placed := c.orders()
		for range 2 { // the refusals were not remembered, the order is
			if status, body := c.send(send); status != http.StatusCreated || c.orders() != placed+1 {
				t.Errorf("with room again: %d %s, %d orders", status, body, c.orders())
			}
		}
		sound(t, h)
	})
}
