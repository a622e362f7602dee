package dbtest

import (
	"io"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Proxy stands before PostgreSQL, so that a test can cut its own connections.
type Proxy struct {
	t               *testing.T
	network, server string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
	mute     bool
}

// NewProxy returns a proxy and the URL of a new schema behind it.
func NewProxy(t *testing.T) (*Proxy, string) {
	t.Helper()
	direct := Postgres(t)
	config, err := pgx.ParseConfig(direct)
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(int(config.Port))
	p := &Proxy{t: t, network: "tcp", server: net.JoinHostPort(config.Host, port)}
	if strings.HasPrefix(config.Host, "/") {
		p.network, p.server = "unix", config.Host+"/.s.PGSQL."+port
	}
	p.listen("127.0.0.1:0")
	t.Cleanup(p.Cut)

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

func (p *Proxy) listen(address string) {
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

func (p *Proxy) serve(client net.Conn) {
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

func (p *Proxy) copy(to, from net.Conn) {
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

// Drop ends the connections; new ones are let through.
func (p *Proxy) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.open {
		c.Close()
	}
	p.open = nil
}

// Cut ends the connections and refuses new ones.
func (p *Proxy) Cut() {
	p.listener.Close()
	p.Drop()
}

// Back undoes a cut.
func (p *Proxy) Back() { p.listen(p.listener.Addr().String()) }

// Mute lets what comes from either side vanish, until it is undone.
func (p *Proxy) Mute(mute bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mute = mute
}
