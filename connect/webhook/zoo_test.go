package webhook_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ordo/connect/webhook"
)

// animal is a hostile receiver. It lives on a socket of its own.
type animal struct {
	name  string
	live  func(z *zoo, c net.Conn, r *http.Request) // what it does with a connection whose request was read
	want  string                                    // state of its delivery after one request, in short
	says  string                                    // in the error
	hangs bool                                      // as long as we let it
}

var animals = []animal{
	{name: "never accepts", want: "waiting", says: "took too long", hangs: true},
	{name: "accepts and never answers", live: func(z *zoo, _ net.Conn, _ *http.Request) { <-z.Context().Done() }, want: "waiting", says: "took too long", hangs: true},
	{name: "drips its header, a byte at a time", live: drip("HTTP/1.1 200 OK\r\nX-Slow: ", "z"), want: "waiting", says: "took too long", hangs: true},
	{name: "drips its body, a byte at a time", live: drip("HTTP/1.1 200 OK\r\n\r\n", "z"), want: "delivered", hangs: true},
	{name: "never stops its body", live: flood("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("z", 4096)), want: "delivered"},
	{name: "never stops its header", live: flood("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"), want: "waiting", says: "header"},
	{name: "answers many times 100", live: flood("", "HTTP/1.1 100 Continue\r\n\r\n"), want: "waiting", says: "header"},
	{name: "sends a bomb of gzip", live: func(z *zoo, c net.Conn, _ *http.Request) {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
		packed := gzip.NewWriter(c)
		for n, err := 0, error(nil); n < 1<<12 && err == nil; n++ {
			_, err = packed.Write(make([]byte, 1<<16))
		}
	}, want: "delivered"},
	{name: "redirects inside", live: func(z *zoo, c net.Conn, _ *http.Request) {
		fmt.Fprintf(c, "HTTP/1.1 307 Temporary Redirect\r\nLocation: %s/latest/meta-data\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", z.inside.URL)
	}, want: "waiting", says: "307"},
	{name: "redirects to itself", live: func(_ *zoo, c net.Conn, r *http.Request) {
		fmt.Fprintf(c, "HTTP/1.1 308 Permanent Redirect\r\nLocation: http://%s/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", r.Host)
	}, want: "waiting", says: "308"},
	{name: "resets in the middle of its header", live: func(_ *zoo, c net.Conn, _ *http.Request) {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Half: ")
		c.(*net.TCPConn).SetLinger(0)
	}, want: "waiting", says: "connection"},
	{name: "says 500, always", live: func(_ *zoo, c net.Conn, _ *http.Request) {
		io.WriteString(c, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\nConnection: close\r\n\r\nboom\x00")
	}, want: "waiting", says: "500"},
	{name: "says 200 and another length than it sends", live: func(_ *zoo, c net.Conn, _ *http.Request) {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")
	}, want: "delivered"},
	{name: "speaks no HTTP", live: func(_ *zoo, c net.Conn, _ *http.Request) { io.WriteString(c, "SSH-2.0-OpenSSH\r\n") }, want: "waiting", says: "malformed HTTP"},
	{name: "has a certificate that nobody signed", want: "waiting", says: "certificate"},
	{name: "moves inside between two look-ups of its name", want: "waiting", says: "not public"},
}

func drip(head, drop string) func(*zoo, net.Conn, *http.Request) {
	return func(z *zoo, c net.Conn, _ *http.Request) {
		_, err := io.WriteString(c, head)
		for tick := time.NewTicker(10 * time.Millisecond); err == nil && z.Context().Err() == nil; <-tick.C {
			_, err = io.WriteString(c, drop)
		}
	}
}

func flood(head, more string) func(*zoo, net.Conn, *http.Request) {
	return func(_ *zoo, c net.Conn, _ *http.Request) {
		_, err := io.WriteString(c, head)
		for err == nil {
			_, err = io.WriteString(c, more)
		}
	}
}

// zoo is a world with all animals as endpoints.
type zoo struct {
	*world
	inside  *httptest.Server // must not be called
	reached atomic.Int64     // how often it was
	ids     map[string]string
}

func newZoo(w *world) *zoo {
	z := &zoo{world: w, ids: map[string]string{}}
	z.inside = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { z.reached.Add(1) }))
	w.Cleanup(z.inside.Close)
	for _, a := range animals {
		z.ids[a.name] = w.endpoint(z.house(a), func(f *webhook.Facts) { f.Name = a.name }).ID
	}
	return z
}

// house gives an animal a socket and returns where it lives.
func (z *zoo) house(a animal) string {
	z.Helper()
	switch {
	case strings.HasPrefix(a.name, "has a certificate"):
		return z.secured(http.NotFoundHandler()).URL
	case strings.HasPrefix(a.name, "moves inside"):
		inside, err := url.Parse(z.inside.URL)
		if err != nil {
			z.Fatal(err)
		}
		z.guard.Resolver = &names{lists: [][]string{{"1.1.1.1", "169.254.169.254"}, {"10.0.0.1"}}}
		z.guard.Connect = here(z.guard.Connect)
		return "http://rebind.example.com:" + inside.Port() + "/"
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		z.Fatal(err)
	}
	z.Cleanup(func() { l.Close() })
	if a.live != nil {
		go z.feed(l, a)
	}
	return "http://" + l.Addr().String() + "/"
}

// secured is a server with a certificate of its own making.
func (w *world) secured(h http.Handler) *httptest.Server {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes
	s.StartTLS()
	w.Cleanup(s.Close)
	return s
}

// here dials only this machine; all else is brought there.
func here(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		if a, err := netip.ParseAddr(host); err == nil && !a.IsLoopback() {
			host = "127.0.0.1"
		}
		return dial(ctx, network, net.JoinHostPort(host, port))
	}
}

