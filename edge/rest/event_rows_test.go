package rest

import (
	"encoding/json"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"ordo/engine/db"
	"ordo/engine/event"
)

type untold struct {
	Row json.RawMessage `json:"row"`
}

func TestABodyWithRowsOfNoTableOrATableOfNoFieldStopsTheProgram(t *testing.T) {
	for _, tables := range []map[string]db.Shape{{}, {"row": &db.Table[int]{Columns: "n", Places: func(n *int) []any { return []any{n} }}, "other": nil}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v is taken", tables)
				}
			}()
			describeRows(newRegistry(), &huma.Schema{Properties: map[string]*huma.Schema{}}, &event.Type{Name: "thing.done", Body: untold{}}, tables)
		}()
	}
}
