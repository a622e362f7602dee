package order

import (
	"fmt"
	"net/http"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Codes of the quantity ledger.
var (
	ErrExceedsReserved = problem.Declare("quantity_exceeds_reserved", problem.Conflict,
		"More is to be picked or moved than is reserved and not picked yet.", "Lower the quantity, or wait until more is reserved.")
	ErrExceedsPicked = problem.Declare("quantity_exceeds_picked", problem.Conflict,
		"More is to be packed, shipped or put back than was picked and is still there.", "Pick first, or lower the quantity.")
	ErrExceedsShipped = problem.Declare("quantity_exceeds_shipped", problem.Conflict,
		"More is to arrive, to get lost or to come back than was shipped and is still open to it.", "Look at the line's ledger; what was returned is settled already.")
	ErrExceedsOpen = problem.Declare("quantity_exceeds_open", problem.Conflict,
		"More is to be performed than is open.", "Lower the quantity.")
	ErrFromStock = problem.Declare("line_from_stock", problem.Conflict,
		"A line that is served from stock is not performed.", "Pick and ship it; of a bundle, name the parts.")
)

// Events of an order on its way.
var (
	Picked    = event.Declare("order.picked", 1, "Goods of the order were taken from the shelf.", body{})
	Unpicked  = event.Declare("order.unpicked", 1, "Picked goods were put back on the shelf.", body{})
	Shipped   = event.Declare("order.shipped", 1, "Goods of the order left the house.", body{}, "order", "lines")
	Tracked   = event.Declare("order.tracked", 1, "Shipped goods arrived, got lost or are on their way back.", body{}, "order", "lines")
	Performed = event.Declare("order.performed", 1, "Services, digital or drop-ship goods were rendered.", body{}, "order", "lines")
)

// Fate is what became of goods that left the house.
type Fate string

// The fates. Goods that were sent back are on their way, or here: stock takes
// them by a return or a receipt only.
const (
	UnderWay Fate = "in_transit"
	Arrived  Fate = "delivered"
	GoneLost Fate = "lost"
	SentBack Fate = "sent_back"
)

// Pick moves a quantity of a line from reserved to picked.
func (o *Order) Pick(l *Line, q money.Quantity, pointer string, faults *problem.List) {
	if exceeds(ErrExceedsReserved, "is reserved", l, q, l.Reserved, pointer, faults) {
		return
	}
	l.Reserved -= q
	l.Picked += q
}

// Unpick moves a quantity of a line from picked back to reserved.
func (o *Order) Unpick(l *Line, q money.Quantity, pointer string, faults *problem.List) {
	if exceeds(ErrExceedsPicked, "is picked", l, q, l.Picked, pointer, faults) {
		return
	}
	l.Picked -= q
	l.Reserved += q
}

// Ship moves a quantity of a line from picked to shipped; it is under way then.
func (o *Order) Ship(l *Line, q money.Quantity, pointer string, faults *problem.List) {
	if exceeds(ErrExceedsPicked, "is picked", l, q, l.Picked, pointer, faults) {
		return
	}
	l.Picked -= q
	l.Shipped += q
}

// Meet moves a shipped quantity of a line from one fate to another.
func (o *Order) Meet(l *Line, q money.Quantity, from, to Fate, pointer string, faults *problem.List) {
	left, right := l.fate(from), l.fate(to)
	has := l.InTransit()
	if left != nil {
		has = *left
	}
	if to == GoneLost {
		has = min(has, l.Shipped-l.Lost-l.Returned)
	}
	if exceeds(ErrExceedsShipped, "is "+string(from), l, q, has, pointer, faults) {
		return
	}
	if left != nil {
		*left -= q
	}
	if right != nil {
		*right += q
	}
}

// fate is the place of a fate in the ledger; nil under way, which follows from
// the others.
func (l *Line) fate(f Fate) *money.Quantity {
	switch f {
	case Arrived:
		return &l.Delivered
	case GoneLost:
		return &l.Lost
	case SentBack:
		return &l.SentBack
	}
	return nil
}

// Perform renders a quantity of a line that is not served from stock: it is
// shipped, and delivered at once unless it is still under way from the
// supplier. What is under way already is delivered first.
func (o *Order) Perform(l *Line, q money.Quantity, delivered bool, pointer string, faults *problem.List) {
	if !l.performable() {
		faults.Add(ErrFromStock, pointer, "%s is of kind %s", l.name(), l.Kind)
		return
	}
	has := l.Open
	if delivered {
		has += l.InTransit()
	}
	if exceeds(ErrExceedsOpen, "is open", l, q, has, pointer, faults) {
		return
	}
	fresh := q
	if delivered {
		fresh -= min(q, l.InTransit())
		l.Delivered += q
	}
	l.Open -= fresh
	l.Shipped += fresh
}

// performable tells whether the line goes straight from open to shipped.
func (l *Line) performable() bool { return l.Leaf() && !l.Stocked() }

// exceeds notes a fault if the ledger of the line does not have the quantity.
func exceeds(c *problem.Code, state string, l *Line, q, has money.Quantity, pointer string, faults *problem.List) bool {
	switch {
	case q <= 0:
		faults.Add(problem.ErrOutOfRange, pointer, "%s is not above zero", q)
	case q > has:
		faults.Add(c, pointer, "%s of %s %s, not %s", has, l.name(), state, q)
	default:
		return false
	}
	return true
}

// PerformIn is the input of order.perform.
type PerformIn struct {
	ID        string        `path:"id" json:"id"`
	Lines     []PerformLine `json:"lines,omitempty" maxItems:"2000" doc:"Everything that is open and not served from stock, if not given"`
	Delivered *bool         `json:"delivered,omitempty" doc:"False: drop-ship goods have left the supplier but not arrived. True if not given"`
}

// PerformLine is a quantity of a line that was rendered.
type PerformLine struct {
	LineID   string         `json:"line_id" maxLength:"60"`
	Quantity money.Quantity `json:"quantity" doc:"Above zero"`
}

// PerformLines renders services, digital and drop-ship goods. It is release and
// dispatch in one, so every hold that blocks release blocks it.
func PerformLines(tx *db.Tx, in PerformIn) (*Order, error) {
	o, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := guardPerform(o); err != nil {
		return nil, err
	}
	delivered := in.Delivered == nil || *in.Delivered
	if len(in.Lines) == 0 {
		in.Lines = o.toPerform(delivered)
	}
	var faults problem.List
	for i, p := range in.Lines {
		pointer := fmt.Sprintf("/lines/%d", i)
		l := o.Line(p.LineID)
		switch {
		case l == nil:
			faults.Add(problem.ErrNotFound, pointer+"/line_id", "order %s has no line %s", o.name(), p.LineID)
		case !delivered && l.performable() && l.Kind != "drop_ship":
			faults.Add(problem.ErrInvalidValue, "/delivered", "%s is of kind %s, which has no way to go", l.name(), l.Kind)
		default:
			o.Perform(l, p.Quantity, delivered, pointer+"/quantity", &faults)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return o, o.Save(tx, Performed, nil)
}

// toPerform is everything that can be rendered now.
func (o *Order) toPerform(delivered bool) (all []PerformLine) {
	for l := range o.leaves {
		q := l.Open
		if delivered {
			q += l.InTransit()
		}
		if l.performable() && q > 0 && (delivered || l.Kind == "drop_ship") {
			all = append(all, PerformLine{l.ID, q})
		}
	}
	return all
}

func guardPerform(o *Order) error {
	if err := GuardPlaced(o); err != nil {
		return err
	}
	if len(o.toPerform(true)) == 0 {
		return o.refuse("nothing is open that is not served from stock", "Release and ship what is served from stock (order.release, order.ship).")
	}
	return o.Blocked("order.release")
}

// progressOperations let an order go and render what is not served from stock.
func progressOperations() []command.Operation {
	return []command.Operation{
		command.Def[ReleaseIn, *Order]{
			Name: "order.release", Summary: "Release an order to fulfillment", Method: http.MethodPost, Path: "/v1/orders/{id}/release",
			Anchors: func(in ReleaseIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardRelease), Run: Release, Result: result, Repeat: Get, Bulk: true,
			Example: ReleaseIn{ID: "ord_01"},
		},
		command.Def[MoveStockIn, *Order]{
			Name: "order.move_stock", Summary: "Let promised stock come from another location or lot", Method: http.MethodPost, Path: "/v1/orders/{id}/move-stock",
			Anchors: func(in MoveStockIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardMoveStock), Run: MoveStock, Result: result, Repeat: Get,
			Example: MoveStockIn{ID: "ord_01", Lines: []MoveLine{{LineID: "oli_01", LocationID: "loc_02"}}},
		},
		command.Def[PerformIn, *Order]{
			Name: "order.perform", Summary: "Render services, digital and drop-ship goods", Method: http.MethodPost, Path: "/v1/orders/{id}/perform",
			Anchors: func(in PerformIn) []command.Anchor { return anchor(in.ID) },
			Guard:   guard(guardPerform), Run: PerformLines, Result: result, Repeat: Get,
			Example: PerformIn{ID: "ord_01", Lines: []PerformLine{{LineID: "oli_01", Quantity: 1_000}}},
		},
	}
}
