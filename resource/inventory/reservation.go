package inventory

import (
	"cmp"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/db"
)

// States of a reservation. It leaves Active exactly once.
const (
	Active   = "active"
	Claimed  = "claimed"  // dispatched
	Released = "released" // given back
	Expired  = "expired"  // given back because its time was over
)

// Place is where stock lies: a location, and a lot where it is kept by lot.
type Place struct {
	Location string
	Lot      string
}

// Reservation is a fixed quantity promised to a line.
type Reservation struct {
	ID        string         `json:"id"`
	OrderID   string         `json:"-"`
	LineID    string         `json:"line_id"`
	VariantID string         `json:"variant_id"`
	Location  string         `json:"location_id"`
	Lot       string         `json:"lot_id,omitempty"`
	Quantity  money.Quantity `json:"quantity"`
	State     string         `json:"state" enum:"active,claimed,released,expired"`
	Picked    money.Quantity `json:"picked" doc:"Already taken from the shelf"`
	Priority  int64          `json:"-"`
	CreatedAt clock.Stamp    `json:"created_at"`
	EndedAt   clock.Stamp    `json:"ended_at,omitzero"`
	Reason    string         `json:"reason,omitempty" enum:"whole,first,rest,staff" doc:"Why from there"`
	LotCode   string         `json:"lot,omitempty" doc:"For people; no column"`
}

// Reasons why a reservation is where it is.
const (
	Whole = "whole" // the first location that had all that was wanted
	First = "first" // no location had all; it is the first that had some of it
	Rest  = "rest"  // what locations that are asked before it lacked
	Staff = "staff" // somebody chose it
)

// Demand is a quantity of a variant that a line wants.
type Demand struct {
	LineID    string
	VariantID string
	Quantity  money.Quantity
	Lot       string // from which alone it is served; empty for any
}

// Supply is what can be promised of a variant at a place, in the order in
// which places are asked.
type Supply struct {
	Place
	Rank      int64 // of the location for the channel; lower is asked first
	Expires   int64 // of the lot, microseconds; 0 for never
	Available money.Quantity

	LotCode      string // for people
	LocationCode string // for people; only where other locations are told
}

// Supplies holds the supply per variant.
type Supplies map[string][]Supply

// Keep leaves the supplies at the ranked locations, and ranks them.
func (s Supplies) Keep(ranks map[string]int64) {
	for variant, all := range s { // order-free: each variant stands for itself
		left := all[:0]
		for _, p := range all {
			if rank, ok := ranks[p.Location]; ok {
				p.Rank = rank
				left = append(left, p)
			}
		}
		s[variant] = left
	}
}

// Fresh leaves out lots that have expired; now is in microseconds.
func (s Supplies) Fresh(now int64) {
	for variant, all := range s { // order-free: each variant stands for itself
		s[variant] = slices.DeleteFunc(all, func(p Supply) bool { return p.Expires != 0 && p.Expires <= now })
	}
}

// Allocate promises supply to demands and returns the reservations and what is
// missing per line. A location that has everything is preferred, so that one
// parcel does; else the channel's order of locations decides. Within a
// location, the lot that expires first goes first. Each reservation says why it
// is where it is. It is pure: supplies is not changed.
func Allocate(supplies Supplies, demands []Demand) (reservations []*Reservation, missing map[string]money.Quantity) {
	a := allocation{left: map[string][]Supply{}, missing: map[string]money.Quantity{}}
	for _, d := range demands {
		if a.left[d.VariantID] == nil {
			a.left[d.VariantID] = slices.SortedFunc(slices.Values(supplies[d.VariantID]), asked)
		}
	}
	if slices.ContainsFunc(demands, func(d Demand) bool { return d.Lot != "" }) { // these have no choice
		demands = slices.Clone(demands)
		slices.SortStableFunc(demands, func(a, b Demand) int { return -cmp.Compare(min(1, len(a.Lot)), min(1, len(b.Lot))) })
	}
	whole := a.whole(demands)
	for _, d := range demands {
		a.allocate(d, whole)
	}
	return a.reservations, a.missing
}

