package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
)

// client is a connection that sends one request after the other. It does as
// little of HTTP/1.1 as the server's answers need, because it shares the
// machine with what it measures.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

// dial connects to addr until ctx ends.
func dial(ctx context.Context, addr string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10)}, nil
}

// do sends a request as it is and returns the answer. The body is valid until
// the next call.
func (c *client) do(request []byte) (status int, body []byte, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, nil, err
	}
	line, err := c.line()
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, nil, fmt.Errorf("not an answer: %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, fmt.Errorf("not an answer: %q", line)
	}
	length, err := c.header()
	if err != nil {
		return 0, nil, err
	}
	c.body = c.body[:0]
	if length >= 0 {
		return status, c.body, c.read(length)
	}
	err = c.chunks()
	return status, c.body, err
}

func (c *client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

// header returns the length of the body; -1 if it comes in chunks.
func (c *client) header() (length int, err error) {
	for {
		line, err := c.line()
		if err != nil || len(line) == 0 {
			return length, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case equal(name, "Content-Length"):
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 {
				return 0, fmt.Errorf("not a length: %q", line)
			}
		case equal(name, "Transfer-Encoding"):
			length = -1
		}
	}
}

func equal(name []byte, wanted string) bool {
	return len(name) == len(wanted) && bytes.EqualFold(name, []byte(wanted))
}

// read appends n bytes to the body.
func (c *client) read(n int) error {
	have := len(c.body)
	c.body = append(c.body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.body[have:])
	return err
}

func (c *client) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, _, _ := bytes.Cut(line, []byte(";"))
		n, err := strconv.ParseUint(string(size), 16, 31)
		if err != nil {
			return fmt.Errorf("not a chunk: %q", line)
		}
		if err := c.read(int(n)); err != nil {
			return err
		}
		if n == 0 {
			break
		}
		if _, err := c.line(); err != nil {
			return err
		}
	}
	_, err := c.header() // trailers
	return err
}

// template is a request whose body and idempotency key change.
type template struct{ head []byte }

func newTemplate(method, path, host, key string) template {
	return template{fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n", method, path, host, key)}
}

// request appends the request to b. Without a key there is no idempotency key.
func (t template) request(b []byte, key string, body []byte) []byte {
	b = append(b, t.head...)
	if key != "" {
		b = append(append(append(b, "Idempotency-Key: "...), key...), "\r\n"...)
	}
	b = append(b, "Content-Length: "...)
	b = append(strconv.AppendInt(b, int64(len(body)), 10), "\r\n\r\n"...)
	return append(b, body...)
}
