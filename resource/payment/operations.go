package payment

import (
	"net/http"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

// GetIn is the input of payment.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Operations on payments. Paying, capturing and refunding are commands of the
// order.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Payment]]{
		Name: "payment.list", Summary: "List payments", Method: http.MethodGet, Path: "/v1/payments", Read: List,
	},
	command.Def[query.Input, query.Rows[*Unclear]]{
		Name: "payment.unclear", Summary: "List what gateways were asked and did not answer: it may have happened", Method: http.MethodGet, Path: "/v1/payments/unclear",
		Permission: "payment.list", Read: ListUnclear,
	},
	command.Def[GetIn, *Payment]{
		Name: "payment.get", Summary: "Show a payment with its attempts", Method: http.MethodGet, Path: "/v1/payments/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Payment, error) { return Get(tx, in.ID) },
	},
	recordResult,
}

var recordResult = command.Def[RecordResultIn, *Payment]{
	Name: "payment.record_result", Summary: "Record what a gateway says of an attempt", Method: http.MethodPost, Path: "/v1/payments/{id}/results",
	Anchors: func(in RecordResultIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.OrderID}} },
	Run:     RecordResult, Result: func(p *Payment) (string, int64) { return p.ID, p.Version }, Repeat: Get,
	Example: RecordResultIn{ID: "pay_01", OrderID: "ord_01", AttemptID: "att_01", State: StateSucceeded, GatewayReference: "ch_4711"},
}
