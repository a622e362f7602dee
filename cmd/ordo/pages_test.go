package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/policy/system"
)

// identity names the columns that tell rows apart that have no id.
var identity = []string{"id", "tag", "sku", "location_id", "minimum", "country", "region", "class", "valid_from", "customer_id", "document_id", "position", "row"}

// growing adds a row to each list.
func (s *story) growing() map[string]func() {
	run := func(operation string, in func() object) func() { return func() { s.Helper(); s.do(operation, in()) } }
	grow := map[string]func(){
		"user.list":            run("user.create", s.newUser),
		"role.list":            run("role.create", s.newRole),
		"key.list":             run("key.create", func() object { return object{"name": s.next("key"), "role_id": s.role} }),
		"location.list":        run("location.create", func() object { return s.place(s.next("place")) }),
		"channel.list":         run("channel.create", func() object { return s.web(s.next("web")) }),
		"customer.list":        run("customer.create", func() object { return s.person(s.next("Person ")) }),
		"product.list":         run("product.create", s.newProduct),
		"variant.list":         run("product.create", s.newProduct),
		"price_list.list":      run("price_list.create", s.newList),
		"shipping_method.list": run("shipping_method.create", s.newMethod),
		"tax_rate.list": run("tax_rate.set", func() object {
			s.count++
			return object{"rates": []object{with(rate("standard", "0.2"), "valid_from", fmt.Sprintf("%d-01-01", 2020+s.count%900))}}
		}),
		"price.list": func() {
			sku := s.next("CUP-")
			s.do("product.create", object{"title": "Cups", "variants": []object{with(s.newVariant(), "sku", sku)}})
			s.do("price.set", object{"id": s.list, "prices": []object{{"sku": sku, "unit_price": "1"}}})
		},
		"stock.list": func() {
			sku := s.next("CUP-")
			s.do("product.create", object{"title": "Cups", "variants": []object{with(s.newVariant(), "sku", sku)}})
			s.receive(sku, 1)
		},
		"stock.movements":    func() { s.receive("POT", 1) },
		"stock.reservations": func() { s.order(line("POT", 1)) },
		"payment.unclear":    func() { s.paid("tok_silent") },
		"job.list":           func() { s.deadJob() },
		"event.list":         run("import_mapping.set", func() object { return executions["import_mapping.set"](s) }),
		"system.responses":   func() { s.answered() },
		"system.slowest":     func() { s.answered() },
		"webhook.list":       run("webhook.create", func() object { return hook }),
		"webhook.deliveries": func() { s.do("webhook.try", object{"id": s.endpoint()}) },
		"import.list":        run("import.upload", func() object { return object{"name": "x.csv", "format": "stock", "size": 3} }),
		"import.rows":        func() { s.anotherRow(s.oldest("import.list")) },
		"import_mapping.list": run("import_mapping.set", func() object {
			return object{"name": s.next("shop"), "format": "stock", "columns": object{"SKU No": "sku"}}
		}),
		"mail.list":     func() { s.mailed() },
		"template.list": run("template.save", s.newTemplate),
		"view.list":     run("view.save", s.newView),
		"variant.limits": func() {
			buyer := s.do("customer.create", s.person(s.next("Buyer ")))
			s.do("variant.set_limits", object{"id": s.limited(), "limits": []object{{"customer_id": buyer["id"], "minimum": 2}}})
		},
		"bulk.list":         run("bulk.begin", s.many),
		"bulk.rows":         func() { s.another(s.oldest("bulk.list")) },
		"order.list":        func() { s.order(line("POT", 1)) },
		"order.notes":       func() { s.do("order.note", object{"id": s.discussed(), "text": s.next("x")}) },
		"attachment.list":   func() { s.attach(s.discussed()) },
		"order.people":      run("user.create", s.newUser),
		"note.list":         func() { s.noted() },
		"tag.list":          func() { s.tagged(s.next("tag ")) },
		"payment.list":      func() { s.do("order.pay", object{"id": s.order(line("POT", 1))["id"], "method": "cash"}) },
		"fulfillment.list":  func() { s.order(line("POT", 1)) },
		"fulfillment.queue": func() { s.work() },
		"shipment.list":     func() { s.do("order.ship", object{"id": s.order(line("POT", 1))["id"]}) },
		"change.list":       func() { s.changing() },
		"return.list": func() {
			o := s.order(line("POT", 1))
			s.do("order.ship", object{"id": o["id"]})
			s.do("return.request", s.back(o))
		},
	}
	return grow
}

// answered has an operation answer that has not before, and that written.
func (s *story) answered() {
	s.Helper()
	s.count++
	all := s.engine.Operations
	s.watch.Observe(system.Response{Operation: all[s.count%len(all)].Spec().Name, RequestID: "req_1", Status: 200, At: s.db.Clock.Now(), Took: time.Duration(s.count) * time.Millisecond})
	if err := s.watch.Write(s.Context()); err != nil {
		s.Fatal(err)
	}
}

