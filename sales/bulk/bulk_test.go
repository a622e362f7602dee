package bulk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/job"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/policy/account"
	"ordo/sales/bulk"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// desk is a shop where somebody works on many orders.
type desk struct {
	*testing.T
	*ordertest.Shop
	job.Worker
	table bulk.Table
	role  *account.Role
	staff auth.Actor
}

func each(t *testing.T, o db.Options, fn func(d *desk)) {
	dbtest.Each(t, o, func(t *testing.T, d *db.DB) {
		numbers := number.NewSource()
		table := bulk.NewTable(slices.Concat(order.Operations(numbers), fulfillment.Operations(numbers)), rest.Checker)
		k := &desk{T: t, Shop: ordertest.Open(t, d, fulfillment.Operations(numbers), account.Operations, bulk.Operations(table)), table: table}
		k.Worker = job.Worker{DB: d, Kinds: map[string]job.Kind{bulk.WorkJob: {Do: table.Work(k.Engine)}}}
		k.hire()
		fn(k)
	})
}

// hire makes a user with rights, who acts from here on.
func (d *desk) hire() {
	d.Helper()
	d.role = tradetest.Do[*account.Role](d.Shop.Shop, "role.create", account.CreateRoleIn{RoleFacts: account.RoleFacts{Name: "desk", Permissions: []string{"order.*", "bulk.*"}}})
	u := tradetest.Do[*account.User](d.Shop.Shop, "user.create", account.CreateUserIn{UserFacts: account.UserFacts{Email: "ann@example.com", Name: "Ann", RoleID: d.role.ID}, Password: "correct horse"})
	d.staff = auth.Actor{ID: u.ID, Kind: auth.Staff, Permissions: auth.Permit("order.*", "bulk.*")}
	d.Actor = d.staff
}

// as runs fn as somebody else.
func (d *desk) as(a auth.Actor, fn func()) {
	own := d.Actor
	d.Actor = a
	defer func() { d.Actor = own }()
	fn()
}

// few are orders of a guide: some are approved, one is canceled, one a draft.
func (d *desk) few(n int) (ids []string) {
	d.Helper()
	for range n {
		ids = append(ids, d.Place(ordertest.Line("GUIDE", 1)).ID)
	}
	return ids
}

func (d *desk) do(name string, in any) *bulk.Bulk {
	d.Helper()
	return tradetest.Do[*bulk.Bulk](d.Shop.Shop, name, in)
}

func (d *desk) get(b *bulk.Bulk) *bulk.Bulk {
	d.Helper()
	return d.do("bulk.get", bulk.GetIn{ID: b.ID})
}

// work runs jobs until none waits.
func (d *desk) work() {
	d.Helper()
	for worked := true; worked; {
		var err error
		if worked, err = d.Step(d.Context()); err != nil {
			d.Fatal(err)
		}
	}
}

// rows are the outcomes, as "position outcome code".
func (d *desk) rows(b *bulk.Bulk, filter string) (all []string) {
	d.Helper()
	page := tradetest.Do[query.Rows[*bulk.Row]](d.Shop.Shop, "bulk.rows", bulk.RowsIn{ID: b.ID, Input: query.Input{Filter: filter, Limit: 200}})
	for _, r := range page.Items {
		all = append(all, strings.TrimSpace(fmt.Sprint(r.Position, " ", r.Outcome, " ", r.Code)))
	}
	return all
}

// events counts those of a type of some orders.
func (d *desk) events(kind string) int64 {
	d.Helper()
	return d.Count(`SELECT COUNT(*) FROM events WHERE type = $1`, kind)
}

func (d *desk) sound() {
	d.Helper()
	d.Shop.Sound()
	invarianttest.Clean(d.T, d.Shop.DB, append([]invariant.Check{bulk.Projection.Check()}, bulk.Invariants...))
}

func holding(ids ...string) bulk.BeginIn {
	return bulk.BeginIn{Operation: "order.hold", Input: map[string]any{"kind": "fraud", "reason": "x"}, OrderIDs: ids}
}

