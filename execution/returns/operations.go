package returns

import (
	"net/http"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/sales/order"
)

// GetIn is the input of return.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// expire is also run by the job.
var expire = command.Def[ActIn, *Return]{
	Name: "return.expire", Summary: "End an approved return whose goods were not sent in time", Method: http.MethodPost, Path: "/v1/returns/{id}/expire",
	Guard: guard((*Return).guardExpire), Run: Expire, Result: result, Repeat: Get,
	Example: ActIn{ID: "ret_01"},
}

// Operations on returns. Numbers gives their numbers.
func Operations(numbers *number.Source) []command.Operation {
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Head]]{
			Name: "return.list", Summary: "List returns", Method: http.MethodGet, Path: "/v1/returns", Read: List,
		},
		command.Def[GetIn, *Return]{
			Name: "return.get", Summary: "Show a return with its lines", Method: http.MethodGet, Path: "/v1/returns/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Return, error) { return Get(tx, in.ID) },
		},
		command.Def[RequestIn, *Return]{
			Name: "return.request", Summary: "Ask for goods of an order to come back", Method: http.MethodPost, Path: "/v1/orders/{id}/returns", Creates: true,
			Anchors: func(in RequestIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.ID}} },
			Run:     func(tx *db.Tx, in RequestIn) (*Return, error) { return Request(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: RequestIn{ID: "ord_01", Outcome: Refund, Lines: []RequestLine{{LineID: "oli_01", Quantity: 1_000, Reason: "damaged"}}},
		},
		command.Def[ActIn, *Return]{
			Name: "return.approve", Summary: "Let the goods of a return come back", Method: http.MethodPost, Path: "/v1/returns/{id}/approve",
			Guard: guard((*Return).guardApprove), Run: Approve, Result: result, Repeat: Get,
			Example: ActIn{ID: "ret_01"},
		},
		command.Def[RejectIn, *Return]{
			Name: "return.reject", Summary: "Refuse a return", Method: http.MethodPost, Path: "/v1/returns/{id}/reject",
			Guard: guard((*Return).guardReject), Run: Reject, Result: result, Repeat: Get,
			Example: RejectIn{ID: "ret_01", Reason: "too_late"},
		},
		command.Def[ActIn, *Return]{
			Name: "return.cancel", Summary: "Call a return off before anything came back", Method: http.MethodPost, Path: "/v1/returns/{id}/cancel",
			Guard: guard((*Return).guardCancel), Run: Cancel, Result: result, Repeat: Get,
			Example: ActIn{ID: "ret_01"},
		},
		command.Def[SendIn, *Return]{
			Name: "return.mark_sent", Summary: "Note that the goods of a return are on their way", Method: http.MethodPost, Path: "/v1/returns/{id}/mark-sent",
			Guard: guard((*Return).guardSend), Run: MarkSent, Result: result, Repeat: Get,
			Example: SendIn{ID: "ret_01", Carrier: "royal_mail", TrackingNumber: "RM123456785GB"},
		},
		command.Def[ReceiveIn, *Return]{
			Name: "return.receive", Summary: "Note what came back, all at once or in parts", Method: http.MethodPost, Path: "/v1/returns/{id}/receive",
			Guard: guard((*Return).guardReceive), Run: Receive, Result: result, Repeat: Get,
			Example: ReceiveIn{ID: "ret_01", Lines: []ReceiveLine{{LineID: "oli_01", Quantity: 1_000}}},
		},
		command.Def[InspectIn, *Return]{
			Name: "return.inspect", Summary: "Decide what becomes of what came back", Method: http.MethodPost, Path: "/v1/returns/{id}/inspect",
			Guard: guard((*Return).guardInspect), Run: Inspect, Result: result, Repeat: Get,
			Example: InspectIn{ID: "ret_01", Lines: []InspectLine{{LineID: "oli_01", Restock: 1_000}}},
		},
		command.Def[CompleteIn, *Return]{
			Name: "return.complete", Summary: "Close a return and grant the refund for it", Method: http.MethodPost, Path: "/v1/returns/{id}/complete",
			Guard: guard((*Return).guardComplete), Run: Complete, Result: result, Repeat: Get,
			Example: CompleteIn{ID: "ret_01"},
		},
		expire,
	}
}

func result(r *Return) (string, int64) { return r.ID, r.Version }

// guard makes a Guard of a check that does not depend on the actor.
func guard(check func(r *Return) error) func(*Return, auth.Actor) error {
	return func(r *Return, _ auth.Actor) error { return check(r) }
}

// GuardRequest tells whether a return of the order may be requested.
func GuardRequest(o *order.Order) error { return o.GuardReturn() }
