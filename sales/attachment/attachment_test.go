package attachment_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/file"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/sales/attachment"
	"ordo/sales/order"
	"ordo/sales/order/ordertest"
	"ordo/trade/tradetest"
)

// shop is a workspace in which orders have files.
type shop struct {
	*ordertest.Shop
	t     *testing.T
	clock *clock.Manual
	order *order.Order
}

// eachShop runs a test on both databases and checks all files at its end.
func eachShop(t *testing.T, fn func(t *testing.T, s *shop)) {
	t.Helper()
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	dbtest.Each(t, db.Options{Clock: c}, func(t *testing.T, d *db.DB) {
		s := &shop{ordertest.Open(t, d, attachment.Operations), t, c, nil}
		s.order = s.Do("order.place", order.PlaceIn{Agreement: s.Agreement(ordertest.Line("TEA", 1))})
		fn(t, s)
		s.sound()
	})
}

func (s *shop) sound() {
	s.t.Helper()
	invarianttest.Clean(s.t, s.DB, append(attachment.Invariants, []invariant.Check{attachment.Projection.Check()}...))
}

func (s *shop) begin(in attachment.UploadIn) *attachment.File {
	s.t.Helper()
	in.ID = s.order.ID
	return tradetest.Do[*attachment.File](s.Shop.Shop, "attachment.upload", in)
}

func (s *shop) part(f *attachment.File, n int64, data []byte) *attachment.File {
	s.t.Helper()
	return tradetest.Do[*attachment.File](s.Shop.Shop, "attachment.add_part", attachment.AddPartIn{ID: f.ID, Part: n, Content: base64.StdEncoding.EncodeToString(data)})
}

// send sends a file from the parts on that it lacks.
func (s *shop) send(f *attachment.File, data []byte) *attachment.File {
	s.t.Helper()
	for f.Received < f.Size {
		f = s.part(f, f.Parts+1, data[f.Received:min(f.Received+file.PartSize, f.Size)])
	}
	return f
}

func (s *shop) put(in attachment.UploadIn, data []byte) *attachment.File {
	s.t.Helper()
	in.Size = int64(len(data))
	return s.send(s.begin(in), data)
}

func (s *shop) get(id string) *attachment.Attachment {
	s.t.Helper()
	return tradetest.Do[*attachment.Attachment](s.Shop.Shop, "attachment.get", attachment.GetIn{ID: id})
}

func (s *shop) list() []*attachment.Attachment {
	s.t.Helper()
	return tradetest.Do[attachment.Page](s.Shop.Shop, "attachment.list", attachment.OfOrderIn{ID: s.order.ID}).Items
}

// content downloads a file.
func (s *shop) content(id, ranged string) (*httptest.ResponseRecorder, error) {
	r := httptest.NewRequest("GET", "/v1/files/"+id+"/content", nil)
	r.SetPathValue("id", id)
	if ranged != "" {
		r.Header.Set("Range", ranged)
	}
	w := httptest.NewRecorder()
	return w, attachment.Content(s.DB)(w, r, s.Actor)
}

func (s *shop) as(a auth.Actor, fn func()) {
	before := s.Actor
	s.Actor = a
	fn()
	s.Actor = before
}

func (s *shop) asCustomer(id string, fn func()) {
	s.as(auth.Actor{ID: "usr_customer", Kind: auth.Customer, Permissions: auth.All, Scope: auth.Scope{Customer: id}}, fn)
}

func wants(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// pdf is a PDF of some size, whose bytes differ.
func pdf(size int) []byte {
	data := []byte("%PDF-1.7\n")
	for i := 0; len(data) < size; i++ {
		data = fmt.Appendf(data, "%d ", i)
	}
	return data[:size]
}

func sum(data []byte) string { h := sha256.Sum256(data); return hex.EncodeToString(h[:]) }

func packed(entries ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		name, text, _ := strings.Cut(e, "=")
		f, _ := w.CreateHeader(&zip.FileHeader{Name: name})
		f.Write([]byte(text))
	}
	w.Close()
	return b.Bytes()
}

