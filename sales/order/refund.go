package order

import (
	"fmt"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/payment"
)

// ErrExceedsLine says that more of a line or charge would go back than it cost.
var ErrExceedsLine = problem.Declare("amount_exceeds_line", problem.Conflict,
	"Refunds of a line or charge would be more than its gross amount, or than its quantity.", "Lower the amount or quantity.")

// RefundGranted is the event of an order of which money was promised back.
var RefundGranted = event.Declare("order.refund_granted", 1, "Money of the order was promised back.", body{}, "order", "lines", "adjustments")

// GrantRefundIn is the input of order.grant_refund.
type GrantRefundIn struct {
	ID     string         `path:"id" json:"id"`
	Reason string         `json:"reason" enum:"returned,damaged,lost,late,canceled,price,overpaid,goodwill,other"`
	Amount *money.Amount  `json:"amount,omitempty" doc:"Money beyond the total first, then spread over lines and charges by what is left of them; instead of parts"`
	Parts  []RefundPartIn `json:"parts,omitempty" maxItems:"2000" doc:"Instead of an amount"`
}

// RefundPartIn is a line, by quantity or amount, or a charge, by amount.
type RefundPartIn struct {
	LineID     string         `json:"line_id,omitempty" maxLength:"60" doc:"A bundle's is spread over its parts"`
	Adjustment int64          `json:"adjustment,omitempty" minimum:"1" doc:"Position of a charge"`
	Quantity   money.Quantity `json:"quantity,omitempty" doc:"Gives back its share of the line's gross amount, as far as that is left"`
	Amount     *money.Amount  `json:"amount,omitempty"`
}

