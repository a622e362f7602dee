package order

import (
	"encoding/json"
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/resource/inventory"
	"ordo/trade/channel"
	"ordo/trade/pricing"
)

// Codes of splitting.
var (
	ErrNotMovable = problem.Declare("quantity_not_movable", problem.Conflict,
		"More is to move to another order than can.", "Move what waits for stock, or is promised in a delivery that is not released yet.")
	ErrNothingStays = problem.Declare("order_would_be_empty", problem.Conflict,
		"Nothing would stay in the order.", "Leave something in it.")
	ErrPaidStays = problem.Declare("paid_beyond_rest", problem.Conflict,
		"More was paid than what stays in the order costs. A payment stays with its order.", "Move less, or give the money back first (order.grant_refund, order.move_refund), and take it for the new order.")
)

// Events of orders that are split.
var (
	Parted     = event.Declare("order.split", 1, "Quantities went to a new order, with what is promised of them.", body{}, "order", "lines", "adjustments")
	PartedFrom = event.Declare("order.split_off", 1, "An order was made of a part of another one; nothing was promised anew.", body{}, "order")
)

// SplitIn is the input of order.split.
type SplitIn struct {
	ID      string      `path:"id" json:"id"`
	IfMatch string      `header:"If-Match" json:"-" doc:"ETag of the order that the split was made from"`
	Lines   []SplitLine `json:"lines" minItems:"1" maxItems:"500"`
}

