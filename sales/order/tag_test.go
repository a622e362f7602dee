package order_test

import (
	"fmt"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/query"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// tagged are the numbers of orders that a filter finds, by number.
func tagged(s *ordertest.Shop, filter string) string {
	var all []string
	for _, o := range tradetest.Do[query.Rows[*order.Summary]](s.Shop, "order.list", query.Input{Filter: filter, Sort: "number"}).Items {
		all = append(all, o.ExternalID+":"+strings.Join(o.Tags, "+"))
	}
	return strings.Join(all, " ")
}

func tagsInUse(s *ordertest.Shop, in query.Input) string {
	var all []string
	for _, t := range tradetest.Do[query.Rows[*order.TagUse]](s.Shop, "tag.list", in).Items {
		all = append(all, t.Tag)
	}
	return strings.Join(all, " ")
}

func placeAs(s *ordertest.Shop, external string) *order.Order {
	in := order.PlaceIn{Agreement: s.Agreement(line("GUIDE", 1))}
	in.ExternalID = external
	return s.Do("order.place", in)
}

// Spec: 1.6.5
func TestOrdersAreFoundByTheirTags(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a, b, c := placeAs(s, "a"), placeAs(s, "b"), placeAs(s, "c")
		got := s.Do("order.tag", order.TagIn{ID: a.ID, Tags: []string{" VIP ", "Gift", "vip"}})
		wants(t, "tags", strings.Join(got.Tags, " "), "gift vip")
		wants(t, "revision", got.Revision, a.Revision)
		s.Do("order.tag", order.TagIn{ID: a.ID, Tags: []string{"vip"}}) // has it
		s.Do("order.tag", order.TagIn{ID: b.ID, Tags: []string{"vip", "test", "Äpfel", "E\u0301te\u0301"}})
		wants(t, "of one", tagged(s, "tag:VIP"), "a:gift+vip b:test+vip+äpfel+été")
		wants(t, "of several", tagged(s, "tag:gift,test"), "a:gift+vip b:test+vip+äpfel+été")
		wants(t, "without", tagged(s, "-tag:Test"), "a:gift+vip c:")
		wants(t, "of both", tagged(s, "tag:vip -tag:test"), "a:gift+vip")
		wants(t, "composed", tagged(s, "tag:été"), "b:test+vip+äpfel+été")
		wants(t, "any", tagged(s, "-tag:*"), "c:")
		wants(t, "in use", tagsInUse(s, query.Input{}), "gift test vip äpfel été")
		wants(t, "that begin so", tagsInUse(s, query.Input{Filter: "tag:T"}), "test")
		wants(t, "the second", tagsInUse(s, query.Input{Limit: 1, After: tradetest.Do[query.Rows[*order.TagUse]](s.Shop, "tag.list", query.Input{Limit: 1}).Next}), "test")

		got = s.Do("order.untag", order.UntagIn{ID: b.ID, Tags: []string{"TEST", "none"}})
		wants(t, "tags", strings.Join(got.Tags, " "), "vip äpfel été")
		s.Do("order.untag", order.UntagIn{ID: b.ID, Tags: []string{"none"}})
		s.Do("order.tag", order.TagIn{ID: b.ID, Tags: []string{"test"}})
		s.Do("order.untag", order.UntagIn{ID: b.ID, Tags: []string{"test", "vip"}})
		wants(t, "of one", tagged(s, "tag:vip"), "a:gift+vip")
		wants(t, "in use", tagsInUse(s, query.Input{}), "gift vip äpfel été")
		s.Wrote(a.ID, []string{"1 order.placed"}, []string{"2 order.tagged", `"gift":{`, `"vip":{`})
		s.Wrote(b.ID, []string{"1 order.placed"}, []string{"2 order.tagged"}, []string{"3 order.untagged", `"test":null`}, []string{"4 order.tagged"}, []string{"5 order.untagged", `"test":null`, `"vip":null`})
		wants(t, "tags of an order without", len(s.Order(c.ID).Tags), 0)
		s.Sound()
	})
}

