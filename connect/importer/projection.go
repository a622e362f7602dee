package importer

import "ordo/engine/event"

// Projection is what events rebuild of mappings.
var Projection = event.Projection{Prefix: "imm_", Parts: []event.Part{{Table: "import_mappings", Owner: "id"}}}
