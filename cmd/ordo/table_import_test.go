package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/base/problem"
	"ordo/connect/exporter"
	"ordo/connect/importer"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/invariant"
)

// uploaded is an import whose file is there.
func (s *story) uploaded(format string, lines ...string) (id string) {
	s.Helper()
	file := strings.Join(lines, "\n")
	id = s.id("import.upload", object{"name": "table.csv", "format": format, "size": len(file)})
	s.do("import.add_part", object{"id": id, "part": 1, "content": base64.StdEncoding.EncodeToString([]byte(file))})
	return id
}

// worked works at an import until its phase ends, or it is stopped.
func (s *story) worked(id string) object {
	s.Helper()
	for {
		if err := s.part(id); err != nil {
			s.Fatal(err)
		}
		if i := s.do("import.get", object{"id": id}); i["state"] != "working" && i["state"] != "stopping" {
			return i
		}
	}
}

// part does the next part of an import.
func (s *story) part(id string) error {
	return handlers(s.engine)[importer.WorkJob].Do(s.Context(), json.RawMessage(`{"import_id":"`+id+`"}`))
}

// tabled is an import that came to the end of a phase: read, check, run or undo.
func (s *story) tabled(phase, format string, lines ...string) (id string) {
	s.Helper()
	id = s.uploaded(format, lines...)
	s.worked(id)
	for _, next := range []string{"check", "run", "undo"} {
		if phase == "read" {
			break
		}
		s.do("import."+next, object{"id": id})
		if i := s.worked(id); i["state"] != "done" {
			s.Fatalf("%s is %s", next, inWords(i))
		}
		if next == phase {
			break
		}
	}
	return id
}

// mugs is a table of a product that nobody has.
func (s *story) mugs() []string { return []string{"sku,title", s.next("MUG-") + ",Mug"} }

// inWords is an import in few words.
func inWords(i object) string {
	text := fmt.Sprint(i["phase"], " ", i["state"])
	for _, name := range []string{"created", "updated", "unchanged", "refused", "undone", "kept"} {
		if n := i[name].(float64); n > 0 {
			text += fmt.Sprintf(", %v %s", n, name)
		}
	}
	if p, ok := i["problem"].(map[string]any); ok {
		text += fmt.Sprint(", ", p["code"])
	}
	return text
}

