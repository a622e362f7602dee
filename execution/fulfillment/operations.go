package fulfillment

import (
	"net/http"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/sales/order"
)

// GetIn is the input of fulfillment.get and shipment.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// QueueIn is the input of fulfillment.queue.
type QueueIn struct {
	ID string `path:"id" json:"id" doc:"Of the location"`
	query.Input
}

var exampleLabel = Label{Carrier: "royal_mail", Service: "tracked48", TrackingNumber: "RM123456789GB"}

// Operations on fulfillment orders and shipments. Numbers gives those of
// shipments.
func Operations(numbers *number.Source) []command.Operation {
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Fulfillment]]{
			Name: "fulfillment.list", Summary: "List fulfillment orders with their lines", Method: http.MethodGet, Path: "/v1/fulfillments", Read: List,
		},
		command.Def[QueueIn, query.Rows[*Fulfillment]]{
			Name: "fulfillment.queue", Summary: "List what a location has to pick, pack and ship, with its lines; whose turn it is first", Method: http.MethodGet, Path: "/v1/locations/{id}/fulfillments", Read: Queue,
		},
		command.Def[GetIn, *Fulfillment]{
			Name: "fulfillment.get", Summary: "Show a fulfillment order with its lines and shipments", Method: http.MethodGet, Path: "/v1/fulfillments/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Fulfillment, error) { return Get(tx, in.ID) },
		},
		command.Def[PickIn, *Fulfillment]{
			Name: "fulfillment.pick", Summary: "Take promised goods from the shelf", Method: http.MethodPost, Path: "/v1/fulfillments/{id}/pick",
			Guard: guard(guardPick), Run: Pick, Result: result, Repeat: Get,
			Example: PickIn{ID: "ful_01", Lines: []PickLine{{LineID: "oli_01", Quantity: 2_000}}},
		},
		command.Def[PickIn, *Fulfillment]{
			Name: "fulfillment.unpick", Summary: "Put picked goods back on the shelf", Method: http.MethodPost, Path: "/v1/fulfillments/{id}/unpick",
			Guard: guard(guardUnpick), Run: Unpick, Result: result, Repeat: Get,
			Example: PickIn{ID: "ful_01", Lines: []PickLine{{LineID: "oli_01", Quantity: 1_000}}},
		},
		command.Def[ReassignIn, *Fulfillment]{
			Name: "fulfillment.reassign", Summary: "Give work that is not begun to another location, with its stock", Method: http.MethodPost, Path: "/v1/fulfillments/{id}/reassign",
			Guard: guard(guardReassign), Run: Reassign, Result: result, Repeat: Get,
			Example: ReassignIn{ID: "ful_01", LocationID: "loc_02"},
		},
		command.Def[PackIn, *Fulfillment]{
			Name: "fulfillment.pack", Summary: "Pack picked goods into a new shipment", Method: http.MethodPost, Path: "/v1/fulfillments/{id}/pack",
			Guard: guard(guardPack), Run: func(tx *db.Tx, in PackIn) (*Fulfillment, error) { return Pack(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: PackIn{ID: "ful_01", Packages: []PackageIn{{WeightGrams: 740, Lines: []PackLine{{LineID: "oli_01", Quantity: 2_000}}}}},
		},
		command.Def[query.Input, query.Rows[*Shipment]]{
			Name: "shipment.list", Summary: "List shipments with their packages", Method: http.MethodGet, Path: "/v1/shipments", Read: ListShipments,
		},
		command.Def[GetIn, *Shipment]{
			Name: "shipment.get", Summary: "Show a shipment with its packages and tracking", Method: http.MethodGet, Path: "/v1/shipments/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Shipment, error) { return GetShipment(tx, in.ID) },
		},
		command.Def[LabelIn, *Shipment]{
			Name: "shipment.label", Summary: "Say who carries a shipment", Method: http.MethodPost, Path: "/v1/shipments/{id}/label",
			Guard: guard(guardHere), Run: SetLabel, Result: shipmentResult, Repeat: GetShipment,
			Example: LabelIn{ID: "shp_01", Label: exampleLabel},
		},
		command.Def[UnpackIn, *Shipment]{
			Name: "shipment.unpack", Summary: "Take a shipment apart that has not left", Method: http.MethodPost, Path: "/v1/shipments/{id}/unpack",
			Guard: guard(guardHere), Run: Unpack, Result: shipmentResult, Repeat: GetShipment,
			Example: UnpackIn{ID: "shp_01"},
		},
		command.Def[DispatchIn, *Shipment]{
			Name: "shipment.dispatch", Summary: "Let a shipment leave", Method: http.MethodPost, Path: "/v1/shipments/{id}/dispatch",
			Guard: guard(guardDispatch), Run: Dispatch, Result: shipmentResult, Repeat: GetShipment,
			Example: DispatchIn{ID: "shp_01"},
		},
		command.Def[TrackIn, *Shipment]{
			Name: "shipment.track", Summary: "Note what the carrier says of a shipment", Method: http.MethodPost, Path: "/v1/shipments/{id}/tracking",
			Run: Track, Result: shipmentResult, Repeat: GetShipment,
			Example: TrackIn{ID: "shp_01", Events: []TrackingIn{{ID: "77120", Code: "out_for_delivery", At: 1_790_000_000_000_000, Place: "Leeds"}}},
		},
		command.Def[DeliverIn, *Shipment]{
			Name: "shipment.deliver", Summary: "Note that a shipment arrived", Method: http.MethodPost, Path: "/v1/shipments/{id}/deliver",
			Guard: guard(guardDeliver), Run: Deliver, Result: shipmentResult, Repeat: GetShipment,
			Example: DeliverIn{ID: "shp_01", Place: "Leeds"},
		},
		command.Def[ShipIn, *order.Order]{
			Name: "order.ship", Summary: "Release, pick, pack, label and dispatch in one go", Method: http.MethodPost, Path: "/v1/orders/{id}/ship",
			Anchors: func(in ShipIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.ID}} },
			Guard:   guard(guardShip), Run: func(tx *db.Tx, in ShipIn) (*order.Order, error) { return ShipOrder(tx, numbers, in) },
			Result: func(o *order.Order) (string, int64) { return o.ID, o.Version }, Repeat: order.Get, Bulk: true,
			Example: ShipIn{ID: "ord_01", Label: exampleLabel},
		},
	}
}

func result(f *Fulfillment) (string, int64) { return f.ID, f.Version }

func shipmentResult(s *Shipment) (string, int64) { return s.ID, s.Version }

// guard makes a Guard of a check that does not depend on the actor.
func guard[T any](check func(T) error) func(T, auth.Actor) error {
	return func(resource T, _ auth.Actor) error { return check(resource) }
}
