package rest_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
)

// Spec: 15.1.2
func TestEveryAnswerToAnOperationIsObserved(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		var seen []rest.Answered
		engine := &command.Engine{DB: d, Operations: operations, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
		h := rest.New(engine, authenticate, rest.Options{
			Observe: func(a rest.Answered) { seen = append(seen, a) },
			Streams: []rest.Stream{{Name: "system.scrape", Path: "/metrics", Permission: "parcel.get", Type: "text/plain", Serve: func(w http.ResponseWriter, _ *http.Request, _ auth.Actor) error {
				w.Write([]byte("up 1"))
				return nil
			}}},
		})
		for _, q := range []request{
			{method: "GET", path: "/v1/parcels/par_1"},
			{method: "GET", path: "/v1/parcels/par_1", header: map[string]string{"Authorization": ""}},
			{method: "POST", path: "/v1/locations", body: `{"code":"main","name":"Main","kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`},
			{method: "POST", path: "/v1/locations", body: `{`},
			{method: "GET", path: "/metrics"},
			{method: "GET", path: "/v1/nowhere"},
		} {
			q.send(t, h)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		r := httptest.NewRequestWithContext(gone, "GET", "/v1/locations", strings.NewReader(""))
		r.Header.Set("Authorization", "Bearer admin")
		h.ServeHTTP(httptest.NewRecorder(), r)

		var got []string
		for _, a := range seen {
			got = append(got, a.Operation+" "+http.StatusText(a.Status))
			if a.RequestID == "" || a.Took <= 0 {
				t.Errorf("%s is observed as %+v", a.Operation, a)
			}
		}
		want := []string{"parcel.get OK", "parcel.get Unauthorized", "location.create Created", "location.create Bad Request", "location.list "}
		if !slices.Equal(got, want) || seen[4].Status != rest.StatusClosed {
			t.Errorf("observed %v, want %v", got, want)
		}
		if s := seen[2].Spent; s.Statement == "" || s.Took <= 0 {
			t.Errorf("the longest statement is %+v", s)
		}
	})
}
