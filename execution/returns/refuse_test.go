package returns_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/base/state"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/execution/returns"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

func TestARequestIsRefusedWithAllItsFaults(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000}, item{"POT", 1_000})
		mug, pot := line(o, "MUG").ID, line(o, "POT").ID
		in := returns.RequestIn{ID: o.ID, Outcome: "exchange", LocationID: "loc_none", Lines: []returns.RequestLine{
			{LineID: mug, Quantity: 2_001}, {LineID: mug, Quantity: 1}, {LineID: pot, Quantity: 0}, {LineID: "oli_none", Quantity: 1_000}}}
		s.Refused("return.request", in, "/outcome return_outcome_unavailable", "/location_id not_found",
			"/lines/0/quantity return_exceeds_shipped", "/lines/1/line_id value_invalid", "/lines/2/quantity amount_out_of_range", "/lines/3/line_id not_found")
		in = asked(o, item{"MUG", 1_000})
		in.ID = "ord_none"
		s.Refused("return.request", in, "not_found")

		elsewhere := asked(o, item{"MUG", 1_000})
		elsewhere.LocationID = s.other
		if r := s.do("request", elsewhere); r.LocationID != s.other {
			t.Errorf("it goes to %s", r.LocationID)
		}
		unshipped := s.placed(item{"MUG", 1_000})
		s.Refused("return.request", asked(unshipped, item{"MUG", 1_000}), "transition_not_allowed")
		s.sound()
	})
}

func TestLostGoodsCanNotComeBackButThoseOnTheirWayCan(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.placed(item{"MUG", 3_000})
		o = s.ship(shipIn{ID: o.ID, Delivered: 1_000, Lost: 1_000})
		s.Refused("return.request", asked(o, item{"MUG", 3_000}), "/lines/0/quantity return_exceeds_shipped")
		s.inspected(o, item{"MUG", 2_000})
		if got := s.order(o.ID); got.Status != "returned" || got.ReturnStatus != "full" {
			t.Errorf("order is %s, return %s", got.Status, got.ReturnStatus)
		}
		s.sound()
	})
}

func TestReceptionAndInspectionAreRefused(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 3_000}, item{"POT", 1_000}, item{"ADVICE", 1_000})
		mug, pot, advice := line(o, "MUG").ID, line(o, "POT").ID, line(o, "ADVICE").ID
		r := s.request(o, item{"MUG", 2_000}, item{"ADVICE", 1_000})
		receive := func(lines ...returns.ReceiveLine) returns.ReceiveIn {
			return returns.ReceiveIn{ID: r.ID, Lines: lines}
		}
		inspect := func(lines ...returns.InspectLine) returns.InspectIn {
			return returns.InspectIn{ID: r.ID, Lines: lines}
		}
		s.Refused("return.receive", receive(returns.ReceiveLine{LineID: mug, Quantity: 1_000}), "transition_not_allowed")
		s.do("approve", returns.ActIn{ID: r.ID})
		s.Refused("return.approve", returns.ActIn{ID: r.ID}, "transition_not_allowed")
		s.Refused("return.reject", returns.RejectIn{ID: r.ID, Reason: "used"}, "transition_not_allowed")
		s.Refused("return.inspect", inspect(returns.InspectLine{LineID: mug, Restock: 1_000}), "transition_not_allowed")
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID}, "transition_not_allowed")
		s.Refused("return.receive", receive(returns.ReceiveLine{LineID: mug, Quantity: 1_500}, returns.ReceiveLine{LineID: mug, Quantity: 501},
			returns.ReceiveLine{LineID: pot, Quantity: 1_000}, returns.ReceiveLine{LineID: advice, Quantity: -1}),
			"/lines/1/quantity return_exceeds_approved", "/lines/2/line_id not_found", "/lines/3/quantity amount_out_of_range")
		s.do("receive", receive(returns.ReceiveLine{LineID: mug, Quantity: 2_000}, returns.ReceiveLine{LineID: advice, Quantity: 1_000}))
		s.Refused("return.receive", receive(returns.ReceiveLine{LineID: mug, Quantity: 1}), "transition_not_allowed")
		s.Refused("return.mark_sent", returns.SendIn{ID: r.ID}, "transition_not_allowed")
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID}, "transition_not_allowed")
		s.Refused("return.inspect", inspect(returns.InspectLine{LineID: mug, Restock: 2_001}), "/lines/0 return_dispositions_mismatch", "/lines return_dispositions_mismatch")
		s.Refused("return.inspect", inspect(returns.InspectLine{LineID: mug, Restock: 3_000, Scrap: -1_000}, returns.InspectLine{LineID: advice, Restock: 1_000}, returns.InspectLine{LineID: pot, Scrap: 1_000}),
			"/lines/0 amount_out_of_range", "/lines/1/restock not_stocked", "/lines/2/line_id not_found")
		s.do("inspect", inspect(returns.InspectLine{LineID: mug, Restock: 2_000}, returns.InspectLine{LineID: advice, Scrap: 1_000}))
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID, Fee: &returns.FeeIn{Rate: 100_000, Amount: 1}}, "/restocking_fee value_invalid")
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID, Fee: &returns.FeeIn{Amount: 7_001}}, "/restocking_fee restocking_fee_too_high")
		s.do("complete", returns.CompleteIn{ID: r.ID})
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID}, "transition_not_allowed")
		s.sound()
	})
}

