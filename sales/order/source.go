package order

import (
	"cmp"
	"slices"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/resource/inventory"
)

// Source is a place that a part of a line's stock comes from.
type Source struct {
	LocationID string         `json:"location_id"`
	Lot        string         `json:"lot,omitempty" doc:"Its code, where stock is kept by lot"`
	Quantity   money.Quantity `json:"quantity" doc:"Promised from there"`
	Picked     money.Quantity `json:"picked" doc:"Of it, already taken from the shelf"`
	Reason     string         `json:"reason,omitempty" enum:"whole,first,rest,staff" doc:"Why from there. whole: the first location, in the channel's order, that had all that was wanted at once. first: none had all, and it is the first that had some of it. rest: what those before it lacked. staff: chosen by hand"`
}

// showSources tells per line where its stock comes from. That is no column: the
// lines as they were read tell the same, so that none looks changed.
func (o *Order) showSources() {
	if len(o.Reservations) == 0 {
		return
	}
	sources := make(map[string][]Source, len(o.Lines))
	for _, r := range o.Reservations {
		if r.State == inventory.Active {
			sources[r.LineID] = withSource(sources[r.LineID], Source{r.Location, r.LotCode, r.Quantity, r.Picked, r.Reason})
		}
	}
	for i, l := range o.Lines {
		l.Sources = nil
		if all := sources[l.ID]; all != nil {
			slices.SortFunc(all, Source.compare)
			l.Sources = &all
		}
		if i < len(o.read.lines) {
			o.read.lines[i].Sources = l.Sources
		}
	}
}

// compare is the order in which sources are shown: that of reservations is
// arbitrary.
func (s Source) compare(other Source) int {
	return cmp.Or(cmp.Compare(s.LocationID, other.LocationID), cmp.Compare(s.Lot, other.Lot), cmp.Compare(s.Reason, other.Reason))
}

// withSource adds a source to others; what comes from one place for one reason
// is one source.
func withSource(all []Source, s Source) []Source {
	for i, have := range all {
		if have.LocationID == s.LocationID && have.Lot == s.Lot && have.Reason == s.Reason {
			all[i].Quantity += s.Quantity
			all[i].Picked += s.Picked
			return all
		}
	}
	return append(all, s)
}

// Split makes two reservations of the order of one: see inventory.Split.
func (o *Order) Split(tx *db.Tx, r *inventory.Reservation, quantity money.Quantity) (part, rest *inventory.Reservation) {
	part, rest = inventory.Split(tx, r, quantity)
	o.Reservations = append(o.Reservations, part, rest)
	return part, rest
}