// Spec: 1.6.5
func TestWhatIsNoTagIsRefused(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("GUIDE", 1))
		s.Refused("order.tag", order.TagIn{ID: o.ID, Tags: []string{"", "a,b", "fine", "-a", "a-", "a  b", strings.Repeat("ä", 41), "<b>", "a\u202eb", "\u0301a"}},
			"/tags/0 tag_invalid", "/tags/1 tag_invalid", "/tags/3 tag_invalid", "/tags/4 tag_invalid", "/tags/5 tag_invalid", "/tags/6 tag_invalid", "/tags/7 tag_invalid", "/tags/8 tag_invalid", "/tags/9 tag_invalid")
		s.Refused("order.untag", order.UntagIn{ID: o.ID, Tags: []string{"a\"b"}}, "/tags/0 tag_invalid")
		wants(t, "after refusals", len(s.Order(o.ID).Tags), 0)
		many := make([]string, 50)
		for i := range many {
			many[i] = fmt.Sprintf("%s%d", strings.Repeat("ä", 38), 10+i)
		}
		s.Do("order.tag", order.TagIn{ID: o.ID, Tags: many})
		s.Refused("order.tag", order.TagIn{ID: o.ID, Tags: []string{"one more"}}, "/tags tag_invalid")
		s.Do("order.tag", order.TagIn{ID: o.ID, Tags: many[:1]})
		s.Do("order.untag", order.UntagIn{ID: o.ID, Tags: many[:1]})
		wants(t, "tags", len(s.Do("order.tag", order.TagIn{ID: o.ID, Tags: []string{"2026/Q1 at 10:30 c+1.x_y"}}).Tags), 50)
	})
}

// Spec: 1.6.5
func TestATagIsReplacedByAnother(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a, b, c := placeAs(s, "a"), placeAs(s, "b"), placeAs(s, "c")
		s.Do("order.tag", order.TagIn{ID: a.ID, Tags: []string{"big", "old"}})
		s.Do("order.tag", order.TagIn{ID: b.ID, Tags: []string{"old", "new"}})
		for _, o := range []*order.Order{a, b, c} {
			s.Do("order.tag", order.TagIn{ID: o.ID, Tags: []string{"New"}, InsteadOf: []string{"OLD", "older"}})
		}
		wants(t, "after it", tagged(s, ""), "a:big+new b:new c:")
		s.Wrote(a.ID, []string{"1 order.placed"}, []string{"2 order.tagged"}, []string{"3 order.tagged", `"new":{`, `"old":null`})
		s.Wrote(b.ID, []string{"1 order.placed"}, []string{"2 order.tagged"}, []string{"3 order.untagged", `"old":null`})
		s.Wrote(c.ID, []string{"1 order.placed"})
		s.Do("order.tag", order.TagIn{ID: a.ID, InsteadOf: []string{"big"}})
		wants(t, "without another", tagged(s, ""), "a:new b:new c:")

		s.Refused("order.tag", order.TagIn{ID: a.ID}, "/tags tag_invalid")
		s.Refused("order.tag", order.TagIn{ID: a.ID, Tags: []string{"x,y", "new"}, InsteadOf: []string{"-", "NEW"}}, "/tags/0 tag_invalid", "/instead_of/0 tag_invalid", "/instead_of/1 tag_invalid")
		s.Actor = auth.Actor{ID: "usr_1", Kind: auth.Staff, Permissions: auth.Permit("order.tag", "order.get")}
		s.Refused("order.tag", order.TagIn{ID: a.ID, Tags: []string{"x"}, InsteadOf: []string{"new"}}, "permission_missing")
		wants(t, "by who may not take off", strings.Join(s.Do("order.tag", order.TagIn{ID: a.ID, Tags: []string{"x"}}).Tags, " "), "new x")
		s.Actor = auth.Internal("test")
		s.Sound()
	})
}

// Spec: 1.6.5
func TestTagsAreShownToStaffWithinTheirScope(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		a := placeAs(s, "a")
		s.Do("order.tag", order.TagIn{ID: a.ID, Tags: []string{"difficult"}})
		all := s.Actor
		as := func(scope auth.Scope) {
			s.Actor = auth.Actor{ID: "usr_1", Kind: auth.Staff, Permissions: auth.All, Scope: scope}
		}
		as(auth.Scope{Channels: []string{s.Till}})
		wants(t, "in another channel", tagsInUse(s, query.Input{}), "")
		s.Refused("order.tag", order.TagIn{ID: a.ID, Tags: []string{"x"}}, "not_found")
		as(auth.Scope{Channels: []string{a.ChannelID}})
		wants(t, "in their channel", tagsInUse(s, query.Input{})+" "+tagged(s, "tag:difficult"), "difficult a:difficult")
		as(auth.Scope{Customer: a.CustomerID})
		wants(t, "to the customer", tagsInUse(s, query.Input{})+tagged(s, "")+fmt.Sprint(s.Order(a.ID).Tags), "a:[]")
		_, err := s.Try("order.list", query.Input{Filter: "-tag:difficult"})
		if p := problem.As(err); p == nil || p.Faults[0].Code != query.ErrField {
			t.Errorf("a customer who asks for tags is told %v", err)
		}
		s.Refused("order.untag", order.UntagIn{ID: a.ID, Tags: []string{"difficult"}}, "not_found")
		s.Actor = all
	})
}
