package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"ordo/engine/backup"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/resource/payment"
	"ordo/resource/payment/testgateway"
)

// wireTo is the line to a gateway whose ledger is its own: what is lost here is
// not lost there.
type wireTo struct {
	testgateway.Gateway
	cut         atomic.Bool
	sent, asked atomic.Int64
}

// Authorize and the other calls count, and don't arrive while the line is cut.
func (w *wireTo) Authorize(ctx context.Context, r payment.Request) (payment.Result, error) {
	return w.send(func() (payment.Result, error) { return w.Gateway.Authorize(ctx, r) })
}

// Capture is sent like Authorize.
func (w *wireTo) Capture(ctx context.Context, r payment.Request) (payment.Result, error) {
	return w.send(func() (payment.Result, error) { return w.Gateway.Capture(ctx, r) })
}

// Refund is sent like Authorize.
func (w *wireTo) Refund(ctx context.Context, r payment.Request) (payment.Result, error) {
	return w.send(func() (payment.Result, error) { return w.Gateway.Refund(ctx, r) })
}

func (w *wireTo) send(call func() (payment.Result, error)) (payment.Result, error) {
	if w.cut.Load() {
		return payment.Result{}, payment.ErrNoAnswer
	}
	w.sent.Add(1)
	return call()
}

// Find asks.
func (w *wireTo) Find(ctx context.Context, key string) (payment.Result, error) {
	w.asked.Add(1)
	return w.Gateway.Find(ctx, key)
}

// to has a house use the gateway at the other end.
func (w *wireTo) to(h *house) {
	h.engine.Effects.Performers = payment.Performers(payment.Recorder(h.engine), map[string]payment.Gateway{payment.Test: w})
}

// Spec: 11.3.5
func TestAfterARestoreNothingIsChargedOrGivenBackAgain(t *testing.T) {
	for kind, place := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "restored.db") },
		"postgres": dbtest.PostgresEmpty,
	} {
		t.Run(kind, func(t *testing.T) {
			url := map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres}[kind](t)
			far := &wireTo{Gateway: testgateway.Gateway{DB: dbtest.Open(t, dbtest.SQLite(t), db.Options{})}}
			h := housed(t, url, db.Options{})
			far.to(h)
			s := newStory(t, h)
			before := s.asksFor(far)
			told := s.id("webhook.create", hook)

			o := backup.Options{Key: backup.NewKey(), Settle: settle}
			archive := filepath.Join(t.TempDir(), "a.ordo")
			if _, err := backup.Write(t.Context(), url, archive, o); err != nil {
				t.Fatal(err)
			}
			s.happensLater()
			charged := dbtest.Rows(t, far.DB)["test_gateway_calls"]
			if charged != 8 {
				t.Fatalf("the gateway has %d calls", charged)
			}

			restored := place(t)
			if _, err := backup.Restore(t.Context(), archive, restored, o); err != nil {
				t.Fatal(err)
			}
			again := housed(t, restored, db.Options{})
			far.to(again)
			far.sent.Store(0)
			far.asked.Store(0)
			if n, err := again.engine.Effects.Sweep(t.Context()); n != 4 || err != nil {
				t.Errorf("%d intents were open, %v", n, err)
			}
			if far.sent.Load() != 0 || far.asked.Load() != 4 || dbtest.Rows(t, far.DB)["test_gateway_calls"] != charged {
				t.Errorf("%d calls were sent again, %d asked for", far.sent.Load(), far.asked.Load())
			}
			now := &story{T: t, house: again, actor: s.actor}
			if w := now.do("webhook.get", object{"id": told}); w["state"] != "paused" || w["paused_for"] != "restored" {
				t.Errorf("the webhook endpoint goes on: %v", w)
			}
			if told := items(now.do("mail.list", object{"filter": "reason:restored", "limit": 200}), "items"); len(told) < len(before) {
				t.Errorf("%d mails are held back, of %d orders", len(told), len(before))
			}
			for order, want := range before {
				if got := field(now.do("order.get", object{"id": order}), "payment_status"); got != want {
					t.Errorf("%s is %s, want %s", order, got, want)
				}
			}
			sound(t, again)
		})
	}
}

