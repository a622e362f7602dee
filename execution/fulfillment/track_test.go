package fulfillment_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/trade/tradetest"
)

const day = clock.Stamp(86_400_000_000)

func (s *shop) track(id string, events ...fulfillment.TrackingIn) *fulfillment.Shipment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.track", fulfillment.TrackIn{ID: id, Events: events})
}

func said(code string, on clock.Stamp) fulfillment.TrackingIn {
	return fulfillment.TrackingIn{Code: code, At: on * day}
}

var receiptOfTea = inventory.ReceiveLine{SKU: "TEA", Quantity: 1_000}

// permutations calls fn with the numbers below n in every order.
func permutations(n int, fn func([]int)) {
	var extend func(done []int)
	extend = func(done []int) {
		if len(done) == n {
			fn(done)
			return
		}
		for i := range n {
			used := false
			for _, j := range done {
				used = used || i == j
			}
			if !used {
				extend(append(done[:len(done):len(done)], i))
			}
		}
	}
	extend(nil)
}

func TestTrackingInAnyOrderWithRepeatsGivesTheSameShipmentAndLedger(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for _, c := range []struct {
			events       []fulfillment.TrackingIn
			status, want string
		}{
			{[]fulfillment.TrackingIn{said("lost", 5), said("delivered", 6), said("out_for_delivery", 7)}, "delivered", "shipped 1 delivered 1"},
			{[]fulfillment.TrackingIn{said("returned_to_sender", 4), said("lost", 9), said("in_transit", 3)}, "returned_to_sender", "shipped 1 sent_back 1"},
			{[]fulfillment.TrackingIn{said("in_transit", 3), said("out_for_delivery", 4), said("exception", 4)}, "out_for_delivery", "shipped 1"},
		} {
			var first string
			permutations(len(c.events)+1, func(turns []int) {
				s.receive(s.north, receiptOfTea)
				o := s.release(s.place(line("TEA", 1)))
				p := s.pack(s.pick(s.owed(o, s.north), 1), 1)
				for i, turn := range turns {
					if turn == len(c.events) { // carriers may be faster than the click
						p = s.dispatch(p)
						continue
					}
					p = s.track(p.ID, c.events[turn], c.events[turn], c.events[turns[0]%len(c.events)])
					if again := s.track(p.ID, c.events[turn]); again.Version != p.Version {
						t.Errorf("the repeat after step %d was written", i)
					}
				}
				s.ledgers(o, c.want)
				text := fmt.Sprint(p.Status, p.DeliveredAt)
				for _, e := range p.Tracking {
					text += fmt.Sprint(" ", e.ID, e.Code, e.At)
				}
				if first == "" {
					first = text
				}
				if p.Status != c.status || text != first || len(p.Tracking) != len(c.events) {
					t.Errorf("%v in the order %v gives %s, before it gave %s", c.events, turns, text, first)
				}
			})
		}
		s.sound()
	})
}

func TestDeliveredAtIsTheFirstArrival(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 1))
		s.ship(o, fulfillment.ShipIn{})
		p := s.owed(o, s.north).Shipments[0]
		s.track(p.ID, said("delivered", 8))
		if p = s.track(p.ID, said("delivered", 6)); p.DeliveredAt != 6*day {
			t.Errorf("delivered at %d", p.DeliveredAt)
		}
		s.happened(p.ID, "shipment.packed", "shipment.labeled", "shipment.dispatched", "shipment.delivered", "shipment.tracked")
		s.happened(o.ID, "order.placed", "order.released", "order.picked", "order.shipped", "order.tracked")
		s.sound()
	})
}

func TestAnArrivalAfterALossCorrectsTheOrder(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 2))
		s.ship(o, fulfillment.ShipIn{})
		p := s.owed(o, s.north).Shipments[0]
		for _, step := range []struct{ code, ledger, status string }{
			{"exception", "shipped 2", "shipped"},
			{"lost", "shipped 2 lost 2", "shipped"},
			{"returned_to_sender", "shipped 2 sent_back 2", "shipped"},
			{"delivered", "shipped 2 delivered 2", "delivered"},
		} {
			s.track(p.ID, said(step.code, 9))
			s.ledgers(o, step.ledger)
			if got := s.order(o.ID).Status; got != step.status {
				t.Errorf("after %s the order is %s, want %s", step.code, got, step.status)
			}
			s.sound()
		}
	})
}

func TestTrackingIsRefused(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 1))
		s.ship(o, fulfillment.ShipIn{})
		p := s.owed(o, s.north).Shipments[0]
		named := said("in_transit", 3)
		named.ID = "77"
		s.track(p.ID, named)
		other := said("lost", 3)
		other.ID = "77"
		s.Refused("shipment.track", fulfillment.TrackIn{ID: p.ID, Events: []fulfillment.TrackingIn{{Code: "lost"}, named, other}},
			"/events/0/at value_invalid", "/events/2/id tracking_event_differs")
		s.Refused("shipment.track", fulfillment.TrackIn{ID: "shp_none", Events: []fulfillment.TrackingIn{named}}, "not_found")
		if got := s.order(o.ID); strings.Contains(ledger(got.Lines[0]), "lost") {
			t.Errorf("a refusal changed the ledger: %s", ledger(got.Lines[0]))
		}
	})
}

// Spec: 1.1.5
func TestNothingArrivesInTheFuture(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.place(line("TEA", 1))
		p := s.dispatch(s.pack(s.pick(s.owed(s.release(o), s.north), 1), 1))
		soon := clock.At(d.Clock.Now()) + day/24
		s.Refused("shipment.deliver", fulfillment.DeliverIn{ID: p.ID, At: soon}, "/at date_in_future")
		s.Refused("shipment.track", fulfillment.TrackIn{ID: p.ID, Events: []fulfillment.TrackingIn{{Code: "exception", At: soon}, {Code: "delivered", At: soon + day}}}, "/events/1/at date_in_future")
		if got := s.track(p.ID, fulfillment.TrackingIn{Code: "delivered", At: soon}); got.Status != "delivered" {
			t.Errorf("a carrier that is an hour ahead leaves it %s", got.Status)
		}
		s.sound()
	})
}
