package importer

import (
	"maps"
	"reflect"
	"slices"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
	"ordo/trade/customer"
)

// errChanged says that somebody wrote in between.
var errChanged = problem.Declare("import_record_changed", problem.Conflict,
	"What the row is about was changed in the meantime.", "Look at the record. Import the row again if it still has to be written.")

// snapshot are the facts of a resource by its parts: "" for its own, and those of
// each variant by its id.
type snapshot map[string]map[string]any

// snapshotOf is a resource as it is.
func snapshotOf(resource any) (s snapshot, err error) {
	s = snapshot{}
	switch r := resource.(type) {
	case *catalog.Product:
		if s[""], err = plainJSON(r.ProductFacts); err != nil {
			return nil, err
		}
		for _, v := range r.Variants {
			if s[v.ID], err = plainJSON(v.VariantFacts); err != nil {
				return nil, err
			}
		}
	case *customer.Customer:
		s[""], err = plainJSON(customer.Facts{Terms: r.Terms, Contact: r.Contact})
	}
	return s, err
}

// moved names a fact that is neither as it is in one snapshot nor as it is in the
// other; empty if there is none. Parts that neither knows don't matter.
func (s snapshot) moved(one, other snapshot) string {
	for _, part := range slices.Sorted(maps.Keys(one)) {
		names := slices.Concat(slices.Collect(maps.Keys(one[part])), slices.Collect(maps.Keys(other[part])), slices.Collect(maps.Keys(s[part])))
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			if is := s[part][name]; !reflect.DeepEqual(is, one[part][name]) && !reflect.DeepEqual(is, other[part][name]) {
				return name
			}
		}
	}
	return ""
}

// unless refuses a command if the resource is neither as it was nor as it should be.
func unless(id string, was, want snapshot) *command.Match {
	return &command.Match{ID: id, Check: func(_ *db.Tx, _ string, resource any) error {
		is, err := snapshotOf(resource)
		if err != nil {
			return err
		}
		if name := is.moved(was, want); name != "" {
			return errChanged.New("its %s was changed", name)
		}
		return nil
	}}
}

// undoing is what sets a record back.
type undoing struct {
	Operation string         `json:"operation"`
	Rows      []int          `json:"rows"` // that are undone by it
	ID        string         `json:"id,omitempty"`
	Left      snapshot       `json:"left,omitempty"`       // as the import left it
	Target    snapshot       `json:"target,omitempty"`     // as it should be
	Input     map[string]any `json:"input,omitempty"`      // where nothing is set back
	VariantID string         `json:"variant_id,omitempty"` // whose stock it takes
	SKU       string         `json:"sku,omitempty"`        // by which it was found
}

// undoOf are what undoes a record that was written: of stock each row by itself, so
// that each can tell why not.
func (p *plan) undoOf(importID string, answer any) ([]undoing, error) {
	if d, ok := answer.(*inventory.Document); ok {
		all := make([]undoing, len(p.Rows))
		lines, _ := p.In["lines"].([]any)
		for n, r := range p.Rows {
			line, _ := lines[n].(map[string]any)
			taken := map[string]any{"sku": line["sku"], "quantity": -d.Movements[n].Quantity}
			if lot := line["lot"]; lot != nil {
				taken["lot"] = lot
			}
			sku, _ := line["sku"].(string)
			all[n] = undoing{Operation: "stock.adjust", Rows: []int{r.Row}, VariantID: d.Movements[n].VariantID, SKU: sku, Input: map[string]any{
				"location_id": d.LocationID, "reason": "other", "reference": importID, "keep_promises": true, "lines": []any{taken},
			}}
		}
		return all, nil
	}
	left, err := snapshotOf(answer)
	if err != nil {
		return nil, err
	}
	u := undoing{Operation: p.undoneBy(), Left: snapshot{}, Target: snapshot{}}
	for _, r := range p.Rows {
		u.Rows = append(u.Rows, r.Row)
	}
	for part, facts := range left { // order-free: a map
		if was := p.Was[part]; was != nil {
			u.Left[part], u.Target[part] = facts, was
		} else if part == "" || p.brought(facts) {
			u.Left[part], u.Target[part] = facts, retired(facts)
		}
	}
	return []undoing{u}, nil
}

// renamed refuses to take stock from goods that have the SKU by now of those that
// arrived.
func (u *undoing) renamed(tx *db.Tx) error {
	id, err := variantOf(tx, u.SKU)
	if err == nil && id != u.VariantID {
		err = errChanged.New("its SKU %s does not name the variant any more that arrived", u.SKU)
	}
	return err
}

// undoneBy is the operation that sets the record back.
func (p *plan) undoneBy() string {
	if _, ok := p.In["variants"]; ok {
		return "product.update"
	}
	return "customer.update"
}

// brought tells whether the record added a variant.
func (p *plan) brought(facts map[string]any) bool {
	variants, _ := p.In["variants"].([]any)
	sku, _ := facts["sku"].(string)
	return slices.ContainsFunc(variants, func(v any) bool {
		object, _ := v.(map[string]any)
		own, _ := object["sku"].(string)
		return catalog.FoldSKU(own) == catalog.FoldSKU(sku)
	})
}

// retired are facts of what is not used any more. Nothing is deleted: orders may
// name it.
func retired(facts map[string]any) map[string]any {
	if _, ok := facts["active"]; !ok {
		return facts // a product is as active as its variants
	}
	facts = maps.Clone(facts)
	facts["active"] = false
	return facts
}

// command is the input of what sets it back.
func (u *undoing) command() map[string]any {
	if u.Input != nil {
		return u.Input
	}
	in := maps.Clone(u.Target[""])
	in["id"] = u.ID
	variants := []any{}
	for _, part := range slices.Sorted(maps.Keys(u.Target)) {
		if part != "" {
			variant := maps.Clone(u.Target[part])
			variant["id"] = part
			variants = append(variants, variant)
		}
	}
	if len(variants) > 0 {
		in["variants"] = variants
	}
	return in
}
