package catalog

import (
	"slices"
	"sync"

	"ordo/base/money"
	"ordo/engine/db"
)

// effectiveList is the id of the price list $2, which the buyer has, if it is in
// the channel's currency, or else the channel's.
const effectiveList = `COALESCE((SELECT own.id FROM price_lists own WHERE own.id = $2 AND own.currency = (SELECT currency FROM channels WHERE id = $1)),
	(SELECT price_list_id FROM channels WHERE id = $1))`

// offerColumns of variants v, with one row per price break, or one without.
const offerColumns = `v.id, v.sku, v.sku_folded, v.title, v.kind, v.unit, v.tax_class, v.weight_grams, v.minimum, v.maximum, v.multiple,
	v.backorder, v.lot_tracked, v.hazardous, v.bundle, v.active, v.units, v.limited, v.options, COALESCE(v.text_id, ''), COALESCE(t.description, ''), COALESCE(t.category, ''),
	EXISTS (SELECT 1 FROM channels c WHERE c.id = $1 AND (c.assortment = 'all' OR EXISTS (SELECT 1 FROM channel_variants x WHERE x.channel_id = c.id AND x.variant_id = v.id))),
	COALESCE(p.minimum, -1), COALESCE(p.unit_price, 0)`

const offerPrices = ` LEFT JOIN line_texts t ON t.id = v.text_id LEFT JOIN prices p ON p.price_list_id = ` + effectiveList + ` AND p.variant_id = v.id`

// The ways to name a variant: conditions on v.id whose list is filled in.
var wanted = [...]struct{ before, after string }{
	byID:      {"v.id IN (", ")"},
	bySKU:     {"v.sku_folded IN (", ")"},
	byBarcode: {"v.id IN (SELECT variant_id FROM barcodes WHERE code IN (", "))"},
}

const (
	byID = iota
	bySKU
	byBarcode
)

// Offers reads what a channel offers of the wanted variants, with all price
// breaks of the effective price list. ownList is the buyer's, empty for none.
// The reads are as many for one want as for a thousand, and their texts
// are few. What is not found stays out of the set. Parts follows.
func Offers(channelID, ownList string, want []Want, into *OfferSet) []db.Read {
	*into = OfferSet{byID: make(map[string]*Offer, len(want)), bySKU: make(map[string]*Offer, len(want))}
	reads := []db.Read{db.One(`SELECT id, currency, tax_inclusive FROM price_lists WHERE id = `+effectiveList,
		[]any{channelID, ownList}, &into.PriceListID, &into.Currency, &into.TaxInclusive)}
	var names [len(wanted)][]string
	for _, w := range want {
		way, values := w.way()
		names[way] = append(names[way], values...)
	}
	for way, values := range names {
		if len(values) == 0 {
			continue
		}
		list := Padded(values)
		args := append([]any{channelID, ownList}, list...)
		texts := offerTexts(way, len(list))
		reads = append(reads, db.Many(texts.variants, args, into.reader(way)))
		if way == byBarcode {
			into.barcodes = map[string][]string{}
			reads = append(reads, db.Many(texts.barcodes, list, into.readBarcode))
		}
	}
	return reads
}

// Parts reads the parts of the bundles in the set, once Offers was read; there
// is nothing to read without bundles.
func (s *OfferSet) Parts(channelID, ownList string) []db.Read {
	bundles := s.bundles()
	if len(bundles) == 0 {
		return nil
	}
	list := Padded(bundles)
	text := `SELECT ` + offerColumns + `, b.bundle_id, b.quantity FROM bundle_parts b JOIN variants v ON v.id = b.part_id` + offerPrices + `
		WHERE b.bundle_id IN (` + db.Params(3, len(list)) + `) ORDER BY b.bundle_id, b.position, p.minimum`
	return []db.Read{db.Many(text, append([]any{channelID, ownList}, list...), s.readPart)}
}

// bundles returns the ids of the bundles in the set, sorted.
func (s *OfferSet) bundles() (ids []string) {
	for id, o := range s.byID { // order-free: the ids are sorted
		if o.Bundle {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

type offerText struct{ variants, barcodes string }

type offerKey struct{ way, n int }

var offerCache sync.Map // offerKey -> offerText

// offerTexts are the statements for n values of one way to name a variant.
func offerTexts(way, n int) offerText {
	if t, ok := offerCache.Load(offerKey{way, n}); ok {
		return t.(offerText)
	}
	where := wanted[way].before + db.Params(3, n) + wanted[way].after
	t := offerText{
		variants: `SELECT ` + offerColumns + ` FROM variants v` + offerPrices + ` WHERE ` + where + ` ORDER BY v.id, p.minimum`,
		barcodes: `SELECT code, variant_id FROM barcodes WHERE code IN (` + db.Params(1, n) + `) ORDER BY variant_id`,
	}
	offerCache.Store(offerKey{way, n}, t)
	return t
}

// offerRow is a row of offerColumns.
type offerRow struct {
	Offer
	folded                string
	description, category string
	price                 Break // its minimum is negative if there is none
}

func (r *offerRow) places() []any {
	return []any{&r.ID, &r.SKU, &r.folded, &r.Title, &r.Kind, &r.Unit, &r.TaxClass, &r.WeightGrams, &r.Minimum, &r.Maximum, &r.Multiple,
		&r.Backorder, &r.LotTracked, &r.Hazardous, &r.Bundle, &r.Active, jsonText{&r.Units}, &r.limited, &r.OptionsJSON, &r.TextID, &r.description, &r.category, &r.Listed, &r.price.Minimum, &r.price.UnitPrice}
}

// read reads the row, with more columns behind it.
func (r *offerRow) read(scan db.Scan, more ...any) (err error) {
	if err := scan(append(r.places(), more...)...); err != nil {
		return err
	}
	if r.OptionsJSON == "{}" {
		r.OptionsJSON = ""
	}
	r.Texts, err = NewTexts(r.description, r.category, r.OptionsJSON)
	return err
}

// addBreak takes the price of a row that is about the same variant.
func (o *Offer) addBreak(b Break) {
	if b.Minimum >= 0 {
		o.Breaks = append(o.Breaks, b)
	}
}

// reader takes rows of variants. What was wanted in two ways is read twice and
// taken once.
func (s *OfferSet) reader(way int) func(db.Scan) error {
	return func(scan db.Scan) error {
		r := offerRow{Offer: Offer{way: way}}
		if err := r.read(scan); err != nil {
			return err
		}
		o := s.byID[r.ID]
		if o == nil {
			o = &r.Offer
			s.byID[r.ID], s.bySKU[r.folded] = o, o
		}
		if o.way == way {
			o.addBreak(r.price)
		}
		return nil
	}
}

func (s *OfferSet) readPart(scan db.Scan) error {
	var r offerRow
	var bundleID string
	var quantity money.Quantity
	if err := r.read(scan, &bundleID, &quantity); err != nil {
		return err
	}
	bundle := s.byID[bundleID]
	last := len(bundle.Parts) - 1
	if last < 0 || bundle.Parts[last].ID != r.ID {
		bundle.Parts = append(bundle.Parts, BundlePart{&r.Offer, quantity})
		last++
	}
	bundle.Parts[last].addBreak(r.price)
	return nil
}

func (s *OfferSet) readBarcode(scan db.Scan) error {
	var code, id string
	err := scan(&code, &id)
	s.barcodes[code] = append(s.barcodes[code], id)
	return err
}
