package order_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/customer"
	"ordo/trade/tradetest"
)

// eachShop runs a test in a shop on both databases and checks its books at the end.
func eachShop(t *testing.T, fn func(t *testing.T, s *ordertest.Shop)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := ordertest.Open(t, d)
		fn(t, s)
		if s.Count(`SELECT count(*) FROM orders`) > 0 {
			s.Sound()
		}
	})
}

var line = ordertest.Line

func percent(rate money.Rate) order.DiscountIn {
	return order.DiscountIn{Kind: "percent", Rate: rate, Label: "Sale"}
}

func amount(minor int64) order.DiscountIn {
	return order.DiscountIn{Kind: "amount", Amount: minor, Label: "Voucher"}
}

// costs lists per line "sku extended - discount = net + tax = gross".
func costs(o *order.Order) (all []string) {
	for _, l := range o.Lines {
		all = append(all, fmt.Sprintf("%s %d - %d = %d + %d = %d", l.SKU, l.Extended.Amount, l.Discount.Amount, l.Net.Amount, l.Tax.Amount, l.Gross.Amount))
	}
	return all
}

// sums are subtotal, discount, charges, net, tax and total.
func sums(o *order.Order) string {
	return fmt.Sprint(o.Subtotal.Amount, " ", o.Discount.Amount, " ", o.Charges.Amount, " ", o.Net.Amount, " ", o.Tax.Amount, " ", o.Total.Amount)
}

