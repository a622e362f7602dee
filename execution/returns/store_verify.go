package returns

import "ordo/engine/db"

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

// loadPage reads the returns above after and up to upto with all that belongs
// to them, in one round trip.
func loadPage(tx *db.Tx, after, upto string) (*page, error) {
	p := &page{refunds: map[string]*refund{}}
	in, byID := []any{after, upto}, map[string]*Return{}
	return p, tx.Load(
		db.Many(`SELECT `+heads.Columns+` FROM returns WHERE id > $1 AND id <= $2 ORDER BY id`, in, heads.Scan(func(h *Head) {
			byID[h.ID] = &Return{Head: *h}
			p.returns = append(p.returns, byID[h.ID])
		})),
		db.Many(`SELECT `+lines.Columns+` FROM return_lines WHERE return_id > $1 AND return_id <= $2 ORDER BY return_id, position`, in, lines.Scan(func(l *Line) {
			if r := byID[l.returnID]; r != nil {
				r.Lines = append(r.Lines, l)
			}
		})),
		db.Many(`SELECT x.id, r.id, r.amount, p.line_id, p.amount FROM returns x JOIN refunds r ON r.order_id = x.order_id AND r.return_id = x.id JOIN refund_parts p ON p.refund_id = r.id
			WHERE x.id > $1 AND x.id <= $2 ORDER BY x.id, r.id, p.position`, in, func(scan db.Scan) error {
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
		}),
	)
}

// The statements find faults among the orders, or returns, above $1 and up to $2.
const (
	returnedOtherwise = `SELECT line_id, 'returned ' || CAST(SUM(returned) AS TEXT) || ', returns received ' || CAST(SUM(received) AS TEXT)
		FROM (
			SELECT id AS line_id, returned, 0 AS received FROM order_lines WHERE order_id > $1 AND order_id <= $2 AND kind <> 'bundle' AND returned <> 0
			UNION ALL SELECT l.line_id, 0, l.received FROM returns r JOIN return_lines l ON l.return_id = r.id WHERE r.order_id > $1 AND r.order_id <= $2
		) all_of_it
		GROUP BY line_id HAVING SUM(returned) <> SUM(received) ORDER BY 1`

	countedOtherwise = `SELECT order_id, 'counts ' || CAST(SUM(counted) AS TEXT) || ' open returns, there are ' || CAST(SUM(opened) AS TEXT)
		FROM (
			SELECT id AS order_id, returns_open AS counted, 0 AS opened FROM orders WHERE id > $1 AND id <= $2 AND returns_open <> 0
			UNION ALL SELECT order_id, 0, 1 FROM returns WHERE order_id > $1 AND order_id <= $2 AND closed_at = 0
		) all_of_it
		GROUP BY order_id HAVING SUM(counted) <> SUM(opened) ORDER BY 1`

	restockedOtherwise = `SELECT return_id, 'restocked ' || CAST(SUM(restocked) AS TEXT) || ', went back to stock ' || CAST(SUM(moved) AS TEXT)
		FROM (
			SELECT return_id, restocked, 0 AS moved FROM return_lines WHERE return_id > $1 AND return_id <= $2 AND restocked <> 0
			UNION ALL SELECT d.reference, 0, m.quantity FROM stock_documents d JOIN stock_movements m ON m.document_id = d.id WHERE d.kind = 'return' AND d.reference > $1 AND d.reference <= $2
		) all_of_it
		GROUP BY return_id HAVING SUM(restocked) <> SUM(moved) ORDER BY 1`
)
