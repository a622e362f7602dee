package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/resource/inventory"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/pricing"
)

// Codes of changes of a placed order.
var (
	ErrCommitted = problem.Declare("quantity_committed", problem.Conflict,
		"Less would be ordered of the line than is picked, shipped or canceled.", "Order the least quantity that is allowed; picked goods can be put back first, shipped goods are returned.")
	ErrBegun = problem.Declare("delivery_begun", problem.Conflict,
		"Goods of the delivery are picked or shipped.", "Put picked goods back first (fulfillment.unpick); what is on its way can't be sent elsewhere.")
	ErrBelowGranted = problem.Declare("amount_below_granted", problem.Conflict,
		"A line or charge would cost less than what was promised back of it.", "Leave its quantity and price as they are: the money was promised back already.")
)

// Amended is the event of a placed order whose agreement changed.
var Amended = event.Declare("order.amended", 1, "The agreement of a placed order changed, and with it what is promised and owed.", body{}, "order", "lines", "adjustments")

// GuardAmend lets orders pass whose agreement may change: placed here, and not
// canceled as a whole.
func GuardAmend(o *Order) error {
	if o.Origin == "imported" {
		return o.refuse("it was settled where it came from", "Change it there, or copy it to order again (order.clone).")
	}
	return GuardPlaced(o)
}

// AmendIn is the input of order.amend.
type AmendIn struct {
	ID      string `path:"id" json:"id"`
	IfMatch string `header:"If-Match" json:"-" doc:"ETag of the order that the change was made from"`
	Steps   []Step `json:"steps" minItems:"1" maxItems:"500" doc:"All of them are taken, or none"`
}

// amend changes a placed order at once.
func amend(tx *db.Tx, numbers *number.Source, in AmendIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := o.matches(tx, in.IfMatch); err != nil {
		return nil, err
	}
	_, err = o.Amend(tx, numbers, in.Steps)
	return o, err
}

// amending is a placed order on its way to another agreement.
type amending struct {
	tx        *db.Tx
	order     *Order
	steps     []Step
	agreement *Agreement
	tops      []*Line         // of the order, one per line of the agreement that it has already
	by        map[int][]int   // line of the agreement -> steps that are about it
	touched   map[string]bool // deliveries of which lines change
	moved     map[string]bool // deliveries that go elsewhere
	methods   map[string]*pricing.Method
	faults    problem.List
}

// Amend changes the agreement of a placed order by typed steps, all or none, and
// saves it: totals, promised stock and work follow. What no step is about stays
// as it was agreed, whatever the catalog says now; tax is that of the day of
// placement. Steps that split it, or merge others into it, return these others.
// Pointers of faults begin with /steps.
func (o *Order) Amend(tx *db.Tx, numbers *number.Source, steps []Step) (others []*Order, err error) {
	if err := GuardAmend(o); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(steps, Step.regroups) {
		return o.regroup(tx, numbers, steps)
	}
	return nil, o.amend(tx, steps)
}

func (o *Order) amend(tx *db.Tx, steps []Step) error {
	a := &amending{tx: tx, order: o, steps: steps, by: map[int][]int{}, touched: map[string]bool{}, moved: map[string]bool{}}
	if err := a.ask(); err != nil {
		return err
	}
	d, err := a.price()
	if err != nil {
		return err
	}
	less, more := a.deltas(d)
	a.checkStock(d, more)
	if err := d.facts.elsewhere(tx, a.faults.Err()); err != nil {
		return err
	}
	a.apply(d.order)
	for l := range o.leaves {
		l.want(more[l.ID])
	}
	a.takeOff(less)
	o.derive()
	if err := o.checkGranted(func(l *Line) string { return a.about(slices.Index(a.tops, l), SetQuantity) }); err != nil {
		return err
	}
	o.Revision++
	if err := o.Save(tx, Amended, nil); err != nil {
		return err
	}
	if err := a.cancel(); err != nil {
		return err
	}
	return o.allocateBackorders(tx, func(inventory.Supplies) {})
}

// want adds to what is ordered of a line; of goods from stock it is backordered
// until stock is promised.
func (l *Line) want(q money.Quantity) {
	l.Quantity += q
	if l.Stocked() {
		l.Backordered += q
	} else {
		l.Open += q
	}
}

