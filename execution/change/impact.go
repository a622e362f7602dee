package change

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// Impact is what a change does to an order: only what becomes another.
type Impact struct {
	Digest string `json:"digest" doc:"Of all of it, to commit what was seen"`
	OrderImpact
	Others []OtherImpact `json:"others,omitempty" doc:"On the order that is split off, or those that end"`
}

// OtherImpact is what becomes of another order.
type OtherImpact struct {
	OrderID string `json:"order_id,omitempty" doc:"None of a new one"`
	Number  string `json:"order_number,omitempty" doc:"None of a new one"`
	OrderImpact
}

// OrderImpact is what becomes another of one order.
type OrderImpact struct {
	Statuses []StatusImpact   `json:"statuses" doc:"Of the five"`
	Amounts  []AmountImpact   `json:"amounts"`
	Lines    []LineImpact     `json:"lines"`
	Stock    []QuantityImpact `json:"stock" doc:"What locations keep for the order"`
	Work     []QuantityImpact `json:"work" doc:"What locations have to ship of a delivery"`
}

// StatusImpact is a status that becomes another.
type StatusImpact struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// AmountImpact is a sum of the order that becomes another.
type AmountImpact struct {
	Name   string       `json:"name" enum:"subtotal,discount,charges,net,tax,rounding,total,owed"`
	Before money.Amount `json:"before"`
	After  money.Amount `json:"after"`
}

// LineImpact is a line that becomes another; a new one was all zero before.
type LineImpact struct {
	LineID string     `json:"line_id,omitempty" doc:"None of a new line"`
	SKU    string     `json:"sku"`
	Before LineValues `json:"before"`
	After  LineValues `json:"after"`
}

// LineValues are those of a line that a change can touch.
type LineValues struct {
	Quantity    money.Quantity  `json:"quantity"`
	UnitPrice   money.UnitPrice `json:"unit_price"`
	Gross       money.Amount    `json:"gross"`
	Canceled    money.Quantity  `json:"canceled"`
	Reserved    money.Quantity  `json:"reserved"`
	Backordered money.Quantity  `json:"backordered"`
}

// QuantityImpact is a quantity at a location that becomes another.
type QuantityImpact struct {
	LocationID string         `json:"location_id"`
	DeliveryID string         `json:"delivery_id,omitempty"`
	SKU        string         `json:"sku,omitempty"`
	Before     money.Quantity `json:"before"`
	After      money.Quantity `json:"after"`
}

// seen is an order as an impact compares it.
type seen struct {
	id, number string
	places     map[string]bool // deliveries
	statuses   []StatusImpact
	amounts    []AmountImpact
	lines      []LineImpact
	stock      []QuantityImpact
	owed       []fulfillment.Owed
}

// see notes an order; what it is goes into the places of what is after.
func see(o *order.Order) *seen {
	s := &seen{
		id: o.ID, number: o.Number, places: map[string]bool{},
		statuses: []StatusImpact{{"status", "", o.Status}, {"payment_status", "", o.PaymentStatus}, {"fulfillment_status", "", o.FulfillmentStatus}, {"return_status", "", o.ReturnStatus}, {"cancel_status", "", o.CancelStatus}},
	}
	owed := o.Owed()
	for _, a := range []AmountImpact{{"subtotal", owed, o.Subtotal}, {"discount", owed, o.Discount}, {"charges", owed, o.Charges}, {"net", owed, o.Net}, {"tax", owed, o.Tax}, {"rounding", owed, o.Rounding}, {"total", owed, o.Total}, {"owed", owed, owed}} {
		a.Before = money.Amount{Currency: o.Currency}
		s.amounts = append(s.amounts, a)
	}
	for _, d := range o.Deliveries {
		s.places[d.ID] = true
	}
	skus := map[string]string{}
	for _, l := range o.Lines {
		skus[l.ID] = l.SKU
		s.lines = append(s.lines, LineImpact{LineID: l.ID, SKU: l.SKU, Before: LineValues{Gross: money.Amount{Currency: o.Currency}},
			After: LineValues{l.Quantity, l.UnitPrice, l.Gross, l.Canceled, l.Reserved, l.Backordered}})
	}
	for _, r := range o.Reservations {
		if r.State == inventory.Active {
			s.keep(QuantityImpact{LocationID: r.Location, SKU: skus[r.LineID], After: r.Quantity})
		}
	}
	return s
}