// rowsOf are the rows of an import that a filter finds, each with its outcome, what
// is wrong with it and why it was kept.
func (s *story) rowsOf(id, filter string) string {
	s.Helper()
	var all []string
	for _, r := range items(s.do("import.rows", object{"id": id, "filter": filter}), "items") {
		text := fmt.Sprint(r["row"], " ", r["outcome"])
		for _, f := range items(r, "faults") {
			text += fmt.Sprint(" ", f["column"], ":", f["code"])
		}
		if kept, ok := r["kept"].(map[string]any); ok {
			text += fmt.Sprint(" kept:", kept["code"])
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}

// holds checks the invariants of imports and what events rebuild.
func (s *story) holds() {
	s.Helper()
	checks := append([]invariant.Check{}, importer.Invariants...)
	for _, p := range importer.Projections {
		checks = append(checks, p.Check())
	}
	results, err := invariant.Run(s.Context(), s.db, checks, invariant.Options{})
	if err != nil {
		s.Fatal(err)
	}
	for _, r := range results {
		if r.Faults > 0 {
			s.Errorf("%s: %+v", r.ID, r.Findings)
		}
	}
}

func (s *story) variantNamed(sku string) object {
	s.Helper()
	return s.first("variant.list", "sku:"+sku)
}

// Spec: 11.3.2, M.20
func TestAnImportIsCheckedWrittenAndUndoneAsFarAsNobodyTouchedIt(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		s.do("product.create", object{"title": "Cups", "category": "kitchen", "variants": []object{{"sku": "CUP", "title": "Cup", "kind": "stock", "weight_grams": 200, "active": true}, {"sku": "LID", "title": "Lid", "kind": "stock", "active": true}}})
		id := s.uploaded("products", "Artikel-Nr.;Bezeichnung;product;weight;Color",
			"CUP;Big cup;;250;red", "JUG;Jug;Jugs;;", "JUG-2;Small jug;Jugs;;", "LID;Lid;;;", "BAD;;;many;", "BAD-2;Bad;Pair;;", "BAD-3;Bad;Pair;x;", "PAN;Pan;;;")
		i := s.worked(id)
		var fields []string
		for _, c := range items(i, "columns") {
			fields = append(fields, fmt.Sprint(c["name"], "=", c["field"]))
		}
		expect(t, "columns", strings.Join(fields, " "), "Artikel-Nr.=sku Bezeichnung=title product=product weight=weight_grams Color=")
		expect(t, "read", inWords(i), "read done")

		columns := object{"Artikel-Nr.": "sku", "Bezeichnung": "title", "weight": "weight_grams", "color": ""}
		s.do("import.check", object{"id": id, "columns": columns})
		expect(t, "checked", inWords(s.worked(id)), "check done, 3 created, 1 updated, 1 unchanged, 3 refused")
		expect(t, "refused", s.rowsOf(id, "outcome:refused"), "5 refused title:value_too_short weight_grams:type_mismatch; 6 refused :import_rows_together; 7 refused weight_grams:type_mismatch")
		before := s.variantNamed("CUP")
		s.do("import.check", object{"id": id, "columns": columns}) // once more
		expect(t, "checked again", inWords(s.worked(id)), "check done, 3 created, 1 updated, 1 unchanged, 3 refused")
		s.holds()
		s.do("import.run", object{"id": id})
		expect(t, "written", inWords(s.worked(id)), "run done, 3 created, 1 updated, 1 unchanged, 3 refused")
		s.holds()
		expect(t, "cup", fmt.Sprint(s.variantNamed("CUP")["title"], s.variantNamed("CUP")["weight_grams"]), "Big cup250")

		jug := s.variantNamed("JUG")
		s.do("product.update", object{"id": jug["product_id"], "title": "Jugs of glass"})
		s.do("import.undo", object{"id": id})
		expect(t, "undone", inWords(s.worked(id)), "undo done, 3 created, 1 updated, 1 unchanged, 3 refused, 2 undone, 2 kept")
		expect(t, "kept", s.rowsOf(id, "undone:kept"), "2 created kept:import_record_changed; 3 created kept:import_record_changed")
		s.holds()
		cup := s.variantNamed("CUP")
		expect(t, "cup", fmt.Sprint(cup["title"], cup["weight_grams"], cup["active"]), fmt.Sprint(before["title"], before["weight_grams"], before["active"]))
		expect(t, "pan", fmt.Sprint(s.variantNamed("PAN")["active"], s.variantNamed("JUG")["active"]), "false true")

		s.do("product.update", object{"id": jug["product_id"], "title": "Jugs"}) // as it was left
		s.do("import.undo", object{"id": id})
		expect(t, "the rest", inWords(s.worked(id)), "undo done, 3 created, 1 updated, 1 unchanged, 3 refused, 4 undone")
		if _, err := s.try("import.undo", "", object{"id": id}); !errors.Is(err, problem.ErrTransition) {
			t.Errorf("undone once more: %v", err)
		}
		s.holds()
	})
}

// Spec: 11.3.2
func TestCustomersAndStockAreImportedAndUndone(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		s.do("customer.create", object{"type": "retail", "name": "Ada", "external_id": "17", "active": true, "tier": "gold"})
		customers := s.tabled("run", "customers", "external_id,name,email", "17,Ada Byron,ada@example.com", "18,Grace,grace@example.com", "19,Alan,")
		grace := s.first("customer.list", "grace")
		s.do("customer.add_address", with(home, "id", grace["id"])) // does not count
		s.do("import.undo", object{"id": customers})
		expect(t, "customers", inWords(s.worked(customers)), "undo done, 2 created, 1 updated, 3 undone")
		ada := s.first("customer.list", "ada -byron")
		expect(t, "ada", fmt.Sprint(ada["name"], ada["email"], ada["tier"], s.first("customer.list", "grace")["active"]), "Ada<nil>goldfalse")

		lines := []string{"sku,location,quantity", "POT,main,5", "TEA,main,2.5", "NONE,main,1", "POT,nowhere,1"}
		stock := s.tabled("run", "stock", lines...)
		expect(t, "refused", s.rowsOf(stock, "outcome:refused"), "3 refused sku:not_found; 4 refused location:not_found")
		again := s.tabled("check", "stock", lines...)
		expect(t, "the same file", inWords(s.do("import.get", object{"id": again})), "check done, 2 unchanged, 2 refused")
		s.do("stock.adjust", object{"location_id": s.location, "reason": "damage", "lines": []object{{"sku": "TEA", "quantity": -1}}})
		s.do("import.undo", object{"id": stock})
		expect(t, "stock", inWords(s.worked(stock)), "undo done, 2 created, 2 refused, 1 undone, 1 kept")
		expect(t, "kept", s.rowsOf(stock, "undone:kept"), "2 created kept:stock_insufficient")
		expect(t, "pots", fmt.Sprint(s.first("stock.list", "sku:POT")["on_hand"]), "1000")
		again = s.tabled("check", "stock", lines...)
		expect(t, "the same file, undone", inWords(s.do("import.get", object{"id": again})), "check done, 1 created, 1 unchanged, 2 refused")
		s.holds()
	})
}

