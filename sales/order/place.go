package order

import (
	"fmt"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
)

// Codes of placing.
var (
	ErrPaymentMethod = problem.Declare("payment_method_not_allowed", problem.Invalid,
		"The channel or the customer does not pay this way.", "Choose one of the methods that are allowed.")
	ErrNoLine = problem.Declare("order_without_lines", problem.Invalid,
		"An order without a line can't be placed.", "Add a line first.")
	ErrTotalMismatch = problem.Declare("total_mismatch", problem.Conflict,
		"The total is not what the client expected.", "Show the new total and send it as expected_total, or leave it out.")
)

// Placed is the event of an order that was agreed.
var Placed = event.Declare("order.placed", 1, "An order was agreed; its stock is promised.", body{}, "order")

// PlaceIn is the input of order.place: an order is drafted and placed at once.
type PlaceIn struct {
	Agreement
	Newcomer
	Payment       *PaymentIn    `json:"payment,omitempty" doc:"How it is to be paid; decided later if not given"`
	ExpectedTotal *money.Amount `json:"expected_total,omitempty" doc:"Refuse if the total is another"`
}

// Placement is what placing an order tells its reactions.
type Placement struct {
	Order        *Order
	Reservations []*inventory.Reservation
	Payment      *PaymentIn
}

// placing is what placing needs beside the agreement.
type placing struct {
	numbers  *number.Source
	payment  *PaymentIn
	expected *money.Amount
}

// Place drafts an order and places it.
func Place(tx *db.Tx, numbers *number.Source, in PlaceIn) (*Order, error) {
	if err := mayOrder(tx.Actor); err != nil {
		return nil, err
	}
	p := &placing{numbers, in.Payment, in.ExpectedTotal}
	faults, err := in.join(tx, numbers, &in.Agreement)
	if err != nil {
		return nil, err
	}
	o, f, err := agree(tx, &in.Agreement, "", p, faults)
	if err != nil {
		return nil, err
	}
	o.saveCopies(tx)
	return o, o.place(tx, f, p)
}

// place agrees a draft: it promises stock, gives a number and starts the life
// of the order.
func (o *Order) place(tx *db.Tx, f *facts, p *placing) error {
	if p.expected != nil && *p.expected != o.Total {
		return ErrTotalMismatch.At("/expected_total", "the total is %s, not %s", o.Total.Format(), p.expected.Format()).With("total", o.Total).With("tax", o.Tax).With("net", o.Net)
	}
	number, err := f.channel.NextNumber(tx, p.numbers)
	if err != nil {
		return err
	}
	o.Number, o.PlacedAt, o.BusinessDay = number, clock.At(tx.Now), f.day(tx)
	o.CustomerType, o.ProfileVersion = f.customer.kind, f.customer.profileVersion
	o.Contact = f.contact(o.Contact)
	if p.payment != nil {
		o.PaymentMethod = p.payment.Method
		if o.PaymentMethod == OnAccount {
			o.TermsDays = f.customer.termsDays
			o.DueAt = clock.At(tx.Now.AddDate(0, 0, int(o.TermsDays)))
		}
	}
	reservations := o.allocate(f)
	o.reserve(tx, reservations)
	if o.authorizes(p.payment) {
		o.AttemptsOpen++
	}
	if err := o.Save(tx, Placed, &Placement{o, reservations, p.payment}); err != nil {
		return err
	}
	return o.startPayment(tx, p.payment)
}

// OnAccount is the payment method of customers who pay later.
const OnAccount = "on_account"

// day is the business day in the channel's time zone.
func (f *facts) day(tx *db.Tx) string { return tx.Now.In(f.channel.Zone()).Format("2006-01-02") }

func (f *facts) checkPayment(p *PaymentIn, faults *problem.List) {
	switch {
	case p == nil:
	case !slices.Contains(f.channel.PaymentMethods, p.Method):
		faults.AddAllowed(ErrPaymentMethod, "/payment/method", f.channel.PaymentMethods, "channel %s does not take %s", f.channel.Code, p.Method)
	case p.Method == OnAccount && !f.customer.onAccount && !f.unknown:
		faults.Add(ErrPaymentMethod, "/payment/method", "the customer has no account to pay on")
	case p.Method == "test" && p.Token == "":
		faults.Add(problem.ErrRequired, "/payment/token", "the gateway needs a token of the payer")
	}
}

// demand is a quantity of a variant that a line wants from stock.
type demand struct {
	variant  *catalog.Offer
	quantity money.Quantity
	pointer  string
	lot      string // from which alone it is served; empty for any
}

// checkStock finds variants that can't be served and not be backordered, summed
// over the order. Each is told once, at the first line that wants it.
func (f *facts) checkStock(demands []demand, faults *problem.List) {
	type key struct{ variant, lot string }
	sums := map[key]money.Quantity{}
	for _, d := range demands {
		sums[key{d.variant.ID, ""}] += d.quantity
		if d.lot != "" {
			sums[key{d.variant.ID, d.lot}] += d.quantity
		}
	}
	for _, d := range demands {
		for _, lot := range []string{"", d.lot} {
			sum, available := sums[key{d.variant.ID, lot}], f.available(d.variant.ID, lot)
			if d.variant.Kind == "stock" && !d.variant.Backorder && sum > available {
				faults.Add(inventory.ErrInsufficient, d.pointer, "%s of %s can be promised in this channel%s, %s are wanted", available, d.variant.SKU, fromLot(lot), sum)
				f.short = append(f.short, d.variant)
				sums[key{d.variant.ID, lot}] = 0
			}
			if d.lot == "" {
				break
			}
		}
	}
}

