package order

import (
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/trade/catalog"
)

// drafting is an order on its way from what was asked to a priced draft.
type drafting struct {
	tx      *db.Tx
	in      *Agreement
	facts   *facts
	order   *Order
	faults  problem.List
	placing bool
	lines   []asked   // one per line of the input
	at      time.Time // whose tax rates hold
	placed  *Order    // that is there already, if any: what was agreed of it stays, whoever agreed to it
}

// asked is a line of the input with what it means.
type asked struct {
	variant   *catalog.Offer
	quantity  money.Quantity // in the variant's own unit
	unitPrice money.UnitPrice
	source    string
	lot       string // id of the lot that it is served from alone
	faulty    bool   // it can't be priced
	line      *Line
}

// agree makes a priced draft of what was asked, or names all faults at once;
// with placing those too that only stand in the way of placing it. own is the
// draft that it replaces, if any; known are the faults that were found before.
// Nothing is written.
func agree(tx *db.Tx, in *Agreement, own string, placing *placing, known problem.List) (*Order, *facts, error) {
	f, err := load(tx, in, own, placing == nil)
	if err != nil {
		return nil, nil, err
	}
	f.unknown = !known.Empty()
	if len(in.Deliveries) == 0 {
		in.Deliveries = []DeliveryIn{{}}
	}
	d := &drafting{tx: tx, in: in, facts: f, faults: known, lines: make([]asked, len(in.Lines)), at: tx.Now, placing: placing != nil}
	d.checkParties()
	d.checkDeliveries()
	d.checkLines()
	if placing != nil && f.channel.ID != "" {
		f.checkPayment(placing.payment, &d.faults)
		f.checkStock(d.demand(), &d.faults)
	}
	if f.channel.ID != "" {
		d.build()
		d.price()
		d.warnAlike()
	}
	return d.order, f, f.elsewhere(tx, d.faults.Err())
}
