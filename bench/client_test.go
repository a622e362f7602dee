package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// echo answers with what it got; in chunks if asked to.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.WriteHeader(http.StatusCreated)
	if r.URL.Path == "/chunks" {
		for _, b := range body {
			fmt.Fprintf(w, "%c", b)
			w.(http.Flusher).Flush()
		}
		return
	}
	fmt.Fprintf(w, "%s %s %s %s %s", r.Method, r.URL, r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key"), body)
}

func connect(t *testing.T, handler http.HandlerFunc) (c *client, host string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	host = server.Listener.Addr().String()
	c, err := dial(t.Context(), host)
	if err != nil {
		t.Fatal(err)
	}
	return c, host
}

func TestAConnectionCarriesOneRequestAfterTheOther(t *testing.T) {
	connections := map[string]bool{}
	c, host := connect(t, func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		echo(w, r)
	})
	large := strings.Repeat("x", 100_000)
	for i, body := range []string{`{"a":1}`, "", large, "äöü"} {
		key := fmt.Sprintf("key-%d", i)
		request := newTemplate("POST", "/v1/orders", host, "secret").request(nil, key, []byte(body))
		status, answer, err := c.do(request)
		if want := "POST /v1/orders Bearer secret " + key + " " + body; err != nil || status != http.StatusCreated || string(answer) != want {
			t.Fatalf("got %d, %.80q, %v, want 201 and %.80q", status, answer, err, want)
		}
	}
	if len(connections) != 1 {
		t.Errorf("%d connections", len(connections))
	}
}

func TestChunkedAnswersAreReadToTheirEnd(t *testing.T) {
	c, host := connect(t, echo)
	for _, body := range []string{"one answer", "and another", ""} {
		status, answer, err := c.do(newTemplate("POST", "/chunks", host, "k").request(nil, "", []byte(body)))
		if err != nil || status != http.StatusCreated || string(answer) != body {
			t.Fatalf("got %d, %q, %v, want 201 and %q", status, answer, err, body)
		}
	}
}

func TestAnswersThatAreNoHTTPAreErrors(t *testing.T) {
	for _, answer := range []string{"", "hello, who is there?\r\n\r\n", "HTTP/1.1 2xx OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwhat\r\n"} {
		c, host := connect(t, func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, answer)
			conn.Close()
		})
		if status, body, err := c.do(newTemplate("GET", "/", host, "k").request(nil, "", nil)); err == nil {
			t.Errorf("%q was taken for %d %q", answer, status, body)
		}
	}
}