func (a *amending) pointer(step int) string { return fmt.Sprintf("/steps/%d", step) }

// ask makes the agreement as the steps want it.
func (a *amending) ask() (err error) {
	o := a.order
	if a.agreement, a.tops, err = o.agreed(); err != nil {
		return err
	}
	for k, l := range a.tops {
		in := &a.agreement.Lines[k]
		in.Quantity, in.Unit, in.placed = l.Quantity, l.Unit, o.placed(l)
		in.UnitPrice = &l.UnitPrice
		if l.free() && in.Title == "" {
			in.Title = "-" // it was erased
		}
	}
	set := map[string]bool{}
	for i, s := range a.steps {
		var faults problem.List
		if s.Kind == CancelUnits && !a.tx.Actor.Permissions.Has("order.cancel") {
			faults.Add(auth.ErrPermission, a.pointer(i)+"/kind", "canceling needs the permission order.cancel")
		}
		if field := s.Field(); field != "" && s.Kind != CancelUnits {
			if set[field] {
				faults.Add(problem.ErrInvalidValue, a.pointer(i)+"/kind", "another step sets the same")
			}
			set[field] = true
		}
		if s.Check(o, a.pointer(i), &faults); faults.Empty() {
			a.step(i, s)
		} else {
			a.faults.Join(problem.As(faults.Err()))
		}
	}
	return nil
}

// step writes a step into the agreement.
func (a *amending) step(i int, s Step) {
	switch s.Kind {
	case AddLine:
		a.add(i, s)
	case SetAddress:
		a.address(i, s)
	default:
		a.line(i, s)
	}
}

func (a *amending) line(i int, s Step) {
	if s.Kind == CancelUnits {
		return // after the quantities are what they become
	}
	l := a.order.Line(s.LineID)
	k := slices.Index(a.tops, l)
	in := &a.agreement.Lines[k]
	a.by[k] = append(a.by[k], i)
	a.touched[l.DeliveryID] = true
	if s.Kind == SetPrice {
		in.UnitPrice, in.agreed = s.UnitPrice, false
		return
	}
	in.Quantity, in.kept = s.Quantity, false
	if s.Unit != "" {
		in.Unit = s.Unit
	}
	if l.PriceSource == "list" && in.agreed { // a break may make it cheaper or dearer
		in.UnitPrice = nil
	}
}

func (a *amending) add(i int, s Step) {
	at := 0
	if s.DeliveryID != "" {
		at = slices.Index(a.order.Deliveries, a.order.Delivery(s.DeliveryID))
	}
	a.by[len(a.agreement.Lines)] = []int{i}
	a.touched[a.order.Deliveries[at].ID] = true
	a.agreement.Lines = append(a.agreement.Lines, LineIn{SKU: s.SKU, Barcode: s.Barcode, Quantity: s.Quantity, Unit: s.Unit, Delivery: at, UnitPrice: s.UnitPrice})
}

func (a *amending) address(i int, s Step) {
	for l := range a.order.leaves {
		if l.DeliveryID == s.DeliveryID && l.Picked+l.Shipped > 0 {
			a.faults.Add(ErrBegun, a.pointer(i)+"/delivery_id", "%s is picked or shipped already", l.name())
			return
		}
	}
	at := slices.Index(a.order.Deliveries, a.order.Delivery(s.DeliveryID))
	a.agreement.Deliveries[at].Address, a.moved[s.DeliveryID] = s.Address, true
	for k, l := range a.tops {
		a.agreement.Lines[k].placed.moved = a.agreement.Lines[k].placed.moved || l.DeliveryID == s.DeliveryID
	}
}

