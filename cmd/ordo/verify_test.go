package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// demo is a filled workspace.
func demo(t *testing.T, url string, now clock.Clock) *house {
	t.Helper()
	h, err := open(t.Context(), url, db.Options{Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	if _, err := h.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestTheDemoIsSoundAndAPlantedErrorIsPrinted(t *testing.T) {
	for _, database := range []struct {
		name string
		url  func(*testing.T) string
	}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}} {
		t.Run(database.name, func(t *testing.T) {
			now := clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			h := demo(t, database.url(t), now)
			now.Advance(10 * time.Minute) // all is long enough ago to be sealed
			var out bytes.Buffer
			if err := h.verify(t.Context(), nil, false, &out, io.Discard); err != nil {
				t.Fatalf("%v\n%s", err, &out)
			}
			for _, id := range ids(invariants(h.publicKey())) {
				if !strings.Contains(out.String(), "\n"+id+" ") {
					t.Errorf("%s is not in the table:\n%s", id, &out)
				}
			}
			for _, p := range projections() {
				for _, part := range p.Parts {
					if !strings.Contains(out.String(), "\n"+part.Table+" ") {
						t.Errorf("the digests of %s are not told:\n%s", part.Table, &out)
					}
				}
			}
			if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
				tx.Write(`UPDATE orders SET net = net + 7, total = total + 7`)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			out.Reset()
			if err := h.verify(t.Context(), []string{" m2", "Q1"}, true, &out, io.Discard); !errors.Is(err, errFaults) {
				t.Errorf("got %v, want that faults were found", err)
			}
			var v verified
			if err := json.Unmarshal(out.Bytes(), &v); err != nil {
				t.Fatal(err)
			}
			if len(v.Invariants) != 3 || v.Faults == 0 || v.Invariants[1].ID != "M2" || v.Invariants[1].Faults != v.Faults || !strings.Contains(v.Invariants[1].Findings[0].Detail, "lines and charges add up to") {
				t.Errorf("got %+v", v)
			}
			out.Reset()
			if err := h.verify(t.Context(), []string{"M2"}, false, &out, io.Discard); !errors.Is(err, errFaults) || !strings.Contains(out.String(), "\nM2  ord_") {
				t.Errorf("got %v:\n%s", err, &out)
			}
		})
	}
}

func TestVerifyRefusesWhatIsNotThere(t *testing.T) {
	missing := &verifyCmd{database: database{Database: "sqlite:" + t.TempDir() + "/none.db"}}
	if err := missing.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "there is no database") {
		t.Errorf("a missing file: %v", err)
	}
	h := demo(t, dbtest.SQLite(t), clock.System)
	if err := h.verify(t.Context(), []string{"Q1", "Z9"}, false, io.Discard, io.Discard); err == nil || errors.Is(err, errFaults) || !strings.Contains(err.Error(), `no invariant "Z9"`) {
		t.Errorf("an unknown invariant: %v", err)
	}
	if !slices.IsSorted(ids(invariants(h.publicKey()))) {
		t.Error("the ids are not sorted")
	}
}
