package importer

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Mapping says what the columns of foreign tables are called.
type Mapping struct {
	ID      string            `json:"id"`
	Name    string            `json:"name" doc:"Unique"`
	Format  string            `json:"format" enum:"products,customers,stock"`
	Columns map[string]string `json:"columns" doc:"Name in the foreign table, in lower case, to the column of the format; an empty one is left out"`
	Version int64             `json:"version"`
}

// SetMappingIn is the input of import_mapping.set.
type SetMappingIn struct {
	Name    string            `path:"name" json:"name" pattern:"^[A-Za-z0-9._-]{1,60}$"`
	Format  string            `json:"format" enum:"products,customers,stock"`
	Columns map[string]string `json:"columns" doc:"Name in the foreign table to the column of the format; an empty one is left out. Columns that are not named keep their name"`
}

// GetMappingIn is the input of import_mapping.get.
type GetMappingIn struct {
	Name string `path:"name" json:"name"`
}

// MappingSet is the event of a mapping.
var MappingSet = event.Declare("import_mapping.set", 1, "A mapping of columns for imports was added or changed.", mappingBody{})

// MappingSchema is what the list of mappings can be filtered and sorted by.
var MappingSchema = query.Schema{
	ID: "m.id", Sort: "name",
	Fields: []query.Field{
		{Name: "name", Doc: "Name", Type: query.ID, Column: "m.name", Sortable: true},
		{Name: "format", Doc: "Format", Type: query.Enum, Column: "m.format", Values: []string{Products, Customers, Stock}},
	},
}

// mappingOperations are those on what imports use.
var mappingOperations = []command.Operation{
	command.Def[query.Input, query.Rows[*Mapping]]{
		Name: "import_mapping.list", Summary: "List mappings of columns for imports", Method: http.MethodGet, Path: "/v1/import-mappings",
		Read: listMappings,
	},
	command.Def[GetMappingIn, *Mapping]{
		Name: "import_mapping.get", Summary: "Show a mapping", Method: http.MethodGet, Path: "/v1/import-mappings/{name}",
		Read: func(tx *db.Tx, in GetMappingIn) (*Mapping, error) { return GetMapping(tx, in.Name) },
	},
	command.Def[SetMappingIn, *Mapping]{
		Name: "import_mapping.set", Summary: "Add or change a mapping of columns for imports", Method: http.MethodPut, Path: "/v1/import-mappings/{name}",
		Run: setMapping, Result: func(m *Mapping) (string, int64) { return m.Name, m.Version }, Repeat: GetMapping,
		Example: SetMappingIn{Name: "old-shop", Format: Products, Columns: map[string]string{"Variant SKU": "sku", "Name": "title", "Vendor": ""}},
	},
}

func setMapping(tx *db.Tx, in SetMappingIn) (*Mapping, error) {
	columns, err := checkMapping(in)
	if err != nil {
		return nil, err
	}
	m, err := findMapping(tx, in.Name)
	if err != nil {
		return nil, err
	}
	if m.Version == 0 {
		m.ID = tx.ID("imm")
	}
	m.Name, m.Format, m.Columns = in.Name, in.Format, columns
	m.Version++
	saveMapping(tx, m)
	return m, event.Emit(tx, event.Event{Type: MappingSet, Subject: m.ID, Sequence: m.Version, Body: mappingBody{m.Name, m.Format, m.Columns, m.Version}})
}

// mappingBody is what an event of a mapping tells.
type mappingBody struct {
	Name    string            `json:"name"`
	Format  string            `json:"format"`
	Columns map[string]string `json:"columns"`
	Version int64             `json:"version"`
}

// checkMapping folds the foreign names. It refuses columns that the format does
// not have, and two for one.
func checkMapping(in SetMappingIn) (map[string]string, error) {
	var faults problem.List
	known := columnNames(formats[in.Format].all)
	columns, taken := map[string]string{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(in.Columns)) {
		pointer := "/columns/" + escaped(name)
		folded, column := foldColumn(name), in.Columns[name]
		_, twice := columns[folded]
		switch {
		case folded == "" || twice:
			faults.Add(problem.ErrInvalidValue, pointer, "%q is empty, or differs from another name in case only", name)
		case column != "" && !slices.Contains(known, column):
			faults.Add(ErrColumn, pointer, "there is no column %q; there are %s", column, strings.Join(known, ", "))
		case column != "" && taken[column] != "":
			faults.Add(ErrColumnTwice, pointer, "%q becomes %s already", taken[column], column)
		}
		columns[folded] = column
		if column != "" {
			taken[column] = name
		}
	}
	return columns, faults.Err()
}

// escaped is a name as a JSON pointer has it.
func escaped(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

func columnNames(format []column) []string {
	var names []string
	for _, c := range format {
		names = append(names, c.name)
	}
	return names
}

// foldColumn is how names of columns are compared.
func foldColumn(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
