package inventory

import (
	"fmt"
	"net/http"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/trade/catalog"
)

// Codes of the stock ledger.
var (
	ErrInsufficient = problem.Declare("stock_insufficient", problem.Conflict,
		"There is not enough stock that is not promised already.", "Lower the quantity, choose another location, or allow a backorder.")
	ErrPromised = problem.Declare("stock_promised", problem.Conflict,
		"More would leave than is there and not picked for orders.", "Put the picked goods back on the shelf or dispatch them first, then count again.")
	ErrNotStocked = problem.Declare("not_stocked", problem.Invalid,
		"Only variants of kind stock have stock of their own.", "Name the parts of a bundle; services and digital goods have no stock.")
	ErrLot = problem.Declare("lot_required", problem.Invalid,
		"Stock of this variant is kept by lot.", "Send the lot's code.")
)

// Kinds of stock documents.
const (
	Receipt    = "receipt"
	Adjustment = "adjustment"
	Dispatch   = "dispatch"
	Return     = "return"
	Note       = "note" // a record that moves nothing
)

// Stock is the balance of a variant at a place.
type Stock struct {
	VariantID  string         `json:"variant_id"`
	SKU        string         `json:"sku"`
	Title      string         `json:"title"`
	LocationID string         `json:"location_id"`
	LotID      string         `json:"lot_id,omitempty"`
	Lot        string         `json:"lot,omitempty" doc:"Code of the lot"`
	ExpiresAt  clock.Stamp    `json:"expires_at,omitzero" doc:"Of the lot"`
	OnHand     money.Quantity `json:"on_hand" doc:"Sum of the movements"`
	Reserved   money.Quantity `json:"reserved" doc:"Promised to orders"`
	Safety     money.Quantity `json:"safety" doc:"Kept back from sale"`
	Available  money.Quantity `json:"available" doc:"Can be promised: on hand, less reserved, less safety"`
}

// Document says why stock moved.
type Document struct {
	ID         string      `json:"id"`
	Kind       string      `json:"kind" enum:"receipt,adjustment,count,transfer,dispatch,return,note"`
	LocationID string      `json:"location_id"`
	Reference  string      `json:"reference,omitempty"`
	Reason     string      `json:"reason,omitempty"`
	Origin     string      `json:"origin" enum:"ordo,imported"`
	ExternalID string      `json:"external_id,omitempty"`
	At         clock.Stamp `json:"at"`
	Version    int64       `json:"version"`
	Movements  []*Movement `json:"movements"`

	sequence int64
	moved    bool
	keeps    bool    // no promise may be broken
	losses   []*Loss // promises that it breaks
	picks    []Pick  // that stand in its way
}

// Movement is a quantity that came in, or went out if it is negative.
type Movement struct {
	VariantID string         `json:"variant_id"`
	SKU       string         `json:"sku,omitempty"`
	Location  string         `json:"location_id"`
	Lot       string         `json:"lot_id,omitempty"`
	Quantity  money.Quantity `json:"quantity"`
}

// Events of stock documents.
var (
	Received   = event.Declare("stock.received", 1, "Goods arrived at a location.", Document{})
	Adjusted   = event.Declare("stock.adjusted", 1, "Stock was corrected.", Document{})
	Returned   = event.Declare("stock.returned", 1, "Returned goods went back to stock.", Document{})
	Dispatched = event.Declare("stock.dispatched", 1, "Promised goods left for a customer.", Document{})
)

// ReceiveIn is the input of stock.receive.
type ReceiveIn struct {
	LocationID string        `json:"location_id"`
	Reference  string        `json:"reference,omitempty" maxLength:"100" doc:"The user's own, such as a delivery note"`
	Lines      []ReceiveLine `json:"lines" minItems:"1" maxItems:"1000"`
}

// ReceiveLine is a quantity of a variant that arrived.
type ReceiveLine struct {
	SKU       string         `json:"sku" minLength:"1" maxLength:"100"`
	Quantity  money.Quantity `json:"quantity" doc:"Above zero"`
	Lot       string         `json:"lot,omitempty" maxLength:"100" doc:"Code of the lot, where stock is kept by lot"`
	ExpiresAt clock.Stamp    `json:"expires_at,omitzero" doc:"Of the lot"`
}

// AdjustIn is the input of stock.adjust.
type AdjustIn struct {
	LocationID string       `json:"location_id"`
	Reason     string       `json:"reason" enum:"count,damage,loss,found,other"`
	Reference  string       `json:"reference,omitempty" maxLength:"100"`
	Lines      []AdjustLine `json:"lines" minItems:"1" maxItems:"1000"`

	KeepPromises bool `json:"keep_promises,omitempty" doc:"Refuse to take what is promised to orders, instead of breaking the promises"`
}

