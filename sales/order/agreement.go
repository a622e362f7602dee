package order

import (
	"encoding/json"

	"ordo/base/money"
	"ordo/trade/customer"
)

// Agreement is what drafting, placing and pricing an order take.
type Agreement struct {
	ChannelID  string            `json:"channel_id" minLength:"1" maxLength:"60"`
	CustomerID string            `json:"customer_id,omitempty" maxLength:"60" doc:"None for a guest, who then needs a contact"`
	Contact    *customer.Contact `json:"contact,omitempty" doc:"Of a guest"`
	Deliveries []DeliveryIn      `json:"deliveries,omitempty" maxItems:"100" doc:"One per ship-to; a single one without address if not given"`
	Lines      []LineIn          `json:"lines" maxItems:"2000" doc:"A draft may have none yet"`
	Discounts  []DiscountIn      `json:"discounts,omitempty" maxItems:"20" doc:"On the whole order, spread over its lines"`
	Billing    *customer.Address `json:"billing_address,omitempty" doc:"The first ship-to if not given"`
	SourceKind string            `json:"source_kind,omitempty" enum:"api,po,email,phone,referral,marketplace" doc:"How the order came; api if not given"`
	Reference  string            `json:"reference,omitempty" maxLength:"100" doc:"The customer's own, such as a PO number"`
	Priority   int64             `json:"priority,omitempty" minimum:"0" maximum:"100" doc:"Higher is served first when stock is short"`
	ExternalID string            `json:"external_id,omitempty" maxLength:"100" doc:"In the system it comes from; unique per channel"`
}

// DeliveryIn asks for a delivery to one place.
type DeliveryIn struct {
	Address  *customer.Address `json:"address,omitempty" doc:"Ship-to; none for digital goods and pick-up"`
	MethodID string            `json:"shipping_method_id,omitempty" maxLength:"60" doc:"No charge if not given"`
}

// LineIn asks for a quantity of a variant, named by one of SKU, id or barcode; or
// for something that is no variant, by a title, a unit price and a tax class.
type LineIn struct {
	LineID    string           `json:"line_id,omitempty" maxLength:"60" doc:"Of the draft that is revised: the line that it is, whose lot and price by hand stay"`
	SKU       string           `json:"sku,omitempty" maxLength:"100"`
	VariantID string           `json:"variant_id,omitempty" maxLength:"60"`
	Barcode   string           `json:"barcode,omitempty" maxLength:"100" doc:"As scanned: EAN, UPC, GTIN, Code 128, or a GS1 element string, whose lot alone the line is served from then, also beside a SKU"`
	Quantity  money.Quantity   `json:"quantity" doc:"Above zero, up to three decimals"`
	Unit      string           `json:"unit,omitempty" maxLength:"20" doc:"One of the units of the variant, such as box; its own, in which prices are, if not given"`
	Delivery  int              `json:"delivery,omitempty" minimum:"0" maximum:"99" doc:"Index into deliveries"`
	UnitPrice *money.UnitPrice `json:"unit_price,omitempty" doc:"Instead of the list's; needs the permission order.set_price"`
	Title     string           `json:"title,omitempty" maxLength:"300" doc:"Of a line without a variant; needs the permission order.add_free_line"`
	Kind      string           `json:"kind,omitempty" enum:"service,digital,drop_ship" doc:"Of a line without a variant; service if not given"`
	TaxClass  string           `json:"tax_class,omitempty" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"Of a line without a variant"`
	Discounts []DiscountIn     `json:"discounts,omitempty" maxItems:"10"`

	lot    string // id of the lot that the draft has
	agreed bool   // the draft has the line at this price
	stays  bool   // the draft has the line that LineID names
	kept   bool   // the draft has it, and whether it can be sold is told when the draft is placed
	placed *placedLine
}

// DiscountIn takes something off: a rate of what is left, or an amount.
type DiscountIn struct {
	Kind   string     `json:"kind" enum:"percent,amount"`
	Rate   money.Rate `json:"rate,omitempty" doc:"Of a percentage: 0.1 takes a tenth off"`
	Amount int64      `json:"amount,omitempty" minimum:"0" maximum:"999999999999999" doc:"Minor units of the channel's currency"`
	Label  string     `json:"label" minLength:"1" maxLength:"100"`
}

// encode is what is kept of discounts that were asked for.
func encode(asked []DiscountIn) string {
	if len(asked) == 0 {
		return ""
	}
	text, _ := json.Marshal(asked) // texts and numbers never fail
	return string(text)
}

// decode reads what encode has written.
func decode(text string) (asked []DiscountIn, err error) {
	if text != "" {
		err = json.Unmarshal([]byte(text), &asked)
	}
	return asked, err
}

// PaymentIn says how the order is to be paid.
type PaymentIn struct {
	Method string `json:"method" enum:"on_account,cash,transfer,test"`
	Token  string `json:"token,omitempty" maxLength:"100" doc:"Of the payer at the gateway; never a card number. The test gateway knows tok_approve, tok_decline, tok_action, tok_timeout, tok_lost, tok_silent, tok_late and tok_twice, and declines others"`
}
