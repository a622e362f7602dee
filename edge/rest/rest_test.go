package rest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/effect"
	"ordo/engine/event"
	"ordo/trade/location"
)

// A parcel is a made-up resource with every kind of field.
type parcel struct {
	ID       string        `json:"id"`
	Number   string        `json:"number"`
	Status   string        `json:"status" enum:"draft,sent"`
	Lines    []parcelLine  `json:"lines"`
	Total    *money.Amount `json:"total,omitempty"`
	Revision int64         `json:"revision"`
	Version  int64         `json:"version"`
}

type parcelLine struct {
	line
	Total money.Amount `json:"total"`
}

type line struct {
	SKU      string          `json:"sku" minLength:"2" maxLength:"8"`
	Quantity money.Quantity  `json:"quantity" exclusiveMinimum:"0"`
	Price    money.UnitPrice `json:"unit_price,omitempty" minimum:"0"`
}

type address struct {
	Country string `json:"country" pattern:"^[A-Z]{2}$"`
	City    string `json:"city,omitempty"`
}

type packIn struct {
	ID      string   `path:"id" json:"id" maxLength:"30"`
	IfMatch string   `header:"If-Match" json:"-"`
	Copies  int      `query:"copies" json:"copies,omitempty" minimum:"1" maximum:"5"`
	Labels  []string `query:"label" json:"labels,omitempty" maxItems:"2"`
	Place   string   `query:"place" json:"place,omitempty" default:"here" enum:"here,there"`

	Method   string            `json:"method" enum:"post,courier"`
	Priority int               `json:"priority,omitempty" minimum:"1" maximum:"9"`
	Weight   int64             `json:"weight,omitempty"`
	Gift     bool              `json:"gift,omitempty"`
	Due      *time.Time        `json:"due,omitempty"`
	Mail     string            `json:"mail,omitempty" format:"email"`
	Rate     money.Rate        `json:"rate,omitempty"`
	Notes    map[string]string `json:"notes,omitempty"`
	Data     json.RawMessage   `json:"data,omitempty"`
	Address  *address          `json:"address,omitempty"`
	Tags     []string          `json:"tags,omitempty" uniqueItems:"true"`
	Lines    []line            `json:"lines" minItems:"1" maxItems:"3"`
}

var example = packIn{ID: "par_1", Method: "post", Lines: []line{{SKU: "tea-500", Quantity: 1500}}}

type idIn struct {
	ID string `path:"id" json:"id"`
}

var errSent = problem.Declare("parcel_sent", problem.Conflict, "The parcel is on its way.", "Wait for it.")

func find(_ *db.Tx, id string) (*parcel, error) {
	switch id {
	case "par_0":
		return nil, problem.ErrNotFound.New("no parcel %s", id)
	case "par_panic":
		panic("secret defect")
	case "par_error":
		return nil, errors.New("secret: SELECT * FROM parcels")
	case "par_away":
		return nil, db.ErrUnavailable.New("the database is away")
	case "par_full":
		return nil, db.ErrFull.New("the disk is full")
	}
	return &parcel{ID: id, Status: "draft", Lines: []parcelLine{}, Revision: 3, Version: 7}, nil
}

