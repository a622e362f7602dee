package order_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// promised lists the active reservations of an order, each "sku units place lot".
func promised(s *ordertest.Shop, o *order.Order) string {
	var all []string
	s.Read(func(tx *db.Tx) error {
		all = nil
		return tx.Load(db.Many(`SELECT v.sku, r.quantity, l.code, COALESCE(t.code, '') FROM reservations r JOIN variants v ON v.id = r.variant_id JOIN locations l ON l.id = r.location_id
			LEFT JOIN lots t ON t.id = r.lot_id WHERE r.order_id = $1 AND r.state = 'active' ORDER BY v.sku, l.code, t.code, r.quantity`, []any{o.ID}, func(scan db.Scan) error {
			var sku, place, lot string
			var q money.Quantity
			err := scan(&sku, (*int64)(&q), &place, &lot)
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", sku, q, place, lot)))
			return err
		}))
	})
	return strings.Join(all, ", ")
}

// ledger shows the quantities of an order's line that are not zero.
func ledger(o *order.Order, sku string) string {
	var all []string
	for _, l := range o.Lines {
		if l.SKU != sku {
			continue
		}
		for _, c := range []struct {
			name string
			q    money.Quantity
		}{{"canceled", l.Canceled}, {"open", l.Open}, {"backordered", l.Backordered}, {"reserved", l.Reserved}, {"picked", l.Picked}, {"shipped", l.Shipped}} {
			if c.q != 0 {
				all = append(all, c.name+" "+c.q.String())
			}
		}
	}
	return strings.Join(all, ", ")
}

// Spec: 1.2.6, 1.3.10
func TestStockIsPromisedFromTheLocationThatHasEverything(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for _, c := range []struct {
			lines []order.LineIn
			want  string
		}{
			{[]order.LineIn{line("TEA", 1), line("MUG", 1)}, "MUG 1 north, TEA 1 north"},
			{[]order.LineIn{line("TEA", 1), line("POT", 1)}, "POT 1 south, TEA 1 south"}, // only the south has both
			{[]order.LineIn{line("TEA", 12)}, "TEA 9 north, TEA 3 south"},
			{[]order.LineIn{line("WINE", 7)}, "WINE 2 north LATE, WINE 5 north SOON"}, // what has expired is not sold
		} {
			wants(t, fmt.Sprint(c.lines), promised(s, s.Place(c.lines...)), c.want)
		}
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("WINE", 4))}, "/lines/0/quantity stock_insufficient")
	})
}

func TestSafetyStockAndClosedLocationsAreNotPromised(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Write(`UPDATE stock SET safety = 4000 WHERE location_id = $1`, s.South)
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("TEA", 12))}, "/lines/0/quantity stock_insufficient")
		o := s.Place(line("TEA", 11))
		s.Write(`UPDATE stock SET safety = 20000`)
		s.Do("order.cancel", order.CancelIn{ID: o.ID, Reason: "other", Lines: []order.CancelLine{{LineID: o.Lines[0].ID, Quantity: 3_000}}})
		wants(t, "safety that was set later takes nothing away", ledger(s.Order(o.ID), "TEA"), "canceled 3, reserved 8")
		s.Write(`UPDATE stock SET safety = 0`)
		s.Write(`UPDATE locations SET active = FALSE WHERE id = $1`, s.North)
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("TEA", 6))}, "/lines/0/quantity stock_insufficient")
	})
}

// Spec: 1.3.3, 1.3.10
func TestABundleAndItsPartAreCountedTogether(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		// 40 mugs: ten sets take twenty of them.
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("SET", 10), line("MUG", 21))}, "/lines/0/quantity stock_insufficient")
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("SET", 11))}, "/lines/0/quantity stock_insufficient")
		o := s.Place(line("SET", 10), line("MUG", 20))
		wants(t, "all of it", promised(s, o), "MUG 20 north, MUG 20 south, POT 10 south")
		wants(t, "the set", ledger(o, "SET"), "reserved 10")
	})
}

func TestWhatIsMissingIsBackorderedWhereThatIsAllowed(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Receive(s.South, ordertest.Units("LAMP", 2))
		o := s.Place(line("LAMP", 5))
		wants(t, "lamps", ledger(o, "LAMP"), "backordered 3, reserved 2")
		wants(t, "status", o.Status, "approved")
	})
}

