// Package piece owns how long a client may take for a piece of an answer that is
// sent piece by piece: one that reads nothing would keep a process from stopping.
// It does not own what is sent.
package piece

import (
	"errors"
	"net/http"
	"time"

	"ordo/base/clock"
)

// Within lets what is written next fail if the client does not take it in time. A
// writer that knows no deadlines, as in tests, has none.
func Within(c *http.ResponseController, patience time.Duration) error {
	if err := c.SetWriteDeadline(clock.System.Now().Add(patience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}

// Send writes a piece that the client gets now, and fails if it does not take it in
// time.
func Send(w http.ResponseWriter, piece []byte, patience time.Duration) error {
	c := http.NewResponseController(w)
	if err := Within(c, patience); err != nil {
		return err
	}
	if _, err := w.Write(piece); err != nil {
		return err
	}
	return c.Flush()
}
