package fulfillment

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
)

func TestTheStatusOfAFulfillmentOrderFollowsFromItsFacts(t *testing.T) {
	for _, c := range []struct {
		want                                string
		released                            bool
		quantity, canceled, picked, shipped money.Quantity
	}{
		{"planned", false, 5, 0, 0, 0},
		{"planned", false, 5, 4, 0, 0},
		{"canceled", false, 5, 5, 0, 0},
		{"canceled", true, 5, 5, 0, 0},
		{"open", true, 5, 0, 0, 0},
		{"in_progress", true, 5, 0, 1, 0},
		{"in_progress", true, 5, 0, 4, 3},
		{"incomplete", true, 5, 0, 3, 3},
		{"closed", true, 5, 2, 3, 3},
		{"closed", true, 5, 0, 5, 5},
	} {
		f := &Fulfillment{Lines: []*Line{{LineFacts: LineFacts{Quantity: c.quantity, Canceled: c.canceled, Picked: c.picked, Shipped: c.shipped}}}}
		if c.released {
			f.ReleasedAt = 1
		}
		if got := f.status(); got != c.want {
			t.Errorf("%+v is %s", c, got)
		}
	}
}

// wanted is the status that a set of tracking events means, written another way.
func wanted(events []TrackingIn) string {
	status, latest, strength := "in_transit", clock.Stamp(0), map[string]int{"lost": 1, "returned_to_sender": 2, "delivered": 3}
	for _, e := range events {
		switch {
		case strength[e.Code] > strength[status]:
			status = e.Code
		case strength[e.Code] == 0 && strength[status] == 0 && (e.At > latest || e.At == latest && e.Code > status):
			status, latest = e.Code, e.At
		}
	}
	return status
}

func TestTheStatusOfAShipmentIsAFunctionOfTheSetOfEvents(t *testing.T) {
	codes := []string{"in_transit", "out_for_delivery", "delivered", "exception", "lost", "returned_to_sender"}
	rapid.Check(t, func(rt *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) TrackingIn {
			return TrackingIn{Code: rapid.SampledFrom(codes).Draw(rt, "code"), At: clock.Stamp(rapid.Int64Range(1, 5).Draw(rt, "at")), Place: rapid.SampledFrom([]string{"", "Leeds"}).Draw(rt, "place")}
		}), 1, 8).Draw(rt, "events")
		var faults problem.List
		one, other := hearing(events, &faults), hearing(slices.Concat(rapid.Permutation(events).Draw(rt, "turns"), events), &faults)
		if err := faults.Err(); err != nil {
			rt.Fatal(err)
		}
		if one.Status != wanted(events) {
			rt.Fatalf("%+v is %s, want %s", events, one.Status, wanted(events))
		}
		if one.Status != other.Status || one.DeliveredAt != other.DeliveredAt {
			rt.Fatalf("heard in another order %+v is %s at %d, not %s at %d", events, other.Status, other.DeliveredAt, one.Status, one.DeliveredAt)
		}
		if !slices.EqualFunc(one.Tracking, other.Tracking, func(a, b *Tracking) bool { return *a == *b }) {
			rt.Fatalf("%+v is kept in two ways", events)
		}
	})
}

// hearing is a shipment under way that heard the events one by one; each step
// has to be in the table.
func hearing(events []TrackingIn, faults *problem.List) *Shipment {
	s := &Shipment{ShipmentFacts: ShipmentFacts{ShippedAt: 1, Status: "in_transit"}}
	for _, e := range events {
		before := s.Status
		s.hear(e, 9, "", faults)
		s.derive()
		if err := Transport.Check(before, s.Status); err != nil {
			faults.Add(problem.ErrTransition, "", "%v", err)
		}
	}
	return s
}