func TestBackordersAreFilledByPriorityThenAge(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		place := func(units int, priority int64) *order.Order {
			in := order.PlaceIn{Agreement: s.Agreement(line("LAMP", units))}
			in.Priority = priority
			return s.Do("order.place", in)
		}
		old, young, vip := place(3, 0), place(3, 0), place(2, 9)
		keeper := s.Actor
		s.Actor = auth.Actor{ID: "usr_north", Kind: auth.Staff, Permissions: auth.Permit("stock.*"), Scope: auth.Scope{Locations: []string{s.North}}}
		s.Refused("stock.receive", inventory.ReceiveIn{LocationID: s.South, Lines: []inventory.ReceiveLine{ordertest.Units("LAMP", 1)}}, "/location_id not_found")
		s.Receive(s.North, ordertest.Units("LAMP", 1), ordertest.Units("MUG", 1), ordertest.Units("LAMP", 3)) // who may not see orders serves them
		s.Actor = keeper
		wants(t, "the one of the highest priority", ledger(s.Order(vip.ID), "LAMP"), "reserved 2")
		wants(t, "the oldest", ledger(s.Order(old.ID), "LAMP"), "backordered 1, reserved 2")
		wants(t, "the youngest", ledger(s.Order(young.ID), "LAMP"), "backordered 3")
		s.Wrote(old.ID, []string{"1 order.placed"}, []string{"2 order.allocated", `"backordered":1000`, `"reserved":2000`})
		tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", inventory.AdjustIn{LocationID: s.South, Reason: "found", Lines: []inventory.AdjustLine{{SKU: "LAMP", Quantity: 9_000}}})
		wants(t, "the youngest after a find", ledger(s.Order(young.ID), "LAMP"), "reserved 3")
	})
}

func TestStockThatComesFreeServesBackorders(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Receive(s.South, ordertest.Units("LAMP", 4))
		first, second, third := s.Place(line("LAMP", 4)), s.Place(line("LAMP", 3)), s.Place(line("LAMP", 3))
		s.Refused("order.allocate", order.AllocateIn{ID: first.ID}, "transition_not_allowed")
		s.Refused("order.allocate", order.AllocateIn{ID: second.ID}, "stock_insufficient")
		s.Do("order.cancel", order.CancelIn{ID: first.ID, Reason: "customer"})
		if err := order.AllocateWaiting(t.Context(), s.Engine); err != nil {
			t.Fatal(err)
		}
		wants(t, "the second", ledger(s.Order(second.ID), "LAMP"), "reserved 3")
		wants(t, "the third", ledger(s.Order(third.ID), "LAMP"), "backordered 2, reserved 1")
	})
}

func TestAReceiptServesTheRestOfVeryManyLater(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		for range 103 {
			s.Place(line("LAMP", 1))
		}
		s.Receive(s.North, ordertest.Units("LAMP", 200))
		wants(t, "waiting", s.Count(`SELECT count(*) FROM order_lines WHERE backordered > 0`), 3)
		if err := order.AllocateWaiting(t.Context(), s.Engine); err != nil {
			t.Fatal(err)
		}
		wants(t, "waiting then", s.Count(`SELECT count(*) FROM order_lines WHERE backordered > 0`), 0)
	})
}

