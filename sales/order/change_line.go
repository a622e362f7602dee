package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
)

// ChangeLineIn is the input of order.change_line.
type ChangeLineIn struct {
	ID       string         `path:"id" json:"id"`
	LineID   string         `path:"line_id" json:"line_id"`
	IfMatch  string         `header:"If-Match" json:"-" doc:"ETag of the order that the change was made from"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero, up to three decimals"`
	Unit     string         `json:"unit,omitempty" maxLength:"20" doc:"One of the units of the variant; its own if not given"`
}

// RemoveLineIn is the input of order.remove_line.
type RemoveLineIn struct {
	ID      string `path:"id" json:"id"`
	LineID  string `path:"line_id" json:"line_id"`
	IfMatch string `header:"If-Match" json:"-" doc:"ETag of the order that the change was made from"`
}

// ChangeLine changes the quantity of a line of a draft, which is priced again
// as a whole. All rows that stay the same stay.
func ChangeLine(tx *db.Tx, in ChangeLineIn) (*Order, error) {
	return edit(tx, in.ID, in.LineID, in.IfMatch, func(e *editing) error {
		l := &e.agreement.Lines[e.index]
		if l.Quantity = in.Quantity; !l.free() || in.Unit != "" {
			l.Unit = in.Unit
		}
		return nil
	})
}

// RemoveLine takes a line out of a draft, with its delivery if no other line
// goes there but others go elsewhere. The draft is priced again as a whole.
func RemoveLine(tx *db.Tx, in RemoveLineIn) (*Order, error) {
	return edit(tx, in.ID, in.LineID, in.IfMatch, (*editing).remove)
}

// editing is one line of a draft that is about to change.
type editing struct {
	order     *Order
	line      *Line
	index     int     // of the line in the agreement
	lines     []*Line // of the order, one per line of the agreement
	agreement *Agreement
	removed   []string // ids of lines that go
}

func edit(tx *db.Tx, id, line, tag string, change func(*editing) error) (*Order, error) {
	o, err := Get(tx, id)
	if err != nil {
		return nil, err
	}
	if err := guardDraft(o); err != nil {
		return nil, err
	}
	if err := o.matches(tx, tag); err != nil {
		return nil, err
	}
	e := &editing{order: o, line: o.Line(line)}
	switch {
	case e.line == nil:
		return nil, problem.ErrNotFound.New("order %s has no line %s", o.name(), line)
	case e.line.ParentID != "":
		return nil, problem.ErrInvalidValue.New("%s is a part of a bundle; change the bundle", e.line.SKU)
	}
	if err := e.ask(); err != nil {
		return nil, err
	}
	if err := change(e); err != nil {
		return nil, err
	}
	fresh, _, err := agree(tx, e.agreement, o.ID, nil, problem.List{})
	if err != nil {
		return nil, e.lead(err)
	}
	e.apply(tx, fresh)
	return o, o.Save(tx, Revised, nil)
}

// ask makes the agreement of the draft again. Whether lines of other variants
// can still be sold is no matter of this change.
func (e *editing) ask() (err error) {
	if e.agreement, e.lines, err = e.order.agreed(); err != nil {
		return err
	}
	e.index = slices.Index(e.lines, e.line)
	for i, l := range e.lines {
		e.agreement.Lines[i].kept = l.VariantID != e.line.VariantID
	}
	return nil
}

// agreed makes the agreement of an order again, with the order's line of each of
// its lines: prices by hand stay, and what was agreed may be kept.
func (o *Order) agreed() (a *Agreement, tops []*Line, err error) {
	a = &Agreement{ChannelID: o.ChannelID, CustomerID: o.CustomerID, Billing: o.Billing, SourceKind: o.SourceKind, Reference: o.Reference, Priority: o.Priority, ExternalID: o.ExternalID, Lines: []LineIn{}}
	if o.CustomerID == "" {
		a.Contact = o.Contact
	}
	if a.Discounts, err = decode(o.requested); err != nil {
		return nil, nil, err
	}
	index := map[string]int{}
	for i, d := range o.Deliveries {
		index[d.ID] = i
		a.Deliveries = append(a.Deliveries, DeliveryIn{Address: d.Address, MethodID: d.MethodID})
	}
	for _, l := range o.Lines {
		if l.ParentID != "" || l.Quantity == 0 {
			continue
		}
		in := l.again(index[l.DeliveryID])
		if in.Discounts, err = decode(l.requested); err != nil {
			return nil, nil, err
		}
		if l.PriceSource == "manual" {
			in.UnitPrice = &l.UnitPrice
		}
		in.lot, in.agreed, in.kept = l.LotID, true, true
		a.Lines, tops = append(a.Lines, in), append(tops, l)
	}
	return a, tops, nil
}

// remove takes the line out of the agreement.
func (e *editing) remove() error {
	a, o := e.agreement, e.order
	at := a.Lines[e.index].Delivery
	a.Lines, e.lines = slices.Delete(a.Lines, e.index, e.index+1), slices.Delete(e.lines, e.index, e.index+1)
	e.index = -1
	if len(a.Lines) > 0 && !slices.ContainsFunc(a.Lines, func(l LineIn) bool { return l.Delivery == at }) {
		a.Deliveries = slices.Delete(a.Deliveries, at, at+1)
		for i := range a.Lines {
			if a.Lines[i].Delivery > at {
				a.Lines[i].Delivery--
			}
		}
	}
	for _, l := range o.Lines {
		if l == e.line || l.ParentID == e.line.ID {
			e.removed = append(e.removed, l.ID)
		}
	}
	return nil
}

