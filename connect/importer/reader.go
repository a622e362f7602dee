package importer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"slices"
	"strings"

	"ordo/base/clock"
	"ordo/base/problem"

	"github.com/ulikunitz/xz"
)

// Why a file is refused as a whole.
var (
	ErrFile = problem.Declare("import_file_unreadable", problem.Malformed,
		"The file can't be read to its end.", "Check that it is a CSV file, plain or packed by xz or gzip, and that it was copied whole.")
	ErrHeader = problem.Declare("import_header_unknown", problem.Invalid,
		"The first line doesn't name the columns of this format.", "Give the format that the file has, or put the column names in the first line.")
)

// maxLine bounds a line, so that a file without line ends needs no memory.
const maxLine = 64 << 10 // bytes

// SetAside is a row that could not be read.
type SetAside struct {
	Row      int    // from 1, without the header
	Raw      string // the line as it was, without its end; cut off if too long
	Reason   Reason
	Sentence string
}

// Read streams a file of the Online Retail format, packed by xz, by gzip or not
// at all, and hands over each row as it comes: whole ones to row, broken ones to
// aside. A row ends with its line, whatever its quotes say, so that a stray
// quote costs one row only. Empty lines are passed over, but count as rows in
// the numbers. The error is ErrHeader, or ErrFile if the file breaks off or
// can't be unpacked; what was handed over until then is all that there is.
func Read(file io.Reader, row func(Row), aside func(SetAside)) error {
	return readUntil(file, math.MaxInt64, row, aside)
}

// readUntil is Read of a file in which nothing can have happened after now.
func readUntil(file io.Reader, now clock.Stamp, row func(Row), aside func(SetAside)) error {
	lines, err := open(file)
	if err != nil {
		return unreadable(0, err)
	}
	p := newParser()
	p.now = now
	if err := p.header(lines); err != nil {
		return err
	}
	for number := 1; ; number++ {
		line, end := next(lines)
		if end != nil && end != io.EOF && end != bufio.ErrBufferFull {
			return unreadable(number-1, end)
		}
		if len(line) > 0 {
			r, bad := p.row(number, line)
			switch {
			case end == bufio.ErrBufferFull:
				bad = wrong(TooLong, "The line is longer than %d bytes.", maxLine)
			case end == io.EOF && bad != nil:
				bad = wrong(Truncated, "The file ends within this row. %s", bad.sentence)
			}
			if bad != nil {
				aside(SetAside{number, string(line), bad.reason, bad.sentence})
			} else {
				row(r)
			}
		}
		if end == bufio.ErrBufferFull {
			end = skip(lines)
		}
		if end == io.EOF {
			return nil
		}
		if end != nil {
			return unreadable(number, end)
		}
	}
}

func unreadable(rows int, err error) error {
	return ErrFile.New("After %d rows: %v.", rows, err)
}

// open unpacks a file by its first bytes and takes off a byte order mark.
func open(file io.Reader) (*bufio.Reader, error) {
	packed := bufio.NewReaderSize(file, maxLine)
	magic, err := packed.Peek(6)
	if err != nil && err != io.EOF {
		return nil, err
	}
	var plain io.Reader = packed
	switch {
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		plain, err = xz.NewReader(packed)
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		plain, err = gzip.NewReader(packed)
	default:
		err = nil
	}
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(plain, maxLine)
	mark := []byte("\ufeff")
	start, err := lines.Peek(len(mark))
	if bytes.Equal(start, mark) {
		_, err = lines.Discard(len(mark))
	}
	if err == io.EOF {
		err = nil
	}
	return lines, err
}

// next returns a line without its end. The error is io.EOF if the file ends
// with it and bufio.ErrBufferFull if this is only the start of a longer one.
func next(lines *bufio.Reader) ([]byte, error) {
	line, err := lines.ReadSlice('\n')
	line = bytes.TrimSuffix(line, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'}), err
}

// skip passes over the rest of a line.
func skip(lines *bufio.Reader) error {
	for {
		if _, err := lines.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// header checks the first line.
func (p *parser) header(lines *bufio.Reader) error {
	line, err := next(lines)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return unreadable(0, err)
	}
	bad := p.split(line)
	names := make([]string, len(p.fields))
	for i, f := range p.fields {
		names[i] = string(f)
	}
	if bad != nil || !slices.Equal(names, columns) {
		return ErrHeader.New("The first line is %.200q, not %q.", line, strings.Join(columns, ","))
	}
	return nil
}
