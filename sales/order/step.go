package order

import (
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/trade/customer"
)

// Kinds of steps.
const (
	SetQuantity = "set_quantity"
	SetPrice    = "set_price"
	AddLine     = "add_line"
	SetAddress  = "set_address"
	CancelUnits = "cancel"
	SplitUnits  = "split"
	MergeOrder  = "merge"
)

// Step is one typed action of a change of a placed order.
type Step struct {
	Kind       string            `json:"kind" enum:"set_quantity,set_price,add_line,set_address,cancel,split,merge" doc:"All that split go to one new order; split and merge go with no other kind"`
	LineID     string            `json:"line_id,omitempty" maxLength:"60" doc:"Of set_quantity, set_price, cancel and split"`
	DeliveryID string            `json:"delivery_id,omitempty" maxLength:"60" doc:"Of set_address; of add_line, the order's first if not given"`
	SKU        string            `json:"sku,omitempty" maxLength:"100" doc:"Of add_line"`
	Barcode    string            `json:"barcode,omitempty" maxLength:"100" doc:"Of add_line instead of a SKU: as scanned"`
	Quantity   money.Quantity    `json:"quantity,omitempty" doc:"Ordered from now on, canceled, or moved; above zero"`
	Unit       string            `json:"unit,omitempty" maxLength:"20" doc:"One of the units of the variant; its own if not given"`
	UnitPrice  *money.UnitPrice  `json:"unit_price,omitempty" doc:"Of set_price and add_line; needs the permission order.set_price"`
	Address    *customer.Address `json:"address,omitempty" doc:"Of set_address"`
	OrderID    string            `json:"order_id,omitempty" maxLength:"60" doc:"Of merge: the order that becomes a part of this one"`
	Reason     string            `json:"reason,omitempty" maxLength:"60" pattern:"^[a-z0-9_]*$" doc:"A code; no personal values"`

	addressID string // copy of the address that is there already
}

// Copied tells that a copy of the address is there already.
func (s *Step) Copied(id string) { s.addressID = id }

// Check tells what a step lacks, what it has though it means nothing to its kind,
// and what the order does not have that it names.
func (s Step) Check(o *Order, pointer string, faults *problem.List) {
	fields := []struct {
		name  string
		given bool
		kinds []string // that need it
		also  []string // that may have it
	}{
		{"line_id", s.LineID != "", []string{SetQuantity, SetPrice, CancelUnits, SplitUnits}, nil},
		{"delivery_id", s.DeliveryID != "", []string{SetAddress}, []string{AddLine}},
		{"sku", s.SKU != "" || s.Barcode != "", []string{AddLine}, nil},
		{"quantity", s.Quantity != 0, []string{SetQuantity, AddLine, CancelUnits, SplitUnits}, nil},
		{"unit", s.Unit != "", nil, []string{SetQuantity, AddLine}},
		{"unit_price", s.UnitPrice != nil, []string{SetPrice}, []string{AddLine}},
		{"address", s.Address != nil, []string{SetAddress}, nil},
		{"order_id", s.OrderID != "", []string{MergeOrder}, nil},
	}
	for _, f := range fields {
		switch needed := slices.Contains(f.kinds, s.Kind); {
		case needed && !f.given:
			faults.Add(problem.ErrRequired, pointer+"/"+f.name, "%s needs it", s.Kind)
		case f.given && !needed && !slices.Contains(f.also, s.Kind):
			faults.Add(problem.ErrInvalidValue, pointer+"/"+f.name, "%s has none", s.Kind)
		}
	}
	if s.Address != nil {
		s.Address.Check(pointer+"/address", faults)
	}
	if s.Quantity < 0 {
		faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "%s is not above zero", s.Quantity)
	}
	switch l := o.Line(s.LineID); {
	case s.LineID == "":
	case l == nil:
		faults.Add(problem.ErrNotFound, pointer+"/line_id", "order %s has no line %s", o.name(), s.LineID)
	case l.Quantity == 0:
		faults.Add(problem.ErrInvalidValue, pointer+"/line_id", "all of %s went to another order", l.name())
	case l.ParentID != "":
		faults.Add(problem.ErrInvalidValue, pointer+"/line_id", "%s is a part of a bundle; change the bundle", l.name())
	}
	if s.DeliveryID != "" && o.Delivery(s.DeliveryID) == nil {
		faults.Add(problem.ErrNotFound, pointer+"/delivery_id", "order %s has no delivery %s", o.name(), s.DeliveryID)
	}
}

// Field names what of the order a step sets, so that two steps can be told to be
// about the same; empty if it adds something.
func (s Step) Field() string {
	switch s.Kind {
	case AddLine:
		return ""
	case SetAddress:
		return s.Kind + " " + s.DeliveryID
	case MergeOrder:
		return s.Kind + " " + s.OrderID
	}
	return s.Kind + " " + s.LineID
}

// Is returns what the order has where a step sets something, as a text to
// compare with later.
func (s Step) Is(o *Order) string {
	l, d := o.Line(s.LineID), o.Delivery(s.DeliveryID)
	switch {
	case l != nil && s.Kind == SetQuantity:
		return l.Quantity.String()
	case l != nil && s.Kind == SetPrice:
		return l.UnitPrice.String()
	case l != nil && s.Kind == SplitUnits:
		return o.movable(l).String()
	case l != nil && s.Kind == CancelUnits:
		return l.Canceled.String()
	case d != nil && s.Kind == SetAddress:
		return d.AddressID
	}
	return ""
}
