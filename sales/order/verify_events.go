package order

import (
	"ordo/engine/event"
	"ordo/engine/invariant"
)

// judgeEvents compares the rows with what the events of the order say.
func (o *whole) judgeEvents(r *invariant.Report) {
	if misfit := event.Misfit(o.told, o.sequence, o.body()); misfit != "" {
		r.Fault("E2", o.ID, "%s", misfit)
	}
}

// body is what a single event would tell of the order as it is.
func (o *Order) body() body {
	facts := make([]*DeliveryFacts, len(o.Deliveries))
	for i, d := range o.Deliveries {
		facts[i] = &d.DeliveryFacts
	}
	return body{
		Order:       heads.Changes(nil, &o.Head),
		Deliveries:  changes(nil, deliveries, nil, facts, func(d *DeliveryFacts) string { return d.ID }),
		Lines:       changes(nil, lines, nil, o.Lines, func(l *Line) string { return l.ID }),
		Adjustments: changes(nil, adjustments, nil, o.Adjustments, (*Adjustment).key),
		Holds:       changes(nil, holds, nil, o.Holds, func(h *Hold) string { return h.ID }),
	}
}