// price prices the agreement as of the day of placement. The faults of its lines
// are told at the steps that asked for them.
func (a *amending) price() (*drafting, error) {
	o := a.order
	f, err := load(a.tx, a.agreement, o.ID, false)
	if err != nil {
		return nil, err
	}
	d := &drafting{tx: a.tx, in: a.agreement, facts: f, lines: make([]asked, len(a.agreement.Lines)), at: o.PlacedAt.Time(), placed: o}
	for k, in := range a.agreement.Lines {
		if in.UnitPrice == nil && (f.offers.Currency != o.Currency || f.offers.TaxInclusive != o.TaxInclusive) {
			d.faults.Add(channel.ErrMismatch, fmt.Sprintf("/lines/%d/unit_price", k), "the prices of the list are of another kind than those of the order; give a price by hand")
		}
	}
	a.methods = f.methods
	f.offers.Currency, f.offers.TaxInclusive = o.Currency, o.TaxInclusive
	d.checkLines()
	d.build()
	d.price()
	a.lead(d.faults.Err())
	a.checkMethods(f)
	return d, nil
}

// about returns the pointer of the step that is about a line of the agreement,
// rather the one of a kind; empty if there is none.
func (a *amending) about(k int, kind string) (pointer string) {
	for _, i := range a.by[k] {
		if pointer == "" || a.steps[i].Kind == kind {
			pointer = a.pointer(i)
		}
	}
	return pointer
}

// checkMethods finds deliveries that go elsewhere by a method that is not offered
// any more: what that would cost nobody can say.
func (a *amending) checkMethods(f *facts) {
	for i, s := range a.steps {
		d := a.order.Delivery(s.DeliveryID)
		if s.Kind != SetAddress || d == nil || d.MethodID == "" {
			continue
		}
		if m := f.methods[d.MethodID]; m == nil || !m.Active {
			a.faults.Add(ErrMethod, a.pointer(i)+"/delivery_id", "its shipping method is not offered any more")
		}
	}
}

// lead notes faults of the agreement where they are in the steps; those of a line
// that no step is about are told of the change as a whole.
func (a *amending) lead(err error) {
	if err == nil {
		return
	}
	for _, f := range problem.As(err).Faults {
		pointer := ""
		rest, _ := strings.CutPrefix(f.Pointer, "/lines/")
		digits, field, _ := strings.Cut(rest, "/")
		if k, err := strconv.Atoi(digits); err == nil {
			kind := SetQuantity
			if field == "unit_price" {
				kind = SetPrice
			}
			if pointer = a.about(k, kind); pointer != "" {
				pointer += "/" + field
			}
		}
		a.faults.AddAllowed(f.Code, pointer, f.Allowed, "%s", f.Detail)
	}
}

// deltas compares the ledgers of lines that are there with the quantities that
// are wanted, and notes what can't be given up.
func (a *amending) deltas(d *drafting) (less, more map[string]money.Quantity) {
	less, more = map[string]money.Quantity{}, map[string]money.Quantity{}
	for k, l := range a.tops {
		if d.lines[k].faulty {
			continue
		}
		for _, leaf := range a.order.leavesOf(l) {
			wanted := d.lines[k].quantity
			if leaf != l {
				wanted = times(wanted, leaf.PerParent)
			}
			switch n := wanted - leaf.Quantity; {
			case n > 0:
				more[leaf.ID] = n
			case -n > leaf.cancelable():
				a.tooLittle(k, leaf)
			case n < 0:
				less[leaf.ID] = -n
			}
		}
	}
	return less, more
}

// tooLittle tells the least quantity that a line can have.
func (a *amending) tooLittle(k int, leaf *Line) {
	least := leaf.Quantity - leaf.cancelable()
	if leaf != a.tops[k] {
		least = (least + leaf.PerParent - 1) / leaf.PerParent * 1000
	}
	a.faults.AddAllowed(ErrCommitted, a.about(k, SetQuantity)+"/quantity", []string{least.String()}, "of %s %s are picked, shipped or canceled", leaf.name(), leaf.Quantity-leaf.cancelable())
}

// checkStock holds what is wanted more against the stock, where a variant can't
// be backordered.
func (a *amending) checkStock(d *drafting, more map[string]money.Quantity) {
	extra := *d
	extra.lines = slices.Clone(d.lines)
	for k := range a.tops {
		extra.lines[k].quantity = 0
		for _, leaf := range a.order.leavesOf(a.tops[k]) {
			q := more[leaf.ID]
			if leaf != a.tops[k] {
				q = q / leaf.PerParent * 1000
			}
			extra.lines[k].quantity = max(extra.lines[k].quantity, q)
		}
	}
	var faults problem.List
	if a.faults.Empty() {
		d.facts.checkStock(slices.DeleteFunc(extra.demand(), func(d demand) bool { return d.quantity == 0 }), &faults)
	}
	a.lead(faults.Err())
}

