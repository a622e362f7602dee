package rest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"ordo/engine/db"
)

func place(name string) string {
	return fmt.Sprintf(`{"code":"main","name":%q,"kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`, name)
}

// made is the address of a new location.
func made(t *testing.T, h http.Handler) string {
	t.Helper()
	r, body := request{"POST", "/v1/locations", place("First"), nil}.send(t, h)
	if r.StatusCode != 201 {
		t.Fatalf("%d %s", r.StatusCode, body)
	}
	return r.Header.Get("Location")
}

// Spec: 11.2.1
func TestAChangeFromAnOldVersionIsRefusedAndToldWhatChanged(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, h http.Handler) {
		at := made(t, h)
		for _, c := range []struct {
			tag, name, want string
		}{
			{`"1"`, "Second", "200"},
			{`W/"2"`, "Third", "200"},
			{`"7", "3"`, "Fourth", "200"},
			{`*`, "Fifth", "200"},
			{`"3"`, "Sixth", `412 revision_stale "changed":["/name"]`},
			{`"1", "4"`, "Sixth", `412 revision_stale "changed":["/name"]`},
			{`"5"`, "Fifth", "200"},
			{`"5"`, "Fifth", `412 revision_stale "changed":[]`}, // written, but nothing is another
			{`5`, "Sixth", "400 etag_invalid"},
			{`"5`, "Sixth", "400 etag_invalid"},
			{`"-5"`, "Sixth", "400 etag_invalid"},
			{`"99999999999999999999"`, "Sixth", "400 etag_invalid"},
		} {
			before := written(t, d)
			r, body := request{"PUT", at, place(c.name), map[string]string{"If-Match": c.tag}}.send(t, h)
			for want := range strings.FieldsSeq(c.want) {
				if !strings.Contains(fmt.Sprint(r.StatusCode, " ", body), want) {
					t.Errorf("If-Match: %s for %s gives %d %s, want %s", c.tag, c.name, r.StatusCode, body, c.want)
				}
			}
			if after := written(t, d); r.StatusCode != 200 && after != before {
				t.Errorf("If-Match: %s: something was written", c.tag)
			}
		}
		r, body := request{"POST", "/v1/locations", place("Other"), map[string]string{"If-Match": `"1"`}}.send(t, h)
		wanted(t, r, body, "etag_invalid")
		r, body = request{"PUT", "/v1/locations/loc_0", place("Other"), map[string]string{"If-Match": `"1"`}}.send(t, h)
		wanted(t, r, body, "not_found")
		r, body = request{"GET", at, "", map[string]string{"If-None-Match": `"6"`}}.send(t, h)
		if r.StatusCode != 304 {
			t.Errorf("it was read as %d %s", r.StatusCode, body)
		}
	})
}

// Spec: 11.2.1
func TestOfChangesFromOneVersionOneWins(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		at := made(t, h)
		for round := range 5 {
			var answers [8]int
			var all sync.WaitGroup
			for i := range answers {
				all.Go(func() {
					r, _ := request{"PUT", at, place(fmt.Sprint("Name ", round, i)), map[string]string{"If-Match": fmt.Sprintf(`"%d"`, round+1)}}.send(t, h)
					answers[i] = r.StatusCode
				})
			}
			all.Wait()
			count := map[int]int{}
			for _, status := range answers {
				count[status]++
			}
			if count[200] != 1 || count[412] != len(answers)-1 {
				t.Fatalf("round %d gives %v", round, answers)
			}
		}
	})
}

func TestARepeatedKeyIsAnsweredWhateverChangedInTheMeantime(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		at := made(t, h)
		change := request{"PUT", at, place("Second"), map[string]string{"If-Match": `"1"`, "Idempotency-Key": "second"}}
		change.send(t, h)
		request{"PUT", at, place("Third"), nil}.send(t, h)
		if r, body := change.send(t, h); r.StatusCode != 200 || r.Header.Get("ETag") != `"3"` {
			t.Errorf("%d %s", r.StatusCode, body)
		}
	})
}
