package order_test

import (
	"strings"
	"testing"

	"ordo/engine/auth"
	"ordo/sales/order"
	"ordo/trade/tradetest"
)

// happened are the types of a page's events.
func happened(p order.TimelinePage) string {
	var all []string
	for _, e := range p.Items {
		all = append(all, e.Type)
	}
	return strings.Join(all, " ")
}

func timelineOf(s *tradetest.Shop, in order.TimelineIn) order.TimelinePage {
	return tradetest.Do[order.TimelinePage](s, "order.timeline", in)
}

func TestTheTimelineTellsOfAllThatBelongsToAnOrder(t *testing.T) {
	eachTill(t, func(till *till) {
		till.paid() // another
		s, o := till.Shop, till.paid()
		tradetest.Do[*order.Note](s, "order.note", order.NoteIn{ID: o.ID, NoteFacts: order.NoteFacts{Text: "x"}})
		tradetest.Do[*order.Order](s, "order.tag", order.TagIn{ID: o.ID, Tags: []string{"vip"}})
		all := timelineOf(s, order.TimelineIn{ID: o.ID})
		if got := happened(all); !strings.Contains(got, "order.tagged order.noted ") || !strings.HasSuffix(got, "order.placed") || !strings.Contains(got, "payment.captured") || !strings.Contains(got, "order.money_changed") {
			till.t.Errorf("the timeline is %s", got)
		}
		for kind, want := range map[string]string{"notes": "order.noted", "state": "order.tagged order.placed"} { // order-free: each for itself
			wants(till.t, kind, happened(timelineOf(s, order.TimelineIn{ID: o.ID, Kind: kind})), want)
		}
		if got := happened(timelineOf(s, order.TimelineIn{ID: o.ID, Kind: "money"})); strings.Contains(got, "placed") || !strings.Contains(got, "payment.captured") {
			till.t.Errorf("about money: %s", got)
		}
		var paged []string
		in := order.TimelineIn{ID: o.ID, Limit: 1}
		for {
			page := timelineOf(s, in)
			paged = append(paged, page.Items[0].ID)
			if in.After = page.Next; in.After == "" {
				break
			}
		}
		var whole []string
		for _, e := range all.Items {
			whole = append(whole, e.ID)
		}
		wants(till.t, "page by page", strings.Join(paged, " "), strings.Join(whole, " "))
		s.Refused("order.timeline", order.TimelineIn{ID: o.ID, After: "evt_none"}, "/after cursor_invalid")
		s.Actor = auth.Actor{ID: "key_1", Kind: auth.Key, Permissions: auth.All, Scope: auth.Scope{Customer: o.CustomerID}}
		if got := happened(timelineOf(s, order.TimelineIn{ID: o.ID})); strings.Contains(got, "noted") || strings.Contains(got, "tagged") || !strings.Contains(got, "placed") {
			till.t.Errorf("a customer reads %s", got)
		}
		s.Actor.Scope = auth.Scope{Channels: []string{"cha_none"}}
		s.Refused("order.timeline", order.TimelineIn{ID: o.ID}, "not_found")
	})
}
