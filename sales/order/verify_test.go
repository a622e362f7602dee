package order_test

import (
	"fmt"
	"testing"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/number"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/tax"
	"ordo/trade/tradetest"
)

// market is a workspace that sells mugs, pots, sets of both and advice, at
// prices without tax, to Germany.
func market(t *testing.T, d *db.DB) (s *tradetest.Shop, agreement order.Agreement) {
	numbers := number.NewSource()
	s = tradetest.Open(t, d, location.Operations, channel.Operations(numbers), customer.Operations(numbers), catalog.Operations, tax.Operations, inventory.Operations, order.Operations(numbers))
	s.Anchors = []command.AnchorKind{order.Anchor}
	s.Reactions = []event.Reaction{{On: inventory.Received.Name, Name: "promise stock to backorders", Do: order.OnStock}}
	main := tradetest.Do[*location.Location](s, "location.create", location.CreateIn{Facts: location.Facts{Code: "main", Name: "Main", Kind: "warehouse", Country: "DE", TimeZone: "Europe/Berlin", Active: true}}).ID
	list := tradetest.Do[*catalog.PriceList](s, "price_list.create", catalog.CreatePriceListIn{PriceListFacts: catalog.PriceListFacts{Code: "list", Name: "List"}, Currency: "EUR"}).ID
	web := tradetest.Do[*channel.Channel](s, "channel.create", channel.CreateIn{Facts: channel.Facts{
		Code: "web", Name: "Web", Kind: "online_store", Currency: "EUR", PriceListID: list, NumberPattern: "SO-{seq}", TimeZone: "Europe/Berlin", TaxCountry: "DE",
		PaymentMethods: []string{"on_account"}, Assortment: "all", Active: true, Locations: []channel.Place{{LocationID: main, Rank: 1}}}}).ID
	facts := func(sku, kind string) catalog.VariantFacts {
		return catalog.VariantFacts{SKU: sku, Title: sku, Kind: kind, Unit: "each", TaxClass: "standard", Active: true, Backorder: true}
	}
	set := facts("SET", "stock")
	set.Parts = []catalog.Part{{SKU: "MUG", Quantity: 2_000}, {SKU: "POT", Quantity: 1_000}}
	tradetest.Do[*catalog.Product](s, "product.create", catalog.CreateIn{ProductFacts: catalog.ProductFacts{Title: "Goods"},
		Variants: []catalog.VariantFacts{facts("MUG", "stock"), facts("POT", "stock"), facts("ADVICE", "service"), set}})
	tradetest.Do[*catalog.PriceList](s, "price.set", catalog.SetPricesIn{ID: list, Prices: []catalog.PriceRow{
		{SKU: "MUG", UnitPrice: 10_333_333}, {SKU: "POT", UnitPrice: 33_330_000}, {SKU: "ADVICE", UnitPrice: 50_000_000}, {SKU: "SET", UnitPrice: 49_990_000}}})
	tradetest.Do[*inventory.Document](s, "stock.receive", inventory.ReceiveIn{LocationID: main, Lines: []inventory.ReceiveLine{{SKU: "MUG", Quantity: 20_000}, {SKU: "POT", Quantity: 4_000}}})
	buyer := tradetest.Do[*customer.Customer](s, "customer.create", customer.CreateIn{Facts: customer.Facts{
		Terms: customer.Terms{Type: "retail", Active: true, OnAccount: true}, Contact: customer.Contact{Name: "Ada <Byron>"}}}).ID
	agreement = order.Agreement{ChannelID: web, CustomerID: buyer, Reference: "PO <7> & co",
		Lines: []order.LineIn{
			{SKU: "MUG", Quantity: 3_000, Discounts: []order.DiscountIn{{Kind: "percent", Rate: 50_000, Label: "Loyal"}}},
			{SKU: "SET", Quantity: 1_000}, {SKU: "ADVICE", Quantity: 1_000}},
		Discounts: []order.DiscountIn{{Kind: "percent", Rate: 33_333, Label: "Spring"}, {Kind: "amount", Amount: 101, Label: "Voucher"}}}
	return s, agreement
}

