package order_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

// Spec: 1.1.1
func TestTwoHundredOrdersPlacedAtOnceByTwoProcessesGetDifferentNumbers(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		operation := func(numbers *number.Source) command.Operation {
			all := order.Operations(numbers)
			return all[slices.IndexFunc(all, func(o command.Operation) bool { return o.Spec().Name == "order.place" })]
		}
		place := []command.Operation{operation(number.NewSource()), operation(number.NewSource())}
		var wg sync.WaitGroup
		var mu sync.Mutex
		numbers, ids := map[string]bool{}, map[string]bool{}
		for i := range 200 {
			wg.Go(func() {
				a, err := place[i%2].Invoke(t.Context(), s.Engine, command.Meta{Actor: s.Actor}, &order.PlaceIn{Agreement: s.Agreement(line("GUIDE", 1))})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				o := a.Value.(*order.Order)
				numbers[o.Number], ids[o.ID] = true, true
				if !strings.HasPrefix(o.Number, "SO-0") {
					t.Errorf("the number is %q, not of the channel's pattern", o.Number)
				}
			})
		}
		wg.Wait()
		wants(t, "different numbers", len(numbers), 200)
		wants(t, "different ids", len(ids), 200)
		wants(t, "numbers in the list", s.Count(`SELECT count(DISTINCT number) FROM orders`), 200)
	})
}

// Spec: 1.1.1
func TestAnImportedOrderIsFoundByItsIDItsNumberAndItsOldNumber(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		other := s.Place(line("GUIDE", 1))
		old := &order.Order{
			Head: order.Head{ID: "ord_old", Number: "OLD-000017", ExternalID: "INV/2011/536365", ChannelID: s.Channel, PriceListID: s.List,
				CustomerID: s.Customer, CustomerType: "retail", ProfileVersion: 1, Currency: "GBP", PlacedAt: clock.At(s.DB.Clock.Now().AddDate(-1, 0, 0))},
			Deliveries: []*order.Delivery{{DeliveryFacts: order.DeliveryFacts{ID: "dlv_old", Country: "GB"}}},
			Lines:      []*order.Line{{ID: "oli_old", Kind: "service", SKU: "TEA", Title: "Tea", Unit: "each", TaxClass: "standard", Quantity: 1_000, Extended: money.Amount{Currency: "GBP"}}},
		}
		prepared, err := order.Prepare(s.DB.Clock.Now(), "Europe/London", old)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := command.Invoke(t.Context(), s.Engine, importing(prepared), command.Meta{Actor: s.Actor}, struct{}{}); err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"ord_old", "OLD-000017", "old-0000", "INV/2011/536365", `external_id:"INV/2011/536365"`, "id:ord_old", "number:OLD-000017"} {
			wants(t, words, listed(s, words), old.ID)
		}
		wants(t, "an old number that never was", listed(s, "INV/2011/536366"), "")
		wants(t, "the other order", listed(s, other.Number), other.ID)
	})
}

// importing is a command that writes prepared orders.
func importing(p *order.Prepared) command.Def[struct{}, string] {
	return command.Def[struct{}, string]{Name: "test.import", Run: func(tx *db.Tx, _ struct{}) (string, error) { return "ord_old", p.Import(tx) },
		Result: func(id string) (string, int64) { return id, 1 }, Repeat: func(_ *db.Tx, id string) (string, error) { return id, nil }}
}

// Spec: 1.1.5
func TestAnOrderOfTheFutureIsNotTakenOver(t *testing.T) {
	now := time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC)
	prepare := func(at time.Time) error {
		_, err := order.Prepare(now, "Europe/London", &order.Order{
			Head:       order.Head{ID: "ord_old", Number: "536365", Currency: "GBP", PlacedAt: clock.At(at)},
			Deliveries: []*order.Delivery{{}}, Lines: []*order.Line{{Kind: "service", Quantity: 1_000}},
		})
		return err
	}
	if err := prepare(now); err != nil {
		t.Error(err)
	}
	want := "/placed_at: date_in_future: order 536365 was placed at 2026-03-28T23:30:00.000001Z, which is yet to come"
	if err := prepare(now.Add(time.Microsecond)); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Spec: 1.1.5
func TestAnImportedOrderBelongsToTheDayOfItsChannelAlsoWhenTheClocksChange(t *testing.T) {
	for _, c := range []struct{ zone, at, day string }{
		{"Europe/London", "2011-03-26T23:59:59Z", "2011-03-26"},
		{"Europe/London", "2011-03-27T00:00:00Z", "2011-03-27"},
		{"Europe/London", "2011-03-27T23:00:00Z", "2011-03-28"},
		{"Europe/London", "2011-10-29T23:00:00Z", "2011-10-30"},
		{"Europe/London", "2011-10-30T23:59:59Z", "2011-10-30"},
		{"America/New_York", "2011-03-13T04:59:59Z", "2011-03-12"},
		{"America/New_York", "2011-03-13T05:00:00Z", "2011-03-13"},
		{"America/New_York", "2011-03-14T03:59:59Z", "2011-03-13"}, // the day has 23 hours
		{"America/New_York", "2011-11-07T04:59:59Z", "2011-11-06"}, // the day has 25 hours
		{"Pacific/Kiritimati", "2011-01-01T10:00:00Z", "2011-01-02"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		o := &order.Order{Head: order.Head{Currency: "GBP", PlacedAt: clock.At(at)}, Deliveries: []*order.Delivery{{}}, Lines: []*order.Line{{Kind: "service", Quantity: 1_000}}}
		if _, err := order.Prepare(at, c.zone, o); err != nil {
			t.Fatal(err)
		}
		wants(t, c.at+" in "+c.zone, o.BusinessDay, c.day)
	}
}
