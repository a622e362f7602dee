package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/connect/importer"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// Spec: 11.3.2
func TestUndoingStockTakesNoneOfGoodsThatHaveTheSKUByNow(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.tabled("run", "stock", "sku,location,quantity", "POT,main,5", "TEA,main,2")
		pot := s.variantNamed("POT")
		s.do("variant.update", object{"id": pot["id"], "sku": "POT-OLD", "title": "Pot", "kind": "stock", "active": true})
		s.do("product.create", object{"title": "New", "variants": []object{{"sku": "POT", "kind": "stock", "active": true}}})
		s.tabled("run", "stock", "sku,location,quantity", "POT,main,50")
		old := s.onHand("POT-OLD")
		s.do("import.undo", object{"id": id})
		expect(t, "undone", inWords(s.worked(id)), "undo done, 2 created, 1 undone, 1 kept")
		expect(t, "kept", s.rowsOf(id, "undone:kept"), "1 created kept:import_record_changed")
		if s.onHand("POT") != 50 || s.onHand("POT-OLD") != old {
			t.Errorf("%v new pots and %v old ones", s.onHand("POT"), s.onHand("POT-OLD"))
		}
		s.holds()
	})
}

func TestCellsAreForThoseWhoMayReadWhatTheyAreAbout(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.tabled("check", "customers", "external_id,name,email", "77,Ada,ada@example.com")
		s.actor = auth.Actor{ID: "usr_clerk", Kind: auth.Staff, Permissions: auth.Permit("import.*")}
		if _, err := s.try("import.rows", "", object{"id": id}); !errors.Is(err, auth.ErrPermission) {
			t.Errorf("rows without the permission to read customers: %v", err)
		}
		text, _ := json.Marshal([]any{s.do("import.get", object{"id": id}), s.do("import.list", object{})})
		if strings.Contains(string(text), "Ada") || strings.Contains(string(text), "ada@") || !strings.Contains(string(text), "external_id") {
			t.Errorf("told is %s", text)
		}
		s.actor.Permissions = auth.Permit("import.*", "customer.create", "customer.update")
		if text, _ = json.Marshal(s.do("import.check", object{"id": id})); strings.Contains(string(text), "ada@") {
			t.Errorf("told of a check is %s", text)
		}
		s.actor.Permissions = auth.Permit("import.*", "customer.list")
		s.do("import.stop", object{"id": id})
		s.worked(id)
		text, _ = json.Marshal([]any{s.do("import.get", object{"id": id}), s.do("import.rows", object{"id": id})})
		if n := strings.Count(string(text), "ada@example.com"); n != 1 {
			t.Errorf("told is %s", text)
		}
	})
}

// Spec: 11.3.2
func TestAProductOfTooManyRowsIsRefusedAtOnce(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		lines := []string{"sku,title,product", "ONE,One,Alone"}
		for n := range 251 {
			lines = append(lines, fmt.Sprintf("MANY-%d,Many,Many", n))
		}
		id := s.tabled("check", "products", lines...)
		expect(t, "checked", inWords(s.do("import.get", object{"id": id})), "check done, 1 created, 251 refused")
		expect(t, "why", s.rowsOf(id, "row:252"), "252 refused product:value_invalid")
		s.holds()
	})
}

// Spec: 11.3.2
func TestAFileIsReadWholeOrNotAtAll(t *testing.T) {
	manual := clock.NewManual(time.Now())
	each(t, db.Options{Clock: manual}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		one, two := "sku,title\nA1,One\n", "sku,title\nB1,Two\n"
		id := s.id("import.upload", object{"name": "t.csv", "format": "products", "size": len(one) + len(two)})
		add := func(part int, text string) error {
			_, err := s.try("import.add_part", "", object{"id": id, "part": part, "content": base64.StdEncoding.EncodeToString([]byte(text))})
			return err
		}
		if err := add(1, one); err != nil {
			t.Fatal(err)
		}
		if err := add(1, one); err != nil {
			t.Errorf("a part once more: %v", err)
		}
		if err := add(1, two); !errors.Is(err, problem.ErrInvalidValue) {
			t.Errorf("a part with another content: %v", err)
		}
		manual.Advance(31 * 24 * time.Hour)
		if err := importer.Forget(t.Context(), s.db); err != nil {
			t.Fatal(err)
		}
		if err := add(2, two); err != nil {
			t.Fatal(err)
		}
		expect(t, "read", inWords(s.worked(id)), "read failed, import_file_unreadable")

		blank := s.uploaded("products", "sku,title", "A,B", strings.Repeat(" ", 40_000)+",")
		s.do("import.stop", object{"id": blank})
		expect(t, "stopped", inWords(s.worked(blank)), "read stopped")
		s.do("import.resume", object{"id": blank})
		expect(t, "a long blank", fmt.Sprint(inWords(s.worked(blank)), s.do("import.get", object{"id": blank})["rows"]), "read done1")
	})
}