// trade leads orders through what there is: placed, held and released, partly
// canceled, backordered, drafted and cloned.
func trade(s *tradetest.Shop, agreement order.Agreement) (held, canceled *order.Order) {
	place := func() *order.Order {
		return tradetest.Do[*order.Order](s, "order.place", order.PlaceIn{Agreement: agreement})
	}
	held, canceled = place(), place()
	held = tradetest.Do[*order.Order](s, "order.hold", order.HoldIn{ID: held.ID, Kind: "fraud", Reason: "score"})
	held = tradetest.Do[*order.Order](s, "order.hold", order.HoldIn{ID: held.ID, Kind: "manual", Reason: "call"})
	held = tradetest.Do[*order.Order](s, "order.release_hold", order.ReleaseHoldIn{ID: held.ID, HoldID: held.Holds[0].ID})
	canceled = tradetest.Do[*order.Order](s, "order.cancel", order.CancelIn{ID: canceled.ID, Reason: "customer", Lines: []order.CancelLine{{LineID: canceled.Lines[0].ID, Quantity: 1_000}}})
	big := agreement
	big.Lines = []order.LineIn{{SKU: "POT", Quantity: 9_000}}
	tradetest.Do[*order.Order](s, "order.place", order.PlaceIn{Agreement: big}) // backordered
	tradetest.Do[*order.Order](s, "order.draft", order.DraftIn{Agreement: agreement})
	tradetest.Do[*order.Order](s, "order.clone", order.CloneIn{ID: held.ID})
	return held, canceled
}

