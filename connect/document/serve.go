package document

import (
	"context"
	"net/http"
	"strings"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/execution/fulfillment"
	"ordo/policy/setting"
	"ordo/trade/catalog"
	"ordo/trade/location"
)

// Type is the media type of papers.
const Type = "application/pdf"

// mostWorks is how many orders one pick list may be for.
const mostWorks = 100

// atOnce is how many papers are made at once, each of which keeps a core busy;
// the others wait.
const atOnce = 2

// Press makes papers of a workspace.
type Press struct {
	db    *db.DB
	slots chan struct{}
}

// NewPress returns the press of a workspace.
func NewPress(d *db.DB) *Press { return &Press{d, make(chan struct{}, atOnce)} }

// PickList answers with the pick list of the fulfillment orders that a request
// names.
func (p *Press) PickList(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	var works []*fulfillment.Fulfillment
	var at *location.Location
	barcodes := map[string]string{}
	err := p.read(r.Context(), a, func(tx *db.Tx) (err error) {
		if works, err = readWorks(tx, r.URL.Query().Get("ids")); err != nil {
			return err
		}
		if at, err = location.Get(tx, works[0].LocationID); err != nil {
			return err
		}
		return readBarcodes(tx, works, barcodes)
	})
	if err != nil {
		return err
	}
	zone, _ := location.Zone(at.TimeZone)
	return p.send(w, r, "pick-list", func() ([]byte, error) { return pickList(readerOf(r, zone), at, works, barcodes, p.db.Clock.Now()) })
}

// readWorks reads the fulfillment orders with these ids, all of one location, or
// names all faults.
func readWorks(tx *db.Tx, ids string) (works []*fulfillment.Fulfillment, err error) {
	var faults problem.List
	names := strings.Split(ids, ",")
	switch {
	case ids == "":
		return nil, problem.ErrRequired.At("/ids", "a pick list is for at least one fulfillment order")
	case len(names) > mostWorks:
		return nil, problem.ErrInvalidValue.At("/ids", "a pick list is for at most %d fulfillment orders, not %d", mostWorks, len(names))
	}
	for _, id := range names {
		f, err := fulfillment.Get(tx, id)
		switch p := problem.As(err); {
		case p != nil:
			faults.Add(problem.ErrNotFound, "/ids", "no fulfillment order %s", id)
		case err != nil:
			return nil, err
		case len(works) > 0 && f.LocationID != works[0].LocationID:
			faults.Add(problem.ErrInvalidValue, "/ids", "%s is work of another location than %s", id, works[0].ID)
		default:
			works = append(works, f)
		}
	}
	return works, faults.Err()
}

// readBarcodes reads a barcode of each variant that is to be picked.
func readBarcodes(tx *db.Tx, works []*fulfillment.Fulfillment, barcodes map[string]string) error {
	var ids []string
	for _, w := range works {
		for _, l := range w.Lines {
			if _, known := barcodes[l.VariantID]; !known {
				barcodes[l.VariantID] = ""
				ids = append(ids, l.VariantID)
			}
		}
	}
	page, err := catalog.ListVariants(tx, query.Input{IDs: ids})
	for _, v := range page.Items {
		if len(v.Barcodes) > 0 {
			barcodes[v.ID] = v.Barcodes[0]
		}
	}
	return err
}

// PackingSlip answers with the packing slip of a shipment.
func (p *Press) PackingSlip(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	var s *fulfillment.Shipment
	var company *setting.Workspace
	err := p.read(r.Context(), a, func(tx *db.Tx) (err error) {
		if s, err = fulfillment.GetShipment(tx, r.PathValue("id")); err == nil {
			company, err = setting.Get(tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(company.TimeZone)
	if err != nil {
		return err
	}
	return p.send(w, r, "packing-slip-"+s.Number, func() ([]byte, error) { return packingSlip(readerOf(r, zone), company.Company, s, p.db.Clock.Now()) })
}

// read reads as somebody.
func (p *Press) read(ctx context.Context, a auth.Actor, fn func(tx *db.Tx) error) error {
	return p.db.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = a
		return fn(tx)
	})
}

// send makes a paper and sends it, to be shown in the browser.
func (p *Press) send(w http.ResponseWriter, r *http.Request, name string, paper func() ([]byte, error)) error {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-r.Context().Done():
		return context.Cause(r.Context())
	}
	text, err := paper()
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", Type)
	h.Set("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	h.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = w.Write(text)
	return err
}
