package main

import (
	"io"
	"strings"
	"testing"

	"ordo/engine/db"
)

func TestPapersArePDFsInTheLanguageOfTheirReader(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		_, first := c.work()
		_, second := c.picked()
		ids := field(first, "id") + "," + field(second, "id")
		paper := func(target, header string) string {
			t.Helper()
			answer := c.answer(refusal{method: "GET", target: target, header: header})
			text, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			kind, named := answer.Header.Get("Content-Type"), answer.Header.Get("Content-Disposition")
			if answer.StatusCode != 200 || kind != "application/pdf" || !strings.HasPrefix(string(text), "%PDF-") || !strings.HasSuffix(named, `.pdf"`) {
				t.Fatalf("%s: %d, %s, %s: %.200q", target, answer.StatusCode, kind, named, text)
			}
			_, lang, _ := strings.Cut(string(text), "/Lang (")
			lang, _, _ = strings.Cut(lang, ")")
			return lang
		}
		for _, p := range []struct{ target, header, want string }{
			{"/v1/fulfillments/pick-list.pdf?ids=" + ids, "", "en"},
			{"/v1/fulfillments/pick-list.pdf?language=de&ids=" + ids, "Accept-Language: en", "de"},
			{"/v1/shipments/{shipment}/packing-slip.pdf", "Accept-Language: fr, de-AT;q=0.8, en;q=0.5", "de"},
			{"/v1/shipments/{shipment}/packing-slip.pdf?language=xx", "", "en"},
			{"/v1/shipments/" + field(c.packed(), "id") + "/packing-slip.pdf", "", "en"},
		} {
			if got := paper(p.target, p.header); got != p.want {
				t.Errorf("%s with %q is in %q, want %q", p.target, p.header, got, p.want)
			}
		}
	})
}