// Spec: 1.6.4
func TestAFileIsOnTheOrderOnceItsLastPartCame(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		data := pdf(2*file.PartSize + 100)
		f := s.begin(attachment.UploadIn{Name: "Bestellung Ä.pdf", Size: int64(len(data)), Kind: "purchase_order"})
		s.part(f, 1, data[:file.PartSize])
		wants(t, "files on the order", len(s.list()), 0)
		if _, err := s.content(f.ID, ""); err == nil {
			t.Error("a file on its way was sent")
		}
		f = s.part(f, 1, data[:file.PartSize]) // its answer was lost
		wants(t, "parts", f.Parts, 1)
		again := tradetest.Do[*attachment.File](s.Shop.Shop, "attachment.file", attachment.FileIn{ID: f.ID}) // and so was the page
		wants(t, "received", again.Received, file.PartSize)
		f = s.send(again, data)
		all := s.list()
		if len(all) != 1 {
			t.Fatalf("%d files are on the order", len(all))
		}
		a := all[0]
		wants(t, "the file", fmt.Sprint(a.Kind, a.Visibility, a.Revision, a.File.Name, a.File.Type, a.File.Size, a.File.SHA256, a.CreatedBy),
			fmt.Sprint("purchase_order", "staff", 1, "Bestellung Ä.pdf", "application/pdf", len(data), sum(data), s.Actor.ID))
		w, err := s.content(f.ID, "")
		if err != nil || !bytes.Equal(w.Body.Bytes(), data) {
			t.Errorf("%d other bytes came, %v", w.Body.Len(), err)
		}
		for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename*=utf-8''Bestellung%20%C3%84.pdf", "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"} { // order-free: each stands for itself
			wants(t, name, w.Header().Get(name), want)
		}
		w, _ = s.content(f.ID, fmt.Sprintf("bytes=%d-", file.PartSize-2))
		if w.Code != 206 || !bytes.Equal(w.Body.Bytes(), data[file.PartSize-2:]) {
			t.Errorf("a range: %d, %d bytes", w.Code, w.Body.Len())
		}
		s.Wrote(a.ID, []string{"1 attachment.added", f.ID, sum(data)})
		wants(t, "events that tell a name", s.Count(`SELECT COUNT(*) FROM events WHERE body LIKE '%Bestellung%'`), 0)
		s.Refused("attachment.cancel", attachment.FileIn{ID: f.ID}, "transition_not_allowed")
	})
}

