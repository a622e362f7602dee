package fulfillment

import (
	"encoding/json"

	"ordo/base/money"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/trade/location"
)

var fulfillments = &db.Table[Facts]{
	Name: "fulfillment_orders", Key: 1,
	Columns: "id, order_id, delivery_id, location_id, status, created_at, released_at, version, event_sequence, reason, turn_at",
	Places: func(f *Facts) []any {
		return []any{&f.ID, &f.OrderID, &f.DeliveryID, &f.LocationID, &f.Status, (*int64)(&f.CreatedAt), (*int64)(&f.ReleasedAt), &f.Version, &f.sequence, &f.Reason, (*int64)(&f.TurnAt)}
	},
}

var lines = &db.Table[LineFacts]{
	Name: "fulfillment_lines", Key: 2,
	Columns: "fulfillment_id, line_id, quantity, canceled, picked, packed, shipped",
	Places: func(l *LineFacts) []any {
		return []any{&l.fulfillmentID, &l.LineID, (*int64)(&l.Quantity), (*int64)(&l.Canceled), (*int64)(&l.Picked), (*int64)(&l.Packed), (*int64)(&l.Shipped)}
	},
}

var shipments = &db.Table[ShipmentFacts]{
	Name: "shipments", Key: 1,
	Columns: "id, number, order_id, fulfillment_id, location_id, carrier, service, tracking_number, status, created_at, shipped_at, delivered_at, origin, version, event_sequence, unpacked_at",
	Places: func(s *ShipmentFacts) []any {
		return []any{&s.ID, &s.Number, &s.OrderID, &s.FulfillmentID, &s.LocationID, &s.Carrier, &s.Service, &s.TrackingNumber, &s.Status,
			(*int64)(&s.CreatedAt), (*int64)(&s.ShippedAt), (*int64)(&s.DeliveredAt), &s.Origin, &s.Version, &s.sequence, (*int64)(&s.UnpackedAt)}
	},
}

var packages = &db.Table[PackageFacts]{
	Name: "packages", Key: 1,
	Columns: "id, shipment_id, position, weight_grams",
	Places:  func(p *PackageFacts) []any { return []any{&p.ID, &p.shipmentID, &p.Position, &p.WeightGrams} },
}

var contents = &db.Table[ContentFacts]{
	Name: "shipment_lines", Key: 3,
	Columns: "shipment_id, package_id, line_id, quantity",
	Places: func(c *ContentFacts) []any {
		return []any{&c.shipmentID, &c.packageID, &c.LineID, (*int64)(&c.Quantity)}
	},
}

var tracking = &db.Table[Tracking]{
	Name: "tracking_events", Key: 2,
	Columns: "shipment_id, id, code, at, place, received_at",
	Places: func(t *Tracking) []any {
		return []any{&t.shipmentID, &t.ID, &t.Code, (*int64)(&t.At), &t.Place, (*int64)(&t.ReceivedAt)}
	},
}

// scope narrows fulfillment orders and shipments, as x, of orders, as o.
var scope = auth.Columns{Location: "x.location_id", Channel: "o.channel_id", Customer: "o.customer_id"}

// orderOf returns the order of a fulfillment order or shipment in the actor's
// scope; "" if there is none.
func orderOf(tx *db.Tx, table, id string) (of string, err error) {
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	err = tx.Load(db.One(`SELECT x.order_id FROM `+table+` x JOIN orders o ON o.id = x.order_id WHERE x.id = $1 AND `+condition, append([]any{id}, args...), &of))
	return of, err
}

// set collects fulfillment orders and shipments with what belongs to them, in
// the order in which they were made.
type set struct {
	fulfillments []*Fulfillment
	shipments    []*Shipment
	byID         map[string]*Fulfillment
	shipped      map[string]*Shipment
	packages     map[string]*Package
}

func newSet() set {
	return set{byID: map[string]*Fulfillment{}, shipped: map[string]*Shipment{}, packages: map[string]*Package{}}
}

func (s *set) add(f *Fulfillment) {
	s.fulfillments = append(s.fulfillments, f)
	s.byID[f.ID] = f
}

func (s *set) addShipment(p *Shipment) {
	s.shipments = append(s.shipments, p)
	s.shipped[p.ID] = p
}

// readFulfillments reads the fulfillment orders of an order.
func (s *set) readFulfillments(order string) []db.Read {
	return []db.Read{
		db.Many(`SELECT `+fulfillments.Select("x")+` FROM fulfillment_orders x WHERE x.order_id = $1 ORDER BY x.created_at, x.id`, []any{order},
			fulfillments.Scan(func(f *Facts) { s.add(&Fulfillment{Facts: *f, Lines: []*Line{}}) })),
		s.readLines(`SELECT x.id FROM fulfillment_orders x WHERE x.order_id = $1`, order),
	}
}

