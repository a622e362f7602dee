package order

import (
	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
)

// Events of a draft.
var (
	Drafted = event.Declare("order.drafted", 1, "An order was drafted and priced; nothing is promised yet.", body{})
	Revised = event.Declare("order.revised", 1, "The agreement of a draft was replaced, or a line of it changed.", body{})
)

// DraftIn is the input of order.draft.
type DraftIn struct {
	Agreement
	Newcomer
}

// Draft writes a priced draft. It promises nothing.
func Draft(tx *db.Tx, numbers *number.Source, in DraftIn) (*Order, error) {
	if err := mayOrder(tx.Actor); err != nil {
		return nil, err
	}
	faults, err := in.join(tx, numbers, &in.Agreement)
	if err != nil {
		return nil, err
	}
	o, _, err := agree(tx, &in.Agreement, "", nil, faults)
	if err != nil {
		return nil, err
	}
	o.saveCopies(tx)
	return o, o.Save(tx, Drafted, nil)
}

// mayOrder refuses those who see some locations only: orders belong to none.
func mayOrder(a auth.Actor) error {
	if a.Scope.Locations != nil {
		return auth.ErrScope.New("you see some locations only, and an order belongs to none")
	}
	return nil
}

// ReviseIn is the input of order.revise.
type ReviseIn struct {
	ID      string `path:"id" json:"id"`
	IfMatch string `header:"If-Match" json:"-" doc:"ETag of the order that the change was made from"`
	Agreement
	Newcomer
}

// Revise replaces the agreement of a draft.
func Revise(tx *db.Tx, numbers *number.Source, in ReviseIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardDraft(o); err != nil {
		return nil, err
	}
	if err := o.matches(tx, in.IfMatch); err != nil {
		return nil, err
	}
	faults, err := in.join(tx, numbers, &in.Agreement)
	if err != nil {
		return nil, err
	}
	o.stay(in.Lines)
	fresh, _, err := agree(tx, &in.Agreement, o.ID, nil, faults)
	if err != nil {
		return nil, err
	}
	o.replace(tx, fresh)
	o.saveCopies(tx)
	return o, o.Save(tx, Revised, nil)
}

// stay finds the lines of the draft that others ask for again. Their lot stays,
// and so does a price by hand or a free text, whoever agreed to it.
func (o *Order) stay(asked []LineIn) {
	for i := range asked {
		in := &asked[i]
		l := o.Line(in.LineID)
		if l == nil || l.ParentID != "" {
			continue
		}
		same := l.free() && in.free() && l.Title == in.Title || !l.free() && l.VariantID == in.VariantID
		in.stays = true
		in.agreed = same && in.UnitPrice != nil && (l.free() || l.PriceSource == "manual") && *in.UnitPrice == l.UnitPrice
		if same && in.Barcode == "" {
			in.lot = l.LotID
		}
	}
}

// showAgreement tells of a draft what was asked for.
func (o *Order) showAgreement() (err error) {
	o.Agreement = nil
	if o.Status != "draft" {
		return nil
	}
	a, tops, err := o.agreed()
	if err != nil {
		return err
	}
	for i, l := range tops {
		a.Lines[i].LineID = l.ID
	}
	if len(o.Deliveries) > 0 && o.BillingID == o.Deliveries[0].AddressID {
		a.Billing = nil
	}
	o.Agreement = a
	return nil
}

// replace takes over the agreement of a fresh draft.
func (o *Order) replace(tx *db.Tx, fresh *Order) {
	o.clear(tx)
	o.succeed(fresh)
	o.Deliveries, o.Lines, o.Adjustments = fresh.Deliveries, fresh.Lines, fresh.Adjustments
	o.Billing, o.Contact = fresh.Billing, fresh.Contact
}

// succeed takes over the head of a fresh draft as the next revision.
func (o *Order) succeed(fresh *Order) {
	head := fresh.Head
	head.ID, head.CreatedAt, head.Version, head.sequence = o.ID, o.CreatedAt, o.Version, o.sequence
	head.Revision, head.ClonedFrom = o.Revision+1, o.ClonedFrom
	o.Head = head
}

// PlaceDraftIn is the input of order.place_draft.
type PlaceDraftIn struct {
	ID            string        `path:"id" json:"id"`
	IfMatch       string        `header:"If-Match" json:"-" doc:"ETag of the draft that is agreed to"`
	Payment       *PaymentIn    `json:"payment,omitempty" doc:"How it is to be paid; decided later if not given"`
	ExpectedTotal *money.Amount `json:"expected_total,omitempty" doc:"Refuse if the total is another"`
}

// PlaceDraft places a draft at the prices it shows.
func PlaceDraft(tx *db.Tx, numbers *number.Source, in PlaceDraftIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardDraft(o); err != nil {
		return nil, err
	}
	if err := o.matches(tx, in.IfMatch); err != nil {
		return nil, err
	}
	p := &placing{numbers, in.Payment, in.ExpectedTotal}
	f, err := o.forPlacing(tx, p)
	if err != nil {
		return nil, err
	}
	return o, o.place(tx, f, p)
}