// apply takes over amounts, new lines and addresses of the fresh agreement. All
// else of a line that is there stays as it was agreed.
func (a *amending) apply(fresh *Order) {
	o, ids := a.order, map[string]string{}
	for i, d := range fresh.Deliveries {
		was := o.Deliveries[i]
		ids[d.ID] = was.ID
		if d.Address != was.Address {
			was.Address, was.Country = d.Address, d.Country
			was.AddressID = a.addressID(was.ID)
		}
	}
	tops := slices.DeleteFunc(slices.Clone(fresh.Lines), func(l *Line) bool { return l.ParentID != "" })
	for k, l := range tops {
		parts := fresh.Parts(l.ID)
		if k >= len(a.tops) {
			a.append(ids, append([]*Line{l}, parts...))
			continue
		}
		was := a.tops[k]
		ids[l.ID] = was.ID
		a.take(k, was, l)
		for j, p := range o.Parts(was.ID) {
			ids[parts[j].ID] = p.ID
			p.amounts(parts[j])
		}
	}
	a.adjust(fresh, ids)
}

// addressID is the copy of the address that a step brings to a delivery.
func (a *amending) addressID(delivery string) string {
	for _, s := range a.steps {
		if s.Kind == SetAddress && s.DeliveryID == delivery {
			if s.addressID != "" {
				return s.addressID
			}
			return customer.InsertAddress(a.tx, a.order.CustomerID, *s.Address)
		}
	}
	return ""
}

// take takes over what steps changed of a line.
func (a *amending) take(k int, was, is *Line) {
	was.amounts(is)
	in := a.agreement.Lines[k]
	was.UnitPrice = is.UnitPrice
	if !in.agreed {
		was.PriceSource = "manual"
	}
	if !in.kept {
		was.SalesUnit, was.SalesQty = is.SalesUnit, is.SalesQty
	}
	if was.Kind == Bundle {
		was.Quantity = is.Quantity
	}
}

// amounts takes over the amounts of a line that was priced again.
func (l *Line) amounts(is *Line) {
	l.Extended, l.Discount, l.TaxRate, l.Net, l.Tax, l.Gross = is.Extended, is.Discount, is.TaxRate, is.Net, is.Tax, is.Gross
}

// append adds a new line, with its parts, behind those that are there.
func (a *amending) append(ids map[string]string, rows []*Line) {
	o := a.order
	for _, l := range rows {
		l.Position = o.Lines[len(o.Lines)-1].Position + 1
		l.Item, l.DeliveryID = l.Position, ids[l.DeliveryID]
		if l.ParentID != "" {
			l.Item = rows[0].Position
		}
		if l.Stocked() {
			l.Open, l.Backordered = 0, l.Quantity // until stock is promised
		}
		ids[l.ID] = l.ID
		o.Lines = append(o.Lines, l)
	}
}

// adjust replaces what takes the lines' amounts apart. Charges of deliveries that
// nothing touched stay, and those that the order was charged otherwise; what was
// granted of a charge is known by its position.
func (a *amending) adjust(fresh *Order, ids map[string]string) {
	o := a.order
	var rows []*Adjustment
	next := int64(0)
	for _, row := range o.Adjustments {
		next = max(next, row.Position)
		if row.Charge() {
			rows = append(rows, row)
		}
	}
	kept := len(rows)
	for _, row := range fresh.Adjustments {
		row.LineID, row.DeliveryID = ids[row.LineID], ids[row.DeliveryID]
		if !row.Charge() {
			rows = append(rows, row)
			continue
		}
		i := slices.IndexFunc(rows[:kept], func(r *Adjustment) bool { return r.Kind == "shipping" && r.DeliveryID == row.DeliveryID })
		if i >= 0 && (a.moved[row.DeliveryID] || a.touched[row.DeliveryID] && !a.flat(row.DeliveryID)) {
			row.Position, row.Granted = rows[i].Position, rows[i].Granted
			rows[i] = row
		}
	}
	o.replaceAdjustments(a.tx, rows, kept, next)
}

