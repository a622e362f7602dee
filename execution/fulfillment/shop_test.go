package fulfillment_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/location"
	"ordo/trade/tradetest"
)

// shop sells tea (north has 10), mugs (north has 5, south 20), wine by lot
// (north), a set of two mugs and one tea, a guide to download, a sofa from a
// supplier, and lamps that nobody has yet.
type shop struct {
	*tradetest.Shop
	t            *testing.T
	north, south string
	channel      string
}

func open(t *testing.T, d *db.DB) *shop {
	t.Helper()
	numbers := number.NewSource()
	s := &shop{t: t, Shop: tradetest.Open(t, d, location.Operations, catalog.Operations, channel.Operations(numbers), inventory.Operations, order.Operations(numbers), fulfillment.Operations(numbers))}
	s.Anchors = []command.AnchorKind{order.Anchor}
	s.Reactions = []event.Reaction{
		{On: "order.placed", Do: fulfillment.Plan},
		{On: "order.released", Do: fulfillment.Follow},
		{On: "order.allocated", Do: fulfillment.Follow},
		{On: "order.canceled", Do: fulfillment.Follow},
		{On: "order.backordered", Do: fulfillment.Follow},
		{On: "stock.received", Do: order.OnStock},
		{On: "stock.adjusted", Do: order.OnStock},
	}
	place := func(code string) string {
		return tradetest.Do[*location.Location](s.Shop, "location.create", location.CreateIn{Facts: location.Facts{Code: code, Name: code, Kind: "warehouse", Country: "GB", TimeZone: "UTC", Active: true}}).ID
	}
	s.north, s.south = place("north"), place("south")
	list := tradetest.Do[*catalog.PriceList](s.Shop, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "retail", Name: "Retail"}, Currency: "GBP", TaxInclusive: true})
	tradetest.Do[*catalog.Product](s.Shop, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Things"}, Variants: []catalog.VariantFacts{
		{SKU: "TEA", Kind: "stock", Active: true}, {SKU: "MUG", Kind: "stock", Active: true}, {SKU: "WINE", Kind: "stock", LotTracked: true, Active: true},
		{SKU: "LAMP", Kind: "stock", Backorder: true, Active: true}, {SKU: "GUIDE", Kind: "digital", Active: true}, {SKU: "SOFA", Kind: "drop_ship", Active: true},
		{SKU: "SET", Kind: "stock", Active: true, Parts: []catalog.Part{{SKU: "MUG", Quantity: 2_000}, {SKU: "TEA", Quantity: 1_000}}},
	}})
	var prices []catalog.PriceRow
	for _, sku := range []string{"TEA", "MUG", "WINE", "LAMP", "GUIDE", "SOFA", "SET"} {
		prices = append(prices, catalog.PriceRow{SKU: sku, UnitPrice: 10_000_000})
	}
	tradetest.Do[*catalog.PriceList](s.Shop, "price.set", catalog.SetPricesIn{ID: list.ID, Prices: prices})
	s.channel = tradetest.Do[*channel.Channel](s.Shop, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: "till", Name: "Till", Kind: "point_of_sale", Currency: "GBP", PriceListID: list.ID, NumberPattern: "SO-{seq:6}", TimeZone: "UTC", TaxCountry: "GB",
		PaymentMethods: []string{"cash"}, Assortment: "all", Locations: []channel.Place{{LocationID: s.north, Rank: 1}, {LocationID: s.south, Rank: 2}}, Active: true,
	}}).ID
	s.receive(s.north, inventory.ReceiveLine{SKU: "TEA", Quantity: 10_000}, inventory.ReceiveLine{SKU: "MUG", Quantity: 5_000},
		inventory.ReceiveLine{SKU: "WINE", Quantity: 2_000, Lot: "L1"}, inventory.ReceiveLine{SKU: "WINE", Quantity: 3_000, Lot: "L2"})
	s.receive(s.south, inventory.ReceiveLine{SKU: "MUG", Quantity: 20_000})
	return s
}

func (s *shop) receive(at string, lines ...inventory.ReceiveLine) {
	s.t.Helper()
	tradetest.Do[*inventory.Document](s.Shop, "stock.receive", inventory.ReceiveIn{LocationID: at, Lines: lines})
}