func wants[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// Spec: 1.3.1
func TestPricesDiscountsShippingAndTax(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		off := func(l order.LineIn, d ...order.DiscountIn) order.LineIn { l.Discounts = d; return l }
		manual := func(l order.LineIn, price money.UnitPrice) order.LineIn { l.UnitPrice = &price; return l }
		to := func(l order.LineIn, delivery int) order.LineIn { l.Delivery = delivery; return l }
		for _, c := range []struct {
			name  string
			lines []order.LineIn
			more  func(a *order.Agreement)
			costs []string
			sums  string
		}{
			{"a list price with tax on top", []order.LineIn{line("TEA", 2)}, nil, []string{"TEA 2000 - 0 = 2000 + 400 = 2400"}, "2000 0 0 2000 400 2400"},
			{"breaks count the sum of all lines", []order.LineIn{line("TEA", 4), line("tea", 6)}, nil,
				[]string{"TEA 3600 - 0 = 3600 + 720 = 4320", "TEA 5400 - 0 = 5400 + 1080 = 6480"}, "9000 0 0 9000 1800 10800"},
			{"a barcode names a variant", []order.LineIn{{Barcode: "96385074", Quantity: 1_000}}, nil, []string{"TEA 1000 - 0 = 1000 + 200 = 1200"}, "1000 0 0 1000 200 1200"},
			{"fractions are rounded once per line", []order.LineIn{{SKU: "POT", Quantity: 1_500}}, nil, []string{"POT 5000 - 0 = 5000 + 250 = 5250"}, "5000 0 0 5000 250 5250"},
			{"discounts of a line follow one another", []order.LineIn{off(line("TEA", 2), percent(100_000), amount(300))}, nil,
				[]string{"TEA 2000 - 500 = 1500 + 300 = 1800"}, "2000 500 0 1500 300 1800"},
			{"a discount of the order is spread by largest remainder", []order.LineIn{line("TEA", 1), line("MUG", 1), line("MUG", 1)}, func(a *order.Agreement) { a.Discounts = []order.DiscountIn{amount(101)} },
				[]string{"TEA 1000 - 51 = 949 + 190 = 1139", "MUG 500 - 25 = 475 + 95 = 570", "MUG 500 - 25 = 475 + 95 = 570"}, "2000 101 0 1899 380 2279"},
			{"a bundle's price falls to its parts by their list prices", []order.LineIn{line("SET", 1)}, nil,
				[]string{"SET 4000 - 0 = 4000 + 339 = 4339", "MUG 923 - 0 = 923 + 185 = 1108", "POT 3077 - 0 = 3077 + 154 = 3231"}, "4000 0 0 4000 339 4339"},
			{"an amount off a bundle is taken once", []order.LineIn{off(line("SET", 1), amount(1000))}, nil,
				nil, "4000 1000 0 3000 253 3253"},
			{"a percentage off a bundle is that of the whole", []order.LineIn{off(line("SET", 3), percent(333_333))}, nil,
				nil, "12000 4000 0 8000 677 8677"},
			{"a price by hand", []order.LineIn{manual(line("FREE", 3), 3_333_333)}, nil, []string{"FREE 1000 - 0 = 1000 + 200 = 1200"}, "1000 0 0 1000 200 1200"},
			{"an exempt customer pays no tax", []order.LineIn{line("TEA", 1)}, func(a *order.Agreement) { a.CustomerID = s.Exempt; a.Deliveries[0].MethodID = s.Parcel }, nil, "1000 0 395 1395 0 1395"},
			{"a customer's own list", []order.LineIn{line("TEA", 10)}, func(a *order.Agreement) { a.CustomerID = s.Trader }, nil, "6000 0 0 6000 1200 7200"},
			{"each delivery has the tax of its country", []order.LineIn{line("TEA", 1), to(line("TEA", 1), 1), to(line("POT", 1), 1), to(line("MUG", 1), 2)}, func(a *order.Agreement) {
				a.Deliveries = []order.DeliveryIn{{Address: ordertest.Home("GB"), MethodID: s.Parcel}, {Address: ordertest.Home("DE"), MethodID: s.Parcel}, {Address: ordertest.Home("US")}}
			}, []string{"TEA 1000 - 0 = 1000 + 200 = 1200", "TEA 1000 - 0 = 1000 + 190 = 1190", "POT 3333 - 0 = 3333 + 233 = 3566", "MUG 500 - 0 = 500 + 0 = 500"}, "5833 0 1690 7523 948 8471"},
			{"shipping by weight", []order.LineIn{line("MUG", 3)}, func(a *order.Agreement) { a.Deliveries[0].MethodID = s.Heavy }, nil, "1500 0 300 1800 360 2160"},
			{"a heavier parcel is dearer", []order.LineIn{line("MUG", 4)}, func(a *order.Agreement) { a.Deliveries[0].MethodID = s.Heavy }, nil, "2000 0 600 2600 520 3120"},
			{"a bundle weighs what its parts do", []order.LineIn{line("SET", 2)}, func(a *order.Agreement) { a.Deliveries[0].MethodID = s.Heavy }, nil, "8000 0 900 8900 857 9757"},
			{"shipping by worth", []order.LineIn{line("TEA", 5)}, func(a *order.Agreement) { a.Deliveries[0].MethodID = s.Worth }, nil, "5000 0 0 5000 1000 6000"},
			{"worth counts after discounts", []order.LineIn{off(line("TEA", 5), amount(1))}, func(a *order.Agreement) { a.Deliveries[0].MethodID = s.Worth }, nil, "5000 1 500 5499 1100 6599"},
			{"without ship-to the channel's country taxes", []order.LineIn{line("GUIDE", 1)}, func(a *order.Agreement) { a.Deliveries = nil }, nil, "499 0 0 499 100 599"},
		} {
			a := s.Agreement(c.lines...)
			if c.more != nil {
				c.more(&a)
			}
			o := s.Priced(a)
			if c.costs != nil && !slices.Equal(costs(o), c.costs) {
				t.Errorf("%s: got %q, want %q", c.name, costs(o), c.costs)
			}
			wants(t, c.name, sums(o), c.sums)
		}
		wants(t, "pricing writes nothing, orders", s.Count(`SELECT count(*) FROM orders`), 0)
	})
}

