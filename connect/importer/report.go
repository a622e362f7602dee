package importer

// Report is what an import has brought, counted in the database.
type Report struct {
	RowsRead      int64            `json:"rows_read"`      // whole rows and those set aside
	RowsImported  int64            `json:"rows_imported"`  // distinct rows that became a part of a document
	RowsSetAside  int64            `json:"rows_set_aside"` // rows that could not be read
	Documents     int64            `json:"documents"`      // distinct numbers of documents in the source
	ByKind        map[string]int64 `json:"by_kind"`        // the same by kind: order, stock_note, c_document, a_document
	Customers     int64            `json:"customers"`      // that the documents name
	Variants      int64            `json:"variants"`       // that the documents name
	Returns       int64            `json:"returns"`        // of orders
	Credits       int64            `json:"credits"`        // of no order
	NetMinor      map[string]int64 `json:"net_minor"`      // orders less returns and credits, by currency
	CanceledMinor map[string]int64 `json:"canceled_minor"` // returns and credits of C documents, by currency
}
