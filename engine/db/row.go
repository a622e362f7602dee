package db

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Row is the values of one row, in the order of the table's columns, as bytes
// that are the same whatever database it comes from. A value is a tag and what
// follows it: 0 for NULL; 1 and the integer as a zigzag varint, with 0 and 1 for
// booleans; 2, the length as a varint, and the text in UTF-8.
type Row []byte

const (
	tagNull byte = iota
	tagInt
	tagText
)

var errRow = errors.New("db: these bytes are no row of the table")

func (r Row) null() Row { return append(r, tagNull) }

func (r Row) int(v int64) Row { return binary.AppendVarint(append(r, tagInt), v) }

func (r Row) text(s []byte) Row {
	return append(binary.AppendUvarint(append(r, tagText), uint64(len(s))), s...)
}

// next takes the first value off the row: nil, an int64, or a text.
func (r Row) next() (tag byte, number int64, text []byte, rest Row, err error) {
	if len(r) == 0 {
		return 0, 0, nil, nil, errRow
	}
	tag, rest = r[0], r[1:]
	switch tag {
	case tagNull:
		return tag, 0, nil, rest, nil
	case tagInt:
		v, n := binary.Varint(rest)
		if n > 0 {
			return tag, v, nil, rest[n:], nil
		}
	case tagText:
		size, n := binary.Uvarint(rest)
		if n > 0 && size <= uint64(len(rest)-n) {
			return tag, 0, rest[n : n+int(size)], rest[n+int(size):], nil
		}
	}
	return 0, 0, nil, nil, errRow
}

// Cut returns the first row of width values, and what stands behind it.
func (r Row) Cut(width int) (row, rest Row, err error) {
	rest = r
	for range width {
		if _, _, _, rest, err = rest.next(); err != nil {
			return nil, nil, err
		}
	}
	return r[:len(r)-len(rest)], rest, nil
}

// names is "a, b, c": the columns of the table.
func (t LiveTable) names() string {
	b := ""
	for i, c := range t.Columns {
		if i > 0 {
			b += ", "
		}
		b += c.Name
	}
	return b
}

// unfit says that a value is of no type that tables have.
func unfit(t LiveTable, column int, v any) error {
	return fmt.Errorf("db: %s.%s holds a %T", t.Name, t.Columns[column].Name, v)
}
