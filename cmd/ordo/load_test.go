package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ordo/bench"
	"ordo/engine/db/dbtest"
)

// measured runs a profile of ordo bench on both databases and reads its report.
func measured(t *testing.T, look func(*testing.T, *bench.Result), args ...string) {
	t.Helper()
	server, _, _ := strings.Cut(dbtest.Postgres(t), "&search_path")                             // a measurement makes a schema of its own
	for name, url := range map[string]string{"sqlite": "sqlite:bench.db", "postgres": server} { // order-free: each is alone
		t.Run(name, func(t *testing.T) {
			out := t.TempDir()
			if r := run(t, append([]string{"bench"}, append(args, "--database", url, "--out", out)...)...); r.code != 0 {
				t.Fatalf("exit %d: %s\n%s", r.code, r.stdout, r.stderr)
			}
			files, err := filepath.Glob(filepath.Join(out, "*.json"))
			if err != nil || len(files) != 1 {
				t.Fatalf("the reports are %v, %v", files, err)
			}
			r, err := bench.ReadResult(files[0])
			if err != nil {
				t.Fatal(err)
			}
			look(t, r)
		})
	}
}

// agreed is what an audit notes where all is well.
var agreed = regexp.MustCompile(`^([1-9]\d*) orders were acknowledged and \d+ are there: 0 missing, 0 different, \d+ that nobody was told of; 0 of them wait for stock, 0 are promised more than there is; ordo verify is clean: true$`)

// wantsNotes looks for notes of a report.
func wantsNotes(t *testing.T, r *bench.Result, wanted ...*regexp.Regexp) {
	t.Helper()
	for _, want := range wanted {
		found := false
		for _, note := range r.Notes {
			found = found || want.MatchString(note)
		}
		if !found {
			t.Errorf("no note is like %s: %q", want, r.Notes)
		}
	}
}

// Spec: 13.1.2
func TestClientsAndTheDatabaseAgreeOrderByOrderAfterALoad(t *testing.T) {
	t.Parallel() // it waits for servers
	measured(t, func(t *testing.T, r *bench.Result) {
		if f := r.Figures[0]; f.Failed > 0 || f.Answers == 0 {
			t.Errorf("%+v", f)
		}
		wantsNotes(t, r, agreed, regexp.MustCompile(`^[1-9]\d* events reached the webhook consumer$`))
	}, "checkout", "--no-limit", "--lines", "5", "--webhook", "--audit", "--duration", "1s", "--clients", "4")
}

// Spec: V.3, 10.3.7
func TestAfterAPeakAllThatWasAcceptedIsThereOnceAndQueuesAreEmpty(t *testing.T) {
	t.Parallel() // it waits for servers
	measured(t, func(t *testing.T, r *bench.Result) {
		for _, f := range r.Figures {
			if f.Failed > 0 || f.Answers == 0 {
				t.Errorf("%s: %d answers, %d failed: %s", f.Name, f.Answers, f.Failed, f.FirstFailure)
			}
		}
		wantsNotes(t, r, agreed, regexp.MustCompile(`^all queues were empty `), regexp.MustCompile(`^of the SKU with 100 units \d\d? were sold$`))
	}, "peak", "--rate", "20", "--rise", "2s", "--duration", "1s", "--clients", "100")
}

// Spec: 13.1.3
func TestManySessionsAreServedAndMissNothing(t *testing.T) {
	t.Parallel() // it waits for servers
	measured(t, func(t *testing.T, r *bench.Result) {
		for _, f := range r.Figures {
			if f.Failed > 0 {
				t.Errorf("%s: %d failed: %s", f.Name, f.Failed, f.FirstFailure)
			}
		}
		wantsNotes(t, r, regexp.MustCompile(`^100 sessions: .* 0 failed; an order reached all streams within `), regexp.MustCompile(`^after a restart all came back, and had missed nothing, `))
	}, "sessions", "--clients", "100", "--rate", "40", "--duration", "1s", "--orders", "20")
}

// Spec: 10.3.7
func TestAFlashSaleSellsWhatThereIsByItselfInBundlesAndOnSeveralLines(t *testing.T) {
	t.Parallel() // it waits for servers
	measured(t, func(t *testing.T, r *bench.Result) {
		if f := r.Figures[0]; f.Failed > 0 || f.Answers != 10_000 {
			t.Errorf("%d answers, %d failed: %s", f.Answers, f.Failed, f.FirstFailure)
		}
		wantsNotes(t, r, regexp.MustCompile(`^sold 100 of 100 units by .*, above the limit 0\), refused .*; stock: 100 on hand, 100 reserved$`))
	}, "flash")
}

// Spec: 13.1.4
func TestExportsAndBulksAreMeasuredToTheLastOrder(t *testing.T) {
	t.Parallel() // it waits for servers
	for _, profile := range []string{"export", "bulk"} {
		t.Run(profile, func(t *testing.T) {
			measured(t, func(t *testing.T, r *bench.Result) {
				for _, f := range r.Figures {
					if f.Answers != 40 || f.Seconds == 0 {
						t.Errorf("%s: %d of 40 orders in %f s", f.Name, f.Answers, f.Seconds)
					}
				}
			}, profile, "--orders", "40")
		})
	}
}
