package order_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// lost is the input of a count that found fewer of each, or more.
func lost(at string, lines ...inventory.AdjustLine) inventory.AdjustIn {
	return inventory.AdjustIn{LocationID: at, Reason: "count", Lines: lines}
}

func less(sku string, units int) inventory.AdjustLine {
	return inventory.AdjustLine{SKU: sku, Quantity: money.Quantity(-units) * 1000}
}

// loses counts, and checks the books after it.
func loses(s *ordertest.Shop, at string, lines ...inventory.AdjustLine) {
	tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", lost(at, lines...))
	s.Sound()
}

func TestALossTakesFromTheYoungestOfTheLowestPriority(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		place := func(units int, priority int64) *order.Order {
			in := order.PlaceIn{Agreement: s.Agreement(line("LAMP", units))}
			in.Priority = priority
			return s.Do("order.place", in)
		}
		s.Receive(s.North, ordertest.Units("LAMP", 10))
		old, young, vip := place(3, 0), place(3, 0), place(2, 9)
		show := func() string {
			return ledger(s.Order(old.ID), "LAMP") + "; " + ledger(s.Order(young.ID), "LAMP") + "; " + ledger(s.Order(vip.ID), "LAMP")
		}
		loses(s, s.North, less("LAMP", 2))
		wants(t, "what is free goes first", show(), "reserved 3; reserved 3; reserved 2")
		loses(s, s.North, less("LAMP", 1))
		wants(t, "then a part of the youngest", show(), "reserved 3; backordered 1, reserved 2; reserved 2")
		loses(s, s.North, less("LAMP", 1), less("LAMP", 3))
		wants(t, "then the next", show(), "backordered 2, reserved 1; backordered 3; reserved 2")
		loses(s, s.North, less("LAMP", 2))
		wants(t, "the highest priority last", show(), "backordered 3; backordered 3; backordered 1, reserved 1")
		s.Wrote(young.ID, []string{"1 order.placed"}, []string{"2 order.backordered", `"backordered":1000`, `"reserved":2000`}, []string{"3 order.backordered", `"backordered":3000`, `"reserved":0`})
		for _, id := range []string{old.ID, young.ID, vip.ID} {
			folds(t, s, id)
		}
		wants(t, "status", s.Order(young.ID).Status, "approved")
		s.Receive(s.North, ordertest.Units("LAMP", 4))
		wants(t, "what arrives serves them again", show(), "reserved 3; backordered 3; reserved 2")
	})
}

func TestALossAndAFindInOneDocumentReachTheirOrders(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		both := s.Place(line("TEA", 2), line("MUG", 3), line("LAMP", 1))
		waiting := s.Place(line("LAMP", 1))
		loses(s, s.North, less("TEA", 9), less("MUG", 19), inventory.AdjustLine{SKU: "LAMP", Quantity: 2_000})
		got := s.Order(both.ID)
		wants(t, "both", ledger(got, "TEA")+"; "+ledger(got, "MUG")+"; "+ledger(got, "LAMP"), "backordered 1, reserved 1; backordered 2, reserved 1; reserved 1")
		wants(t, "the one that waited", ledger(s.Order(waiting.ID), "LAMP"), "reserved 1")
		s.Wrote(both.ID, []string{"1 order.placed"}, []string{"2 order.backordered", both.Lines[0].ID, both.Lines[1].ID}, []string{"3 order.allocated", both.Lines[2].ID})
		if err := order.AllocateWaiting(t.Context(), s.Engine); err != nil {
			t.Fatal(err)
		}
		wants(t, "another location helps out", promised(s, both), "LAMP 1 north, MUG 1 north, MUG 2 south, TEA 1 north, TEA 1 south")
	})
}

func TestWhatIsLostAndFoundInOneDocumentKeepsItsSum(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 9))
		loses(s, s.North, less("TEA", 3), inventory.AdjustLine{SKU: "TEA", Quantity: 5_000})
		wants(t, "on hand", s.Count(`SELECT on_hand FROM stock s JOIN variants v ON v.id = s.variant_id WHERE v.sku = 'TEA' AND s.location_id = $1`, s.North), 12_000)
		wants(t, "the order", ledger(s.Order(o.ID), "TEA"), "backordered 2, reserved 7")
	})
}

func TestALostPartBreaksItsBundle(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("SET", 3))
		loses(s, s.South, less("POT", 8))
		got := s.Order(o.ID)
		wants(t, "ledgers", ledger(got, "SET")+"; "+ledger(got, "POT")+"; "+ledger(got, "MUG"), "backordered 1, reserved 2; backordered 1, reserved 2; reserved 6")
		wants(t, "promised", promised(s, o), "MUG 6 south, POT 2 south")
		loses(s, s.South, less("MUG", 19))
		got = s.Order(o.ID)
		wants(t, "ledgers then", ledger(got, "SET")+"; "+ledger(got, "MUG"), "backordered 3; backordered 5, reserved 1")
	})
}

func TestALossOfALotTakesFromThatLot(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("WINE", 7))
		late := less("WINE", 4)
		late.Lot = "LATE"
		loses(s, s.North, late)
		wants(t, "ledger", ledger(s.Order(o.ID), "WINE"), "backordered 1, reserved 6")
		wants(t, "promised", promised(s, o), "WINE 1 north LATE, WINE 5 north SOON")
	})
}

