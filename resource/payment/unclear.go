package payment

import (
	"ordo/base/clock"
	"ordo/base/money"
)

// Unclear is an attempt that the gateway did not answer: it may have happened.
// The gateway is asked again under its key, until it tells or a person does.
type Unclear struct {
	ID            string       `json:"id" doc:"Of the attempt"`
	PaymentID     string       `json:"payment_id"`
	PaymentStatus string       `json:"payment_status" enum:"pending,requires_action,unknown,authorized,captured,refunded,failed,voided"`
	OrderID       string       `json:"order_id"`
	OrderNumber   string       `json:"order_number"`
	Method        string       `json:"method" enum:"cash,transfer,test,imported"`
	Kind          string       `json:"kind" enum:"authorize,capture,void,refund,cancel"`
	Amount        money.Amount `json:"amount"`
	RefundID      string       `json:"refund_id,omitempty" doc:"That it moves"`
	Key           string       `json:"key,omitempty" doc:"At the gateway"`
	Reference     string       `json:"reference,omitempty" doc:"Of the payment at the gateway"`
	Asked         int64        `json:"asked" doc:"How often the gateway was asked so far"`
	NextAt        clock.Stamp  `json:"next_at,omitzero" doc:"When it is asked again"`
	CreatedAt     clock.Stamp  `json:"created_at"`
}