// line asks for whole units of a SKU in the first delivery.
func line(sku string, units int) order.LineIn {
	return order.LineIn{SKU: sku, Quantity: money.Quantity(units) * 1000}
}

func (s *shop) place(lines ...order.LineIn) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.place", order.PlaceIn{Agreement: order.Agreement{ChannelID: s.channel, Lines: lines}})
}

func (s *shop) release(o *order.Order) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.release", order.ReleaseIn{ID: o.ID})
}

func (s *shop) order(id string) *order.Order {
	s.t.Helper()
	return tradetest.Do[*order.Order](s.Shop, "order.get", order.GetIn{ID: id})
}

// owed returns the order's fulfillment order at a location.
func (s *shop) owed(o *order.Order, at string) *fulfillment.Fulfillment {
	s.t.Helper()
	page := tradetest.Do[query.Rows[*fulfillment.Fulfillment]](s.Shop, "fulfillment.list", query.Input{Filter: "order:" + o.ID + " location:" + at})
	if len(page.Items) != 1 {
		s.t.Fatalf("%d fulfillment orders at %s, want 1", len(page.Items), at)
	}
	return tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.get", fulfillment.GetIn{ID: page.Items[0].ID})
}

func picks(f *fulfillment.Fulfillment, units ...int) (in fulfillment.PickIn) {
	in.ID = f.ID
	for i, u := range units {
		if u > 0 {
			in.Lines = append(in.Lines, fulfillment.PickLine{LineID: f.Lines[i].LineID, Quantity: money.Quantity(u) * 1000})
		}
	}
	return in
}

func (s *shop) pick(f *fulfillment.Fulfillment, units ...int) *fulfillment.Fulfillment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.pick", picks(f, units...))
}

func packing(f *fulfillment.Fulfillment, units ...int) fulfillment.PackIn {
	box := fulfillment.PackageIn{WeightGrams: 500}
	for i, u := range units {
		if u > 0 {
			box.Lines = append(box.Lines, fulfillment.PackLine{LineID: f.Lines[i].LineID, Quantity: money.Quantity(u) * 1000})
		}
	}
	return fulfillment.PackIn{ID: f.ID, Packages: []fulfillment.PackageIn{box}}
}

// pack puts units of the lines into one package and returns the shipment.
func (s *shop) pack(f *fulfillment.Fulfillment, units ...int) *fulfillment.Shipment {
	s.t.Helper()
	packed := tradetest.Do[*fulfillment.Fulfillment](s.Shop, "fulfillment.pack", packing(f, units...))
	return packed.Shipments[len(packed.Shipments)-1]
}

func (s *shop) dispatch(p *fulfillment.Shipment) *fulfillment.Shipment {
	s.t.Helper()
	return tradetest.Do[*fulfillment.Shipment](s.Shop, "shipment.dispatch", fulfillment.DispatchIn{ID: p.ID})
}

func (s *shop) ship(o *order.Order, in fulfillment.ShipIn) *order.Order {
	s.t.Helper()
	in.ID, in.Carrier = o.ID, "van"
	return tradetest.Do[*order.Order](s.Shop, "order.ship", in)
}

// ledger is a line's quantities in units, in short.
func ledger(l *order.Line) string {
	text := ""
	for _, q := range []struct {
		name string
		q    money.Quantity
	}{
		{"canceled", l.Canceled}, {"open", l.Open}, {"backordered", l.Backordered}, {"reserved", l.Reserved}, {"picked", l.Picked}, {"shipped", l.Shipped},
		{"delivered", l.Delivered}, {"lost", l.Lost}, {"sent_back", l.SentBack},
	} {
		if q.q != 0 {
			text += fmt.Sprintf("%s %s ", q.name, q.q)
		}
	}
	return text
}

func (s *shop) ledgers(o *order.Order, want ...string) {
	s.t.Helper()
	o = s.order(o.ID)
	for i, l := range o.Lines {
		if got := ledger(l); got != want[i]+" " {
			s.t.Errorf("line %d %s: %s, want %s", i, l.SKU, got, want[i])
		}
	}
}

