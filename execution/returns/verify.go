package returns

import (
	"maps"
	"slices"

	"ordo/base/money"
	"ordo/engine/invariant"
)

// Invariants are those of returns, and of what orders, stock and refunds say of
// the same goods. Imported returns were settled elsewhere: their refunds are
// left out, and no stock moved for them.
var Invariants = []invariant.Check{
	invariant.Walk("returns", "id", pageSize, look,
		invariant.Invariant{ID: "Q3", Formula: "per line of a return 0 <= restocked + refurbished + scrapped + sent on <= received <= quantity, none negative"},
		invariant.Invariant{ID: "M5", Formula: "a return is worth the sum of its lines; its refund is the only one that names it, at most the value less the fee, and gives back nothing else"},
		invariant.Invariant{ID: "M3", Formula: "the parts of a return's refund split it by the worth of the lines"},
		invariant.Invariant{ID: "W1", Formula: "the stored status is the function of the facts"},
	),
	invariant.Walk("orders", "id", invariant.PageSize, lookAtOrders,
		invariant.Invariant{ID: "Q3", Formula: "per line returned = what its returns received"},
		invariant.Invariant{ID: "W1", Formula: "returns_open counts the order's returns that are not at an end"},
	),
	invariant.SQL(invariant.Invariant{
		ID: "Q2", Formula: "what went back to stock for a return is what it restocked",
	}, "returns", "id", wholePage, restockedOtherwise),
}

const (
	pageSize = 1_000
	// wholePage makes a page of nearly all returns: documents have no index by
	// what they are for.
	wholePage = 200_000
)

// back is what came back of a range of orders, as they say and as their returns
// do.
type back struct {
	lines  map[string]received
	orders map[string]opened
}

// received is what came back of a line, as it says and as returns received it.
type received struct{ returned, received money.Quantity }

// opened is how many returns of an order are not at an end, as it counts and as
// there are.
type opened struct{ counted, there int64 }

func (b *back) judge(r *invariant.Report) {
	for _, id := range slices.Sorted(maps.Keys(b.lines)) {
		if l := b.lines[id]; l.returned != l.received {
			r.Fault("Q3", id, "returned %d, returns received %d", l.returned, l.received)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.orders)) {
		if o := b.orders[id]; o.counted != o.there {
			r.Fault("W1", id, "counts %d open returns, there are %d", o.counted, o.there)
		}
	}
}

// judge reports what does not hold of a return.
func (p *page) judge(ret *Return, r *invariant.Report) {
	var value int64
	for _, l := range ret.Lines {
		value += l.Amount.Amount
		if min(l.Received, l.Restocked, l.Refurbished, l.Scrapped, l.SentOn) < 0 || l.decided() > l.Received || l.Received > l.Quantity {
			r.Fault("Q3", ret.ID, "of %s of line %s that were asked for %s came back; %s are restocked, %s refurbished, %s scrapped, %s sent on",
				l.Quantity, l.LineID, l.Received, l.Restocked, l.Refurbished, l.Scrapped, l.SentOn)
		}
	}
	if ret.Value.Amount != value {
		r.Fault("M5", ret.ID, "is worth %d, its lines add up to %d", ret.Value.Amount, value)
	}
	if ret.Origin == "ordo" {
		p.judgeRefund(ret, r)
	}
	if s := ret.status(); ret.Status != s {
		r.Fault("W1", ret.ID, "status is %s, the facts give %s", ret.Status, s)
	}
}

// judgeRefund compares the refund of a return with what it is worth.
func (p *page) judgeRefund(ret *Return, r *invariant.Report) {
	f := p.refunds[ret.ID]
	switch {
	case f == nil && ret.RefundID != "":
		r.Fault("M5", ret.ID, "names refund %s, which does not name it", ret.RefundID)
	case f == nil:
	case f.id != ret.RefundID || f.more:
		r.Fault("M5", ret.ID, "names refund %q; refund %s names it", ret.RefundID, f.id)
	case f.amount > ret.Value.Amount-ret.Fee.Amount:
		r.Fault("M5", ret.ID, "is worth %d less %d, %d are promised back", ret.Value.Amount, ret.Fee.Amount, f.amount)
	default:
		p.judgeShares(ret, f, r)
	}
}

func (p *page) judgeShares(ret *Return, f *refund, r *invariant.Report) {
	worths := make([]int64, len(ret.Lines))
	for i, l := range ret.Lines {
		worths[i] = l.Amount.Amount
	}
	var split int64
	for i, share := range money.Split(f.amount, worths) {
		split += f.parts[ret.Lines[i].LineID]
		if is := f.parts[ret.Lines[i].LineID]; is != share {
			r.Fault("M3", ret.ID, "the share of line %s in %d is %d, not %d", ret.Lines[i].LineID, f.amount, share, is)
		}
	}
	if split != f.amount {
		r.Fault("M5", ret.ID, "%d are promised back, %d of it for its lines", f.amount, split)
	}
}
