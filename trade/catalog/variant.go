package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// VariantFacts are what can be said of a variant. Quantities of 0 are no limit.
type VariantFacts struct {
	SKU            string            `json:"sku" minLength:"1" maxLength:"64" pattern:"^\\S(.*\\S)?$" doc:"Unique, in any letter case"`
	Title          string            `json:"title,omitempty" maxLength:"300" doc:"That of the product if not given"`
	Kind           string            `json:"kind" enum:"stock,drop_ship,made_to_order,service,digital"`
	Unit           string            `json:"unit,omitempty" maxLength:"20" doc:"Such as kg; each if not given. Prices, stock and limits are in it"`
	Units          []SalesUnit       `json:"units,omitempty" maxItems:"20" doc:"Further units that it is sold in, such as a box of 12"`
	TaxClass       string            `json:"tax_class,omitempty" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"standard if not given"`
	WeightGrams    int64             `json:"weight_grams,omitempty" minimum:"0" maximum:"1000000000" doc:"Of one unit"`
	HSCode         string            `json:"hs_code,omitempty" maxLength:"14" pattern:"^[0-9. ]*$" doc:"Customs tariff"`
	Options        map[string]string `json:"options,omitempty" doc:"Option name to value, such as size to L"`
	Specifications Specifications    `json:"specifications,omitempty" doc:"Beside those of the product: name to values, such as material to cotton and linen"`
	Minimum        money.Quantity    `json:"minimum,omitempty" doc:"Least quantity of an order line"`
	Maximum        money.Quantity    `json:"maximum,omitempty" doc:"Greatest quantity of an order line"`
	Multiple       money.Quantity    `json:"multiple,omitempty" doc:"Quantities are multiples of it"`
	Backorder      bool              `json:"backorder,omitempty" doc:"May be sold without stock"`
	LotTracked     bool              `json:"lot_tracked,omitempty" doc:"Stock is kept by lot"`
	Hazardous      bool              `json:"hazardous,omitempty" doc:"Dangerous goods"`
	Barcodes       []string          `json:"barcodes,omitempty" maxItems:"20" doc:"EAN, UPC, GTIN or text of Code 128; several variants may share one"`
	Parts          []Part            `json:"parts,omitempty" maxItems:"100" doc:"Makes it a bundle of these"`
	Active         bool              `json:"active" doc:"May be sold"`
	ExternalID     string            `json:"external_id,omitempty" maxLength:"100" doc:"In the system it came from, unique"`
}

// Specifications tell facts about goods by name, each as a list of values.
type Specifications map[string][]string

// text is their JSON.
func (s Specifications) text() string {
	if len(s) == 0 {
		return "{}"
	}
	return text(s)
}

// check finds names without a value and texts that are too long.
func (s Specifications) check(pointer string, faults *problem.List) {
	if len(s) > maxSpecifications {
		faults.Add(problem.ErrInvalidValue, pointer, "%d specifications are more than %d", len(s), maxSpecifications)
	}
	for _, name := range slices.Sorted(maps.Keys(s)) {
		values := s[name]
		longest := len(name)
		for _, v := range values {
			longest = max(longest, len(v))
		}
		if name == "" || len(values) == 0 || slices.Contains(values, "") || longest > maxSpecification {
			faults.Add(problem.ErrInvalidValue, pointer, "%q needs values, and each text has 1 to %d bytes", name, maxSpecification)
		}
	}
}

// Bounds of specifications: how many there are, and bytes of a name or value.
const maxSpecifications, maxSpecification = 100, 500

// SalesUnit is a further unit of a variant.
type SalesUnit struct {
	Unit     string         `json:"unit" minLength:"1" maxLength:"20" doc:"Such as box"`
	Quantity money.Quantity `json:"quantity" doc:"Of the variant's own unit in one, above zero"`
}

// Part is a variant within a bundle. As input, SKU or id is enough.
type Part struct {
	VariantID string         `json:"variant_id,omitempty" maxLength:"60"`
	SKU       string         `json:"sku,omitempty" maxLength:"64"`
	Quantity  money.Quantity `json:"quantity" doc:"In one bundle"`
}