func TestUndoingStockBreaksNoPromise(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.tabled("run", "stock", "sku,location,quantity", "TEA,main,5")
		s.order(line("TEA", 3))
		s.do("import.undo", object{"id": id})
		expect(t, "undo", inWords(s.worked(id)), "undo done, 1 created, 1 kept")
		if row := s.first("stock.list", "sku:TEA"); row["on_hand"] != 5.0 || row["reserved"] != 3.0 {
			t.Errorf("the stock is %v", row)
		}
	})
}

func TestNothingIsWrittenOverWhatSomebodyChangedSinceTheCheck(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		pot := s.variantNamed("POT")
		id := s.tabled("check", "products", "sku,title", "POT,Kettle", "TEA,Assam", "NEW,New")
		s.do("variant.update", object{"id": pot["id"], "sku": "POT", "title": "Teapot", "kind": "stock", "active": true})
		s.do("product.create", object{"title": "New", "variants": []object{{"sku": "new", "kind": "stock", "active": true}}})
		s.do("import.run", object{"id": id})
		expect(t, "run", inWords(s.worked(id)), "run done, 1 updated, 2 refused")
		expect(t, "refused", s.rowsOf(id, "outcome:refused"), "1 refused :import_record_changed; 3 refused :already_exists")
		expect(t, "title", fmt.Sprint(s.variantNamed("POT")["title"]), "Teapot")
		s.holds()
	})
}

func TestAnImportIsDoneWithTheRightsThatWhoBeganItHasThen(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		admin := s.actor
		id := s.tabled("check", "products", s.mugs()...)
		clerk := auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("import.*", "product.create")}
		s.actor = clerk
		for _, operation := range []string{"import.run", "import.check"} {
			if _, err := s.try(operation, "", object{"id": id}); !errors.Is(err, auth.ErrPermission) {
				t.Errorf("%s without the permission to change products: %v", operation, err)
			}
		}
		if _, err := s.try("import.upload", "", object{"name": "x", "format": "stock", "size": 1}); !errors.Is(err, auth.ErrPermission) {
			t.Errorf("stock without the permission to receive it: %v", err)
		}
		narrow := admin
		narrow.ID, narrow.Scope.Channels = "usr_narrow", []string{s.channel}
		s.actor = narrow
		if _, err := s.try("import.get", "", object{"id": id}); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("who is limited sees the import of another: %v", err)
		}
		own := s.uploaded("products", s.mugs()...)
		if n := len(items(s.do("import.list", object{}), "items")); n != 1 || s.do("import.get", object{"id": own}) == nil {
			t.Errorf("who is limited sees %d imports", n)
		}

		s.actor = admin
		s.worked(own)
		s.do("import.check", object{"id": own})
		s.actor = narrow
		if i := s.do("import.get", object{"id": own}); i["created_by"] != narrow.ID || i["user_id"] != admin.ID {
			t.Errorf("who is limited and began it sees %v", i)
		}
		s.actor = admin
		s.do("import.run", object{"id": id})
		s.actor = auth.Internal("test")
		user := s.do("user.get", object{"id": admin.ID})
		s.do("user.update", object{"id": admin.ID, "email": user["email"], "name": user["name"], "role_id": s.role, "active": false})
		expect(t, "by who left", inWords(s.worked(id)), "run done, 1 refused")
		expect(t, "why", s.rowsOf(id, ""), "1 refused :unauthenticated")
	})
}

