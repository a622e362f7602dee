package importer

import "ordo/engine/event"

// Projections are what events rebuild of mappings and imports.
var Projections = []event.Projection{
	{Prefix: "imm_", Parts: []event.Part{{Table: "import_mappings", Owner: "id"}}},
	{Prefix: "tim_", Parts: []event.Part{{Table: "table_imports", Owner: "id", Untold: map[string]string{
		"name": texts, "columns": texts, "mapping": texts, "problem": texts, "created_by": "is the user_id of its first event", "hash": "tells whether somebody has the same file",
	}}}},
}

const texts = "may be texts of people"
