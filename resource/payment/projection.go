package payment

import "ordo/engine/event"

// Projections are what events rebuild of payments, refunds and credits.
var Projections = []event.Projection{
	{Prefix: "pay_", Parts: []event.Part{
		{Table: "payments", Name: "payment", Owner: "id", Rows: payments},
		{Table: "payment_attempts", Name: "attempts", Owner: "payment_id", Key: []string{"id"}, Rows: attempts},
	}},
	{Prefix: "rfd_", Parts: []event.Part{
		{Table: "refunds", Name: "refund", Owner: "id", Rows: refunds},
		{Table: "refund_parts", Name: "parts", Owner: "refund_id", Key: []string{"position"}, Rows: refundParts},
	}},
	{Prefix: "crd_", Parts: []event.Part{
		{Table: "credits", Name: "credit", Owner: "id", Rows: credits},
		{Table: "credit_lines", Name: "lines", Owner: "credit_id", Key: []string{"position"}, Rows: creditLines},
	}},
}
