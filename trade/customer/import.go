package customer

import (
	"cmp"

	"ordo/base/clock"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Imported is a customer of another system.
type Imported struct {
	ID        string
	AddressID string // of an entry of the address book that tells the country, if that is known
	Number    string // there, which stays the customer's number and is its external id
	Name      string
	Type      string
	Country   string // ISO 3166 alpha-2; empty if not known
	TimeZone  string
	Since     clock.Stamp
}

// Import adds customers of another system, each with the events of a new one.
func Import(tx *db.Tx, customers ...*Imported) error {
	rows := importRows{}
	var events []event.Event
	for _, in := range customers {
		c := &Customer{ID: in.ID, Number: in.Number, CreatedAt: in.Since.Time(), ProfileVersion: 1, Version: 1, origin: "imported", sequence: 1}
		c.set(Facts{Terms{Type: cmp.Or(in.Type, "retail"), Active: true, TimeZone: in.TimeZone, ExternalID: in.Number}, Contact{Name: in.Name}})
		events = append(events, event.Event{Type: Created, Subject: c.ID, Sequence: 1, Customer: c.ID, Body: c.facts()})
		if in.Country != "" {
			c.next()
			e := &Entry{ID: in.AddressID, CustomerID: c.ID, Label: "Country", Address: Address{Contact: c.Contact, Country: in.Country}, position: 1}
			rows.addAddress(e)
			events = append(events, event.Event{Type: AddressAdded, Subject: c.ID, Sequence: c.sequence, Customer: c.ID,
				Body: addressAdded{e.ID, e.position, c.Version}})
		}
		rows.add(c)
	}
	rows.insert(tx)
	return event.Emit(tx, events...)
}