// Spec: 11.3.2
func TestAnImportStopsAndGoesOnAndCountsEachRowOnce(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		lines := []string{"external_id,name"}
		for n := range 450 {
			lines = append(lines, fmt.Sprintf("%d,Customer %d", n, n))
		}
		id := s.tabled("check", "customers", lines...)
		s.do("import.run", object{"id": id})
		work := func() {
			if err := s.part(id); err != nil {
				t.Error(err)
			}
		}
		var both sync.WaitGroup
		both.Go(work)
		both.Go(work)
		both.Wait()
		expect(t, "stop", fmt.Sprint(s.do("import.stop", object{"id": id})["state"]), "stopping")
		for _, operation := range []string{"import.stop", "import.resume", "import.undo", "import.check"} {
			if _, err := s.try(operation, "", object{"id": id}); !errors.Is(err, problem.ErrTransition) {
				t.Errorf("%s while it stops: %v", operation, err)
			}
		}
		work() // what is under way
		i := s.do("import.get", object{"id": id})
		if done := i["done"]; i["state"] == "stopping" || done != i["created"] || done != 400.0 && done != 450.0 {
			t.Errorf("stopped: %s, %v done", inWords(i), done)
		}
		work() // nothing
		if at := s.do("import.get", object{"id": id}); at["done"] != i["done"] {
			t.Errorf("%v rows were done, then %v", i["done"], at["done"])
		}
		s.holds()
		s.do("import.resume", object{"id": id})
		expect(t, "resumed", inWords(s.worked(id)), "run done, 450 created")
		s.holds()
	})
}

// Spec: 11.3.2, 11.2.1
func TestNoRowIsImportedTwiceWhateverFails(t *testing.T) {
	var n atomic.Int64
	each(t, db.Options{Fault: func(p db.Point, _ int) error {
		if left := n.Add(-1); left == 0 {
			return errors.New("a fault")
		}
		return nil
	}}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		for fault := int64(1); fault < 40; fault++ {
			id := s.tabled("check", "stock", "sku,location,quantity", "POT,main,1", fmt.Sprintf("TEA,main,%d.5", fault))
			before := s.first("stock.list", "sku:POT")["on_hand"].(float64)
			for _, phase := range []string{"run", "undo"} {
				s.do("import."+phase, object{"id": id})
				n.Store(fault)
				s.part(id) // fails, perhaps
				n.Store(0)
				if i := s.worked(id); i["created"] != 2.0 || phase == "undo" && i["undone"] != 2.0 {
					t.Fatalf("fault %d: %s", fault, inWords(i))
				}
				want := before
				if phase == "run" {
					want++
				}
				if got := s.first("stock.list", "sku:POT")["on_hand"]; got != want {
					t.Fatalf("fault %d in %s leaves %v pots, not %v", fault, phase, got, want)
				}
			}
		}
		s.holds()
	})
}

func TestAFileThatIsNoTableFailsAsAWhole(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.uploaded("products", "PK\x03\x04 and no workbook")
		expect(t, "broken", inWords(s.worked(id)), "read failed, import_file_unreadable")
		if _, err := s.try("import.check", "", object{"id": id}); !errors.Is(err, problem.ErrTransition) {
			t.Errorf("checked: %v", err)
		}
		refused := func(operation string, in object, want ...string) {
			t.Helper()
			_, err := s.try(operation, "", in)
			p := problem.As(err)
			if p == nil {
				t.Fatalf("%s %v: %v", operation, in, err)
			}
			var got []string
			for _, f := range p.Faults {
				got = append(got, f.Pointer+" "+f.Code.Name)
			}
			expect(t, operation, strings.Join(got, ", "), strings.Join(want, ", "))
		}
		refused("import.upload", object{"name": "x", "format": "stock", "size": 0}, "/size import_file_empty")
		refused("import.upload", object{"name": "x", "format": "stock", "size": importer.MaxFile + 1}, "/size file_too_large")
		open := s.id("import.upload", object{"name": "x", "format": "stock", "size": 6})
		refused("import.add_part", object{"id": open, "part": 1, "content": "***"}, "/content value_invalid")
		refused("import.add_part", object{"id": open, "part": 2, "content": "YQ=="}, "/part value_invalid")
		refused("import.add_part", object{"id": open, "part": 1, "content": "YWFhYWFhYQ=="}, "/content file_too_large")
		s.do("import.add_part", object{"id": open, "part": 1, "content": "c2t1"})
		s.do("import.add_part", object{"id": open, "part": 1, "content": "c2t1"}) // again
		if i := s.do("import.get", object{"id": open}); i["parts"] != 1.0 || i["received"] != 3.0 {
			t.Errorf("received %v", i)
		}
		read := s.tabled("read", "products", "SKU,Title,Titel", "A,B,C")
		refused("import.check", object{"id": read, "columns": object{"titel": "title", "sku": "nothing"}}, "/columns/SKU import_column_unknown", "/columns/Titel import_column_twice", "/columns/sku field_required")
		refused("import.check", object{"id": read, "mapping": "none"}, "/mapping not_found")
		refused("import.run", object{"id": read}, " transition_not_allowed")
		s.do("import_mapping.set", object{"name": "old", "format": "products", "columns": object{"Titel": ""}})
		s.do("import.check", object{"id": read, "mapping": "old"})
		expect(t, "by a mapping", inWords(s.worked(read)), "check done, 1 created")
		s.holds()
	})
}