// preview is a dry run.
func (d *desk) preview(name string, in any) *bulk.Preview {
	d.Helper()
	a, err := command.Send(d.Context(), d.Engine, name, command.Meta{Actor: d.Actor, DryRun: true}, in)
	if err != nil {
		d.Fatal(err)
	}
	return a.Value.(*bulk.Bulk).Preview
}

// Spec: 11.2.1, 13.1.1
func TestAPreviewTellsWhatComesOfIt(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		ids := d.few(5)
		d.Do("order.cancel", order.CancelIn{ID: ids[1], Reason: "other"})
		draft := d.Do("order.draft", order.DraftIn{Agreement: d.Agreement(ordertest.Line("GUIDE", 1))})
		ids = append(ids, draft.ID)
		in := holding(ids...)

		before := d.Count(`SELECT COUNT(*) FROM events`)
		p := d.preview("bulk.begin", in)
		if p.Checked != 6 || p.Succeeded != 4 || len(p.Refused) != 1 || p.Refused[0].Code != "transition_not_allowed" || p.Refused[0].Orders != 2 || p.Refused[0].Title == "" {
			d.Errorf("the preview is %+v", p)
		}
		if x := p.Refused[0].Examples; len(x) != 2 || x[0].OrderID != ids[1] || x[0].Number == "" || !strings.Contains(x[0].Detail, "canceled") || x[1].Number != "" {
			d.Errorf("examples are %+v", x)
		}
		if after := d.Count(`SELECT COUNT(*) FROM events`); after != before || d.Count(`SELECT COUNT(*) FROM bulks`)+d.Count(`SELECT COUNT(*) FROM jobs`) != 0 {
			d.Errorf("the preview wrote %d events, or more", after-before)
		}

		b := d.do("bulk.begin", in)
		if b.State != "running" || b.Total != 6 || b.Done != 0 || b.Preview != nil || b.UndoneBy != "order.release_hold" || b.UserID != d.staff.ID {
			d.Errorf("begun is %+v", b)
		}
		d.work()
		b = d.get(b)
		if b.State != "done" || b.Done != 6 || b.Succeeded != int64(p.Succeeded) || b.Refused != 2 || b.EndedAt == 0 {
			d.Errorf("done is %+v", b)
		}
		want := "1 succeeded, 2 refused transition_not_allowed, 3 succeeded, 4 succeeded, 5 succeeded, 6 refused transition_not_allowed"
		if got := strings.Join(d.rows(b, ""), ", "); got != want {
			d.Errorf("the rows are %s", got)
		}
		if got := d.rows(b, "outcome:refused order:"+draft.ID); len(got) != 1 {
			d.Errorf("of the draft there is %s", got)
		}
		if all := d.Events(b.ID); len(all) != 7 || !strings.HasPrefix(all[0], "1 bulk.begun ") || !strings.HasPrefix(all[6], "7 bulk.ended ") || !strings.Contains(all[6], `"refused":2,"retry_of":"","state":"done","stopping":false,"succeeded":4`) {
			d.Errorf("its events are %s", all)
		}
		if o := d.Order(ids[0]); len(o.Holds) != 1 || o.Holds[0].Owner != d.staff.ID || o.Holds[0].Reason != "x" {
			d.Errorf("the hold is %+v", o.Holds[0])
		}
		d.sound()
	})
}

// Spec: 11.2.1
func TestTheOrdersAreThoseOfTheBeginning(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		ids := d.few(3)
		filter := "status:approved"
		in := bulk.BeginIn{Operation: "order.hold", Input: map[string]any{"kind": "manual", "reason": "x"}, Filter: &filter, Sort: "number"}
		b := d.do("bulk.begin", in)
		late := d.few(1)
		d.work()
		if b = d.get(b); b.Succeeded != 3 || len(d.Order(late[0]).Holds) != 0 || b.Filter != filter {
			d.Errorf("done is %+v", b)
		}
		page := tradetest.Do[query.Rows[*bulk.Row]](d.Shop.Shop, "bulk.rows", bulk.RowsIn{ID: b.ID})
		for i, r := range page.Items {
			if r.OrderID != ids[i] {
				d.Errorf("row %d is %s, want %s", i, r.OrderID, ids[i])
			}
		}
	})
}

