package returns_test

import (
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/execution/returns"
)

func TestGoodsComeBackInPartsAndGoBackToStock(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 3_000}, item{"POT", 1_000})
		mug, pot := line(o, "MUG"), line(o, "POT")

		r := s.request(o, item{"MUG", 2_000}, item{"POT", 1_000})
		if r.Status != "requested" || r.LocationID != s.main || r.OrderNumber != o.Number || len(r.Number) != len("RMA-2024-000001") {
			t.Errorf("requested: %+v", r.Head)
		}
		if got := s.order(o.ID); got.ReturnStatus != "requested" || got.ReturnsOpen != 1 || got.Status != "delivered" {
			t.Errorf("order: return %s, open %d, status %s", got.ReturnStatus, got.ReturnsOpen, got.Status)
		}
		if r = s.do("approve", returns.ActIn{ID: r.ID}); r.Status != "approved" || r.ExpiresAt == 0 {
			t.Errorf("approved: %+v", r.Head)
		}
		if r = s.do("mark_sent", returns.SendIn{ID: r.ID, Carrier: "dhl", TrackingNumber: "T1"}); r.Status != "in_transit" || r.TrackingNumber != "T1" {
			t.Errorf("sent: %+v", r.Head)
		}
		r = s.do("receive", returns.ReceiveIn{ID: r.ID, Lines: []returns.ReceiveLine{{LineID: mug.ID, Quantity: 1_000}}})
		if got := s.order(o.ID); r.Status != "received" || got.ReturnStatus != "partial" || got.Line(mug.ID).Returned != 1_000 {
			t.Errorf("received %s, order %s", r.Status, got.ReturnStatus)
		}
		r = s.do("inspect", returns.InspectIn{ID: r.ID, Lines: []returns.InspectLine{{LineID: mug.ID, Restock: 1_000}}})
		if r.Status != "inspected" {
			t.Errorf("inspected a part: %s", r.Status)
		}
		r = s.do("receive", returns.ReceiveIn{ID: r.ID, Lines: []returns.ReceiveLine{{LineID: mug.ID, Quantity: 1_000}, {LineID: pot.ID, Quantity: 1_000}}})
		if r.Status != "received" {
			t.Errorf("the rest came: %s", r.Status)
		}
		r = s.do("inspect", returns.InspectIn{ID: r.ID, Lines: []returns.InspectLine{{LineID: mug.ID, Scrap: 500, Refurbish: 500}, {LineID: pot.ID, SendBack: 1_000}}})
		r = s.do("complete", returns.CompleteIn{ID: r.ID})
		if l := r.Lines[0]; r.Status != "completed" || l.Restocked != 1_000 || l.Scrapped != 500 || l.Refurbished != 500 || l.Amount.Amount != 2_000 {
			t.Errorf("completed: %s %+v", r.Status, l)
		}
		if l := r.Lines[1]; l.SentOn != 1_000 || l.Amount.Amount != 0 || r.Value.Amount != 2_000 || r.Value.Currency != "GBP" {
			t.Errorf("sent back to the customer: %+v, worth %v", l, r.Value)
		}
		got := s.order(o.ID)
		if got.ReturnsOpen != 0 || got.ReturnStatus != "partial" || got.Line(mug.ID).Granted.Amount != 2_000 || got.Line(pot.ID).Granted.Amount != 0 {
			t.Errorf("order: open %d, return %s, granted %v", got.ReturnsOpen, got.ReturnStatus, got.Line(mug.ID).Granted)
		}
		if n := s.Count(`SELECT on_hand FROM stock WHERE variant_id = $1`, mug.VariantID); n != 98_000 {
			t.Errorf("%d thousandths of the mug are on hand", n)
		}
		s.Wrote(r.ID,
			[]string{"1 return.requested", `"status":"requested"`, `"order_id":"` + o.ID, `"location_id":"` + s.main, `"outcome":"refund"`, `"lines":{"1":`, `"2":`, `"reason":"damaged"`, `"quantity":2000`},
			[]string{"2 return.approved", `"status":"approved"`, `"approved_at"`, `"expires_at"`},
			[]string{"3 return.sent", `"status":"in_transit"`, `"carrier":"dhl"`, `"tracking_number":"T1"`},
			[]string{"4 return.received", `"status":"received"`, `"lines":{"1":{"received":1000}}`},
			[]string{"5 return.inspected", `"status":"inspected"`, `"lines":{"1":{"restocked":1000}}`},
			[]string{"6 return.received", `"status":"received"`, `"lines":{"1":{"received":2000},"2":{"received":1000}}`},
			[]string{"7 return.inspected", `"scrapped":500`, `"refurbished":500`, `"sent_on":1000`},
			[]string{"8 return.completed", `"status":"completed"`, `"closed_as":"completed"`, `"value":2000`, `"refund_id":"rfd_`})
		s.sound()
	})
}

