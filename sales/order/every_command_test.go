package order_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

func TestEveryCommandHasOneEffectWhateverFails(t *testing.T) {
	var runs atomic.Int64
	for name, prepare := range map[string]func(s *ordertest.Shop) any{
		"order.place": func(s *ordertest.Shop) any {
			in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 2), line("SET", 1), line("LAMP", 1)), Payment: &order.PaymentIn{Method: "on_account"}}
			in.ExternalID = fmt.Sprint("x-", runs.Add(1))
			in.Deliveries[0].MethodID, in.Discounts = s.Parcel, []order.DiscountIn{amount(1)}
			return in
		},
		"order.place of a newcomer": func(s *ordertest.Shop) any {
			in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 2)), Newcomer: newcomer(func(f *customer.Facts) { f.ExternalID = fmt.Sprint("c-", runs.Add(1)) })}
			in.CustomerID = ""
			return in
		},
		"order.draft": func(s *ordertest.Shop) any { return order.DraftIn{Agreement: s.Agreement(line("SET", 1))} },
		"order.revise": func(s *ordertest.Shop) any {
			o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 2))})
			return order.ReviseIn{ID: o.ID, IfMatch: o.ETag(), Agreement: s.Agreement(line("SET", 1))}
		},
		"order.change_line": func(s *ordertest.Shop) any {
			o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 2), line("SET", 1))})
			return order.ChangeLineIn{ID: o.ID, IfMatch: o.ETag(), LineID: o.Lines[1].ID, Quantity: 2_000}
		},
		"order.remove_line": func(s *ordertest.Shop) any {
			o := s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 2), line("SET", 1))})
			return order.RemoveLineIn{ID: o.ID, IfMatch: o.ETag(), LineID: o.Lines[1].ID}
		},
		"order.place_draft": func(s *ordertest.Shop) any {
			return order.PlaceDraftIn{ID: s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1), line("LAMP", 1))}).ID}
		},
		"order.clone": func(s *ordertest.Shop) any { return order.CloneIn{ID: s.Place(line("GUIDE", 2)).ID} },
		"order.note": func(s *ordertest.Shop) any {
			return order.NoteIn{ID: s.Place(line("GUIDE", 2)).ID, NoteFacts: order.NoteFacts{Text: "x"}}
		},
		"order.edit_note": func(s *ordertest.Shop) any {
			n := tradetest.Do[*order.Note](s.Shop, "order.note", order.NoteIn{ID: s.Place(line("GUIDE", 2)).ID, NoteFacts: order.NoteFacts{Text: "x"}})
			return order.EditNoteIn{ID: n.OrderID, NoteID: n.ID, NoteFacts: order.NoteFacts{Text: "y", Mentions: []string{user(s, "Ann")}}}
		},
		"order.remove_note": func(s *ordertest.Shop) any {
			n := tradetest.Do[*order.Note](s.Shop, "order.note", order.NoteIn{ID: s.Place(line("GUIDE", 2)).ID, NoteFacts: order.NoteFacts{Text: "x", Mentions: []string{user(s, "Ann")}}})
			return order.RemoveNoteIn{ID: n.OrderID, NoteID: n.ID}
		},
		"order.tag": func(s *ordertest.Shop) any {
			return order.TagIn{ID: s.Place(line("GUIDE", 2)).ID, Tags: []string{"vip", "gift"}}
		},
		"order.untag": func(s *ordertest.Shop) any {
			in := order.TagIn{ID: s.Place(line("GUIDE", 2)).ID, Tags: []string{"vip", "gift"}}
			s.Do("order.tag", in)
			return order.UntagIn{ID: in.ID, Tags: in.Tags}
		},
		"order.clone with a note": func(s *ordertest.Shop) any {
			id := s.Place(line("GUIDE", 2)).ID
			return order.CloneIn{ID: id, Notes: []string{tradetest.Do[*order.Note](s.Shop, "order.note", order.NoteIn{ID: id, NoteFacts: order.NoteFacts{Text: "x"}}).ID}}
		},
		"order.hold": func(s *ordertest.Shop) any {
			return order.HoldIn{ID: s.Place(line("GUIDE", 2)).ID, Kind: "manual", Reason: "x"}
		},
		"order.release_hold": func(s *ordertest.Shop) any {
			o := s.Do("order.hold", order.HoldIn{ID: s.Place(line("GUIDE", 2)).ID, Kind: "manual", Reason: "x"})
			return order.ReleaseHoldIn{ID: o.ID, HoldID: o.Holds[0].ID}
		},
		"order.release_holds": func(s *ordertest.Shop) any {
			o := s.Do("order.hold", order.HoldIn{ID: s.Place(line("GUIDE", 2)).ID, Kind: "manual", Reason: "x"})
			return order.ReleaseHoldsIn{ID: o.ID, Kind: "manual"}
		},
		"order.cancel": func(s *ordertest.Shop) any { return cancels(s.Place(line("MUG", 3), line("SET", 1)), 2_000, 1_000) },
		"order.move_stock": func(s *ordertest.Shop) any {
			s.Receive(s.South, ordertest.Units("MUG", 2))
			o := s.Place(line("MUG", 3), line("TEA", 1))
			half := money.Quantity(1_500)
			return order.MoveStockIn{ID: o.ID, Lines: []order.MoveLine{{LineID: o.Lines[0].ID, Quantity: &half, LocationID: s.South}}}
		},
		"order.allocate": func(s *ordertest.Shop) any {
			s.Receive(s.North, ordertest.Units("LAMP", 1))
			first, second := s.Place(line("LAMP", 1)), s.Place(line("LAMP", 1))
			s.Do("order.cancel", order.CancelIn{ID: first.ID, Reason: "other"})
			return order.AllocateIn{ID: second.ID}
		},
		"stock.receive": func(s *ordertest.Shop) any {
			wine := ordertest.Units("WINE", 1)
			wine.Lot = fmt.Sprint("L", runs.Add(1))
			s.Place(line("LAMP", 1))
			return inventory.ReceiveIn{LocationID: s.North, Lines: []inventory.ReceiveLine{ordertest.Units("LAMP", 1), wine}}
		},
		"stock.adjust": func(s *ordertest.Shop) any {
			return inventory.AdjustIn{LocationID: s.North, Reason: "count", Lines: []inventory.AdjustLine{{SKU: "BOX", Quantity: -1}, {SKU: "TEA", Quantity: 1}}}
		},
	} { // order-free: each has its own databases
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s *ordertest.Shop
			commandtest.FailEverywhere(t, func(t *testing.T, d *db.DB) *command.Engine {
				s = ordertest.Open(t, d)
				s.Receive(s.North, ordertest.Units("TEA", 500), ordertest.Units("MUG", 500), ordertest.Units("POT", 500))
				return s.Engine
			}, func(*testing.T, *command.Engine) func(string) error {
				if s.Count(`SELECT count(*) FROM orders`) > 0 {
					s.Sound()
				}
				in := prepare(s)
				operation, _, _ := strings.Cut(name, " ")
				return func(key string) error {
					_, err := s.TryWithKey(operation, in, key)
					return err
				}
			})
		})
	}
}
