package order

import (
	"net/http"
	"slices"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/trade/customer"
)

// GetIn is the input of order.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// EventsIn is the input of order.events.
type EventsIn struct {
	ID    string `path:"id" json:"id"`
	After int64  `query:"after" json:"after,omitempty" minimum:"0" doc:"Sequence of the last one that is known"`
}

// PriceIn is the input of order.price.
type PriceIn struct{ Agreement }

var exampleAddress = customer.Address{Contact: customer.Contact{Name: "Ada Byron"}, Street: "12 St James's Square", Postcode: "SW1Y 4JH", City: "London", Country: "GB"}

var exampleAgreement = Agreement{
	ChannelID: "cha_01", CustomerID: "cus_01", Reference: "PO 4711",
	Deliveries: []DeliveryIn{{Address: &exampleAddress}},
	Lines:      []LineIn{{SKU: "TEA-500", Quantity: 2_000}},
}

// byHand are permissions of lines that are not as the catalog has them.
var byHand = []string{"order.set_price", "order.add_free_line"}

// Operations on orders. Numbers gives order numbers.
func Operations(numbers *number.Source) []command.Operation {
	return slices.Concat([]command.Operation{
		command.Def[query.Input, query.Rows[*Summary]]{
			Name: "order.list", Summary: "List orders", Method: http.MethodGet, Path: "/v1/orders", Read: List,
		},
		command.Def[GetIn, *Order]{
			Name: "order.get", Summary: "Show an order with all that belongs to it", Method: http.MethodGet, Path: "/v1/orders/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Order, error) { return Get(tx, in.ID) },
		},
		command.Def[EventsIn, Timeline]{
			Name: "order.events", Summary: "List the events of an order, oldest first", Method: http.MethodGet, Path: "/v1/orders/{id}/events", Permission: "order.get",
			Read: Events,
		},
		command.Def[AsOfIn, Past]{
			Name: "order.as_of", Summary: "Show an order as it was at a version", Method: http.MethodGet, Path: "/v1/orders/{id}/versions/{version}", Permission: "order.get",
			Read: AsOf,
		},
		command.Def[CompareIn, Comparison]{
			Name: "order.compare", Summary: "List what of an order is not the same in two versions", Method: http.MethodGet, Path: "/v1/orders/{id}/versions/{from}/to/{to}", Permission: "order.get",
			Read: Compare,
		},
		command.Def[PriceIn, *Order]{
			Name: "order.price", Summary: "Price an order without writing anything", Method: http.MethodPost, Path: "/v1/price", Further: byHand,
			Read: func(tx *db.Tx, in PriceIn) (*Order, error) {
				o, _, err := agree(tx, &in.Agreement, "", nil, problem.List{})
				return o, err
			},
			Example: PriceIn{exampleAgreement},
		},
		command.Def[PlaceIn, *Order]{
			Name: "order.place", Summary: "Draft and place an order at once", Method: http.MethodPost, Path: "/v1/orders", Creates: true, Further: byHand,
			Ahead: true, Run: func(tx *db.Tx, in PlaceIn) (*Order, error) { return Place(tx, numbers, in) },
			Result: result, Repeat: Get,
			Example: PlaceIn{Agreement: exampleAgreement, Payment: &PaymentIn{Method: OnAccount}},
		},
		command.Def[DraftIn, *Order]{
			Name: "order.draft", Summary: "Draft an order", Method: http.MethodPost, Path: "/v1/orders/drafts", Creates: true, Further: byHand,
			Run: func(tx *db.Tx, in DraftIn) (*Order, error) { return Draft(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: DraftIn{Agreement: exampleAgreement},
		},
		command.Def[ReviseIn, *Order]{
			Name: "order.revise", Summary: "Replace the agreement of a draft", Method: http.MethodPut, Path: "/v1/orders/{id}", Further: byHand,
			Permission: "order.draft", Anchors: func(in ReviseIn) []command.Anchor { return anchor(in.ID) },
			Guard: guard(guardDraft), Run: func(tx *db.Tx, in ReviseIn) (*Order, error) { return Revise(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: ReviseIn{ID: "ord_01", Agreement: exampleAgreement},
		},
		command.Def[ChangeLineIn, *Order]{
			Name: "order.change_line", Summary: "Change the quantity of one line of a draft", Method: http.MethodPatch, Path: "/v1/orders/{id}/lines/{line_id}",
			Permission: "order.draft", Anchors: func(in ChangeLineIn) []command.Anchor { return anchor(in.ID) },
			Guard: guard(guardDraft), Run: ChangeLine, Result: result, Repeat: Get,
			Example: ChangeLineIn{ID: "ord_01", LineID: "oli_01", Quantity: 3_000},
		},
		command.Def[RemoveLineIn, *Order]{
			Name: "order.remove_line", Summary: "Take one line out of a draft", Method: http.MethodDelete, Path: "/v1/orders/{id}/lines/{line_id}",
			Permission: "order.draft", Anchors: func(in RemoveLineIn) []command.Anchor { return anchor(in.ID) },
			Guard: guard(guardDraft), Run: RemoveLine, Result: result, Repeat: Get,
			Example: RemoveLineIn{ID: "ord_01", LineID: "oli_01"},
		},
		command.Def[PlaceDraftIn, *Order]{
			Name: "order.place_draft", Summary: "Place a draft", Method: http.MethodPost, Path: "/v1/orders/{id}/place",
			Permission: "order.place", Anchors: func(in PlaceDraftIn) []command.Anchor { return anchor(in.ID) },
			Guard: guard(guardDraft), Run: func(tx *db.Tx, in PlaceDraftIn) (*Order, error) { return PlaceDraft(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: PlaceDraftIn{ID: "ord_01", Payment: &PaymentIn{Method: OnAccount}},
		},
		command.Def[CloneIn, *Order]{
			Name: "order.clone", Summary: "Draft a copy of an order at fresh prices", Method: http.MethodPost, Path: "/v1/orders/{id}/clone", Creates: true,
			Permission: "order.draft", Run: Clone, Result: result, Repeat: Get,
			Example: CloneIn{ID: "ord_01"},
		},
		command.Def[GetIn, DifferenceList]{
			Name: "order.differences", Summary: "List what of a copied order is not as in its source", Method: http.MethodGet, Path: "/v1/orders/{id}/differences", Permission: "order.get",
			Read: func(tx *db.Tx, in GetIn) (DifferenceList, error) { return Differences(tx, in.ID) },
		},
		command.Def[AmendIn, *Order]{
			Name: "order.amend", Summary: "Change the agreement of a placed order", Method: http.MethodPost, Path: "/v1/orders/{id}/amend", Further: []string{"order.set_price", "order.cancel", "order.split", "order.merge"},
			Anchors: func(in AmendIn) []command.Anchor { return anchors(in.ID, merged(in.Steps)) },
			Guard:   guard(GuardAmend), Run: func(tx *db.Tx, in AmendIn) (*Order, error) { return amend(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: AmendIn{ID: "ord_01", Steps: []Step{{Kind: SetQuantity, LineID: "oli_01", Quantity: 3_000}, {Kind: AddLine, SKU: "TEA-500", Quantity: 1_000}}},
		},
		command.Def[SplitIn, *Order]{
			Name: "order.split", Summary: "Move quantities of a placed order to a new one", Method: http.MethodPost, Path: "/v1/orders/{id}/split", Creates: true,
			Anchors: func(in SplitIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardSplit), Run: func(tx *db.Tx, in SplitIn) (*Order, error) { return Split(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: SplitIn{ID: "ord_01", Lines: []SplitLine{{LineID: "oli_01", Quantity: 1_000}}},
		},
		command.Def[MergeIn, *Order]{
			Name: "order.merge", Summary: "Make other orders of the customer a part of a placed one", Method: http.MethodPost, Path: "/v1/orders/{id}/merge",
			Anchors: func(in MergeIn) []command.Anchor { return anchors(in.ID, in.OrderIDs) },
			Guard:   guard(guardMerge), Run: Merge, Result: result, Repeat: Get,
			Example: MergeIn{ID: "ord_01", OrderIDs: []string{"ord_02"}},
		},
		command.Def[GetIn, CandidateList]{
			Name: "order.mergeable", Summary: "List orders of the same customer that can become a part of this one, or why not", Method: http.MethodGet, Path: "/v1/orders/{id}/mergeable", Permission: "order.get",
			Read: func(tx *db.Tx, in GetIn) (CandidateList, error) { return Candidates(tx, in.ID) },
		},
		command.Def[HoldIn, *Order]{
			Name: "order.hold", Summary: "Hold an order", Method: http.MethodPost, Path: "/v1/orders/{id}/holds",
			Anchors: func(in HoldIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(GuardPlaced), Run: SetHold, Result: result, Repeat: Get,
			Bulk: true, UndoneBy: "order.release_hold", Undo: func(in HoldIn, o *Order) any { return o.lastSet(in.Kind, in.Reason) },
			Example: HoldIn{ID: "ord_01", Kind: "address", Reason: "address_unclear"},
		},
		command.Def[ReleaseHoldIn, *Order]{
			Name: "order.release_hold", Summary: "End a hold", Method: http.MethodPost, Path: "/v1/orders/{id}/holds/{hold_id}/release",
			Anchors: func(in ReleaseHoldIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guardHeld, Run: ReleaseHold, Result: result, Repeat: Get,
			Example: ReleaseHoldIn{ID: "ord_01", HoldID: "hld_01"},
		},
		command.Def[ReleaseHoldsIn, *Order]{
			Name: "order.release_holds", Summary: "End all holds of one kind", Method: http.MethodPost, Path: "/v1/orders/{id}/release-holds",
			Permission: "order.release_hold", Anchors: func(in ReleaseHoldsIn) []command.Anchor { return anchor(in.ID) },
			Guard: guardHeld, Run: ReleaseHolds, Result: result, Repeat: Get,
			Bulk: true, UndoneBy: "order.hold", Undo: func(in ReleaseHoldsIn, o *Order) any { return o.setAgain(in.Kind) },
			Example: ReleaseHoldsIn{ID: "ord_01", Kind: "fraud"},
		},
		command.Def[CancelIn, *Order]{
			Name: "order.cancel", Summary: "Cancel what is neither picked nor shipped", Method: http.MethodPost, Path: "/v1/orders/{id}/cancel",
			Anchors: func(in CancelIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardCancel), Run: Cancel, Result: result, Repeat: Get, Bulk: true,
			Example: CancelIn{ID: "ord_01", Reason: "customer"},
		},
		allocate, timeline, balance,
	}, progressOperations(), moneyOperations(), noteOperations(), tagOperations())
}

func result(o *Order) (string, int64) { return o.ID, o.Version }

// anchor names the order's row, which all writers of an order share.
func anchor(id string) []command.Anchor { return []command.Anchor{{Kind: "order", ID: id}} }

// anchors names the rows of an order and of others.
func anchors(id string, others []string) []command.Anchor {
	all := anchor(id)
	for _, other := range others {
		all = append(all, anchor(other)...)
	}
	return all
}

// Anchor is how orders are locked.
var Anchor = command.AnchorKind{Kind: "order", Table: "orders", Columns: auth.Columns{Channel: "channel_id", Customer: "customer_id"}, Problem: NotFound}

// guard makes a Guard of a check that does not depend on the actor.
func guard(check func(o *Order) error) func(*Order, auth.Actor) error {
	return func(o *Order, _ auth.Actor) error { return check(o) }
}

func guardDraft(o *Order) error {
	if o.PlacedAt != 0 {
		return o.refuse("it is not a draft", "Draft a copy of it (order.clone).")
	}
	return nil
}

// Timeline is a run of events of an order.
type Timeline struct {
	Items []event.Sealed `json:"items"`
}

// Events returns the events of an order that the actor may see.
func Events(tx *db.Tx, in EventsIn) (Timeline, error) {
	if _, err := Get(tx, in.ID); err != nil {
		return Timeline{}, err
	}
	all, err := event.Of(tx, in.ID, in.After, 200)
	if all == nil {
		all = []event.Sealed{}
	}
	return Timeline{all}, err
}