// readLines reads the lines of the fulfillment orders that the subquery
// selects, as far as the set has them.
func (s *set) readLines(of string, args ...any) db.Read {
	return db.Many(`SELECT `+lines.Select("f")+`, l.variant_id, l.sku, l.title, l.unit, l.options FROM fulfillment_lines f JOIN fulfillment_orders o ON o.id = f.fulfillment_id JOIN order_lines l ON l.order_id = o.order_id AND l.id = f.line_id
		WHERE f.fulfillment_id IN (`+of+`) ORDER BY l.position`, args, func(scan db.Scan) error {
		l := &Line{}
		var options string
		err := scan(append(lines.Places(&l.LineFacts), &l.VariantID, &l.SKU, &l.Title, &l.Unit, &options)...)
		if err == nil && options != "" {
			err = json.Unmarshal([]byte(options), &l.Options)
		}
		if f := s.byID[l.fulfillmentID]; f != nil {
			f.Lines = append(f.Lines, l)
		}
		return err
	})
}

// readShipments reads the shipments of an order.
func (s *set) readShipments(order string) []db.Read {
	return append([]db.Read{
		db.Many(`SELECT `+shipments.Select("x")+` FROM shipments x WHERE x.order_id = $1 ORDER BY x.created_at, x.id`, []any{order},
			shipments.Scan(func(f *ShipmentFacts) { s.addShipment(newShipment(*f)) })),
	}, s.readPackages(`SELECT x.id FROM shipments x WHERE x.order_id = $1`, order)...)
}

func newShipment(f ShipmentFacts) *Shipment {
	return &Shipment{ShipmentFacts: f, Packages: []*Package{}, Tracking: []*Tracking{}}
}

// readPackages reads what belongs to the shipments that the subquery selects,
// as far as the set has them.
func (s *set) readPackages(of string, args ...any) []db.Read {
	return []db.Read{
		db.Many(`SELECT `+packages.Select("p")+` FROM packages p WHERE p.shipment_id IN (`+of+`) ORDER BY p.position`, args, packages.Scan(func(f *PackageFacts) {
			if p := s.shipped[f.shipmentID]; p != nil {
				s.packages[f.ID] = &Package{*f, []*Content{}}
				p.Packages = append(p.Packages, s.packages[f.ID])
			}
		})),
		db.Many(`SELECT `+contents.Select("c")+`, l.sku FROM shipment_lines c JOIN shipments s ON s.id = c.shipment_id JOIN order_lines l ON l.order_id = s.order_id AND l.id = c.line_id WHERE c.shipment_id IN (`+of+`) ORDER BY l.position`, args, func(scan db.Scan) error {
			c := &Content{}
			err := scan(append(contents.Places(&c.ContentFacts), &c.SKU)...)
			if p := s.packages[c.packageID]; p != nil {
				p.Lines = append(p.Lines, c)
			}
			return err
		}),
		db.Many(`SELECT `+tracking.Select("t")+` FROM tracking_events t WHERE t.shipment_id IN (`+of+`) ORDER BY t.at, t.id`, args, tracking.Scan(func(t *Tracking) {
			if p := s.shipped[t.shipmentID]; p != nil {
				p.Tracking = append(p.Tracking, t)
			}
		})),
	}
}

// Schema is what the list of fulfillment orders can be filtered and sorted by.
var Schema = query.Schema{
	ID: "x.id", Sort: "created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "x.id", Indexed: true},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "x.status", Values: Life.Codes(), Indexed: true},
		{Name: "location", Doc: "Id of the location", Type: query.ID, Column: "x.location_id"},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "x.order_id", Indexed: true},
		{Name: "number", Doc: "Number of the order", Type: query.ID, Column: "o.number", Indexed: true},
		{Name: "channel", Doc: "Id of the order's channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "created", Doc: "When it was planned", Type: query.Time, Column: "x.created_at", Sortable: true},
		{Name: "released", Doc: "When it was opened", Type: query.Time, Column: "x.released_at", Sortable: true},
	},
}

// List returns a page of fulfillment orders with their lines.
func List(tx *db.Tx, in query.Input) (query.Rows[*Fulfillment], error) {
	return selectWork(tx, in, Schema, query.Source{})
}

// QueueSchema is what the queue of a location can be filtered by.
var QueueSchema = query.Schema{
	ID: "x.id", Sort: "turn",
	Fields: []query.Field{
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "x.status", Values: []string{"open", "in_progress", "incomplete"}},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "x.order_id", Indexed: true},
		{Name: "number", Doc: "Number of the order", Type: query.ID, Column: "o.number", Indexed: true},
		{Name: "turn", Doc: "When it is its turn", Type: query.Time, Column: "x.turn_at", Sortable: true},
	},
}

