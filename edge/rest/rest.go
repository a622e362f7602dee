package rest

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
)

// Authenticate finds out who a bearer token belongs to. The error is a problem.
type Authenticate func(ctx context.Context, bearer string) (auth.Actor, error)

// Options tell what the table of operations does not.
type Options struct {
	Version string   // of the program
	Servers []string // base URLs for the OpenAPI document; the document's own if empty
	Streams []Stream

	References []Reference // what reads can expand
	Extras     []string    // operations that step back first when more comes than can be served

	Observe func(Answered) // is told of every answer to an operation; nobody if nil
}

// Answered is a request to an operation that was answered.
type Answered struct {
	Operation, RequestID string
	Status               int // of HTTP; StatusClosed if the client did not wait for it
	Took                 time.Duration
	Spent                db.Spent // in the database
}

// StatusClosed stands for the answer to a client that went away before it.
const StatusClosed = 499

// Stream is an address that answers by itself: server-sent events as long as the
// client listens, which Serve flushes by http.ResponseController, or what is no
// JSON.
type Stream struct {
	Name       string // such as "event.stream"
	Summary    string
	Path       string // of a GET
	Permission string // that it needs
	Takes      []Parameter
	Type       string // media type of the answer; server-sent events if empty
	Answer     string // what is answered, if Type is set
	Serve      func(w http.ResponseWriter, r *http.Request, a auth.Actor) error
}

// Parameter is what Serve reads of a request, by itself. It may be left out.
type Parameter struct {
	Name string
	In   string // query or header
	Doc  string
}

type server struct {
	engine       *command.Engine
	authenticate Authenticate
	observe      func(Answered)
	mux          *http.ServeMux
	gate         *gate
}

// New returns the handler of all operations of the engine and of /openapi.json.
// It panics if an operation's types can't be served.
func New(engine *command.Engine, authenticate Authenticate, o Options) http.Handler {
	s := &server{engine: engine, authenticate: authenticate, observe: o.Observe, mux: http.NewServeMux(), gate: newGate()}
	registry := newRegistry()
	endpoints := newEndpoints(registry, engine.Operations, o.References)
	markExtras(endpoints, o.Extras)
	for _, e := range endpoints {
		s.mux.HandleFunc(e.Method+" "+e.Path, s.measure(e.Name, s.handle(e.Name, func(w http.ResponseWriter, r *http.Request) error { return s.serve(e, w, r) })))
	}
	for _, stream := range o.Streams {
		s.mux.HandleFunc("GET "+stream.Path, s.handle(stream.Name, func(w http.ResponseWriter, r *http.Request) error { return s.stream(stream, w, r) }))
	}
	text := document(registry, endpoints, o)
	s.mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-cache")
		send(w, http.StatusOK, text)
	})
	s.mux.HandleFunc("/", s.handle("", s.nowhere))
	return s.mux
}

// handle surrounds a handler with what all have in common: request id, log,
// panics and problems.
func (s *server) handle(operation string, serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		requestID := requestID(r)
		w.Header().Set("X-Request-Id", requestID)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if slog.Default().Enabled(r.Context(), slog.LevelDebug) {
			begin, noted := clock.System.Now(), &noted{ResponseWriter: w, status: http.StatusOK}
			w = noted
			defer func() {
				slog.Debug("request", "request_id", requestID, "operation", operation, "method", r.Method, "status", noted.status, "took", clock.System.Now().Sub(begin))
			}()
		}
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				slog.Error("request panicked", "request_id", requestID, "operation", operation, "panic", v, "stack", string(debug.Stack()))
				writeProblem(w, ErrInternal.New("%s met a defect", operation), requestID)
			}
		}()
		if err := serve(w, r); err != nil {
			s.refuse(w, r, err, operation, requestID)
		}
	}
}

// measure tells the observer how long an operation takes. A stream is as long as
// its client listens, so that it is not measured.
func (s *server) measure(operation string, serve http.HandlerFunc) http.HandlerFunc {
	if s.observe == nil {
		return serve
	}
	return func(w http.ResponseWriter, r *http.Request) {
		begun, watch, noted := clock.System.Now(), &db.Watch{}, &noted{ResponseWriter: w}
		defer func() {
			s.observe(Answered{operation, w.Header().Get("X-Request-Id"), cmp.Or(noted.status, StatusClosed), clock.System.Now().Sub(begun), watch.Spent()})
		}()
		serve(noted, r.WithContext(db.Watched(r.Context(), watch)))
	}
}

