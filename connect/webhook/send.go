package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Limits bound what a receiver can take of us.
type Limits struct {
	Dial   time.Duration // with the look-up of the name
	TLS    time.Duration // handshake
	Header time.Duration // from the end of the request to that of the answer's headers
	Whole  time.Duration // request and answer
	Size   int64         // bytes of the answer's headers
}

// limits of production.
var limits = Limits{Dial: 5 * time.Second, TLS: 5 * time.Second, Header: 10 * time.Second, Whole: 15 * time.Second, Size: 16 << 10}

// answerKept is how many bytes of an answer's body are read and kept.
const answerKept = 4 << 10

// Client sends messages. Connections are kept for the next one.
type Client struct {
	http  *http.Client
	guard *Guard
	whole time.Duration
}

// NewClient returns a client that calls what the guard lets through. It follows
// no redirects, unpacks nothing, and takes no proxy from the environment.
// Without limits it has those of production.
func NewClient(g *Guard, l Limits) *Client {
	if l == (Limits{}) {
		l = limits
	}
	t := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, stop := context.WithTimeout(ctx, l.Dial)
			defer stop()
			return g.Dial(ctx, network, address)
		},
		TLSHandshakeTimeout:    l.TLS,
		ResponseHeaderTimeout:  l.Header,
		MaxResponseHeaderBytes: l.Size,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    32, // as many as an endpoint may use at once
		MaxIdleConns:           256,
		IdleConnTimeout:        30 * time.Second,
	}
	return &Client{guard: g, whole: l.Whole, http: &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close ends the connections that are kept.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// message is one request.
type message struct {
	url     string
	id      string
	at      time.Time
	body    []byte
	secrets []string
}

// outcome is what came of a request. It holds no addresses: people who may see
// deliveries need not know the network.
type outcome struct {
	status int64 // 0 without an answer
	answer string
	error  string        // empty for a success
	asked  time.Duration // by Retry-After, to be left alone
	at     time.Time
	took   time.Duration
	unsent bool // no request was made, and none will be
}

// send makes one request. 2xx is a success, whatever happens to the rest of the
// answer: the receiver has the message. All else is a failure.
func (c *Client) send(ctx context.Context, m message) (o outcome) {
	ctx, stop := context.WithTimeout(ctx, c.whole)
	defer stop()
	q, err := m.request(ctx)
	if err == nil {
		err = c.guard.Check(m.url)
	}
	if err != nil {
		return outcome{error: err.Error()}
	}
	a, err := c.http.Do(q)
	if err != nil {
		return outcome{error: reason(err)}
	}
	defer a.Body.Close()
	o.status = int64(a.StatusCode)
	kept, _ := io.ReadAll(io.LimitReader(a.Body, answerKept)) // what there is of it
	o.answer = printable(kept)
	if a.StatusCode < 200 || a.StatusCode > 299 {
		o.error = fmt.Sprintf("the answer is %d, not 2xx", a.StatusCode)
		o.asked = retryAfter(a.Header, m.at)
	}
	return o
}

func (m message) request(ctx context.Context) (*http.Request, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url, bytes.NewReader(m.body))
	if err != nil {
		return nil, errors.New("the URL can't be called")
	}
	signature, err := Sign(m.id, m.at, m.body, m.secrets...)
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("User-Agent", "Ordo-Webhook/1")
	q.Header.Set(HeaderID, m.id)
	q.Header.Set(HeaderTimestamp, strconv.FormatInt(m.at.Unix(), 10))
	q.Header.Set(HeaderSignature, signature)
	return q, err
}

// reason is an error without the addresses in it.
func reason(err error) string {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	_, isDNS := errors.AsType[*net.DNSError](err)
	timeout, hasTimeout := errors.AsType[net.Error](err)
	_, isOp := errors.AsType[*net.OpError](err)
	switch {
	case errors.Is(err, errForbidden):
		return "the host has an address that is not public"
	case isDNS:
		return "the name of the host can't be resolved"
	case hasTimeout && timeout.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		return "the receiver took too long"
	case isOp, errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection failed or was cut"
	}
	return printable([]byte(strings.TrimPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: ")))
}

// printable is text that both databases take, cut to what is kept.
func printable(b []byte) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(b[:min(len(b), answerKept)]), "\uFFFD"), "\x00", "\uFFFD")
	return strings.ToValidUTF8(text[:min(len(text), answerKept)], "")
}

// retryAfter is for how long the receiver asks to be left alone: seconds or a
// time; 0 if it does not.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