// Spec: 11.2.1, M.10
func TestWhatIsRefusedIsTriedAgainAndWhatWasDoneIsUndone(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		ids := d.few(3)
		draft := d.Do("order.draft", order.DraftIn{Agreement: d.Agreement(ordertest.Line("GUIDE", 1))})
		b := d.do("bulk.begin", holding(append(ids, draft.ID)...))
		d.Refused("bulk.retry", bulk.AgainIn{ID: b.ID}, "transition_not_allowed")
		d.Refused("bulk.undo", bulk.AgainIn{ID: b.ID}, "transition_not_allowed")
		d.work()
		d.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		retry := d.do("bulk.retry", bulk.AgainIn{ID: b.ID})
		d.work()
		if retry = d.get(retry); retry.RetryOf != b.ID || retry.Total != 1 || retry.Succeeded != 1 || retry.Operation != "order.hold" {
			d.Errorf("the retry is %+v", retry)
		}
		d.Refused("bulk.retry", bulk.AgainIn{ID: retry.ID}, "transition_not_allowed")

		held := d.Order(ids[0]).Holds[0]
		d.Do("order.release_hold", order.ReleaseHoldIn{ID: ids[0], HoldID: held.ID}) // by hand, before
		d.Do("order.hold", order.HoldIn{ID: ids[1], Kind: "address", Reason: "y"})   // of somebody else: it stays
		undo := d.do("bulk.undo", bulk.AgainIn{ID: b.ID})
		d.work()
		d.Refused("bulk.undo", bulk.AgainIn{ID: b.ID}, "transition_not_allowed") // it is undone already
		if undo = d.get(undo); undo.Operation != "order.release_hold" || undo.UndoOf != b.ID || undo.Succeeded != 2 || undo.Refused != 1 || undo.UndoneBy != "" {
			d.Errorf("the undoing is %+v", undo)
		}
		if got := d.Order(ids[1]).Held(); !slices.Equal(got, []string{"address"}) {
			d.Errorf("held are %s", got)
		}
		if got := d.Order(draft.ID).Held(); !slices.Equal(got, []string{"fraud"}) {
			d.Errorf("of the retry held are %s", got)
		}
		d.Refused("bulk.undo", bulk.AgainIn{ID: undo.ID}, "transition_not_allowed")
		again := d.do("bulk.retry", bulk.AgainIn{ID: undo.ID})
		d.work()
		if again = d.get(again); again.Refused != 1 || d.rows(again, "")[0] != "1 refused transition_not_allowed" {
			d.Errorf("undone again is %+v: %s", again, d.rows(again, ""))
		}

		release := d.do("bulk.begin", bulk.BeginIn{Operation: "order.release_holds", Input: map[string]any{"kind": "address"}, OrderIDs: ids})
		d.work()
		d.do("bulk.undo", bulk.AgainIn{ID: release.ID})
		d.work()
		if o := d.Order(ids[1]); len(o.Holds) != 3 || !o.Holds[2].Active() || o.Holds[2].Kind != "address" || o.Holds[2].Reason != "y" {
			d.Errorf("set again is %+v", o.Holds)
		}
		d.sound()
	})
}

// tags are those of each order.
func (d *desk) tags(ids []string) (all string) {
	d.Helper()
	for _, id := range ids {
		all += fmt.Sprint(d.Order(id).Tags)
	}
	return all
}