// AdjustLine corrects the stock of a variant by a quantity.
type AdjustLine struct {
	SKU      string         `json:"sku" minLength:"1" maxLength:"100"`
	Quantity money.Quantity `json:"quantity" doc:"Positive for more, negative for less; not zero"`
	Lot      string         `json:"lot,omitempty" maxLength:"100"`
}

// GetIn is the input of stock.get_document.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Operations on stock.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Stock]]{
		Name: "stock.list", Summary: "List stock by variant and location", Method: http.MethodGet, Path: "/v1/stock", Read: List,
	},
	command.Def[query.Input, query.Rows[*Entry]]{
		Name: "stock.movements", Summary: "List what moved stock: the ledger, newest first", Method: http.MethodGet, Path: "/v1/stock/movements",
		Permission: "stock.list", Read: Movements,
	},
	command.Def[HoldingsIn, query.Rows[*Holding]]{
		Name: "stock.reservations", Summary: "List the orders that the stock of a variant is promised to, oldest promise first", Method: http.MethodGet, Path: "/v1/variants/{id}/reservations",
		Permission: "stock.list", Read: Holdings,
	},
	command.Def[GetIn, *Document]{
		Name: "stock.get_document", Summary: "Show a stock document with its movements", Method: http.MethodGet, Path: "/v1/stock/documents/{id}",
		Permission: "stock.list",
		Read:       func(tx *db.Tx, in GetIn) (*Document, error) { return Get(tx, in.ID) },
	},
	command.Def[ReceiveIn, *Document]{
		Name: "stock.receive", Summary: "Receive goods at a location", Method: http.MethodPost, Path: "/v1/stock/receipts", Creates: true,
		Run: Receive, Result: result, Repeat: Get,
		Example: ReceiveIn{LocationID: "loc_01", Reference: "DN-4711", Lines: []ReceiveLine{{SKU: "TEA-500", Quantity: 100_000}}},
	},
	command.Def[AdjustIn, *Document]{
		Name: "stock.adjust", Summary: "Correct the stock of a location", Method: http.MethodPost, Path: "/v1/stock/adjustments", Creates: true,
		Run: Adjust, Result: result, Repeat: Get,
		Example: AdjustIn{LocationID: "loc_01", Reason: "damage", Lines: []AdjustLine{{SKU: "TEA-500", Quantity: -1_000}}},
	},
}

func result(d *Document) (string, int64) { return d.ID, d.Version }

// line is a line of any document that moves stock.
type line struct {
	sku, lot string
	expires  int64
	quantity money.Quantity
}

// Receive takes goods into stock.
func Receive(tx *db.Tx, in ReceiveIn) (*Document, error) {
	lines := make([]line, len(in.Lines))
	var faults problem.List
	for i, l := range in.Lines {
		lines[i] = line{l.SKU, l.Lot, int64(l.ExpiresAt), l.Quantity}
		if l.Quantity <= 0 {
			faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "%s is not above zero", l.Quantity)
		}
	}
	d := &Document{Kind: Receipt, LocationID: in.LocationID, Reference: in.Reference}
	return d, record(tx, d, lines, faults, Received)
}

// Adjust corrects stock. A loss beyond what is free breaks promises to orders:
// first the youngest ones of the lowest priority. What is picked stays.
func Adjust(tx *db.Tx, in AdjustIn) (*Document, error) {
	lines := make([]line, len(in.Lines))
	var faults problem.List
	for i, l := range in.Lines {
		lines[i] = line{l.SKU, l.Lot, 0, l.Quantity}
		if l.Quantity == 0 {
			faults.Add(problem.ErrOutOfRange, fmt.Sprintf("/lines/%d/quantity", i), "a correction by zero changes nothing")
		}
	}
	d := &Document{Kind: Adjustment, LocationID: in.LocationID, Reference: in.Reference, Reason: in.Reason, keeps: in.KeepPromises}
	return d, record(tx, d, lines, faults, Adjusted)
}

// PutBack takes returned goods into stock: lines are variants at the place
// where they came back to.
func PutBack(tx *db.Tx, reference, location string, movements []*Movement) error {
	d := &Document{Kind: Return, LocationID: location, Reference: reference, Movements: movements}
	return d.write(tx, Returned)
}

