package importer_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/connect/importer"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/sales/order"
)

// engine works on an empty workspace, whose clock stands still and whose own
// ids are the same each time, so that two imports can be compared.
func engine(t *testing.T, url string, o db.Options) *command.Engine {
	t.Helper()
	var count atomic.Uint64
	o.Clock = clock.NewManual(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC))
	o.IDs = id.Source{Read: func(b []byte) { copy(b, fmt.Sprintf("%010d", count.Add(1))) }}
	d := dbtest.Open(t, url, o)
	return &command.Engine{DB: d, Sealer: event.NewSealer(d, "test", nil)}
}

// eachEngine runs the test on both databases; fresh opens an empty workspace.
func eachEngine(t *testing.T, fn func(t *testing.T, fresh func(db.Options) *command.Engine)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			fn(t, func(o db.Options) *command.Engine { return engine(t, url(t), o) })
		})
	}
}

// extractFile is some days of the source with all that belongs to them.
func extractFile(t *testing.T, invoices int) []byte {
	t.Helper()
	var planner importer.Planner
	rows := importer.Demo(demoDay)
	for _, r := range rows {
		planner.Add(r)
	}
	chosen := importer.Extract(planner.Plan(), invoices)
	var b bytes.Buffer
	if err := importer.Write(&b, slices.Values(slices.DeleteFunc(rows, func(r importer.Row) bool { return !chosen[r.Invoice] }))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func load(t *testing.T, e *command.Engine, file []byte) (*importer.Report, []importer.SetAside) {
	t.Helper()
	report, aside, err := importer.Import(t.Context(), e, bytes.NewReader(file), importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report, aside
}

// slow is a clock that statements move, by the number of their values.
type slow struct {
	*clock.Manual
	each atomic.Int64 // nanoseconds per value
}

func newSlow(each time.Duration) *slow {
	s := &slow{Manual: clock.NewManual(time.Unix(0, 0))}
	s.each.Store(int64(each))
	return s
}

func (s *slow) record(trip []db.Recorded) {
	for _, statement := range trip {
		s.Advance(time.Duration(s.each.Load() * int64(len(statement.Args))))
	}
}

// digest is made of what all events tell, which the rows are the sum of. How
// often prices were set depends on how fast the machine is.
func digest(t *testing.T, e *command.Engine) string {
	t.Helper()
	hash := sha256.New()
	err := e.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.Many(`SELECT subject, sequence, type, channel_id, location_id, customer_id, body FROM events WHERE type <> 'price_list.prices_set' ORDER BY subject, sequence`, nil,
			func(scan db.Scan) error {
				var row [7]string
				err := scan(&row[0], &row[1], &row[2], &row[3], &row[4], &row[5], &row[6])
				fmt.Fprintf(hash, "%q\n", row)
				return err
			}))
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// counts are the rows of all tables that don't depend on the size of batches.
func counts(t *testing.T, e *command.Engine) map[string]int64 {
	t.Helper()
	rows := dbtest.Rows(t, e.DB)
	maps.DeleteFunc(rows, func(table string, _ int64) bool {
		return slices.Contains([]string{"commands", "events", "log", "checkpoints", "leases"}, table)
	})
	return rows
}

// sound checks every invariant that imported facts have to keep.
func sound(t *testing.T, e *command.Engine) {
	t.Helper()
	checks := slices.Concat(inventory.Invariants, payment.Invariants, order.Invariants, fulfillment.Invariants, returns.Invariants, event.Invariants(nil))
	results, err := invariant.Run(t.Context(), e.DB, checks, invariant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Faults > 0 {
			t.Errorf("%s of %s: %d faults of %d, such as %+v", r.ID, r.Subject, r.Faults, r.Checked, r.Findings[0])
		}
	}
}

// Spec: 11.3.2
func TestWholeSourceIsImportedToThePenny(t *testing.T) {
	file, err := os.ReadFile(sourceFile)
	if err != nil {
		t.Fatal(err)
	}
	url := dbtest.SQLite(t)
	e := engine(t, url, db.Options{})
	log := int64(0)
	report, aside, err := importer.Import(t.Context(), e, bytes.NewReader(file), importer.Options{Progress: func(importer.Progress) {
		if wal, err := os.Stat(strings.TrimPrefix(url, "sqlite:") + "-wal"); err == nil {
			log = max(log, wal.Size())
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if log < 4<<20 || log > 80<<20 { // 16,000 pages, and the batch that fills them
		t.Errorf("the write-ahead log came to %d bytes", log)
	}
	equal(t, "rows set aside", len(aside), 0)
	equal(t, "report", fmt.Sprintf("%+v", *report), fmt.Sprintf("%+v", importer.Report{
		RowsRead: 541_909, RowsImported: 541_909, Documents: 25_900,
		ByKind:    map[string]int64{"order": 20_725, "stock_note": 1_336, "c_document": 3_836, "a_document": 3},
		Customers: 4_372, Variants: 3_948, Returns: 3_807, Credits: 1_025,
		NetMinor: map[string]int64{"GBP": 974_774_793}, CanceledMinor: map[string]int64{"GBP": 89_681_249},
	}))
	rows := dbtest.Rows(t, e.DB)
	for table, want := range map[string]int64{
		"orders": 20_725, "payments": 20_725 - 766, "returns": 3_807, "refunds": 3_807, "credits": 1_025, "stock_documents": 1_336, "customers": 4_372, "variants": 3_948, "stock_movements": 0,
	} {
		equal(t, "rows of "+table, rows[table], want)
	}
	sound(t, e)
}

// Spec: 11.3.2
func TestAnImportThatWasKilledGoesOnWithoutDoubles(t *testing.T) {
	file := extractFile(t, 150)
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		whole := fresh(db.Options{})
		want, _ := load(t, whole, file)
		var lose atomic.Bool
		clock := newSlow(20 * time.Microsecond) // so that a batch is a small part
		killed := fresh(db.Options{Record: clock.record, Fault: func(p db.Point, _ int) error {
			if p == db.Committed && lose.Swap(false) {
				return errors.New("the answer got lost")
			}
			return nil
		}})
		for _, batches := range []int{1, 2, 3, 5} {
			ctx, stop := context.WithCancel(t.Context())
			n := 0
			_, _, err := importer.Import(ctx, killed, bytes.NewReader(file), importer.Options{Clock: clock, Progress: func(importer.Progress) {
				lose.Store(true) // the next batch is written, but nobody is told
				if n++; n == batches {
					stop()
				}
			}})
			stop()
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("killed after %d batches: %v", batches, err)
			}
		}
		got, _ := load(t, killed, file)
		equal(t, "report", fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", *want))
		equal(t, "rows", fmt.Sprint(counts(t, killed)), fmt.Sprint(counts(t, whole)))
		equal(t, "digest", digest(t, killed), digest(t, whole))
		sound(t, killed)
	})
}

// Spec: 11.3.2
func TestOnlyASingleDocumentHoldsTheWriterForMoreThan20Milliseconds(t *testing.T) {
	file := extractFile(t, 300)
	var planner importer.Planner
	if err := importer.Read(bytes.NewReader(file), planner.Add, func(importer.SetAside) {}); err != nil {
		t.Fatal(err)
	}
	large := map[int]bool{} // rows of documents that may take longer
	for _, o := range planner.Plan().Orders {
		large[len(o.Lines)+len(o.Charges)] = true
	}
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		clock := newSlow(time.Microsecond)
		e := fresh(db.Options{Record: clock.record})
		var batches, more, rows int
		last, settled := clock.Now(), 0
		_, _, err := importer.Import(t.Context(), e, bytes.NewReader(file), importer.Options{Clock: clock, Progress: func(p importer.Progress) {
			batches++
			held, here := clock.Now().Sub(last), p.Done-rows
			last, rows = clock.Now(), p.Done
			if held > 20*time.Millisecond && !large[here] && batches > settled {
				t.Errorf("batch %d: %d rows held the writer for %s", batches, here, held)
			}
			if here > 0 && !large[here] {
				more++
			}
			if half := p.Of / 2; rows >= half && rows-here < half { // the machine gets slow; some chunks are cut for the old pace
				clock.each.Store(int64(4 * time.Microsecond))
				settled = batches + 8
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		if settled == 0 || batches < settled+20 || more < 20 {
			t.Errorf("%d batches, %d of several orders, slow from batch %d on", batches, more, settled-8)
		}
	})
}

// Spec: 11.3.2
func TestASecondImportOfAFileWritesNothing(t *testing.T) {
	file := extractFile(t, 150)
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		e := fresh(db.Options{})
		first, _ := load(t, e, file)
		before, events := counts(t, e), digest(t, e)
		second, _ := load(t, e, file)
		equal(t, "report", fmt.Sprintf("%+v", *second), fmt.Sprintf("%+v", *first))
		equal(t, "rows", fmt.Sprint(counts(t, e)), fmt.Sprint(before))
		equal(t, "digest", digest(t, e), events)
	})
}

func TestOfASpoiledFileTheWholeRowsAreImportedAndTheRestIsTold(t *testing.T) {
	lines := strings.SplitAfter(string(extractFile(t, 150)), "\n")
	rows := len(lines) - 2 // without the header and the end
	spoiled := map[int]string{
		3:    "536365,85123A,WHITE HANGING HEART,many,2011-12-09 08:26:00,2.55,17850,United Kingdom\n",
		10:   "half a row\n",
		20:   "536365,85123A,caf\xe9,6,2011-12-09 08:26:00,2.55,17850,United Kingdom\n",
		30:   "536365,85123A,\"quote,6,2011-12-09 08:26:00,2.55,17850,United Kingdom\n",
		rows: "536365,85123A,WHITE HANG",
	}
	for row, line := range spoiled {
		lines[row] = line
	}
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		e := fresh(db.Options{})
		report, aside := load(t, e, []byte(strings.Join(lines, "")))
		var reasons []string
		for _, a := range aside {
			reasons = append(reasons, fmt.Sprintf("%d %s", a.Row, a.Reason))
		}
		equalList(t, "set aside", reasons, []string{"3 quantity", "10 fields", "20 encoding", "30 quoting", fmt.Sprintf("%d truncated", rows)})
		equal(t, "rows read", report.RowsRead, int64(rows))
		equal(t, "rows set aside", report.RowsSetAside, 5)
		equal(t, "rows imported", report.RowsImported, int64(rows-5))
		sound(t, e)
	})
}

func TestDocumentsOfAnotherFileAreRefusedInWords(t *testing.T) {
	file := extractFile(t, 150)
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		e := fresh(db.Options{})
		load(t, e, file)
		_, _, err := importer.Import(t.Context(), e, bytes.NewReader(bytes.TrimSuffix(file, []byte("\n"))), importer.Options{})
		if !errors.Is(err, importer.ErrOverlap) {
			t.Errorf("told %v", err)
		}
		sound(t, e)
	})
}

// Spec: 11.2.8
func TestTwoImportsOfAFileAtOnceBringItOnceAndOneOfThemIsTold(t *testing.T) {
	file := extractFile(t, 150)
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		alone, e := fresh(db.Options{}), fresh(db.Options{})
		load(t, alone, file)
		var second error
		begun := false
		_, _, first := importer.Import(t.Context(), e, bytes.NewReader(file), importer.Options{Progress: func(importer.Progress) {
			if !begun { // the other one overtakes it behind the first batch
				begun = true
				_, _, second = importer.Import(t.Context(), e, bytes.NewReader(file), importer.Options{})
			}
		}})
		if p := problem.As(first); p == nil || p.Faults[0].Code.Name != "import_running" || second != nil {
			t.Fatalf("told %v and %v", first, second)
		}
		equal(t, "rows", fmt.Sprint(counts(t, e)), fmt.Sprint(counts(t, alone)))
		sound(t, e)
	})
}

