package backup

import (
	"bufio"
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"ordo/base/id"
	"ordo/base/problem"
)

// Codes of reading backups.
var (
	ErrDamaged = problem.Declare("backup_damaged", problem.Invalid,
		"The backup is not as it was written: bytes were changed, moved, or are missing.", "Take another copy of the backup. Nothing was restored.")
	ErrFormat = problem.Declare("backup_format", problem.Invalid,
		"The file is no backup that this version of Ordo can read.", "Name a backup, or use the version of Ordo that made it.")
)

// A file begins with these words and the number of the format, the hint of the
// key, and random bytes that make its own key.
const (
	magic       = "ORDO BACKUP "
	format      = "0001"
	hintBytes   = 8
	saltBytes   = 32
	headerBytes = len(magic) + len(format) + hintBytes + saltBytes

	headBytes  = 9              // of a frame: length, its complement, kind
	frameBytes = 1 << 20        // of what a frame holds, about
	most       = 4 * frameBytes // that a frame may hold
)

// Kinds of frames.
const (
	kindBegin  byte = 'B' // what the file is: JSON, the first frame
	kindRows   byte = 'R' // rows of a table
	kindPages  byte = 'P' // pages of a file
	kindCommit byte = 'C' // ends the pages of some commits: JSON
	kindEnd    byte = 'E' // nothing is missing: JSON, the last frame
)

// frames writes the frames of a file.
type frames struct {
	w      io.Writer
	seal   cipher.AEAD
	index  uint64
	pack   *flate.Writer
	packed bytes.Buffer
	sealed []byte
}

// newFrames writes the header.
func newFrames(w io.Writer, key Key) (*frames, error) {
	header := append([]byte(magic+format), key.hint()...)
	salt := make([]byte, saltBytes)
	id.Random.Read(salt)
	header = append(header, salt...)
	if _, err := w.Write(header); err != nil {
		return nil, err
	}
	pack, err := flate.NewWriter(nil, flate.BestSpeed)
	return &frames{w: w, seal: sealer(key.of(header)), pack: pack}, err
}

func sealer(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only a wrong size
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

// nonce is the place of a frame: no two of a file have the same.
func nonce(index uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 4, 12), index) }

// head is what stands before a frame. The length stands there twice, so that a
// wrong one is not taken for a file that was cut off.
func head(length int, kind byte) []byte {
	b := binary.BigEndian.AppendUint32(make([]byte, 0, headBytes), uint32(length))
	return append(binary.BigEndian.AppendUint32(b, ^uint32(length)), kind)
}

// write packs, seals and writes a frame.
func (f *frames) write(kind byte, content []byte) error {
	f.packed.Reset()
	f.pack.Reset(&f.packed)
	if _, err := f.pack.Write(content); err != nil {
		return err
	}
	if err := f.pack.Close(); err != nil {
		return err
	}
	h := head(f.packed.Len()+f.seal.Overhead(), kind)
	f.sealed = f.seal.Seal(append(f.sealed[:0], h...), nonce(f.index), f.packed.Bytes(), h)
	f.index++
	_, err := f.w.Write(f.sealed)
	return err
}

func (f *frames) writeJSON(kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return f.write(kind, b)
}

// reader reads the frames of a file.
type reader struct {
	name   string
	r      *bufio.Reader
	open   cipher.AEAD
	index  uint64
	offset int64 // of the next frame
	sealed []byte
	plain  []byte
	pack   io.ReadCloser
}

// errTorn says that a file ends in the middle of a frame, or before its last
// one.
var errTorn = errors.New("backup: the file ends too early")

func newReader(name string, r io.Reader, key Key) (*reader, error) {
	in := &reader{name: name, r: bufio.NewReaderSize(r, 1<<20), offset: int64(headerBytes), pack: flate.NewReader(nil)}
	header := make([]byte, headerBytes)
	n, err := io.ReadFull(in.r, header)
	switch {
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, err
	case !bytes.HasPrefix([]byte(magic), header[:min(n, len(magic))]) || n == 0:
		return nil, ErrFormat.New("%s is no backup", name)
	case n < headerBytes:
		return nil, errTorn
	}
	rest := header[len(magic):]
	if v := string(rest[:len(format)]); v != format {
		return nil, ErrFormat.New("%s has format %q, this version of Ordo reads %s", name, v, format)
	}
	if !key.fits(rest[len(format):][:hintBytes]) {
		return nil, ErrKey.New("%s was made with another key", name)
	}
	in.open = sealer(key.of(header))
	return in, nil
}

// next opens the next frame and checks that it is the one that was written
// there; what it returns is valid until the next call. With io.EOF the file
// ended between two frames, with errTorn within one.
func (r *reader) next() (kind byte, sealed int, err error) {
	h := make([]byte, headBytes)
	if _, err := io.ReadFull(r.r, h); err != nil {
		return 0, 0, torn(err)
	}
	length := binary.BigEndian.Uint32(h)
	if length != ^binary.BigEndian.Uint32(h[4:]) || length > most || int(length) < r.open.Overhead() {
		return 0, 0, r.damaged()
	}
	if cap(r.sealed) < int(length) {
		r.sealed = make([]byte, length)
	}
	r.sealed = r.sealed[:length]
	if _, err := io.ReadFull(r.r, r.sealed); err != nil {
		if errors.Is(err, io.EOF) {
			err = errTorn
		}
		return 0, 0, torn(err)
	}
	if r.sealed, err = r.open.Open(r.sealed[:0], nonce(r.index), r.sealed, h); err != nil {
		return 0, 0, r.damaged()
	}
	r.index++
	r.offset += int64(headBytes) + int64(length)
	return h[8], int(length), nil
}

func torn(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errTorn
	}
	return err
}

// content unpacks the frame that next has opened.
func (r *reader) content() ([]byte, error) {
	if err := r.pack.(flate.Resetter).Reset(bytes.NewReader(r.sealed), nil); err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(r.plain[:0])
	if _, err := b.ReadFrom(io.LimitReader(r.pack, math.MaxInt32)); err != nil {
		return nil, r.damaged()
	}
	r.plain = b.Bytes()
	return r.plain, nil
}

// json reads the frame that next has opened.
func (r *reader) json(v any) error {
	b, err := r.content()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

func (r *reader) damaged() error {
	return ErrDamaged.New("%s is damaged at byte %d, in frame %d", r.name, r.offset, r.index+1)
}

// begin reads the first frame.
func (r *reader) begin(v any) error {
	kind, _, err := r.next()
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, errTorn):
		return ErrDamaged.New("%s is cut off", r.name)
	case err != nil:
		return err
	case kind != kindBegin:
		return r.damaged()
	}
	return r.json(v)
}
