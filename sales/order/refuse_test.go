package order_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
)

// Spec: 1.1.7
func TestARefusedStepNamesTheStatusTheActiveHoldsAndWhatWouldHelp(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		draft := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		gone := s.Place(line("TEA", 1))
		s.Do("order.cancel", order.CancelIn{ID: gone.ID, Reason: "customer"})
		held := s.Place(line("TEA", 1))
		for _, kind := range []string{"fraud", "credit", "stock", "credit"} {
			s.Do("order.hold", order.HoldIn{ID: held.ID, Kind: kind, Reason: "x"})
		}
		ended := s.Order(held.ID).Holds[2].ID
		s.Do("order.release_hold", order.ReleaseHoldIn{ID: held.ID, HoldID: ended})
		revise := order.ReviseIn{ID: held.ID, Agreement: s.Agreement(line("TEA", 1))}
		for _, c := range []struct {
			name          string
			in            any
			status, holds string
			says, help    string
		}{
			{"order.revise", revise, "pending", "[fraud credit]", held.Number + " is pending and held (fraud, credit): it is not a draft", "order.clone"},
			{"order.perform", order.PerformIn{ID: held.ID}, "pending", "[fraud credit]", "not served from stock", "order.ship"},
			{"order.allocate", order.AllocateIn{ID: held.ID}, "pending", "[fraud credit]", "backordered", "order.release"},
			{"order.capture", order.CaptureIn{ID: held.ID}, "pending", "[fraud credit]", "no money", "order.pay"},
			{"order.grant_refund", order.GrantRefundIn{ID: held.ID, Reason: "other"}, "pending", "[fraud credit]", "no money", "order.capture"},
			{"order.release_hold", order.ReleaseHoldIn{ID: held.ID, HoldID: ended}, "pending", "[fraud credit]", ended, "blocks nothing"},
			{"order.release_holds", order.ReleaseHoldsIn{ID: held.ID, Kind: "manual"}, "pending", "[fraud credit]", "no hold of the kind manual", "go on"},
			{"order.release", order.ReleaseIn{ID: held.ID}, "pending", "[fraud credit]", held.Number + " is pending and held (fraud, credit)", "Release the hold of kind fraud and credit (order.release_hold)"},
			{"order.cancel", order.CancelIn{ID: gone.ID, Reason: "customer"}, "canceled", "[]", gone.Number + " is canceled: ", "order.clone"},
			{"order.hold", order.HoldIn{ID: draft.ID, Kind: "manual", Reason: "x"}, "draft", "[]", draft.ID + " is draft: it is not placed", "order.place_draft"},
		} {
			_, err := s.Try(c.name, c.in)
			p := problem.As(err)
			if p == nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			wants(t, c.name, fmt.Sprint(p.Extra["current_status"], p.Extra["holds"]), c.status+c.holds)
			if f := p.Faults[0]; !strings.Contains(f.Detail, c.says) || !strings.Contains(f.Remedy, c.help) {
				t.Errorf("%s: %q helps %q, want %q and %q", c.name, f.Detail, f.Remedy, c.says, c.help)
			}
		}
	})
}
