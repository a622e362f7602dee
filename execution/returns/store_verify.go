package returns

import (
	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/invariant"
	"ordo/sales/order"
)

// page is a range of returns with what other rows say of them.
type page struct {
	returns []*Return
	refunds map[string]*refund // by return
}

// refund is the first refund that names a return.
type refund struct {
	id     string
	amount int64
	parts  map[string]int64 // by line of the order
	more   bool             // there is another one
}

// look reads the returns above after and up to upto with all that belongs to
// them.
func look(after, upto string) ([]db.Read, func(*invariant.Report)) {
	p := &page{refunds: map[string]*refund{}}
	byReturn := map[string][]*Line{}
	return []db.Read{
			heads.Between("id", after, upto, func(h *Head) { p.returns = append(p.returns, &Return{Head: *h}) }),
			lines.Between("return_id", after, upto, func(l *Line) {
				own := *l
				byReturn[l.returnID] = append(byReturn[l.returnID], &own)
			}),
			db.Many(`SELECT x.id, r.id, r.amount, p.line_id, p.amount FROM returns x JOIN refunds r ON r.order_id = x.order_id AND r.return_id = x.id JOIN refund_parts p ON p.refund_id = r.id
			WHERE x.id > $1 AND x.id <= $2 ORDER BY x.id, r.id, p.position`, []any{after, upto}, p.addPart),
		}, func(r *invariant.Report) {
			for _, ret := range p.returns {
				ret.Lines = byReturn[ret.ID]
				p.judge(ret, r)
			}
		}
}

// addPart takes in a part of a refund that names a return.
func (p *page) addPart(scan db.Scan) error {
	var of, line string
	var part int64
	f := &refund{parts: map[string]int64{}}
	err := scan(&of, &f.id, &f.amount, &line, &part)
	if p.refunds[of] == nil {
		p.refunds[of] = f
	}
	first := p.refunds[of]
	first.more = first.more || first.id != f.id
	first.parts[line] += part
	return err
}

// lookAtOrders reads what orders above after and up to upto say of their returns,
// and the returns of themselves.
func lookAtOrders(after, upto string) ([]db.Read, func(*invariant.Report)) {
	b := &back{lines: map[string]received{}, orders: map[string]opened{}}
	in := []any{after, upto}
	return []db.Read{
		order.HeadsBetween(after, upto, func(h *order.Head) {
			if h.ReturnsOpen != 0 {
				b.orders[h.ID] = opened{h.ReturnsOpen, b.orders[h.ID].there}
			}
		}),
		order.LinesBetween(after, upto, func(_ string, l *order.Line) {
			if l.Leaf() && l.Returned != 0 {
				b.lines[l.ID] = received{l.Returned, b.lines[l.ID].received}
			}
		}),
		db.Many(`SELECT l.line_id, l.received FROM returns r JOIN return_lines l ON l.return_id = r.id WHERE r.order_id > $1 AND r.order_id <= $2`, in, func(scan db.Scan) error {
			var line string
			var quantity money.Quantity
			err := scan(&line, (*int64)(&quantity))
			b.lines[line] = received{b.lines[line].returned, b.lines[line].received + quantity}
			return err
		}),
		db.Many(`SELECT order_id FROM returns WHERE order_id > $1 AND order_id <= $2 AND closed_at = 0`, in, func(scan db.Scan) error {
			var of string
			err := scan(&of)
			b.orders[of] = opened{b.orders[of].counted, b.orders[of].there + 1}
			return err
		}),
	}, b.judge
}

// restockedOtherwise finds faults among the returns above $1 and up to $2.
const restockedOtherwise = `SELECT return_id, 'restocked ' || CAST(SUM(restocked) AS TEXT) || ', went back to stock ' || CAST(SUM(moved) AS TEXT)
	FROM (
		SELECT return_id, restocked, 0 AS moved FROM return_lines WHERE return_id > $1 AND return_id <= $2 AND restocked <> 0
		UNION ALL SELECT d.reference, 0, m.quantity FROM stock_documents d JOIN stock_movements m ON m.document_id = d.id WHERE d.kind = 'return' AND d.reference > $1 AND d.reference <= $2
	) all_of_it
	GROUP BY return_id HAVING SUM(restocked) <> SUM(moved) ORDER BY 1`
