package importer

import "ordo/engine/invariant"

// Invariants are those of imports of tables.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "E1", Formula: "each row of an import has one outcome: an import has as many rows of each outcome as it counts, those that are new or changed as far as they are written once it runs, and all of its rows when a phase is done",
	}, "table_imports", "id", 20, miscounted),
	invariant.SQL(invariant.Invariant{
		ID: "E1", Formula: "goods arrive once for each row of an import that is written, and go once for each that is undone: its receipts have as many movements as it has rows that are written, and its adjustments as it has rows that are undone",
	}, "table_imports", "id", 20, misreceived),
}
