package backup

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"ordo/base/id"
	"ordo/base/problem"
)

// ErrKey says that a key is none, or another one.
var ErrKey = problem.Declare("backup_key_wrong", problem.Invalid,
	"The key does not open the backup.", "Name the file of the key that the backup was made with.")

const (
	keyBytes  = 32
	keyPrefix = "ordo-backup-key-1:"
)

// Key opens and closes backups. Whoever has it can read them; without it they
// are lost.
type Key struct{ secret []byte }

// NewKey makes a key.
func NewKey() Key {
	k := Key{make([]byte, keyBytes)}
	id.Random.Read(k.secret)
	return k
}

// String is the text that is kept in a file.
func (k Key) String() string { return keyPrefix + base64.RawURLEncoding.EncodeToString(k.secret) }

// ParseKey reads the text of a key.
func ParseKey(text string) (Key, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), keyPrefix)
	secret, err := base64.RawURLEncoding.DecodeString(rest)
	if !ok || err != nil || len(secret) != keyBytes {
		return Key{}, ErrKey.New("a key is the text %s… of %d characters", keyPrefix, len(Key{make([]byte, keyBytes)}.String()))
	}
	return Key{secret}, nil
}

// ReadKey reads the key that a file holds.
func ReadKey(path string) (Key, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Key{}, err
	}
	k, err := ParseKey(string(b))
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", path, err)
	}
	return k, nil
}

// WriteKey keeps a key in a new file that its owner alone can read.
func (k Key) WriteKey(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString(k.String() + "\n"); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

// hint tells one key from another without telling the key.
func (k Key) hint() []byte { return k.derive(nil, "ordo backup key hint", hintBytes) }

// of is the key of the file with the header.
func (k Key) of(header []byte) []byte { return k.derive(header, "ordo backup file", keyBytes) }

func (k Key) derive(salt []byte, info string, size int) []byte {
	b, err := hkdf.Key(sha256.New, k.secret, salt, info, size)
	if err != nil {
		panic(err) // only a size that is too large
	}
	return b
}

// fits tells whether the hint is the key's.
func (k Key) fits(hint []byte) bool { return bytes.Equal(hint, k.hint()) }
