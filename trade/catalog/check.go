package catalog

import (
	"fmt"
	"slices"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/db"
)

// Codes of variants.
var (
	ErrSKU = problem.Declare("sku_unknown", problem.Invalid,
		"No variant has this SKU, id or barcode.", "Check the spelling, or add the variant first.")
	ErrBundle = problem.Declare("bundle_nested", problem.Invalid,
		"A bundle can't be a part of a bundle.", "Name the parts of the inner bundle instead.")
)

// reference is what a check has to know of a variant that exists or is about to.
type reference struct {
	id, sku, external string
	bundle            bool
}

// known is what the drafts may collide with or refer to.
type known struct {
	byID, bySKU, byExternal map[string]*reference // SKUs folded
	inBundles               map[string]bool       // ids of parts of bundles
}

func (k *known) add(r *reference) {
	k.byID[r.id], k.bySKU[FoldSKU(r.sku)] = r, r
	if r.external != "" {
		k.byExternal[r.external] = r
	}
}

// forget makes room for what a draft will be.
func (k *known) forget(id string) {
	r := k.byID[id]
	if r == nil {
		return
	}
	delete(k.byID, id)
	delete(k.bySKU, FoldSKU(r.sku))
	delete(k.byExternal, r.external)
}

// check finds the faults of drafts that a schema can't, and resolves their
// parts. Everything it has to know is read in one trip.
func check(tx *db.Tx, drafts []*draft) error {
	k, err := readKnown(tx, drafts)
	if err != nil {
		return err
	}
	var faults problem.List
	for _, d := range drafts {
		k.forget(d.ID)
	}
	for _, d := range drafts {
		d.checkNames(k, &faults)
		checkLimits(d.pointer, d.Minimum, d.Maximum, d.Multiple, &faults)
		d.checkUnits(&faults)
		d.Specifications.check(d.pointer+"/specifications", &faults)
		d.checkBarcodes(&faults)
	}
	for _, d := range drafts { // when all of them are known
		d.checkParts(k, &faults)
	}
	return faults.Err()
}

func (d *draft) checkNames(k *known, faults *problem.List) {
	if d.Title == "" {
		faults.Add(problem.ErrRequired, d.pointer+"/title", "the variant %s has no title", d.SKU)
	}
	other, external := k.bySKU[FoldSKU(d.SKU)], k.byExternal[d.ExternalID]
	if other != nil {
		faults.Add(problem.ErrDuplicate, d.pointer+"/sku", "the SKU %s is that of another variant, %s", d.SKU, other.sku)
	}
	if external != nil {
		faults.Add(problem.ErrDuplicate, d.pointer+"/external_id", "the external id %s is that of %s", d.ExternalID, external.sku)
	}
	if other == nil && external == nil {
		k.add(&reference{d.ID, d.SKU, d.ExternalID, d.Bundle})
	}
}

// checkLimits finds limits that no quantity keeps.
func checkLimits(pointer string, minimum, maximum, multiple money.Quantity, faults *problem.List) {
	for _, l := range []struct {
		name  string
		value money.Quantity
	}{{"minimum", minimum}, {"maximum", maximum}, {"multiple", multiple}} {
		if l.value < 0 {
			faults.Add(problem.ErrOutOfRange, pointer+"/"+l.name, "the %s is negative", l.name)
		}
	}
	if maximum > 0 && maximum < max(minimum, multiple) {
		faults.Add(problem.ErrInvalidValue, pointer+"/maximum", "no quantity is at most %s, at least %s and a multiple of %s", maximum, minimum, multiple)
	}
}

func (d *draft) checkUnits(faults *problem.List) {
	for i, u := range d.Units {
		pointer := fmt.Sprintf("%s/units/%d", d.pointer, i)
		if u.Quantity <= 0 {
			faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "one %s holds more than %s %s", u.Unit, u.Quantity, d.Unit)
		}
		if u.Unit == d.Unit || slices.ContainsFunc(d.Units[:i], func(other SalesUnit) bool { return other.Unit == u.Unit }) {
			faults.Add(problem.ErrDuplicate, pointer+"/unit", "%s is a unit of %s already", u.Unit, d.SKU)
		}
	}
}

func (d *draft) checkBarcodes(faults *problem.List) {
	for i, code := range d.sent {
		pointer := fmt.Sprintf("%s/barcodes/%d", d.pointer, i)
		switch {
		case !ValidBarcode(code):
			faults.Add(ErrBarcode, pointer, "%q is no barcode", code)
		case slices.Contains(d.sent[:i], code):
			faults.Add(problem.ErrDuplicate, pointer, "the barcode %s is given twice", code)
		}
	}
}

func (d *draft) checkParts(k *known, faults *problem.List) {
	if d.Bundle && k.inBundles[d.ID] {
		faults.Add(ErrBundle, d.pointer+"/parts", "%s is a part of a bundle itself", d.SKU)
	}
	for i := range d.Parts {
		d.checkPart(k, i, faults)
	}
}

func (d *draft) checkPart(k *known, i int, faults *problem.List) {
	p := &d.Parts[i]
	pointer := fmt.Sprintf("%s/parts/%d", d.pointer, i)
	if p.Quantity <= 0 {
		faults.Add(problem.ErrOutOfRange, pointer+"/quantity", "the quantity of a part is above 0, not %s", p.Quantity)
	}
	r := k.bySKU[FoldSKU(p.SKU)]
	if p.SKU == "" {
		r = k.byID[p.VariantID]
	}
	switch {
	case r == nil && p.SKU == "" && p.VariantID == "":
		faults.Add(problem.ErrRequired, pointer+"/sku", "a part needs a SKU or the id of a variant")
	case r == nil && p.SKU == "":
		faults.Add(ErrSKU, pointer+"/variant_id", "there is no variant %s", p.VariantID)
	case r == nil:
		faults.Add(ErrSKU, pointer+"/sku", "there is no SKU %s", p.SKU)
	case p.VariantID != "" && p.VariantID != r.id:
		faults.Add(problem.ErrInvalidValue, pointer+"/variant_id", "the SKU %s is not that of %s", p.SKU, p.VariantID)
	case r.bundle:
		faults.Add(ErrBundle, pointer, "%s is a bundle", r.sku)
	case slices.ContainsFunc(d.Parts[:i], func(q Part) bool { return q.VariantID == r.id }):
		faults.Add(problem.ErrInvalidValue, pointer, "%s is named twice", r.sku)
	default:
		p.VariantID, p.SKU = r.id, r.sku
	}
}
