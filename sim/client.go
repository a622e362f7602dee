package sim

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
)

// actor is somebody who sends requests.
type actor struct {
	name   string
	bearer string     // of staff and programs: their API key
	self   auth.Actor // of a customer, and as last seen of the others
}

// object is an input as a client writes it.
type object = map[string]any

// operation is an entry of the table.
type operation struct {
	command.Operation
	spec   command.Spec
	actors []*actor // who have its permission
}

// deed is a request.
type deed struct {
	operation string
	actor     *actor
	key       string
	in        object
	result    string // what the first answer named; empty before
	tries     int
	at        time.Time // when it was done
}

// told is an acknowledged write.
type told struct {
	account, key, operation, result string
	at                              time.Time
}

// clients are what all actors together remember.
type clients struct {
	deeds  int
	unsure []*deed          // whose outcome is not known
	recent []*deed          // done, to be sent again
	fresh  []told           // acknowledged since the last start
	all    []told           // acknowledged
	lost   int              // whose outcome nobody learns any more
	sent   map[string]*deed // writes, by key
}

// outcome is how a request ended.
type outcome int

const (
	done outcome = iota
	refused
	unsure
)

// request lets an actor do something.
func (w *world) request(ctx context.Context) error {
	d := w.think()
	if d == nil {
		w.report.Work["nothing to do"]++
		return nil
	}
	_, _, err := w.send(ctx, d)
	return err
}

// resend repeats a request whose outcome is not known.
func (w *world) resend(ctx context.Context) error {
	if len(w.clients.unsure) == 0 {
		return nil
	}
	at := w.random.IntN(len(w.clients.unsure))
	d := w.clients.unsure[at]
	w.clients.unsure = slices.Delete(w.clients.unsure, at, at+1)
	_, _, err := w.send(ctx, d)
	return err
}

// repeat sends a request again that was answered: it must have no effect and
// name the same result. Under its key, another input is refused.
func (w *world) repeat(ctx context.Context) error {
	if len(w.clients.recent) == 0 {
		return nil
	}
	d := w.clients.recent[w.random.IntN(len(w.clients.recent))]
	if w.clock.Now().Sub(d.at) > remembered {
		return nil
	}
	if w.chance(4) {
		other := *d
		other.in = object{"id": "ord_other", "text": fmt.Sprint(w.step)}
		other.operation = "order.note"
		_, err := w.invoke(ctx, &other, command.Meta{Key: d.key})
		if p := problem.As(err); !w.excused(err) && (p == nil || !slices.Contains([]*problem.Code{command.ErrKeyReused, auth.ErrPermission, auth.ErrUnauthenticated}, p.Faults[0].Code)) {
			w.violated("E1", "%s: another input under its key %s came to %v", d.operation, d.key, err)
		}
		return nil
	}
	before, err := w.size(ctx)
	if err != nil {
		return err
	}
	_, end, err := w.send(ctx, d)
	if err != nil || end != done {
		return err
	}
	after, err := w.size(ctx)
	if err == nil && after != before {
		w.violated("E1", "%s: the repeated key %s left %d rows where there were %d", d.operation, d.key, after, before)
	}
	return err
}

// send sends the request and keeps what its answer tells.
func (w *world) send(ctx context.Context, d *deed) (answer any, end outcome, err error) {
	writes := w.operations[d.operation].spec.Writes
	dry := writes && d.tries == 0 && d.result == "" && w.chance(60)
	if dry {
		return nil, done, w.rehearse(ctx, d)
	}
	d.tries++
	if writes && w.clients.sent == nil {
		w.clients.sent = map[string]*deed{}
	}
	if writes {
		w.clients.sent[d.key] = d
	}
	a, failure := w.invoke(ctx, d, command.Meta{Key: d.key})
	count := w.count(d.operation)
	switch end = w.outcome(d, failure); end {
	case unsure:
		count.Unsure++
		if writes && d.tries < 100 {
			w.clients.unsure = append(w.clients.unsure, d)
		}
	case refused:
		count.Refused++
		code := problem.As(failure).Faults[0].Code
		w.report.Refusals[code.Name]++
		if code == command.ErrKeyReused {
			w.violated("E1", "%s: the same input under key %s is refused as another: %v", d.operation, d.key, failure)
		}
		if code == auth.ErrUnauthenticated { // signed out, or for too long
			if d.tries > 1 {
				w.clients.lost++
			}
			w.actors = slices.DeleteFunc(w.actors, func(a *actor) bool { return a == d.actor })
		}
	case done:
		count.Done++
		w.heard(d, a)
	}
	return a.Value, end, nil
}

