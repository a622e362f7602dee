package webhook

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/base/id"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/policy/account"
)

// Codes of endpoints.
var (
	ErrURL = problem.Declare("webhook_url_refused", problem.Invalid,
		"Webhooks are not sent to this URL.", "Use https, a host with public addresses only, and port 443 or one above 1023; ORDO_WEBHOOK_LOCAL=true lets a development server call this machine.")
	ErrReplaying = problem.Declare("webhook_replaying", problem.Conflict,
		"A replay of the endpoint is still going on.", "Ask again when replaying is false.")
)

// Facts are what can be said of an endpoint.
type Facts struct {
	Name          string   `json:"name" minLength:"1" maxLength:"100" doc:"What it is for; no name of a person"`
	URL           string   `json:"url" minLength:"1" maxLength:"2000" doc:"Where events are posted to; https, at public addresses"`
	Types         []string `json:"types" minItems:"1" maxItems:"200" uniqueItems:"true" doc:"Types of events: order.placed, order.* or *"`
	Filter        string   `json:"filter,omitempty" maxLength:"2000" doc:"Expression that events must match, such as channel:cha_01 body.order.total>50000; fields are type, subject, sequence, version, actor, at, channel, location, customer, and those of the body by their paths"`
	account.Scope          // flat: which events it may hear of
	CustomerID    string   `json:"customer_id,omitempty" maxLength:"60" doc:"Only events of this customer, with as much of them as customers are told"`
	Parallel      int64    `json:"parallel,omitempty" minimum:"1" maximum:"32" doc:"Requests at once; 4 if not given. With 1, deliveries come in the order of the log while none fails"`
}

const parallel = 4 // unless the endpoint says otherwise

// Endpoint is a receiver of events.
type Endpoint struct {
	ID string `json:"id"`
	Facts
	State         string           `json:"state" enum:"active,paused,deleted" doc:"A paused one goes on from where it stopped when it is resumed"`
	PausedFor     string           `json:"paused_for,omitempty" enum:"request,failing,gone,restored" doc:"Somebody asked for it; nothing was taken for three days; the receiver answered 410; the workspace is a restored backup"`
	Secret        string           `json:"secret,omitempty" doc:"Signs the requests; only in the first answer to webhook.create and webhook.rotate_secret, a repeated request does not give it again"`
	Generation    int64            `json:"secret_generation" doc:"Which secret it is, from 1"`
	PreviousUntil clock.Stamp      `json:"previous_secret_until,omitzero" doc:"Until then requests are signed with the secret before too"`
	Behind        int64            `json:"behind" doc:"Events of the log that it has not come to yet; it may not want all of them"`
	Waiting       int64            `json:"waiting" doc:"Deliveries that wait for their first or next try; counted up to 10,000"`
	Failures      int64            `json:"failures" doc:"Requests in a row that failed"`
	FailingSince  clock.Stamp      `json:"failing_since,omitzero" doc:"When the first of them did"`
	RestUntil     clock.Stamp      `json:"rest_until,omitzero" doc:"Nothing is sent before, because it failed again and again or asked for it"`
	LastSuccessAt clock.Stamp      `json:"last_success_at,omitzero"`
	LastFailureAt clock.Stamp      `json:"last_failure_at,omitzero"`
	LastError     string           `json:"last_error,omitempty" doc:"What was wrong with the last request that failed"`
	Replaying     bool             `json:"replaying" doc:"A replay is going on"`
	CreatedAt     clock.Stamp      `json:"created_at"`
	Version       int64            `json:"version"`
	Actions       []command.Action `json:"actions,omitempty"`

	sequence                 int64  // events so far
	replayAfter, replayUntil string // ids of events, as in the database
}

// SetActions shows which operations are open.
func (w *Endpoint) SetActions(a []command.Action) { w.Actions = a }

// Events of an endpoint. They tell the host of its URL only: paths may be secret.
var (
	Created = event.Declare("webhook.created", 1, "A webhook endpoint was added.", facts{})
	Updated = event.Declare("webhook.updated", 1, "Facts of a webhook endpoint changed.", facts{})
	Paused  = event.Declare("webhook.paused", 1, "A webhook endpoint is sent nothing any more: on request, after three days without a success, because the receiver said that it is gone, or because the workspace is a restored backup.", stateBody{})
	Resumed = event.Declare("webhook.resumed", 1, "A webhook endpoint is sent events again, from where it stopped.", stateBody{})
	Rotated = event.Declare("webhook.secret_rotated", 1, "A webhook endpoint got a new secret.", rotatedBody{})
	Deleted = event.Declare("webhook.deleted", 1, "A webhook endpoint was deleted.", stateBody{})
	Asked   = event.Declare("webhook.replay_asked", 1, "Events of a time are sent to a webhook endpoint again.", replayBody{})
)

