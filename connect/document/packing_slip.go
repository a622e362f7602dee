package document

import (
	"fmt"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
)

// packingSlip writes what is in the packages of a shipment, for who opens them.
// It bears no prices.
func packingSlip(r reader, company string, s *fulfillment.Shipment, now time.Time) ([]byte, error) {
	o := s.Order()
	p := newPaper(r, r.packingSlip, r.packingSlip+" · "+s.Number+" · "+company, now)
	p.head(company, r.packingSlip, s.Number)
	top := p.GetY()
	to := s.Delivery()
	p.address(to)
	end := p.GetY()
	p.SetY(top)
	p.facts(margin+width/2, width/2, [][2]string{
		{r.order, o.Number}, {r.shipment, s.Number}, {r.packed, s.CreatedAt.Time().In(r.zone).Format(r.date)},
		{r.carrier, s.Carrier}, {r.service, s.Service}, {r.tracking, s.TrackingNumber},
	})
	p.SetY(max(end, p.GetY()) + 8)
	columns := []column{{r.quantity, 20, "R", bold}, {r.sku, 40, "L", regular}, {r.item, 120, "L", regular}}
	for i, box := range s.Packages {
		title := fmt.Sprintf(r.packageOf, i+1, len(s.Packages))
		if box.WeightGrams > 0 {
			title += " · " + r.grams(box.WeightGrams)
		}
		p.room(8 * line)
		p.text(bold, 11, title)
		p.SetY(p.GetY() + 1)
		var rows [][]cell
		for _, c := range box.Lines {
			rows = append(rows, r.contentRow(o.Line(c.LineID), c.Quantity))
		}
		p.table(columns, rows)
	}
	if rows := r.toFollowRows(s, to); rows != nil {
		p.room(8 * line)
		p.text(bold, 11, r.toFollow)
		p.SetY(p.GetY() + 1)
		p.table(columns, rows)
	}
	return p.bytes()
}

func (r *reader) contentRow(l *order.Line, q money.Quantity) []cell {
	return []cell{{text: r.number(q)}, {text: l.SKU}, {text: l.Title, below: options(l.Chosen())}}
}

// toFollowRows are the goods of the same delivery that neither left before nor
// are in this shipment.
func (r *reader) toFollowRows(s *fulfillment.Shipment, of *order.Delivery) (rows [][]cell) {
	inside := map[string]money.Quantity{}
	for _, box := range s.Packages {
		for _, c := range box.Lines {
			inside[c.LineID] += c.Quantity
		}
	}
	for _, l := range s.Order().Lines {
		left := l.Quantity - l.Canceled - l.Shipped
		if s.ShippedAt == 0 {
			left -= inside[l.ID]
		}
		if l.Leaf() && l.Kind == "stock" && of != nil && l.DeliveryID == of.ID && left > 0 {
			rows = append(rows, r.contentRow(l, left))
		}
	}
	return rows
}

// address writes where a shipment goes.
func (p *paper) address(to *order.Delivery) {
	p.font(regular, small)
	p.SetTextColor(80, 90, 90)
	p.SetX(margin)
	p.CellFormat(width/2, line+0.4, p.shipTo, "", 1, "L", false, 0, "")
	p.SetTextColor(0, 0, 0)
	p.font(regular, 11)
	texts := []string{p.pickedUp}
	if to != nil && to.Address != nil {
		a := to.Address
		texts = filled(a.Name, a.Company, a.Street, a.Street2, strings.Join(filled(a.Postcode, a.City), " "), a.Region, a.Country)
	}
	for _, text := range texts {
		for _, part := range p.wrap(text, width/2-6) {
			p.SetX(margin)
			p.CellFormat(width/2, 5.2, part, "", 1, "L", false, 0, "")
		}
	}
	p.font(regular, normal)
}