func TestInclusivePricesHoldTheirTax(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		list := s.PriceList("gross", "GBP", true)
		s.Price(list, "TEA", 10_000_000)
		a := s.Agreement(line("TEA", 3))
		a.ChannelID = s.Sell("shop", "online_store", "GBP", list, "all")
		a.Deliveries[0].MethodID = s.Parcel
		a.Discounts = []order.DiscountIn{amount(1)}
		o := s.Priced(a)
		wants(t, "lines", costs(o), []string{"TEA 3000 - 1 = 2499 + 500 = 2999"})
		wants(t, "sums", sums(o), "3000 1 329 2828 566 3394")
	})
}

func TestPlacingAnswersWhatItWrote(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 2), line("SET", 1), line("GUIDE", 1)), Payment: &order.PaymentIn{Method: "on_account"}}
		in.Reference, in.SourceKind, in.ExternalID, in.Priority = "PO 1", "po", "x-1", 7
		in.Deliveries[0].MethodID = s.Parcel
		in.Billing = ordertest.Home("DE")
		placed := s.Do("order.place", in)
		read := s.Order(placed.ID)
		if got, want := text(t, placed), text(t, read); got != want {
			t.Errorf("the answer is\n%s\nand then\n%s", got, want)
		}
		if placed.Contact == nil || placed.Contact.Name != "Ada Byron" || placed.Billing.Country != "DE" || placed.Deliveries[0].Address.City != "London" {
			t.Errorf("contact %v, bill to %v, ship to %v", placed.Contact, placed.Billing, placed.Deliveries[0].Address)
		}
		wants(t, "number, statuses", fmt.Sprint(placed.Number, placed.Status, placed.PaymentStatus, placed.FulfillmentStatus, placed.TermsDays), "SO-000001approvedunpaidunfulfilled30")
		if due := placed.PlacedAt.Time().AddDate(0, 0, 30); !placed.DueAt.Time().Equal(due) {
			t.Errorf("due at %v, want %v", placed.DueAt, due)
		}
		s.Wrote(placed.ID, []string{"1 order.placed", `"external_id":"x-1"`, `"number":"SO-000001"`, `"lines"`})
		for _, e := range s.Events(placed.ID) {
			for _, personal := range []string{"Ada", "London", "Square"} {
				if strings.Contains(e, personal) {
					t.Errorf("an event tells %q", personal)
				}
			}
		}
		wants(t, "priority of the reservations", s.Count(`SELECT min(priority) FROM reservations`), 7)
	})
}

func TestAGuestNeedsAContactAndACustomerHasOne(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1))}
		in.Contact = &customer.Contact{Name: "Guest"}
		s.Refused("order.place", in, "/contact value_invalid")
		in.CustomerID = ""
		o := s.Do("order.place", in)
		if got := s.Order(o.ID); got.Contact == nil || got.Contact.Name != "Guest" || got.CustomerID != "" {
			t.Errorf("the guest is %v", got.Contact)
		}
		in.Contact = nil
		s.Refused("order.place", in, "/contact field_required")
		in.ChannelID = s.Till
		s.Do("order.place", in)
	})
}

// Spec: 1.1.2, 1.1.3
func TestTheContactCopySurvivesARename(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		rename := func(name string) {
			tradetest.Do[*customer.Customer](s.Shop, "customer.update", customer.UpdateIn{ID: s.Customer, Facts: customer.Facts{Terms: customer.Terms{Type: "vip", Active: true}, Contact: customer.Contact{Name: name}}})
		}
		o, draft := s.Place(line("TEA", 1)), s.Do("order.draft", order.DraftIn{Agreement: s.Agreement(line("TEA", 1))})
		rename("Ada Lovelace")
		wants(t, "contact of the placed order", s.Order(o.ID).Contact.Name, "Ada Byron")
		late := s.Do("order.place_draft", order.PlaceDraftIn{ID: draft.ID})
		rename("Ada King")
		got := s.Order(draft.ID)
		wants(t, "contact and type of the draft as they were at its placement", late.Contact.Name+got.Contact.Name+got.CustomerType, "Ada LovelaceAda Lovelacevip")
	})
}