// lead makes the pointers of a refused agreement lead into the input, or into
// the order if they are about another line.
func (e *editing) lead(err error) error {
	p := problem.As(err)
	if p == nil {
		return err
	}
	for i := range p.Faults {
		rest, ok := strings.CutPrefix(p.Faults[i].Pointer, "/lines/")
		digits, field, _ := strings.Cut(rest, "/")
		k, err := strconv.Atoi(digits)
		switch {
		case !ok || err != nil:
		case k == e.index:
			p.Faults[i].Pointer = "/" + field
		default:
			p.Faults[i].Pointer = fmt.Sprintf("/lines/%d/%s", slices.Index(e.order.Lines, e.lines[k]), field)
		}
	}
	return p
}

// few is how many rows are changed one by one; more are written anew.
const few = 100

// apply takes over the fresh draft. Lines keep their ids. Rows that are as they
// were stay untouched; where rows of another kind came or went, or many changed,
// all are written anew.
func (e *editing) apply(tx *db.Tx, fresh *Order) {
	o := e.order
	o.Warnings = fresh.Warnings
	e.rename(fresh)
	gone := func(line string) bool { return slices.Contains(e.removed, line) }
	lines := slices.DeleteFunc(slices.Clone(o.read.lines), func(l Line) bool { return gone(l.ID) })
	adjustments := slices.DeleteFunc(slices.Clone(o.read.adjustments), func(a Adjustment) bool { return a.LineID != "" && gone(a.LineID) })
	if !sameRows(lines, fresh.Lines, sameLine, keepLine) || !sameRows(adjustments, fresh.Adjustments, sameAdjustment, keepAdjustment) || len(fresh.Deliveries) != len(o.Deliveries) {
		o.replace(tx, fresh)
		o.saveCopies(tx)
		return
	}
	if len(e.removed) > 0 {
		o.drop(tx, e.removed, lines, adjustments)
	}
	billing, contact := o.BillingID, o.ContactID
	o.succeed(fresh)
	o.BillingID, o.ContactID = billing, contact
	o.Deliveries, o.Lines, o.Adjustments = fresh.Deliveries, fresh.Lines, fresh.Adjustments
}

// rename gives the rows of the fresh draft the ids that they had.
func (e *editing) rename(fresh *Order) {
	o := e.order
	ids := map[string]string{}
	if len(fresh.Deliveries) == len(o.Deliveries) {
		for i, d := range fresh.Deliveries {
			ids[d.ID] = o.Deliveries[i].ID
			d.ID, d.AddressID = o.Deliveries[i].ID, o.Deliveries[i].AddressID
		}
	}
	tops := slices.DeleteFunc(slices.Clone(fresh.Lines), func(l *Line) bool { return l.ParentID != "" })
	for i, l := range tops {
		was := e.lines[i]
		ids[l.ID] = was.ID
		parts := o.Parts(was.ID)
		for j, p := range fresh.Parts(l.ID) {
			if j < len(parts) && parts[j].VariantID == p.VariantID {
				ids[p.ID] = parts[j].ID
			}
		}
	}
	name := func(id *string) {
		if old, ok := ids[*id]; ok {
			*id = old
		}
	}
	for _, l := range fresh.Lines {
		name(&l.ID)
		name(&l.ParentID)
		name(&l.DeliveryID)
	}
	for _, a := range fresh.Adjustments {
		name(&a.LineID)
		name(&a.DeliveryID)
	}
}

// sameRows tells whether rows pair with those before, of which only a few
// differ. It gives all of them their places if they pair, else none.
func sameRows[T comparable](before []T, after []*T, pair func(was, is *T) bool, keep func(was, is *T)) bool {
	if len(before) != len(after) {
		return false
	}
	for i, row := range after {
		if !pair(&before[i], row) {
			return false
		}
	}
	differ := 0
	for i, row := range after {
		keep(&before[i], row)
		if before[i] != *row {
			differ++
		}
	}
	return differ <= few
}

func sameLine(was, is *Line) bool { return was.ID == is.ID }

func keepLine(was, is *Line) {
	is.Position, is.Item, is.orderID = was.Position, was.Item, was.orderID
	if is.textID == was.textID && is.options == was.options || is.free() && was.free() {
		is.textID, is.Texts = was.textID, was.Texts
	}
}

func sameAdjustment(was, is *Adjustment) bool {
	return was.LineID == is.LineID && was.DeliveryID == is.DeliveryID && was.Kind == is.Kind
}

func keepAdjustment(was, is *Adjustment) { is.Position, is.orderID = was.Position, was.orderID }

// drop deletes lines of the draft; what is left of its lines and adjustments is
// as it was read.
func (o *Order) drop(tx *db.Tx, ids []string, lines []Line, adjustments []Adjustment) {
	null := json.RawMessage("null")
	o.removed = body{Lines: map[string]json.RawMessage{}, Adjustments: map[string]json.RawMessage{}}
	for _, id := range ids {
		o.removed.Lines[id] = null
	}
	for _, a := range o.Adjustments {
		if slices.Contains(ids, a.LineID) {
			o.removed.Adjustments[a.key()] = null
		}
	}
	deleteLines(tx, o.ID, ids)
	o.read.lines, o.read.adjustments = lines, adjustments
}
