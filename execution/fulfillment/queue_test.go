package fulfillment_test

import (
	"slices"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/sales/order"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// queue returns the numbers of the orders that a location has to work on.
func (s *shop) queue(at string, in query.Input) (numbers []string) {
	s.t.Helper()
	for _, f := range tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.queue", fulfillment.QueueIn{ID: at, Input: in}).Items {
		numbers = append(numbers, f.OrderNumber)
	}
	return numbers
}

// Spec: 1.1.11, 8.2.1
func TestTheQueueOfALocationIsOrderedByPriorityAndByTheTimeThatWorkWaits(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		placed := func(priority int64) *order.Order {
			now.Advance(time.Hour)
			return tradetest.Do[*order.Order](s.Shop, "order.place", order.PlaceIn{Agreement: order.Agreement{ChannelID: s.channel, Priority: priority, Lines: []order.LineIn{line("TEA", 1)}}})
		}
		first, second, urgent, planned := placed(0), placed(0), placed(2), placed(9)
		for _, o := range []*order.Order{second, first, urgent} { // opened in another order than placed
			now.Advance(time.Hour)
			s.release(o)
		}
		want := []string{urgent.Number, second.Number, first.Number}
		if got := s.queue(s.north, query.Input{}); !slices.Equal(got, want) {
			t.Errorf("the queue is %q, want %q; %s is not released", got, want, planned.Number)
		}
		now.Advance(3 * 24 * time.Hour)
		late := placed(2)
		s.release(late)
		if got, want := s.queue(s.north, query.Input{}), append(want, late.Number); !slices.Equal(got, want) {
			t.Errorf("the queue is %q, want %q: who waits for three days has caught up with two steps of priority", got, want)
		}
		page := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.queue", fulfillment.QueueIn{ID: s.north, Input: query.Input{Limit: 1, Count: true}})
		if f := page.Items[0]; *page.Count != 4 || f.Priority != 2 || f.Lines[0].VariantID == "" || f.Lines[0].SKU != "TEA" {
			t.Errorf("of %d the first is %+v", *page.Count, f)
		}
		if got := s.queue(s.north, query.Input{After: page.Next, Limit: 2}); !slices.Equal(got, want[1:]) {
			t.Errorf("the second page is %q, want %q", got, want[1:])
		}
		if got := s.queue(s.south, query.Input{}); got != nil {
			t.Errorf("the other location has %q to do", got)
		}
		s.Refused("fulfillment.queue", fulfillment.QueueIn{ID: "loc_none"}, "not_found")
		s.sound()
	})
}

func TestWhatIsDoneLeavesTheQueue(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.release(s.place(line("TEA", 2)))
		f := s.owed(o, s.north)
		wants := func(filter string, want ...string) {
			t.Helper()
			if got := s.queue(s.north, query.Input{Filter: filter}); !slices.Equal(got, want) {
				t.Errorf("the queue of %q is %q, want %q", filter, got, want)
			}
		}
		wants("status:open", o.Number)
		s.pick(f, 1)
		wants("status:open")
		wants("status:in_progress number:"+o.Number, o.Number)
		s.dispatch(s.pack(f, 1))
		wants("status:incomplete", o.Number)
		s.pick(f, 1)
		s.dispatch(s.pack(f, 1))
		wants("")
	})
}

func TestAFulfillmentOrderTellsWhereItsShipmentsGo(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		home := &customer.Address{Contact: customer.Contact{Name: "Ada Byron"}, Street: "12 St James's Square", City: "London", Country: "GB"}
		o := tradetest.Do[*order.Order](s.Shop, "order.place", order.PlaceIn{Agreement: order.Agreement{
			ChannelID: s.channel, Lines: []order.LineIn{line("TEA", 1)}, Deliveries: []order.DeliveryIn{{Address: home}},
		}})
		if f := s.owed(o, s.north); f.ShipTo == nil || *f.ShipTo != *home {
			t.Errorf("it goes to %+v, want %+v", f.ShipTo, home)
		}
		pickedUp := s.place(line("TEA", 1))
		if f := s.owed(pickedUp, s.north); f.ShipTo != nil {
			t.Errorf("what is picked up goes to %+v", f.ShipTo)
		}
	})
}
