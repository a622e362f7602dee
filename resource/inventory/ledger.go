package inventory

import (
	"ordo/base/clock"
	"ordo/base/money"
	"ordo/engine/query"
)

// Entry is a movement in the ledger of stock, with what its document says of it.
type Entry struct {
	DocumentID  string         `json:"document_id"`
	Position    int64          `json:"position" doc:"In the document"`
	At          clock.Stamp    `json:"at"`
	Kind        string         `json:"kind" enum:"receipt,adjustment,count,transfer,dispatch,return"`
	Reason      string         `json:"reason,omitempty" doc:"Of an adjustment"`
	Reference   string         `json:"reference,omitempty" doc:"The user's own; of a dispatch the shipment, of goods that came back the return"`
	OrderID     string         `json:"order_id,omitempty" doc:"That it was for, if one sees it"`
	OrderNumber string         `json:"order_number,omitempty"`
	VariantID   string         `json:"variant_id"`
	SKU         string         `json:"sku"`
	LocationID  string         `json:"location_id"`
	LotID       string         `json:"lot_id,omitempty"`
	Lot         string         `json:"lot,omitempty" doc:"Code of the lot"`
	Quantity    money.Quantity `json:"quantity" doc:"What came in, or went out if it is negative"`
	Actor       string         `json:"actor,omitempty" doc:"Who moved it"`
}

// Holding is stock that is promised to an order.
type Holding struct {
	ID          string         `json:"id"`
	OrderID     string         `json:"order_id"`
	OrderNumber string         `json:"order_number"`
	LineID      string         `json:"line_id"`
	VariantID   string         `json:"variant_id"`
	LocationID  string         `json:"location_id"`
	LotID       string         `json:"lot_id,omitempty"`
	Lot         string         `json:"lot,omitempty" doc:"Code of the lot"`
	Quantity    money.Quantity `json:"quantity"`
	Picked      money.Quantity `json:"picked" doc:"Already taken from the shelf"`
	Reason      string         `json:"reason,omitempty" enum:"whole,first,rest,staff" doc:"Why from there"`
	CreatedAt   clock.Stamp    `json:"created_at"`
}

// HoldingsIn is the input of stock.reservations.
type HoldingsIn struct {
	ID string `path:"id" json:"id" doc:"Of the variant"`
	query.Input
}
