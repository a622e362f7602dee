package command

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/effect"
	"ordo/engine/event"
)

// Codes that the pipeline gives.
var (
	ErrKeyReused = problem.Declare("key_reused", problem.Invalid,
		"The idempotency key was used for another operation or another input.", "Use a new key for a new request.")
	ErrKeyInFlight = problem.Declare("key_in_flight", problem.Conflict,
		"A request with the same idempotency key still runs.", "Wait a moment and send the same request again.")
	ErrKeyInvalid = problem.Declare("key_invalid", problem.Malformed,
		"The idempotency key is too long or has characters that are not printable.", "Use up to 255 printable ASCII characters.")
)

// Meta is what an operation is called with beside its input.
type Meta struct {
	Actor  auth.Actor
	Key    string // idempotency key; one is made if empty
	DryRun bool   // run everything, then undo it
	Match  *Match // nil if the command does not depend on what the client saw

	// Unless refuses the command, in its transaction; nil if nothing does.
	Unless func(tx *db.Tx) error

	// Account is whose key it is; the actor's if empty. Work that others may go on
	// with names itself: what it did under a key is found whoever does it now, also
	// by who may not do it any more.
	Account string

	// Outside is called when the command is done but for calls to the outside,
	// for which it waits without work of its own; nil if nobody wants to know.
	Outside func()
}

// Answer is the outcome of an operation.
type Answer struct {
	Value   any    // of Spec().Out
	Key     string // idempotency key of the command
	Undo    any    // input of what undoes it, but for the id; nil if nothing does
	Result  string // id of what the command names as its result; empty for a read
	Repeat  bool   // the key was known: Value is the same resource as it is now
	Pending bool   // an effect that the command asked for has no result yet
}

// Engine runs operations on one workspace.
type Engine struct {
	DB         *db.DB
	Operations []Operation
	Anchors    []AnchorKind
	Reactions  []event.Reaction
	Effects    *effect.Runner
	Secret     []byte // of the workspace: keys the fingerprints of inputs
	Sealer     *event.Sealer

	TwinWait   time.Duration // how long a repeated key waits for the first; 5 s if 0
	EffectWait time.Duration // how long a command waits for its effects; 10 s if 0
	Together   int           // commands that work on many records has under way at once; 32 if 0

	inFlight sync.Map // account and key -> chan struct{}, closed at the end
}

const (
	twinWait   = 5 * time.Second
	effectWait = 10 * time.Second
)

var (
	errSeen   = errors.New("command: seen before")
	errDryRun = errors.New("command: dry run")
)

// Invoke runs the operation.
func (d Def[In, Out]) Invoke(ctx context.Context, e *Engine, m Meta, in any) (Answer, error) {
	return Invoke(ctx, e, d, m, *in.(*In))
}

// Invoke runs an operation whose types are known.
func Invoke[In, Out any](ctx context.Context, e *Engine, d Def[In, Out], m Meta, in In) (Answer, error) {
	spec := d.Spec()
	if m.Account == "" || d.Read != nil { // else its key is looked for first
		if err := spec.allows(m.Actor); err != nil {
			return Answer{}, err
		}
	}
	var a Answer
	var out Out
	var err error
	if d.Read != nil {
		out, err = read(ctx, e, spec.Name, m.Actor, func(tx *db.Tx) (Out, error) { return d.Read(tx, in) })
	} else {
		out, a, err = run(ctx, e, d, m, in)
	}
	if err != nil {
		return Answer{Key: a.Key}, err
	}
	if d.Result != nil {
		a.Result, _ = d.Result(out)
	}
	a.Value = out
	if d.Undo != nil {
		a.Undo = d.Undo(in, out)
	}
	if r, ok := any(out).(Resource); ok {
		r.SetActions(e.actions(m.Actor, out))
	}
	return a, nil
}

// allows refuses who does not have the permission.
func (s Spec) allows(a auth.Actor) error {
	if s.Permission == "" {
		return nil
	}
	return a.Check(s.Permission)
}

// account is whose key it is.
func (m Meta) account() string { return cmp.Or(m.Account, m.Actor.ID) }

// read runs fn on a read lane.
func read[Out any](ctx context.Context, e *Engine, operation string, a auth.Actor, fn func(*db.Tx) (Out, error)) (out Out, err error) {
	err = e.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor, tx.Operation = a, operation
		out, err = fn(tx)
		return err
	})
	return out, err
}