func pack(tx *db.Tx, in packIn) (*parcel, error) {
	p, err := find(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Priority == 9 {
		return nil, errSent.At("/priority", "parcel %s left", in.ID).With("left_at", "noon")
	}
	for _, l := range in.Lines {
		p.Lines = append(p.Lines, parcelLine{line: l})
	}
	p.Number = strings.Join(append(in.Labels, in.Place, in.IfMatch), ",")
	p.Version += int64(in.Copies)
	return p, nil
}

func result(p *parcel) (string, int64) { return p.ID, p.Version }

var parcels = []command.Operation{
	command.Def[idIn, *parcel]{
		Name: "parcel.get", Summary: "Show a parcel", Method: http.MethodGet, Path: "/v1/parcels/{id}",
		Read: func(tx *db.Tx, in idIn) (*parcel, error) { return find(tx, in.ID) },
	},
	command.Def[packIn, *parcel]{
		Name: "parcel.pack", Summary: "Pack a parcel", Method: http.MethodPost, Path: "/v1/parcels/{id}/pack",
		Run: pack, Result: result, Repeat: find, Example: example,
	},
	command.Def[packIn, *parcel]{
		Name: "parcel.copy", Summary: "Pack another one", Method: http.MethodPost, Path: "/v1/parcels/{id}/copy", Creates: true,
		Run: pack, Result: result, Repeat: find, Example: example,
	},
	command.Def[idIn, *parcel]{
		Name: "parcel.send", Summary: "Send a parcel", Method: http.MethodPost, Path: "/v1/parcels/{id}/send", Public: true,
		Run:    func(tx *db.Tx, in idIn) (*parcel, error) { return find(tx, in.ID) },
		Result: result, Repeat: find, Example: idIn{ID: "par_1"},
	},
}

var operations = append(parcels, location.Operations...)

// authenticate knows two tokens.
func authenticate(_ context.Context, bearer string) (auth.Actor, error) {
	switch bearer {
	case "admin":
		return auth.Actor{ID: "usr_1", Kind: auth.Staff, Permissions: auth.All}, nil
	case "reader":
		return auth.Actor{ID: "usr_2", Kind: auth.Staff, Permissions: auth.Permit("parcel.get")}, nil
	}
	return auth.Actor{}, auth.ErrUnauthenticated.New("the token is not known")
}

func each(t *testing.T, fn func(t *testing.T, d *db.DB, h http.Handler)) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		fn(t, d, handler(d))
	})
}

func handler(d *db.DB) http.Handler {
	engine := &command.Engine{DB: d, Operations: operations, Sealer: event.NewSealer(d, "test", nil), Effects: &effect.Runner{DB: d}}
	return rest.New(engine, authenticate, rest.Options{Streams: []rest.Stream{{
		Name: "event.stream", Summary: "Follow the events", Path: "/v1/events/stream", Permission: "event.stream",
		Serve: func(w http.ResponseWriter, _ *http.Request, a auth.Actor) error {
			w.Write([]byte("data: " + a.ID + "\n\n"))
			return nil
		},
	}}})
}

// request is a request of the administrator, unless the headers say otherwise.
type request struct {
	method, path, body string
	header             map[string]string
}

func (q request) send(t *testing.T, h http.Handler) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), q.method, q.path, strings.NewReader(q.body))
	r.Header.Set("Authorization", "Bearer admin")
	r.Header.Set("Content-Type", "application/json")
	for name, value := range q.header {
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

const good = `{"method":"post","lines":[{"sku":"tea-500","quantity":1.5}]}`

func TestACommandAnswersWithItsResource(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		body := `{"method":"courier","priority":3,"weight":9223372036854775807,"gift":true,"due":"2026-11-21T10:00:00+01:00","mail":"a@example.com",
			"rate":"0.19","notes":{"a\u006d":"\ud83c\udf75"},"data":{"any":[1,{"x":null}]},"address":{"country":"DE"},
			"lines":[{"sku":"tea-500","quantity":1.5,"unit_price":"0.001"},{"quantity":"2","sku":"cup"}]}`
		r, got := request{"POST", "/v1/parcels/par_1/pack?copies=2&label=a&label=b", body, map[string]string{"If-Match": `"3"`, "X-Request-Id": "req-7"}}.send(t, h)
		want := `{"id":"par_1","number":"a,b,here,\"3\"","status":"draft","lines":[{"sku":"tea-500","quantity":1.5,"unit_price":"0.001","total":{"amount":0,"currency":""}},{"sku":"cup","quantity":2,"unit_price":"0","total":{"amount":0,"currency":""}}],"revision":3,"version":9}` + "\n"
		want = strings.ReplaceAll(want, `,"unit_price":"0",`, `,`)
		if r.StatusCode != 200 || got != want {
			t.Errorf("%d %s\nwant %s", r.StatusCode, got, want)
		}
		for name, value := range map[string]string{"ETag": `"3-9"`, "X-Request-Id": "req-7", "Content-Type": "application/json", "X-Content-Type-Options": "nosniff"} {
			if r.Header.Get(name) != value {
				t.Errorf("%s: %q, want %q", name, r.Header.Get(name), value)
			}
		}
		if !strings.HasPrefix(r.Header.Get("Idempotency-Key"), "idk_") {
			t.Errorf("the made key is %q", r.Header.Get("Idempotency-Key"))
		}
	})
}

