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

// Known is what this process remembers of those tables at one version of
// theirs. What is put in must not be changed any more.
type Known struct {
	version string
	values  sync.Map
	size    atomic.Int64
}

// mostKnown bounds a Known: about 50 MB of offers.
const mostKnown = 50_000

// Put keeps a value under a key, which should be of a type of the caller's own.
func (k *Known) Put(key, value any) {
	if _, there := k.values.Swap(key, value); !there && k.size.Add(1) > mostKnown {
		k.values.Clear()
		k.size.Store(0)
	}
}

// Recall returns the value that was put under a key.
func Recall[V any](k *Known, key any) (value V, ok bool) {
	if v, there := k.values.Load(key); there {
		value, ok = v.(V)
	}
	return value, ok
}

// Known returns what this process knew last. It may be out of date: Confirm
// tells.
func (t *Tx) Known() *Known {
	if t.changed {
		return &Known{} // not committed, so for this transaction only
	}
	return t.db.known.Load()
}

// Confirm reads whether known is up to date; if it is not, it is replaced with
// what there is at the present version, at first nothing. What is read after
// that, by this or a later Load, may be put in.
func (t *Tx) Confirm(known **Known) Read {
	return Many(`SELECT version FROM remembered`, nil, func(scan Scan) error {
		var version string
		err := scan(&version)
		if err == nil && !t.changed {
			*known = t.db.knownAt(version)
		}
		return err
	})
}

// knownAt returns the process's Known if it has the version, else a new one.
func (d *DB) knownAt(version string) *Known {
	now := d.known.Load()
	if now.version == version {
		return now
	}
	d.known.CompareAndSwap(now, &Known{version: version})
	if now = d.known.Load(); now.version != version {
		return &Known{version: version} // another transaction sees another version: keep apart
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
