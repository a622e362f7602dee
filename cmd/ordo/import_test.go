package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"ordo/connect/importer"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// eachShop opens the demo's shop on both databases.
func eachShop(t *testing.T, fn func(t *testing.T, h *house)) {
	for name, url := range map[string]func(*testing.T) string{"sqlite": dbtest.SQLite, "postgres": dbtest.Postgres} {
		t.Run(name, func(t *testing.T) {
			h, err := open(t.Context(), url(t), db.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.close)
			f := &filler{ctx: t.Context(), h: h}
			f.do("location.create", object{"code": "main", "name": "Main", "kind": "warehouse", "country": "GB", "time_zone": "Europe/London", "active": true})
			f.do("price_list.create", object{"code": "trade", "name": "Trade", "currency": "GBP", "tax_inclusive": false})
			if f.err != nil {
				t.Fatal(f.err)
			}
			fn(t, h)
		})
	}
}

// table imports lines and returns the report in few words.
func table(t *testing.T, h *house, format string, dry bool, lines ...string) string {
	t.Helper()
	r, err := importer.ImportTable(t.Context(), h.engine, format, strings.NewReader(strings.Join(lines, "\n")), importer.TableOptions{DryRun: dry, Check: checker(h.engine.Operations)})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d created, %d updated, %d unchanged", r.Created, r.Updated, r.Unchanged)
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "; %d %s %s", f.Row, f.Column, f.Code)
	}
	return b.String()
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

func TestATableIsWrittenOnceAndAgainOnlyWhereItChanged(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		products := []string{
			"title,sku,product,category,barcodes,weight_grams,active",
			"Red mug,MUG-R,Mug,kitchen/cups,4006381333931,350,yes",
			"Blue mug,MUG-B,Mug,kitchen/cups,,350,",
			`"Tea, green",TEA,,tea,,,no`,
		}
		before := dbtest.Rows(t, h.db)
		expect(t, "dry run", table(t, h, "products", true, products...), "3 created, 0 updated, 0 unchanged")
		if after := dbtest.Rows(t, h.db); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("a dry run wrote: %v, then %v", before, after)
		}
		expect(t, "first", table(t, h, "products", false, products...), "3 created, 0 updated, 0 unchanged")
		expect(t, "again", table(t, h, "products", false, products...), "0 created, 0 updated, 3 unchanged")
		expect(t, "another title", table(t, h, "products", false, "sku,title", "mug-b,Navy mug", "TEA,\"Tea, green\""), "0 created, 1 updated, 1 unchanged")
		expect(t, "a further variant", table(t, h, "products", false, "sku,title,product", "MUG-R,Red mug,Mug", "MUG-G,Green mug,Mug"), "1 created, 0 updated, 1 unchanged")
		rows := dbtest.Rows(t, h.db)
		if rows["products"] != 2 || rows["variants"] != 4 || rows["barcodes"] != 1 {
			t.Errorf("%d products, %d variants, %d barcodes", rows["products"], rows["variants"], rows["barcodes"])
		}

		customers := []string{"external_id,name,email,price_list,on_account,payment_terms_days", "17,Ada,ada@example.com,trade,yes,30", "18,Grace,,,,"}
		expect(t, "customers", table(t, h, "customers", false, customers...), "2 created, 0 updated, 0 unchanged")
		expect(t, "customers again", table(t, h, "customers", false, customers...), "0 created, 0 updated, 2 unchanged")
		expect(t, "another mail", table(t, h, "customers", false, "external_id,email", "17,byron@example.com", "18,"), "0 created, 1 updated, 1 unchanged")

		stock := []string{"sku,location,quantity", "MUG-R,main,12", "TEA,main,2.5"}
		expect(t, "stock", table(t, h, "stock", false, stock...), "2 created, 0 updated, 0 unchanged")
		expect(t, "stock again", table(t, h, "stock", false, stock...), "0 created, 0 updated, 2 unchanged")
		var hand int64
		if err := h.db.Read(t.Context(), func(tx *db.Tx) error { return tx.Load(db.One(`SELECT SUM(on_hand) FROM stock`, nil, &hand)) }); err != nil {
			t.Fatal(err)
		}
		if hand != 14_500 {
			t.Errorf("%d thousandths are on hand", hand)
		}
	})
}