// Spec: 1.1.9
func TestAnExternalIDGivesOneOrder(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("MUG", 1))}
		in.ExternalID = "market-1"
		var mu sync.Mutex
		outcomes := map[string]int{}
		var wg sync.WaitGroup
		for range 12 {
			wg.Go(func() {
				_, err := s.Try("order.place", in)
				mu.Lock()
				defer mu.Unlock()
				outcomes[codes(err)]++
			})
		}
		wg.Wait()
		wants(t, "outcomes", fmt.Sprint(outcomes), "map[:1 /external_id duplicate_external_id:11]")
		wants(t, "orders", s.Count(`SELECT count(*) FROM orders`), 1)
		in.ChannelID = s.Till
		s.Do("order.place", in)
	})
}

// codes are the faults of a refusal, each "pointer code".
func codes(err error) string {
	p := problem.As(err)
	if p == nil {
		if err != nil {
			return err.Error()
		}
		return ""
	}
	var all []string
	for _, f := range p.Faults {
		all = append(all, strings.TrimSpace(f.Pointer+" "+f.Code.Name))
	}
	return strings.Join(all, ", ")
}

// Spec: 1.1.9
func TestPayingIsLimitedByChannelAndCustomer(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1)), Payment: &order.PaymentIn{Method: "transfer"}}
		s.Refused("order.place", in, "/payment/method payment_method_not_allowed")
		in.Payment.Method, in.CustomerID = "on_account", s.NoAccount
		s.Refused("order.place", in, "/payment/method payment_method_not_allowed")
		in.CustomerID, in.Contact = "", &customer.Contact{Name: "Guest"}
		s.Refused("order.place", in, "/payment/method payment_method_not_allowed")
		in.Payment.Method = "cash"
		s.Do("order.place", in)
		draft := s.Do("order.draft", order.DraftIn{Agreement: in.Agreement})
		s.Refused("order.place_draft", order.PlaceDraftIn{ID: draft.ID, Payment: &order.PaymentIn{Method: "on_account"}}, "/payment/method payment_method_not_allowed")
	})
}

// Spec: 1.3.7
func TestAnUnexpectedTotalIsRefusedAndTold(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1)), ExpectedTotal: pounds(1199)}
		commandtest.Unchanged(t, s.DB, func() { s.Refused("order.place", in, "/expected_total total_mismatch") })
		_, err := s.Try("order.place", in)
		wants(t, "told", problem.As(err).Extra["total"], any(*pounds(1200)))
		in.ExpectedTotal = &money.Amount{Amount: 1200, Currency: "EUR"}
		s.Refused("order.place", in, "/expected_total total_mismatch")
		in.ExpectedTotal = pounds(1200)
		s.Do("order.place", in)
	})
}

func TestDiscountsAndPricesByHandAreLimited(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		s.Actor = auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("order.place"), Limits: auth.Limits{DiscountRate: 100_000}}
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 3), line("MUG", 1))}
		price := money.UnitPrice(1)
		in.Lines[0].UnitPrice = &price
		s.Refused("order.place", in, "/lines/0/unit_price price_override_forbidden")
		in.Lines[0].UnitPrice = nil
		in.Discounts = []order.DiscountIn{percent(100_000)}
		s.Do("order.place", in)
		in.Discounts[0].Rate = 101_000
		s.Refused("order.place", in, "/discounts limit_exceeded")
		in.Discounts = nil
		in.Lines[1].Discounts = []order.DiscountIn{percent(150_000)} // less than a tenth of the order
		in.Lines[1].Quantity = 1_000
		s.Refused("order.place", in, "/lines/1/discounts limit_exceeded")
		in.Lines = []order.LineIn{line("SET", 1)}
		in.Lines[0].Discounts = []order.DiscountIn{amount(401)}
		s.Refused("order.place", in, "/lines/0/discounts limit_exceeded", "/discounts limit_exceeded")
		in.Lines[0].Discounts[0].Amount = 400
		s.Do("order.place", in)
	})
}