// Spec: 1.6.4
func TestANewVersionIsShownAndOlderOnesStay(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		first := s.put(attachment.UploadIn{Name: "contract.pdf", Kind: "contract", Visibility: "customer"}, pdf(100))
		s.clock.Advance(time.Minute)
		second := s.put(attachment.UploadIn{Name: "signed.csv", AttachmentID: first.AttachmentID}, []byte("a,b\n1,2\n"))
		a := s.get(first.AttachmentID)
		wants(t, "shown", fmt.Sprint(a.Revision, a.File.ID, a.Kind, a.Visibility, len(a.Files), a.Files[1].ID), fmt.Sprint(2, second.ID, "contract", "customer", 2, first.ID))
		wants(t, "on the order", len(s.list()), 1)
		if w, err := s.content(first.ID, ""); err != nil || !bytes.Equal(w.Body.Bytes(), pdf(100)) {
			t.Errorf("the older version: %v", err)
		}
		s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: "x", Size: 1, AttachmentID: first.AttachmentID, Kind: "photo", Visibility: "staff"}, "/kind value_invalid", "/visibility value_invalid")
		other := s.Do("order.place", order.PlaceIn{Agreement: s.Agreement(ordertest.Line("TEA", 1))})
		s.Refused("attachment.upload", attachment.UploadIn{ID: other.ID, Name: "x", Size: 1, AttachmentID: first.AttachmentID}, "/attachment_id not_found")

		a = tradetest.Do[*attachment.Attachment](s.Shop.Shop, "attachment.change", attachment.ChangeIn{ID: a.ID, Kind: "other", Visibility: "staff"})
		tradetest.Do[*attachment.Attachment](s.Shop.Shop, "attachment.change", attachment.ChangeIn{ID: a.ID, Kind: "other", Visibility: "staff"}) // nothing changes
		third := s.begin(attachment.UploadIn{Name: "late.pdf", Size: 100, AttachmentID: a.ID})
		tradetest.Do[*attachment.Attachment](s.Shop.Shop, "attachment.remove", attachment.GetIn{ID: a.ID})
		s.Wrote(a.ID, []string{"1 attachment.added"}, []string{"2 attachment.revised", second.ID}, []string{"3 attachment.changed"}, []string{"4 attachment.removed"})
		wants(t, "on the order", len(s.list()), 0)
		for _, id := range []string{first.ID, second.ID} {
			if _, err := s.content(id, ""); err == nil {
				t.Errorf("version %s of what was removed was sent", id)
			}
		}
		s.Refused("attachment.add_part", attachment.AddPartIn{ID: third.ID, Part: 1, Content: base64.StdEncoding.EncodeToString(pdf(100))}, "not_found")
		wants(t, "parts before", s.Count(`SELECT COUNT(*) FROM attachment_parts`), 2)
		if err := attachment.Forget(t.Context(), s.DB); err != nil {
			t.Fatal(err)
		}
		wants(t, "parts behind", s.Count(`SELECT COUNT(*) FROM attachment_parts`), 0)
		wants(t, "names", s.Count(`SELECT COUNT(*) FROM attachment_files WHERE name <> '' AND revision > 0`), 0)
	})
}

