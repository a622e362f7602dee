// Package id owns identifiers and secrets: prefixed ids that sort by the time
// they were made, and random tokens. It is the only source of randomness. Ids
// are never credentials. It does not own what an id refers to.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// Source makes identifiers. Read fills its argument with random bytes; it is
// crypto/rand.Read in production and seeded in a simulation.
type Source struct{ Read func([]byte) }

// Random is the source for production.
var Random = Source{Read: func(b []byte) { rand.Read(b) }}

// New returns prefix, an underscore and 26 characters: 48 bits of
// milliseconds of the time at, then 80 random bits.
func (s Source) New(prefix string, at time.Time) string {
	var b [16]byte
	s.Read(b[6:])
	ms := uint64(at.UnixMilli())
	binary.BigEndian.PutUint16(b[0:], uint16(ms>>32))
	binary.BigEndian.PutUint32(b[2:], uint32(ms))
	return prefix + "_" + alphabet.EncodeToString(b[:])
}

// First returns what sorts after all ids with the prefix that were made before
// the time, to the millisecond, and before all others. Ids begin in 1970.
func First(prefix string, at time.Time) string {
	zero := Source{Read: func([]byte) {}}
	return zero.New(prefix, time.UnixMilli(max(0, at.UnixMilli())))
}

// Below returns a number from 0 to n-1, of n up to 65,536; each is as likely as
// the others, but for less than one in 65,536/n.
func (s Source) Below(n int) int {
	var b [2]byte
	s.Read(b[:])
	return int(binary.BigEndian.Uint16(b[:])) % n
}

// Token returns a secret with 160 random bits, in 32 characters.
func (s Source) Token() string {
	var b [20]byte
	s.Read(b[:])
	return alphabet.EncodeToString(b[:])
}