func TestALossOfPickedGoodsIsRefusedAndNamesThePicks(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		other := s.Place(line("TEA", 1))
		o := s.Place(line("TEA", 11)) // 9 north, 2 south
		pick(t, s, o, 4_000)
		pick(t, s, other, 1_000)
		commandtest.Unchanged(t, s.DB, func() {
			_, err := s.Try("stock.adjust", lost(s.North, less("MUG", 1), less("TEA", 6)))
			p := problem.As(err)
			if p == nil || codes(err) != "/lines/1/quantity stock_promised" {
				t.Fatalf("got %v", err)
			}
			if text := "5 of TEA can leave " + s.North + ", not 6: picked is 4 for order " + o.Number + ", 1 for order " + other.Number; p.Faults[0].Detail != text {
				t.Errorf("got %s, want %s", p.Faults[0].Detail, text)
			}
			wants(t, "picks", p.Extra["picks"].([]inventory.Pick), []inventory.Pick{{SKU: "TEA", OrderID: o.ID, Number: o.Number, Quantity: 4_000}, {SKU: "TEA", OrderID: other.ID, Number: other.Number, Quantity: 1_000}})
		})
		loses(s, s.North, less("TEA", 5))
		wants(t, "the rest of a picked reservation", ledger(s.Order(o.ID), "TEA"), "backordered 5, reserved 2, picked 4")
		wants(t, "promised", promised(s, o), "TEA 4 north, TEA 2 south")
		wants(t, "the other", ledger(s.Order(other.ID), "TEA"), "picked 1")
	})
}

func TestARefusedLossNamesAFewOfVeryManyPicks(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for range 7 {
			pick(t, s, s.Place(line("TEA", 1)), 1_000)
		}
		_, err := s.Try("stock.adjust", lost(s.North, less("TEA", 4)))
		p := problem.As(err)
		if p == nil || strings.Count(p.Faults[0].Detail, "1 for order") != 5 || !strings.HasSuffix(p.Faults[0].Detail, ", some for 2 more") || len(p.Extra["picks"].([]inventory.Pick)) != 7 {
			t.Errorf("got %v", err)
		}
	})
}

// TestALossThatIsOvertakenRunsAgain lets another command change what the loss
// chose to take, before the loss has locked it.
func TestALossThatIsOvertakenRunsAgain(t *testing.T) {
	for _, c := range []struct {
		name        string
		meanwhile   func(t *testing.T, s *ordertest.Shop, victim *order.Order)
		first, last string // ledgers of the older order and of the younger one
	}{
		{"by a cancellation", func(_ *testing.T, s *ordertest.Shop, victim *order.Order) {
			s.Do("order.cancel", cancels(victim, 3_000))
		}, "reserved 3", "canceled 3"},
		{"by a pick", func(t *testing.T, s *ordertest.Shop, victim *order.Order) { pick(t, s, victim, 2_000) }, "backordered 1, reserved 2", "backordered 1, picked 2"},
		{"by a placement", func(_ *testing.T, s *ordertest.Shop, _ *order.Order) { s.Place(line("TEA", 4)) }, "reserved 3", "backordered 2, reserved 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := ordertest.Open(t, dbtest.Open(t, dbtest.Postgres(t), db.Options{}))
			older, younger := s.Place(line("TEA", 3)), s.Place(line("TEA", 3)) // 4 are free
			runs := 0
			s.Reactions = slices.Insert(s.Reactions, 0, event.Reaction{On: inventory.Adjusted.Name, Name: "meanwhile", Do: func(*db.Tx, event.Event) error {
				if runs++; runs == 1 {
					c.meanwhile(t, s, younger)
				}
				return nil
			}})
			loses(s, s.North, less("TEA", 6))
			wants(t, "runs", runs, 2)
			wants(t, "the older one", ledger(s.Order(older.ID), "TEA"), c.first)
			wants(t, "the younger one", ledger(s.Order(younger.ID), "TEA"), c.last)
		})
	}
}

func TestLossesCancellationsAndOrdersDoNotBlockEachOther(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) {
		s.Receive(s.North, ordertest.Units("LAMP", 40), ordertest.Units("TEA", 40), ordertest.Units("MUG", 40))
		var placed []*order.Order
		for range 20 {
			placed = append(placed, s.Place(line("LAMP", 2), line("MUG", 2), line("TEA", 2)))
		}
		onHand := func() int64 {
			return s.Count(`SELECT CAST(sum(on_hand) AS BIGINT) FROM stock s JOIN variants v ON v.id = s.variant_id WHERE v.sku IN ('LAMP', 'MUG', 'TEA') AND s.location_id = $1`, s.North)
		}
		before := onHand()
		refused := func(err error) {
			if c := codes(err); err != nil && !strings.Contains(c, "stock_insufficient") && !strings.Contains(c, "quantity_not_cancelable") {
				t.Error(err)
			}
		}
		var wg sync.WaitGroup
		for i, o := range placed {
			wg.Go(func() {
				lines := []inventory.AdjustLine{less("LAMP", 2), less("MUG", 2), less("TEA", 2)}
				if i%2 == 0 {
					slices.Reverse(lines)
				}
				if i%5 == 0 {
					lines[0].Quantity = 1_000
				}
				if _, err := s.Try("stock.adjust", lost(s.North, lines...)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				_, err := s.Try("order.cancel", cancels(o, 1_000, 0, 2_000))
				refused(err)
			})
			wg.Go(func() {
				_, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(line("TEA", 1), line("LAMP", 1))})
				refused(err)
			})
		}
		wg.Wait()
		wants(t, "gone", fmt.Sprint(before-onHand()), fmt.Sprint(20*6_000-4*3_000))
	})
}
