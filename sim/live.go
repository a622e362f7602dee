package sim

import (
	"context"
	"fmt"
	"time"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
	"ordo/policy/backlog"
	"ordo/sales/order"
	"ordo/sim/disk"
)

// The liveness mode: nothing fails any more, and a staff that knows all does
// what is open. Every order must then come to its end in a bounded time, or to
// a state that names what it waits for.

const (
	rounds = 40                  // of the staff's work
	pace   = 6 * time.Hour       // from one to the next
	bound  = rounds * pace       // so all is at an end after this time
	quota  = 20_000              // steps of background work in a round
	most   = 200                 // rows of a page
	grace  = 21 * 24 * time.Hour // until what nobody sends expires
)

// settle lets faults stop, and time run.
func (w *world) settle(ctx context.Context) error {
	w.options.Calm = true
	w.fault = fault{}
	w.disk.Empty()
	w.disk.Arm(disk.None, 0)
	for n := 0; len(w.clients.unsure) > 0; n++ {
		clear(w.touched)
		if err := w.resend(ctx); err != nil {
			return err
		}
		if n > 20*len(w.clients.all)+1000 {
			w.violated("liveness", "%s under key %s gets no certain answer", w.clients.unsure[0].operation, w.clients.unsure[0].key)
			return nil
		}
	}
	if err := w.judgeTold(ctx, w.clients.all[max(0, len(w.clients.all)-mostTold):]); err != nil {
		return err
	}
	if err := w.notice(ctx); err != nil {
		return err
	}
	var open []string
	if err := w.look(ctx, func(tx *db.Tx) (err error) { open, err = orderIDs(tx); return err }); err != nil {
		return err
	}
	for n := 0; n < rounds && len(open) > 0; n++ {
		if err := w.background(ctx); err != nil {
			return err
		}
		s := &staff{w: w, ctx: ctx}
		s.attend()
		s.revive()
		open = s.round(open)
		if s.err != nil || s.done == 0 {
			break
		}
		w.clock.Advance(pace)
	}
	w.clock.Advance(grace)
	s := &staff{w: w, ctx: ctx}
	s.attend()
	if s.revive(); s.err != nil {
		return s.err
	}
	if err := w.background(ctx); err != nil {
		return err
	}
	return w.takeStock(ctx, open)
}

// background runs all work that is due until none is left.
func (w *world) background(ctx context.Context) error {
	e := w.house.Engine
	for range quota {
		worked := false
		for _, step := range []func() (bool, error){
			func() (bool, error) { return w.bank.jobs.Step(ctx) },
			func() (bool, error) { return e.Effects.Step(ctx) },
			func() (bool, error) { return w.house.Jobs.Step(ctx) },
			func() (bool, error) { n, err := e.Sealer.Seal(ctx); return n > 0, err },
			func() (bool, error) { n, err := w.log.consumer(w).Step(ctx, e.DB); return n > 0, err },
			func() (bool, error) { return w.house.Hooks.Step(ctx) },
			func() (bool, error) { return w.house.Mail.Step(ctx) },
		} {
			did, err := step()
			if err != nil {
				return err
			}
			worked = worked || did
		}
		if !worked {
			return nil
		}
	}
	w.violated("liveness", "background work does not end")
	return nil
}

// staff does what is open.
type staff struct {
	w    *world
	ctx  context.Context
	done int
	err  error // what no refusal explains
}

// round looks at orders that are not at their end, and returns those that are
// not yet.
func (s *staff) round(ids []string) (left []string) {
	for _, id := range ids {
		o, ok := s.do("order.get", object{"id": id}).(*order.Order)
		if ok && s.tend(o) {
			left = append(left, id)
		}
	}
	return left
}

// revive lets jobs that died wait again.
func (s *staff) revive() {
	dead, _ := s.do("job.list", object{"filter": "state:dead", "limit": most}).(query.Rows[*backlog.Job])
	for _, j := range dead.Items {
		s.do("job.replay", object{"id": j.ID})
	}
}

