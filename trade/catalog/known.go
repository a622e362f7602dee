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

// key is where what a want leads to is known. Barcodes are always read: they may
// lead to several variants.
func (w Want) key() (key wantKey, ok bool) {
	way, values := w.way()
	if way == byBarcode {
		return key, false
	}
	return wantKey{way, values[0]}, true
}

// KnownIDs returns the ids of all wanted variants and of the parts of bundles
// among them; ok is false if one is not known.
func KnownIDs(known *db.Known, want []Want) (ids []string, ok bool) {
	for _, w := range want {
		key, keeps := w.key()
		of, ok := db.Recall[[]string](known, key)
		if !keeps || !ok {
			return nil, false
		}
		ids = append(ids, of...)
	}
	return ids, true
}

// FindOffers returns what Offers, Parts and Limits read, from what is known or
// by three trips. ownList is the buyer's price list, empty for none. The offers
// are remembered and must not be changed, but for those with limits of a channel
// or a customer.
func FindOffers(tx *db.Tx, known *db.Known, channelID, customerID, ownList string, want []Want) (*OfferSet, error) {
	at := termsKey{channelID, ownList}
	set := &OfferSet{byID: make(map[string]*Offer, len(want)), bySKU: make(map[string]*Offer, len(want)), barcodes: map[string][]string{}}
	terms, ok := db.Recall[Terms](known, at)
	set.Terms = terms
	var missing []Want
	for _, w := range want {
		key, keeps := w.key()
		if o, ok := db.Recall[*Offer](known, soldKey{at, key}); keeps && ok {
			set.add(o)
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
	if err := tx.Load(append(read.Parts(channelID, ownList), read.Limits(channelID, customerID)...)...); err != nil {
		return nil, err
	}
	if read.PriceListID != "" {
		known.Put(at, read.Terms)
	}
	for _, w := range missing {
		key, keeps := w.key()
		if o := read.Find(w); o != nil && keeps && !o.limited {
			known.Put(soldKey{at, key}, o)
			known.Put(key, o.ids())
		}
	}
	for _, o := range read.byID { // order-free: each has its own place
		set.add(o)
	}
	set.Terms, set.barcodes = read.Terms, read.barcodes
	return set, nil
}

func (s *OfferSet) add(o *Offer) { s.byID[o.ID], s.bySKU[FoldSKU(o.SKU)] = o, o }

// ids returns the offer's id and those of its parts.
func (o *Offer) ids() []string {
	ids := []string{o.ID}
	for _, p := range o.Parts {
		ids = append(ids, p.ID)
	}
	return ids
}
