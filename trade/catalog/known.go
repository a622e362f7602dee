package catalog

import "ordo/engine/db"

// The tables that offers are made of.
var _ = db.Remember("channels", "channel_variants", "price_lists", "prices", "variants", "barcodes", "bundle_parts")

// wantKey is where the ids of a wanted variant and of its parts are known.
type wantKey struct {
	way   int
	value string
}

// termsKey is where the effective price list is known; own is the customer's.
type termsKey struct{ channel, own string }

// soldKey is where an offer is known, with its parts and all prices.
type soldKey struct {
	termsKey
	wantKey
}

func (w Want) key() wantKey {
	way, value := w.way()
	return wantKey{way, value}
}

// KnownIDs returns the ids of all wanted variants and of the parts of bundles
// among them; ok is false if one is not known.
func KnownIDs(known *db.Known, want []Want) (ids []string, ok bool) {
	for _, w := range want {
		of, ok := db.Recall[[]string](known, w.key())
		if !ok {
			return nil, false
		}
		ids = append(ids, of...)
	}
	return ids, true
}

// FindOffers returns what Offers and Parts read, from what is known or by two
// trips. ownList is the buyer's price list, empty for none. The offers are
// remembered and must not be changed.
func FindOffers(tx *db.Tx, known *db.Known, channelID, ownList string, want []Want) (*OfferSet, error) {
	key := termsKey{channelID, ownList}
	set := &OfferSet{byID: make(map[string]*Offer, len(want)), bySKU: make(map[string]*Offer, len(want)), barcodes: map[string]string{}}
	terms, ok := db.Recall[Terms](known, key)
	set.Terms = terms
	var missing []Want
	for _, w := range want {
		if o, ok := db.Recall[*Offer](known, soldKey{key, w.key()}); ok {
			set.add(w, o)
		} else {
			missing = append(missing, w)
		}
	}
	if ok && missing == nil {
		return set, nil
	}
	var read OfferSet
	if err := tx.Load(Offers(channelID, ownList, missing, &read)...); err != nil {
		return nil, err
	}
	if err := tx.Load(read.Parts(channelID, ownList)...); err != nil {
		return nil, err
	}
	set.Terms = read.Terms
	if set.PriceListID != "" {
		known.Put(key, set.Terms)
	}
	for _, w := range missing {
		if o := read.Find(w); o != nil {
			known.Put(soldKey{key, w.key()}, o)
			known.Put(w.key(), o.ids())
			set.add(w, o)
		}
	}
	return set, nil
}

// add adds an offer that was wanted in a way.
func (s *OfferSet) add(w Want, o *Offer) {
	s.byID[o.ID], s.bySKU[FoldSKU(o.SKU)] = o, o
	if w.key().way == byBarcode {
		s.barcodes[w.Barcode] = o.ID
	}
}

// ids returns the offer's id and those of its parts.
func (o *Offer) ids() []string {
	ids := []string{o.ID}
	for _, p := range o.Parts {
		ids = append(ids, p.ID)
	}
	return ids
}
