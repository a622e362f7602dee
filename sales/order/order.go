package order

import (
	"cmp"
	"slices"

	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/command"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

// Order is an order as it is answered and as it is changed.
type Order struct {
	Head
	Deliveries  []*Delivery        `json:"deliveries"`
	Lines       []*Line            `json:"lines"`
	Adjustments []*Adjustment      `json:"adjustments" doc:"Typed parts of the totals: discounts, charges, taxes"`
	Tags        []string           `json:"tags,omitempty" doc:"In small letters, sorted; not told to customers"`
	Holds       []*Hold            `json:"holds" doc:"Reasons that block commands, also those that ended"`
	Payments    []*payment.Payment `json:"payments"`
	Refunds     []*payment.Refund  `json:"refunds" doc:"Promises to give money back, and what of them has moved"`
	Billing     *customer.Address  `json:"billing_address,omitempty"`
	Contact     *customer.Contact  `json:"contact,omitempty" doc:"Who to talk to, as it was at placement"`
	Agreement   *Agreement         `json:"agreement,omitempty" doc:"Of a draft: what was asked for so far, as order.revise takes it"`
	Actions     []command.Action   `json:"actions,omitempty" doc:"What can be done now, and if not, why"`
	Warnings    []Warning          `json:"warnings,omitempty" doc:"What the client should know of the agreement it asked for; not stored"`
	Differences []Difference       `json:"differences,omitempty" doc:"Of an order that was just cloned: what is not as in its source; order.differences shows them later"`

	// Reservations are those that were active when it was read, and what became
	// of them since: commands add what they make.
	Reservations []*inventory.Reservation `json:"-"`

	tags             []*tag
	read             snapshot // as it was in the database
	removed          body     // rows that were deleted since: null each
	tagged, untagged []string // since
	reason           string   // of the command that changes it, for its event
	moved            []movedStock
	other            string   // order that a part goes to or comes from, for its event
	noted            []string // notes that the command writes, for its event
	note             *noteTold

	unsettled *payment.Payment // that the command asked a gateway for
}

// blank returns an order with nothing in it; its lists are empty, not null.
func blank() *Order {
	return &Order{Deliveries: []*Delivery{}, Lines: []*Line{}, Adjustments: []*Adjustment{}, Holds: []*Hold{}, Payments: []*payment.Payment{}, Refunds: []*payment.Refund{}}
}

// SetActions shows which operations are open.
func (o *Order) SetActions(a []command.Action) { o.Actions = a }

// Head holds the facts of the order itself, all but personal ones.
type Head struct {
	ID                string       `json:"id"`
	Number            string       `json:"number,omitempty" doc:"For people; none while a draft"`
	ChannelID         string       `json:"channel_id"`
	CustomerID        string       `json:"customer_id,omitempty" doc:"None for a guest"`
	CustomerType      string       `json:"customer_type,omitempty" doc:"Frozen at placement"`
	Currency          string       `json:"currency" doc:"ISO 4217, of all amounts"`
	TaxInclusive      bool         `json:"tax_inclusive" doc:"Prices, discounts and charges include tax"`
	PriceListID       string       `json:"price_list_id"`
	Status            string       `json:"status" enum:"draft,pending,approved,processing,shipped,delivered,canceled,returned"`
	PaymentStatus     string       `json:"payment_status" enum:"unpaid,pending,authorized,partially_paid,paid,overpaid,partially_refunded,refunded"`
	FulfillmentStatus string       `json:"fulfillment_status" enum:"unfulfilled,partial,fulfilled,delivered"`
	ReturnStatus      string       `json:"return_status" enum:"none,requested,partial,full"`
	CancelStatus      string       `json:"cancel_status" enum:"none,pending,partial,full"`
	Subtotal          money.Amount `json:"subtotal" doc:"Quantity x unit price, before discounts"`
	Discount          money.Amount `json:"discount"`
	Charges           money.Amount `json:"charges" doc:"Shipping and the like, without tax"`
	Net               money.Amount `json:"net" doc:"Lines and charges without tax"`
	Tax               money.Amount `json:"tax"`
	Rounding          money.Amount `json:"rounding"`
	Total             money.Amount `json:"total" doc:"To pay: net + tax + rounding"`
	Authorized        money.Amount `json:"authorized" doc:"Promised by the payer's banks"`
	Captured          money.Amount `json:"captured" doc:"Taken"`
	Refunded          money.Amount `json:"refunded" doc:"Given back"`
	AttemptsOpen      int64        `json:"attempts_open" doc:"Payment attempts in flight"`
	ReturnsOpen       int64        `json:"returns_open" doc:"Returns that are not at an end"`
	PaymentMethod     string       `json:"payment_method,omitempty" doc:"Chosen at placement"`
	TermsDays         int64        `json:"terms_days,omitempty" doc:"On account: days until the money is due"`
	DueAt             clock.Stamp  `json:"due_at,omitzero"`
	SourceKind        string       `json:"source_kind" enum:"api,po,email,phone,referral,marketplace,import"`
	Reference         string       `json:"reference,omitempty" doc:"The customer's own, such as a PO number"`
	ExternalID        string       `json:"external_id,omitempty" doc:"In the system it came from"`
	Origin            string       `json:"origin" enum:"ordo,imported"`
	ContactID         string       `json:"contact_id,omitempty" doc:"Address row of a guest"`
	ProfileVersion    int64        `json:"profile_version,omitempty" doc:"Version of the customer's profile at placement: the contact copy"`
	BillingID         string       `json:"billing_address_id,omitempty"`
	ClonedFrom        string       `json:"cloned_from,omitempty" doc:"Order that it was copied from"`
	SplitFrom         string       `json:"split_from,omitempty" doc:"Order that it was a part of"`
	MergedInto        string       `json:"merged_into,omitempty" doc:"Order that it is a part of now"`
	Priority          int64        `json:"priority,omitempty" doc:"Higher is served first when stock is short"`
	Revision          int64        `json:"revision" doc:"Of the agreement: lines, prices, addresses, terms"`
	Version           int64        `json:"version" doc:"Of any write"`
	CreatedAt         clock.Stamp  `json:"created_at"`
	PlacedAt          clock.Stamp  `json:"placed_at,omitzero"`
	BusinessDay       string       `json:"business_day,omitempty" doc:"Day of placement in the channel's time zone"`
	UpdatedAt         clock.Stamp  `json:"updated_at"`

	sequence      int64  // events so far
	sortableTotal int64  // thousandths of the major unit
	requested     string // discounts that were asked for on the whole order: JSON, empty without
}

// Delivery is one ship-to of an order.
type Delivery struct {
	DeliveryFacts
	Address *customer.Address `json:"address,omitempty"`
}

// DeliveryFacts are those of a delivery that are not personal.
type DeliveryFacts struct {
	ID         string      `json:"id"`
	Position   int64       `json:"position"`
	AddressID  string      `json:"address_id,omitempty"`
	MethodID   string      `json:"shipping_method_id,omitempty"`
	Country    string      `json:"country" doc:"Where it is taxed"`
	ReleasedAt clock.Stamp `json:"released_at,omitzero" doc:"When fulfillment was let go"`
	PromisedAt clock.Stamp `json:"promised_at,omitzero"`

	orderID string
}

// Line is one variant, or a free text, in one delivery, with its quantity
// ledger: quantity = canceled + open + backordered + reserved + picked +
// shipped. A bundle's line has one child line per part; its amounts and its
// ledger, in whole sets, derive from them.
type Line struct {
	ID          string          `json:"id"`
	Position    int64           `json:"position"`
	Item        int64           `json:"item" doc:"Lines that were split from one another share it"`
	DeliveryID  string          `json:"delivery_id"`
	ParentID    string          `json:"parent_id,omitempty" doc:"Bundle line that it is a part of"`
	Kind        string          `json:"kind" enum:"stock,drop_ship,made_to_order,service,digital,bundle"`
	VariantID   string          `json:"variant_id,omitempty"`
	SKU         string          `json:"sku"`
	Title       string          `json:"title"`
	Unit        string          `json:"unit"`
	TaxClass    string          `json:"tax_class"`
	PerParent   money.Quantity  `json:"per_parent,omitempty" doc:"Quantity of a part in one bundle"`
	Quantity    money.Quantity  `json:"quantity"`
	UnitPrice   money.UnitPrice `json:"unit_price"`
	PriceSource string          `json:"price_source" enum:"list,manual,bundle,import"`
	Extended    money.Amount    `json:"extended" doc:"Quantity x unit price, rounded once"`
	Discount    money.Amount    `json:"discount" doc:"Its own, and its share of the order's"`
	TaxRate     money.Rate      `json:"tax_rate"`
	Net         money.Amount    `json:"net"`
	Tax         money.Amount    `json:"tax"`
	Gross       money.Amount    `json:"gross"`
	Granted     money.Amount    `json:"granted" doc:"Refunds granted so far"`
	Canceled    money.Quantity  `json:"canceled"`
	Open        money.Quantity  `json:"open" doc:"Not allocated yet"`
	Backordered money.Quantity  `json:"backordered" doc:"Waits for stock"`
	Reserved    money.Quantity  `json:"reserved" doc:"Promised from stock"`
	Picked      money.Quantity  `json:"picked"`
	Shipped     money.Quantity  `json:"shipped"`
	Delivered   money.Quantity  `json:"delivered"`
	Lost        money.Quantity  `json:"lost"`
	SentBack    money.Quantity  `json:"sent_back" doc:"Came back undelivered"`
	Returned    money.Quantity  `json:"returned"`
	SourceRow   int64           `json:"source_row,omitempty" doc:"Row of an import"`
	Sources     *[]Source       `json:"sources,omitempty" doc:"Where what is reserved and picked comes from; of a bundle, see its parts"`
	LotID       string          `json:"lot_id,omitempty" doc:"From which alone it is served, if a lot was scanned"`
	*catalog.Texts
	SalesUnit string         `json:"sales_unit,omitempty" doc:"In which it was ordered, such as box, if not in its unit"`
	SalesQty  money.Quantity `json:"sales_quantity,omitempty" doc:"Quantity that was ordered, in that unit"`

	orderID   string
	requested string // discounts that were asked for on it: JSON, empty without
	textID    string // of the texts, or of the title of a line without a variant
	options   string // JSON of the options' values, empty without
	untold    string // stands for a title that is personal
}

// Bundle is the kind of a line whose parts are lines of their own.
const Bundle = "bundle"

// Left is what has still to be shipped.
func (l *Line) Left() money.Quantity { return l.Quantity - l.Canceled - l.Shipped }

// InTransit is what is under way to the customer.
func (l *Line) InTransit() money.Quantity { return l.Shipped - l.Delivered - l.Lost - l.SentBack }

// free tells whether the line is a free text, without a variant.
func (l *Line) free() bool { return l.VariantID == "" && l.textID != "" }

// name is what the line is called in a sentence.
func (l *Line) name() string { return cmp.Or(l.SKU, l.Title) }

// column is the place of the title's column. That of a free text may be
// personal: it stands with the texts, and no event tells it.
func (l *Line) column() *string {
	if l.free() {
		return &l.untold
	}
	return &l.Title
}

// Leaf tells whether the line has a ledger and amounts of its own.
func (l *Line) Leaf() bool { return l.Kind != Bundle }

// Stocked tells whether the line is served from stock.
func (l *Line) Stocked() bool { return l.Kind == "stock" }

// Adjustment is a typed part of a total. Discounts and taxes take apart what
// their line's amounts hold already; a charge adds its net and tax to the order.
type Adjustment struct {
	Position   int64           `json:"position"`
	LineID     string          `json:"line_id,omitempty"`
	DeliveryID string          `json:"delivery_id,omitempty"`
	Kind       string          `json:"kind" enum:"discount,promotion,surcharge,shipping,handling,insurance,tax,duty,restocking_fee,fee,manual,rounding"`
	Label      string          `json:"label"`
	Rate       money.Rate      `json:"rate,omitempty" doc:"Of a percentage or a tax"`
	TaxClass   string          `json:"tax_class,omitempty" doc:"Of a charge"`
	Amount     money.Amount    `json:"amount" doc:"As agreed; of a charge net or gross, as the order's prices are"`
	Net        money.Amount    `json:"net" doc:"Of a charge"`
	Tax        money.Amount    `json:"tax" doc:"Of a charge"`
	Granted    money.Amount    `json:"granted,omitempty" doc:"Refunds granted on a charge so far"`
	Quantity   money.Quantity  `json:"quantity,omitempty" doc:"Of an imported charge"`
	UnitPrice  money.UnitPrice `json:"unit_price,omitempty" doc:"Of an imported charge"`
	SourceRow  int64           `json:"source_row,omitempty" doc:"Row of an import"`
	ShareOf    int64           `json:"share_of,omitempty" doc:"Which of the order's discounts it is the line's share of, from 1; none for one of the line's own"`

	orderID string
}

// Charge tells whether the adjustment adds to the order's total by itself.
func (a *Adjustment) Charge() bool { return !slices.Contains(partKinds, a.Kind) }

// partKinds are the kinds of adjustments that take other amounts apart.
var partKinds = []string{"discount", "promotion", "tax", "rounding"}

// Hold is a reason that blocks commands until it is released.
type Hold struct {
	ID          string      `json:"id"`
	Kind        string      `json:"kind" enum:"approval,credit,fraud,payment,address,stock,compliance,manual"`
	Reason      string      `json:"reason"`
	Owner       string      `json:"owner"`
	ReleaseWhen string      `json:"release_when,omitempty" doc:"Condition that ends it by itself"`
	CreatedAt   clock.Stamp `json:"created_at"`
	ReleasedAt  clock.Stamp `json:"released_at,omitzero"`
	ReleasedBy  string      `json:"released_by,omitempty"`

	orderID string
}

// Active tells whether the hold still blocks.
func (h *Hold) Active() bool { return h.ReleasedAt == 0 }

// leaves returns the lines that have a ledger of their own.
func (o *Order) leaves(yield func(*Line) bool) {
	for _, l := range o.Lines {
		if l.Leaf() && !yield(l) {
			return
		}
	}
}

// Line returns the line with the id, or nil.
func (o *Order) Line(id string) *Line {
	for _, l := range o.Lines {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// Parts returns the child lines of a bundle's line.
func (o *Order) Parts(bundle string) (parts []*Line) {
	for _, l := range o.Lines {
		if l.ParentID == bundle {
			parts = append(parts, l)
		}
	}
	return parts
}

// Delivery returns the delivery with the id, or nil.
func (o *Order) Delivery(id string) *Delivery {
	for _, d := range o.Deliveries {
		if d.ID == id {
			return d
		}
	}
	return nil
}
