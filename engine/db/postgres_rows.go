package db

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"time"
)

// What COPY … (FORMAT binary) begins and ends with. Between stand the rows: the
// number of values in 16 bits, and each value behind its length in 32.
var (
	copyHead = append([]byte("PGCOPY\n\xff\r\n\x00"), 0, 0, 0, 0, 0, 0, 0, 0)
	copyEnd  = []byte{0xff, 0xff}
)

var errCopy = errors.New("db: the server's COPY is not as it should be")

func (c postgresConn) rows(ctx context.Context, t LiveTable, each func(Row) error) error {
	if err := c.conn.PgConn().Conn().SetDeadline(time.Time{}); err != nil {
		return err
	}
	r := &copyReader{table: t, each: each}
	_, err := c.conn.PgConn().CopyTo(ctx, r, "COPY (SELECT "+t.names()+" FROM "+t.Name+") TO STDOUT (FORMAT binary)")
	if err == nil && !r.ended {
		err = errCopy
	}
	return err
}

// copyReader takes what COPY sends, and hands on each row once it is whole.
type copyReader struct {
	table  LiveTable
	each   func(Row) error
	buffer []byte
	row    Row
	begun  bool
	ended  bool
}

// Write takes a part of the answer.
func (r *copyReader) Write(b []byte) (int, error) {
	r.buffer = append(r.buffer, b...)
	rest := r.buffer
	if !r.begun {
		if len(rest) < len(copyHead) {
			return len(b), nil
		}
		if !bytes.HasPrefix(rest, copyHead) {
			return 0, errCopy
		}
		rest, r.begun = rest[len(copyHead):], true
	}
	for {
		after, err := r.take(rest)
		if err != nil {
			return 0, err
		}
		if after == nil {
			break
		}
		rest = after
	}
	r.buffer = append(r.buffer[:0], rest...)
	return len(b), nil
}

// take hands on the first row of b and returns what stands behind it; nil if it
// is not whole yet.
func (r *copyReader) take(b []byte) (rest []byte, err error) {
	if len(b) < 2 || r.ended {
		return nil, nil
	}
	if bytes.HasPrefix(b, copyEnd) {
		r.ended = true
		return nil, nil
	}
	if int(binary.BigEndian.Uint16(b)) != len(r.table.Columns) {
		return nil, errCopy
	}
	b, r.row = b[2:], r.row[:0]
	for _, c := range r.table.Columns {
		if len(b) < 4 {
			return nil, nil
		}
		size := int32(binary.BigEndian.Uint32(b))
		b = b[4:]
		if size < 0 {
			r.row = r.row.null()
			continue
		}
		if len(b) < int(size) {
			return nil, nil
		}
		if r.row, err = appendCopied(r.row, c.Type, b[:size]); err != nil {
			return nil, err
		}
		b = b[size:]
	}
	return b, r.each(r.row)
}

func appendCopied(r Row, kind string, b []byte) (Row, error) {
	switch {
	case kind == "TEXT":
		return r.text(b), nil
	case kind == "INT64" && len(b) == 8:
		return r.int(int64(binary.BigEndian.Uint64(b))), nil
	case kind == "BOOLEAN" && len(b) == 1:
		return r.int(int64(b[0])), nil
	}
	return nil, errCopy
}

func (c postgresConn) fill(ctx context.Context, t LiveTable, next func() (Row, error)) error {
	if err := c.conn.PgConn().Conn().SetDeadline(time.Time{}); err != nil {
		return err
	}
	w := &copyWriter{table: t, next: next, buffer: bytes.Clone(copyHead)}
	_, err := c.conn.PgConn().CopyFrom(ctx, w, "COPY "+t.Name+" ("+t.names()+") FROM STDIN (FORMAT binary)")
	if w.failed != nil {
		err = w.failed // the server only tells that the client gave up
	}
	return err
}

// copyWriter makes what COPY takes, from rows.
type copyWriter struct {
	table  LiveTable
	next   func() (Row, error)
	buffer []byte // made and not sent
	ended  bool
	failed error
}

// Read gives the next part.
func (w *copyWriter) Read(b []byte) (int, error) {
	for len(w.buffer) < len(b) && !w.ended {
		if w.failed = w.add(); w.failed != nil {
			return 0, w.failed
		}
	}
	if len(w.buffer) == 0 {
		return 0, io.EOF
	}
	n := copy(b, w.buffer)
	w.buffer = append(w.buffer[:0], w.buffer[n:]...)
	return n, nil
}

func (w *copyWriter) add() error {
	row, err := w.next()
	if errors.Is(err, io.EOF) {
		w.buffer, w.ended = append(w.buffer, copyEnd...), true
		return nil
	}
	if err != nil {
		return err
	}
	w.buffer = binary.BigEndian.AppendUint16(w.buffer, uint16(len(w.table.Columns)))
	for _, c := range w.table.Columns {
		tag, number, text, rest, err := row.next()
		if err != nil {
			return err
		}
		if w.buffer, err = appendValue(w.buffer, c.Type, tag, number, text); err != nil {
			return err
		}
		row = rest
	}
	if len(row) > 0 {
		return errRow
	}
	return nil
}

func appendValue(b []byte, kind string, tag byte, number int64, text []byte) ([]byte, error) {
	switch {
	case tag == tagNull:
		return binary.BigEndian.AppendUint32(b, ^uint32(0)), nil
	case tag == tagText && kind == "TEXT":
		return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...), nil
	case tag == tagInt && kind == "INT64":
		return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(number)), nil
	case tag == tagInt && kind == "BOOLEAN":
		return append(binary.BigEndian.AppendUint32(b, 1), byte(number)), nil
	}
	return nil, errRow
}