func TestNothingIsImportedFromAFileThatBreaksOff(t *testing.T) {
	file, err := os.Open(sourceFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	e := engine(t, dbtest.SQLite(t), db.Options{})
	if _, _, err := importer.Import(t.Context(), e, io.LimitReader(file, 100_000), importer.Options{}); !errors.Is(err, importer.ErrFile) {
		t.Errorf("told %v", err)
	}
	equal(t, "orders", dbtest.Rows(t, e.DB)["orders"], 0)
}

// Refunds are bounded by what was paid, whatever a cancellation says.
func TestNoMoreIsRefundedThanWasPaid(t *testing.T) {
	file := header + strings.Join([]string{
		"500001,A1,Cup,2,2011-01-02 10:00:00,1.00,7,France",
		"500002,A2,Plate,2,2011-01-02 10:00:00,0.00,7,France",
		"C500003,A1,Cup,-1,2011-01-03 10:00:00,1.50,7,France",
		"C500004,A1,Cup,-1,2011-01-04 10:00:00,1.50,7,France",
		"C500004,A2,Plate,-1,2011-01-04 10:00:00,3.00,7,France",
	}, "\n") + "\n"
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		e := fresh(db.Options{})
		report, _ := load(t, e, []byte(file))
		equal(t, "canceled", report.CanceledMinor["GBP"], 600)
		equal(t, "net", report.NetMinor["GBP"], 200-600)
		equal(t, "returns", report.Returns, 3)
		equal(t, "refunds", dbtest.Rows(t, e.DB)["refunds"], 2)
		sound(t, e)
	})
}

