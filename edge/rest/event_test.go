package rest_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"ordo/edge/rest"
	"ordo/engine/db"
	"ordo/engine/event"
)

type shape struct{}

func (shape) Shape() (string, []db.Column) {
	return "cup_handles", []db.Column{{Name: "id", Kind: reflect.String}, {Name: "length", Kind: reflect.Int64}, {Name: "gilt", Kind: reflect.Bool}}
}

type broken struct {
	Handle json.RawMessage            `json:"handle"`
	Shards map[string]json.RawMessage `json:"shards,omitempty"`
	facts
}

type facts struct {
	Loud bool `json:"loud"`
}

func (broken) Rows() map[string]db.Shape {
	return map[string]db.Shape{"handle": shape{}, "shards": shape{}}
}

var _ = event.Declare("cup.broken", 2, "A cup broke.", broken{})

func TestTheBodyOfAnEventIsDescribedWithTheColumnsOfItsTables(t *testing.T) {
	schemas := document(t)["components"].(map[string]any)["schemas"].(map[string]any)
	columns := `"additionalProperties":false,"properties":{"id":{"type":"string"},"length":{"type":"integer"},"gilt":{"type":"boolean"}}}`
	for name, want := range map[string]string{
		"EventCupBrokenV2": `{"type":"object","additionalProperties":false,"required":["handle","loud"],"properties":{
			"handle":{"$ref":"#/components/schemas/CupHandlesRow"},"loud":{"type":"boolean"},
			"shards":{"type":"object","description":"By key; null for one that was removed","additionalProperties":{"$ref":"#/components/schemas/CupHandlesRowOrNull"}}}}`,
		"CupHandlesRow":       `{"type":"object",` + columns,
		"CupHandlesRowOrNull": `{"type":["object","null"],` + columns,
	} {
		var wanted map[string]any
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		got, _ := schemas[name].(map[string]any)
		if delete(got, "description"); !reflect.DeepEqual(got, wanted) {
			t.Errorf("%s is %v", name, got)
		}
	}
}

func TestAStreamRefersToTheSchemasOfItsEvents(t *testing.T) {
	var d struct {
		Paths map[string]map[string]struct {
			Events map[string]map[string]string `json:"x-ordo-events"`
		}
	}
	text := rest.Document(operations, rest.Options{Streams: []rest.Stream{{Name: "event.stream", Path: "/v1/events/stream"}}})
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	if got := d.Paths["/v1/events/stream"]["get"].Events["cup.broken"]["$ref"]; got != "#/components/schemas/EventCupBrokenV2" {
		t.Errorf("cup.broken is %q", got)
	}
}