// Spec: 1.6.5, M.10
func TestTagsOfManyOrdersAreRenamedAndTakenBack(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		ids := d.few(3)
		d.Do("order.tag", order.TagIn{ID: ids[0], Tags: []string{"vip"}})
		add := d.do("bulk.begin", bulk.BeginIn{Operation: "order.tag", Input: map[string]any{"tags": []any{"vip", "gift"}}, OrderIDs: ids})
		d.work()
		merge := d.do("bulk.begin", bulk.BeginIn{Operation: "order.tag", Input: map[string]any{"tags": []any{"Gift"}, "instead_of": []any{"VIP"}}, OrderIDs: ids})
		d.work()
		if got := d.tags(ids); got != "[gift][gift][gift]" {
			d.Errorf("merged are %s", got)
		}
		d.Do("order.untag", order.UntagIn{ID: ids[2], Tags: []string{"gift"}})
		none := d.do("bulk.begin", bulk.BeginIn{Operation: "order.untag", Input: map[string]any{"tags": []any{"gift"}}, OrderIDs: ids[2:]})
		d.work()
		d.Refused("bulk.undo", bulk.AgainIn{ID: none.ID}, "bulk_empty") // it changed nothing
		for _, b := range []*bulk.Bulk{merge, add} {
			d.do("bulk.undo", bulk.AgainIn{ID: b.ID})
			d.work()
		}
		if got := d.tags(ids); got != "[vip][][]" {
			d.Errorf("taken back are %s", got)
		}
		d.sound()
	})
}

// Spec: 11.2.1, 13.1.1, M.10
func TestABulkStopsAndGoesOn(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		ids := d.few(20)
		b := d.do("bulk.begin", holding(ids...))
		if _, err := d.Step(d.Context()); err != nil {
			d.Fatal(err)
		}
		if at := d.get(b); at.Done != 2 || at.State != "running" {
			d.Errorf("after a step it is %+v", at)
		}
		if at := d.do("bulk.stop", bulk.GetIn{ID: b.ID}); at.State != "stopping" {
			d.Errorf("stopping is %+v", at)
		}
		d.Refused("bulk.stop", bulk.GetIn{ID: b.ID}, "transition_not_allowed")
		d.work()
		if at := d.get(b); at.Done != 4 || at.State != "stopped" {
			d.Errorf("stopped is %+v", at)
		}
		d.do("bulk.resume", bulk.GetIn{ID: b.ID})
		d.Refused("bulk.resume", bulk.GetIn{ID: b.ID}, "transition_not_allowed")
		d.work()
		if at := d.get(b); at.Done != 20 || at.Succeeded != 20 || at.State != "done" {
			d.Errorf("done is %+v", at)
		}
		d.Refused("bulk.resume", bulk.GetIn{ID: b.ID}, "transition_not_allowed")
		if n := d.events("order.held"); n != 20 {
			d.Errorf("%d holds were set", n)
		}
		d.Wrote(b.ID, []string{"1 bulk.begun"}, []string{"2 bulk.progressed", `"succeeded":2`}, []string{"3 bulk.stopped", `"state":"running","stopping":true`}, []string{"4 bulk.progressed", `"state":"stopped","stopping":false`}, []string{"5 bulk.resumed"}, []string{"6 bulk.progressed"}, []string{"7 bulk.progressed"}, []string{"8 bulk.progressed"}, []string{"9 bulk.progressed"}, []string{"10 bulk.progressed"},
			[]string{"11 bulk.progressed"}, []string{"12 bulk.progressed"}, []string{"13 bulk.ended"})
		d.sound()
	})
}

// Spec: 11.2.1
func TestNoOrderIsDoneTwiceWhateverFails(t *testing.T) {
	var at, passed atomic.Int64
	fault := func(db.Point, int) error {
		if passed.Add(1) == at.Load() {
			return errors.New("a fault")
		}
		return nil
	}
	each(t, db.Options{Fault: fault}, func(d *desk) {
		handle := d.table.Work(d.Engine)
		for n, reached := int64(1), true; reached; n++ {
			before := d.events("order.held")
			b := d.do("bulk.begin", holding(d.few(3)...))
			args, err := json.Marshal(map[string]string{"bulk_id": b.ID})
			if err != nil {
				d.Fatal(err)
			}
			passed.Store(0)
			at.Store(n)
			handle(d.Context(), args) // it may fail: the job is tried again
			reached = passed.Load() >= at.Swap(0)
			for range 4 {
				if err := handle(d.Context(), args); err != nil {
					d.Fatal(err)
				}
			}
			if b = d.get(b); b.State != "done" || b.Succeeded != 3 || d.events("order.held") != before+3 {
				d.Errorf("point %d: %+v, %d holds", n, b, d.events("order.held")-before)
			}
		}
		d.sound()
	})
}