// facts is what an event tells of an endpoint as a whole.
type facts struct {
	Name   string   `json:"name"`
	Host   string   `json:"host" doc:"Of its URL"`
	Types  []string `json:"types"`
	Filter string   `json:"filter"`
	account.Scope
	CustomerID string `json:"customer_id"`
	Parallel   int64  `json:"parallel"`
	State      string `json:"state"`
	Generation int64  `json:"secret_generation"`
	Version    int64  `json:"version"`
}

type stateBody struct {
	State     string `json:"state"`
	PausedFor string `json:"paused_for"`
	LastError string `json:"last_error" doc:"What was wrong with the last request that failed"`
	Version   int64  `json:"version"`
}

type rotatedBody struct {
	Generation    int64       `json:"secret_generation"`
	PreviousUntil clock.Stamp `json:"previous_until" doc:"Until then the secret before is live too"`
	Version       int64       `json:"version"`
}

type replayBody struct {
	From    clock.Stamp `json:"from"`
	To      clock.Stamp `json:"to"`
	Version int64       `json:"version"`
}

// CreateIn is the input of webhook.create.
type CreateIn struct {
	Facts

	secret []byte // of the workspace
}

// UpdateIn is the input of webhook.update.
type UpdateIn struct {
	ID string `path:"id" json:"id"`
	Facts
}

// GetIn names an endpoint.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// PauseIn is the input of webhook.pause.
type PauseIn struct {
	ID string `path:"id" json:"id"`

	why string // request unless it is ours
}

// RotateIn is the input of webhook.rotate_secret.
type RotateIn struct {
	ID    string `path:"id" json:"id"`
	Hours int64  `json:"previous_hours" minimum:"0" maximum:"168" doc:"How long the secret before stays live too; 0 ends it at once"`

	secret []byte // of the workspace
}

// ReplayIn is the input of webhook.replay.
type ReplayIn struct {
	ID   string      `path:"id" json:"id"`
	From clock.Stamp `json:"from" doc:"Events that happened then or later"`
	To   clock.Stamp `json:"to" doc:"And before then; at most until now"`
}

func create(tx *db.Tx, in CreateIn, g *Guard) (*Endpoint, error) {
	if !tx.Actor.Scope.Whole() { // endpoints belong to the whole
		return nil, account.ErrBeyondOwn.New("webhook endpoints belong to the whole workspace, of which you see a part")
	}
	if err := in.Facts.check(tx, g); err != nil {
		return nil, err
	}
	w := &Endpoint{ID: tx.ID("whk"), State: "active", Generation: 1, CreatedAt: clock.Stamp(tx.Micros()), Version: 1, sequence: 1}
	w.set(in.Facts)
	insert(tx, w)
	event.Start(tx, w.consumer())
	w.Secret = Secret(in.secret, w.ID, w.Generation)
	return w, w.emit(tx, Created, w.facts())
}

func update(tx *db.Tx, in UpdateIn, g *Guard) (*Endpoint, error) {
	w, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.Facts.check(tx, g); err != nil {
		return nil, err
	}
	w.set(in.Facts)
	return w, w.change(tx, Updated, func() any { return w.facts() })
}

func (w *Endpoint) set(f Facts) {
	w.Facts = f
	w.Types = slices.Sorted(slices.Values(f.Types))
	if w.Parallel == 0 {
		w.Parallel = parallel
	}
}

// check finds the faults that a schema can't.
func (f Facts) check(tx *db.Tx, g *Guard) error {
	var faults problem.List
	if err := g.Check(f.URL); err != nil {
		faults.Add(ErrURL, "/url", "the URL can't be used: %v", err)
	}
	allowed := allowedTypes()
	for i, t := range f.Types {
		if !slices.Contains(allowed, t) {
			near := problem.Closest(t, allowed)
			faults.AddAllowed(problem.ErrInvalidValue, fmt.Sprintf("/types/%d", i), slices.DeleteFunc([]string{near, "*"}, func(s string) bool { return s == "" }), "there is no type of event %q", t)
		}
	}
	if _, err := selects(f.Types, f.Filter, tx.Now); err != nil {
		if p := problem.As(err); p != nil {
			faults.Join(p)
		}
	}
	if err := f.known(tx, &faults); err != nil {
		return err
	}
	return faults.Err()
}

// mayPause and those below are the guards of operations.
func mayPause(w *Endpoint, _ auth.Actor) error  { return w.wants("active") }
func mayResume(w *Endpoint, _ auth.Actor) error { return w.wants("paused") }
func mayChange(w *Endpoint, _ auth.Actor) error { return w.wants("active", "paused") }

func (w *Endpoint) wants(states ...string) error {
	if slices.Contains(states, w.State) {
		return nil
	}
	remedy := "Resume it (webhook.resume)."
	if w.State == "active" {
		remedy = "Pause it (webhook.pause)."
	} else if w.State == "deleted" {
		remedy = "Add another endpoint (webhook.create)."
	}
	return problem.ErrTransition.New("the endpoint %s is %s", w.ID, w.State).Helped(remedy).With("current_status", w.State)
}

