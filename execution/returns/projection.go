package returns

import "ordo/engine/event"

// Projection is what events rebuild of returns.
var Projection = event.Projection{Prefix: "ret_", Parts: []event.Part{
	{Table: "returns", Name: "return", Owner: "id", Rows: heads},
	{Table: "return_lines", Name: "lines", Owner: "return_id", Key: []string{"position"}, Rows: lines},
}}