// asksFor leaves four calls open: a capture, an authorization and a refund that
// will happen, and an authorization that never will. It returns the payment
// statuses that are true then.
func (s *story) asksFor(far *wireTo) map[string]string {
	s.Helper()
	captured, _ := s.paid("tok_approve")
	refunded, _ := s.paid("tok_approve")
	s.do("order.capture", object{"id": refunded["id"]})
	promised := s.do("order.grant_refund", object{"id": refunded["id"], "reason": "goodwill", "amount": object{"amount": 100, "currency": "GBP"}})
	paid, never := s.order(line("POT", 1)), s.order(line("POT", 1))

	far.cut.Store(true)
	s.do("order.capture", object{"id": captured["id"]})
	s.do("order.move_refund", object{"id": refunded["id"], "refund_id": firstID(promised, "refunds")})
	s.do("order.pay", object{"id": paid["id"], "method": "test", "token": "tok_approve"})
	s.do("order.pay", object{"id": never["id"], "method": "test", "token": "tok_approve"})
	far.cut.Store(false)
	s.waiting(`UPDATE intents SET state = 'waiting', tries = 0, lease_until = 0, run_at = 0 WHERE state <> 'done'`)
	s.waiting(`UPDATE intents SET run_at = 9000000000000000 WHERE request LIKE '%` + field(never, "id") + `%'`)
	return map[string]string{field(captured, "id"): "paid", field(refunded, "id"): "partially_refunded", field(paid, "id"): "authorized", field(never, "id"): "unpaid"}
}

// waiting has intents wait as if a job had asked for them, whom nobody serves.
func (s *story) waiting(text string) {
	s.Helper()
	if err := s.db.Tx(s.Context(), func(tx *db.Tx) error { tx.Write(text); return nil }); err != nil {
		s.Fatal(err)
	}
}

// happensLater is what the backup does not know of.
func (s *story) happensLater() {
	s.Helper()
	if n, err := s.engine.Effects.Sweep(s.Context()); n != 3 || err != nil {
		s.Fatalf("%d intents were performed, %v", n, err)
	}
	order, _ := s.paid("tok_approve")
	s.do("order.capture", object{"id": order["id"]})
}