// Spec: 1.6.4
func TestContentDecidesTheType(t *testing.T) {
	const types = "[Content_Types].xml=<Types/>"
	office := "application/vnd.openxmlformats-officedocument."
	eachShop(t, func(t *testing.T, s *shop) {
		for _, c := range []struct {
			name string
			data []byte
			want string
		}{
			{"a.pdf", pdf(50), "application/pdf a.pdf"},
			{"bill.exe", pdf(50), "application/pdf bill.exe.pdf"},
			{"a.JPEG", []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), "image/jpeg a.JPEG"},
			{"a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "image/png a.png"},
			{"a.docx", packed(types, "word/document.xml=x"), office + "wordprocessingml.document a.docx"},
			{"a.docx", packed("xl/workbook.xml=x", types), office + "spreadsheetml.sheet a.docx.xlsx"},
			{"a", packed(types, "ppt/presentation.xml=x"), office + "presentationml.presentation a.pptx"},
			{"a.odt", packed("mimetype=application/vnd.oasis.opendocument.text", "content.xml=x"), "application/vnd.oasis.opendocument.text a.odt"},
			{"a.csv", []byte("sku;qty\nTEA;1\n"), "text/csv a.csv"},
			{"one.CSV", []byte("sku\nTEA\n"), "text/csv one.CSV"},
			{"a.txt", []byte("hello there"), ""},
			{"a.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00\x04\x00"), ""},
			{"a.pdf", []byte("\x7fELF\x02\x01\x01\x00"), ""},
			{"a.csv", []byte("#!/bin/sh\nrm -rf /\n"), ""},
			{"a.csv", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>"), ""},
			{"a.png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), ""},
			{"a.csv", []byte(`<svg xmlns="http://www.w3.org/2000/svg"></svg>`), ""},
			{"a.zip", packed("readme=x"), ""},
			{"a.docx", packed(types, "word/document.xml=x", "word/vbaProject.bin=x"), ""},
			{"a.docx", packed(types, "word/document.xml=x")[:60], ""},
			{"a.jar", packed("META-INF/MANIFEST.MF=x", "A.class=x"), ""},
			{"a.odt", packed("mimetype=application/x-other", "content.xml=x"), ""},
		} {
			f := s.begin(attachment.UploadIn{Name: c.name, Size: int64(len(c.data))})
			got, err := s.Try("attachment.add_part", attachment.AddPartIn{ID: f.ID, Part: 1, Content: base64.StdEncoding.EncodeToString(c.data)})
			switch {
			case c.want == "" && err == nil:
				t.Errorf("%s %.20q is taken", c.name, c.data)
			case c.want == "":
				s.Refused("attachment.add_part", attachment.AddPartIn{ID: f.ID, Part: 1, Content: base64.StdEncoding.EncodeToString(c.data)}, "/content file_type_not_allowed")
				tradetest.Do[*attachment.File](s.Shop.Shop, "attachment.cancel", attachment.FileIn{ID: f.ID})
			case err != nil:
				t.Errorf("%s %.20q: %v", c.name, c.data, err)
			default:
				f = got.(*attachment.File)
				wants(t, c.name, f.Type+" "+f.Name, c.want)
			}
		}
		large := packed(types, "word/document.xml=x", "word/media/image1.png="+string(pdf(3*file.PartSize)))
		wants(t, "a large one", s.put(attachment.UploadIn{Name: "large.docx"}, large).Type, office+"wordprocessingml.document")
	})
}

// Spec: 1.6.4
func TestFilesHaveBounds(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		s.put(attachment.UploadIn{Name: "kept.pdf"}, pdf(10))
		s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: "\u202excod.pdf", Size: 0}, "/size file_empty", "/name value_invalid")
		s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: " .. ", Size: attachment.MaxSize + 1}, "/size file_too_large", "/name value_invalid")
		for _, path := range []string{"../../etc/passwd.csv", `..\run.csv`} {
			s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: path, Size: 10}, "/name value_invalid")
		}
		f := s.begin(attachment.UploadIn{Name: "a.pdf", Size: file.PartSize + 10})
		part := func(n int64, data []byte) attachment.AddPartIn {
			return attachment.AddPartIn{ID: f.ID, Part: n, Content: base64.StdEncoding.EncodeToString(data)}
		}
		s.Refused("attachment.add_part", part(1, pdf(10)), "/content value_invalid") // small parts would be many
		s.Refused("attachment.add_part", part(2, pdf(10)), "/part value_invalid")
		s.Refused("attachment.add_part", attachment.AddPartIn{ID: f.ID, Part: 1, Content: "***"}, "/content value_invalid")
		s.part(f, 1, pdf(file.PartSize))
		s.Refused("attachment.add_part", part(1, pdf(file.PartSize-1)), "/content value_invalid") // came with another content
		s.Refused("attachment.add_part", part(2, pdf(11)), "/content file_too_large")
		s.clock.Advance(8 * 24 * time.Hour)
		s.Refused("attachment.add_part", part(2, pdf(10)), "not_found") // nobody waits for it any more
		if err := attachment.Forget(t.Context(), s.DB); err != nil {
			t.Fatal(err)
		}
		wants(t, "parts", s.Count(`SELECT COUNT(*) FROM attachment_parts`), 1)
		for n := range 99 {
			s.begin(attachment.UploadIn{Name: fmt.Sprint(n, ".pdf"), Size: 10})
		}
		s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: "a.pdf", Size: 10}, "too_many_files")
	})
}