func TestAnOrderIsReturnedWhenAllOfItCameBack(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000})
		s.inspected(o, item{"MUG", 2_000})
		if got := s.order(o.ID); got.Status != "returned" || got.ReturnStatus != "full" {
			t.Errorf("order is %s, return %s", got.Status, got.ReturnStatus)
		}
		s.Refused("return.request", asked(o, item{"MUG", 1_000}), "transition_not_allowed")
		s.sound()
	})
}

func TestABundleComesBackAsItsParts(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"SET", 2_000})
		s.Refused("return.request", asked(o, item{"SET", 1_500}), "/lines/0/quantity value_invalid")
		r := s.inspected(o, item{"SET", 1_000})
		if len(r.Lines) != 2 || r.Lines[0].SKU != "MUG" || r.Lines[0].Quantity != 2_000 || r.Lines[1].SKU != "POT" || r.Lines[1].Quantity != 1_000 {
			t.Errorf("lines: %+v %+v", r.Lines[0], r.Lines[1])
		}
		if got := line(s.order(o.ID), "SET"); got.Returned != 1_000 {
			t.Errorf("%s sets came back", got.Returned)
		}
		s.do("complete", returns.CompleteIn{ID: r.ID})
		last := s.inspected(o, item{"SET", 1_000})
		s.do("complete", returns.CompleteIn{ID: last.ID})
		if got := line(s.order(o.ID), "SET"); got.Granted != got.Gross || got.Gross.Amount != 9_998 {
			t.Errorf("granted %v of %v", got.Granted, got.Gross)
		}
		s.sound()
	})
}

func TestTeaGoesBackToTheLotItCameFrom(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"TEA", 5_000}) // both lots
		tea := line(o, "TEA")
		r := s.approved(o, item{"TEA", 4_000})
		s.do("receive", returns.ReceiveIn{ID: r.ID, Lines: []returns.ReceiveLine{{LineID: tea.ID, Quantity: 4_000}}})
		a, b := s.lot("A"), s.lot("B")
		s.Refused("return.inspect", returns.InspectIn{ID: r.ID, Lines: []returns.InspectLine{{LineID: tea.ID, Restock: 4_000}}}, "/lines/0/lot_id lot_required")
		s.Refused("return.inspect", returns.InspectIn{ID: r.ID, Lines: []returns.InspectLine{{LineID: tea.ID, Restock: 4_000, LotID: "lot_none"}}}, "/lines/0/lot_id value_invalid")
		s.do("inspect", returns.InspectIn{ID: r.ID, Lines: []returns.InspectLine{{LineID: tea.ID, Restock: 1_000, LotID: b}, {LineID: tea.ID, Restock: 2_000, LotID: a, Scrap: 1_000}}})
		for lot, want := range map[string]int64{a: 2_000, b: 2_000} {
			if n := s.Count(`SELECT on_hand FROM stock WHERE lot_id = $1`, lot); n != want {
				t.Errorf("lot %s has %d", lot, n)
			}
		}
		s.sound()

		one := s.sold(item{"TEA", 1_000})
		s.inspected(one, item{"TEA", 1_000}) // one lot only: no need to name it
		s.sound()
	})
}