func TestTheDemoEndsYesterday(t *testing.T) {
	e := engine(t, dbtest.SQLite(t), db.Options{})
	today := time.Date(2026, 3, 30, 0, 30, 0, 0, time.UTC)
	report, err := importer.LoadDemo(t.Context(), e, today, importer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Documents < 600 || report.Returns == 0 || report.Credits == 0 {
		t.Errorf("got %+v", *report)
	}
	var last string
	if err := e.DB.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT MAX(business_day) FROM orders`, nil, &last))
	}); err != nil {
		t.Fatal(err)
	}
	equal(t, "last day", last, "2026-03-29")
	sound(t, e)
}

// Spec: 1.1.5
func TestARowFromTheFutureIsSetAside(t *testing.T) {
	eachEngine(t, func(t *testing.T, fresh func(db.Options) *command.Engine) {
		e := fresh(db.Options{}) // it is noon of 21 November 2026 there, and here
		file := header + whole + "\n" +
			"536366,85123A,HOLDER,6,2026-11-21 12:00:00,2.55,17850,United Kingdom\n" +
			"536367,85123A,HOLDER,6,2026-11-21 12:00:01,2.55,17850,United Kingdom\n"
		report, aside := load(t, e, []byte(file))
		if report.RowsImported != 2 || report.ByKind["order"] != 2 || report.RowsSetAside != 1 {
			t.Errorf("got %+v", report)
		}
		if len(aside) != 1 || aside[0].Row != 3 || aside[0].Reason != "date_in_future" || !strings.Contains(aside[0].Sentence, "2026-11-21 12:00:01 in Europe/London") {
			t.Errorf("set aside: %+v", aside)
		}
	})
}