// limited is the variant whose limits are listed.
func (s *story) limited() string { return field(s.first("variant.list", "sku:POT"), "id") }

// discussed is the oldest order: the one whose notes are listed.
func (s *story) discussed() string {
	s.Helper()
	all := items(s.do("order.list", object{"sort": "placed", "limit": 1}), "items")
	if len(all) == 0 {
		return field(s.order(line("POT", 1)), "id")
	}
	return field(all[0], "id")
}

// attach puts a file on an order.
func (s *story) attach(order string) {
	s.Helper()
	f := s.id("attachment.upload", object{"id": order, "name": s.next("x") + ".pdf", "size": 10})
	s.do("attachment.add_part", object{"id": f, "part": 1, "content": onePDF})
}

// whose is the id of what a list is of.
func (s *story) whose(operation string) string {
	s.Helper()
	switch operation {
	case "price.list":
		return s.list
	case "variant.limits", "stock.reservations":
		return s.limited()
	case "webhook.deliveries":
		return s.endpoint()
	case "order.notes", "order.people", "attachment.list":
		return s.discussed()
	case "bulk.rows":
		return s.oldest("bulk.list")
	case "import.rows":
		return s.oldest("import.list")
	case "fulfillment.queue":
		return s.location
	}
	return ""
}

// endpoint is the one whose deliveries are listed: the oldest.
func (s *story) endpoint() string {
	return s.oldest("webhook.list")
}

// oldest is what a list has first by its time.
func (s *story) oldest(list string) string {
	s.Helper()
	return field(items(s.do(list, object{"sort": "created"}), "items")[0], "id")
}

// another adds a row to a bulk.
func (s *story) another(of string) {
	s.Helper()
	if err := s.db.Tx(s.Context(), func(tx *db.Tx) error {
		tx.Write(`INSERT INTO bulk_rows (bulk_id, position, order_id, number, outcome, code, detail, remedy, undo)
			SELECT $1, COALESCE(MAX(position), 0) + 1, $2, '', 'succeeded', '', '', '', '' FROM bulk_rows WHERE bulk_id = $1`, of, tx.ID("ord"))
		return nil
	}); err != nil {
		s.Fatal(err)
	}
}

// anotherRow adds a row to an import.
func (s *story) anotherRow(of string) {
	s.Helper()
	if err := s.db.Tx(s.Context(), func(tx *db.Tx) error {
		tx.Write(`INSERT INTO table_rows (import_id, checked, row, outcome, cells, faults)
			SELECT $1, 0, COALESCE(MAX(row), 0) + 1, 'created', '[]', '[]' FROM table_rows WHERE import_id = $1`, of)
		return nil
	}); err != nil {
		s.Fatal(err)
	}
}

// walk reads a list page by page and returns how often each row came; between
// is called behind each of the first pages.
func (s *story) walk(operation, sort string, limit int, between func()) map[string]int {
	s.Helper()
	seen := map[string]int{}
	for after, page := "", 1; page < 100; page++ {
		answer := s.do(operation, object{"id": s.whose(operation), "sort": sort, "limit": limit, "after": after})
		for _, row := range items(answer, "items") {
			name := ""
			for _, column := range identity {
				if row["id"] == nil || column == "id" {
					name += fmt.Sprint(row[column], " ")
				}
			}
			seen[name]++
		}
		next, _ := answer["next"].(string)
		if next == "" {
			return seen
		}
		if page <= 2 {
			between()
		}
		after = next
	}
	s.Fatalf("%s sorted by %s does not end", operation, sort)
	return nil
}

// sorts are all sorts of a list by one field, both ways, and its own.
func sorts(schema query.Schema) []string {
	all := []string{""}
	for _, f := range schema.Fields {
		if f.Sortable {
			all = append(all, f.Name, "-"+f.Name)
		}
	}
	return all
}

// Spec: 11.2.1
func TestPagesNeitherRepeatNorDropRowsWhileOthersAreAdded(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		grow := s.growing()
		for _, l := range lists {
			add := grow[l.operation]
			if add == nil {
				t.Errorf("nothing adds rows to %s", l.operation)
				continue
			}
			for range 4 {
				add()
			}
			for _, sort := range sorts(l.schema) {
				before := s.walk(l.operation, sort, 200, func() {})
				during := s.walk(l.operation, sort, max(1, len(before)/4), add)
				if len(before) < 4 {
					t.Errorf("%s has %d rows", l.operation, len(before))
				}
				for row, n := range during { // order-free: each is judged by itself
					if n != 1 {
						t.Errorf("%s sorted by %q: %s came %d times", l.operation, sort, strings.TrimSpace(row), n)
					}
				}
				for row := range before { // order-free: each is judged by itself
					if during[row] == 0 {
						t.Errorf("%s sorted by %q: %s was dropped", l.operation, sort, strings.TrimSpace(row))
					}
				}
			}
		}
	})
}
