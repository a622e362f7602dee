package returns

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/resource/inventory"
	"ordo/sales/order"
)

// ErrDispositions says that an inspection does not decide about exactly what
// came back.
var ErrDispositions = problem.Declare("return_dispositions_mismatch", problem.Invalid,
	"The dispositions do not add up to what came back.", "Say for every unit that came back and is not decided yet what becomes of it.")

// Inspected is the event of goods about which it was decided.
var Inspected = event.Declare("return.inspected", 1, "It was decided what becomes of the goods that came back.", body{}, "return", "lines")

// InspectIn is the input of return.inspect.
type InspectIn struct {
	ID    string        `path:"id" json:"id"`
	Lines []InspectLine `json:"lines" minItems:"1" maxItems:"2000"`
}

// InspectLine decides about units of a line. Together, the lines decide about
// all that came back and was not decided yet.
type InspectLine struct {
	LineID    string         `json:"line_id" minLength:"1" maxLength:"60" doc:"Of the order, as in the return's lines; may be named once per lot"`
	Restock   money.Quantity `json:"restock,omitempty" doc:"Goes back to stock"`
	Refurbish money.Quantity `json:"refurbish,omitempty" doc:"Is repaired first"`
	Scrap     money.Quantity `json:"scrap,omitempty"`
	SendBack  money.Quantity `json:"send_back,omitempty" doc:"Goes back to the customer; not refunded"`
	LotID     string         `json:"lot_id,omitempty" maxLength:"60" doc:"Of what goes back to stock; needed where several lots were shipped"`
}

// Inspect decides what becomes of what came back. What is restocked can be
// promised again at once.
func Inspect(tx *db.Tx, in InspectIn) (*Return, error) {
	lots := map[string][]string{}
	r, o, err := open(tx, in.ID, func(order string) db.Read { return readLots(order, lots) })
	if err != nil {
		return nil, err
	}
	if err := r.guardInspect(); err != nil {
		return nil, err
	}
	back, err := r.decide(in.Lines, o, lots)
	if err != nil {
		return nil, err
	}
	if err := r.save(tx, Inspected); err != nil || len(back) == 0 {
		return r, err
	}
	return r, inventory.PutBack(tx, r.ID, r.LocationID, back)
}

// decide adds dispositions to the lines and returns what goes back to stock,
// or names all faults.
func (r *Return) decide(decisions []InspectLine, o *order.Order, lots map[string][]string) ([]*inventory.Movement, error) {
	var faults problem.List
	var back []*inventory.Movement
	first := map[*Line]int{}
	for i, d := range decisions {
		pointer := fmt.Sprintf("/lines/%d", i)
		l := r.line(d.LineID)
		if l == nil {
			faults.Add(problem.ErrNotFound, pointer+"/line_id", "return %s has no line %s", r.Number, d.LineID)
			continue
		}
		if _, named := first[l]; !named {
			first[l] = i
		}
		if min(d.Restock, d.Refurbish, d.Scrap, d.SendBack) < 0 {
			faults.Add(problem.ErrOutOfRange, pointer, "a quantity of %s is below zero", l.SKU)
		}
		l.Restocked += d.Restock
		l.Refurbished += d.Refurbish
		l.Scrapped += d.Scrap
		l.SentOn += d.SendBack
		if d.Restock > 0 {
			back = append(back, r.restock(pointer, d, o.Line(l.LineID), lots[l.LineID], &faults))
		}
	}
	for _, l := range r.Lines {
		if l.decided() != l.Received {
			pointer := "/lines"
			if i, named := first[l]; named {
				pointer = fmt.Sprintf("/lines/%d", i)
			}
			faults.Add(ErrDispositions, pointer, "%s of %s came back, %s of it would be decided", l.Received, l.SKU, l.decided())
		}
	}
	slices.SortStableFunc(back, func(a, b *inventory.Movement) int { // as everybody locks stock
		return cmp.Or(cmp.Compare(a.VariantID, b.VariantID), cmp.Compare(a.Lot, b.Lot))
	})
	return back, faults.Err()
}

// restock makes the movement of a decision, into the lot it was shipped from.
func (r *Return) restock(pointer string, d InspectLine, l *order.Line, lots []string, faults *problem.List) *inventory.Movement {
	m := &inventory.Movement{VariantID: l.VariantID, SKU: l.SKU, Location: r.LocationID, Lot: d.LotID, Quantity: d.Restock}
	switch {
	case !l.Stocked():
		faults.Add(inventory.ErrNotStocked, pointer+"/restock", "%s is of kind %s", l.SKU, l.Kind)
	case d.LotID == "" && len(lots) == 1:
		m.Lot = lots[0]
	case d.LotID == "" && len(lots) > 1:
		faults.AddAllowed(inventory.ErrLot, pointer+"/lot_id", lots, "%s was shipped from the lots %s", l.SKU, strings.Join(lots, ", "))
	case d.LotID != "" && !slices.Contains(lots, d.LotID):
		faults.AddAllowed(problem.ErrInvalidValue, pointer+"/lot_id", lots, "%s was not shipped from the lot %s", l.SKU, d.LotID)
	}
	return m
}