// Spec: 1.1.9
func TestActorsPlaceAndSeeOnlyWhatIsTheirs(t *testing.T) {
	eachShop(t, func(t *testing.T, s *ordertest.Shop) {
		o := s.Place(line("TEA", 1))
		all := s.Actor
		s.Actor = auth.Actor{ID: "key_till", Kind: auth.Key, Permissions: auth.All, Scope: auth.Scope{Channels: []string{s.Till}}, Limits: auth.Limits{DiscountRate: 1_000_000}}
		s.Refused("order.get", order.GetIn{ID: o.ID}, "not_found")
		s.Refused("order.hold", order.HoldIn{ID: o.ID, Kind: "manual", Reason: "x"}, "not_found")
		s.Refused("order.clone", order.CloneIn{ID: o.ID}, "not_found")
		s.Refused("order.events", order.EventsIn{ID: o.ID}, "not_found")
		s.Refused("order.place", order.PlaceIn{Agreement: s.Agreement(line("TEA", 1))}, "/channel_id not_found")

		s.Actor = auth.Actor{ID: "usr_mary", Kind: auth.Customer, Permissions: auth.Permit("order.*"), Scope: auth.Scope{Customer: s.NoAccount}}
		s.Refused("order.get", order.GetIn{ID: o.ID}, "not_found")
		in := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1))}
		s.Refused("order.place", in, "/customer_id not_found")
		in.CustomerID, in.Contact = "", &customer.Contact{Name: "Somebody"}
		s.Refused("order.place", in, "/customer_id field_required")
		in.CustomerID, in.Contact = s.NoAccount, nil
		own := s.Do("order.place", in)
		s.Actor = all
		taken := order.PlaceIn{Agreement: s.Agreement(line("TEA", 1))}
		taken.ExternalID = "x-9"
		other := s.Do("order.place", taken)
		s.Actor = auth.Actor{ID: "usr_mary", Kind: auth.Customer, Permissions: auth.Permit("order.*"), Scope: auth.Scope{Customer: s.NoAccount}}
		in.ExternalID = "x-9"
		s.Refused("order.place", in, "/external_id duplicate_external_id")
		if _, err := s.Try("order.place", in); strings.Contains(err.Error(), other.ID) {
			t.Errorf("a customer is told of a foreign order: %v", err)
		}
		s.Actor.Scope = auth.Scope{Channels: []string{s.Till}}
		s.Refused("order.place", taken, "/channel_id not_found")
		s.Actor.Scope = auth.Scope{Locations: []string{s.North}}
		s.Refused("order.place", taken, "scope_exceeded")
		s.Refused("order.draft", order.DraftIn{Agreement: taken.Agreement}, "scope_exceeded")
		s.Actor.Scope = auth.Scope{Customer: s.NoAccount}
		s.Refused("order.revise", order.ReviseIn{ID: o.ID, Agreement: in.Agreement}, "not_found")
		found := tradetest.Do[order.Timeline](s.Shop, "order.events", order.EventsIn{ID: own.ID})
		if len(found.Items) != 1 || !strings.HasPrefix(string(found.Items[0].Body), `{"order":`) || strings.Contains(string(found.Items[0].Body), `"lines"`) {
			t.Errorf("a customer reads %+v", found.Items)
		}
		wants(t, "orders that the customer lists", listed(s, ""), own.ID)

		s.Actor = all
		s.Do("order.hold", order.HoldIn{ID: own.ID, Kind: "fraud", Reason: "looks_odd"})
		s.Actor = auth.Actor{ID: "usr_mary", Kind: auth.Customer, Permissions: auth.Permit("order.*"), Scope: auth.Scope{Customer: s.NoAccount}}
		if n := len(tradetest.Do[order.Timeline](s.Shop, "order.events", order.EventsIn{ID: own.ID}).Items); n != 1 {
			t.Errorf("the customer reads %d events, one of them of a hold", n)
		}
		s.Actor = all
	})
}