func TestWhatIsCreatedHasAnAddress(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		r, body := request{method: "POST", path: "/v1/parcels/par_9/copy", body: good}.send(t, h)
		if r.StatusCode != 201 || r.Header.Get("Location") != "/v1/parcels/par_9" {
			t.Errorf("%d, Location %q: %s", r.StatusCode, r.Header.Get("Location"), body)
		}
	})
}

func TestAKeyHasOneEffectAndIsAnsweredAgain(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		q := request{"POST", "/v1/locations", `{"code":"main","name":"Main","kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`, map[string]string{"Idempotency-Key": "k1"}}
		first, firstBody := q.send(t, h)
		second, secondBody := q.send(t, h)
		if first.StatusCode != 201 || second.StatusCode != 201 || firstBody != secondBody {
			t.Errorf("%d %s\n%d %s", first.StatusCode, firstBody, second.StatusCode, secondBody)
		}
		if first.Header.Get("Idempotent-Replayed") != "" || second.Header.Get("Idempotent-Replayed") != "true" || second.Header.Get("Idempotency-Key") != "k1" {
			t.Errorf("headers %v and %v", first.Header, second.Header)
		}
		q.body = strings.Replace(q.body, "Main", "Other", 1)
		r, body := q.send(t, h)
		if wanted(t, r, body, "key_reused"); r.StatusCode != 422 {
			t.Errorf("another input under the key gives %d", r.StatusCode)
		}
	})
}

func TestADryRunIsSaidToBeOne(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, h http.Handler) {
		before := written(t, d)
		r, body := request{method: "POST", path: "/v1/locations?dry_run=true", body: `{"code":"main","name":"Main","kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`}.send(t, h)
		if r.StatusCode != 200 || r.Header.Get("Ordo-Dry-Run") != "true" || r.Header.Get("Location") != "" {
			t.Errorf("%d %v %s", r.StatusCode, r.Header, body)
		}
		if after := written(t, d); after != before {
			t.Errorf("%d rows before, %d after", before, after)
		}
	})
}

func TestAnUnchangedResourceIsNotSentAgain(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for header, status := range map[string]int{`"3-7"`: 304, `W/"3-7"`: 304, `"1-1", "3-7"`: 304, "*": 304, `"3-6"`: 200, "": 200} {
			r, body := request{"GET", "/v1/parcels/par_1", "", map[string]string{"If-None-Match": header}}.send(t, h)
			if r.StatusCode != status || (status == 304) != (body == "") || r.Header.Get("ETag") != `"3-7"` {
				t.Errorf("If-None-Match: %s gives %d %q", header, r.StatusCode, body)
			}
		}
	})
}

func TestAListIsAPage(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		r, body := request{method: "GET", path: "/v1/locations?filter=code:main&limit=5"}.send(t, h)
		if r.StatusCode != 200 || body != `{"items":[]}`+"\n" {
			t.Errorf("%d %s", r.StatusCode, body)
		}
	})
}

