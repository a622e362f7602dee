package bench

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ordo/base/id"
	"ordo/engine/db"
)

// placement holds the statements of one command, trip by trip, and the places
// of those arguments that were new with it and must be new in each replay.
type placement struct {
	trips   [][]db.Recorded
	fresh   []slot
	ids     []string // prefixes of the new ids, one per number
	numbers int      // new order numbers
}

// slot is the place of an argument that holds a new id or order number.
type slot struct {
	trip, statement, arg int
	id                   int // which of the new ids; -1 for the order number
}

var (
	idText     = regexp.MustCompile(`^[a-z]+_[0-9a-hjkmnp-tv-z]{26}$`)
	numberText = regexp.MustCompile(`^` + numberPrefix + `\d+$`)
)

// newPlacement finds out what was new in a command that began at since: ids
// tell when they were made.
func newPlacement(trips [][]db.Recorded, since time.Time) *placement {
	p := &placement{trips: trips}
	known := map[string]int{}
	for t, trip := range trips {
		for s, statement := range trip {
			for a, arg := range statement.Args {
				text, _ := arg.(string)
				switch {
				case numberText.MatchString(text):
					p.fresh = append(p.fresh, slot{t, s, a, -1})
				case isNewID(text, since):
					if _, ok := known[text]; !ok {
						known[text] = len(p.ids)
						prefix, _, _ := strings.Cut(text, "_")
						p.ids = append(p.ids, prefix)
					}
					p.fresh = append(p.fresh, slot{t, s, a, known[text]})
				}
			}
		}
	}
	return p
}

// isNewID tells whether text is an id made at since or later.
func isNewID(text string, since time.Time) bool {
	if !idText.MatchString(text) {
		return false
	}
	none := id.Source{Read: func([]byte) {}} // its ids are the first of their millisecond
	_, made, _ := strings.Cut(text, "_")
	_, earliest, _ := strings.Cut(none.New("", since), "_")
	return made >= earliest
}

// instance returns the trips with ids and numbers that no other instance has.
func (p *placement) instance(number int64, now time.Time) [][]db.Recorded {
	ids := make([]string, len(p.ids))
	for i, prefix := range p.ids {
		ids[i] = id.Random.New(prefix, now)
	}
	trips := make([][]db.Recorded, len(p.trips))
	for t, trip := range p.trips {
		trips[t] = make([]db.Recorded, len(trip))
		for s, statement := range trip {
			statement.Args = append([]any(nil), statement.Args...)
			trips[t][s] = statement
		}
	}
	for _, f := range p.fresh {
		args := trips[f.trip][f.statement].Args
		if f.id < 0 {
			args[f.arg] = fmt.Sprintf("%sR%d", numberPrefix, number)
		} else {
			args[f.arg] = ids[f.id]
		}
	}
	return trips
}

// replayer sends recorded placements again and again.
type replayer struct {
	placements []*placement
	next       atomic.Int64
}

// step sends the next placement: the same trips, whose answers nobody reads.
func (r *replayer) step(ctx context.Context, d *db.DB) error {
	n := r.next.Add(1)
	trips := r.placements[int(n)%len(r.placements)].instance(n, d.Clock.Now())
	return d.Tx(ctx, func(tx *db.Tx) error {
		for _, trip := range trips {
			for _, s := range trip {
				if s.Read {
					tx.Guard(db.Many(s.Text, s.Args, ignore), nothing)
				} else {
					tx.Write(s.Text, s.Args...)
				}
			}
			if err := tx.Flush(); err != nil {
				return err
			}
		}
		return nil
	})
}

// took is the time that the statements of each table took, in total.
type took map[string]time.Duration

// apart sends each placement once, statement by statement, to tell what each costs.
func (r *replayer) apart(ctx context.Context, d *db.DB) (took, error) {
	all := took{}
	for range r.placements {
		n := r.next.Add(1)
		trips := r.placements[int(n)%len(r.placements)].instance(n, d.Clock.Now())
		err := d.Tx(ctx, func(tx *db.Tx) error {
			for _, s := range slices.Concat(trips...) {
				begun := time.Now()
				if s.Read {
					tx.Guard(db.Many(s.Text, s.Args, ignore), nothing)
				} else {
					tx.Write(s.Text, s.Args...)
				}
				if err := tx.Flush(); err != nil {
					return err
				}
				all[subject(s)] += time.Since(begun)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

var tableName = regexp.MustCompile(`(?:INTO|UPDATE|FROM) (\w+)`)

// subject is what a statement writes or reads, as in "orders" or "reading stock".
func subject(s db.Recorded) string {
	found := tableName.FindStringSubmatch(s.Text)
	switch {
	case found == nil:
		return "others"
	case s.Read:
		return "reading " + found[1]
	}
	return found[1]
}

// shares tells the share of each in percent, the largest first.
func (t took) shares() string {
	var sum time.Duration
	for _, d := range t { // order-free: a sum
		sum += d
	}
	names := slices.SortedFunc(maps.Keys(t), func(a, b string) int { return cmp.Or(cmp.Compare(t[b], t[a]), cmp.Compare(a, b)) })
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %.0f %%", name, 100*t[name].Seconds()/sum.Seconds())
	}
	return strings.Join(names, ", ")
}

func ignore(db.Scan) error { return nil }
func nothing() error       { return nil }

// recorder collects the trips of one command after the other, never of two at once.
type recorder struct{ trips [][]db.Recorded }

func (r *recorder) record(trip []db.Recorded) { r.trips = append(r.trips, trip) }

// take returns the trips since the last call.
func (r *recorder) take() [][]db.Recorded {
	trips := r.trips
	r.trips = nil
	return trips
}
