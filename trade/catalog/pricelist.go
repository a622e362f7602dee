package catalog

import (
	"fmt"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/trade/channel"
)

// PriceListFacts are what can be changed of a price list.
type PriceListFacts struct {
	Code string `json:"code" minLength:"1" maxLength:"40" pattern:"^[A-Za-z0-9._-]+$" doc:"Short name, unique"`
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

// PriceList holds prices in one currency, all with tax or all without.
type PriceList struct {
	ID string `json:"id"`
	PriceListFacts
	Currency     string           `json:"currency" doc:"ISO 4217"`
	TaxInclusive bool             `json:"tax_inclusive" doc:"Prices include tax"`
	Version      int64            `json:"version"`
	CreatedAt    time.Time        `json:"created_at"`
	Actions      []command.Action `json:"actions,omitempty"`

	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (l *PriceList) SetActions(a []command.Action) { l.Actions = a }

// CreatePriceListIn is the input of price_list.create. Currency and tax can't
// be changed later: prices would get another meaning.
type CreatePriceListIn struct {
	PriceListFacts
	Currency     string `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217; stays"`
	TaxInclusive bool   `json:"tax_inclusive" doc:"Prices include tax; stays"`
}

// UpdatePriceListIn is the input of price_list.update.
type UpdatePriceListIn struct {
	ID string `path:"id" json:"id"`
	PriceListFacts
}

// PricesIn is the input of price.list.
type PricesIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// Price is what a unit costs from a quantity on.
type Price struct {
	VariantID string          `json:"variant_id"`
	SKU       string          `json:"sku"`
	Title     string          `json:"title"`
	Minimum   money.Quantity  `json:"minimum" doc:"From this quantity on"`
	UnitPrice money.UnitPrice `json:"unit_price"`
}

// SetPricesIn is the input of price.set.
type SetPricesIn struct {
	ID     string     `path:"id" json:"id"`
	Prices []PriceRow `json:"prices" minItems:"1" maxItems:"1000"`
}

// PriceRow is a price to set.
type PriceRow struct {
	SKU       string          `json:"sku" minLength:"1" maxLength:"64"`
	Minimum   money.Quantity  `json:"minimum,omitempty" doc:"From this quantity on; 0 if not given"`
	UnitPrice money.UnitPrice `json:"unit_price" doc:"Replaces the one of this SKU and minimum"`
}

// Events of a price list.
var (
	PriceListCreated = event.Declare("price_list.created", 1, "A price list was added.", listBody{})
	PriceListUpdated = event.Declare("price_list.updated", 1, "A price list was renamed.", listBody{})
	PricesSet        = event.Declare("price_list.prices_set", 1, "Prices of a price list were set.", pricesBody{})
)

// CreatePriceList adds a price list.
func CreatePriceList(tx *db.Tx, in CreatePriceListIn) (*PriceList, error) {
	if _, ok := money.Digits(in.Currency); !ok {
		return nil, channel.ErrCurrency.At("/currency", "%q is no currency in use", in.Currency)
	}
	l := &PriceList{ID: tx.ID("prl"), PriceListFacts: in.PriceListFacts, Currency: in.Currency, TaxInclusive: in.TaxInclusive, CreatedAt: tx.Now, Version: 1, sequence: 1}
	insertPriceList(tx, l)
	return l, l.emit(tx, PriceListCreated, l.facts())
}

// UpdatePriceList renames a price list.
func UpdatePriceList(tx *db.Tx, in UpdatePriceListIn) (*PriceList, error) {
	l, err := GetPriceList(tx, in.ID)
	if err != nil {
		return nil, err
	}
	l.PriceListFacts = in.PriceListFacts
	l.next()
	savePriceList(tx, l)
	return l, l.emit(tx, PriceListUpdated, l.facts())
}

// SetPrices sets prices of a list; a price of the same variant and minimum is
// replaced, others stay.
func SetPrices(tx *db.Tx, in SetPricesIn) (*PriceList, error) {
	l := &PriceList{}
	variants := map[string]string{} // folded SKU -> id
	if err := tx.Load(readPriceList(in.ID, l), readSKUs(in.Prices, variants)); err != nil {
		return nil, err
	}
	if l.ID == "" {
		return nil, noPriceList(in.ID)
	}
	if err := checkPrices(in.Prices, variants); err != nil {
		return nil, err
	}
	set := make([]setPrice, len(in.Prices))
	for i, p := range in.Prices {
		set[i] = setPrice{variants[FoldSKU(p.SKU)], p.Minimum, p.UnitPrice}
	}
	l.next()
	upsertPrices(tx, l.ID, set)
	savePriceList(tx, l)
	return l, l.emit(tx, PricesSet, pricesBody{set, l.Version})
}

// pricesBody is what the event of prices tells.
type pricesBody struct {
	Prices  []setPrice `json:"prices"`
	Version int64      `json:"version"`
}

// setPrice is a price as an event tells it.
type setPrice struct {
	VariantID string          `json:"variant_id"`
	Minimum   money.Quantity  `json:"minimum"`
	UnitPrice money.UnitPrice `json:"unit_price"`
}

func checkPrices(rows []PriceRow, variants map[string]string) error {
	type key struct {
		sku     string
		minimum money.Quantity
	}
	seen := map[key]bool{}
	var faults problem.List
	for i, p := range rows {
		pointer := fmt.Sprintf("/prices/%d", i)
		k := key{FoldSKU(p.SKU), p.Minimum}
		switch {
		case variants[k.sku] == "":
			faults.Add(ErrSKU, pointer+"/sku", "there is no SKU %s", p.SKU)
		case seen[k]:
			faults.Add(problem.ErrDuplicate, pointer, "%s from %s on has two prices", p.SKU, p.Minimum)
		}
		seen[k] = true
		if p.Minimum < 0 {
			faults.Add(problem.ErrOutOfRange, pointer+"/minimum", "the quantity %s is negative", p.Minimum)
		}
		if p.UnitPrice < 0 {
			faults.Add(problem.ErrOutOfRange, pointer+"/unit_price", "the price %s is negative", p.UnitPrice)
		}
	}
	return faults.Err()
}

// next counts a change that causes one event.
func (l *PriceList) next() {
	l.Version++
	l.sequence++
}

// listBody is what an event tells of a price list as a whole.
type listBody struct {
	PriceListFacts
	Currency     string `json:"currency"`
	TaxInclusive bool   `json:"tax_inclusive"`
	Version      int64  `json:"version"`
}

func (l *PriceList) facts() listBody {
	return listBody{l.PriceListFacts, l.Currency, l.TaxInclusive, l.Version}
}

func (l *PriceList) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: l.ID, Sequence: l.sequence, Body: body})
}