// Queue returns a page of what a location has to do, whose turn it is first.
func Queue(tx *db.Tx, in QueueIn) (query.Rows[*Fulfillment], error) {
	if _, err := location.Get(tx, in.ID); err != nil {
		return query.Rows[*Fulfillment]{}, err
	}
	return selectWork(tx, in.Input, QueueSchema, query.Source{Where: "x.location_id = $1 AND x.status IN ('open', 'in_progress', 'incomplete')", Args: []any{in.ID}})
}

// selectWork returns a page of fulfillment orders with their lines.
func selectWork(tx *db.Tx, in query.Input, schema query.Schema, s query.Source) (query.Rows[*Fulfillment], error) {
	s.Columns, s.From, s.Scope = fulfillments.Select("x")+", o.number, o.priority", "fulfillment_orders x JOIN orders o ON o.id = x.order_id", scope
	page, err := query.Select(tx, in, schema, s, func(row **Fulfillment) []any {
		f := &Fulfillment{Lines: []*Line{}}
		*row = f
		return append(fulfillments.Places(&f.Facts), &f.OrderNumber, &f.Priority)
	})
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	all := newSet()
	ids := make([]any, len(page.Items))
	for i, f := range page.Items {
		all.add(f)
		ids[i] = f.ID
	}
	return page, tx.Load(all.readLines(db.Params(1, len(ids)), ids...))
}

// ShipmentSchema is what the list of shipments can be filtered and sorted by.
var ShipmentSchema = query.Schema{
	ID: "x.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "x.id", Indexed: true},
		{Name: "number", Doc: "Number", Type: query.ID, Column: "x.number", Sortable: true, Indexed: true},
		{Name: "status", Doc: "Status", Type: query.Enum, Column: "x.status", Values: Transport.Codes(), Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "x.order_id", Indexed: true},
		{Name: "channel", Doc: "Id of the order's channel", Type: query.ID, Column: "o.channel_id"},
		{Name: "fulfillment", Doc: "Id of the fulfillment order", Type: query.ID, Column: "x.fulfillment_id", Indexed: true},
		{Name: "location", Doc: "Id of the location it leaves from", Type: query.ID, Column: "x.location_id"},
		{Name: "carrier", Doc: "Code of the carrier", Type: query.ID, Column: "x.carrier"},
		{Name: "tracking", Doc: "Tracking number, by its beginning", Type: query.Text, Column: "lower(x.tracking_number)", Exists: "(x.tracking_number <> '' AND %s)"},
		{Name: "created", Doc: "When it was packed", Type: query.Time, Column: "x.created_at", Sortable: true},
		{Name: "shipped", Doc: "When it left", Type: query.Time, Column: "x.shipped_at", Sortable: true},
		{Name: "delivered", Doc: "When it arrived", Type: query.Time, Column: "x.delivered_at", Sortable: true},
		{Name: "origin", Doc: "Where its facts come from", Type: query.Enum, Column: "x.origin", Values: []string{"ordo", "imported"}},
	},
}

// ListShipments returns a page of shipments with their packages and tracking.
func ListShipments(tx *db.Tx, in query.Input) (query.Rows[*Shipment], error) {
	page, err := query.Select(tx, in, ShipmentSchema, query.Source{Columns: shipments.Select("x") + ", o.number", From: "shipments x JOIN orders o ON o.id = x.order_id", Scope: scope},
		func(row **Shipment) []any {
			s := newShipment(ShipmentFacts{})
			*row = s
			return append(shipments.Places(&s.ShipmentFacts), &s.OrderNumber)
		})
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	s := newSet()
	ids := make([]any, len(page.Items))
	for i, p := range page.Items {
		s.addShipment(p)
		ids[i] = p.ID
	}
	return page, tx.Load(s.readPackages(db.Params(1, len(ids)), ids...)...)
}

// Owed is what a location still has to ship of a delivery.
type Owed struct {
	DeliveryID, LocationID string
	Units                  money.Quantity
}

// ReadOwed reads what locations still have to ship of an order.
func ReadOwed(order string, into *[]Owed) db.Read {
	return db.Many(`SELECT f.delivery_id, f.location_id, CAST(SUM(l.quantity - l.canceled - l.shipped) AS BIGINT) FROM fulfillment_orders f JOIN fulfillment_lines l ON l.fulfillment_id = f.id
		WHERE f.order_id = $1 GROUP BY f.delivery_id, f.location_id ORDER BY f.delivery_id, f.location_id`, []any{order}, func(scan db.Scan) error {
		var o Owed
		err := scan(&o.DeliveryID, &o.LocationID, (*int64)(&o.Units))
		*into = append(*into, o)
		return err
	})
}
