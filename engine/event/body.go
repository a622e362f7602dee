package event

import (
	"fmt"
	"reflect"

	"ordo/engine/db"
)

// Rows is a body that tells of changed columns, by the name of its field. A
// field that is one piece of JSON tells of the row of a table, one that is a map
// of them tells of rows by their keys, a removed one as null.
type Rows interface {
	Rows() map[string]db.Shape
}

// mustBe panics if a body is not described by its Go type.
func mustBe(name string, body any) {
	if t := reflect.TypeOf(body); t == nil || t.Kind() != reflect.Struct {
		panic(fmt.Sprintf("event: the body of %s is %v, which is no struct", name, t))
	}
}
