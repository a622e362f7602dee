package inventory

import "ordo/engine/db"

func insertNotes(tx *db.Tx, notes []*NoteIn) {
	var documents, lines [][]any
	for _, n := range notes {
		documents = append(documents, []any{n.ID, Note, n.LocationID, "imported", n.ExternalID, int64(n.At), 1, 1})
		for i, l := range n.Lines {
			var variant any
			if l.VariantID != "" {
				variant = l.VariantID
			}
			lines = append(lines, []any{n.ID, i + 1, variant, int64(l.Quantity), l.Note, l.SourceRow})
		}
	}
	tx.Insert("stock_documents (id, kind, location_id, origin, external_id, at, version, event_sequence)", documents...)
	tx.Insert("stock_notes (document_id, position, variant_id, quantity, note, source_row)", lines...)
}