// A lease that ended while its job went on lets another take the job.
func TestTwoWorkersCountEachOrderOnce(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		b := d.do("bulk.begin", holding(d.few(60)...))
		args, _ := json.Marshal(map[string]string{"bulk_id": b.ID})
		handle := d.table.Work(d.Engine)
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				if err := handle(context.WithoutCancel(d.Context()), args); err != nil {
					d.Error(err)
				}
			})
		}
		workers.Wait()
		d.work()
		if b = d.get(b); b.Succeeded != 60 || b.State != "done" || d.events("order.held") != 60 {
			d.Errorf("%+v with %d holds", b, d.events("order.held"))
		}
		d.sound()
	})
}

// Spec: 11.2.1
func TestItIsDoneWithTheRightsThatWhoBeganItHasThen(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		all := auth.Internal("test")
		first := d.do("bulk.begin", holding(d.few(1)...))
		d.as(all, func() {
			tradetest.Do[*account.Role](d.Shop.Shop, "role.update", account.UpdateRoleIn{ID: d.role.ID, RoleFacts: account.RoleFacts{Name: "desk", Permissions: []string{"order.cancel"}}})
		})
		d.work()
		if got := d.rows(first, ""); !slices.Equal(got, []string{"1 refused permission_missing"}) {
			d.Errorf("without the permission: %s", got)
		}
		second := d.do("bulk.begin", bulk.BeginIn{Operation: "order.cancel", Input: map[string]any{"reason": "other"}, OrderIDs: d.few(1)})
		d.as(all, func() {
			d.Write(`UPDATE users SET active = FALSE WHERE id = $1`, d.staff.ID)
		})
		d.work()
		if got := d.rows(second, ""); !slices.Equal(got, []string{"1 refused unauthenticated"}) {
			d.Errorf("of a closed account: %s", got)
		}
		narrow := d.staff
		narrow.Scope = auth.Scope{Channels: []string{d.Till}}
		d.as(narrow, func() {
			d.Refused("bulk.begin", holding(d.few2(all)...), "/order_ids/0 not_found")
			d.get(first) // one's own
		})
		other := auth.Actor{ID: "usr_other", Kind: auth.Staff, Permissions: auth.All, Scope: narrow.Scope}
		d.as(other, func() {
			d.Refused("bulk.get", bulk.GetIn{ID: first.ID}, "not_found")
			d.Refused("bulk.rows", bulk.RowsIn{ID: first.ID}, "not_found")
			d.Refused("bulk.stop", bulk.GetIn{ID: first.ID}, "not_found")
			if page := tradetest.Do[query.Rows[*bulk.Bulk]](d.Shop.Shop, "bulk.list", query.Input{}); len(page.Items) != 0 {
				d.Errorf("others see %+v", page.Items)
			}
		})
		d.as(auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("bulk.*")}, func() {
			d.Refused("bulk.begin", holding(first.ID), "permission_missing")
		})
	})
}

func TestWhoGoesOnWithABulkDoesItWithRightsOfTheirOwn(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		open, done := d.do("bulk.begin", holding(d.few(2)...)), d.do("bulk.begin", holding(d.few(2)...))
		d.do("bulk.stop", bulk.GetIn{ID: open.ID})
		d.work()
		d.as(auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("bulk.*")}, func() {
			d.Refused("bulk.resume", bulk.GetIn{ID: open.ID}, "permission_missing")
			d.Refused("bulk.undo", bulk.AgainIn{ID: done.ID}, "permission_missing")
		})
		d.as(auth.Internal("test"), func() { // who has no account that could do it
			if b := d.do("bulk.resume", bulk.GetIn{ID: open.ID}); b.UserID != d.Actor.ID {
				d.Errorf("it is of %s", b.UserID)
			}
		})
		d.work()
		if got := d.rows(open, ""); !slices.Equal(got, []string{"1 succeeded", "2 refused unauthenticated"}) {
			d.Errorf("of who resumed it: %s", got)
		}
		d.as(auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("bulk.*")}, func() {
			d.Refused("bulk.retry", bulk.AgainIn{ID: open.ID}, "permission_missing")
		})
		d.sound()
	})
}