// Spec: 11.3.5
func TestASessionOfTheTimeOfABackupIsVoidAfterItsRestore(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		h, err := wire(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		s := newStory(t, h)
		s.signIn()
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return settle(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		if n := dbtest.Rows(t, d)["sessions"]; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

func TestAWorkspaceIsBackedUpWhileItIsServedAndRestoredByCommandLine(t *testing.T) {
	url, dir := filled(t), t.TempDir()
	key, folder, archive := dir+"/key", dir+"/folder", dir+"/archive.ordo"
	run(t, "backup", "key", key).says(t, "Keep a copy")
	run(t, "backup", "key", key).wants(t, exitFailed, "", "file exists")
	variable := "ORDO_BACKUP_KEY_FILE=" + key
	secret := strings.TrimSpace(run(t, "key", "create", "test", "--role", "admin", "--database", url).stdout)

	s := startServer(t, variable, "ORDO_BACKUP="+folder, "serve", "--database", url, "--addr", "localhost:0")
	s.postChannel(secret, "served-1")
	run(t, variable, "backup", archive, "--database", url).says(t, "rows")
	s.postChannel(secret, "served-2")
	s.stop()
	if wal, err := os.Stat(strings.TrimPrefix(url, "sqlite:") + "-wal"); err == nil {
		t.Errorf("after a good end the write-ahead log has %d bytes", wal.Size())
	}

	var m backup.Manifest
	r := run(t, variable, "backup", "check", archive, "--json")
	if err := json.Unmarshal([]byte(r.stdout), &m); err != nil || r.code != 0 || m.Schema == 0 || m.Workspace == "" || m.Program != version || m.Rows() == 0 {
		t.Errorf("exit %d, %+v, %v", r.code, m, err)
	}
	run(t, variable, "backup", "check", folder).says(t, "state of")
	run(t, variable, "backup", archive, "--database", url).wants(t, exitFailed, "", "backup_exists")
	fromArchive, fromFolder := "sqlite:"+dir+"/archive.db", "sqlite:"+dir+"/folder.db"
	run(t, variable, "restore", archive, "--database", fromArchive).says(t, m.Workspace)
	run(t, variable, "restore", folder, "--database", fromFolder).says(t, m.Workspace)
	run(t, variable, "restore", archive, "--database", fromArchive).wants(t, exitFailed, "", "target_not_empty")
	run(t, variable, "restore", archive, "--at", "2026-01-01T00:00:00Z", "--database", "sqlite:"+dir+"/no.db").wants(t, exitFailed, "", "--at is for a folder")
	run(t, variable, "restore", folder, "--at", "2020-01-01T00:00:00Z", "--database", "sqlite:"+dir+"/no.db").wants(t, exitFailed, "", "backup_moment")
	for where, last := range map[string]string{fromArchive: "served-1", fromFolder: "served-2"} {
		run(t, "verify", "--database", where).says(t, "0 faults")
		codes := channelCodes(t, where)
		if !slices.Contains(codes, "served-1") || slices.Contains(codes, "served-2") != (last == "served-2") {
			t.Errorf("%s has the channels %v", where, codes)
		}
	}
	run(t, "restore", "settle", "--database", fromFolder).says(t, "Settled")
	run(t, "ORDO_BACKUP="+folder, "serve", "--database", url).wants(t, exitFailed, "", "--key-file")
	run(t, variable, "serve", "--backup", folder, "--database", "postgres://nowhere/x").wants(t, exitFailed, "", "PostgreSQL archives its own log")
	run(t, variable, "serve", "--backup", folder, "--backup-every", "1s", "--database", url).wants(t, exitFailed, "", "a minute or more")
}

// postChannel makes a channel like the first one.
func (s *server) postChannel(secret, code string) {
	s.Helper()
	list := s.get(secret, "/v1/channels?limit=1")
	c := items(list, "items")[0]
	body, err := json.Marshal(object{
		"code": code, "name": code, "kind": "phone", "currency": c["currency"], "price_list_id": c["price_list_id"], "number_pattern": code + "-{seq}",
		"time_zone": "UTC", "tax_country": "GB", "payment_methods": []string{"cash"}, "assortment": "all", "active": true, "locations": []object{},
	})
	if err != nil {
		s.Fatal(err)
	}
	s.ask(secret, http.MethodPost, "/v1/channels", string(body), http.StatusCreated)
}

func (s *server) get(secret, path string) object {
	s.Helper()
	return s.ask(secret, http.MethodGet, path, "", http.StatusOK)
}

func (s *server) ask(secret, method, path, body string, want int) (out object) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.base+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+secret)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil || response.StatusCode != want {
		s.Fatalf("%s %s answers %d, %v, %v", method, path, response.StatusCode, out, err)
	}
	return out
}

// channelCodes are those of a workspace.
func channelCodes(t *testing.T, url string) (codes []string) {
	t.Helper()
	h := housed(t, url, db.Options{})
	page, err := h.call(t.Context(), "channel.list", object{"limit": 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range items(page, "items") {
		codes = append(codes, field(c, "code"))
	}
	return codes
}

// script runs scripts/postgres.sh and returns what it prints.
func script(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command("../../scripts/postgres.sh", args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("postgres.sh %v: %v", args, err)
	}
	return strings.TrimSpace(string(out))
}

// openFolder is a folder that a server of PostgreSQL, which another user may run,
// can enter.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ordo-drill")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Spec: 11.3.5
func TestAnyMomentOfPostgreSQLIsRestoredFromTheArchiveOfItsLogAndNothingIsLost(t *testing.T) {
	dir := openFolder(t)
	first, archive := dir+"/first", dir+"/archive"
	url := script(t, "start", first, "durable")
	t.Cleanup(func() { script(t, "stop", first) })
	h := housed(t, url, db.Options{})
	s := newStory(t, h)
	script(t, "archive", first, archive)
	t.Cleanup(func() { script(t, "archive-stop", archive) })

	s.order(line("POT", 1))
	moment := s.serverTime()
	then := backupDigest(t, url)
	for range 5 {
		s.order(line("POT", 1))
	}
	last := backupDigest(t, url)
	script(t, "lose", first) // at once, with all its data

	for name, want := range map[string]struct {
		at     string
		digest []backup.Total
	}{"moment": {moment, then}, "end": {"", last}} {
		restored := dir + "/" + name
		at := script(t, "restore", restored, archive, want.at)
		t.Cleanup(func() { script(t, "stop", restored) })
		if got := backupDigest(t, at); !slices.Equal(got, want.digest) {
			t.Errorf("the state at the %s is %v\nwant %v", name, got, want.digest)
		}
		run(t, "restore", "settle", "--database", at).says(t, "Settled")
		run(t, "verify", "--database", at).says(t, "0 faults")
	}
}

func backupDigest(t *testing.T, url string) []backup.Total {
	t.Helper()
	all, err := backup.Digest(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// serverTime is the clock of the database's server, behind all that was
// committed.
func (s *story) serverTime() (at string) {
	s.Helper()
	if err := s.db.Read(s.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT CAST(clock_timestamp() AS TEXT)`, nil, &at))
	}); err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(at)
}

// says checks that it went well and what it printed; how far it was stands
// beside that where it took longer.
func (r result) says(t *testing.T, stdout string) {
	t.Helper()
	if r.code != 0 || !strings.Contains(r.stdout, stdout) {
		t.Errorf("exit %d, stdout:\n%s\nstderr:\n%s\nwant %q", r.code, r.stdout, r.stderr, stdout)
	}
}