// GrantRefund promises money back.
func GrantRefund(tx *db.Tx, in GrantRefundIn) (*Order, error) {
	o, f, err := withFunds(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardRefund(o); err != nil {
		return nil, err
	}
	g := &granting{order: o, funds: f}
	switch {
	case (in.Amount == nil) == (len(in.Parts) == 0):
		g.faults.Add(problem.ErrRequired, "/amount", "a refund has either an amount or parts")
	case in.Amount != nil:
		g.plain(in.Amount)
	default:
		for i := range in.Parts {
			g.part(fmt.Sprintf("/parts/%d", i), &in.Parts[i])
		}
	}
	if err := g.faults.Err(); err != nil {
		return nil, err
	}
	if err := auth.Limit("a refund", "/amount", g.total(), tx.Actor.Limits.Refund); err != nil {
		return nil, err
	}
	refund, err := g.write(tx, in.Reason, "")
	if err != nil {
		return nil, err
	}
	o.Refunds = append(o.Refunds, refund)
	return o, o.Save(tx, RefundGranted, nil)
}

// Grant promises money back for parts that the caller has worked out, such as
// those of a return; it answers nil if they are worth nothing. The caller saves
// the order.
func (o *Order) Grant(tx *db.Tx, parts []*payment.Part, reason, returnID string) (*payment.Refund, error) {
	g := &granting{order: o, funds: &funds{}}
	if err := tx.Load(payment.RefundsOf(o.ID, &g.funds.refunds)); err != nil {
		return nil, err
	}
	for _, p := range parts {
		switch s := g.slot(p.LineID, p.Adjustment); {
		case s.granted == nil:
			g.faults.Add(problem.ErrNotFound, "", "order %s has no such line or charge", o.name())
		case p.Amount.Amount > s.left():
			g.tooMuch("", s, o.money(s.left()))
		default:
			g.add(s, p.Quantity, p.Amount.Amount)
		}
	}
	if err := g.faults.Err(); err != nil || len(g.parts) == 0 {
		return nil, err
	}
	return g.write(tx, reason, returnID)
}

// granting is a refund on its way from what was asked to its parts.
type granting struct {
	order  *Order
	funds  *funds
	parts  []*payment.Part
	faults problem.List
}

// slot is a line or charge that money can be given back of.
type slot struct {
	line    *Line
	charge  *Adjustment
	gross   int64
	granted *int64
}

func (s slot) left() int64 { return max(0, s.gross-*s.granted) }

func (s slot) name() string {
	if s.line != nil {
		return s.line.name()
	}
	return s.charge.Label
}

func ofLine(l *Line) slot { return slot{line: l, gross: l.Gross.Amount, granted: &l.Granted.Amount} }

func ofCharge(a *Adjustment) slot {
	return slot{charge: a, gross: a.Net.Amount + a.Tax.Amount, granted: &a.Granted.Amount}
}

// slots returns the lines and charges that money was taken for.
func (g *granting) slots() (all []slot) {
	for l := range g.order.leaves {
		all = append(all, ofLine(l))
	}
	for _, a := range g.order.Adjustments {
		if a.Charge() {
			all = append(all, ofCharge(a))
		}
	}
	return all
}

// slot returns the leaf line or charge, or an empty one.
func (g *granting) slot(line string, adjustment int64) slot {
	for _, s := range g.slots() {
		if s.line != nil && s.line.ID == line || s.charge != nil && line == "" && s.charge.Position == adjustment {
			return s
		}
	}
	return slot{}
}

// add takes an amount of a line or charge.
func (g *granting) add(s slot, q money.Quantity, amount int64) {
	if amount == 0 {
		return
	}
	*s.granted += amount
	p := &payment.Part{Quantity: q, Amount: g.order.money(amount)}
	if s.line != nil {
		p.LineID = s.line.ID
	} else {
		p.Adjustment = s.charge.Position
	}
	g.parts = append(g.parts, p)
}

// plain takes money beyond the total first, then spreads the rest over lines
// and charges by what is left of them.
func (g *granting) plain(amount *money.Amount) {
	if !g.order.amount(amount, "/amount", &g.faults) {
		return
	}
	available := g.available()
	if amount.Amount > available {
		g.faults.Add(payment.ErrExceedsCaptured, "/amount", "%s of what was taken can be promised back", g.order.money(available).Format())
		return
	}
	slots := g.slots()
	lefts := make([]int64, len(slots))
	beyond := available
	for i, s := range slots {
		lefts[i] = s.left()
		beyond -= lefts[i]
	}
	beyond = min(max(0, beyond), amount.Amount)
	if beyond > 0 {
		g.parts = append(g.parts, &payment.Part{Amount: g.order.money(beyond)})
	}
	if rest := amount.Amount - beyond; rest > 0 {
		for i, share := range money.Split(rest, lefts) {
			g.add(slots[i], 0, share)
		}
	}
}

// part takes what was asked of a line or charge.
func (g *granting) part(pointer string, in *RefundPartIn) {
	l := g.order.Line(in.LineID)
	s := g.slot(in.LineID, in.Adjustment)
	switch {
	case (in.LineID == "") == (in.Adjustment == 0):
		g.faults.Add(problem.ErrInvalidValue, pointer, "a part is of a line or of a charge")
	case in.LineID != "" && l == nil:
		g.faults.Add(problem.ErrNotFound, pointer+"/line_id", "order %s has no line %s", g.order.name(), in.LineID)
	case in.LineID == "" && s.granted == nil:
		g.faults.Add(problem.ErrNotFound, pointer+"/adjustment", "order %s has no charge %d", g.order.name(), in.Adjustment)
	case (in.Quantity == 0) == (in.Amount == nil), in.Quantity != 0 && l == nil:
		g.faults.Add(problem.ErrInvalidValue, pointer, "a part has either an amount or, of a line, a quantity")
	case in.Quantity < 0:
		g.faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", in.Quantity)
	case in.Quantity != 0:
		g.byQuantity(pointer, l, in.Quantity)
	case l != nil:
		var slots []slot
		for _, leaf := range g.order.leavesOf(l) {
			slots = append(slots, ofLine(leaf))
		}
		g.byAmount(pointer, slots, in.Amount)
	default:
		g.byAmount(pointer, []slot{s}, in.Amount)
	}
}

// byQuantity gives back a quantity's share of the gross amount, as far as it is
// left: the shares of all quantities of a line add up to it exactly.
func (g *granting) byQuantity(pointer string, l *Line, q money.Quantity) {
	before := g.total()
	for _, leaf := range g.order.leavesOf(l) {
		n, refunded := q, g.refunded(leaf.ID)
		if leaf != l {
			n = times(q, leaf.PerParent)
		}
		if n > leaf.Quantity-refunded {
			g.faults.Add(ErrExceedsLine, pointer+"/quantity", "%s of %s are not refunded yet, not %s", leaf.Quantity-refunded, leaf.name(), n)
			return
		}
		g.add(ofLine(leaf), n, min(leaf.Worth(refunded, n), ofLine(leaf).left()))
	}
	if g.total() == before {
		g.tooMuch(pointer+"/quantity", ofLine(l), g.order.money(0))
	}
}

// byAmount gives back an amount, spread by what is left.
func (g *granting) byAmount(pointer string, slots []slot, amount *money.Amount) {
	if !g.order.amount(amount, pointer+"/amount", &g.faults) {
		return
	}
	lefts := make([]int64, len(slots))
	var left int64
	for i, s := range slots {
		lefts[i] = s.left()
		left += lefts[i]
	}
	if amount.Amount > left {
		g.tooMuch(pointer+"/amount", slots[0], g.order.money(left))
		return
	}
	for i, share := range money.Split(amount.Amount, lefts) {
		g.add(slots[i], 0, share)
	}
}

func (g *granting) tooMuch(pointer string, s slot, left money.Amount) {
	g.faults.Add(ErrExceedsLine, pointer, "%s of %s are left to give back", left.Format(), s.name())
}

// refunded is the quantity of a line that was given back the price of.
func (g *granting) refunded(line string) (q money.Quantity) {
	count := func(parts []*payment.Part) {
		for _, p := range parts {
			if p.LineID == line {
				q += p.Quantity
			}
		}
	}
	for _, r := range g.funds.refunds {
		count(r.Parts)
	}
	count(g.parts)
	return q
}

// total is the sum of the parts so far.
func (g *granting) total() (sum int64) {
	for _, p := range g.parts {
		sum += p.Amount.Amount
	}
	return sum
}

// available is what was taken and is promised back neither by an earlier refund
// nor by this one.
func (g *granting) available() int64 {
	left := g.order.Captured.Amount - g.total()
	for _, r := range g.funds.refunds {
		left -= r.Amount.Amount
	}
	return left
}

// write writes the refund. So much must have been taken.
func (g *granting) write(tx *db.Tx, reason, returnID string) (*payment.Refund, error) {
	if left := g.available(); left < 0 {
		return nil, payment.ErrExceedsCaptured.New("%s of what was taken can be promised back, not %s",
			g.order.money(left+g.total()).Format(), g.order.money(g.total()).Format())
	}
	return payment.Grant(tx, g.order.payer(), g.order.money(g.total()), g.parts, reason, returnID)
}

// MoveRefundIn is the input of order.move_refund.
type MoveRefundIn struct {
	ID        string        `path:"id" json:"id"`
	RefundID  string        `path:"refund_id" json:"refund_id"`
	PaymentID string        `json:"payment_id,omitempty" maxLength:"60" doc:"All payments, the oldest first, if not given"`
	Amount    *money.Amount `json:"amount,omitempty" doc:"All that is promised and not moved, if not given"`
}

// MoveRefund gives back money that was promised back.
func MoveRefund(tx *db.Tx, in MoveRefundIn) (*Order, error) {
	o, f, err := withFunds(tx, in.ID)
	if err != nil {
		return nil, err
	}
	r := f.refund(in.RefundID)
	if r == nil {
		return nil, problem.ErrNotFound.At("/refund_id", "order %s has no refund %s", o.name(), in.RefundID)
	}
	if err := guardRefund(o); err != nil {
		return nil, err
	}
	from, err := f.chosen(o, in.PaymentID)
	if err != nil {
		return nil, err
	}
	amount, err := o.asked(in.Amount, r.Left())
	if err != nil {
		return nil, err
	}
	var faults problem.List
	if amount.Amount > r.Left() || r.Left() == 0 {
		faults.Add(payment.ErrExceedsRefund, "/amount", "%s of the refund are left to move", o.money(r.Left()).Format())
	}
	if left := sum(from, (*payment.Payment).Refundable); amount.Amount > left {
		faults.Add(payment.ErrExceedsCaptured, "/amount", "%s of the payments are left to give back", o.money(left).Format())
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := o.spread(amount.Amount, from, (*payment.Payment).Refundable, func(p *payment.Payment, n money.Amount) error {
		return payment.Move(tx, r, p, n)
	}); err != nil {
		return nil, err
	}
	return Get(tx, in.ID)
}

// refund returns the order's refund with the id, or nil.
func (f *funds) refund(id string) *payment.Refund {
	for _, r := range f.refunds {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func guardRefund(o *Order) error {
	if o.Captured.Amount <= o.Refunded.Amount {
		return o.refuse("no money of it was taken and not given back", "Take promised money first (order.capture), or record what came (order.pay).").With("payment_status", o.PaymentStatus)
	}
	return nil
}
