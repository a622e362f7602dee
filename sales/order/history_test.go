package order_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

// TestRandomHistoriesKeepTheBooks runs random commands and checks all
// invariants of stock and orders after each.
//
// Spec: 1.1.7, 11.1.4
func TestRandomHistoriesKeepTheBooks(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for seed := range uint64(2) {
			h := &history{Shop: s, t: t, Rand: rand.New(rand.NewPCG(seed, 7))}
			for step := range 40 {
				name, err := h.step()
				if p := problem.As(err); err != nil && (p == nil || p.Kind() == problem.Internal || p.Kind() == problem.Unavailable) {
					t.Fatalf("seed %d, step %d, %s: %v", seed, step, name, err)
				}
				if err == nil {
					h.done++
				}
				if len(h.orders) > 0 {
					s.Sound()
				}
			}
			if h.done < 20 {
				t.Errorf("seed %d: only %d of 40 commands were not refused", seed, h.done)
			}
			for _, id := range h.orders {
				folds(t, s, id)
			}
		}
	})
}

type history struct {
	*ordertest.Shop
	*rand.Rand
	t      *testing.T
	orders []string
	done   int
}

func (h *history) step() (name string, err error) {
	var in any
	switch n := h.IntN(18); {
	case n < 3 || len(h.orders) == 0:
		name, in = "order.place", order.PlaceIn{Agreement: h.agreement(), Payment: &order.PaymentIn{Method: "on_account"}}
	case n == 3:
		name, in = "order.draft", order.DraftIn{Agreement: h.agreement()}
	case n == 4:
		name, in = "order.revise", order.ReviseIn{ID: h.some(), Agreement: h.agreement()}
	case n == 5:
		name, in = "order.place_draft", order.PlaceDraftIn{ID: h.some()}
	case n == 6:
		name, in = "order.clone", order.CloneIn{ID: h.some()}
	case n == 7:
		name, in = "order.hold", order.HoldIn{ID: h.some(), Kind: []string{"fraud", "manual"}[h.IntN(2)], Reason: "x"}
	case n == 8:
		o := h.Order(h.some())
		name, in = "order.release_hold", order.ReleaseHoldIn{ID: o.ID, HoldID: "hld_none"}
		if len(o.Holds) > 0 {
			in = order.ReleaseHoldIn{ID: o.ID, HoldID: o.Holds[h.IntN(len(o.Holds))].ID}
		}
	case n < 11:
		o := h.Order(h.some())
		cancel := order.CancelIn{ID: o.ID, Reason: "other"}
		if h.IntN(3) > 0 {
			cancel.Lines = []order.CancelLine{{LineID: o.Lines[h.IntN(len(o.Lines))].ID, Quantity: h.units(4)}}
		}
		name, in = "order.cancel", cancel
	case n == 11:
		name, in = "order.release", order.ReleaseIn{ID: h.some()}
	case n == 12:
		var lines []inventory.AdjustLine
		for range 1 + h.IntN(3) {
			lines = append(lines, inventory.AdjustLine{SKU: h.sku(), Quantity: h.units(6) - 3_000})
		}
		name, in = "stock.adjust", inventory.AdjustIn{LocationID: h.place(), Reason: "count", Lines: lines}
	case n < 15:
		o := h.Order(h.some())
		move := order.MoveLine{LineID: o.Lines[h.IntN(len(o.Lines))].ID, LocationID: h.place()}
		if h.IntN(2) == 0 {
			q := h.units(3)
			move.Quantity = &q
		}
		name, in = "order.move_stock", order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{move}}
	default:
		name, in = "stock.receive", inventory.ReceiveIn{LocationID: h.place(), Lines: []inventory.ReceiveLine{{SKU: "LAMP", Quantity: h.units(5)}, {SKU: h.sku(), Quantity: h.units(20)}}}
	}
	answer, err := h.Try(name, in)
	if o, ok := answer.(*order.Order); ok && err == nil && strings.Contains("order.place order.draft order.clone", name) {
		h.orders = append(h.orders, o.ID)
	}
	return name, err
}

func (h *history) some() string { return h.orders[h.IntN(len(h.orders))] }

func (h *history) place() string { return []string{h.North, h.South}[h.IntN(2)] }

func (h *history) sku() string { return []string{"TEA", "MUG", "POT", "LAMP"}[h.IntN(4)] }

// units is a quantity of 1 to n units, sometimes with a fraction.
func (h *history) units(n int) money.Quantity {
	q := money.Quantity(1+h.IntN(n)) * 1000
	if h.IntN(4) == 0 {
		q -= money.Quantity(h.IntN(1000))
	}
	return q
}

func (h *history) agreement() order.Agreement {
	a := h.Agreement()
	a.Priority = int64(h.IntN(3))
	for range 1 + h.IntN(4) {
		l := order.LineIn{SKU: h.sku(), Quantity: h.units(4)}
		if h.IntN(4) == 0 {
			l = line([]string{"SET", "GUIDE"}[h.IntN(2)], 1+h.IntN(2))
		}
		if h.IntN(3) == 0 {
			l.Discounts = []order.DiscountIn{percent(money.Rate(h.IntN(500_000)))}
		}
		a.Lines = append(a.Lines, l)
	}
	if h.IntN(2) == 0 {
		a.Discounts = []order.DiscountIn{percent(money.Rate(h.IntN(300_000)))}
	}
	if h.IntN(2) == 0 {
		a.Deliveries[0].MethodID = h.Parcel
	}
	return a
}

// folds compares the sum of an order's events with its rows, column by column.
func folds(t *testing.T, s *ordertest.Shop, id string) {
	t.Helper()
	var sum map[string]any
	s.Read(func(tx *db.Tx) error {
		events, err := event.Of(tx, id, 0, 1000)
		if err == nil {
			sum, err = order.Fold(events)
		}
		return err
	})
	compare := func(table, where string, columns map[string]any) {
		for name, told := range columns {
			var is string
			s.Read(func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT COALESCE(CAST(`+name+` AS TEXT), '') FROM `+table+` WHERE order_id = $1 AND `+where, []any{id}, &is))
			})
			text := fmt.Sprint(told)
			if number, ok := told.(float64); ok {
				text = fmt.Sprintf("%.0f", number)
			}
			if flag, ok := told.(bool); ok && s.DB.Name == "sqlite" {
				text = map[bool]string{true: "1", false: "0"}[flag]
			}
			if is != text {
				t.Errorf("%s of %s %s is %s, the events say %s", name, table, where, is, text)
			}
		}
	}
	head, ok := sum["order"].(map[string]any)
	if !ok || head["id"] != id || len(sum) < 4 {
		t.Fatalf("the events of %s add up to %v", id, sum)
	}
	compare("(SELECT o.*, o.id AS order_id FROM orders o) x", "TRUE", head)
	for _, rows := range []struct{ name, table, key string }{{"deliveries", "deliveries", "id"}, {"lines", "order_lines", "id"}, {"adjustments", "adjustments", "position"}, {"holds", "holds", "id"}} {
		all, _ := sum[rows.name].(map[string]any)
		for key, columns := range all {
			compare(rows.table, rows.key+" = "+map[bool]string{true: key, false: "'" + key + "'"}[rows.key == "position"], columns.(map[string]any))
		}
		if n := s.Count(`SELECT count(*) FROM `+rows.table+` WHERE order_id = $1`, id); n != int64(len(all)) {
			t.Errorf("%s has %d %s, the events say %d", id, n, rows.name, len(all))
		}
	}
}
