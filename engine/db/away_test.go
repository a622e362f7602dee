package db_test

import (
	"errors"
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// proxy stands before PostgreSQL, so that a test can cut its own connections.
type proxy struct {
	t               *testing.T
	network, server string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
	mute     bool
}

// newProxy returns a proxy and the URL of a new schema behind it.
func newProxy(t *testing.T) (*proxy, string) {
	t.Helper()
	direct := dbtest.Postgres(t)
	config, err := pgx.ParseConfig(direct)
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(int(config.Port))
	p := &proxy{t: t, network: "tcp", server: net.JoinHostPort(config.Host, port)}
	if strings.HasPrefix(config.Host, "/") {
		p.network, p.server = "unix", config.Host+"/.s.PGSQL."+port
	}
	p.listen("127.0.0.1:0")
	t.Cleanup(p.cut)

	u, err := url.Parse(direct)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Del("host")
	q.Del("port")
	u.Host, u.RawQuery = p.listener.Addr().String(), q.Encode()
	return p, u.String()
}

func (p *proxy) listen(address string) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listener = l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
}

func (p *proxy) serve(client net.Conn) {
	server, err := net.Dial(p.network, p.server)
	if err != nil {
		client.Close()
		return
	}
	p.mu.Lock()
	p.open = append(p.open, client, server)
	p.mu.Unlock()
	go p.copy(server, client)
	p.copy(client, server)
}

func (p *proxy) copy(to, from net.Conn) {
	defer to.Close()
	b := make([]byte, 1<<16)
	for {
		n, err := from.Read(b)
		p.mu.Lock()
		mute := p.mute
		p.mu.Unlock()
		if err != nil {
			return
		}
		if mute {
			io.Copy(io.Discard, from)
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// drop ends the connections; new ones are let through.
func (p *proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.Close()
	}
	p.open = nil
}

// cut ends the connections and refuses new ones.
func (p *proxy) cut() {
	p.listener.Close()
	p.drop()
}

// back undoes a cut.
func (p *proxy) back() { p.listen(p.listener.Addr().String()) }

func TestConnectionsLostBeforeTheCommitAreNotNoticed(t *testing.T) {
	p, url := newProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	together(8, func(int) { // every lane gets a connection
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "b") }); err != nil {
			t.Error(err)
		}
	})
	var runs atomic.Int64
	tx(t, d, func(tx *db.Tx) error {
		if runs.Add(1) == 1 {
			if err := errors.Join(add(tx, "a"), tx.Flush()); err != nil {
				return err
			}
			p.drop()
		}
		return add(tx, "a")
	})
	if runs.Load() < 2 {
		t.Error("the command did not run again")
	}
	want(t, d, "a", 1)
	want(t, d, "b", 8)
}

func TestADatabaseThatWentAwayIsUnavailableUntilItIsBack(t *testing.T) {
	p, url := newProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	p.cut()
	together(20, func(int) {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrUnavailable) {
			t.Errorf("a command told %v", err)
		}
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(`SELECT 1`, nil, new(int64))) }); !errors.Is(err, db.ErrUnavailable) {
			t.Errorf("a read told %v", err)
		}
	})
	p.back()
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}

func TestCommandsUnderWayWhenTheDatabaseGoesAwayAreWholeOrAbsent(t *testing.T) {
	p, url := newProxy(t)
	d := dbtest.Open(t, url, db.Options{})
	setUp(t, d)
	var done, open atomic.Int64
	together(16, func(i int) {
		for j := range 40 {
			if i == 0 && j%10 == 5 {
				p.drop()
			}
			switch err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); {
			case err == nil:
				done.Add(1)
			case errors.Is(err, db.ErrUnknown):
				open.Add(1)
			case !errors.Is(err, db.ErrUnavailable) && !errors.Is(err, db.ErrBusy):
				t.Error(err)
			}
		}
	})
	var n int64
	if err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT next FROM counters WHERE name = 'a'`, nil, &n))
	}); err != nil {
		t.Fatal(err)
	}
	if n < done.Load() || n > done.Load()+open.Load() {
		t.Errorf("%d counted, %d told as done, %d as unknown", n, done.Load(), open.Load())
	}
}

func TestAServerThatFallsSilentIsNoticed(t *testing.T) {
	defer db.SetTripLimit(time.Second)()
	p, url := newProxy(t)
	d, err := db.Open(t.Context(), url+"&connect_timeout=1", db.Options{Writers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	setUp(t, d)
	p.mu.Lock()
	p.mute = true
	p.mu.Unlock()
	if err := d.Tx(t.Context(), func(tx *db.Tx) error { return add(tx, "a") }); !errors.Is(err, db.ErrUnavailable) {
		t.Errorf("told %v", err)
	}
	p.mu.Lock()
	p.mute = false
	p.mu.Unlock()
	tx(t, d, func(tx *db.Tx) error { return add(tx, "a") })
	want(t, d, "a", 1)
}