func (z *zoo) feed(l net.Listener, a animal) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			if r, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
				io.Copy(io.Discard, r.Body)
				a.live(z, c, r)
			}
		}()
	}
}

// Spec: 11.2.3
func TestHostileReceiversDelayNobodyElse(t *testing.T) {
	each(t, func(w *world) {
		z := newZoo(w)
		good := w.receive()
		id := w.endpoint(good.URL, func(f *webhook.Facts) { f.Parallel = 3 }).ID
		patient := w.dispatcher("patient", webhook.Limits{Dial: time.Hour, TLS: time.Hour, Header: time.Hour, Whole: time.Hour, Size: 16 << 10})
		stop := w.run(patient)
		const n = 60
		for range n / 20 {
			w.things(20)
		}
		for range n {
			<-good.heard // while those that hang would do so for an hour
		}
		for _, a := range animals {
			d := w.deliveries(z.ids[a.name], "subject:thi_001") // none if the good one was faster than the first look at this one
			if a.hangs && (len(d) > 1 || len(d) == 1 && d[0].Attempts != 0) {
				w.Errorf("%s: %s", a.name, w.states(z.ids[a.name]))
			}
		}
		stop()
		if n := w.Count(`SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = $1 AND state <> 'delivered'`, id); n > 3 {
			w.Errorf("%d are not delivered to the one that takes them", n)
		}
		if n := w.Count(`SELECT COUNT(*) FROM leases WHERE owner = 'patient'`); n != 0 {
			w.Errorf("%d leases are left", n)
		}
	})
}

// Spec: 11.2.3
func TestHostileReceiversAreCutOffAndReachNoInternalAddress(t *testing.T) {
	each(t, func(w *world) {
		z := newZoo(w)
		w.things(1)
		stop := w.run(w.dispatcher("short", webhook.Limits{Dial: 2 * time.Second, TLS: 2 * time.Second, Header: 2 * time.Second, Whole: 3 * time.Second, Size: 16 << 10}))
		for w.Count(`SELECT COUNT(*) FROM webhook_deliveries WHERE attempts = 1`) < int64(len(animals)) {
			runtime.Gosched()
		}
		stop()
		for _, a := range animals {
			d := w.delivery(w.deliveries(z.ids[a.name], "")[0])
			if d.State != a.want || d.Attempts != 1 || len(d.Requests) != 1 || !strings.Contains(d.Requests[0].Error, a.says) || (d.Requests[0].Error == "") != (a.want == "delivered") {
				w.Errorf("%s: %+v", a.name, d)
				continue
			}
			if answer := d.Requests[0].Answer; len(answer) > 4096 || strings.Contains(answer, "\x00") || strings.Contains(d.Error+answer, "127.0.0.1") {
				w.Errorf("%s: the log keeps %d bytes: %.200q, %s", a.name, len(answer), answer, d.Error)
			}
		}
		if n := z.reached.Load(); n != 0 {
			w.Errorf("the internal address was called %d times", n)
		}
	})
}

func TestNoProxyIsTakenFromTheEnvironment(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		proxy := w.receive()
		for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
			w.Setenv(name, proxy.URL)
		}
		w.guard.Resolver = &names{lists: [][]string{{"1.1.1.1"}}}
		w.guard.Connect = here(w.guard.Connect)
		w.endpoint(strings.Replace(r.URL, "127.0.0.1", "hooks.example.com", 1))
		w.things(1)
		w.work()
		if r.subjects() != "thi_001" || proxy.subjects() != "" {
			w.Error("a proxy of the environment is used")
		}
	})
}

// Spec: 11.2.3
func TestHTTPSToAPublicAddressIsCalledWithItsNameChecked(t *testing.T) {
	each(t, func(w *world) {
		r := w.receive()
		s := w.secured(r.Config.Handler)
		address, err := url.Parse(s.URL)
		if err != nil {
			w.Fatal(err)
		}
		w.guard.Local = false
		w.guard.Resolver = &names{lists: [][]string{{"93.184.216.34"}}}
		w.guard.Connect = here(w.guard.Connect)
		w.hooks.Client.Trust(s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
		good := w.endpoint("https://example.com:" + address.Port() + "/") // the certificate names it
		bad := w.endpoint("https://example.net:" + address.Port() + "/")
		w.things(1)
		w.work()
		if got := w.states(good.ID); got != "thi_001 delivered 0/1" {
			w.Errorf("with the right name: %s %+v", got, w.get(good.ID))
		}
		if d := w.deliveries(bad.ID, "")[0]; d.State != "waiting" || !strings.Contains(d.Error, "certificate") {
			w.Errorf("with another name: %+v", d)
		}
	})
}
