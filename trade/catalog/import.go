package catalog

import (
	"ordo/engine/db"
	"ordo/engine/event"
)

// Imported is a variant of another system, which becomes a product of its own.
type Imported struct {
	ID        string
	ProductID string
	SKU       string
	Title     string
	Kind      string
}

// Import adds variants of another system, each with the events of a new
// product. None of the SKUs may exist.
func Import(tx *db.Tx, variants ...*Imported) error {
	drafts := make([]*draft, len(variants))
	events := make([]event.Event, len(variants))
	for i, in := range variants {
		p := &Product{ID: in.ProductID, ProductFacts: ProductFacts{Title: in.Title}, CreatedAt: tx.Now, Version: 1, sequence: 1}
		drafts[i] = p.draft(tx, VariantFacts{SKU: in.SKU, Title: in.Title, Kind: in.Kind, Active: true})
		drafts[i].ID = in.ID
		insertProduct(tx, p)
		events[i] = p.event(ProductCreated)
	}
	if err := event.Emit(tx, events...); err != nil {
		return err
	}
	return write(tx, drafts)
}
