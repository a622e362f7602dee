package order

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/trade/customer"
)

// ErrNoVersion says that an order never stood at a version.
var ErrNoVersion = problem.Declare("version_unknown", problem.NotFound,
	"The order never had this version.", "Choose a version from 1 up to that of the order.")

// AsOfIn is the input of order.as_of.
type AsOfIn struct {
	ID      string `path:"id" json:"id"`
	Version int64  `path:"version" json:"version" doc:"After the write that made it"`
}

// CompareIn is the input of order.compare.
type CompareIn struct {
	ID   string `path:"id" json:"id"`
	From int64  `path:"from" json:"from" doc:"Version"`
	To   int64  `path:"to" json:"to" doc:"Version"`
}

// Comparison is what of an order is not the same in two versions.
type Comparison struct {
	Items []Changing `json:"items"`
}

// Changing is a value that becomes another one.
type Changing struct {
	Pointer string          `json:"pointer" doc:"Of the value in the order; rows of lists are named by their ids or positions"`
	Before  json.RawMessage `json:"before,omitempty" doc:"None if it was not there"`
	After   json.RawMessage `json:"after,omitempty" doc:"None if it is gone"`
}

// Past is an order as it was.
type Past struct {
	Order *Order `json:"order" doc:"Its facts; addresses and free texts are those that are still kept, and of payments there are the sums alone"`
}

// AsOf returns an order as it was at a version, added up from its events.
func AsOf(tx *db.Tx, in AsOfIn) (Past, error) {
	p, err := recall(tx, in.ID)
	if err != nil {
		return Past{}, err
	}
	o, err := p.at(in.Version)
	return Past{o}, err
}

// Compare tells what of an order is not the same in two versions.
func Compare(tx *db.Tx, in CompareIn) (Comparison, error) {
	p, err := recall(tx, in.ID)
	if err != nil {
		return Comparison{}, err
	}
	before, err := p.at(in.From)
	if err != nil {
		return Comparison{}, err
	}
	after, err := p.at(in.To)
	if err != nil {
		return Comparison{}, err
	}
	return compare(before, after)
}

// past is an order with all that happened to it.
type past struct {
	now    *Order
	events []event.Sealed
	copies map[string]*customer.Address
}

// recall reads the past of an order. Customers see a part of its events only,
// which add up to nothing.
func recall(tx *db.Tx, id string) (*past, error) {
	if tx.Actor.Scope.Customer != "" {
		return nil, NotFound(id)
	}
	p := &past{copies: map[string]*customer.Address{}}
	var err error
	if p.now, err = Get(tx, id); err != nil {
		return nil, err
	}
	for after, more := int64(0), true; more; {
		page, err := event.Of(tx, id, after, 1_000)
		if err != nil {
			return nil, err
		}
		if more = len(page) == 1_000; more {
			after = page[len(page)-1].Sequence
		}
		p.events = append(p.events, page...)
	}
	return p, tx.Load(customer.AddressesOf(p.addresses(), p.copies))
}

// addresses are the ids of all copies that the order ever named.
func (p *past) addresses() []string {
	ids := map[string]bool{}
	for _, e := range p.events {
		var b struct {
			Order struct {
				Billing string `json:"billing_id"`
				Contact string `json:"contact_id"`
			} `json:"order"`
			Deliveries map[string]struct {
				Address string `json:"address_id"`
			} `json:"deliveries"`
		}
		if json.Unmarshal(e.Body, &b) != nil {
			continue
		}
		ids[b.Order.Billing], ids[b.Order.Contact] = true, true
		for _, d := range b.Deliveries { // order-free: it fills a set
			ids[d.Address] = true
		}
	}
	delete(ids, "")
	return slices.Sorted(maps.Keys(ids))
}

// at adds the events up to a version.
func (p *past) at(version int64) (*Order, error) {
	if version < 1 || version > p.now.Version {
		return nil, ErrNoVersion.New("order %s has the versions 1 to %d, not %d", p.now.name(), p.now.Version, version)
	}
	for n, e := range p.events {
		var told struct {
			Order struct {
				Version int64 `json:"version"`
			} `json:"order"`
		}
		if err := json.Unmarshal(e.Body, &told); err != nil {
			return nil, err
		}
		if told.Order.Version != version {
			continue
		}
		sum, err := Fold(p.events[:n+1])
		if err != nil {
			return nil, err
		}
		return p.fill(sum)
	}
	return nil, ErrNoVersion.New("what order %s was at version %d is not in its events", p.now.name(), version)
}

