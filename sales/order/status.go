package order

import (
	"ordo/base/money"
	"ordo/base/state"
)

// Life is the life cycle of an order.
var Life = state.Declare("order", []state.Status{
	{Code: "draft", Meaning: "Not placed."},
	{Code: "pending", Meaning: "Placed; a hold or an approval blocks release."},
	{Code: "approved", Meaning: "Placed, and nothing blocks it."},
	{Code: "processing", Meaning: "Something is released, picked or shipped."},
	{Code: "shipped", Meaning: "Nothing is left to ship."},
	{Code: "delivered", Meaning: "Nothing is left to ship or under way, and something arrived."},
	{Code: "canceled", Meaning: "All that was ordered is canceled, or went to another order."},
	{Code: "returned", Meaning: "All that was shipped came back or got lost."},
}, map[string]string{
	"":           "draft pending approved delivered returned",
	"draft":      "pending approved",
	"pending":    "approved canceled",
	"approved":   "pending processing shipped delivered canceled",
	"processing": "shipped delivered canceled returned",
	"shipped":    "processing delivered returned",
	"delivered":  "processing shipped returned",
	"returned":   "processing shipped delivered",
})

// PaymentLife is the life cycle of an order's payment status.
var PaymentLife = state.Declare("order payment", []state.Status{
	{Code: "unpaid", Meaning: "Nothing was paid or promised."},
	{Code: "pending", Meaning: "An attempt is in flight."},
	{Code: "authorized", Meaning: "The payer's bank promised the total."},
	{Code: "partially_paid", Meaning: "A part of the total was paid."},
	{Code: "paid", Meaning: "The total was paid."},
	{Code: "overpaid", Meaning: "More than the total was paid."},
	{Code: "partially_refunded", Meaning: "A part of what was paid went back."},
	{Code: "refunded", Meaning: "All that was paid went back."},
}, map[string]string{
	"":                   "unpaid pending partially_paid paid overpaid partially_refunded refunded",
	"unpaid":             "pending authorized partially_paid paid overpaid",
	"pending":            "unpaid authorized partially_paid paid overpaid",
	"authorized":         "unpaid pending partially_paid paid overpaid",
	"partially_paid":     "paid overpaid partially_refunded refunded",
	"paid":               "unpaid pending authorized overpaid partially_paid partially_refunded refunded",
	"overpaid":           "paid partially_paid partially_refunded refunded",
	"partially_refunded": "refunded",
	"refunded":           "partially_refunded",
})

// FulfillmentLife is the life cycle of an order's fulfillment status.
var FulfillmentLife = state.Declare("order fulfillment", []state.Status{
	{Code: "unfulfilled", Meaning: "Nothing was shipped."},
	{Code: "partial", Meaning: "A part was shipped."},
	{Code: "fulfilled", Meaning: "All that is due was shipped."},
	{Code: "delivered", Meaning: "All that is due was shipped, nothing is under way, and something arrived."},
}, map[string]string{
	"":            "unfulfilled delivered",
	"unfulfilled": "partial fulfilled delivered",
	"partial":     "fulfilled delivered",
	"fulfilled":   "partial delivered",
	"delivered":   "partial fulfilled",
})

// ReturnLife is the life cycle of an order's return status.
var ReturnLife = state.Declare("order return", []state.Status{
	{Code: "none", Meaning: "Nothing came back, and nothing is asked to."},
	{Code: "requested", Meaning: "A return is open."},
	{Code: "partial", Meaning: "A part of what was shipped came back."},
	{Code: "full", Meaning: "All that was shipped and not lost came back."},
}, map[string]string{
	"":          "none partial full",
	"none":      "requested partial full",
	"requested": "none partial full",
	"partial":   "full",
	"full":      "partial",
})

// CancelLife is the life cycle of an order's cancel status.
var CancelLife = state.Declare("order cancel", []state.Status{
	{Code: "none", Meaning: "Nothing is canceled."},
	{Code: "pending", Meaning: "A request to cancel waits."},
	{Code: "partial", Meaning: "A part is canceled."},
	{Code: "full", Meaning: "All that was ordered is canceled."},
}, map[string]string{
	"":        "none",
	"none":    "pending partial full",
	"pending": "none partial full",
	"partial": "none full pending", // none: it became a part of another order, with what was canceled
})

// sums adds up the ledgers of an order's lines.
type sums struct {
	ordered, canceled, left, picked, shipped, inTransit, delivered, lost, returned money.Quantity
}

func (o *Order) sums() (s sums) {
	for l := range o.leaves {
		s.ordered += l.Quantity
		s.canceled += l.Canceled
		s.left += l.Left()
		s.picked += l.Picked
		s.shipped += l.Shipped
		s.inTransit += l.InTransit()
		s.delivered += l.Delivered
		s.lost += l.Lost
		s.returned += l.Returned
	}
	return s
}

// status computes the order's status from its facts: the first that holds.
func (o *Order) status() string {
	s := o.sums()
	switch {
	case o.PlacedAt == 0:
		return "draft"
	case o.MergedInto != "":
		return "canceled"
	case s.ordered > 0 && s.canceled == s.ordered:
		return "canceled"
	case s.returned > 0 && s.returned == s.shipped-s.lost && s.left == 0:
		return "returned"
	case s.left == 0 && s.inTransit == 0 && (s.delivered > 0 || s.ordered == 0):
		return "delivered"
	case s.left == 0:
		return "shipped"
	case o.released() || s.picked > 0 || s.shipped > 0:
		return "processing"
	case o.blocked("order.release") != nil:
		return "pending"
	}
	return "approved"
}

func (o *Order) released() bool {
	for _, d := range o.Deliveries {
		if d.ReleasedAt != 0 {
			return true
		}
	}
	return false
}

// paymentStatus computes the payment status: the first that holds.
func (o *Order) paymentStatus() string {
	captured, refunded, total := o.Captured.Amount, o.Refunded.Amount, o.Total.Amount
	paid := captured - refunded
	switch {
	case captured > 0 && paid == 0:
		return "refunded"
	case refunded > 0:
		return "partially_refunded"
	case paid > total:
		return "overpaid"
	case paid == total && (paid > 0 || o.PlacedAt != 0 && o.MergedInto == ""):
		return "paid"
	case paid > 0:
		return "partially_paid"
	case o.Authorized.Amount >= total && o.Authorized.Amount > 0:
		return "authorized"
	case o.AttemptsOpen > 0:
		return "pending"
	}
	return "unpaid"
}

func (o *Order) fulfillmentStatus() string {
	s := o.sums()
	switch {
	case s.shipped == 0 && (s.ordered > 0 || o.PlacedAt == 0 || o.MergedInto != ""):
		return "unfulfilled"
	case s.shipped < s.ordered-s.canceled:
		return "partial"
	case s.inTransit == 0 && (s.delivered > 0 || s.ordered == 0):
		return "delivered"
	}
	return "fulfilled"
}

func (o *Order) returnStatus() string {
	s := o.sums()
	switch {
	case s.returned > 0 && s.returned == s.shipped-s.lost:
		return "full"
	case s.returned > 0:
		return "partial"
	case o.ReturnsOpen > 0:
		return "requested"
	}
	return "none"
}

func (o *Order) cancelStatus() string {
	s := o.sums()
	switch {
	case s.canceled > 0 && s.canceled == s.ordered:
		return "full"
	case s.canceled > 0:
		return "partial"
	}
	return "none"
}