// takeStock tells where all orders are, and what those wait for that did not
// end.
func (w *world) takeStock(ctx context.Context, open []string) error {
	var statuses map[string]int
	if err := w.look(ctx, func(tx *db.Tx) (err error) { statuses, err = countStatuses(tx); return err }); err != nil {
		return err
	}
	w.report.Statuses = statuses
	s := &staff{w: w, ctx: ctx}
	for _, id := range open {
		if o, ok := s.do("order.get", object{"id": id}).(*order.Order); ok && !over(o) {
			w.report.Waiting[waitsFor(o)]++
		}
	}
	return s.err
}

// do runs an operation; a refusal is nil.
func (s *staff) do(operation string, in object) any {
	if s.err != nil {
		return nil
	}
	v, err := command.Call(s.ctx, s.w.house.Engine, operation, command.Meta{Actor: auth.Internal("staff")}, in)
	if err != nil {
		s.err = s.w.failed(unlessRefused(err))
		return nil
	}
	if s.w.operations[operation].spec.Writes {
		s.done++
	}
	return v
}

// open tells whether an operation is open on a resource.
func open(actions []command.Action, name string) bool {
	for _, a := range actions {
		if a.Name == name {
			return a.Allowed
		}
	}
	return false
}

// tend does the next things for an order, and tells whether there may be more.
func (s *staff) tend(o *order.Order) bool {
	before := s.done
	for _, h := range o.Holds {
		if h.Active() {
			s.do("order.release_hold", object{"id": o.ID, "hold_id": h.ID})
		}
	}
	for _, l := range o.Lines {
		if l.Backordered > 0 && l.Leaf() {
			s.supply(l)
		}
	}
	if open(o.Actions, "order.release") {
		s.do("order.release", object{"id": o.ID})
	}
	if open(o.Actions, "order.perform") {
		s.do("order.perform", object{"id": o.ID})
	}
	if open(o.Actions, "order.capture") {
		s.do("order.capture", object{"id": o.ID})
	}
	if o.Status == "processing" || o.Status == "approved" || o.Status == "shipped" {
		s.deliver(o)
	}
	if o.ReturnsOpen > 0 {
		s.takeBack(o)
	}
	return s.done > before || !over(o)
}

// supply receives what a line lacks.
func (s *staff) supply(l *order.Line) {
	in := object{"sku": l.SKU, "quantity": l.Backordered}
	for _, g := range goods {
		if g.sku == l.SKU && g.lots {
			in["lot"] = "L9"
		}
	}
	if s.do("stock.receive", object{"location_id": s.w.shop.ids["location"][0], "lines": []object{in}}) != nil {
		s.w.shop.moved[l.SKU] += int64(l.Backordered)
	}
}

// deliver finishes the order's work and shipments.
func (s *staff) deliver(o *order.Order) {
	of := object{"filter": "order:" + o.ID, "limit": most}
	works, _ := s.do("fulfillment.list", of).(query.Rows[*fulfillment.Fulfillment])
	for _, f := range works.Items {
		if f.Status == "open" || f.Status == "in_progress" || f.Status == "incomplete" {
			s.finish(f.ID)
		}
	}
	shipments, _ := s.do("shipment.list", of).(query.Rows[*fulfillment.Shipment])
	for _, p := range shipments.Items {
		switch p.Status {
		case "packed":
			s.do("shipment.label", object{"id": p.ID, "carrier": "royal_mail"})
			s.do("shipment.dispatch", object{"id": p.ID})
		case "labeled":
			s.do("shipment.dispatch", object{"id": p.ID})
		case "in_transit", "out_for_delivery", "exception":
			s.do("shipment.deliver", object{"id": p.ID})
		}
	}
}

// finish picks and packs what a location owes.
func (s *staff) finish(id string) {
	f, ok := s.do("fulfillment.get", object{"id": id}).(*fulfillment.Fulfillment)
	if !ok {
		return
	}
	for _, l := range f.Lines {
		if left := l.Quantity - l.Canceled - l.Picked; left > 0 {
			s.pick(f.ID, l, left)
		}
	}
	f, ok = s.do("fulfillment.get", object{"id": id}).(*fulfillment.Fulfillment)
	if !ok {
		return
	}
	var lines []object
	for _, l := range f.Lines {
		if q := l.Picked - l.Packed; q > 0 {
			lines = append(lines, object{"line_id": l.LineID, "quantity": q})
		}
	}
	if lines != nil {
		s.do("fulfillment.pack", object{"id": f.ID, "packages": []object{{"lines": lines}}})
	}
}

