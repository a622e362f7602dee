package bench

import (
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// proxy stands between a server and its database and spoils the connection: it
// cuts, slows down, or swallows what one side sends while both believe the
// other is there.
type proxy struct {
	listener net.Listener
	target   string
	delay    atomic.Int64 // of every piece, in ns
	swallow  atomic.Bool

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// newProxy returns a proxy for the database at address, and the address that
// leads through it.
func newProxy(address string) (p *proxy, through string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Port() == "" {
		return nil, "", errors.Join(err, errors.New("the network can be disturbed to one PostgreSQL server with a port"))
	}
	p = &proxy{target: u.Host, conns: map[net.Conn]bool{}}
	if p.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, "", err
	}
	u.Host = p.listener.Addr().String()
	go p.accept()
	return p, u.String(), nil
}

func (p *proxy) close() {
	p.listener.Close()
	p.cut()
}

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.target)
		if err != nil {
			near.Close()
			continue
		}
		p.mu.Lock()
		p.conns[near], p.conns[far] = true, true
		p.mu.Unlock()
		go p.carry(near, far)
		go p.carry(far, near)
	}
}

// carry copies from one side to the other until one of them ends.
func (p *proxy) carry(from, to net.Conn) {
	defer p.drop(from, to)
	piece := make([]byte, 32<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		time.Sleep(time.Duration(p.delay.Load()))
		if p.swallow.Load() {
			continue
		}
		if _, err := to.Write(piece[:n]); err != nil && !errors.Is(err, io.EOF) {
			return
		}
	}
}

func (p *proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.conns, c)
	}
}

// cut ends every connection.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns { // order-free: all of them end
		c.Close()
	}
}

// disturb spoils the network once, in the way that n chooses: a cut, pieces
// that take 100 ms, or silence before the cut.
func (p *proxy) disturb(n int) {
	switch n % 3 {
	case 1:
		p.delay.Store(int64(100 * time.Millisecond))
		time.Sleep(time.Second)
		p.delay.Store(0)
		return
	case 2:
		p.swallow.Store(true)
		time.Sleep(time.Second)
	}
	p.cut()
	p.swallow.Store(false)
}