func TestStockIsCorrectedDownToWhatIsThere(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Place(line("TEA", 8), line("WINE", 5))
		adjust := func(lines ...inventory.AdjustLine) inventory.AdjustIn {
			return inventory.AdjustIn{LocationID: s.North, Reason: "count", Lines: lines}
		}
		commandtest.Unchanged(t, s.DB, func() {
			s.Refused("stock.adjust", adjust(inventory.AdjustLine{SKU: "tea", Quantity: -10_001}, inventory.AdjustLine{SKU: "SET", Quantity: 1_000}, inventory.AdjustLine{SKU: "WINE", Quantity: -1_000},
				inventory.AdjustLine{SKU: "WINE", Quantity: -5_001, Lot: "SOON"}, inventory.AdjustLine{SKU: "MUG", Quantity: -1_000, Lot: "X"}, inventory.AdjustLine{SKU: "NONE", Quantity: 0}, inventory.AdjustLine{SKU: "POT", Quantity: -1}),
				"/lines/5/quantity amount_out_of_range", "/lines/0/quantity stock_promised", "/lines/1/sku not_stocked", "/lines/2/lot lot_required", "/lines/3/quantity stock_promised",
				"/lines/4/lot value_invalid", "/lines/5/sku not_found", "/lines/6/quantity stock_promised")
			s.Refused("stock.adjust", adjust(inventory.AdjustLine{SKU: "TEA", Quantity: -9_000}, inventory.AdjustLine{SKU: "TEA", Quantity: -1_001}), "/lines/1/quantity stock_promised")
			s.Refused("stock.receive", inventory.ReceiveIn{LocationID: "loc_none", Lines: []inventory.ReceiveLine{{SKU: "TEA"}}}, "/lines/0/quantity amount_out_of_range", "/location_id not_found")
		})
		d := tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", adjust(inventory.AdjustLine{SKU: "tea", Quantity: -2_000}, inventory.AdjustLine{SKU: "WINE", Quantity: -5_000, Lot: "GONE"}))
		if again := tradetest.Do[*inventory.Document](s.Shop, "stock.get_document", inventory.GetIn{ID: d.ID}); fmt.Sprintf("%+v", *again.Movements[0]) != fmt.Sprintf("%+v", *d.Movements[0]) || len(again.Movements) != 2 {
			t.Errorf("the answer has %+v, then %+v", *d.Movements[0], *again.Movements[0])
		}
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("TEA", 6))}, "/lines/0/quantity stock_insufficient")
	})
}

// race lets buyers order a pot each at once and returns how many got one. All
// others must be told that there are none left.
func race(t *testing.T, s *ordertest.Shop, buyers int) int64 {
	t.Helper()
	var sold atomic.Int64
	var wg sync.WaitGroup
	for range buyers {
		wg.Go(func() {
			if _, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(line("POT", 1))}); err == nil {
				sold.Add(1)
			} else if codes(err) != "/lines/0/quantity stock_insufficient" {
				t.Errorf("a buyer was told %v", err)
			}
		})
	}
	wg.Wait()
	return sold.Load()
}

// Spec: 1.3.10
func TestAHundredBuyersOfTenUnitsBuyExactlyTen(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) { wants(t, "sold", race(t, s, 100), 10) })
}

// Spec: 1.3.10
func TestBuyersAtOnceLeaveTheSafetyStock(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) {
		s.Write(`UPDATE stock SET safety = 4000`)
		wants(t, "sold", race(t, s, 40), 6)
	})
}

// Spec: 1.3.10
func TestBuyersAndThoseWhoMoveStockNeverGetMoreThanThereIs(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) {
		s.Receive(s.North, ordertest.Units("POT", 20), ordertest.Units("MUG", 20))
		var sold atomic.Int64
		var wg sync.WaitGroup
		told := func(err error) {
			for _, c := range strings.Fields(strings.ReplaceAll(codes(err), ",", "")) {
				if !strings.HasPrefix(c, "/") && c != "stock_insufficient" && c != "quantity_exceeds_reserved" {
					t.Errorf("somebody was told %v", err)
				}
			}
		}
		for i := range 20 { // of 30 pots, all but 10 are promised, in the north
			o := s.Place(line("POT", 1), line("MUG", 1))
			move := func(to string) {
				lines := []order.MoveLine{{LineID: o.Lines[0].ID, LocationID: to}, {LineID: o.Lines[1].ID, LocationID: to}}
				if i%2 == 0 {
					slices.Reverse(lines)
				}
				_, err := s.Try("order.move_stock", order.MoveStockIn{ID: o.ID, Lines: lines})
				told(err)
			}
			wg.Go(func() { move(s.South) })
			wg.Go(func() { move(s.North) })
		}
		for i := range 60 {
			wg.Go(func() {
				var err error
				if a := s.Agreement(line("POT", 1)); i%2 == 0 {
					_, err = s.Try("order.place", order.PlaceIn{Agreement: a})
				} else if draft, failed := s.Try("order.draft", order.DraftIn{Agreement: a}); failed != nil {
					err = failed
				} else {
					_, err = s.Try("order.place_draft", order.PlaceDraftIn{ID: draft.(*order.Order).ID})
				}
				if told(err); err == nil {
					sold.Add(1)
				}
			})
		}
		wg.Wait()
		wants(t, "sold", sold.Load(), 10)
		wants(t, "promised", s.Count(`SELECT CAST(sum(s.reserved) AS BIGINT) FROM stock s JOIN variants v ON v.id = s.variant_id WHERE v.sku = 'POT'`), 30_000)
	})
}