// Spec: 1.1.7
func TestARefusedStepOfAReturnNamesTheHoldsOfItsOrder(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 1_000})
		r := s.request(o, item{"MUG", 1_000})
		tradetest.Do[*order.Order](s.Shop, "order.hold", order.HoldIn{ID: o.ID, Kind: "compliance", Reason: "x"})
		_, err := s.Try("return.complete", returns.CompleteIn{ID: r.ID})
		want := "transition_not_allowed: return " + r.Number + " is requested and held (compliance): it can't be completed"
		if err == nil || err.Error() != want || problem.As(err).Faults[0].Remedy != "This is possible while the return is inspected." {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestOfTwoReturnsThatWantTheSameUnitsOneWins(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		for range 5 {
			o := s.sold(item{"MUG", 3_000})
			codes := make([]string, 4)
			var all sync.WaitGroup
			for i := range codes {
				all.Go(func() {
					_, err := s.Try("return.request", asked(o, item{"MUG", 2_000}))
					codes[i] = code(err)
				})
			}
			all.Wait()
			slices.Sort(codes)
			if want := []string{"", "return_exceeds_shipped", "return_exceeds_shipped", "return_exceeds_shipped"}; !slices.Equal(codes, want) {
				t.Errorf("got %q", codes)
			}
		}
		s.sound()
	})
}

func TestAnApprovedReturnExpiresAfterThirtyDays(t *testing.T) {
	now := clock.NewManual(time.Date(2024, 5, 1, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: now}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 5_000})
		one := item{"MUG", 1_000}
		late, second, sent, requested := s.approved(o, one), s.approved(o, one), s.approved(o, one), s.request(o, one)
		s.do("mark_sent", returns.SendIn{ID: sent.ID})
		kept := asked(o, one)
		kept.Outcome = returns.KeepIt
		keep := s.do("approve", returns.ActIn{ID: s.do("request", kept).ID})

		now.Advance(30*24*time.Hour - time.Microsecond)
		s.Refused("return.expire", returns.ActIn{ID: late.ID}, "return_not_due")
		expire := returns.ExpireDue(s.Engine)
		if err := expire(t.Context(), nil); err != nil {
			t.Error(err)
		}
		if r := s.ret(late.ID); r.Status != "approved" {
			t.Errorf("too early: %s", r.Status)
		}
		now.Advance(time.Microsecond)
		s.Refused("return.mark_sent", returns.SendIn{ID: late.ID}, "return_expired")
		s.Refused("return.receive", returns.ReceiveIn{ID: late.ID, Lines: []returns.ReceiveLine{{LineID: line(o, "MUG").ID, Quantity: 1_000}}}, "return_expired")
		for range 2 {
			if err := expire(t.Context(), nil); err != nil {
				t.Error(err)
			}
		}
		for id, want := range map[string]string{late.ID: "expired", second.ID: "expired", sent.ID: "in_transit", requested.ID: "requested", keep.ID: "approved"} {
			if r := s.ret(id); r.Status != want {
				t.Errorf("%s is %s, want %s", r.Number, r.Status, want)
			}
		}
		if got := s.order(o.ID); got.ReturnsOpen != 3 {
			t.Errorf("%d returns are open", got.ReturnsOpen)
		}
		s.request(o, item{"MUG", 2_000}) // their units are free again
		s.sound()
	})
}