// SplitLine moves a quantity of a line; of a bundle's line whole sets.
type SplitLine struct {
	LineID   string         `json:"line_id" minLength:"1" maxLength:"60"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
}

// Split moves quantities of a placed order to a new one, and returns that.
func Split(tx *db.Tx, numbers *number.Source, in SplitIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := o.matches(tx, in.IfMatch); err != nil {
		return nil, err
	}
	steps := make([]Step, len(in.Lines))
	for i, l := range in.Lines {
		steps[i] = Step{Kind: SplitUnits, LineID: l.LineID, Quantity: l.Quantity}
	}
	others, err := o.Amend(tx, numbers, steps)
	if err != nil {
		return nil, moved(err, "/steps", "/lines")
	}
	return others[0], nil
}

// guardSplit lets orders pass of which something can move, and something stay.
func guardSplit(o *Order) error {
	if err := GuardAmend(o); err != nil {
		return err
	}
	var movable, all money.Quantity
	for _, l := range o.tops() {
		movable, all = movable+o.movable(l), all+l.Quantity
	}
	switch {
	case movable == 0:
		return o.refuseBy(ErrNotMovable, "all of it is released, shipped or canceled", "Put what is picked back first (fulfillment.unpick), or cancel and order again.")
	case all <= 1000 && movable == all:
		return o.refuseBy(ErrNothingStays, "it is of one unit", "Add a line first (order.amend).")
	}
	return nil
}

// movable is what of a line can go to another order: what waits, and what is
// promised in a delivery that locations do not work on yet; of a bundle whole
// sets.
func (o *Order) movable(l *Line) money.Quantity {
	least := l.Quantity
	for _, leaf := range o.leavesOf(l) {
		q := leaf.Open + leaf.Backordered
		if d := o.Delivery(leaf.DeliveryID); d != nil && d.ReleasedAt == 0 {
			q += leaf.Reserved
		}
		if leaf != l {
			q = q / leaf.PerParent * 1000
		}
		least = min(least, q)
	}
	return least
}

// parting is what two orders exchange, on its way: quantities with what is
// promised of them, what was taken off, and charges.
type parting struct {
	tx         *db.Tx
	from, to   *Order
	before     int64                // total of both
	taxes      map[string]string    // names of taxes by line, of both
	deliveries map[string]*Delivery // of to, by those of from that they come from
	whole      bool                 // nothing stays
}

// split moves quantities to a new order by steps that are all of this kind.
func (o *Order) split(tx *db.Tx, numbers *number.Source, steps []Step) (*Order, error) {
	wanted, err := o.toMove(steps)
	if err != nil {
		return nil, err
	}
	free := min(0, o.unpaid())
	p := &parting{tx: tx, from: o, to: o.offshoot(tx), before: o.Total.Amount, taxes: o.taxNames(), deliveries: map[string]*Delivery{}}
	if err := p.move(wanted); err != nil {
		return nil, err
	}
	about := func(l *Line) string {
		return fmt.Sprintf("/steps/%d", slices.IndexFunc(steps, func(s Step) bool { return s.LineID == l.ID }))
	}
	if err := o.checkGranted(about); err != nil {
		return nil, err
	}
	if left := o.unpaid(); left < free {
		return nil, ErrPaidStays.New("what stays in order %s costs %s, which is %s less than was paid", o.name(), o.Total.Format(), o.money(-left).Format()).With("overpaid", o.money(-left))
	}
	return p.to, p.bear(numbers)
}

// unpaid is what is due, if what is asked of payers' banks comes.
func (o *Order) unpaid() int64 {
	left := o.Owed().Amount
	for _, p := range o.Payments {
		left -= p.Capturing.Amount
	}
	return left
}

// toMove returns the quantity per line, or names all faults.
func (o *Order) toMove(steps []Step) (map[*Line]money.Quantity, error) {
	wanted := map[*Line]money.Quantity{}
	var faults problem.List
	for i, s := range steps {
		pointer := fmt.Sprintf("/steps/%d/quantity", i)
		l := o.Line(s.LineID)
		if wanted[l] += s.Quantity; !l.Leaf() && s.Quantity%1000 != 0 {
			faults.Add(ErrMultiple, pointer, "%s is a bundle: whole ones can move, not %s", l.SKU, s.Quantity)
		} else if most := o.movable(l); wanted[l] > most {
			faults.AddAllowed(ErrNotMovable, pointer, []string{most.String()}, "%s of %s can move, not %s", most, l.name(), wanted[l])
		}
	}
	stays := false
	for _, l := range o.tops() {
		stays = stays || wanted[l] < l.Quantity
	}
	if faults.Empty() && !stays {
		faults.Add(ErrNothingStays, "", "all of order %s would move", o.name())
	}
	return wanted, faults.Err()
}

// offshoot is a new order that was agreed as the order was, without lines yet.
func (o *Order) offshoot(tx *db.Tx) *Order {
	n := blank()
	n.Head = o.Head
	n.ID, n.Number, n.ExternalID, n.ContactID, n.BillingID = tx.ID("ord"), "", "", "", ""
	n.SplitFrom, n.ClonedFrom, n.MergedInto, n.requested = o.ID, "", "", ""
	n.Rounding.Amount, n.Authorized.Amount, n.Captured.Amount, n.Refunded.Amount = 0, 0, 0, 0
	n.AttemptsOpen, n.ReturnsOpen, n.Revision, n.Version, n.sequence = 0, 0, 1, 0, 0
	n.CreatedAt, n.UpdatedAt = clock.At(tx.Now), clock.At(tx.Now)
	n.Billing, n.Contact = o.Billing, o.Contact
	return n
}

// move takes quantities of lines from one order to the other. Prices and rates
// stay; discounts and charges are split; both together cost what they did.
func (p *parting) move(wanted map[*Line]money.Quantity) error {
	if err := p.from.settle(); err != nil {
		return err
	}
	for _, l := range p.from.tops() {
		if q := wanted[l]; q > 0 {
			if err := p.take(l, q); err != nil {
				return err
			}
		}
	}
	if err := p.reprice(); err != nil {
		return err
	}
	p.charge()
	if err := p.reprice(); err != nil {
		return err
	}
	return p.even()
}

func (p *parting) reprice() error {
	if err := p.from.reprice(p.taxes); err != nil {
		return err
	}
	return p.to.reprice(p.taxes)
}

// take moves a quantity of a line, of a bundle with its parts.
func (p *parting) take(l *Line, q money.Quantity) error {
	goes := p.copy(l, nil)
	parts := p.from.Parts(l.ID)
	for _, part := range parts {
		p.hand(part, p.copy(part, goes), times(q, part.PerParent))
	}
	if l.Leaf() {
		p.hand(l, goes, q)
	} else {
		l.Quantity, goes.Quantity = l.Quantity-q, q
	}
	if l.Quantity == 0 {
		l.requested, l.SalesUnit, l.SalesQty = "", "", 0
		return nil
	}
	l.SalesUnit, l.SalesQty, goes.SalesUnit, goes.SalesQty = "", 0, "", 0
	asked, err := decode(l.requested)
	if err != nil {
		return err
	}
	var worth [3]int64 // of the whole, of what stays, of what goes
	for i, n := range []money.Quantity{l.Quantity + q, l.Quantity, q} {
		if worth[i], err = money.Extend(l.UnitPrice, n, p.from.calculator().Digits); err != nil {
			return err
		}
	}
	stays, moves := divide(asked, worth[0], worth[1], worth[2])
	l.requested, goes.requested = encode(stays), encode(moves)
	return nil
}

// copy adds a line without a quantity to the order that takes.
func (p *parting) copy(l, parent *Line) *Line {
	n := *l
	n.ID, n.DeliveryID, n.Position, n.SourceRow = p.tx.ID("oli"), p.delivery(l.DeliveryID).ID, 1, 0
	if all := p.to.Lines; len(all) > 0 {
		n.Position = all[len(all)-1].Position + 1
	}
	if n.Item = n.Position; parent != nil {
		n.ParentID, n.Item = parent.ID, parent.Item
	}
	if l.free() {
		n.textID = p.tx.ID("txt")
	}
	n.Quantity, n.Canceled, n.Open, n.Backordered, n.Reserved, n.Picked, n.Shipped = 0, 0, 0, 0, 0, 0, 0
	n.Delivered, n.Lost, n.SentBack, n.Returned, n.Granted.Amount, n.Sources = 0, 0, 0, 0, 0, nil
	p.taxes[n.ID] = p.taxes[l.ID]
	p.to.Lines = append(p.to.Lines, &n)
	return &n
}

// delivery returns the one that goods of a delivery go to.
func (p *parting) delivery(id string) *Delivery {
	if p.deliveries[id] == nil {
		d := *p.from.Delivery(id)
		d.ID, d.Position, d.AddressID, d.ReleasedAt = p.tx.ID("dlv"), int64(len(p.to.Deliveries)+1), "", 0
		p.deliveries[id] = &d
		p.to.Deliveries = append(p.to.Deliveries, &d)
	}
	return p.deliveries[id]
}

// hand moves a quantity on the ledgers of a line: first what is not promised yet,
// then what waits, then what is promised, with the promise, at last what was
// canceled, which goes with a whole line only.
func (p *parting) hand(from, to *Line, q money.Quantity) {
	from.Quantity, to.Quantity = from.Quantity-q, to.Quantity+q
	for _, place := range [][2]*money.Quantity{{&from.Open, &to.Open}, {&from.Backordered, &to.Backordered}, {&from.Reserved, &to.Reserved}, {&from.Canceled, &to.Canceled}} {
		n := min(q, *place[0])
		*place[0], *place[1], q = *place[0]-n, *place[1]+n, q-n
	}
	left := to.Reserved
	for _, r := range slices.SortedFunc(slices.Values(p.from.Reservations), smallest) {
		if n := min(left, r.Quantity); n > 0 && r.LineID == from.ID && r.State == inventory.Active {
			if n < r.Quantity {
				_, r = p.from.Split(p.tx, r, r.Quantity-n)
			}
			p.promise(r, to)
			left -= n
		}
	}
}

// promise gives a reservation to a line of the order that takes.
func (p *parting) promise(r *inventory.Reservation, to *Line) {
	if p.from.removed.Reservations == nil {
		p.from.removed.Reservations = map[string]json.RawMessage{}
	}
	if slices.ContainsFunc(p.from.read.promises, func(was inventory.Reservation) bool { return was.ID == r.ID }) {
		p.from.removed.Reservations[r.ID] = json.RawMessage("null")
	}
	p.from.Reservations = slices.DeleteFunc(p.from.Reservations, func(is *inventory.Reservation) bool { return is == r })
	inventory.Hand(p.tx, r, p.to.ID, to.ID, p.to.Priority)
	p.to.Reservations = append(p.to.Reservations, r)
}

// charge splits the charges over the goods that they are for, in proportion to
// what these cost.
func (p *parting) charge() {
	next := p.to.lastAdjustment()
	for _, a := range p.from.Adjustments {
		if !a.Charge() {
			continue
		}
		goes := p.share(a)
		if goes == 0 {
			continue
		}
		row := *a
		next++
		row.Position, row.Amount.Amount, row.Granted.Amount, row.SourceRow = next, goes, 0, 0
		if a.DeliveryID != "" {
			row.DeliveryID = p.delivery(a.DeliveryID).ID
		}
		a.Amount.Amount -= goes
		p.to.Adjustments = append(p.to.Adjustments, &row)
	}
}

// share is the part of a charge that goes with the goods.
func (p *parting) share(a *Adjustment) int64 {
	to := ""
	switch d := p.deliveries[a.DeliveryID]; {
	case d != nil:
		to = d.ID
	case a.DeliveryID != "" && !p.whole:
		return 0 // nothing of it goes
	}
	stays, left := p.from.goods(a.DeliveryID)
	goes, went := p.to.goods(to)
	switch {
	case left == 0 || p.whole:
		return a.Amount.Amount
	case went == 0:
		return 0
	}
	return money.Split(a.Amount.Amount, []int64{stays, goes})[1]
}

// goods sums what a delivery holds, or the whole order: what it costs, and how
// much there is of it.
func (o *Order) goods(delivery string) (worth int64, quantity money.Quantity) {
	for l := range o.leaves {
		if delivery == "" || l.DeliveryID == delivery {
			worth, quantity = worth+l.Extended.Amount-l.Discount.Amount, quantity+l.Quantity
		}
	}
	return worth, quantity
}

// lastAdjustment is the highest place that is taken: by what was read, or by a
// charge.
func (o *Order) lastAdjustment() (last int64) {
	for _, a := range o.read.adjustments {
		last = max(last, a.Position)
	}
	for _, a := range o.Adjustments {
		if a.Charge() {
			last = max(last, a.Position)
		}
	}
	return last
}

// even makes both orders together cost what they did, to the cent. Each line is
// rounded by itself: what two roundings make more than one is taken off, and what
// they make less stands as rounding.
func (p *parting) even() error {
	for _, o := range []*Order{p.to, p.from} {
		for p.over() > 0 && o.takeCent() {
			if err := o.reprice(p.taxes); err != nil {
				return err
			}
		}
	}
	p.to.Rounding.Amount -= p.over()
	p.to.derive()
	return nil
}

// over is how much both cost more than before.
func (p *parting) over() int64 { return p.from.Total.Amount + p.to.Total.Amount - p.before }

// roundingLabel is what the smallest unit is called that is taken off for others.
const roundingLabel = "Rounding"

// takeCent takes the smallest unit off the line that costs most; false if all are
// free.
func (o *Order) takeCent() bool {
	var most *Line
	for _, l := range o.tops() {
		if most == nil || l.Extended.Amount-l.Discount.Amount > most.Extended.Amount-most.Discount.Amount {
			most = l
		}
	}
	if most == nil || most.Extended.Amount <= most.Discount.Amount {
		return false
	}
	asked, _ := decode(most.requested) // it was read before
	if n := len(asked); n > 0 && asked[n-1].Label == roundingLabel && asked[n-1].Kind == pricing.Amount {
		asked[n-1].Amount++
	} else {
		asked = append(asked, DiscountIn{Kind: pricing.Amount, Amount: 1, Label: roundingLabel})
	}
	most.requested = encode(asked)
	return true
}

// bear gives the new order a number and writes both.
func (p *parting) bear(numbers *number.Source) error {
	tx, n := p.tx, p.to
	var c channel.Channel
	if err := tx.Load(channel.Find(tx, n.ChannelID, &c)); err != nil {
		return err
	}
	var err error
	if n.Number, err = c.NextNumber(tx, numbers); err != nil {
		return err
	}
	n.saveCopies(tx)
	p.from.Revision++
	return p.save(Parted, PartedFrom)
}

// save writes both orders, with the holds, tags and notes that the one that takes
// gets from the other.
func (p *parting) save(gave, took *event.Type) error {
	notes, tagged, err := p.belongings()
	if err != nil {
		return err
	}
	p.from.other, p.to.other = p.to.ID, p.from.ID
	p.store(p.from)
	if err := p.from.Save(p.tx, gave, nil); err != nil {
		return err
	}
	p.store(p.to)
	if err := p.to.Save(p.tx, took, nil); err != nil {
		return err
	}
	insertNotes(p.tx, notes...)
	tags.Insert(p.tx, tagged...)
	return nil
}

// belongings are what the order that takes gets beside goods: active holds, tags
// and notes.
func (p *parting) belongings() (notes []*Note, tagged []*tag, err error) {
	tx, to := p.tx, p.to
	for _, h := range p.from.Holds {
		has := func(own *Hold) bool { return own.Active() && own.Kind == h.Kind && own.Reason == h.Reason }
		if h.Active() && !slices.ContainsFunc(to.Holds, has) {
			to.Holds = append(to.Holds, &Hold{ID: tx.ID("hld"), Kind: h.Kind, Reason: h.Reason, Owner: h.Owner, ReleaseWhen: h.ReleaseWhen, CreatedAt: clock.At(tx.Now)})
		}
		if h.Active() && p.whole {
			h.end(tx)
		}
	}
	for _, t := range p.from.tags {
		if !to.hasTag(t.name) {
			tagged = append(tagged, &tag{to.ID, t.name, clock.At(tx.Now)})
		}
	}
	to.tags = append(to.tags, tagged...)
	to.showTags(tx)
	if err = tx.Load(readNotes(p.from.ID, &notes)); err != nil {
		return nil, nil, err
	}
	for _, n := range notes {
		n.CopiedFrom, n.ID, n.OrderID = n.ID, tx.ID("not"), to.ID
		to.noted = append(to.noted, n.ID)
	}
	return notes, tagged, nil
}

// store numbers the adjustments of an order and deletes those that are gone.
func (p *parting) store(o *Order) {
	kept := 0
	for kept < len(o.Adjustments) && o.Adjustments[kept].Charge() {
		kept++
	}
	o.replaceAdjustments(p.tx, o.Adjustments, kept, o.lastAdjustment())
}