// keep adds to what a location keeps of a SKU.
func (s *seen) keep(q QuantityImpact) {
	i := slices.IndexFunc(s.stock, func(k QuantityImpact) bool { return k.LocationID == q.LocationID && k.SKU == q.SKU })
	if i < 0 {
		s.stock = append(s.stock, q)
		return
	}
	s.stock[i].After += q.After
}

// impact tells what is not as it was, of the order that changes and of the others.
// What there was not before is named by no id: each run gives another one.
func impact(before, after []*seen) *Impact {
	i := &Impact{OrderImpact: compare(before[0], after[0])}
	for _, is := range after[1:] {
		n := slices.IndexFunc(before[1:], func(was *seen) bool { return was.id == is.id })
		if n < 0 {
			i.Others = append(i.Others, OtherImpact{OrderImpact: compare(is.blank(), is)})
			continue
		}
		i.Others = append(i.Others, OtherImpact{is.id, is.number, compare(before[1+n], is)})
	}
	text, _ := json.Marshal(i) // texts and numbers never fail
	sum := sha256.Sum256(text)
	i.Digest = hex.EncodeToString(sum[:8])
	return i
}

// blank is what there was of an order that was not there.
func (s *seen) blank() *seen {
	b := &seen{places: map[string]bool{}}
	for _, status := range s.statuses {
		b.statuses = append(b.statuses, StatusImpact{Name: status.Name})
	}
	for _, a := range s.amounts {
		b.amounts = append(b.amounts, AmountImpact{a.Name, a.Before, money.Amount{Currency: a.After.Currency}})
	}
	return b
}

// compare tells what of an order is not as it was.
func compare(before, after *seen) OrderImpact {
	i := OrderImpact{
		Statuses: differing(before.statuses, after.statuses, func(s StatusImpact) string { return s.Name }, func(was, is *StatusImpact) { is.Before = was.After }, func(s *StatusImpact) bool { return s.Before != s.After }),
		Amounts:  differing(before.amounts, after.amounts, func(a AmountImpact) string { return a.Name }, func(was, is *AmountImpact) { is.Before = was.After }, func(a *AmountImpact) bool { return a.Before != a.After }),
		Lines:    differing(before.lines, after.lines, func(l LineImpact) string { return l.LineID }, func(was, is *LineImpact) { is.Before = was.After }, func(l *LineImpact) bool { return l.Before != l.After }),
		Stock:    quantities(before.stock, after.stock),
		Work:     quantities(before.work(before.places), after.work(before.places)),
	}
	for n := range i.Lines {
		if i.Lines[n].Before.Quantity == 0 {
			i.Lines[n].LineID = "" // given anew by every run
		}
	}
	return i
}

// differing pairs what is there after with what was before, and returns what is
// not the same.
func differing[T any](before, after []T, key func(T) string, pair func(was, is *T), differs func(*T) bool) []T {
	all := []T{}
	for _, is := range after {
		if n := slices.IndexFunc(before, func(was T) bool { return key(was) == key(is) }); n >= 0 {
			pair(&before[n], &is)
		}
		if differs(&is) {
			all = append(all, is)
		}
	}
	return all
}

// quantities pairs them by where they are; what is gone is zero after.
func quantities(before, after []QuantityImpact) []QuantityImpact {
	key := func(q QuantityImpact) string { return q.LocationID + " " + q.DeliveryID + " " + q.SKU }
	for _, was := range before {
		if !slices.ContainsFunc(after, func(is QuantityImpact) bool { return key(is) == key(was) }) {
			after = append(after, QuantityImpact{LocationID: was.LocationID, DeliveryID: was.DeliveryID, SKU: was.SKU})
		}
	}
	all := differing(before, after, key, func(was, is *QuantityImpact) { is.Before = was.After }, func(q *QuantityImpact) bool { return q.Before != q.After })
	slices.SortFunc(all, func(a, b QuantityImpact) int {
		return cmp.Or(strings.Compare(a.DeliveryID, b.DeliveryID), strings.Compare(a.LocationID, b.LocationID), strings.Compare(a.SKU, b.SKU))
	})
	return all
}

// work is what locations have to ship, of deliveries that are known each by itself.
func (s *seen) work(known map[string]bool) (all []QuantityImpact) {
	for _, o := range s.owed {
		q := QuantityImpact{LocationID: o.LocationID, After: o.Units}
		if known[o.DeliveryID] {
			q.DeliveryID = o.DeliveryID
		}
		n := slices.IndexFunc(all, func(is QuantityImpact) bool { return is.LocationID == q.LocationID && is.DeliveryID == q.DeliveryID })
		if n < 0 {
			all = append(all, q)
			continue
		}
		all[n].After += q.After
	}
	return all
}
