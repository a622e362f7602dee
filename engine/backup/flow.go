package backup

import (
	"context"
	"encoding/binary"
	"io"

	"ordo/engine/db"
)

// chunk is rows of one table, as many as a frame holds.
type chunk struct {
	table int
	rows  []byte
}

// flow hands chunks from the goroutine that makes them to the one that takes
// them: packing and hashing cost as much as the database does.
type flow struct {
	chunks chan chunk
	stop   context.CancelFunc
	err    error // of the maker; set when chunks is closed
}

// start has produce run beside the caller, who takes what it emits.
func start(ctx context.Context, produce func(ctx context.Context, emit func(chunk) error) error) *flow {
	ctx, stop := context.WithCancel(ctx)
	f := &flow{chunks: make(chan chunk, 4), stop: stop}
	go func() {
		defer close(f.chunks)
		f.err = produce(ctx, func(c chunk) error {
			select {
			case f.chunks <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return f
}

// next returns the next chunk, or io.EOF after the last.
func (f *flow) next() (chunk, error) {
	c, ok := <-f.chunks
	switch {
	case ok:
		return c, nil
	case f.err != nil:
		return chunk{}, f.err
	}
	return chunk{}, io.EOF
}

// close ends the maker, and returns when it has ended.
func (f *flow) close() {
	f.stop()
	for range f.chunks {
		continue // what it had made already
	}
}

// rowSource is a database whose tables can be read as a whole.
type rowSource interface {
	Rows(ctx context.Context, t db.LiveTable, each func(db.Row) error) error
}

// read emits all rows of the tables, one table after the other.
func read(from rowSource, tables []db.LiveTable) func(context.Context, func(chunk) error) error {
	return func(ctx context.Context, emit func(chunk) error) error {
		for i, t := range tables {
			rows := make([]byte, 0, frameBytes+frameBytes/8)
			err := from.Rows(ctx, t, func(r db.Row) error {
				rows = append(rows, r...)
				if len(rows) < frameBytes {
					return nil
				}
				full := chunk{i, rows}
				rows = make([]byte, 0, frameBytes+frameBytes/8)
				return emit(full)
			})
			if err == nil && len(rows) > 0 {
				err = emit(chunk{i, rows})
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// each cuts a chunk into its rows.
func (c chunk) each(width int, do func(db.Row)) error {
	rest := db.Row(c.rows)
	for len(rest) > 0 {
		row, after, err := rest.Cut(width)
		if err != nil {
			return err
		}
		do(row)
		rest = after
	}
	return nil
}

// frame is the content of a frame of rows: the number of the table, then they.
func (c chunk) frame(b []byte) []byte {
	return append(binary.AppendUvarint(b[:0], uint64(c.table)), c.rows...)
}
