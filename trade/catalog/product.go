package catalog

import (
	"fmt"
	"time"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// ProductFacts are what can be said of a product.
type ProductFacts struct {
	Title          string         `json:"title" minLength:"1" maxLength:"300"`
	Description    string         `json:"description,omitempty" maxLength:"20000"`
	Category       string         `json:"category,omitempty" maxLength:"200" doc:"Path in the tree, such as kitchen/cups"`
	Specifications Specifications `json:"specifications,omitempty" doc:"Name to values, such as material to cotton and linen; its variants have them too"`
}

// Product is a group of variants that are shown together.
type Product struct {
	ID string `json:"id"`
	ProductFacts
	Variants  []*Variant       `json:"variants" doc:"By SKU"`
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence int64  // events so far
	textID   string // of description and category, if there are any
}

// SetActions shows which operations are open.
func (p *Product) SetActions(a []command.Action) { p.Actions = a }

// CreateIn is the input of product.create.
type CreateIn struct {
	ProductFacts
	Variants []VariantFacts `json:"variants" minItems:"1" maxItems:"250"`
}

// UpdateIn is the input of product.update.
type UpdateIn struct {
	ID string `path:"id" json:"id"`
	ProductFacts
	Variants []VariantIn `json:"variants,omitempty" maxItems:"250" doc:"Those to add or change; others stay as they are"`
}

// VariantIn is a variant to add or change.
type VariantIn struct {
	ID string `json:"id,omitempty" maxLength:"60" doc:"Of the variant to change; without it one is added"`
	VariantFacts
}

// Events of a product.
var (
	ProductCreated = event.Declare("product.created", 1, "A product was added.", productBody{})
	ProductUpdated = event.Declare("product.updated", 1, "Facts of a product changed.", productBody{})
)

// Create adds a product with its variants. A bundle may have variants of the
// same product as parts.
func Create(tx *db.Tx, in CreateIn) (*Product, error) {
	p := &Product{ID: tx.ID("prd"), ProductFacts: in.ProductFacts, CreatedAt: tx.Now, Version: 1, sequence: 1}
	p.freeze(tx)
	drafts := make([]*draft, len(in.Variants))
	for i, f := range in.Variants {
		drafts[i] = p.draft(tx, f)
		drafts[i].pointer = fmt.Sprintf("/variants/%d", i)
		p.Variants = append(p.Variants, drafts[i].Variant)
	}
	if err := in.check(tx, drafts); err != nil {
		return nil, err
	}
	insertProduct(tx, p)
	if err := p.emit(tx, ProductCreated); err != nil {
		return nil, err
	}
	sortVariants(p.Variants)
	return p, write(tx, drafts)
}

// Update changes a product and those of its variants that are given.
func Update(tx *db.Tx, in UpdateIn) (*Product, error) {
	p, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	renewed := p.Description != in.Description || p.Category != in.Category
	if p.ProductFacts = in.ProductFacts; renewed {
		p.freeze(tx)
	}
	drafts, err := p.drafts(tx, in.Variants)
	if err != nil {
		return nil, err
	}
	if err := in.check(tx, drafts); err != nil {
		return nil, err
	}
	p.Version++
	p.sequence++
	saveProduct(tx, p)
	if renewed {
		renewText(tx, p)
	}
	if err := p.emit(tx, ProductUpdated); err != nil {
		return nil, err
	}
	sortVariants(p.Variants)
	return p, write(tx, drafts)
}

// check finds the faults of the product and its drafts.
func (f ProductFacts) check(tx *db.Tx, drafts []*draft) error {
	var faults problem.List
	f.Specifications.check("/specifications", &faults)
	if err := faults.Err(); err != nil {
		return err
	}
	return check(tx, drafts)
}

// freeze gives description and category an id for the lines of orders.
func (p *Product) freeze(tx *db.Tx) {
	p.textID = ""
	if p.Description != "" || p.Category != "" {
		p.textID = tx.ID("txt")
	}
}

// drafts pairs the input with the product's variants, and adds new ones.
func (p *Product) drafts(tx *db.Tx, in []VariantIn) ([]*draft, error) {
	own := map[string]*Variant{}
	for _, v := range p.Variants {
		own[v.ID] = v
	}
	var faults problem.List
	var drafts []*draft
	for i, v := range in {
		var d *draft
		switch {
		case v.ID == "":
			d = p.draft(tx, v.VariantFacts)
			p.Variants = append(p.Variants, d.Variant)
		case own[v.ID] == nil:
			faults.Add(problem.ErrInvalidValue, fmt.Sprintf("/variants/%d/id", i), "the product has no variant %s, or it is named twice", v.ID)
			continue
		default:
			d = &draft{Variant: own[v.ID], title: p.Title}
			d.set(v.VariantFacts)
			delete(own, v.ID)
		}
		d.pointer = fmt.Sprintf("/variants/%d", i)
		drafts = append(drafts, d)
	}
	return drafts, faults.Err()
}

// draft makes a new variant of the product.
func (p *Product) draft(tx *db.Tx, f VariantFacts) *draft {
	d := &draft{Variant: &Variant{ID: tx.ID("var"), ProductID: p.ID, CreatedAt: tx.Now, Version: 1, sequence: 1}, title: p.Title, textID: p.textID, isNew: true}
	d.set(f)
	return d
}

// Get returns a product with its variants, or not found.
func Get(tx *db.Tx, id string) (*Product, error) {
	p := &Product{}
	set := newVariantSet(nil)
	if err := tx.Load(append([]db.Read{readProduct(id, p)}, set.reads(among("v.product_id", []string{id}))...)...); err != nil {
		return nil, err
	}
	if p.ID == "" {
		return nil, problem.ErrNotFound.New("no product %s", id)
	}
	p.Variants = set.all
	return p, nil
}

// List returns a page of products with their variants.
func List(tx *db.Tx, in query.Input) (query.Rows[*Product], error) {
	page, err := selectProducts(tx, in)
	if err != nil || len(page.Items) == 0 {
		return page, err
	}
	set := newVariantSet(nil)
	if err := tx.Load(set.reads(among("v.product_id", ids(page.Items)))...); err != nil {
		return page, err
	}
	byID := map[string]*Product{}
	for _, p := range page.Items {
		byID[p.ID] = p
	}
	for _, v := range set.all {
		p := byID[v.ProductID]
		p.Variants = append(p.Variants, v)
	}
	return page, nil
}

func (p *Product) emit(tx *db.Tx, t *event.Type) error { return event.Emit(tx, p.event(t)) }

func (p *Product) event(t *event.Type) event.Event {
	b := productBody{p.Title, p.Description, p.Category, p.Specifications, p.textID, p.Version}
	if b.Specifications == nil {
		b.Specifications = Specifications{}
	}
	return event.Event{Type: t, Subject: p.ID, Sequence: p.sequence, Body: b}
}

// productBody is what an event tells of a product, also of facts that were
// emptied.
type productBody struct {
	Title          string         `json:"title"`
	Description    string         `json:"description"`
	Category       string         `json:"category"`
	Specifications Specifications `json:"specifications"`
	TextID         string         `json:"text_id" doc:"Of description and category as lines of orders refer to them"`
	Version        int64          `json:"version"`
}