func TestACookieAloneDoesNotWrite(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		const pack, get = "/v1/parcels/par_1/pack", "/v1/parcels/par_1"
		for _, c := range []struct {
			method, path string
			headers      string // name: value, with commas between
			status       int
			code         string
		}{
			{"POST", pack, "", 403, "cross_site_refused"},
			{"POST", pack, "Sec-Fetch-Site: cross-site", 403, "cross_site_refused"},
			{"POST", pack, "Sec-Fetch-Site: same-site", 403, "cross_site_refused"},
			{"POST", pack, "Sec-Fetch-Site: none", 403, "cross_site_refused"},
			{"POST", pack, "Origin: https://evil.example", 403, "cross_site_refused"},
			{"POST", pack, "Origin: null", 403, "cross_site_refused"},
			{"POST", pack, "X-Ordo-Csrf: 0", 403, "cross_site_refused"},
			{"POST", pack, "X-Ordo-Csrf: 1, Sec-Fetch-Site: cross-site, Origin: https://evil.example", 403, "cross_site_refused"},
			{"POST", pack, "X-Ordo-Csrf: 1, Sec-Fetch-Site: same-site, Origin: https://shop.example.com", 403, "cross_site_refused"},
			{"POST", pack, "Sec-Fetch-Site: same-origin", 200, ""},
			{"POST", pack, "X-Ordo-Csrf: 1", 200, ""},
			{"POST", pack, "X-Ordo-Csrf: 1, Sec-Fetch-Site: same-origin", 200, ""},
			{"GET", get, "Sec-Fetch-Site: cross-site", 200, ""}, // its answer is shown to no other origin
			{"GET", "/v1/events/stream", "", 200, ""},

			// A bearer token counts, whatever the cookie says, and needs no proof.
			{"POST", pack, "Authorization: Bearer admin", 200, ""},
			{"POST", pack, "Authorization: Bearer admin, Sec-Fetch-Site: cross-site", 200, ""},
			{"POST", pack, "Authorization: Bearer reader, X-Ordo-Csrf: 1", 403, "permission_missing"},
			{"POST", pack, "Authorization: Bearer nobody, X-Ordo-Csrf: 1", 401, "unauthenticated"},
			{"POST", pack, "Authorization: Bearer , X-Ordo-Csrf: 1", 401, "unauthenticated"},
			{"GET", get, "Authorization: Bearer nobody", 401, "unauthenticated"},
			{"GET", get, "Cookie: ordo_session=nobody", 401, "unauthenticated"},
			{"GET", get, "Cookie: ordo_session=", 401, "unauthenticated"},

			// A page of another site signs nobody in by what is open to all.
			{"POST", "/v1/parcels/par_1/send", "Sec-Fetch-Site: cross-site", 403, "cross_site_refused"},
			{"POST", "/v1/parcels/par_1/send", "Sec-Fetch-Site: same-origin", 200, ""},
		} {
			headers := map[string]string{"Authorization": "", "Cookie": rest.CookieName + "=admin"}
			for _, header := range strings.Split(c.headers, ", ") {
				name, value, _ := strings.Cut(header, ":")
				headers[name] = strings.TrimPrefix(value, " ")
			}
			delete(headers, "")
			body := ""
			if c.path == pack {
				body = good
			}
			r, got := request{c.method, c.path, body, headers}.send(t, h)
			if r.StatusCode != c.status {
				t.Errorf("%s %s with %s gives %d %s", c.method, c.path, c.headers, r.StatusCode, got)
			}
			if c.code != "" {
				wanted(t, r, got, c.code)
			}
		}
	})
}

func TestNoOtherOriginIsPermittedToSendTheOwnHeader(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		r, _ := request{"OPTIONS", "/v1/parcels/par_1/pack", "", map[string]string{
			"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-ordo-csrf, content-type",
		}}.send(t, h)
		for name := range r.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("a preflight is answered with %s: %s", name, r.Header.Get(name))
			}
		}
		if r.StatusCode < 400 {
			t.Errorf("a preflight gives %d", r.StatusCode)
		}
	})
}