func TestReturnsAreListedAndStayWithinTheScope(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000})
		r := s.approved(o, item{"MUG", 1_000})
		other := s.request(o, item{"MUG", 1_000})
		for filter, want := range map[string][]string{
			"": {other.ID, r.ID}, "status:approved": {r.ID}, "status:rejected": {}, "number:" + other.Number: {other.ID},
			"order:" + o.ID: {other.ID, r.ID}, "order:ord_none": {}, "reason:damaged": {other.ID, r.ID}, "reason:late": {},
		} {
			list := tradetest.Do[query.Rows[*returns.Head]](s.Shop, "return.list", query.Input{Filter: filter})
			got := []string{}
			for _, h := range list.Items {
				got = append(got, h.ID)
				if h.OrderNumber != o.Number || h.Value.Currency != "GBP" {
					t.Errorf("listed: %+v", h)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %q, want %q", filter, got, want)
			}
		}
		receive := returns.ReceiveIn{ID: r.ID, Lines: []returns.ReceiveLine{{LineID: line(o, "MUG").ID, Quantity: 1_000}}}
		for name, scope := range map[string]auth.Scope{
			"customer": {Customer: s.stranger}, "channel": {Channels: []string{"cha_none"}}, "location": {Locations: []string{s.other}}, "nothing": {Locations: []string{}},
		} {
			t.Run(name, func(t *testing.T) {
				s.Actor.Scope = scope
				defer func() { s.Actor.Scope = auth.Scope{} }()
				s.Refused("return.get", returns.GetIn{ID: r.ID}, "not_found")
				s.Refused("return.receive", receive, "not_found")
				s.Refused("return.request", asked(o, item{"MUG", 1_000}), "not_found")
				if list := tradetest.Do[query.Rows[*returns.Head]](s.Shop, "return.list", query.Input{}); len(list.Items) != 0 {
					t.Errorf("sees %d returns", len(list.Items))
				}
			})
		}
		s.Refused("return.get", returns.GetIn{ID: "ret_none"}, "not_found")
		s.Refused("return.approve", returns.ActIn{ID: "ret_none"}, "not_found")
		s.Actor.Scope = auth.Scope{Locations: []string{s.main}} // the warehouse where it comes back to
		if got := s.do("receive", receive); got.Status != "received" {
			t.Errorf("the warehouse received: %s", got.Status)
		}
		s.sound()
	})
}

func TestActionsTellWhatIsPossible(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 1_000})
		r := s.approved(o, item{"MUG", 1_000})
		var open []string
		for _, a := range r.Actions {
			if a.Allowed {
				open = append(open, a.Name)
			} else if a.Reason == "" || a.Code == "" {
				t.Errorf("%s says not why", a.Name)
			}
		}
		if want := []string{"return.cancel", "return.mark_sent", "return.receive", "return.expire"}; !slices.Equal(open, want) {
			t.Errorf("open are %q", open)
		}
		if err := returns.GuardRequest(o); err != nil {
			t.Errorf("delivered goods can come back: %v", err)
		}
		if err := returns.GuardRequest(s.placed(item{"MUG", 1_000})); code(err) != "transition_not_allowed" {
			t.Errorf("nothing was shipped, yet: %v", err)
		}
	})
}

func TestARepeatedRequestMakesOneReturn(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000})
		var ids []string
		for range 2 {
			out, err := s.TryWithKey("return.request", asked(o, item{"MUG", 1_000}), "again")
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, out.(*returns.Return).ID)
		}
		if ids[0] != ids[1] || s.Count(`SELECT count(*) FROM returns`) != 1 {
			t.Errorf("made %q", ids)
		}
	})
}

func TestEveryStepOfALifeEndsSomewhere(t *testing.T) {
	for _, s := range returns.Life.Statuses {
		ends := slices.Contains([]string{"completed", "rejected", "canceled", "expired"}, s.Code)
		leads := slices.ContainsFunc(returns.Life.Steps, func(p state.Step) bool { return p.From == s.Code })
		if ends == leads {
			t.Errorf("%s: is an end %t, leads on %t", s.Code, ends, leads)
		}
	}
}