func (w *world) count(operation string) *Count {
	c := w.report.Operations[operation]
	if c == nil {
		c = &Count{}
		w.report.Operations[operation] = c
	}
	return c
}

// rehearse runs a command without effect.
func (w *world) rehearse(ctx context.Context, d *deed) error {
	before, err := w.size(ctx)
	if err != nil {
		return err
	}
	_, failure := w.invoke(ctx, d, command.Meta{Key: d.key, DryRun: true})
	w.outcome(d, failure)
	w.report.Work["dry run"]++
	clear(w.touched)
	if w.disk.Struck() {
		return nil
	}
	after, err := w.size(ctx)
	if err == nil && after != before {
		w.violated("dry run", "%s left %d rows where there were %d", d.operation, after, before)
	}
	return err
}

// invoke runs the operation as its actor.
func (w *world) invoke(ctx context.Context, d *deed, m command.Meta) (command.Answer, error) {
	o := w.operations[d.operation]
	b, err := json.Marshal(d.in)
	if err != nil {
		return command.Answer{}, err
	}
	in := reflect.New(o.spec.In)
	if err := json.Unmarshal(b, in.Interface()); err != nil {
		return command.Answer{}, fmt.Errorf("input %s: %w", b, err)
	}
	if match, ok := d.in["If-Match"].(string); ok {
		in.Elem().FieldByName("IfMatch").SetString(match)
	}
	if m.Actor, err = w.admit(ctx, d.actor); err != nil {
		return command.Answer{}, err
	}
	a, err := o.Invoke(ctx, w.house.Engine, m, in.Interface())
	if w.options.hear != nil {
		w.options.hear(d.operation, a.Value, err)
	}
	return a, err
}

// admit tells who sends a request.
func (w *world) admit(ctx context.Context, a *actor) (auth.Actor, error) {
	if a.bearer == "" {
		return a.self, nil
	}
	return w.house.Keys.Actor(ctx, w.house.Engine.DB, a.bearer)
}

// outcome judges how a request ended. A refusal is a problem that says what to
// do; anything else needs a fault as its reason.
func (w *world) outcome(d *deed, err error) outcome {
	p := problem.As(err)
	switch {
	case err == nil:
		return done
	case w.excused(err):
		return unsure
	case p == nil, p.Faults[0].Code.Kind == problem.Internal:
		w.violated("no errors", "%s %v by %s: %v", d.operation, d.in, d.actor.name, err)
		return unsure
	}
	return refused
}

// heard keeps the answer of a request that was done.
func (w *world) heard(d *deed, a command.Answer) {
	o := w.operations[d.operation]
	w.known.see(w, a.Value)
	if owner, of := customerOf(a.Value), d.actor.self.Scope.Customer; of != "" && owner != "" && owner != of {
		w.violated("T1", "%s of %s was answered with a record of %s", d.operation, of, owner)
	}
	if !o.spec.Writes || o.spec.Permission == "" {
		return
	}
	result := a.Result
	switch {
	case d.result == "":
		d.result, d.at = result, w.clock.Now()
		t := told{d.actor.self.ID, d.key, d.operation, result, d.at}
		w.clients.fresh, w.clients.all = append(w.clients.fresh, t), append(w.clients.all, t)
		if w.clients.recent = append(w.clients.recent, d); len(w.clients.recent) > 100 {
			w.clients.recent = slices.Delete(w.clients.recent, 0, 50)
		}
		w.follow(d, a.Value)
	case d.result != result:
		w.violated("E1", "%s under key %s named %s, then %s", d.operation, d.key, d.result, result)
	}
}

// resultOf is the id of a resource that an answer holds, or its name.
func resultOf(v any) string {
	e := reflect.Indirect(reflect.ValueOf(v))
	if e.Kind() != reflect.Struct {
		return ""
	}
	for _, name := range []string{"ID", "Key", "Type"} {
		if f := e.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			return f.String()
		}
	}
	return e.Type().Name()
}

// tableOf is the table of operations by name, and those that are about nothing
// in particular.
func tableOf(all []command.Operation, g map[string]generator) (table map[string]operation, free []string) {
	table = map[string]operation{}
	for _, o := range all {
		s := o.Spec()
		table[s.Name] = operation{Operation: o, spec: s}
		for range g[s.Name].share {
			if g[s.Name].about == "" {
				free = append(free, s.Name)
			}
		}
	}
	return table, free
}

// isRefusal tells a problem that the requester can do something about.
func isRefusal(err error) bool {
	p := problem.As(err)
	return p != nil && p.Faults[0].Code.Kind != problem.Internal && !p.Faults[0].Code.Retryable()
}
