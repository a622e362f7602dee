package document

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/execution/fulfillment"
	"ordo/trade/location"
)

// wanted is what is to be taken from one spot, for the orders that need it.
type wanted struct {
	sku, title, options, barcode, lot string
	quantity                          money.Quantity
	orders                            []share
}

// share is what of it an order needs.
type share struct {
	order    string
	quantity money.Quantity
}

// gather sums what is to be picked for some orders, by SKU and lot.
func gather(works []*fulfillment.Fulfillment, barcodes map[string]string) (all []*wanted) {
	for _, w := range works {
		for _, l := range w.Lines {
			add := func(lot string, q money.Quantity) {
				if q <= 0 {
					return
				}
				i := slices.IndexFunc(all, func(x *wanted) bool { return x.sku == l.SKU && x.lot == lot && x.options == options(l.Options) })
				if i < 0 {
					i, all = len(all), append(all, &wanted{sku: l.SKU, title: l.Title, options: options(l.Options), barcode: barcodes[l.VariantID], lot: lot})
				}
				all[i].quantity += q
				all[i].orders = append(all[i].orders, share{w.OrderNumber, q})
			}
			for _, lot := range l.Lots {
				add(lot.Lot, lot.Quantity-lot.Picked)
			}
			if len(l.Lots) == 0 {
				add("", l.Quantity-l.Canceled-l.Picked)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *wanted) int { return cmp.Or(strings.Compare(a.sku, b.sku), strings.Compare(a.lot, b.lot)) })
	return all
}

// pickList writes what is to be taken from the shelves of a location for some
// orders, and the orders with codes that open them at the desk.
func pickList(r reader, at *location.Location, works []*fulfillment.Fulfillment, barcodes map[string]string, now time.Time) ([]byte, error) {
	p := newPaper(r, r.pickList, r.pickList+" · "+at.Name+" · "+now.In(r.zone).Format(r.time), now)
	p.head(r.pickList, at.Name+" · "+now.In(r.zone).Format(r.time), "")
	var rows [][]cell
	for _, w := range gather(works, barcodes) {
		var orders []string
		for _, s := range w.orders {
			orders = append(orders, r.number(s.quantity)+" × "+s.order)
		}
		rows = append(rows, []cell{{box: true}, {text: r.number(w.quantity)}, {text: w.sku, below: strings.Join(filled(w.title, w.options, w.barcode), "\n")}, {text: w.lot}, {below: strings.Join(orders, "\n")}})
	}
	if rows == nil {
		p.text(regular, normal, r.nothingToPick)
	} else {
		p.table([]column{{"", 8, "L", regular}, {r.quantity, 18, "R", bold}, {r.item, 84, "L", bold}, {r.lot, 26, "L", regular}, {r.orders, 44, "L", regular}}, rows)
	}
	p.table([]column{{r.order, 60, "L", bold}, {r.toPick, 30, "R", regular}, {r.shipTo, 90, "L", regular}}, orderRows(r, works))
	return p.bytes()
}

func orderRows(r reader, works []*fulfillment.Fulfillment) (rows [][]cell) {
	for _, w := range works {
		var units money.Quantity
		for _, l := range w.Lines {
			units += l.Quantity - l.Canceled - l.Picked
		}
		to := r.pickedUp
		if a := w.ShipTo; a != nil {
			to = strings.Join(filled(cmp.Or(a.Name, a.Company), a.City, a.Country), ", ")
		}
		rows = append(rows, []cell{{text: w.OrderNumber, code: w.OrderNumber}, {text: r.number(units)}, {text: to}})
	}
	return rows
}

// filled are those texts that say something.
func filled(texts ...string) []string {
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}
