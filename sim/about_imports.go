package sim

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// tableSize is how many bytes each table has: what is left is blank lines.
const tableSize = 256

// table is one that can be imported as products and as stock.
func (w *world) table() string {
	lines := []string{"sku,title,location,quantity"}
	for range 1 + w.random.IntN(5) {
		g := goods[w.random.IntN(len(goods))]
		lines = append(lines, fmt.Sprintf("%s,%s,%s,%d", one(w, g.sku, g.sku, w.next("T-")), one(w, g.sku, "Good "+g.sku, ""), one(w, "main", "soho", "nowhere"), w.random.IntN(9)))
	}
	text := strings.Join(lines, "\n")
	return text + strings.Repeat("\n", tableSize-len(text))
}

// aboutImports generates the inputs of imports of tables.
var aboutImports = map[string]generator{
	"import.upload": {"", 3, func(w *world, _ any) object {
		return object{"name": w.next("table "), "format": one(w, "products", "stock"), "size": tableSize}
	}},
	"import.add_part": {"", 16, func(w *world, _ any) object {
		return w.named("import.upload", object{"part": 1, "content": base64.StdEncoding.EncodeToString([]byte(w.table()))})
	}},
	"import.check": {"", 16, func(w *world, _ any) object {
		return w.named("import.upload", object{"columns": one(w, object{"location": "", "quantity": ""}, object{"title": ""})})
	}},
	"import.run":    {"", 12, need("import.upload")},
	"import.stop":   {"", 12, need("import.upload")},
	"import.resume": {"", 16, need("import.upload")},
	"import.undo":   {"", 4, need("import.upload")},
	"import.list":   {"", 1, fixed(object{})},
	"import.get":    {"", 1, need("import.upload")},
	"import.rows":   {"", 1, need("import.upload")},
}