// Variant is what is sold.
type Variant struct {
	ID        string `json:"id"`
	ProductID string `json:"product_id"`
	VariantFacts
	Bundle    bool             `json:"bundle" doc:"Made of other variants"`
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (v *Variant) SetActions(a []command.Action) { v.Actions = a }

// FoldSKU brings a SKU to the form in which SKUs are compared.
func FoldSKU(sku string) string { return strings.ToUpper(strings.TrimSpace(sku)) }

// GetIn names a resource by its id.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// UpdateVariantIn is the input of variant.update.
type UpdateVariantIn struct {
	ID string `path:"id" json:"id"`
	VariantFacts
}

// Events of a variant.
var (
	VariantCreated = event.Declare("variant.created", 1, "A variant was added.", body{})
	VariantUpdated = event.Declare("variant.updated", 1, "Facts of a variant changed.", body{})
)

// ListVariants returns a page of variants.
func ListVariants(tx *db.Tx, in query.Input) (query.Rows[*Variant], error) {
	page, err := selectVariants(tx, in)
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	set := newVariantSet(page.Items)
	return page, tx.Load(set.children(among("v.id", ids(page.Items)))...)
}

// GetVariant returns a variant, or not found.
func GetVariant(tx *db.Tx, id string) (*Variant, error) {
	set := newVariantSet(nil)
	if err := tx.Load(set.reads(among("v.id", []string{id}))...); err != nil {
		return nil, err
	}
	if len(set.all) == 0 {
		return nil, problem.ErrNotFound.New("no variant %s", id)
	}
	return set.all[0], nil
}

// UpdateVariant changes a variant.
func UpdateVariant(tx *db.Tx, in UpdateVariantIn) (*Variant, error) {
	v, err := GetVariant(tx, in.ID)
	if err != nil {
		return nil, err
	}
	d := &draft{Variant: v, title: v.Title}
	d.set(in.VariantFacts)
	if err := check(tx, []*draft{d}); err != nil {
		return nil, err
	}
	return v, write(tx, []*draft{d})
}

// draft is a variant that is about to be written.
type draft struct {
	*Variant
	title   string   // if the facts have none
	pointer string   // of its facts in the input
	textID  string   // of the product, where it is new
	sent    []string // barcodes in the order of the input
	isNew   bool
}

// set takes over facts; parts are still as they were sent.
func (d *draft) set(f VariantFacts) {
	d.VariantFacts = f
	d.SKU = strings.TrimSpace(f.SKU)
	d.Title, d.Unit, d.TaxClass = cmp.Or(f.Title, d.title), cmp.Or(f.Unit, "each"), cmp.Or(f.TaxClass, "standard")
	d.sent, d.Barcodes = f.Barcodes, append([]string{}, f.Barcodes...)
	slices.Sort(d.Barcodes)
	d.Parts = append([]Part{}, f.Parts...)
	if d.Options == nil {
		d.Options = map[string]string{}
	}
	if d.Specifications == nil {
		d.Specifications = Specifications{}
	}
	d.Units = append([]SalesUnit{}, f.Units...)
	d.Bundle = len(f.Parts) > 0
}

// write stores drafts that were checked, and emits their events.
func write(tx *db.Tx, drafts []*draft) error {
	events := make([]event.Event, len(drafts))
	for i, d := range drafts {
		t := VariantUpdated
		if d.isNew {
			t = VariantCreated
			insertVariant(tx, d)
		} else {
			d.Version++
			d.sequence++
			saveVariant(tx, d)
		}
		events[i] = event.Event{Type: t, Subject: d.ID, Sequence: d.sequence, Body: d.body()}
	}
	for _, d := range drafts { // when all variants are there
		insertChildren(tx, d.Variant)
	}
	return event.Emit(tx, events...)
}

// body is what an event tells of a variant.
type body struct {
	ProductID string `json:"product_id"`
	shown
	Version int64 `json:"version"`
}

// shown is VariantFacts with empty facts written out, so that an event also
// tells of a fact that was emptied.
type shown struct {
	SKU            string            `json:"sku"`
	Title          string            `json:"title"`
	Kind           string            `json:"kind"`
	Unit           string            `json:"unit"`
	Units          []SalesUnit       `json:"units"`
	TaxClass       string            `json:"tax_class"`
	WeightGrams    int64             `json:"weight_grams"`
	HSCode         string            `json:"hs_code"`
	Options        map[string]string `json:"options"`
	Specifications Specifications    `json:"specifications"`
	Minimum        money.Quantity    `json:"minimum"`
	Maximum        money.Quantity    `json:"maximum"`
	Multiple       money.Quantity    `json:"multiple"`
	Backorder      bool              `json:"backorder"`
	LotTracked     bool              `json:"lot_tracked"`
	Hazardous      bool              `json:"hazardous"`
	Barcodes       []string          `json:"barcodes"`
	Parts          []Part            `json:"parts"`
	Active         bool              `json:"active"`
	ExternalID     string            `json:"external_id"`
}

func (v *Variant) body() body { return body{v.ProductID, shown(v.VariantFacts), v.Version} }