// Spec: 11.3.2
func TestADryRunShowsWhatEveryRowWouldChange(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		dry := func(format string, lines ...string) string {
			t.Helper()
			var out strings.Builder
			if err := h.importTable(t.Context(), format, "", "", strings.NewReader(strings.Join(lines, "\n")), true, false, &out); err != nil && !errors.Is(err, errFaults) {
				t.Fatal(err)
			}
			return out.String()
		}
		before := dbtest.Rows(t, h.db)
		expect(t, "new", dry("products", "sku,title,category,weight_grams", "MUG,Red mug,kitchen,350"),
			"row 1, created: sku MUG, title Red mug, weight_grams 350, category kitchen\n1 rows: 1 would be created, 0 updated, 0 are as they were\n")
		if after := dbtest.Rows(t, h.db); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("a dry run wrote: %v, then %v", before, after)
		}
		table(t, h, "products", false, "sku,title,product,category,weight_grams,barcodes", "MUG,Red mug,Mugs,kitchen,350,111", "CUP,Cup,Mugs,,200,", "POT,Pot,,,,")
		expect(t, "changes", dry("products", "sku,title,product,category,weight_grams,barcodes", "mug,Navy mug,Cups,kitchen/cups,350,111 222", "CUP,Cup,Cups,,250,", "POT,Pot,,,,", "JUG,Jug,Cups,,,"),
			"row 1, updated: sku MUG → mug, title Red mug → Navy mug, barcodes 111 → 111 222, product Mugs → Cups, category kitchen → kitchen/cups\n"+
				"row 2, updated: weight_grams 200 → 250\nrow 4, created: sku JUG, title Jug\n4 rows: 1 would be created, 2 updated, 1 are as they were\n")
		expect(t, "beside a bad cell", dry("products", "sku,title,weight_grams", "POT,Kettle,", "CUP,Cup,many"),
			"row 1, updated: title Pot → Kettle\nrow 2, weight_grams: weight_grams must be a number, not a text (type_mismatch)\n2 rows, 1 faults; nothing was written\n")

		table(t, h, "customers", false, "external_id,name,price_list,payment_terms_days", "17,Ada,trade,30")
		expect(t, "customers", dry("customers", "external_id,name,price_list,payment_terms_days", "17,Ada Byron,,14", "18,Grace,trade,"),
			"row 1, updated: name Ada → Ada Byron, price_list trade → nothing, payment_terms_days 30 → 14\nrow 2, created: external_id 18, name Grace, price_list trade\n"+
				"2 rows: 1 would be created, 1 updated, 0 are as they were\n")
		expect(t, "stock", dry("stock", "sku,location,quantity", "MUG,main,2.5"), "row 1, created: sku MUG, quantity 2.5\n1 rows: 1 would be created, 0 updated, 0 are as they were\n")
		r, err := importer.ImportTable(t.Context(), h.engine, "products", strings.NewReader("sku,title\nPOT,Pot"), importer.TableOptions{DryRun: true, Check: checker(h.engine.Operations)})
		if err != nil || len(r.Changes) != 1 || r.Changes[0].Outcome != importer.Unchanged {
			t.Errorf("got %+v, %v", r, err)
		}
	})
}

// Spec: 11.3.2
func TestJSONLinesAreReadLikeATable(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		lines := []string{`{"sku":"MUG","title":"Mug, red","weight_grams":350,"active":true,"barcodes":["111","222"],"category":null}`, "", `{"sku":"CUP","title":"Cup","active":false}`}
		expect(t, "first", table(t, h, "products", false, lines...), "2 created, 0 updated, 0 unchanged")
		expect(t, "as CSV", table(t, h, "products", false, "sku,title,weight_grams,active,barcodes", `MUG,"Mug, red",350,yes,111 222`, "CUP,Cup,,no,"), "0 created, 0 updated, 2 unchanged")
		expect(t, "stock", table(t, h, "stock", false, `{"sku":"MUG","location":"main","quantity":2.5}`), "1 created, 0 updated, 0 unchanged")
		expect(t, "faults", table(t, h, "products", false, `{"sku":"A","title":"A","weight_grams":1.5}`, `{"sku":"B","title":{"en":"B"},"weight_grams":1}`),
			"0 created, 0 updated, 0 unchanged; 1 weight_grams type_mismatch; 2 title value_invalid")
		expect(t, "further faults", table(t, h, "products", false, `{"sku":"A","title":"A","weight_grams":1.5}`, `{"sku":"B","titel":"B"}`),
			"0 created, 0 updated, 0 unchanged; 0 titel import_column_unknown")
		_, err := importer.ImportTable(t.Context(), h.engine, "products", strings.NewReader("{\"sku\":\"A\"}\nhello"), importer.TableOptions{Check: checker(h.engine.Operations)})
		if !errors.Is(err, importer.ErrFile) {
			t.Errorf("a broken line gives %v", err)
		}
	})
}