// lot is the id of a lot by its code.
func (s *shop) lot(code string) (id string) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error {
		return tx.Load(db.One(`SELECT id FROM lots WHERE code = $1`, []any{code}, &id))
	})
	return id
}

func TestTheCustomerMayKeepTheGoods(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000})
		in := asked(o, item{"MUG", 1_000})
		in.Outcome = returns.KeepIt
		r := s.do("request", in)
		s.Refused("return.complete", returns.CompleteIn{ID: r.ID}, "transition_not_allowed")
		if r = s.do("approve", returns.ActIn{ID: r.ID}); r.ExpiresAt != 0 {
			t.Error("goods that stay can't come too late")
		}
		s.Refused("return.mark_sent", returns.SendIn{ID: r.ID}, "transition_not_allowed")
		s.Refused("return.receive", returns.ReceiveIn{ID: r.ID, Lines: []returns.ReceiveLine{{LineID: line(o, "MUG").ID, Quantity: 1_000}}}, "transition_not_allowed")
		r = s.do("complete", returns.CompleteIn{ID: r.ID})
		if got := s.order(o.ID); r.Value.Amount != 1_000 || line(got, "MUG").Granted.Amount != 1_000 || line(got, "MUG").Returned != 0 || got.ReturnStatus != "none" {
			t.Errorf("worth %v, granted %v, order's return %s", r.Value, line(got, "MUG").Granted, got.ReturnStatus)
		}
		s.Refused("return.request", asked(o, item{"MUG", 2_000}), "/lines/0/quantity return_exceeds_shipped") // one was settled
		last := s.inspected(o, item{"MUG", 1_000})
		s.do("complete", returns.CompleteIn{ID: last.ID})
		if got := line(s.order(o.ID), "MUG"); got.Granted != got.Gross {
			t.Errorf("granted %v of %v", got.Granted, got.Gross)
		}
		s.sound()
	})
}

func TestReturnsEndEarlyAndFreeTheirUnits(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 1_000})
		all := item{"MUG", 1_000}

		r := s.request(o, all)
		s.Refused("return.request", asked(o, all), "/lines/0/quantity return_exceeds_shipped")
		r = s.do("reject", returns.RejectIn{ID: r.ID, Reason: "used"})
		if got := s.order(o.ID); r.Status != "rejected" || r.RejectReason != "used" || got.ReturnsOpen != 0 || got.ReturnStatus != "none" {
			t.Errorf("rejected: %+v, order %s", r.Head, got.ReturnStatus)
		}
		for _, before := range []func(id string){
			func(string) {},
			func(id string) { s.do("approve", returns.ActIn{ID: id}) },
			func(id string) { s.do("approve", returns.ActIn{ID: id}); s.do("mark_sent", returns.SendIn{ID: id}) },
		} {
			r := s.request(o, all)
			before(r.ID)
			if r = s.do("cancel", returns.ActIn{ID: r.ID}); r.Status != "canceled" {
				t.Errorf("canceled: %s", r.Status)
			}
			s.Refused("return.approve", returns.ActIn{ID: r.ID}, "transition_not_allowed")
			s.Refused("return.cancel", returns.ActIn{ID: r.ID}, "transition_not_allowed")
		}
		r = s.inspected(o, all)
		s.Refused("return.cancel", returns.ActIn{ID: r.ID}, "transition_not_allowed")
		s.sound()
	})
}

func TestStockThatCameBackIsPromisedToBackorders(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		o := s.sold(item{"MUG", 2_000})
		s.Write(`UPDATE variants SET backorder = TRUE`)
		waiting := s.placed(item{"MUG", 99_000})
		if got := line(waiting, "MUG").Backordered; got != money.Quantity(1_000) {
			t.Fatalf("%s are backordered", got)
		}
		s.inspected(o, item{"MUG", 2_000})
		if got := line(s.order(waiting.ID), "MUG"); got.Backordered != 0 || got.Reserved != 99_000 {
			t.Errorf("%s still wait, %s are promised", got.Backordered, got.Reserved)
		}
		s.sound()
	})
}