// Spec: 1.6.4
func TestWhoSeesAnOrderSeesItsFilesAndCustomersThoseForThem(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		inner := s.put(attachment.UploadIn{Name: "inner.pdf"}, pdf(100))
		open := s.put(attachment.UploadIn{Name: "open.pdf", Visibility: "customer"}, pdf(200))
		half := s.begin(attachment.UploadIn{Name: "half.pdf", Size: 10, Visibility: "customer"})
		const missing = "not_found"
		s.asCustomer(s.Customer, func() {
			all := s.list()
			if len(all) != 1 || all[0].File.ID != open.ID || all[0].CreatedBy != "" || all[0].File.CreatedBy != "" || all[0].File.CreatedByName != "" {
				t.Errorf("the customer sees %+v", all)
			}
			s.Refused("attachment.get", attachment.GetIn{ID: inner.AttachmentID}, missing)
			for _, id := range []string{inner.ID, half.ID} {
				s.Refused("attachment.file", attachment.FileIn{ID: id}, missing)
				if _, err := s.content(id, ""); err == nil {
					t.Errorf("the customer gets %s", id)
				}
			}
			s.Refused("attachment.add_part", attachment.AddPartIn{ID: half.ID, Part: 1, Content: base64.StdEncoding.EncodeToString(pdf(10))}, missing)
			s.Refused("attachment.change", attachment.ChangeIn{ID: open.AttachmentID, Kind: "other", Visibility: "staff"}, missing)
			s.Refused("attachment.remove", attachment.GetIn{ID: open.AttachmentID}, missing)
			s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: "x.pdf", Size: 10, AttachmentID: open.AttachmentID}, "/attachment_id not_found")
			own := s.put(attachment.UploadIn{Name: "own.pdf", Visibility: "staff"}, pdf(10))
			a := s.get(own.AttachmentID)
			wants(t, "what customers send", a.Visibility+" "+a.CreatedBy, "customer usr_customer")
		})
		for _, scope := range []auth.Scope{{Customer: s.NoAccount}, {Channels: []string{s.Till}}, {Locations: []string{s.North}}} {
			s.as(auth.Actor{ID: "key_other", Kind: auth.Key, Permissions: auth.All, Scope: scope}, func() {
				s.Refused("attachment.list", attachment.OfOrderIn{ID: s.order.ID}, missing)
				s.Refused("attachment.upload", attachment.UploadIn{ID: s.order.ID, Name: "x.pdf", Size: 10}, missing)
				s.Refused("attachment.get", attachment.GetIn{ID: open.AttachmentID}, missing)
				s.Refused("attachment.file", attachment.FileIn{ID: half.ID}, missing)
				s.Refused("attachment.remove", attachment.GetIn{ID: open.AttachmentID}, missing)
				if _, err := s.content(open.ID, ""); err == nil {
					t.Errorf("%+v gets a file out of scope", scope)
				}
			})
		}
		if w, err := s.content(inner.ID, ""); err != nil || w.Body.Len() != 100 {
			t.Errorf("staff: %v", err)
		}
	})
}

func TestVerifyFindsDamagedFiles(t *testing.T) {
	eachShop(t, func(t *testing.T, s *shop) {
		f := s.put(attachment.UploadIn{Name: "a.pdf"}, pdf(file.PartSize+10))
		half := s.begin(attachment.UploadIn{Name: "half.pdf", Size: file.PartSize + 10})
		s.part(half, 1, pdf(file.PartSize))
		rest := base64.StdEncoding.EncodeToString(pdf(file.PartSize + 10)[file.PartSize:])
		plant := func(name, subject, text, undo string) invarianttest.Plant {
			return invarianttest.Plant{Name: name, ID: "D1", Subject: subject, SQL: []string{text}, Undo: []string{undo}}
		}
		invarianttest.Finds(t, s.DB, attachment.Invariants, []invarianttest.Plant{
			plant("another content", f.ID, `UPDATE attachment_parts SET content = 'AAAAAAAAAAAAAA==' WHERE part = 2`, `UPDATE attachment_parts SET content = '`+rest+`' WHERE part = 2`),
			plant("a part is missing", f.ID, `UPDATE attachment_parts SET part = 3 WHERE part = 2`, `UPDATE attachment_parts SET part = 2 WHERE part = 3`),
			plant("a part too many is counted", half.ID, `UPDATE attachment_files SET parts = 2 WHERE id = '`+half.ID+`'`, `UPDATE attachment_files SET parts = 1 WHERE id = '`+half.ID+`'`),
			plant("a version is missing", f.AttachmentID, `UPDATE attachment_files SET revision = 2 WHERE id = '`+f.ID+`'`, `UPDATE attachment_files SET revision = 1 WHERE id = '`+f.ID+`'`),
		})
	})
}