// A check reads and tries; nothing of it stays but what it found.
func TestACheckWritesNothing(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		events := func() (n int) {
			if err := h.db.Read(t.Context(), func(tx *db.Tx) error {
				return tx.Load(db.One(`SELECT COUNT(*) FROM events WHERE type NOT LIKE 'import.%'`, nil, &n))
			}); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := events()
		s.tabled("check", "products", s.mugs()...)
		if after := events(); after != before {
			t.Errorf("%d events, then %d", before, after)
		}
	})
}

// Spec: 11.3.2, 11.2.1
func TestAnImportGoesOnAfterAKillAndDoublesNothing(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			const rows = 6_000 // twelve receipts: the first is told long before the last
			w := &workTrial{T: t, url: database.url(t), total: rows}
			w.inside(func(h *house) error {
				s := newStory(t, h)
				key := s.do("key.create", object{"name": "import", "role_id": s.role})
				w.secret, s.actor.ID = field(key, "secret"), field(key, "id")
				lines := []string{"sku,location,quantity"}
				for range rows {
					lines = append(lines, "POT,main,1")
				}
				id := s.tabled("check", "stock", lines...)
				s.do("import.run", object{"id": id})
				w.path = "/v1/imports/" + id
				return nil
			})
			onHand := func(h *house) any {
				s := &story{T: t, house: h, actor: auth.Internal("test")}
				return s.first("stock.list", "sku:POT")["on_hand"]
			}
			w.overAKill(func(h *house) {
				if n := onHand(h); n == 1_000.0 || n == 1_000.0+rows {
					t.Errorf("%v pots were there when it was killed", n)
				}
			})
			w.inside(func(h *house) error {
				expect(t, "pots", fmt.Sprint(onHand(h)), fmt.Sprint(1_000+rows))
				return nil
			})
		})
	}
}

// Spec: 11.3.2
func TestTheFileOfRefusedRowsIsCorrectedAndImportedAsItIs(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.tabled("run", "products", "sku;title;weight_grams", "MUG;=Mug;heavy", "CUP;Cup;200", "JUG;Jug;tall")
		expect(t, "first", inWords(s.do("import.get", object{"id": id})), "run done, 1 created, 2 refused")
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/v1/imports/"+id+"/rows.csv?filter=outcome:refused", nil)
		r.SetPathValue("id", id)
		w := httptest.NewRecorder()
		if err := exporter.New(h.db).ImportRows(w, r, s.actor); err != nil {
			t.Fatal(err)
		}
		file := w.Body.String()
		want := "import_row,sku,title,weight_grams,import_problem,import_remedy\r\n" +
			"1,MUG,'=Mug,heavy,\"weight_grams: weight_grams must be a number, not a text\",See the field's type in the API reference.\r\n"
		if !strings.HasPrefix(file, want) {
			t.Errorf("the file is %q", file)
		}
		id = s.tabled("run", "products", strings.NewReplacer("heavy", "350", "tall", "900").Replace(file))
		expect(t, "corrected", inWords(s.do("import.get", object{"id": id})), "run done, 2 created")
		expect(t, "title", fmt.Sprint(s.variantNamed("MUG")["title"]), "=Mug")
	})
}

// tables imports a table, and takes that back.
func (r *reader) tables(h *house) {
	r.make("tim_01", "import.upload")
	r.example("import.add_part")
	work := func() {
		r.Helper()
		if err := handlers(h.engine)[importer.WorkJob].Do(r.Context(), json.RawMessage(`{"import_id":"`+r.real["tim_01"]+`"}`)); err != nil {
			r.Fatal(err)
		}
	}
	work()
	r.example("import.check")
	r.example("import.stop")
	work()
	r.example("import.resume")
	work()
	r.example("import.run")
	work()
	r.example("import.rows", "tim_01")
	r.example("import.undo")
	work()
	r.example("import.get", "tim_01")
	r.example("import.list")
	r.real["tim_01"] = field(r.also("POST", "/v1/imports", `{"name":"empty.csv","format":"stock","size":1}`), "id")
	r.also("PUT", "/v1/imports/"+r.real["tim_01"]+"/parts/1", `{"content":"Cg=="}`)
	work()
}
