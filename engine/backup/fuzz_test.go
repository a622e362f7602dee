package backup_test

import (
	"os"
	"path/filepath"
	"testing"

	"ordo/engine/backup"
	"ordo/engine/db"
)

// An archive of the first format, of a workspace without rows, and its key.
const (
	firstFormat = "testdata/0001.ordo"
	firstKey    = "ordo-backup-key-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
)

func TestAnArchiveOfTheFirstFormatIsRead(t *testing.T) {
	key, err := backup.ParseKey(firstKey)
	if err != nil {
		t.Fatal(err)
	}
	m, err := backup.Check(t.Context(), firstFormat, backup.Options{Key: key})
	if err != nil || m.Schema != 2 || m.Program != "test" || len(m.Totals) != len(m.Tables) || m.Rows() != 2 {
		t.Errorf("it holds %+v, %v", m, err)
	}
}

// FuzzArchive opens whatever is taken for an archive: it is refused, or it is
// the one that was written.
func FuzzArchive(f *testing.F) {
	key, err := backup.ParseKey(firstKey)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(firstFormat)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte("ORDO BACKUP 0001"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "fuzzed.ordo")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := backup.Check(t.Context(), path, backup.Options{Key: key})
		if (err == nil) != (string(b) == string(whole)) {
			t.Errorf("%d bytes are answered with %v", len(b), err)
		}
		if err != nil && !refused(err) {
			t.Errorf("refused with %v", err)
		}
	})
}

// FuzzRow cuts whatever is taken for rows.
func FuzzRow(f *testing.F) {
	f.Add([]byte{0, 1, 4, 2, 3, 'a', 'b', 'c'}, 3)
	f.Add([]byte{2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, 1)
	f.Fuzz(func(t *testing.T, b []byte, width int) {
		row, rest, err := db.Row(b).Cut(width & 31)
		if err == nil && string(row)+string(rest) != string(b) {
			t.Errorf("%v is cut into %v and %v", b, row, rest)
		}
	})
}