// asked is the order in which supplies are asked.
func asked(a, b Supply) int {
	never := func(s Supply) int64 {
		if s.Expires == 0 {
			return 1<<63 - 1
		}
		return s.Expires
	}
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Location, b.Location), cmp.Compare(never(a), never(b)), cmp.Compare(a.Lot, b.Lot))
}

type allocation struct {
	left         map[string][]Supply
	reservations []*Reservation
	missing      map[string]money.Quantity
}

// whole returns the first location that has all that is wanted; "" if none has.
func (a *allocation) whole(demands []Demand) string {
	if len(demands) == 0 {
		return ""
	}
	for _, candidate := range a.left[demands[0].VariantID] {
		wanted := map[[2]string]money.Quantity{} // of a variant, and of its lots
		enough := true
		for _, d := range demands {
			for _, lot := range []string{"", d.Lot}[:1+min(1, len(d.Lot))] {
				key := [2]string{d.VariantID, lot}
				wanted[key] += d.Quantity
				enough = enough && a.at(d.VariantID, lot, candidate.Location) >= wanted[key]
			}
		}
		if enough {
			return candidate.Location
		}
	}
	return ""
}

// at is what a location has of a variant, or of one lot of it.
func (a *allocation) at(variant, lot, location string) (sum money.Quantity) {
	for _, s := range a.left[variant] {
		if s.Location == location && (lot == "" || s.Lot == lot) {
			sum += max(0, s.Available)
		}
	}
	return sum
}

func (a *allocation) allocate(d Demand, only string) {
	wanted, reason := d.Quantity, First
	if only != "" {
		reason = Whole
	}
	var last string
	for i := range a.left[d.VariantID] {
		s := &a.left[d.VariantID][i]
		take := min(wanted, s.Available)
		if take <= 0 || only != "" && s.Location != only || d.Lot != "" && s.Lot != d.Lot {
			continue
		}
		s.Available -= take
		wanted -= take
		if last != "" && last != s.Location {
			reason = Rest
		}
		last = s.Location
		a.reservations = append(a.reservations, &Reservation{
			LineID: d.LineID, VariantID: d.VariantID, Location: s.Location, Lot: s.Lot, LotCode: s.LotCode, Quantity: take, State: Active, Reason: reason,
		})
	}
	if wanted > 0 {
		a.missing[d.LineID] += wanted
	}
}

// Reserve writes new reservations of an order and takes them from what is
// available. If another command took it first, this one runs again. Rows of
// stock are changed in sorted order, so that two orders never wait for each
// other in a circle.
func Reserve(tx *db.Tx, order string, reservations []*Reservation) {
	for _, r := range reservations {
		r.ID, r.OrderID, r.State, r.CreatedAt = tx.ID("res"), order, Active, clock.At(tx.Now)
	}
	Reservations.Insert(tx, reservations...)
	change(tx, totals(reservations), reserve)
}

// Release ends reservations without a movement: the stock is available again.
func Release(tx *db.Tx, reservations []*Reservation, state string) {
	for _, r := range reservations {
		end(tx, r, state)
	}
	change(tx, totals(reservations), release)
}

// Move ends reservations of an order and makes others in one go: each row of
// stock changes once. The new ones may take what the old ones give back.
func Move(tx *db.Tx, order string, ended, made []*Reservation) {
	for _, r := range ended {
		end(tx, r, Released)
	}
	for _, r := range made {
		r.ID, r.OrderID, r.State, r.CreatedAt = tx.ID("res"), order, Active, clock.At(tx.Now)
	}
	Reservations.Insert(tx, made...)
	sums := totals(made)
	for _, s := range totals(ended) {
		s.quantity, s.broken = 0, s.quantity
		sums = append(sums, s)
	}
	for _, s := range summed(sums) {
		tx.Must(db.ErrStale, move, s.variant, s.Location, s.Lot, int64(s.quantity), int64(s.broken))
	}
}

