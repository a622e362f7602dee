package order

import (
	"cmp"
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/trade/customer"
)

// ErrMisfit says that two orders can't become one, and for which field.
var ErrMisfit = problem.Declare("merge_incompatible", problem.Conflict,
	"An order can't become a part of the other one.", "Merge orders of one customer, channel, currency and terms; the one that ends is neither released nor paid.")

// Events of orders that become one.
var (
	Merged = event.Declare("order.merged", 1, "The order became a part of another one, with all that is promised of it.", body{}, "order", "lines", "adjustments")
	Joined = event.Declare("order.joined", 1, "Another order became a part of this one; nothing was promised anew.", body{}, "order", "lines", "adjustments")
)

// MergeIn is the input of order.merge.
type MergeIn struct {
	ID       string   `path:"id" json:"id"`
	IfMatch  string   `header:"If-Match" json:"-" doc:"ETag of the order that the merge was made from"`
	OrderIDs []string `json:"order_ids" minItems:"1" maxItems:"20" uniqueItems:"true" doc:"Orders that end"`
}

// Merge makes other orders a part of a placed one, and returns that.
func Merge(tx *db.Tx, in MergeIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := o.matches(tx, in.IfMatch); err != nil {
		return nil, err
	}
	steps := make([]Step, len(in.OrderIDs))
	for i, id := range in.OrderIDs {
		steps[i] = Step{Kind: MergeOrder, OrderID: id}
	}
	if _, err := o.Amend(tx, nil, steps); err != nil {
		return nil, moved(err, "/steps", "/order_ids")
	}
	return o, nil
}

// regroups tells whether a step moves goods between orders.
func (s Step) regroups() bool { return s.Kind == SplitUnits || s.Kind == MergeOrder }

// merged are the orders that steps make a part of another one.
func merged(steps []Step) (ids []string) {
	for _, s := range steps {
		if s.Kind == MergeOrder {
			ids = append(ids, s.OrderID)
		}
	}
	return ids
}