// elsewhere tells, in a refusal for want of stock, what locations have that the
// channel does not sell from. It is read only then, and customers are not told.
func (f *facts) elsewhere(tx *db.Tx, err error) error {
	if len(f.short) == 0 || tx.Actor.Scope.Customer != "" {
		return err
	}
	var want []catalog.Want
	for _, v := range f.short {
		want = append(want, catalog.Want{VariantID: v.ID})
	}
	supplies := inventory.Supplies{}
	if failed := tx.Load(inventory.ReadFree(tx, f.channel.ID, want, supplies)); failed != nil {
		return failed
	}
	supplies.Fresh(tx.Micros())
	var all []inventory.Free
	next := 0 // of those that are short, which are told in their order
	p := problem.As(err)
	for i := range p.Faults {
		if p.Faults[i].Code == inventory.ErrInsufficient && next < len(f.short) {
			others := supplies.Elsewhere(f.short[next].ID, f.short[next].SKU, "")
			if len(others) > 0 {
				p.Faults[i].Detail += "; outside the channel " + inventory.Tell(others)
			}
			all = append(all, others...)
			next++
		}
	}
	return inventory.WithLocations(err, all)
}

func fromLot(id string) string {
	if id == "" {
		return ""
	}
	return " from the lot " + id
}

// available is what the channel's locations can promise of a variant, or of one
// lot of it.
func (f *facts) available(variant, lot string) (sum money.Quantity) {
	for _, s := range f.supplies[variant] {
		if lot == "" || s.Lot == lot {
			sum += max(0, s.Available)
		}
	}
	return sum
}

// allocate promises stock to the lines and sets their ledgers; what is missing
// is backordered.
func (o *Order) allocate(f *facts) []*inventory.Reservation {
	var demands []inventory.Demand
	for l := range o.leaves {
		if l.Stocked() {
			demands = append(demands, inventory.Demand{LineID: l.ID, VariantID: l.VariantID, Quantity: l.Quantity, Lot: l.LotID})
		}
	}
	reservations, missing := inventory.Allocate(f.supplies, demands)
	for l := range o.leaves {
		if l.Stocked() {
			l.Open, l.Backordered = 0, missing[l.ID]
			l.Reserved = l.Quantity - l.Backordered
		}
	}
	return reservations
}

// forPlacing reads what placing a stored draft depends on.
func (o *Order) forPlacing(tx *db.Tx, p *placing) (*facts, error) {
	in := &Agreement{ChannelID: o.ChannelID, CustomerID: o.CustomerID, Reference: o.Reference}
	for _, l := range o.Lines {
		if !l.free() {
			in.Lines = append(in.Lines, LineIn{VariantID: l.VariantID})
		}
	}
	f, err := load(tx, in, o.ID, false)
	if err != nil {
		return nil, err
	}
	if f.channel.ID == "" {
		return nil, problem.ErrNotFound.New("no channel %s", o.ChannelID)
	}
	o.Warnings = f.warnings(o.Reference)
	return f, f.checkStill(tx, o, p)
}

// checkStill finds what has changed since an order was drafted so that it can't
// be placed any more. Pointers lead into the order.
func (f *facts) checkStill(tx *db.Tx, o *Order, p *placing) error {
	var faults problem.List
	f.checkPayment(p.payment, &faults)
	var demands []demand
	if !f.channel.Active {
		faults.Add(ErrChannelInactive, "", "channel %s is not active", f.channel.Code)
	}
	if o.CustomerID != "" && !f.customer.active {
		faults.Add(ErrCustomerInactive, "", "customer %s is not active", o.CustomerID)
	}
	if len(o.Lines) == 0 {
		faults.Add(ErrNoLine, "/lines", "an order needs a line")
	}
	sums := map[string]money.Quantity{} // of a variant over the order
	for _, l := range o.Lines {
		if l.ParentID == "" {
			sums[l.VariantID] += l.Quantity
		}
	}
	for i, l := range o.Lines {
		if l.free() {
			continue
		}
		v := f.offers.Find(catalog.Want{VariantID: l.VariantID})
		pointer := fmt.Sprintf("/lines/%d/quantity", i)
		switch {
		case v == nil || !v.Active:
			faults.Add(catalog.ErrInactive, pointer, "%s is not sold any more", l.SKU)
		case l.ParentID == "" && !v.Listed:
			faults.Add(catalog.ErrNotListed, pointer, "%s is not sold in channel %s any more", l.SKU, f.channel.Code)
		default:
			if l.ParentID == "" {
				f.checkQuantity(pointer, v, sums[l.VariantID], &faults)
			}
			if l.Leaf() {
				demands = append(demands, demand{v, l.Quantity, pointer, l.LotID})
			}
		}
	}
	f.checkStock(demands, &faults)
	return f.elsewhere(tx, faults.Err())
}
