package catalog_test

import (
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/invariant/invarianttest"
	"ordo/trade/catalog"
)

func TestEveryPlantedErrorOfTheCatalogIsFoundAndNamed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		err := d.Tx(t.Context(), func(tx *db.Tx) error {
			tx.Write(`INSERT INTO line_texts (id, description, category) VALUES ('txt_1', 'Green', 'tea'), ('txt_2', 'Black', 'tea')`)
			tx.Write(`INSERT INTO products (id, title, description, category, created_at, version, event_sequence, text_id) VALUES ('prd_1', 'Tea', 'Green', 'tea', 1, 1, 1, 'txt_1'), ('prd_2', 'Pot', '', '', 1, 1, 1, NULL)`)
			tx.Write(`INSERT INTO variants (id, product_id, sku, sku_folded, title, folded, kind, unit, tax_class, active, created_at, version, event_sequence, text_id)
				VALUES ('var_1', 'prd_1', 'T', 'T', 'Tea', 'tea t', 'stock', 'each', 'zero', TRUE, 1, 1, 1, 'txt_1'), ('var_2', 'prd_2', 'P', 'P', 'Pot', 'pot p', 'stock', 'each', 'zero', TRUE, 1, 1, 1, NULL)`)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		plant := func(name, subject, detail, sql, undo string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: "E2", Subject: subject, Detail: detail, SQL: []string{sql}, Undo: []string{undo}}
		}
		invarianttest.Finds(t, d, catalog.Invariants, []invarianttest.Plant{
			plant("the texts of another product", "prd_1", "names texts txt_2, which are not its own", `UPDATE products SET text_id = 'txt_2' WHERE id = 'prd_1'`, `UPDATE products SET text_id = 'txt_1' WHERE id = 'prd_1'`),
			plant("texts without a copy", "prd_2", "names no texts", `UPDATE products SET category = 'pots' WHERE id = 'prd_2'`, `UPDATE products SET category = '' WHERE id = 'prd_2'`),
			plant("a copy that changed", "prd_1", "names texts txt_1", `UPDATE line_texts SET category = 'x' WHERE id = 'txt_1'`, `UPDATE line_texts SET category = 'tea' WHERE id = 'txt_1'`),
			plant("a variant with other texts", "prd_1", "its variant var_1 names txt_2", `UPDATE variants SET text_id = 'txt_2' WHERE id = 'var_1'`, `UPDATE variants SET text_id = 'txt_1' WHERE id = 'var_1'`),
		})
	})
}