// fill makes an order of the columns that its events add up to.
func (p *past) fill(sum map[string]any) (*Order, error) {
	o := blank()
	head, _ := sum["order"].(map[string]any)
	err := heads.Fill(&o.Head, head)
	var facts []*DeliveryFacts
	for _, fill := range []func() error{
		func() error { return rows(deliveries, sum["deliveries"], &facts) },
		func() error { return rows(lines, sum["lines"], &o.Lines) },
		func() error { return rows(adjustments, sum["adjustments"], &o.Adjustments) },
		func() error { return rows(holds, sum["holds"], &o.Holds) },
		func() error { return rows(inventory.Reservations, sum["reservations"], &o.Reservations) },
	} {
		err = cmp.Or(err, fill())
	}
	if err != nil {
		return nil, err
	}
	o.Reservations = slices.DeleteFunc(o.Reservations, func(r *inventory.Reservation) bool { return r.State != inventory.Active })
	for _, d := range facts {
		o.Deliveries = append(o.Deliveries, &Delivery{DeliveryFacts: *d})
	}
	slices.SortFunc(o.Deliveries, func(a, b *Delivery) int { return cmp.Compare(a.Position, b.Position) })
	slices.SortFunc(o.Lines, func(a, b *Line) int { return cmp.Compare(a.Position, b.Position) })
	slices.SortFunc(o.Adjustments, func(a, b *Adjustment) int { return cmp.Compare(a.Position, b.Position) })
	slices.SortFunc(o.Holds, func(a, b *Hold) int { return cmp.Or(cmp.Compare(a.CreatedAt, b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	for _, l := range o.Lines {
		if now := p.now.Line(l.ID); now != nil {
			l.Texts = now.Texts
			if l.free() {
				l.Title = now.Title
			}
		}
	}
	o.Contact = p.now.Contact
	o.denominate()
	o.refer(p.copies)
	return o, nil
}

// rows fills rows of a table by what was told of each.
func rows[T comparable](t *db.Table[T], told any, into *[]*T) error {
	all, _ := told.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		columns, _ := all[key].(map[string]any)
		row := new(T)
		if err := t.Fill(row, columns); err != nil {
			return err
		}
		*into = append(*into, row)
	}
	return nil
}

// uncompared are members that change with every write, or follow from others.
var uncompared = []string{"/version", "/updated_at"}

// compare flattens two orders and tells where they differ.
func compare(before, after *Order) (Comparison, error) {
	all := Comparison{Items: []Changing{}}
	was, err := flattened(before)
	if err != nil {
		return all, err
	}
	is, err := flattened(after)
	if err != nil {
		return all, err
	}
	pointers := slices.Concat(slices.Collect(maps.Keys(was)), slices.Collect(maps.Keys(is)))
	slices.Sort(pointers)
	for _, at := range slices.Compact(pointers) {
		if !slices.Contains(uncompared, at) && string(was[at]) != string(is[at]) {
			all.Items = append(all.Items, Changing{at, was[at], is[at]})
		}
	}
	return all, nil
}

// flattened are the values of an order by their pointers; amounts are one value.
func flattened(o *Order) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	all := map[string]json.RawMessage{}
	return all, flatten("", text, all)
}

func flatten(at string, text json.RawMessage, into map[string]json.RawMessage) error {
	switch text[0] {
	case '{':
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			return err
		}
		if members["currency"] != nil && members["amount"] != nil && len(members) == 2 {
			break
		}
		for name, value := range members { // order-free: each has its own place
			if err := flatten(at+"/"+name, value, into); err != nil {
				return err
			}
		}
		return nil
	case '[':
		var elements []json.RawMessage
		if err := json.Unmarshal(text, &elements); err != nil {
			return err
		}
		for _, e := range elements {
			var row struct {
				ID       string `json:"id"`
				Position int64  `json:"position"`
			}
			if json.Unmarshal(e, &row) != nil || reflect.ValueOf(row).IsZero() {
				continue
			}
			name := row.ID
			if name == "" {
				name = strconv.FormatInt(row.Position, 10)
			}
			if err := flatten(at+"/"+name, e, into); err != nil {
				return err
			}
		}
		return nil
	}
	into[at] = text
	return nil
}