// Split ends a reservation and makes two new ones of it: a part of the given
// quantity, which takes over what was picked first, and the rest. What is
// promised stays the same.
func Split(tx *db.Tx, r *Reservation, quantity money.Quantity) (part, rest *Reservation) {
	one, other := *r, *r
	one.ID, one.Quantity, one.Picked = tx.ID("res"), quantity, min(quantity, r.Picked)
	other.ID, other.Quantity, other.Picked = tx.ID("res"), r.Quantity-quantity, r.Picked-one.Picked
	end(tx, r, Released)
	Reservations.Insert(tx, &one, &other)
	return &one, &other
}

// Hand gives a reservation of which nothing is picked to a line of another order.
// It goes on: no stock is free in between.
func Hand(tx *db.Tx, r *Reservation, order, line string, priority int64) {
	tx.Must(db.ErrStale, hand, r.OrderID, r.ID, order, line, priority)
	r.OrderID, r.LineID, r.Priority = order, line, priority
}

// SavePicked writes how much of reservations was taken from the shelf so far.
func SavePicked(tx *db.Tx, reservations ...*Reservation) {
	for _, r := range reservations {
		tx.Must(db.ErrStale, pick, r.OrderID, r.ID, int64(r.Picked))
	}
}

// Claim dispatches reservations: they end, and the stock leaves by the
// movements of a document, in one go.
func Claim(tx *db.Tx, reservations []*Reservation, reference string) {
	for _, r := range reservations {
		end(tx, r, Claimed)
	}
	sums := totals(reservations)
	for _, location := range locations(sums) {
		d := &Document{ID: tx.ID("sdo"), Kind: Dispatch, LocationID: location, Reference: reference, At: clock.At(tx.Now), Origin: "ordo", Version: 1, sequence: 1}
		for _, s := range sums {
			if s.Location == location {
				d.Movements = append(d.Movements, &Movement{VariantID: s.variant, Location: location, Lot: s.Lot, Quantity: -s.quantity})
			}
		}
		if err := d.emit(tx, Dispatched); err != nil {
			tx.Fail(err)
		}
	}
	change(tx, sums, dispatch)
}

func end(tx *db.Tx, r *Reservation, state string) {
	r.State, r.EndedAt = state, max(clock.At(tx.Now), r.CreatedAt) // the clock was read before waiting for locks
	tx.Must(db.ErrStale, finish, r.OrderID, r.ID, r.State, int64(r.EndedAt), int64(r.Picked))
}

// total is the sum of a change to one row of stock.
type total struct {
	Place
	variant  string
	quantity money.Quantity
	broken   money.Quantity // no longer promised
	free     money.Quantity // there may be no more than that, if promises are broken
}

// totals sums reservations per row of stock.
func totals(reservations []*Reservation) []total {
	all := make([]total, len(reservations))
	for i, r := range reservations {
		all[i] = total{Place: Place{r.Location, r.Lot}, variant: r.VariantID, quantity: r.Quantity}
	}
	return summed(all)
}

// summed adds up the changes to the same row of stock and sorts the rows: all
// commands change them in this order.
func summed(all []total) []total {
	slices.SortFunc(all, func(a, b total) int {
		return cmp.Or(cmp.Compare(a.variant, b.variant), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Lot, b.Lot))
	})
	sums := all[:0]
	for _, t := range all {
		if n := len(sums); n > 0 && sums[n-1].variant == t.variant && sums[n-1].Place == t.Place {
			sums[n-1].quantity += t.quantity
			sums[n-1].broken += t.broken
			sums[n-1].free = max(sums[n-1].free, t.free)
		} else {
			sums = append(sums, t)
		}
	}
	return sums
}

func locations(sums []total) []string {
	var all []string
	for _, s := range sums {
		all = append(all, s.Location)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