func run[In, Out any](ctx context.Context, e *Engine, d Def[In, Out], m Meta, in In) (out Out, a Answer, err error) {
	if d.Public {
		m.Key = ""
	}
	if a.Key, err = e.key(m); err != nil {
		return out, a, err
	}
	leave, err := e.enter(ctx, m.account()+"\n"+a.Key)
	if err != nil {
		return out, a, err
	}
	defer leave()
	r := attempt[In, Out]{engine: e, def: d, meta: m, key: a.Key, known: m.Key != "", in: in}
	if r.fingerprint, err = e.fingerprint(d.Name, in); err != nil {
		return out, a, err
	}
	if err = r.prepare(ctx); err == nil {
		err = r.execute(ctx)
	}
	switch {
	case errors.Is(err, errSeen):
		a.Repeat = true
		out, err = r.repeat(ctx)
		return out, a, err
	case errors.Is(err, errDryRun):
		return r.out, a, nil
	case errors.Is(err, db.ErrUnknown):
		return out, a, db.ErrUnavailable.New("the answer to the commit got lost; the same key tells the outcome")
	case err != nil:
		return out, a, err
	}
	if len(r.intents) == 0 {
		return r.out, a, nil
	}
	out, a.Pending, err = r.perform(ctx)
	return out, a, err
}

// key returns the client's idempotency key, or a new one.
func (e *Engine) key(m Meta) (string, error) {
	if m.Key == "" {
		return e.DB.IDs.New("idk", e.DB.Clock.Now()), nil
	}
	printable := func(r rune) bool { return r > ' ' && r < 127 }
	if len(m.Key) > 255 || strings.IndexFunc(m.Key, func(r rune) bool { return !printable(r) }) >= 0 {
		return "", ErrKeyInvalid.New("the key has %d characters", len(m.Key))
	}
	return m.Key, nil
}

// enter waits until no other request of this process runs under the key.
func (e *Engine) enter(ctx context.Context, key string) (leave func(), err error) {
	mine := make(chan struct{})
	limit := cmp.Or(e.TwinWait, twinWait)
	deadline, stop := context.WithTimeout(ctx, limit)
	defer stop()
	for {
		other, running := e.inFlight.LoadOrStore(key, mine)
		if !running {
			return func() { e.inFlight.Delete(key); close(mine) }, nil
		}
		select {
		case <-other.(chan struct{}):
		case <-deadline.Done():
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return nil, ErrKeyInFlight.New("the first request with this key has run for more than %s", limit)
		}
	}
}

// fingerprint tells inputs apart without telling what is in them: names and
// mails can't be guessed from it without the secret.
func (e *Engine) fingerprint(operation string, in any) (string, error) {
	if c, ok := in.(Confidential); ok {
		in = c.WithoutSecrets()
	}
	b, err := json.Marshal(in)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, e.Secret)
	h.Write([]byte(operation))
	h.Write([]byte{'\n'})
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// attempt is one execution of a command, as often as the database asks for it.
type attempt[In, Out any] struct {
	engine      *Engine
	def         Def[In, Out]
	meta        Meta
	key         string
	known       bool // the key may have been seen: it is the client's, or a commit got no answer
	fingerprint string
	in          In

	out     Out
	intents []effect.Intent
	first   struct{ id, operation, fingerprint, result string } // an earlier execution
}

// prepare completes the input, unless the client's key was seen: what a
// preparation does, such as counting a wrong password, must not happen twice.
// Nor is refused what was done.
func (r *attempt[In, Out]) prepare(ctx context.Context) (err error) {
	denied := r.def.Spec().allows(r.meta.Actor)
	if r.def.Prepare == nil && denied == nil {
		return nil
	}
	if r.meta.Key != "" {
		if err := r.engine.DB.Read(ctx, func(tx *db.Tx) error { r.lookUp(tx); return tx.Flush() }); err != nil {
			return err
		}
	}
	if denied != nil {
		return denied
	}
	r.in, err = r.def.Prepare(ctx, r.engine, r.meta, r.in)
	return err
}

// execute runs the command in a transaction. A lost commit answer is resolved
// by asking again under the key.
func (r *attempt[In, Out]) execute(ctx context.Context) (err error) {
	transaction := r.engine.DB.Tx
	if r.def.Ahead && !r.meta.DryRun {
		transaction = r.engine.DB.Ahead
	}
	for range 3 {
		if err = transaction(ctx, r.once); !errors.Is(err, db.ErrUnknown) {
			break
		}
		r.known = true
	}
	return err
}

// lookUp ends the transaction, with its first read, if the key was seen.
func (r *attempt[In, Out]) lookUp(tx *db.Tx) {
	r.first.operation = ""
	tx.Guard(db.One(`SELECT id, operation, fingerprint, result FROM commands WHERE account = $1 AND key = $2`,
		[]any{r.meta.account(), r.key}, &r.first.id, &r.first.operation, &r.first.fingerprint, &r.first.result), func() error {
		if r.first.operation != "" {
			return errSeen
		}
		return nil
	})
}

