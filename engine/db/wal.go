package db

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// The write-ahead log of SQLite: a header, then frames of one page each. Every
// frame carries the salts of the header and a checksum over all before it, so
// what was committed is told from what an older log left behind it, and from
// what is being written.
const (
	walHeader = 32
	walFrame  = 24 // before the page
	walMagic  = 0x377f0682
)

// WALPosition is how far a log has been read.
type WALPosition struct {
	Salt   [2]uint32 `json:"salt"`   // the first counts how often the log was begun anew, the second is random
	Frames int64     `json:"frames"` // read so far

	size int64     // of a page
	sum  [2]uint32 // checksum over all read so far
	big  bool      // the checksum's words are big endian
}

// Page is a page of a SQLite file.
type Page struct {
	Number uint32 // from 1
	Data   []byte
}

// readWALHeader reads where a log begins; ok is false if there is none.
func readWALHeader(f io.ReaderAt) (p WALPosition, ok bool, err error) {
	h := make([]byte, walHeader)
	if _, err := f.ReadAt(h, 0); errors.Is(err, io.EOF) {
		return p, false, nil
	} else if err != nil {
		return p, false, err
	}
	word := func(at int) uint32 { return binary.BigEndian.Uint32(h[at:]) }
	if word(0)&^1 != walMagic {
		return p, false, nil
	}
	p = WALPosition{Salt: [2]uint32{word(16), word(20)}, size: int64(word(8)), big: word(0)&1 == 1}
	p.add(h[:24])
	return p, p.sum == [2]uint32{word(24), word(28)}, nil
}

// add carries the checksum on.
func (p *WALPosition) add(b []byte) {
	var order binary.ByteOrder = binary.LittleEndian
	if p.big {
		order = binary.BigEndian
	}
	for ; len(b) >= 8; b = b[8:] {
		p.sum[0] += order.Uint32(b) + p.sum[1]
		p.sum[1] += order.Uint32(b[4:]) + p.sum[0]
	}
}

// commits reads the whole commits behind the position, and moves it. It returns
// the last content of each page, the size of the file in pages after them, and
// whether a frame follows that belongs to the log and is not whole. If until is
// set, it ends with the commit that reaches so many frames.
func (p *WALPosition) commits(f io.ReaderAt, until int64) (pages map[uint32][]byte, size uint32, more bool, err error) {
	pages, pending := map[uint32][]byte{}, map[uint32][]byte{}
	at := *p
	frame := make([]byte, walFrame+p.size)
	for {
		if _, err := f.ReadAt(frame, walHeader+at.Frames*int64(len(frame))); errors.Is(err, io.EOF) {
			return pages, size, false, nil
		} else if err != nil {
			return nil, 0, false, err
		}
		word := func(i int) uint32 { return binary.BigEndian.Uint32(frame[i:]) }
		if p.Salt != [2]uint32{word(8), word(12)} {
			return pages, size, false, nil
		}
		at.add(frame[:8])
		at.add(frame[walFrame:])
		if at.sum != [2]uint32{word(16), word(20)} {
			return pages, size, true, nil
		}
		at.Frames++
		pending[word(0)] = bytes.Clone(frame[walFrame:])
		if word(4) == 0 { // not the last of a commit
			continue
		}
		for n, data := range pending { // order-free: the last content of each
			pages[n] = data
		}
		clear(pending)
		size, *p = word(4), at
		if until > 0 && at.Frames >= until {
			return pages, size, false, nil
		}
	}
}

// openWAL opens the log of a file; nil if there is none. No lock is held on it,
// so closing it loses none.
func openWAL(path string) (*os.File, error) {
	f, err := os.Open(path + "-wal")
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return f, err
}
