package rest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"ordo/edge/rest"
	"ordo/engine/db"
)

func document(t *testing.T) map[string]any {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal(rest.Document(operations, rest.Options{}), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheSameTableGivesTheSameDocument(t *testing.T) {
	first := rest.Document(operations, rest.Options{Version: "1", Servers: []string{"https://example.com"}})
	if !bytes.Equal(first, rest.Document(operations, rest.Options{Version: "1", Servers: []string{"https://example.com"}})) {
		t.Error("two documents of one table differ")
	}
}

func TestTheDocumentIsServed(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		r, body := request{"GET", "/openapi.json", "", map[string]string{"Authorization": ""}}.send(t, h)
		if r.StatusCode != 200 || !strings.Contains(body, `"/v1/events/stream"`) || !strings.Contains(body, `"openapi": "3.1.0"`) {
			t.Errorf("%d %.200s", r.StatusCode, body)
		}
	})
}

// walk visits every object of the document.
func walk(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(v)
		for _, one := range v {
			walk(one, visit)
		}
	case []any:
		for _, one := range v {
			walk(one, visit)
		}
	}
}

func TestEveryReferenceOfTheDocumentLeadsSomewhere(t *testing.T) {
	d := document(t)
	found := 0
	walk(d, func(o map[string]any) {
		ref, ok := o["$ref"].(string)
		if !ok {
			return
		}
		found++
		var place any = d
		for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			inside, _ := place.(map[string]any)
			place = inside[name]
		}
		if place == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	})
	if found < 10 {
		t.Errorf("only %d references", found)
	}
}

// Spec: 11.2.1, 11.2.7
func TestEveryOperationIsDescribedWhole(t *testing.T) {
	paths := document(t)["paths"].(map[string]any)
	for _, o := range operations {
		s := o.Spec()
		d, _ := paths[s.Path].(map[string]any)[strings.ToLower(s.Method)].(map[string]any)
		if d["operationId"] != s.Name || d["summary"] != s.Summary || d["x-ordo-permission"] != s.Permission || len(d["tags"].([]any)) != 1 {
			t.Errorf("%s: %v", s.Name, d)
		}
		if (d["security"] != nil) != (s.Permission != "") {
			t.Errorf("%s: security %v", s.Name, d["security"])
		}
		responses := d["responses"].(map[string]any)
		if responses["4XX"] == nil || responses["5XX"] == nil || (responses["201"] != nil) != s.Creates || (responses["200"] != nil) == s.Creates {
			t.Errorf("%s: responses %v", s.Name, responses)
		}
		named := strings.Count(s.Path, "{")
		for _, p := range d["parameters"].([]any) {
			if p := p.(map[string]any); p["in"] == "path" {
				named--
				if p["required"] != true {
					t.Errorf("%s: %v", s.Name, p)
				}
			}
		}
		if named != 0 {
			t.Errorf("%s: not every name of %s has a parameter", s.Name, s.Path)
		}
		if body, ok := d["requestBody"].(map[string]any); ok {
			content := body["content"].(map[string]any)["application/json"].(map[string]any)
			if content["examples"] == nil || content["schema"] == nil {
				t.Errorf("%s: body %v", s.Name, content)
			}
		}
	}
}

func TestEveryExampleOfTheDocumentIsTaken(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, h http.Handler) {
		for path, item := range document(t)["paths"].(map[string]any) {
			for method, operation := range item.(map[string]any) {
				body, ok := operation.(map[string]any)["requestBody"].(map[string]any)
				if !ok {
					continue
				}
				example, err := json.Marshal(body["content"].(map[string]any)["application/json"].(map[string]any)["examples"].(map[string]any)["example"].(map[string]any)["value"])
				if err != nil {
					t.Fatal(err)
				}
				path := strings.ReplaceAll(path, "{id}", "loc_1")
				r, got := request{method: strings.ToUpper(method), path: path + "?dry_run=true", body: string(example)}.send(t, h)
				if r.StatusCode != http.StatusOK && !strings.Contains(got, `"code":"not_found"`) {
					t.Errorf("%s %s: %s gives %s", method, path, example, got)
				}
			}
		}
	})
}

func TestTheBodySchemaHasNoFieldsOfThePathAndTheQuery(t *testing.T) {
	schemas := document(t)["components"].(map[string]any)["schemas"].(map[string]any)
	properties := schemas["ParcelPackInput"].(map[string]any)["properties"].(map[string]any)
	for _, name := range []string{"id", "If-Match", "copies", "labels"} {
		if properties[name] != nil {
			t.Errorf("the body has %s", name)
		}
	}
	if properties["lines"] == nil || properties["method"] == nil {
		t.Errorf("the body has only %v", properties)
	}
}
