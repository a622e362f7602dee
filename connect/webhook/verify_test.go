package webhook_test

import (
	"context"
	"fmt"
	"testing"

	"ordo/connect/webhook"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/invariant/invarianttest"
	"ordo/trade/tradetest"
)

// Spec: 11.2.3
func TestErrorsInTheLogOfDeliveriesAreFound(t *testing.T) {
	each(t, func(w *world) {
		good, bad := w.receive(), w.receive()
		taken, refused := w.endpoint(good.URL), w.endpoint(bad.URL)
		bad.answers(500)
		w.things(1)
		w.work()
		trial := tradetest.Do[*webhook.Delivery](w.Shop, "webhook.try", webhook.GetIn{ID: taken.ID})
		w.work()
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.delete", webhook.GetIn{ID: refused.ID})
		delivered, failed := w.deliveries(taken.ID, "-type:webhook.trial")[0], w.deliveries(refused.ID, "")[0]
		plant := func(name, id, change, undo, detail string) invarianttest.Plant {
			on := func(set string) []string {
				return []string{fmt.Sprintf(`UPDATE webhook_deliveries SET %s WHERE id = '%s'`, set, id)}
			}
			return invarianttest.Plant{Name: name, ID: "E4", SQL: on(change), Undo: on(undo), Subject: id, Detail: detail}
		}
		invarianttest.Finds(w.T, w.DB, webhook.Invariants, []invarianttest.Plant{
			plant("of no event", delivered.ID, "message_id = 'evt_x'", "message_id = '"+delivered.MessageID+"'", "the event evt_x is none"),
			plant("of another type", delivered.ID, "type = 'thing.lost'", "type = '"+delivered.Type+"'", "is of thing.lost"),
			plant("about something else", delivered.ID, "subject = 'thi_x'", "subject = '"+delivered.Subject+"'", "about thi_x"),
			plant("at another position", delivered.ID, "position = position - 1", "position = position + 1", "of the log"),
			plant("a trial in the log", trial.ID, "position = 1", "position = 0", "webhook.trial at 1"),
			plant("delivered without a success", failed.ID, "state = 'delivered', error = ''", "state = 'failed', error = 'the endpoint was deleted'", "is delivered after 1 requests"),
			plant("failed without a reason", failed.ID, "error = ''", "error = 'the endpoint was deleted'", "is failed"),
			plant("more requests than there are", delivered.ID, "attempts = 2", "attempts = 1", "after 2 requests"),
			plant("waits for nobody", failed.ID, "state = 'waiting', ended_at = 0", fmt.Sprintf("state = 'failed', ended_at = %d", failed.EndedAt), "the endpoint is deleted"),
			{
				Name: "ahead of its endpoint", ID: "E4", Subject: delivered.ID, Detail: "the endpoint is active at 0",
				SQL:  []string{`UPDATE cursors SET position = position - 1000000 WHERE consumer = 'webhook:` + taken.ID + `'`, `UPDATE cursors SET position = 0 WHERE position < 0`},
				Undo: []string{`UPDATE cursors SET position = (SELECT MAX(position) FROM log) WHERE consumer = 'webhook:` + taken.ID + `'`},
			},
		})
	})
}

func TestAnEndpointThatIsDeletedWhileItReadsTheLogStaysDeleted(t *testing.T) {
	each(t, func(w *world) {
		w.things(1)
		if err := w.DB.Tx(w.Context(), func(tx *db.Tx) error { event.Start(tx, "test"); return nil }); err != nil {
			w.Fatal(err)
		}
		w.things(1)
		c := &event.Consumer{Name: "test", Handle: func(ctx context.Context, _ []event.Sealed) error {
			return w.DB.Tx(ctx, func(tx *db.Tx) error { event.Stop(tx, "test"); return nil })
		}}
		if n, err := c.Step(w.Context(), w.DB); n != 0 || err != nil {
			w.Errorf("it takes %d events: %v", n, err)
		}
		if n := w.Count(`SELECT COUNT(*) FROM cursors WHERE consumer = 'test'`); n != 0 {
			w.Error("its place in the log is back")
		}
	})
}

func TestAnEndpointThatIsDeletedBeforeItsFirstStepGetsNothingToWaitFor(t *testing.T) {
	each(t, func(w *world) {
		e := w.endpoint(w.receive().URL)
		w.things(1)
		tradetest.Do[*webhook.Endpoint](w.Shop, "webhook.delete", webhook.GetIn{ID: e.ID})
		if _, err := e.Follow().Step(w.Context(), w.DB); err != nil {
			w.Fatal(err)
		}
		if n := w.Count(`SELECT COUNT(*) FROM webhook_deliveries`); n != 0 {
			w.Errorf("%d deliveries wait for it", n)
		}
	})
}
