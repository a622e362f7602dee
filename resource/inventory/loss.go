package inventory

import (
	"fmt"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/trade/catalog"
)

// Loss is a quantity of a reservation that is not there any more.
type Loss struct {
	Reservation *Reservation // ends when the document moves
	Quantity    money.Quantity
	Parts       []*Reservation // made of it then, if a part of it stays

	free money.Quantity // at the row of stock, when it was decided
}

// Pick is what was taken from the shelf for an order and has not left yet.
type Pick struct {
	SKU      string         `json:"sku"`
	OrderID  string         `json:"order_id"`
	Number   string         `json:"number"`
	Quantity money.Quantity `json:"quantity"`
}

// promise is a reservation of stock that a document is about to correct.
type promise struct {
	*Reservation
	code   string         // of its lot
	number string         // of its order
	free   money.Quantity // at the row of stock, as it was read
	lost   money.Quantity
}

// keeps is what of the promise still lies on the shelf.
func (p *promise) keeps() money.Quantity { return p.Quantity - p.Picked - p.lost }

// short returns the variants of which the lines take more than is free.
func short(lines []line, known map[string]*goods) (variants []any) {
	lost := map[LotKey]money.Quantity{}
	for _, l := range lines {
		g := known[catalog.FoldSKU(l.sku)]
		if g == nil || l.quantity >= 0 {
			continue
		}
		key := LotKey{g.id, l.lot}
		lost[key] -= l.quantity
		if lost[key] > g.free[l.lot] && !slices.Contains(variants, any(g.id)) {
			variants = append(variants, g.id)
		}
	}
	return variants
}

// unpicked is what can be taken from the promises of a lot.
func (g *goods) unpicked(lot string) (sum money.Quantity) {
	for _, p := range g.promised[lot] {
		sum += p.keeps()
	}
	return sum
}

// take breaks promises of a lot, those that are first to go first.
func (g *goods) take(lot string, q money.Quantity) {
	for _, p := range g.promised[lot] {
		n := min(q, p.keeps())
		p.lost += n
		q -= n
	}
}

// picks sums what is picked of a lot, per order.
func (g *goods) picks(lot string) (all []Pick) {
	for _, p := range g.promised[lot] {
		if p.Picked == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(k Pick) bool { return k.OrderID == p.OrderID })
		if i < 0 {
			i, all = len(all), append(all, Pick{SKU: g.sku, OrderID: p.OrderID, Number: p.number})
		}
		all[i].Quantity += p.Picked
	}
	return all
}

// named is how many picks a sentence names.
const named = 5

// rest says why no more can leave.
func rest(picks []Pick) string {
	if len(picks) == 0 {
		return "there is no more"
	}
	texts := make([]string, min(named, len(picks)))
	for i := range texts {
		texts[i] = fmt.Sprintf("%s for order %s", picks[i].Quantity, picks[i].Number)
	}
	if more := len(picks) - named; more > 0 {
		texts = append(texts, fmt.Sprintf("some for %d more", more))
	}
	return "picked is " + strings.Join(texts, ", ")
}

// lose notes the promises that the document breaks.
func (d *Document) lose(promises []*promise) {
	for _, p := range promises {
		if p.lost > 0 {
			d.losses = append(d.losses, &Loss{Reservation: p.Reservation, Quantity: p.lost, free: p.free})
		}
	}
}

// Losses is what the document takes from orders. Their lines have to wait for
// it: whoever reacts locks the orders before it moves the document.
func (d *Document) Losses() []*Loss { return d.losses }

// breakPromises ends the reservations of what is lost, and returns what that
// changes of the stock. What is picked of one, or not lost, stays promised in a
// new one.
func (d *Document) breakPromises(tx *db.Tx) []total {
	broken := make([]total, len(d.losses))
	for i, x := range d.losses {
		r := x.Reservation
		if x.Quantity < r.Quantity {
			kept, lost := Split(tx, r, r.Quantity-x.Quantity)
			x.Parts, r = []*Reservation{kept, lost}, lost
		}
		end(tx, r, Released)
		broken[i] = total{Place: Place{r.Location, r.Lot}, variant: r.VariantID, broken: r.Quantity, free: x.free}
	}
	return broken
}
