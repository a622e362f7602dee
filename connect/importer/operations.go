package importer

import (
	"net/http"
	"slices"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

// Operations on imports of tables.
var Operations = slices.Concat(mappingOperations, []command.Operation{
	command.Def[query.Input, query.Rows[*TableImport]]{
		Name: "import.list", Summary: "List imports of tables: all to those who see everything, else one's own", Method: http.MethodGet, Path: "/v1/imports",
		Read: listTableImports,
	},
	command.Def[ImportIn, *TableImport]{
		Name: "import.get", Summary: "Show how far an import is, and what the columns of the file seem to be", Method: http.MethodGet, Path: "/v1/imports/{id}",
		Read: func(tx *db.Tx, in ImportIn) (*TableImport, error) { return shown(tx, in.ID) },
	},
	command.Def[RowsIn, query.Rows[*TableRow]]{
		Name: "import.rows", Summary: "List what becomes of each row: what changes, why it is refused, what came of it", Method: http.MethodGet, Path: "/v1/imports/{id}/rows", Permission: "import.get", Further: reads(),
		Read: TableRows,
	},
	command.Def[UploadIn, *TableImport]{
		Name: "import.upload", Summary: "Begin an import: CSV, JSON Lines or an Excel workbook, which follows in parts", Method: http.MethodPost, Path: "/v1/imports", Further: rights(), Creates: true,
		Run: upload, Result: importResult, Repeat: shown,
		Example: UploadIn{Name: "mugs.csv", Format: Products, Size: 39},
	},
	command.Def[AddPartIn, *TableImport]{
		Name: "import.add_part", Summary: "Send the next part of the file; behind the last one it is read", Method: http.MethodPut, Path: "/v1/imports/{id}/parts/{part}", Permission: "import.upload",
		Guard: guardAdd, Run: addPart, Result: importResult, Repeat: shown,
		Example: AddPartIn{ID: "tim_01", Part: 1, Content: "U0tVLFRpdGxlLENvbG9yCk1VRy1CTFVFLEJsdWUgbXVnLGJsdWUK"},
	},
	command.Def[CheckIn, *TableImport]{
		Name: "import.check", Summary: "Check every row by a dry run: what is new, what changes, what is refused and why", Method: http.MethodPost, Path: "/v1/imports/{id}/check", Permission: "import.upload", Further: rights(), Accepts: true,
		Guard: guardCheck, Run: beginCheck, Result: importResult, Repeat: shown,
		Example: CheckIn{ID: "tim_01", Columns: map[string]string{"SKU": "sku", "Title": "title", "Color": ""}},
	},
	advancing("import.run", "Write the rows as they were checked, but for those that are refused", "run", ImportIn{"tim_01"}, guardRun, beginRun),
	advancing("import.stop", "Stop behind the rows that are under way", "stop", ImportIn{"tim_01"}, guardStop, stopImport),
	advancing("import.resume", "Go on with what was stopped", "resume", ImportIn{"tim_01"}, guardResume, resumeImport),
	advancing("import.undo", "Undo an import: what it added is not used any more, what it changed is as before, unless somebody changed it since", "undo", ImportIn{"tim_01"}, guardUndo, beginUndo),
})