func (r *attempt[In, Out]) once(tx *db.Tx) (err error) {
	tx.Actor, tx.Operation = r.meta.Actor, r.def.Name
	r.intents = nil
	if r.known {
		r.lookUp(tx) // travels with the first read of the command, as do the anchors
	}
	id := tx.ID("cmd")
	event.Prepare(tx, id, r.engine.Reactions, r.engine.Sealer.Wake)
	effect.Collect(tx, func(intents []effect.Intent) { r.intents = intents })
	tx.With(anchorsKey{}, r.engine.Anchors)
	if r.def.Anchors != nil {
		Lock(tx, r.def.Anchors(r.in)...)
	}
	seen, err := r.match(tx)
	if err != nil {
		return err
	}
	if r.meta.Unless != nil {
		if err := r.meta.Unless(tx); err != nil {
			return err
		}
	}
	if r.out, err = r.def.Run(tx, r.in); err != nil {
		return err
	}
	seen.unmoved(tx, id)
	if r.meta.DryRun {
		if err := tx.Flush(); err != nil {
			return err
		}
		return errDryRun
	}
	result, version := r.def.Result(r.out)
	// No row: the key won elsewhere in the meantime. Run again and find it.
	tx.Must(db.ErrStale, `INSERT INTO commands (account, key, id, operation, fingerprint, result, revision, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (account, key) DO NOTHING`,
		r.meta.account(), r.key, id, r.def.Name, r.fingerprint, result, version, tx.Micros())
	return nil
}

type anchorsKey struct{}

// Lock locks the anchors in the order of the engine's table, then by id, and
// checks that the actor may see them. Commands whose anchors are known only
// after a read call it themselves, and read again what they decide on: the
// lock travels with the next read.
func Lock(tx *db.Tx, anchors ...Anchor) {
	kinds, _ := tx.Context().Value(anchorsKey{}).([]AnchorKind)
	for _, kind := range kinds {
		for _, a := range sorted(anchors, kind.Kind) {
			condition, args := tx.Actor.Scope.SQL(kind.Columns, 2)
			found := 0
			tx.Guard(db.One(`SELECT 1 FROM `+kind.Table+` WHERE id = $1 AND `+condition+tx.ForUpdate(), append([]any{a.ID}, args...), &found), func() error {
				if found == 0 {
					return kind.Problem(a.ID)
				}
				return nil
			})
		}
	}
}

// repeat answers a key that was seen: with the same resource, as it is now.
func (r *attempt[In, Out]) repeat(ctx context.Context) (out Out, err error) {
	if r.first.operation != r.def.Name || r.first.fingerprint != r.fingerprint {
		return out, ErrKeyReused.New("key %q came with %s before", r.key, r.first.operation)
	}
	return r.reload(ctx, r.first.result)
}

// reload reads the resource as it is now. Work with a key of its own notes what it
// did, whatever the actor sees by now.
func (r *attempt[In, Out]) reload(ctx context.Context, id string) (Out, error) {
	reader := r.meta.Actor
	if r.meta.Account != "" {
		reader = auth.Internal(r.meta.Account)
	}
	return read(ctx, r.engine, r.def.Name, reader, func(tx *db.Tx) (Out, error) {
		tx.With(repeatedKey{}, r.first.id)
		return r.def.Repeat(tx, id)
	})
}

type repeatedKey struct{}

// Repeated is the id of the earlier execution whose answer Repeat gives, which
// the events that it caused name; empty if there was none.
func Repeated(tx *db.Tx) string {
	id, _ := tx.Context().Value(repeatedKey{}).(string)
	return id
}

// perform makes the calls that the command asked for and answers with the
// resource as it is then; pending if that takes too long. Who records the only
// result has the answer in hand, which is the recorder's alone until then.
func (r *attempt[In, Out]) perform(ctx context.Context) (out Out, pending bool, err error) {
	id, _ := r.def.Result(r.out)
	own, calling := &hand{value: r.out}, context.WithoutCancel(ctx)
	if len(r.intents) == 1 {
		calling = context.WithValue(calling, handKey{}, own)
	}
	open := make(chan bool, 1)
	go func() {
		failed := false // then the intent waits for the sweep
		for _, i := range r.intents {
			failed = r.engine.Effects.Start(calling, i) != nil || failed
		}
		open <- failed
	}()
	if r.meta.Outside != nil {
		r.meta.Outside()
	}
	waiting, stop := context.WithTimeout(ctx, cmp.Or(r.engine.EffectWait, effectWait))
	defer stop()
	select {
	case pending = <-open:
		if !pending && own.kept {
			return r.out, false, nil
		}
	case <-waiting.Done():
		pending = true
	}
	out, err = r.reload(context.WithoutCancel(ctx), id)
	return out, pending, err
}
