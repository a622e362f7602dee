package order

import (
	"slices"

	"ordo/engine/db"
	"ordo/resource/inventory"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/pricing"
	"ordo/trade/tax"
)

// facts are what an agreement depends on, as read in one round trip.
type facts struct {
	channel  *channel.Terms
	customer buyer
	offers   *catalog.OfferSet
	rates    *tax.Table
	methods  map[string]*pricing.Method
	supplies inventory.Supplies
	lots     map[inventory.LotKey]inventory.Lot // that were scanned

	short []*catalog.Offer // that can't be promised, in the order of their faults

	unknown   bool     // the customer was to be added and can't be
	duplicate struct { // order with the same external id
		id   string
		seen bool // by the actor
	}
	alike []*alike // orders that the customer placed within a day, the latest first
	twin  Head     // order of the same customer with the same reference: id and number
}

// buyer is what an order needs to know of its customer.
type buyer struct {
	id, kind, priceList       string
	contact                   customer.Contact
	active, onAccount, exempt bool
	termsDays, profileVersion int64
}

// want names the variant of a line.
func (l *LineIn) want() catalog.Want {
	return catalog.Want{VariantID: l.VariantID, SKU: l.SKU, Barcode: l.Barcode}
}

// load reads what the agreement depends on; own is the draft that it replaces,
// if any; with alike what the customer ordered within a day too. It takes one trip where all but the customer and the stock is known;
// the number of statements does not grow with lines.
func load(tx *db.Tx, in *Agreement, own string, alike bool) (*facts, error) {
	f := &facts{supplies: inventory.Supplies{}}
	want := make([]catalog.Want, 0, len(in.Lines))
	for i := range in.Lines {
		if !in.Lines[i].free() {
			want = append(want, in.Lines[i].want())
		}
	}
	known := tx.Known()
	reads := []db.Read{tx.Confirm(known)}
	if codes := in.lots(); len(codes) > 0 {
		f.lots = map[inventory.LotKey]inventory.Lot{}
		variants, args := catalog.Wanted(want, 1)
		reads = append(reads, inventory.ReadLots(variants, args, codes, f.lots))
	}
	if in.CustomerID != "" {
		reads = append(reads, f.readCustomer(tx, in.CustomerID))
	}
	if in.CustomerID != "" && alike {
		reads = append(reads, f.readAlike(tx, in.CustomerID))
	}
	if in.CustomerID != "" && in.Reference != "" {
		reads = append(reads, f.readTwin(tx, in.CustomerID, in.Reference, own))
	}
	if in.ExternalID != "" {
		reads = append(reads, f.readDuplicate(tx, in.ChannelID, in.ExternalID, own))
	}
	ids, counted := catalog.KnownIDs(known, want)
	if counted {
		reads = append(reads, inventory.ReadStock(ids, f.supplies))
	}
	if err := tx.Load(reads...); err != nil {
		return nil, err
	}
	if err := f.find(tx, known, in, want); err != nil {
		return nil, err
	}
	if !counted || known.Renewed() {
		clear(f.supplies)
		if err := tx.Load(inventory.ReadStock(f.offers.IDs(), f.supplies)); err != nil {
			return nil, err
		}
	}
	f.supplies.Keep(f.channel.Ranks)
	f.supplies.Fresh(tx.Micros())
	return f, nil
}

// find completes the facts with what rarely changes.
func (f *facts) find(tx *db.Tx, known *db.Known, in *Agreement, want []catalog.Want) (err error) {
	if f.channel, err = channel.FindTerms(tx, known, in.ChannelID); err != nil {
		return err
	}
	if f.offers, err = catalog.FindOffers(tx, known, in.ChannelID, in.CustomerID, f.customer.priceList, want); err != nil {
		return err
	}
	if f.rates, err = tax.Find(tx, known, in.countries(f.channel.TaxCountry)); err != nil {
		return err
	}
	if f.methods, err = pricing.FindMethods(tx, known, in.methods()); err != nil {
		return err
	}
	return tx.Settle(known)
}

// lots returns the codes of lots that were scanned.
func (in *Agreement) lots() (codes []string) {
	for _, l := range in.Lines {
		if l.Barcode == "" {
			continue
		}
		if s, ok := catalog.ReadBarcode(l.Barcode); ok && s.Lot != "" {
			codes = append(codes, s.Lot)
		}
	}
	return codes
}

// methods returns the shipping methods that are asked for.
func (in *Agreement) methods() (ids []string) {
	for _, d := range in.Deliveries {
		if d.MethodID != "" {
			ids = append(ids, d.MethodID)
		}
	}
	return ids
}

// countries returns home and where the order goes to, each once.
func (in *Agreement) countries(home string) []string {
	all := []string{home}
	for _, d := range in.Deliveries {
		if d.Address != nil && !slices.Contains(all, d.Address.Country) {
			all = append(all, d.Address.Country)
		}
	}
	return all
}
