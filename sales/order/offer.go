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
	channel  channel.Channel
	customer buyer
	offers   catalog.OfferSet
	rates    tax.Table
	methods  map[string]*pricing.Method
	supplies inventory.Supplies
	lots     map[inventory.LotKey]inventory.Lot // that were scanned

	duplicate string // order with the same external id
	twin      Head   // order of the same customer with the same reference: id and number
}

// buyer is what an order needs to know of its customer.
type buyer struct {
	id, kind                  string
	contact                   customer.Contact
	active, onAccount, exempt bool
	termsDays, profileVersion int64
}

// want names the variant of a line.
func (l *LineIn) want() catalog.Want {
	return catalog.Want{VariantID: l.VariantID, SKU: l.SKU, Barcode: l.Barcode}
}

// load reads what the agreement depends on; own is the draft that it replaces,
// if any. The number of statements does not grow with lines.
func load(tx *db.Tx, in *Agreement, own string) (*facts, error) {
	f := &facts{methods: map[string]*pricing.Method{}, supplies: inventory.Supplies{}}
	want := make([]catalog.Want, 0, len(in.Lines))
	for i := range in.Lines {
		if !in.Lines[i].free() {
			want = append(want, in.Lines[i].want())
		}
	}
	reads := append(catalog.Offers(in.ChannelID, in.CustomerID, want, &f.offers), channel.FindTerms(tx, in.ChannelID, &f.channel))
	if len(want) > 0 {
		supplied, args := catalog.Wanted(want, 2)
		reads = append(reads, inventory.ReadSupplies(in.ChannelID, supplied, args, f.supplies))
	}
	if codes := in.lots(); len(codes) > 0 {
		f.lots = map[inventory.LotKey]inventory.Lot{}
		variants, args := catalog.Wanted(want, 1)
		reads = append(reads, inventory.ReadLots(variants, args, codes, f.lots))
	}
	reads = append(reads, tax.Read(in.ChannelID, in.countries(), &f.rates))
	reads = append(reads, pricing.Methods(in.methods(), f.methods)...)
	if in.CustomerID != "" {
		reads = append(reads, f.readCustomer(tx, in.CustomerID))
	}
	if in.CustomerID != "" && in.Reference != "" {
		reads = append(reads, f.readTwin(tx, in.CustomerID, in.Reference, own))
	}
	if in.ExternalID != "" {
		reads = append(reads, f.readDuplicate(in.ChannelID, in.ExternalID, own))
	}
	if err := tx.Load(reads...); err != nil {
		return nil, err
	}
	if err := f.loadParts(tx, in); err != nil {
		return nil, err
	}
	f.supplies.Fresh(tx.Micros())
	return f, nil
}

// loadParts reads the parts of bundles, if any are asked for, and what there is
// of them; and the limits of variants that have some for channels or customers.
func (f *facts) loadParts(tx *db.Tx, in *Agreement) error {
	reads := append(f.offers.Parts(in.ChannelID, in.CustomerID), f.offers.Limits(in.ChannelID, in.CustomerID)...)
	if reads == nil {
		return nil
	}
	if err := tx.Load(reads...); err != nil {
		return err
	}
	var want []catalog.Want
	for _, id := range f.offers.PartIDs() {
		if f.supplies[id] == nil {
			want = append(want, catalog.Want{VariantID: id})
		}
	}
	if want == nil {
		return nil
	}
	text, args := catalog.Wanted(want, 2)
	return tx.Load(inventory.ReadSupplies(in.ChannelID, text, args, f.supplies))
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

// countries returns where the order goes to, each once.
func (in *Agreement) countries() (all []string) {
	for _, d := range in.Deliveries {
		if d.Address != nil && !slices.Contains(all, d.Address.Country) {
			all = append(all, d.Address.Country)
		}
	}
	return all
}