func TestPermissionIsAskedBeforeTheInputIsRead(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for _, c := range []struct {
			method, path, authorization string
			status                      int
			code                        string
		}{
			{"POST", "/v1/parcels/par_1/pack", "", 401, "unauthenticated"},
			{"POST", "/v1/parcels/par_1/pack", "Bearer nobody", 401, "unauthenticated"},
			{"POST", "/v1/parcels/par_1/pack", "Basic admin", 401, "unauthenticated"},
			{"POST", "/v1/parcels/par_1/pack", "Bearer reader", 403, "permission_missing"},
			{"GET", "/v1/events/stream", "Bearer reader", 403, "permission_missing"},
			{"GET", "/v1/parcels/par_1", "Bearer reader", 200, ""},
			{"POST", "/v1/parcels/par_1/send", "", 200, ""},
			{"POST", "/v1/parcels/par_1/send", "Bearer nobody", 200, ""},
		} {
			r, body := request{c.method, c.path, "", map[string]string{"Authorization": c.authorization}}.send(t, h)
			if r.StatusCode != c.status {
				t.Errorf("%s %s as %q gives %d %s", c.method, c.path, c.authorization, r.StatusCode, body)
			}
			if c.code != "" {
				wanted(t, r, body, c.code)
			}
			if (c.status == 401) != (r.Header.Get("WWW-Authenticate") != "") {
				t.Errorf("%d with WWW-Authenticate %q", c.status, r.Header.Get("WWW-Authenticate"))
			}
		}
	})
}

func TestAStreamKnowsItsActor(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		if _, body := (request{method: "GET", path: "/v1/events/stream"}).send(t, h); body != "data: usr_1\n\n" {
			t.Error(body)
		}
	})
}

// Spec: 11.2.8
func TestDefectsTellNothingButTheRequestID(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for _, id := range []string{"par_panic", "par_error"} {
			r, body := request{"GET", "/v1/parcels/" + id, "", map[string]string{"X-Request-Id": "find-me"}}.send(t, h)
			p := wanted(t, r, body, "internal")
			if r.StatusCode != 500 || p.RequestID != "find-me" || strings.Contains(body, "secret") {
				t.Errorf("%d %s", r.StatusCode, body)
			}
		}
	})
}

func TestAClientIsToldWhenToComeBack(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for id, status := range map[string]int{"par_away": 503, "par_full": 507} {
			r, body := request{method: "GET", path: "/v1/parcels/" + id}.send(t, h)
			var p rest.Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil || r.StatusCode != status || r.Header.Get("Retry-After") == "" || !p.Retryable {
				t.Errorf("%d %v %s", r.StatusCode, r.Header, body)
			}
		}
	})
}

func TestAStrangeRequestIDIsReplaced(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for _, given := range []string{"", "<script>", "a b", strings.Repeat("x", 101)} {
			r, _ := request{"GET", "/v1/parcels/par_1", "", map[string]string{"X-Request-Id": given}}.send(t, h)
			if got := r.Header.Get("X-Request-Id"); !strings.HasPrefix(got, "req_") {
				t.Errorf("%q became %q", given, got)
			}
		}
	})
}

func TestACanceledRequestGetsNoAnswer(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := httptest.NewRequestWithContext(ctx, "GET", "/v1/parcels/par_1", nil)
		r.Header.Set("Authorization", "Bearer admin")
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Body.Len() != 0 {
			t.Error(w.Body)
		}
	})
}

// written counts what commands leave in the database.
func written(t *testing.T, d *db.DB) (rows int) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT (SELECT count(*) FROM commands) + (SELECT count(*) FROM events) + (SELECT count(*) FROM locations)`, nil, &rows))
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// wanted checks that an answer is a whole problem with the code.
func wanted(t *testing.T, r *http.Response, body, code string) (p rest.Problem) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("%s: %s", err, body)
	}
	switch {
	case p.Code != code, p.Type != "/docs/problems/"+code, p.Status != r.StatusCode, p.Title == "", p.Detail == "", p.Remedy == "", len(p.Faults) == 0,
		p.RequestID != r.Header.Get("X-Request-Id"), r.Header.Get("Content-Type") != "application/problem+json":
		t.Errorf("%d %s %s, want %s", r.StatusCode, r.Header.Get("Content-Type"), body, code)
	}
	return p
}

func TestRequestsAreLoggedOnlyForDebugging(t *testing.T) {
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for level, want := range map[slog.Level]bool{slog.LevelDebug: true, slog.LevelInfo: false} {
			var log strings.Builder
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level})))
			request{method: "PATCH", path: "/v1/parcels/par_1"}.send(t, h)
			if strings.Contains(log.String(), "status=405") != want {
				t.Errorf("at %s the log is %q", level, log.String())
			}
		}
	})
}