// few2 is one order, placed by somebody who may.
func (d *desk) few2(a auth.Actor) (ids []string) {
	d.as(a, func() { ids = d.few(1) })
	return ids
}

// Spec: 11.2.1, 11.2.7
func TestABulkThatCannotBeIsRefusedAtOnce(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		id, none, some := d.few(2)[0], "number:none", "origin:ordo"
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.place", OrderIDs: []string{id}}, "/operation value_invalid")
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.hold", Input: map[string]any{"kind": "love", "color": "red"}},
			"/order_ids bulk_empty", "/input/color field_unknown", "/input/kind value_not_allowed", "/input/reason field_required")
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", OrderIDs: []string{id}, Filter: &some, Sort: "number"}, "/order_ids bulk_empty")
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", OrderIDs: []string{id}, Sort: "number"}, "/sort value_invalid")
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", OrderIDs: []string{"ord_a", id, "ord_b"}}, "/order_ids/0 not_found", "/order_ids/2 not_found")
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", Filter: &none}, "/filter bulk_empty")
		bad := "colour:red"
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", Filter: &bad, Sort: "colour"}, "/filter filter_field_unknown", "/sort sort_field_unknown")
		most := *bulk.MostFound
		*bulk.MostFound = 1
		defer func() { *bulk.MostFound = most }()
		d.Refused("bulk.begin", bulk.BeginIn{Operation: "order.release", Filter: &some}, "/filter bulk_too_large")
	})
}

// Spec: 11.3.1
func TestErrorsInBulksAreFound(t *testing.T) {
	each(t, db.Options{}, func(d *desk) {
		done := d.do("bulk.begin", holding(d.few(2)...))
		d.work()
		waiting := d.do("bulk.begin", holding(d.few(1)...))
		plant := func(name, subject, detail, change, undo string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: "E1", SQL: []string{change}, Undo: []string{undo}, Subject: subject, Detail: detail}
		}
		invarianttest.Finds(d.T, d.Shop.DB, bulk.Invariants, []invarianttest.Plant{
			plant("a row too few", done.ID, "1 + 0 rows", `UPDATE bulk_rows SET bulk_id = '`+waiting.ID+`' WHERE bulk_id = '`+done.ID+`' AND position = 2`, `UPDATE bulk_rows SET bulk_id = '`+done.ID+`' WHERE bulk_id = '`+waiting.ID+`'`),
			plant("another outcome", done.ID, "1 + 1 rows", `UPDATE bulk_rows SET outcome = 'refused' WHERE bulk_id = '`+done.ID+`' AND position = 2`, `UPDATE bulk_rows SET outcome = 'succeeded' WHERE bulk_id = '`+done.ID+`'`),
			plant("a row of no order", done.ID, "its row 2 is of order ord_none", `UPDATE bulk_rows SET order_id = 'ord_none ' || order_id WHERE bulk_id = '`+done.ID+`' AND position = 2`, `UPDATE bulk_rows SET order_id = substr(order_id, 10) WHERE bulk_id = '`+done.ID+`' AND position = 2`),
			plant("another number", done.ID, "its row 2 is of order", `UPDATE bulk_rows SET number = number || 'x' WHERE bulk_id = '`+done.ID+`' AND position = 2`, `UPDATE bulk_rows SET number = substr(number, 1, length(number) - 1) WHERE bulk_id = '`+done.ID+`' AND position = 2`),
			plant("a part that is not the next", waiting.ID, "1 parts", `UPDATE bulk_parts SET part = 5 WHERE bulk_id = '`+waiting.ID+`'`, `UPDATE bulk_parts SET part = 0 WHERE bulk_id = '`+waiting.ID+`'`),
			plant("left of what is done", done.ID, "1 parts", `INSERT INTO bulk_parts (bulk_id, part, items) VALUES ('`+done.ID+`', 0, '[]')`, `DELETE FROM bulk_parts WHERE bulk_id = '`+done.ID+`'`),
		})
	})
}

