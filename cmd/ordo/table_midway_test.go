package main

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"ordo/base/problem"
	"ordo/connect/importer"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/invariant/invarianttest"
)

// cut fails at one of the points where the database can.
type cut struct{ left atomic.Int64 }

func (c *cut) fault(db.Point, int) error {
	if c.left.Add(-1) == 0 {
		return errors.New("a fault")
	}
	return nil
}

// midway is an import of pots, begun by the story's actor, of which a part was
// written whose worker died before it noted that. Before are the pots until then.
func (s *story) midway(c *cut) (id string, before float64) {
	s.Helper()
	for at := int64(1); at < 80; at++ {
		id = s.tabled("check", "stock", "sku,location,quantity", "POT,main,3", fmt.Sprint("POT,main,", at))
		before = s.onHand("POT")
		s.do("import.run", object{"id": id})
		c.left.Store(at)
		err := s.part(id)
		c.left.Store(0)
		if i := s.do("import.get", object{"id": id}); err != nil && s.onHand("POT") > before && i["done"] == 0.0 {
			return id, before
		}
		s.worked(id)
	}
	s.Fatal("no fault comes between writing and noting")
	return "", 0
}

func (s *story) onHand(sku string) float64 {
	s.Helper()
	return s.first("stock.list", "sku:"+sku)["on_hand"].(float64)
}

// Spec: 11.3.2
func TestAPartThatWasWrittenButNotNotedIsUndoneAfterAStop(t *testing.T) {
	c := &cut{}
	each(t, db.Options{Fault: c.fault}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id, before := s.midway(c)
		s.do("import.stop", object{"id": id})
		if _, err := s.try("import.undo", "", object{"id": id}); !errors.Is(err, problem.ErrTransition) {
			t.Errorf("undone while a part may be under way: %v", err)
		}
		s.worked(id)
		s.do("import.undo", object{"id": id})
		if i := s.worked(id); i["undone"] == 0.0 || i["undone"] != i["created"] || s.onHand("POT") != before {
			t.Errorf("%s leaves %v pots, not %v", inWords(i), s.onHand("POT"), before)
		}
		s.holds()
	})
}

// Spec: 11.3.2
func TestAPartThatWasWrittenIsNotedAsWrittenByWhoMayNotWriteAnyMore(t *testing.T) {
	c := &cut{}
	each(t, db.Options{Fault: c.fault}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		admin := s.actor
		id, _ := s.midway(c)
		user := s.do("user.get", object{"id": admin.ID})
		s.actor = auth.Internal("test")
		s.do("user.update", object{"id": admin.ID, "email": user["email"], "name": user["name"], "role_id": s.role, "active": false})
		after := s.onHand("POT")
		if i := s.worked(id); i["created"] == 0.0 || i["refused"] != 0.0 || s.onHand("POT") != after {
			t.Errorf("%s: %s, %v pots of %v", inWords(i), s.rowsOf(id, ""), s.onHand("POT"), after)
		}
		s.holds()
	})
}

// Spec: 11.3.2
func TestTheSameDeliveryArrivesOnceHoweverOftenItWasChecked(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		lines, before := []string{"sku,location,quantity", "POT,main,7", "NONE,main,1"}, s.onHand("POT")
		one, two := s.tabled("check", "stock", lines...), s.tabled("check", "stock", lines...)
		var begun atomic.Int64
		var both sync.WaitGroup
		for _, id := range []string{one, two} {
			both.Go(func() {
				_, err := s.try("import.run", "", object{"id": id})
				if err == nil {
					begun.Add(1)
				} else if !errors.Is(err, problem.ErrTransition) {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if begun.Load() != 1 {
			t.Fatalf("%d of two imports of a file began to write", begun.Load())
		}
		if s.do("import.get", object{"id": one})["phase"] == "check" {
			one, two = two, one
		}
		s.worked(one)
		if _, err := s.try("import.run", "", object{"id": two}); !errors.Is(err, problem.ErrTransition) {
			t.Errorf("as it was checked before: %v", err)
		}
		s.do("import.check", object{"id": two})
		expect(t, "checked again", inWords(s.worked(two)), "check done, 1 unchanged, 1 refused")
		expect(t, "pots", fmt.Sprint(s.onHand("POT")-before), "7")

		three := s.tabled("check", "stock", lines...)
		s.do("import.undo", object{"id": one})
		s.worked(one)
		s.do("import.check", object{"id": two})
		s.worked(two)
		s.do("import.run", object{"id": two}) // the first one took it back
		expect(t, "written", inWords(s.worked(two)), "run done, 1 created, 1 refused")
		if _, err := s.try("import.run", "", object{"id": three}); !errors.Is(err, problem.ErrTransition) {
			t.Errorf("of which nothing was new: %v", err)
		}
		expect(t, "pots", fmt.Sprint(s.onHand("POT")-before), "7")
		s.holds()
	})
}

// Spec: 11.3.1, 11.3.2
func TestErrorsInImportedStockAreFound(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		s.signIn()
		id := s.tabled("undo", "stock", "sku,location,quantity", "POT,main,7", "TEA,main,2")
		other := s.tabled("run", "stock", "sku,location,quantity", "POT,main,1", "TEA,main,1")
		plant := func(name, subject, detail, change, undo string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: "E1", SQL: []string{change}, Undo: []string{undo}, Subject: subject, Detail: detail}
		}
		document := func(kind string) string {
			return `(SELECT MIN(d.id) FROM stock_documents d WHERE d.reference = '` + id + `' AND d.kind = '` + kind + `')`
		}
		invarianttest.Finds(t, h.db, importer.Invariants, []invarianttest.Plant{
			plant("goods that arrived twice", id, "3 movements in and 2 out", `INSERT INTO stock_movements (document_id, position, variant_id, location_id, lot_id, quantity)
				SELECT m.document_id, 99, m.variant_id, m.location_id, m.lot_id, m.quantity FROM stock_movements m WHERE m.position = 1 AND m.document_id = `+document("receipt"), `DELETE FROM stock_movements WHERE position = 99`),
			plant("goods that nobody took back", id, "2 movements in and 1 out", `UPDATE stock_documents SET reference = 'x' WHERE id = `+document("adjustment"), `UPDATE stock_documents SET reference = '`+id+`' WHERE reference = 'x'`),
			plant("goods of another import", other, "4 movements in and 0 out", `UPDATE stock_documents SET reference = '`+other+`', reason = 'x' WHERE id = `+document("receipt"), `UPDATE stock_documents SET reference = '`+id+`', reason = '' WHERE reason = 'x'`),
		})
	})
}
