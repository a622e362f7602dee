package fulfillment_test

import (
	"testing"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/resource/inventory"
	"ordo/trade/tradetest"
)

func TestWhatIsLostIsNoLongerOwed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := open(t, d)
		lose := func(units int) inventory.AdjustIn {
			return inventory.AdjustIn{LocationID: s.north, Reason: "loss", Lines: []inventory.AdjustLine{{SKU: "TEA", Quantity: money.Quantity(-units) * 1000}}}
		}
		o := s.place(line("TEA", 5))
		planned := s.place(line("TEA", 1))
		s.release(o)
		f := s.pick(s.owed(o, s.north), 2)
		owes := func(quantity, canceled money.Quantity, status string) {
			t.Helper()
			f = s.owed(o, s.north)
			if l := f.Lines[0]; l.Quantity != quantity || l.Canceled != canceled || f.Status != status {
				t.Errorf("it owes %s less %s and is %s, want %s less %s, %s", l.Quantity, l.Canceled, f.Status, quantity, canceled, status)
			}
			s.sound()
		}
		tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", lose(7)) // 4 are free, 1 is the youngest's
		s.ledgers(planned, "backordered 1")
		if p := s.owed(planned, s.north); p.Status != "canceled" {
			t.Errorf("the planned work is %s", p.Status)
		}
		s.ledgers(o, "backordered 2 reserved 1 picked 2")
		owes(5_000, 2_000, "in_progress")
		s.Refused("stock.adjust", lose(2), "/lines/0/quantity stock_promised")
		tradetest.Do[*inventory.Document](s.Shop, "stock.adjust", lose(1))
		owes(5_000, 3_000, "in_progress")
		s.dispatch(s.pack(f, 2))
		owes(5_000, 3_000, "closed")
		s.receive(s.north, inventory.ReceiveLine{SKU: "TEA", Quantity: 4_000})
		s.ledgers(o, "reserved 3 shipped 2")
		s.ledgers(planned, "reserved 1")
		owes(8_000, 3_000, "incomplete")
	})
}
