package db

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Tables that change rarely and are read by every command, such as prices, need
// not be read again each time. A subject names them with Remember and keeps in
// a Known what it made of them. Whoever writes to one of them, in whatever
// process, gives their version a new value in the same transaction; whoever
// wants to rely on a Known reads that version first.

var remembered = map[string]bool{}

// Remember declares tables that a Known may tell of. It is called before a
// database is opened.
func Remember(tables ...string) struct{} {
	for _, t := range tables {
		remembered[t] = true
	}
	return struct{}{}
}

// Known is what a transaction recalls of those tables: what this process
// remembers at one version of theirs, and what it put in by itself. Values must
// not be changed any more. A Known is used by one goroutine at a time.
type Known struct {
	memory  *memory
	own     map[any]any // put in, not settled yet
	missed  bool        // something was not there and had to be read
	renewed bool        // what was there at first is out of date
}

// memory is what the process remembers at a version.
type memory struct {
	version string
	values  sync.Map
	size    atomic.Int64
}

// mostKnown bounds a memory: about 50 MB of offers.
const mostKnown = 50_000

func (m *memory) put(key, value any) {
	if _, there := m.values.Swap(key, value); !there && m.size.Add(1) > mostKnown {
		m.values.Clear()
		m.size.Store(0)
	}
}

// Put keeps a value under a key, which should be of a type of the caller's own.
func (k *Known) Put(key, value any) {
	if k.own == nil {
		k.own = map[any]any{}
	}
	k.own[key] = value
}

// Recall returns the value that was put under a key. A caller that is told of
// none reads what it needs, and Settle follows.
func Recall[V any](k *Known, key any) (value V, ok bool) {
	v, there := k.own[key]
	if !there {
		v, there = k.memory.values.Load(key)
	}
	if there {
		value, ok = v.(V)
	}
	k.missed = k.missed || !ok
	return value, ok
}

// Renewed tells whether what was recalled before Confirm is out of date.
func (k *Known) Renewed() bool { return k.renewed }

// Known returns what this process knew last. It may be out of date: Confirm
// tells.
func (t *Tx) Known() *Known {
	if t.changed {
		return &Known{memory: &memory{}} // not committed, so for this transaction only
	}
	return &Known{memory: t.db.memory.Load()}
}

const readVersion = `SELECT version FROM remembered`

// Confirm reads whether k is up to date; if it is not, it starts anew with what
// is remembered at the present version.
func (t *Tx) Confirm(k *Known) Read {
	return Many(readVersion, nil, func(scan Scan) error {
		var version string
		err := scan(&version)
		if err == nil && !t.changed && version != k.memory.version {
			*k = Known{memory: t.db.memoryAt(version), renewed: true}
		}
		return err
	})
}

// Settle ends the reading of what was not known: others may recall it from now
// on. It fails with ErrStale if one of the tables changed meanwhile, since then
// what was recalled and what was read do not belong together.
func (t *Tx) Settle(k *Known) error {
	if !k.missed || t.changed {
		return nil
	}
	var version string
	if err := t.Load(One(readVersion, nil, &version)); err != nil {
		return err
	}
	if version != k.memory.version {
		return ErrStale
	}
	for key, value := range k.own { // order-free: each has its own place
		k.memory.put(key, value)
	}
	return nil
}

// memoryAt returns the process's memory if it has the version, else a new one.
func (d *DB) memoryAt(version string) *memory {
	now := d.memory.Load()
	if now.version == version {
		return now
	}
	d.memory.CompareAndSwap(now, &memory{version: version})
	if now = d.memory.Load(); now.version != version {
		return &memory{version: version} // another transaction sees another version: keep apart
	}
	return now
}

// note tells whether a statement writes, and notes if it does so to a table that
// others remember.
func (t *Tx) note(text string) (writes bool) {
	for _, verb := range [...]string{"INSERT INTO ", "UPDATE ", "DELETE FROM "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			table, _, _ := strings.Cut(rest, " ")
			t.changed = t.changed || remembered[table]
			return true
		}
	}
	return false
}

// renew gives the remembered tables a new version if this transaction changed
// one of them. It goes last, because all who change them meet in this row. The
// version is new for good: one that is undone never comes again.
func (t *Tx) renew() {
	if t.changed && t.err == nil {
		t.Must(ErrStale, `UPDATE remembered SET version = $1`, t.ID("ver"))
	}
}
