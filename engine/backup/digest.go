package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"

	"ordo/engine/db"
)

// Total is what a table holds: how many rows, and their digest. It is the sum
// of the rows' SHA-256, modulo 2^256, so it does not depend on their order, nor
// on the database they are in.
type Total struct {
	Table  string `json:"table"`
	Rows   int64  `json:"rows"`
	Digest string `json:"digest"`
}

// sum adds up the rows of a table.
type sum struct {
	rows  int64
	words [4]uint64 // from the lowest
}

func (s *sum) add(r db.Row) {
	s.rows++
	d := sha256.Sum256(r)
	var carry uint64
	for i := range s.words {
		s.words[i], carry = bits.Add64(s.words[i], binary.LittleEndian.Uint64(d[8*i:]), carry)
	}
}

func (s *sum) total(table string) Total {
	var b []byte
	for _, w := range s.words {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return Total{table, s.rows, hex.EncodeToString(b)}
}