// record resolves the lines of a document, moves the stock and writes it down.
func record(tx *db.Tx, d *Document, lines []line, faults problem.List, t *event.Type) error {
	known, place, err := resolve(tx, d.LocationID, lines)
	if err != nil {
		return err
	}
	if place == "" {
		faults.Add(problem.ErrNotFound, "/location_id", "no location %s", d.LocationID)
	}
	promises, err := promised(tx, place, short(lines, known), known)
	if err != nil {
		return err
	}
	for i, l := range lines {
		g, pointer := known[catalog.FoldSKU(l.sku)], fmt.Sprintf("/lines/%d", i)
		if l.check(g, pointer, &faults) && place != "" { // nothing is told of what lies elsewhere
			l.take(g, d, pointer, &faults)
		}
	}
	if err := faults.Err(); err != nil {
		if len(d.picks) > 0 {
			err = problem.As(err).With("picks", d.picks)
		}
		return err
	}
	d.lose(promises)
	lots, err := recordLots(tx, lines, known)
	if err != nil {
		return err
	}
	for _, l := range lines {
		g := known[catalog.FoldSKU(l.sku)]
		d.Movements = append(d.Movements, &Movement{VariantID: g.id, SKU: g.sku, Location: d.LocationID, Lot: lots[LotKey{g.id, l.lot}].ID, Quantity: l.quantity})
	}
	return d.write(tx, t)
}

// check finds why a line can't move stock of what it names, wherever it lies.
func (l line) check(g *goods, pointer string, faults *problem.List) bool {
	switch {
	case g == nil:
		faults.Add(problem.ErrNotFound, pointer+"/sku", "no variant with SKU %s", l.sku)
	case g.kind != "stock":
		faults.Add(ErrNotStocked, pointer+"/sku", "%s is of kind %s", g.sku, g.kind)
	case g.lots && l.lot == "":
		faults.Add(ErrLot, pointer+"/lot", "%s is kept by lot", g.sku)
	case !g.lots && l.lot != "":
		faults.Add(problem.ErrInvalidValue, pointer+"/lot", "%s is not kept by lot", g.sku)
	default:
		return true
	}
	return false
}

// take moves a line's stock, or finds that there is too little. The lines of a
// document are taken one after the other.
func (l line) take(g *goods, d *Document, pointer string, faults *problem.List) {
	free, unpicked := g.free[l.lot], g.unpicked(l.lot)
	if d.keeps && l.quantity < 0 && free+l.quantity < 0 {
		faults.Add(ErrInsufficient, pointer+"/quantity", "%s of %s is there and not promised to orders, which is less than %s", free, g.sku, -l.quantity)
		return
	}
	if l.quantity < 0 && free+unpicked+l.quantity < 0 {
		picks := g.picks(l.lot)
		faults.Add(ErrPromised, pointer+"/quantity", "%s of %s can leave %s, not %s: %s", free+unpicked, g.sku, d.LocationID, -l.quantity, rest(picks))
		d.picks = append(d.picks, picks...)
		return
	}
	g.take(l.lot, max(0, -l.quantity-free))
	g.free[l.lot] = max(0, free+l.quantity)
}

// write stores a document that is complete and moves its stock.
func (d *Document) write(tx *db.Tx, t *event.Type) error {
	d.ID, d.Origin, d.At, d.Version, d.sequence = tx.ID("sdo"), "ordo", clock.At(tx.Now), 1, 1
	if err := d.emit(tx, t); err != nil {
		return err
	}
	d.Move(tx)
	return nil
}

// emit stores the document and tells of it.
func (d *Document) emit(tx *db.Tx, t *event.Type) error {
	insertDocument(tx, d)
	return event.Emit(tx, event.Event{Type: t, Subject: d.ID, Sequence: 1, Location: d.LocationID, Body: d, Data: d})
}

// Move changes the stock by the document's movements, and by the promises that
// it breaks, once: one statement per row of stock. It happens after
// the reactions to the document's event, since they may have to lock what comes
// before stock; one that needs the stock moved calls it itself, after its locks.
func (d *Document) Move(tx *db.Tx) {
	if d.moved {
		return
	}
	d.moved = true
	var all []total
	for _, m := range d.Movements {
		all = append(all, total{Place: Place{m.Location, m.Lot}, variant: m.VariantID, quantity: m.Quantity})
	}
	for _, s := range summed(append(all, d.breakPromises(tx)...)) {
		add(tx, s)
	}
}

// Arrived is how much of each variant the document brings.
func (d *Document) Arrived() map[string]money.Quantity {
	all := map[string]money.Quantity{}
	for _, m := range d.Movements {
		if m.Quantity > 0 {
			all[m.VariantID] += m.Quantity
		}
	}
	return all
}

// Keep leaves out the supply at other rows of stock than those that the
// document moves, which are locked already.
func (d *Document) Keep(s Supplies) {
	for variant, all := range s { // order-free: each variant stands for itself
		s[variant] = slices.DeleteFunc(all, func(p Supply) bool {
			return !slices.ContainsFunc(d.Movements, func(m *Movement) bool { return m.VariantID == variant && m.Location == p.Location && m.Lot == p.Lot })
		})
	}
}