// open reads and locks an endpoint that is not deleted: nothing comes to wait for
// it while somebody deletes it.
func open(tx *db.Tx, id string) (*Endpoint, error) {
	w, err := get(tx, id, tx.ForUpdate())
	if err == nil {
		err = mayChange(w, tx.Actor)
	}
	return w, err
}

func pauseEndpoint(tx *db.Tx, in PauseIn) (*Endpoint, error) {
	w, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayPause(w, tx.Actor); err != nil {
		return nil, err
	}
	w.State, w.PausedFor = "paused", in.why
	if w.PausedFor == "" {
		w.PausedFor = "request"
	}
	return w, w.change(tx, Paused, w.state)
}

// Restored is told that the database is an older state of itself: what waits may
// have been sent since. Every endpoint is paused, and somebody decides whether
// it resumes, which sends that again under the same ids.
func Restored(tx *db.Tx) error {
	var ids []string
	if err := tx.Load(active(&ids)); err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := pauseEndpoint(tx, PauseIn{ID: id, why: "restored"}); err != nil {
			return err
		}
	}
	return nil
}

// resume lets what waits be sent at once, with all its tries.
func resume(tx *db.Tx, in GetIn) (*Endpoint, error) {
	w, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayResume(w, tx.Actor); err != nil {
		return nil, err
	}
	w.State, w.PausedFor = "active", ""
	w.Failures, w.FailingSince, w.RestUntil = 0, 0, 0
	forgive(tx, w)
	return w, w.change(tx, Resumed, w.state)
}

func rotate(tx *db.Tx, in RotateIn) (*Endpoint, error) {
	w, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	w.Generation++
	w.PreviousUntil = 0
	if in.Hours > 0 {
		w.PreviousUntil = clock.At(tx.Now.Add(time.Duration(in.Hours) * time.Hour))
	}
	w.Secret = Secret(in.secret, w.ID, w.Generation)
	return w, w.change(tx, Rotated, func() any { return rotatedBody{w.Generation, w.PreviousUntil, w.Version} })
}

// remove ends an endpoint. Its deliveries stay in the log until they are old.
func remove(tx *db.Tx, in GetIn) (*Endpoint, error) {
	w, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	w.State, w.PausedFor = "deleted", ""
	event.Stop(tx, w.consumer())
	giveUp(tx, w)
	return w, w.change(tx, Deleted, w.state)
}

// replay asks for the events of a time once more: those that were delivered or
// failed, those of before the endpoint was there, and those that it did not want
// before its filter changed.
func replay(tx *db.Tx, in ReplayIn) (*Endpoint, error) {
	w, err := open(tx, in.ID)
	if err != nil {
		return nil, err
	}
	var faults problem.List
	if in.From >= in.To {
		faults.Add(problem.ErrInvalidValue, "/from", "the time %s does not come before %s", in.From.Time().Format(clock.Format), in.To.Time().Format(clock.Format))
	}
	if in.To.Time().After(tx.Now) {
		faults.Add(problem.ErrInvalidValue, "/to", "the time %s has not come: what happens until then is delivered anyway", in.To.Time().Format(clock.Format))
	}
	if w.replayUntil != "" {
		faults.Add(ErrReplaying, "", "a replay of the endpoint %s is going on", w.ID)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	w.replayAfter, w.replayUntil, w.Replaying = id.First("evt", in.From.Time()), id.First("evt", in.To.Time()), true
	beginReplay(tx, w)
	return w, w.change(tx, Asked, func() any { return replayBody{in.From, in.To, w.Version} })
}

// change writes the endpoint with its next version, and tells of it.
func (w *Endpoint) change(tx *db.Tx, t *event.Type, body func() any) error {
	w.Version++
	w.sequence++
	save(tx, w)
	return w.emit(tx, t, body())
}

func (w *Endpoint) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: w.ID, Sequence: w.sequence, Body: body})
}

func (w *Endpoint) facts() facts {
	u, err := url.Parse(w.URL)
	if err != nil {
		u = &url.URL{}
	}
	return facts{w.Name, u.Host, w.Types, w.Filter, w.Scope, w.CustomerID, w.Parallel, w.State, w.Generation, w.Version}
}

func (w *Endpoint) state() any { return stateBody{w.State, w.PausedFor, w.LastError, w.Version} }

// consumer names the endpoint's cursor in the log.
func (w *Endpoint) consumer() string { return "webhook:" + w.ID }

// reader is who reads the log for the endpoint.
func (w *Endpoint) reader() auth.Actor {
	return auth.Actor{ID: w.consumer(), Kind: auth.System, Scope: auth.Scope{Channels: w.Channels, Locations: w.Locations, Customer: w.CustomerID}}
}

// secrets are those that are live, the newest first.
func (w *Endpoint) secrets(workspace []byte, now time.Time) []string {
	all := []string{Secret(workspace, w.ID, w.Generation)}
	if w.Generation > 1 && now.Before(w.PreviousUntil.Time()) {
		all = append(all, Secret(workspace, w.ID, w.Generation-1))
	}
	return all
}