// flat tells whether the charge of a delivery depends on nothing that is in it:
// then it stays as it was agreed, whatever the method costs now.
func (a *amending) flat(delivery string) bool {
	m := a.methods[a.order.Delivery(delivery).MethodID]
	return m == nil || m.Kind == pricing.Flat
}

// replaceAdjustments writes rows instead of all that are no charges; the first
// kept are charges, which stay where they were. The others get back the places
// of those before if these are as many and of the same kinds, else new ones
// behind next.
func (o *Order) replaceAdjustments(tx *db.Tx, rows []*Adjustment, kept int, next int64) {
	var was []Adjustment
	for _, row := range o.read.adjustments {
		if !row.Charge() {
			was = append(was, row)
		}
	}
	pairs := len(was) == len(rows)-kept
	for i := 0; pairs && i < len(was); i++ {
		pairs = sameAdjustment(&was[i], rows[kept+i])
	}
	for i, row := range rows[kept:] {
		if pairs {
			row.Position = was[i].Position
		} else {
			row.Position = next + 1 + int64(i)
		}
	}
	slices.SortFunc(rows, func(a, b *Adjustment) int { return int(a.Position - b.Position) })
	if !pairs && len(was) > 0 {
		o.dropAdjustments(tx, was)
	}
	o.Adjustments = rows
}

// dropAdjustments deletes those of a placed order that are no charges.
func (o *Order) dropAdjustments(tx *db.Tx, gone []Adjustment) {
	o.removed.Adjustments = map[string]json.RawMessage{}
	for i := range gone {
		o.removed.Adjustments[gone[i].key()] = json.RawMessage("null")
	}
	deleteParts(tx, o.ID)
	o.read.adjustments = slices.DeleteFunc(o.read.adjustments, func(a Adjustment) bool { return !a.Charge() })
}

// takeOff gives up what is not ordered any more.
func (a *amending) takeOff(less map[string]money.Quantity) {
	o := a.order
	for l := range o.leaves {
		l.Quantity -= less[l.ID]
	}
	o.giveBack(a.tx, less, (*Order).giveUp)
}

// cancel cancels units, each step by itself, and tells of it as order.cancel does.
func (a *amending) cancel() error {
	o := a.order
	for i, s := range a.steps {
		if s.Kind != CancelUnits {
			continue
		}
		wanted, err := o.toCancel([]CancelLine{{s.LineID, s.Quantity}})
		if err != nil {
			return moved(err, "/lines/0", a.pointer(i))
		}
		o.giveBack(a.tx, wanted, (*Order).cancel)
		o.reason = s.Reason
		if err := o.Save(a.tx, Canceled, &Cancellation{o, wanted}); err != nil {
			return err
		}
	}
	return nil
}

// moved makes pointers that begin with from begin with to.
func moved(err error, from, to string) error {
	p := problem.As(err)
	if p == nil {
		return err
	}
	for i := range p.Faults {
		if rest, ok := strings.CutPrefix(p.Faults[i].Pointer, from); ok {
			p.Faults[i].Pointer = to + rest
		}
	}
	return p
}

// checkGranted finds lines and charges that cost less than what was promised back
// of them.
func (o *Order) checkGranted(about func(*Line) string) error {
	var faults problem.List
	tell := func(pointer, name string, granted, gross money.Amount) {
		if granted.Amount > max(0, gross.Amount) {
			faults.Add(ErrBelowGranted, pointer, "%s of %s was promised back, which would cost %s", granted.Format(), name, gross.Format())
		}
	}
	for _, l := range o.tops() {
		pointer := about(l)
		for _, leaf := range o.leavesOf(l) {
			tell(pointer, leaf.name(), leaf.Granted, leaf.Gross)
		}
	}
	for _, c := range o.Adjustments {
		if c.Charge() {
			tell("", c.Label, c.Granted, o.money(c.Net.Amount+c.Tax.Amount))
		}
	}
	return faults.Err()
}