// regroup splits an order, or merges others into it, by steps that are all of one
// kind.
func (o *Order) regroup(tx *db.Tx, numbers *number.Source, steps []Step) ([]*Order, error) {
	var faults problem.List
	kind := steps[0].Kind
	for i, s := range steps {
		pointer := fmt.Sprintf("/steps/%d", i)
		if s.Kind != kind {
			faults.Add(problem.ErrInvalidValue, pointer+"/kind", "%s goes with no other kind of step", kind)
		} else if !tx.Actor.Permissions.Has("order." + kind) {
			faults.Add(auth.ErrPermission, pointer+"/kind", "it needs the permission order.%s", kind)
		}
		if kind == MergeOrder && slices.ContainsFunc(steps[:i], func(earlier Step) bool { return earlier.OrderID == s.OrderID }) {
			faults.Add(problem.ErrInvalidValue, pointer+"/order_id", "another step names the same order")
		}
		s.Check(o, pointer, &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if kind == MergeOrder {
		return o.merge(tx, steps)
	}
	n, err := o.split(tx, numbers, steps)
	return []*Order{n}, err
}

// guardMerge lets orders pass that others can become a part of.
func guardMerge(o *Order) error {
	if o.CustomerID == "" {
		return o.refuseBy(ErrMisfit, "it is a guest's", "Orders of a customer can be merged.").With("fields", []string{"customer_id"})
	}
	return GuardAmend(o)
}

// merge makes other orders a part of this one, one after the other.
func (o *Order) merge(tx *db.Tx, steps []Step) (others []*Order, err error) {
	if err := guardMerge(o); err != nil {
		return nil, err
	}
	var faults problem.List
	for i, s := range steps {
		pointer := fmt.Sprintf("/steps/%d", i)
		other, err := Get(tx, s.OrderID)
		switch {
		case problem.As(err) != nil:
			faults.Add(problem.ErrNotFound, pointer, "no order %s", s.OrderID)
			continue
		case err != nil:
			return nil, err
		}
		for _, m := range o.misfits(other) {
			faults.Add(ErrMisfit, pointer, "%s of order %s: %s", m.Field, other.name(), m.Why)
		}
		others = append(others, other)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, other := range others {
		if err := o.absorb(tx, other); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// absorb takes over all that another order is.
func (o *Order) absorb(tx *db.Tx, other *Order) error {
	p := &parting{tx: tx, from: other, to: o, before: o.Total.Amount + other.Total.Amount, taxes: o.taxNames(), deliveries: map[string]*Delivery{}, whole: true}
	for line, name := range other.taxNames() { // order-free: into a map
		p.taxes[line] = name
	}
	if err := o.settle(); err != nil {
		return err
	}
	places, lines := len(o.Deliveries), len(o.Lines)
	o.Rounding.Amount, other.Rounding.Amount = o.Rounding.Amount+other.Rounding.Amount, 0
	if err := p.move(other.quantities()); err != nil {
		return err
	}
	for _, d := range o.Deliveries[places:] {
		if d.Address != nil {
			d.AddressID = customer.InsertAddress(tx, o.CustomerID, *d.Address)
		}
	}
	insertTexts(tx, o.Lines[lines:])
	other.MergedInto = o.ID
	o.Revision++
	other.Revision++
	return p.save(Merged, Joined)
}

// quantities are those of all lines.
func (o *Order) quantities() map[*Line]money.Quantity {
	all := map[*Line]money.Quantity{}
	for _, l := range o.tops() {
		all[l] = l.Quantity
	}
	return all
}

// Misfit is a field for which an order can't become a part of another.
type Misfit struct {
	Field string `json:"field"`
	Why   string `json:"why"`
}

// misfits are all reasons why another order can't become a part of this one.
func (o *Order) misfits(other *Order) (all []Misfit) {
	check := func(fits bool, field, why string, args ...any) {
		if !fits {
			all = append(all, Misfit{field, fmt.Sprintf(why, args...)})
		}
	}
	same := func(field, own, its string) {
		check(own == its, field, "it is %s, not %s", cmp.Or(its, "none"), cmp.Or(own, "none"))
	}
	check(other.ID != o.ID, "id", "it is the same order")
	check(GuardPlaced(other) == nil && other.Status != "returned", "status", "it is %s", other.Status)
	check(other.Origin == "ordo", "origin", "it was settled where it came from")
	same("customer_id", o.CustomerID, other.CustomerID)
	same("channel_id", o.ChannelID, other.ChannelID)
	same("currency", o.Currency, other.Currency)
	check(o.TaxInclusive == other.TaxInclusive, "tax_inclusive", "its prices are of another kind")
	same("payment_method", o.PaymentMethod, other.PaymentMethod)
	check(o.TermsDays == other.TermsDays, "terms_days", "they are %d, not %d", other.TermsDays, o.TermsDays)
	check(!other.released(), "deliveries", "a delivery is released")
	s := other.sums()
	check(s.picked+s.shipped == 0, "lines", "goods are picked or shipped")
	check(other.Captured == other.Refunded && other.Authorized == other.Captured && other.AttemptsOpen == 0, "payments", "money was taken or is promised")
	check(other.granted() == 0, "refunds", "money was promised back")
	check(len(o.tags)+len(other.tags) <= mostTags, "tags", "both have more than %d", mostTags)
	check(len(o.Lines)+len(other.Lines) <= mostLines, "lines", "both have more than %d", mostLines)
	return all
}

// Candidate is an order of the same customer, and why it can't become a part of
// another one.
type Candidate struct {
	OrderID  string       `json:"order_id"`
	Number   string       `json:"number"`
	Status   string       `json:"status" enum:"pending,approved,processing,shipped,delivered,returned"`
	PlacedAt clock.Stamp  `json:"placed_at"`
	Total    money.Amount `json:"total"`
	Misfits  []Misfit     `json:"misfits,omitempty" doc:"None if it fits"`
}

// CandidateList is a list of them.
type CandidateList struct {
	Items []Candidate `json:"items"`
}

// mostCandidates is how many of a customer's orders are looked at.
const mostCandidates = 20

// Candidates returns the newest orders of the same customer that are not at an end,
// those first that fit.
func Candidates(tx *db.Tx, id string) (CandidateList, error) {
	list := CandidateList{Items: []Candidate{}}
	o, err := Get(tx, id)
	if err != nil || o.CustomerID == "" {
		return list, err
	}
	ids, err := siblings(tx, o)
	for _, id := range ids {
		other, err := Get(tx, id)
		if err != nil {
			return list, err
		}
		list.Items = append(list.Items, Candidate{other.ID, other.Number, other.Status, other.PlacedAt, other.Total, o.misfits(other)})
	}
	slices.SortStableFunc(list.Items, func(a, b Candidate) int { return min(1, len(a.Misfits)) - min(1, len(b.Misfits)) })
	return list, err
}

// mostLines is how many lines an order can have, with the parts of bundles.
const mostLines = 4_000
