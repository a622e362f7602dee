package problem

import "testing"

// NoteIn lets the test note codes in a file of its own.
func NoteIn(t *testing.T, path string) {
	before := notes
	notes = path
	t.Cleanup(func() { notes = before })
}
