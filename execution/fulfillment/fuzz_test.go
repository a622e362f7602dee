package fulfillment

import (
	"slices"
	"testing"

	"ordo/base/clock"
	"ordo/base/problem"
)

func FuzzTracking(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4}, uint64(7))
	f.Add([]byte{5, 0x45, 0x25, 5}, uint64(1<<40))
	f.Fuzz(func(t *testing.T, heard []byte, shuffle uint64) {
		if len(heard) > 40 {
			return
		}
		codes := []string{"in_transit", "out_for_delivery", "exception", "lost", "returned_to_sender", "delivered"}
		var events []TrackingIn
		for _, b := range heard {
			events = append(events, TrackingIn{Code: codes[int(b&15)%len(codes)], At: 1 + clock.Stamp(b>>4)})
		}
		tell := func(events []TrackingIn) *Shipment {
			s, faults := &Shipment{}, problem.List{}
			s.ShippedAt = 1
			for _, e := range events {
				s.hear(e, 99, "", &faults)
			}
			if err := faults.Err(); err != nil {
				t.Fatal(err)
			}
			s.derive()
			return s
		}
		want := tell(events)
		mixed := append(slices.Clone(events), events...)
		for i := range mixed {
			shuffle = shuffle*6364136223846793005 + 1442695040888963407
			j := int(shuffle>>33) % len(mixed)
			mixed[i], mixed[j] = mixed[j], mixed[i]
		}
		got := tell(mixed)
		same := slices.EqualFunc(got.Tracking, want.Tracking, func(a, b *Tracking) bool { return *a == *b })
		if got.Status != want.Status || got.DeliveredAt != want.DeliveredAt || !same {
			t.Errorf("%v gives %s at %d, in another order and twice %s at %d", events, want.Status, want.DeliveredAt, got.Status, got.DeliveredAt)
		}
	})
}