func TestOrdersThatShareLinesInAnyOrderDoNotBlockEachOther(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) {
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				lines := []order.LineIn{line("TEA", 1), line("MUG", 1), line("POT", 1)}
				r := rand.New(rand.NewPCG(uint64(i), 1))
				r.Shuffle(3, func(a, b int) { lines[a], lines[b] = lines[b], lines[a] })
				if o, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(lines...)}); err == nil && i%3 == 0 {
					if _, err := s.Try("order.cancel", order.CancelIn{ID: o.(*order.Order).ID, Reason: "customer"}); err != nil {
						t.Error(err)
					}
				} else if err != nil && !strings.Contains(codes(err), "stock_insufficient") {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

// eachRace is eachShop for clients that may block each other: PostgreSQL does
// not resolve deadlocks here, so that one would show as a record that is busy.
func eachRace(t *testing.T, fn func(t *testing.T, s *ordertest.Shop)) {
	t.Helper()
	t.Parallel()
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   dbtest.SQLite,
		"postgres": func(t *testing.T) string { return dbtest.Postgres(t) + "&deadlock_timeout=600s" },
	} {
		t.Run(name, func(t *testing.T) {
			s := ordertest.Open(t, dbtest.Open(t, url(t), db.Options{}))
			fn(t, s)
			s.Sound()
		})
	}
}

func TestReceiptsCancellationsAndOrdersDoNotBlockEachOther(t *testing.T) {
	eachRace(t, func(t *testing.T, s *ordertest.Shop) {
		var waiting []*order.Order
		for range 20 {
			waiting = append(waiting, s.Place(line("LAMP", 2), line("MUG", 1)))
		}
		refused := func(err error) {
			if c := codes(err); err != nil && !slices.Contains([]string{"/lines/0/quantity stock_insufficient", "transition_not_allowed", "/lines/0/quantity quantity_not_cancelable"}, c) {
				t.Error(err)
			}
		}
		var wg sync.WaitGroup
		for i, o := range waiting {
			wg.Go(func() {
				lines := []inventory.ReceiveLine{ordertest.Units("LAMP", 1), ordertest.Units("MUG", 1), ordertest.Units("TEA", 1)}
				if i%2 == 0 {
					slices.Reverse(lines)
				}
				_, err := s.Try("stock.receive", inventory.ReceiveIn{LocationID: []string{s.North, s.South}[i%2], Lines: lines})
				refused(err)
			})
			wg.Go(func() {
				_, err := s.Try("order.cancel", order.CancelIn{ID: o.ID, Reason: "customer", Lines: []order.CancelLine{{LineID: o.Lines[1].ID, Quantity: 1_000}}})
				refused(err)
			})
			wg.Go(func() {
				_, err := s.Try("order.place", order.PlaceIn{Agreement: s.Agreement(line("MUG", 1), line("TEA", 1))})
				refused(err)
			})
			wg.Go(func() {
				_, err := s.Try("order.hold", order.HoldIn{ID: o.ID, Kind: "manual", Reason: "x"})
				refused(err)
			})
		}
		wg.Wait()
		if err := order.AllocateWaiting(t.Context(), s.Engine); err != nil {
			t.Fatal(err)
		}
		free := s.Count(`SELECT COALESCE(CAST(sum(on_hand - reserved) AS BIGINT), 0) FROM stock WHERE variant_id IN (SELECT id FROM variants WHERE sku = 'LAMP')`)
		if wait := s.Count(`SELECT COALESCE(CAST(sum(backordered) AS BIGINT), 0) FROM order_lines`); free > 0 && wait > 0 {
			t.Errorf("%d are free while %d wait", free, wait)
		}
	})
}