// Spec: 1.1.7, 11.3.1
func TestEveryPlantedErrorOfAnOrderIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s, agreement := market(t, d)
		o, other := trade(s, agreement)
		mug, set, part := o.Lines[0], o.Lines[1], o.Lines[2]
		if part.ParentID != set.ID {
			t.Fatalf("line 3 is no part: %+v", part)
		}
		on := func(table, id string, change string) string {
			return fmt.Sprintf(`UPDATE %s SET %s WHERE id = '%s'`, table, change, id)
		}
		plant := func(name, id, table, row, change, undo, detail string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: id, SQL: []string{on(table, row, change)}, Undo: []string{on(table, row, undo)}, Subject: row, Detail: detail}
		}
		adjusted := func(name, label, change, undo, detail string) invarianttest.Plant {
			set := func(change string) []string {
				return []string{fmt.Sprintf(`UPDATE adjustments SET %s WHERE order_id = '%s' AND line_id = '%s' AND label = '%s'`, change, o.ID, mug.ID, label)}
			}
			return invarianttest.Plant{Name: name, ID: "M3", SQL: set(change), Undo: set(undo), Subject: o.ID, Detail: detail}
		}
		plants := []invarianttest.Plant{
			plant("a tax that the rate does not give", "M1", "order_lines", mug.ID, "net = net + 1, tax = tax - 1", "net = net - 1, tax = tax + 1", "at a rate of"),
			plant("an extended amount", "M1", "order_lines", mug.ID, "extended = extended + 1", "extended = extended - 1", "is 3100, not 3101"),
			plant("a discount without adjustment", "M1", "order_lines", mug.ID, "discount = discount + 1", "discount = discount - 1", "its adjustments add up to"),
			plant("a total", "M2", "orders", o.ID, "net = net + 1, total = total + 1", "net = net - 1, total = total - 1", "total is"),
			plant("a total to sort by", "M2", "orders", o.ID, "sortable_total = sortable_total + 1", "sortable_total = sortable_total - 1", "sortable_total is"),
			plant("a subtotal", "M2", "orders", o.ID, "subtotal = subtotal + 5", "subtotal = subtotal - 5", "subtotal is"),
			plant("a bundle's share", "M3", "order_lines", part.ID, "extended = extended + 1, net = net + 1, gross = gross + 1", "extended = extended - 1, net = net - 1, gross = gross - 1", "its share of 4999"),
			adjusted("a percentage of the line", "Loyal", "amount = amount + 1", "amount = amount - 1", "takes 156, 0.05 of 3100 is 155"),
			adjusted("a share of a percentage", "Spring", "amount = amount + 2", "amount = amount - 2", "the share of line "+mug.ID+" in discount 1 of"),
			adjusted("a percentage of the order", "Spring", "rate = 40000", "rate = 33333", "0.04 of"),
			adjusted("a share of a fixed amount", "Voucher", "amount = amount + 1", "amount = amount - 1", "the share of line "+mug.ID+" in discount 2 of 102"),
			plant("a part of an order that is not there", "M2", "orders", o.ID, "split_from = 'ord_none'", "split_from = ''", "a part of ord_none"),
			plant("an order that was merged and costs something", "M2", "orders", o.ID, "merged_into = '"+other.ID+"'", "merged_into = ''", "it was merged, but costs"),
			plant("money that no payment has", "M4", "orders", o.ID, "captured = captured + 1", "captured = captured - 1", "captured 1"),
			plant("a refund that nobody granted", "M5", "order_lines", mug.ID, "granted = granted + 1", "granted = granted - 1", "granted 1"),
			plant("a promise without stock", "Q2", "order_lines", mug.ID, "reserved = reserved + 1000, canceled = canceled - 1000", "reserved = reserved - 1000, canceled = canceled + 1000", "active reservations hold"),
			plant("a unit too many", "Q3", "order_lines", mug.ID, "open = open + 1", "open = open - 1", "the ledger adds up to 3.001"),
			plant("a negative place", "Q3", "order_lines", mug.ID, "open = open - 1, canceled = canceled + 1", "open = open + 1, canceled = canceled - 1", "holds -0.001"),
			plant("more arrived than left", "Q3", "order_lines", mug.ID, "delivered = 1", "delivered = 0", "delivered 0.001"),
			plant("more came back than left", "Q3", "order_lines", mug.ID, "returned = 1", "returned = 0", "0.001 returned"),
			plant("a bundle beside its parts", "Q3", "order_lines", set.ID, "reserved = reserved - 1000, open = open + 1000", "reserved = reserved + 1000, open = open - 1000", "differs from what its 2 parts"),
			plant("a row that no event tells of", "E2", "orders", o.ID, "reference = 'changed'", "reference = 'PO <7> & co'", "reference of the order is"),
			{Name: "a line that no event tells of", ID: "E2", SQL: []string{on("order_lines", mug.ID, "title = 'Cup'")}, Undo: []string{on("order_lines", mug.ID, "title = 'MUG'")},
				Subject: o.ID, Detail: "title of line " + mug.ID + ` is "Cup", the events say "MUG"`},
			{Name: "a hold that no event tells of", ID: "E2", SQL: []string{on("holds", o.Holds[1].ID, "reason = 'other'")}, Undo: []string{on("holds", o.Holds[1].ID, "reason = 'call'")},
				Subject: o.ID, Detail: "reason of hold"},
			{Name: "a forgotten event", ID: "E2", SQL: []string{`UPDATE events SET subject = 'x' WHERE subject = '` + o.ID + `' AND sequence = 2`},
				Undo: []string{`UPDATE events SET subject = '` + o.ID + `' WHERE subject = 'x'`}, Subject: o.ID, Detail: "event 2 is missing"},
			{Name: "a forgotten last event", ID: "E2", SQL: []string{`UPDATE events SET subject = 'x' WHERE subject = '` + other.ID + `' AND sequence = 2`},
				Undo: []string{`UPDATE events SET subject = '` + other.ID + `' WHERE subject = 'x'`}, Subject: other.ID, Detail: "of the order is \"partial\", the events say \"none\""},
			{Name: "events of nothing", ID: "E2", SQL: []string{`INSERT INTO events (id, subject, sequence, type, version, actor, command, at, body) VALUES ('evt_x', 'ord_zz', 1, 'order.placed', 1, '', '', 1, '{}')`},
				Undo: []string{`DELETE FROM events WHERE id = 'evt_x'`}, Subject: "ord_zz", Detail: "no row"},
		}
		for _, s := range []struct{ column, is, wrong string }{
			{"status", "pending", "approved"}, {"payment_status", "unpaid", "paid"}, {"fulfillment_status", "unfulfilled", "partial"}, {"return_status", "none", "requested"}, {"cancel_status", "none", "partial"},
		} {
			plants = append(plants, plant(s.column, "W1", "orders", o.ID, s.column+" = '"+s.wrong+"'", s.column+" = '"+s.is+"'", s.column+" is "+s.wrong+", the facts give "+s.is))
		}
		invarianttest.Finds(t, d, append(order.Invariants, order.Projection.Check()), plants)
	})
}

func TestARevisedDraftIsWhatItsEventsSay(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s, agreement := market(t, d)
		draft := tradetest.Do[*order.Order](s, "order.draft", order.DraftIn{Agreement: agreement})
		for _, discounts := range [][]order.DiscountIn{nil, agreement.Discounts, agreement.Discounts[1:]} {
			agreement.Discounts = discounts
			tradetest.Do[*order.Order](s, "order.revise", order.ReviseIn{ID: draft.ID, Agreement: agreement})
			invarianttest.Clean(t, d, append(order.Invariants, order.Projection.Check()))
		}
	})
}