// zero counts rows that contradict an invariant.
var zero = map[string]string{
	"Q1 0 <= reserved <= on_hand": `SELECT count(*) FROM stock WHERE reserved < 0 OR reserved > on_hand`,
	"Q2 stock.reserved = active reservations": `SELECT count(*) FROM stock s WHERE s.reserved <> COALESCE((SELECT SUM(r.quantity) FROM reservations r
		WHERE r.variant_id = s.variant_id AND r.location_id = s.location_id AND r.lot_id = s.lot_id AND r.state = 'active'), 0)`,
	"Q2 line.reserved + picked = its active reservations": `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.reserved + l.picked <>
		COALESCE((SELECT SUM(r.quantity) FROM reservations r WHERE r.line_id = l.id AND r.state = 'active'), 0)`,
	"Q2 line.picked = what its reservations say": `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.picked <>
		COALESCE((SELECT SUM(r.picked) FROM reservations r WHERE r.line_id = l.id AND r.state = 'active'), 0)`,
	"Q2 on_hand = movements": `SELECT count(*) FROM stock s WHERE s.on_hand <> COALESCE((SELECT SUM(m.quantity) FROM stock_movements m
		WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id AND m.lot_id = s.lot_id), 0)`,
	"Q3 the ledger adds up":         `SELECT count(*) FROM order_lines WHERE quantity <> canceled + open + backordered + reserved + picked + shipped OR shipped < delivered + lost + sent_back`,
	"Q4 ended means an end":         `SELECT count(*) FROM reservations WHERE (state = 'active') <> (ended_at = 0)`,
	"Q4 claimed = shipped":          `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.shipped <> COALESCE((SELECT SUM(r.quantity) FROM reservations r WHERE r.line_id = l.id AND r.state = 'claimed'), 0)`,
	"claimed = what left":           `SELECT count(*) FROM stock s WHERE COALESCE((SELECT SUM(r.quantity) FROM reservations r WHERE r.variant_id = s.variant_id AND r.location_id = s.location_id AND r.lot_id = s.lot_id AND r.state = 'claimed'), 0) + COALESCE((SELECT SUM(m.quantity) FROM stock_movements m JOIN stock_documents d ON d.id = m.document_id AND d.kind = 'dispatch' WHERE m.variant_id = s.variant_id AND m.location_id = s.location_id AND m.lot_id = s.lot_id), 0) <> 0`,
	"owed = reserved":               `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.reserved <> COALESCE((SELECT SUM(f.quantity - f.canceled - f.picked) FROM fulfillment_lines f WHERE f.line_id = l.id), 0)`,
	"picked on both sides":          `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.picked <> COALESCE((SELECT SUM(f.picked - f.shipped) FROM fulfillment_lines f WHERE f.line_id = l.id), 0)`,
	"packed = in packages":          `SELECT count(*) FROM fulfillment_lines f WHERE f.packed <> COALESCE((SELECT SUM(c.quantity) FROM shipment_lines c JOIN shipments s ON s.id = c.shipment_id WHERE s.fulfillment_id = f.fulfillment_id AND c.line_id = f.line_id), 0)`,
	"shipped = in what left":        `SELECT count(*) FROM fulfillment_lines f WHERE f.shipped <> COALESCE((SELECT SUM(c.quantity) FROM shipment_lines c JOIN shipments s ON s.id = c.shipment_id AND s.shipped_at > 0 WHERE s.fulfillment_id = f.fulfillment_id AND c.line_id = f.line_id), 0)`,
	"delivered = in arrivals":       `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.delivered <> COALESCE((SELECT SUM(c.quantity) FROM shipment_lines c JOIN shipments s ON s.id = c.shipment_id AND s.status = 'delivered' WHERE c.line_id = l.id), 0)`,
	"lost = in losses":              `SELECT count(*) FROM order_lines l WHERE l.kind = 'stock' AND l.lost <> COALESCE((SELECT SUM(c.quantity) FROM shipment_lines c JOIN shipments s ON s.id = c.shipment_id AND s.status = 'lost' WHERE c.line_id = l.id), 0)`,
	"one per delivery and location": `SELECT count(*) FROM fulfillment_orders a JOIN fulfillment_orders b ON a.delivery_id = b.delivery_id AND a.location_id = b.location_id AND a.id < b.id`,
}

