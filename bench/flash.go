package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"

	"ordo/base/id"
	"ordo/engine/command"
)

const (
	buyers    = 10_000
	units     = 100
	mostEach  = 2            // units of the hot SKU in one order, by a limit for each customer
	flashSale = variants     // number of the SKU that all want
	flashSet  = variants + 1 // of a bundle of it and another
)

// basket is what a buyer wants: SKUs by number, one unit each, of the hot one so
// many in all.
type basket struct {
	skus []int
	hot  int64
}

// baskets are what the buyers want, in turn. The last is over the limit.
var baskets = []basket{
	{[]int{flashSale}, 1},
	{[]int{flashSet}, 1},
	{[]int{flashSale, flashSale}, 2},
	{[]int{flashSet, flashSale}, 2},
	{[]int{flashSale, flashSale, flashSale}, 3},
}

// flash lets 10,000 buyers order a SKU that has 100 units, by itself, within a
// bundle and on several lines: exactly 100 units are sold, all others are told
// why not, and nobody gets more than the limit.
func flash(ctx context.Context, m *measurement) error {
	err := m.inProcess(ctx, nil, func(e *command.Engine) error {
		s := &seeder{ctx: ctx, engine: e}
		s.addFlashSale(m.shop)
		return s.err
	})
	if err != nil {
		return err
	}
	return m.served(ctx, func(s *server) error {
		l := m.loop("flash")
		l.warmup, l.duration = 0, 0
		l.meters = m.meters(ctx, s)
		sale := &sale{measurement: m, addr: s.addr, orders: make([]atomic.Int64, len(baskets))}
		f, err := l.run(ctx, sale.buying(ctx))
		if err != nil {
			return err
		}
		f.PeakMemory = readMemory(s.pid, peak)
		m.result.add(f)
		return sale.check(ctx, f)
	})
}

// addFlashSale adds what all want, the bundle that it is in, and the limits.
func (s *seeder) addFlashSale(shop *shop) {
	s.addVariants(shop, flashSale, 1, units/len(shop.locations))
	s.do("product.create", object{"title": "Flash set", "variants": []object{{"sku": sku(flashSet), "title": "Flash set", "kind": "stock", "tax_class": "standard", "active": true,
		"parts": []object{{"sku": sku(flashSale), "quantity": 1}, {"sku": sku(0), "quantity": 1}}}}})
	s.do("price.set", object{"id": shop.priceList, "prices": []object{{"sku": sku(flashSet), "unit_price": "20.00"}}})
	var found struct{ Items []struct{ ID string } }
	s.read("variant.list", object{"filter": "sku:" + sku(flashSale)}, &found)
	if s.err != nil {
		return
	}
	var limits []object
	for _, c := range shop.customers {
		limits = append(limits, object{"customer_id": c, "maximum": mostEach})
	}
	s.do("variant.set_limits", object{"id": found.Items[0].ID, "limits": limits})
}

// sale counts what the buyers got.
type sale struct {
	*measurement
	addr   string
	next   atomic.Int64
	orders []atomic.Int64 // that were taken, by basket
}

// buying returns clients that share the buyers.
func (s *sale) buying(ctx context.Context) func(i int) (step, error) {
	request := newTemplate(http.MethodPost, "/v1/orders", s.addr, s.shop.key)
	run := id.Random.Token()
	return func(int) (step, error) {
		c, err := dial(ctx, s.addr)
		if err != nil {
			return nil, err
		}
		var body, text []byte
		return func() error {
			n := s.next.Add(1)
			if n > buyers {
				return errDone
			}
			kind := int(n) % len(baskets)
			body = s.shop.order(body[:0], int(n)%customers, baskets[kind].skus...)
			text = request.request(text[:0], run+strconv.FormatInt(n, 10), body)
			status, answer, err := c.do(text)
			if err != nil {
				return err
			}
			if status == http.StatusCreated {
				s.orders[kind].Add(1)
				return nil
			}
			if refusal := baskets[kind].refusal(); status == refusal.status && bytes.Contains(answer, []byte(refusal.code)) {
				return errRefused
			}
			return &wrongAnswer{status, string(answer)}
		}, nil
	}
}

type refusal struct {
	status int
	code   string
}

// refusal is the answer to those who do not get the basket.
func (b basket) refusal() refusal {
	if b.hot > mostEach {
		return refusal{http.StatusUnprocessableEntity, `"quantity_out_of_limits"`}
	}
	return refusal{http.StatusConflict, `"stock_insufficient"`}
}

// check compares what the buyers were told with the stock.
func (s *sale) check(ctx context.Context, f *Figures) error {
	onHand, reserved, err := s.stock(ctx)
	if err != nil {
		return err
	}
	var orders, sold, above int64
	taken := make([]int64, len(baskets))
	for i, b := range baskets {
		taken[i] = s.orders[i].Load()
		orders, sold = orders+taken[i], sold+taken[i]*b.hot
		if b.hot > mostEach {
			above += taken[i]
		}
	}
	s.result.note("sold %d of %d units by %d orders (by itself %d, in a bundle %d, on two lines %d, beside a bundle %d, above the limit %d), refused %d of %d buyers; stock: %.0f on hand, %.0f reserved",
		sold, units, orders, taken[0], taken[1], taken[2], taken[3], taken[4], f.Refused, buyers, onHand, reserved)
	if sold != units || above != 0 || slices.Contains(taken[:4], 0) || orders != f.Answers-f.Refused || f.Answers != buyers || onHand != units || reserved != units {
		s.result.print(s.Stdout)
		return fmt.Errorf("the sale went wrong: %s", s.result.Notes[len(s.result.Notes)-1])
	}
	return nil
}

// stock reads what there is of the hot SKU.
func (s *sale) stock(ctx context.Context) (onHand, reserved float64, err error) {
	c, err := dial(ctx, s.addr)
	if err != nil {
		return 0, 0, err
	}
	status, answer, err := c.do(newTemplate(http.MethodGet, "/v1/stock?filter=sku:"+sku(flashSale), s.addr, s.shop.key).request(nil, "", nil))
	if err != nil || status != http.StatusOK {
		return 0, 0, fmt.Errorf("stock: %d %s %w", status, answer, err)
	}
	var stock struct {
		Items []struct {
			OnHand   float64 `json:"on_hand"`
			Reserved float64
		}
	}
	err = json.Unmarshal(answer, &stock)
	for _, l := range stock.Items {
		onHand, reserved = onHand+l.OnHand, reserved+l.Reserved
	}
	return onHand, reserved, err
}
