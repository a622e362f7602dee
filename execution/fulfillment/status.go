package fulfillment

import (
	"cmp"
	"slices"

	"ordo/base/state"
	"ordo/sales/order"
)

// Life is the life cycle of a fulfillment order.
var Life = state.Declare("fulfillment order", []state.Status{
	{Code: "planned", Meaning: "The delivery is not released."},
	{Code: "open", Meaning: "Released; nothing is picked."},
	{Code: "in_progress", Meaning: "Something is picked that has not left."},
	{Code: "incomplete", Meaning: "A part has left; the rest is still to be picked."},
	{Code: "closed", Meaning: "All that is owed has left."},
	{Code: "canceled", Meaning: "Nothing is owed any more."},
}, map[string]string{
	"":            "planned open",
	"planned":     "open canceled",
	"open":        "in_progress canceled",
	"in_progress": "open incomplete closed",
	"incomplete":  "in_progress closed",
	"closed":      "incomplete",
	"canceled":    "planned open",
})

// status computes the status of a fulfillment order: the first that holds.
func (f *Fulfillment) status() string {
	var s LineFacts
	for _, l := range f.Lines {
		s.Quantity += l.Quantity - l.Canceled
		s.Picked += l.Picked
		s.Shipped += l.Shipped
	}
	switch {
	case s.Quantity == 0:
		return "canceled"
	case s.Shipped == s.Quantity:
		return "closed"
	case f.ReleasedAt == 0:
		return "planned"
	case s.Picked > s.Shipped:
		return "in_progress"
	case s.Shipped > 0:
		return "incomplete"
	}
	return "open"
}

// Transport is the life cycle of a shipment.
var Transport = state.Declare("shipment", []state.Status{
	{Code: "packed", Meaning: "In packages; nothing has left."},
	{Code: "labeled", Meaning: "It has a carrier; nothing has left."},
	{Code: "in_transit", Meaning: "Handed to the carrier."},
	{Code: "out_for_delivery", Meaning: "On its last way."},
	{Code: "exception", Meaning: "The carrier says that something is in its way."},
	{Code: "lost", Meaning: "The carrier says that it is lost."},
	{Code: "returned_to_sender", Meaning: "It could not be delivered and comes back."},
	{Code: "delivered", Meaning: "It arrived."},
	{Code: "unpacked", Meaning: "Taken apart again before it left."},
}, map[string]string{
	"":                   "packed",
	"packed":             "labeled unpacked in_transit out_for_delivery exception lost returned_to_sender delivered",
	"labeled":            "unpacked in_transit out_for_delivery exception lost returned_to_sender delivered",
	"in_transit":         "out_for_delivery exception lost returned_to_sender delivered",
	"out_for_delivery":   "in_transit exception lost returned_to_sender delivered",
	"exception":          "in_transit out_for_delivery lost returned_to_sender delivered",
	"lost":               "returned_to_sender delivered",
	"returned_to_sender": "delivered",
})

// ends are what a carrier may say last, the strongest first: what arrived
// neither came back nor got lost, whatever else was said and whenever. What
// comes back after it arrived is a return.
var ends = []string{"delivered", "returned_to_sender", "lost"}

// status computes the status of a shipment from what was done here and from the
// set of what the carrier said: the first end that was heard of, else the
// latest stage. Neither the order of hearing nor repeats count.
func (s *Shipment) status() string {
	switch {
	case s.UnpackedAt != 0:
		return "unpacked"
	case s.ShippedAt == 0 && s.Carrier != "":
		return "labeled"
	case s.ShippedAt == 0:
		return "packed"
	}
	for _, code := range ends {
		if slices.ContainsFunc(s.Tracking, func(t *Tracking) bool { return t.Code == code }) {
			return code
		}
	}
	if len(s.Tracking) == 0 {
		return "in_transit"
	}
	return slices.MaxFunc(s.Tracking, func(a, b *Tracking) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Code, b.Code))
	}).Code
}

// derive recomputes what follows from other facts of the shipment.
func (s *Shipment) derive() {
	s.Status, s.DeliveredAt = s.status(), 0
	for _, t := range s.Tracking {
		if s.Status == "delivered" && t.Code == "delivered" && (s.DeliveredAt == 0 || t.At < s.DeliveredAt) {
			s.DeliveredAt = t.At
		}
	}
}

// fate is what the status of a shipment means for the goods inside.
func (s *Shipment) fate() order.Fate {
	switch s.Status {
	case "delivered":
		return order.Arrived
	case "lost":
		return order.GoneLost
	case "returned_to_sender":
		return order.SentBack
	}
	return order.UnderWay
}