// pick takes a line from the shelf, lot by lot.
func (s *staff) pick(id string, l *fulfillment.Line, left money.Quantity) {
	if len(l.Lots) == 0 {
		s.do("fulfillment.pick", object{"id": id, "lines": []object{{"line_id": l.LineID, "quantity": left}}})
	}
	for _, lot := range l.Lots {
		if q := lot.Quantity - lot.Picked; q > 0 {
			s.do("fulfillment.pick", object{"id": id, "lines": []object{{"line_id": l.LineID, "quantity": q, "lot": lot.Lot}}})
		}
	}
}

// takeBack brings the order's returns to their end.
func (s *staff) takeBack(o *order.Order) {
	all, _ := s.do("return.list", object{"filter": "order:" + o.ID, "limit": most}).(query.Rows[*returns.Head])
	for _, row := range all.Items {
		if row.ClosedAt != 0 {
			continue
		}
		s.do("return.approve", object{"id": row.ID})
		r, ok := s.do("return.get", object{"id": row.ID}).(*returns.Return)
		if !ok {
			continue
		}
		for _, l := range r.Lines {
			if q := l.Quantity - l.Received; q > 0 && r.Outcome != returns.KeepIt {
				s.do("return.receive", object{"id": r.ID, "lines": []object{{"line_id": l.LineID, "quantity": q}}})
			}
			if q := l.Quantity - l.Restocked - l.Refurbished - l.Scrapped - l.SentOn; q > 0 {
				s.do("return.inspect", object{"id": r.ID, "lines": []object{{"line_id": l.LineID, "scrap": q}}})
			}
		}
		s.do("return.complete", object{"id": r.ID})
	}
}

// waitsFor names what an order that is not at its end waits for; empty if
// nothing explains it.
func waitsFor(o *order.Order) string {
	for _, h := range o.Holds {
		if h.Active() {
			return "release of a hold: " + h.Kind
		}
	}
	backordered, transit := money.Quantity(0), money.Quantity(0)
	for _, l := range o.Lines {
		if l.Leaf() {
			backordered += l.Backordered
			transit += l.InTransit()
		}
	}
	switch {
	case o.Status == "draft":
		return "the customer's decision on a draft"
	case backordered > 0:
		return "stock"
	case o.ReturnsOpen > 0:
		return "goods of a return"
	case o.Status == "shipped" && transit == 0:
		return "nothing: all of it got lost or was sent back"
	case o.Status == "shipped":
		return "the carrier"
	}
	return ""
}

// conclude judges what the run came to.
func (w *world) conclude(ctx context.Context) error {
	if n := w.report.Waiting[""]; n > 0 {
		w.violated("liveness", "%d orders neither ended in %s of virtual time nor wait for something with a name", n, bound)
	}
	var intents, due, dead int64
	if err := w.look(ctx, func(tx *db.Tx) (err error) { intents, due, dead, err = undone(tx); return err }); err != nil {
		return err
	}
	if intents+due+dead > 0 {
		w.violated("liveness", "%d effects have no result, %d jobs are due, %d are dead", intents, due, dead)
	}
	if err := w.judgeWhole(ctx); err != nil {
		return err
	}
	if err := w.judgeLedgers(ctx); err != nil {
		return err
	}
	r := w.report
	r.Virtual = w.clock.Now().Sub(w.began)
	r.diskFaults(w.disk.Stats())
	var unsealed int64
	err := w.look(ctx, func(tx *db.Tx) (err error) {
		r.Digest, r.Events, unsealed, r.Orders, err = head(tx)
		return err
	})
	if err == nil && (unsealed > 0 || int64(len(w.log.seen)) != r.Events) {
		w.violated("liveness", "of %d events %d are not in the log, and the consumer saw %d", r.Events, unsealed, len(w.log.seen))
	}
	return err
}

// mostTold bounds the acknowledged writes that are looked up when faults stop.
const mostTold = 2000

// unlessRefused is nil for an error that tells people what to do.
func unlessRefused(err error) error {
	if isRefusal(err) {
		return nil
	}
	return fmt.Errorf("the staff: %w", err)
}
