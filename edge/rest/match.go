package rest

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// versionTag is the ETag of a resource: its version, or its revision and version.
var versionTag = regexp.MustCompile(`^(?:W/)?"([0-9]{1,18})(-[0-9]{1,18})?"$`)

// ifMatch returns the condition of a request on what it changes; nil if there
// is none. Of a revision and a version, the revision decides.
func (e *endpoint) ifMatch(r *http.Request) (*command.Match, error) {
	header := strings.Join(r.Header.Values("If-Match"), ",")
	switch {
	case !e.Writes || header == "" || e.parameter(fromHeader, "If-Match"):
		return nil, nil
	case !e.matches:
		return nil, problem.ErrETag.New("%s changes nothing that has an ETag", e.Name)
	case header == "*":
		return nil, nil
	}
	var seen []int64
	for one := range strings.SplitSeq(header, ",") {
		m := versionTag.FindStringSubmatch(strings.TrimSpace(one))
		if m == nil {
			return nil, problem.ErrETag.New("%q is no ETag of what %s changes", clipped([]byte(one)), e.Name)
		}
		n, err := strconv.ParseInt(m[1], 10, 64)
		if err != nil {
			return nil, err
		}
		seen = append(seen, n)
	}
	check := func(tx *db.Tx, subject string, resource any) error { return e.unchanged(tx, subject, resource, seen) }
	return &command.Match{ID: r.PathValue("id"), Check: check}, nil
}

// unchanged refuses a resource that is at none of the revisions, or versions
// where it has no revision, and names what changed since the latest of them.
func (e *endpoint) unchanged(tx *db.Tx, subject string, resource any, seen []int64) error {
	tag := e.tag(reflect.ValueOf(resource))
	m := versionTag.FindStringSubmatch(tag)
	if m == nil {
		return fmt.Errorf("rest: %s: the ETag %s has no version", e.Name, tag)
	}
	now, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil || slices.Contains(seen, now) {
		return err
	}
	counter := "version"
	if m[2] != "" {
		counter = "revision"
	}
	since := slices.Max(seen)
	changed, err := event.Changed(tx, subject, counter, since)
	if err != nil {
		return err
	}
	return problem.ErrStale.New("%s has %s %d, the request was made from %d", subject, counter, now, since).
		With(counter, now).With("changed", changed)
}
