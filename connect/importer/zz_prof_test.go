package importer_test

import (
	"os"
	"testing"
	"time"

	"ordo/connect/importer"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
)

func TestZZProfile(t *testing.T) {
	path, err := sourceFile()
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t, dbtest.SQLite(t), db.Options{})
	e := &command.Engine{DB: d, Sealer: event.NewSealer(d, "test", nil)}
	f, _ := os.Open(path)
	start := time.Now()
	var last importer.Progress
	_, _, err = importer.Import(t.Context(), e, f, importer.Options{Progress: func(p importer.Progress) { last = p }})
	t.Log(err, time.Since(start), last.Took, d.Commits.Load())
}