// Spec: 11.3.2
func TestASavedMappingReadsATableOfAnotherSystem(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		read := func(mapping, format string, lines ...string) string {
			t.Helper()
			r, err := importer.ImportTable(t.Context(), h.engine, format, strings.NewReader(strings.Join(lines, "\n")), importer.TableOptions{Mapping: mapping, Check: checker(h.engine.Operations)})
			if err != nil {
				return err.Error()
			}
			return fmt.Sprint(r.Created, r.Updated, r.Unchanged, r.Faults)
		}
		if err := h.addColumns(t.Context(), "old", "products", []string{"Variant SKU=sku", "Name=title", "Vendor="}); err != nil {
			t.Fatal(err)
		}
		if err := h.addColumns(t.Context(), "old", "products", []string{"grams=weight_grams"}); err != nil {
			t.Fatal(err)
		}
		lines := []string{"vendor,VARIANT SKU,name,Grams,category", "Acme,MUG,Mug,350,kitchen"}
		expect(t, "mapped", read("old", "products", lines...), "1 0 0 []")
		expect(t, "again", read("old", "products", lines...), "0 0 1 []")
		expect(t, "a cell", read("old", "products", "Variant SKU,Name,Grams", "CUP,Cup,many"), "0 0 0 [{1 weight_grams type_mismatch weight_grams must be a number, not a text See the field's type in the API reference.}]")
		for _, c := range []struct{ got, want string }{
			{read("old", "stock", "sku"), "value_invalid"},
			{read("none", "products", "sku"), "not_found"},
			{fmt.Sprint(h.addColumns(t.Context(), "bad", "products", []string{"A=titel"})), "import_column_unknown"},
			{fmt.Sprint(h.addColumns(t.Context(), "bad", "products", []string{"A=sku", "B=sku"})), "import_column_twice"},
			{fmt.Sprint(h.addColumns(t.Context(), "bad", "products", []string{"A"})), "not FOREIGN=FIELD"},
		} {
			if !strings.Contains(c.got, c.want) {
				t.Errorf("told %q, want %s", c.got, c.want)
			}
		}
		rows := dbtest.Rows(t, h.db)
		if rows["variants"] != 1 || rows["import_mappings"] != 1 {
			t.Errorf("%d variants, %d mappings", rows["variants"], rows["import_mappings"])
		}
	})
}

func TestEveryBadCellOfATableIsListedAndNothingIsWritten(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		before := dbtest.Rows(t, h.db)
		for _, c := range []struct {
			format string
			lines  []string
			want   string
		}{
			{"products", []string{"sku,titel,weight", "A,B,1"}, "; 0 titel import_column_unknown; 0 weight import_column_unknown; 0 title field_required"},
			{"products", []string{"sku,title,sku", "A,B,A"}, "; 0 sku import_column_twice"},
			{"products", []string{"sku,title", "A,B,C", "A"}, "; 1  import_cells_wrong; 2  import_cells_wrong"},
			{"products", []string{"sku,title", "A,caf\x81"}, "; 1 title import_encoding"},
			{"products", []string{"sku,title,kind,weight_grams,active,barcodes", "A,Good,stock,1,yes,", ",Bad,thing,1.5,maybe,no*code", "a,Twice,stock,-1,no,"},
				"; 2 sku field_required; 2 kind value_not_allowed; 2 weight_grams type_mismatch; 2 active type_mismatch; 3 sku already_exists; 3 weight_grams number_out_of_range"},
			{"products", []string{"sku,title,maximum,minimum", "A,Domain,1,2"}, "; 1 maximum value_invalid"},
			{"customers", []string{"external_id,name,email,type,price_list", "1,Ada,nobody,retail,none", ",Grace,,king,"},
				"; 1 email email_invalid; 1 price_list value_invalid; 2 external_id field_required; 2 type customer_type_invalid"},
			{"stock", []string{"sku,location,quantity", "NONE,main,1", "NONE,nowhere,1", "NONE,main,many"}, "; 1 sku not_found; 2 sku not_found; 2 location not_found; 3 quantity type_mismatch"},
		} {
			got := table(t, h, c.format, false, c.lines...)
			expect(t, c.format+" "+c.lines[0], strings.TrimPrefix(got, "0 created, 0 updated, 0 unchanged"), c.want)
		}
		if after := dbtest.Rows(t, h.db); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("wrote: %v, then %v", before, after)
		}
	})
}

func TestImportSaysByItsErrorThatATableHasFaults(t *testing.T) {
	eachShop(t, func(t *testing.T, h *house) {
		if err := h.importTable(t.Context(), "products", "", "", strings.NewReader("sku,title\n,x\n"), true, true, io.Discard); !errors.Is(err, errFaults) {
			t.Errorf("told %v", err)
		}
	})
}