// noted remembers the status.
type noted struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// requestID returns the client's id of the request, or a new one.
func requestID(r *http.Request) string {
	given := r.Header.Get("X-Request-Id")
	strange := func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune("._:-", r))
	}
	if given != "" && len(given) <= 100 && !strings.ContainsFunc(given, strange) {
		return given
	}
	return id.Random.New("req", clock.System.Now())
}

// refuse prints an error. What is no problem is a defect and not told.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error, operation, requestID string) {
	p := problem.As(err)
	switch {
	case p != nil && p.Kind() != problem.Internal:
	case r.Context().Err() != nil && errors.Is(err, context.Cause(r.Context())):
		slog.Debug("request canceled by the client", "request_id", requestID, "operation", operation)
		return
	default:
		slog.Error("request failed", "request_id", requestID, "operation", operation, "error", err)
		if p == nil {
			p = problem.As(ErrInternal.New("%s met a defect", operation))
		}
	}
	writeProblem(w, p, requestID)
}

// serve runs one operation: decode, invoke, encode.
func (s *server) serve(e *endpoint, w http.ResponseWriter, r *http.Request) error {
	actor, err := s.actor(r, e.Permission, e.Writes)
	if err != nil {
		return err
	}
	in, err := e.decode(w, r)
	if err != nil {
		return err
	}
	match, err := e.ifMatch(r)
	if err != nil {
		return err
	}
	leave, err := s.gate.enter(r.Context(), e.Writes, e.extra)
	if err != nil {
		return err
	}
	defer leave()
	meta := command.Meta{Actor: actor, Key: r.Header.Get("Idempotency-Key"), DryRun: in.dryRun, Match: match, Outside: leave}
	answer, err := e.operation.Invoke(r.Context(), s.engine, meta, in.value)
	if answer.Key != "" {
		w.Header().Set("Idempotency-Key", answer.Key)
	}
	if err != nil {
		return err
	}
	return e.write(w, r, answer, in, func(text []byte) ([]byte, error) {
		defer leave() // a client may read slowly
		return in.view.render(r, s.engine, actor, e.list, text)
	})
}

func (s *server) stream(stream Stream, w http.ResponseWriter, r *http.Request) error {
	actor, err := s.actor(r, stream.Permission, false)
	if err != nil {
		return err
	}
	if err := stream.checkQuery(r.URL.Query()); err != nil {
		return err
	}
	return stream.Serve(w, r, actor)
}

// checkQuery refuses parameters that a stream does not have: a filter that is
// misspelled would let everything through.
func (stream Stream) checkQuery(query url.Values) error {
	e := endpoint{Spec: command.Spec{Name: stream.Name}, query: map[string]bool{}}
	for _, p := range stream.Takes {
		e.query[p.Name] = p.In == fromQuery
	}
	if len(e.query) == 0 {
		return nil // it is a page of another program
	}
	var c checker
	e.checkQuery(&c, query)
	return c.faults.Err()
}

// actor finds out who sends a request, and refuses those without the
// permission before their input is looked at. Who needs none is nobody.
func (s *server) actor(r *http.Request, permission string, writes bool) (actor auth.Actor, err error) {
	if permission == "" {
		if writes && foreign(r) {
			err = ErrForgery.New("a page of another site sent the request")
		}
		return actor, err
	}
	bearer, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if cookie := kept(r); !found && cookie != "" {
		if writes && !ownSite(r) {
			return actor, ErrForgery.New("the session cookie alone does not show that this site sent the request")
		}
		bearer = cookie
	}
	if bearer != "" {
		if actor, err = s.authenticate(r.Context(), bearer); err != nil {
			return actor, err
		}
	}
	return actor, actor.Check(permission)
}

// nowhere answers for addresses and methods that no operation has.
func (s *server) nowhere(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return ErrRoute.New("there is no such address")
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	var faults problem.List
	faults.AddAllowed(ErrMethod, "", allowed, "the address takes %s", strings.Join(allowed, ", "))
	return faults.Err()
}