// cutOff is a bulk whose orders were done, with events of a type, by a worker that
// died before it noted that.
func (d *desk) cutOff(begin func(ids ...string) bulk.BeginIn, told string, at, passed *atomic.Int64) (b *bulk.Bulk, work func()) {
	d.Helper()
	handle := d.table.Work(d.Engine)
	for n := int64(1); n < 200; n++ {
		b = d.do("bulk.begin", begin(d.few(3)...))
		before := d.events(told)
		args, _ := json.Marshal(map[string]string{"bulk_id": b.ID})
		work = func() {
			for range 4 {
				if err := handle(d.Context(), args); err != nil {
					d.Fatal(err)
				}
			}
		}
		passed.Store(0)
		at.Store(n)
		handle(d.Context(), args) // it may fail
		at.Store(0)
		if d.events(told) > before && d.get(b).Done == 0 {
			return b, work
		}
		work()
	}
	d.Fatal("no fault comes between the orders and their note")
	return nil, nil
}

// Spec: 11.2.1, M.10
func TestOrdersThatWereDoneButNotNotedAreNotLost(t *testing.T) {
	var at, passed atomic.Int64
	fault := func(db.Point, int) error {
		if passed.Add(1) == at.Load() {
			return errors.New("a fault")
		}
		return nil
	}
	each(t, db.Options{Fault: fault}, func(d *desk) {
		b, work := d.cutOff(holding, "order.held", &at, &passed)
		d.do("bulk.stop", bulk.GetIn{ID: b.ID})
		for _, operation := range []string{"bulk.resume", "bulk.stop"} {
			d.Refused(operation, bulk.GetIn{ID: b.ID}, "transition_not_allowed")
		}
		d.Refused("bulk.undo", bulk.AgainIn{ID: b.ID}, "transition_not_allowed")
		work()
		if b = d.get(b); b.State != "stopped" || b.Succeeded != 1 {
			d.Fatalf("stopped is %+v", b)
		}
		undo := d.do("bulk.undo", bulk.AgainIn{ID: b.ID})
		d.work()
		if n := d.events("order.hold_released"); n != 1 || d.get(undo).Succeeded != 1 {
			d.Errorf("%d holds were released by %+v", n, d.get(undo))
		}
		d.sound()

		b, work = d.cutOff(func(ids ...string) bulk.BeginIn {
			d.Do("order.tag", order.TagIn{ID: ids[0], Tags: []string{"vip"}})
			return bulk.BeginIn{Operation: "order.tag", Input: map[string]any{"tags": []any{"vip", "gift"}}, OrderIDs: ids}
		}, "order.tagged", &at, &passed)
		work()
		d.do("bulk.undo", bulk.AgainIn{ID: b.ID})
		d.work()
		const left = `SELECT COUNT(*) FROM order_tags WHERE tag = $1 AND order_id IN (SELECT order_id FROM bulk_rows WHERE bulk_id = $2)`
		if gift, vip := d.Count(left, "gift", b.ID), d.Count(left, "vip", b.ID); d.get(b).Succeeded != 3 || gift != 0 || vip != 1 {
			d.Errorf("%d and %d tags are left of %+v", gift, vip, d.get(b))
		}
		d.sound()

		b, work = d.cutOff(holding, "order.held", &at, &passed)
		before := d.events("order.held")
		d.as(auth.Internal("test"), func() { d.Write(`UPDATE users SET active = FALSE WHERE id = $1`, d.staff.ID) })
		work()
		if b = d.get(b); b.Succeeded != 1 || b.Refused != 2 || d.events("order.held") != before {
			d.Errorf("of who may not any more: %+v, %d holds", b, d.events("order.held")-before)
		}
		d.sound()
	})
}
