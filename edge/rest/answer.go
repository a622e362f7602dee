package rest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/command"
)

var statuses = map[problem.Kind]int{
	problem.Malformed:       http.StatusBadRequest,
	problem.Unauthenticated: http.StatusUnauthorized,
	problem.Forbidden:       http.StatusForbidden,
	problem.NotFound:        http.StatusNotFound,
	problem.Conflict:        http.StatusConflict,
	problem.Stale:           http.StatusPreconditionFailed,
	problem.TooLarge:        http.StatusRequestEntityTooLarge,
	problem.Invalid:         http.StatusUnprocessableEntity,
	problem.TooMany:         http.StatusTooManyRequests,
	problem.Internal:        http.StatusInternalServerError,
	problem.Unavailable:     http.StatusServiceUnavailable,
	problem.StorageFull:     http.StatusInsufficientStorage,
}

// Status returns the HTTP status of a problem with this code.
func Status(c *problem.Code) int {
	if c == ErrMethod {
		return http.StatusMethodNotAllowed
	}
	return statuses[c.Kind]
}

// retryAfter is how many seconds a client should wait, at least and at most:
// each is told another time, so that not all come back at once.
var retryAfter = map[problem.Kind][2]int{
	problem.TooMany: {5, 10}, problem.Unavailable: {2, 8}, problem.StorageFull: {60, 90},
}

// Problem is the body of every refusal, as RFC 9457 has it. Extra members may
// follow, such as "limit".
type Problem struct {
	Type      string  `json:"type" doc:"Address of the page about the code"`
	Title     string  `json:"title" doc:"The cause, without names and numbers"`
	Status    int     `json:"status" doc:"HTTP status"`
	Detail    string  `json:"detail" doc:"What is wrong first, with names and numbers"`
	Code      string  `json:"code" doc:"Stable reason for programs"`
	Retryable bool    `json:"retryable" doc:"The same request may succeed later, unchanged"`
	RequestID string  `json:"request_id"`
	Remedy    string  `json:"remedy" doc:"What helps"`
	Faults    []Fault `json:"faults" doc:"All that is wrong, as far as it was found at once"`
}

// Fault is one thing that is wrong with a request.
type Fault struct {
	Code    string   `json:"code"`
	Pointer string   `json:"pointer,omitempty" doc:"JSON pointer to the field; for a parameter, a slash and its name"`
	Detail  string   `json:"detail"`
	Remedy  string   `json:"remedy"`
	Allowed []string `json:"allowed,omitempty" doc:"The values that would do, where they are few"`
}

// ProblemPath is where the pages about codes are; the code follows.
const ProblemPath = "/docs/problems/"

func newProblem(p *problem.Problem, requestID string) Problem {
	first := p.Faults[0]
	out := Problem{
		Type: ProblemPath + first.Code.Name, Title: first.Code.Title, Status: Status(first.Code), Detail: first.Detail,
		Code: first.Code.Name, Retryable: first.Code.Retryable(), RequestID: requestID, Remedy: cmp.Or(first.Remedy, first.Code.Remedy),
	}
	for _, f := range p.Faults {
		out.Faults = append(out.Faults, Fault{f.Code.Name, f.Pointer, f.Detail, cmp.Or(f.Remedy, f.Code.Remedy), f.Allowed})
	}
	return out
}

func writeProblem(w http.ResponseWriter, p *problem.Problem, requestID string) {
	out := newProblem(p, requestID)
	body, err := json.Marshal(out)
	if err == nil && len(p.Extra) > 0 {
		var extra []byte
		if extra, err = json.Marshal(p.Extra); err == nil {
			body = append(append(body[:len(body)-1], ','), extra[1:]...)
		}
	}
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if after, ok := retryAfter[p.Kind()]; ok {
		h.Set("Retry-After", strconv.Itoa(after[0]+id.Random.Below(after[1]-after[0]+1)))
	}
	if p.Kind() == problem.Unauthenticated {
		h.Set("WWW-Authenticate", `Bearer realm="ordo"`)
	}
	send(w, out.Status, body)
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write answers with the outcome of the operation. What is expanded has
// versions of its own, so that such an answer has no ETag.
func (e *endpoint) write(w http.ResponseWriter, r *http.Request, a command.Answer, in input, render func([]byte) ([]byte, error)) error {
	h, out := w.Header(), reflect.ValueOf(a.Value)
	there := out.IsValid() && (out.Kind() != reflect.Pointer || !out.IsNil())
	if there && e.tag != nil && in.view.expand == nil {
		tag := e.tag(out)
		h.Set("ETag", tag)
		if e.Method == http.MethodGet && matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	status := e.status
	switch {
	case in.dryRun:
		h.Set("Ordo-Dry-Run", "true")
		status = http.StatusOK
	case a.Pending:
		status = http.StatusAccepted
	}
	if a.Repeat {
		h.Set("Idempotent-Replayed", "true")
	}
	if there && e.location != "" && !in.dryRun {
		h.Set("Location", e.location+e.id(out))
	}
	if k, ok := a.Value.(keeping); ok && there && !in.dryRun {
		keep(w, r, k)
	}
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	text, err := encode(b, a.Value)
	if err == nil {
		text, err = render(text)
	}
	if err != nil {
		return err
	}
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "private, no-cache")
	send(w, status, text)
	return nil
}

// encode writes JSON into a buffer, or into a new one.
func encode(b *bytes.Buffer, value any) ([]byte, error) {
	if b == nil {
		b = new(bytes.Buffer)
	}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return b.Bytes(), err
}

// matches tells whether the tag is one of an If-None-Match header.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}