// sound checks the invariants over the whole workspace.
func (s *shop) sound() {
	s.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(zero)) {
		if n := s.Count(zero[name]); n != 0 {
			s.t.Errorf("%s: %d rows contradict", name, n)
		}
	}
	s.folds("fulfillment_orders", "fulfillment")
	s.folds("shipments", "shipment")
}

// folds checks that the events of every subject have no gaps and add up to its
// row.
func (s *shop) folds(table, field string) {
	s.t.Helper()
	type row struct {
		id, status, location         string
		version, sequence, createdAt int64
	}
	var rows []row
	s.Read(func(tx *db.Tx) error {
		rows = nil
		return tx.Load(db.Many(`SELECT id, status, location_id, version, event_sequence, created_at FROM `+table, nil, func(scan db.Scan) error {
			var r row
			err := scan(&r.id, &r.status, &r.location, &r.version, &r.sequence, &r.createdAt)
			rows = append(rows, r)
			return err
		}))
	})
	for _, r := range rows {
		bodies := s.bodies(r.id)
		if int64(len(bodies)) != r.sequence {
			s.t.Errorf("%s has %d events, its row says %d", r.id, len(bodies), r.sequence)
		}
		if r.sequence == 0 {
			continue
		}
		sum, lines := map[string]any{}, map[string]any{}
		for _, b := range bodies {
			maps.Copy(sum, b[field].(map[string]any))
			changed, _ := b["lines"].(map[string]any)
			for id, columns := range changed {
				if lines[id] == nil {
					lines[id] = map[string]any{}
				}
				maps.Copy(lines[id].(map[string]any), columns.(map[string]any))
			}
		}
		if field == "fulfillment" {
			s.foldedLines(r.id, lines)
		}
		got := fmt.Sprint(sum["id"], sum["status"], sum["location_id"], sum["version"], sum["event_sequence"], sum["created_at"])
		if want := fmt.Sprint(r.id, r.status, r.location, r.version, r.sequence, r.createdAt); got != want {
			s.t.Errorf("the events of %s add up to %s, the row is %s", r.id, got, want)
		}
	}
}

// foldedLines compares the lines of a fulfillment order with what its events
// add up to.
func (s *shop) foldedLines(id string, sums map[string]any) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error {
		return tx.Load(db.Many(`SELECT line_id, quantity, canceled, picked, packed, shipped FROM fulfillment_lines WHERE fulfillment_id = $1`, []any{id}, func(scan db.Scan) error {
			var line string
			var q [5]int64
			err := scan(&line, &q[0], &q[1], &q[2], &q[3], &q[4])
			sum, _ := sums[line].(map[string]any)
			var got [5]int64
			for i, column := range []string{"quantity", "canceled", "picked", "packed", "shipped"} {
				got[i], _ = sum[column].(int64) // what was never anything else is 0
			}
			if got != q {
				s.t.Errorf("the events of line %s of %s add up to %v, the row is %v", line, id, got, q)
			}
			return err
		}))
	})
}

func (s *shop) bodies(subject string) (all []map[string]any) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error {
		all = nil
		return tx.Load(db.Many(`SELECT body FROM events WHERE subject = $1 ORDER BY sequence`, []any{subject}, func(scan db.Scan) error {
			var text string
			if err := scan(&text); err != nil {
				return err
			}
			var b map[string]any
			err := json.Unmarshal([]byte(text), &b)
			all = append(all, exact(b).(map[string]any))
			return err
		}))
	})
	return all
}

// exact turns numbers into the integers they are.
func exact(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			v[k] = exact(inner)
		}
	case float64:
		return int64(v)
	}
	return v
}

// types returns the types of a subject's events.
func (s *shop) types(subject string) (all []string) {
	s.t.Helper()
	s.Read(func(tx *db.Tx) error {
		all = nil
		return tx.Load(db.Many(`SELECT type FROM events WHERE subject = $1 ORDER BY sequence`, []any{subject}, func(scan db.Scan) error {
			var name string
			err := scan(&name)
			all = append(all, name)
			return err
		}))
	})
	return all
}

func (s *shop) happened(subject string, want ...string) {
	s.t.Helper()
	if got := s.types(subject); !slices.Equal(got, want) {
		s.t.Errorf("events of %s are %q, want %q", subject, got, want)
	}
}
