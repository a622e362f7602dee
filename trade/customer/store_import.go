package customer

import "ordo/engine/db"

// importRows are the rows of many customers, to be written by few statements.
type importRows struct{ customers, profiles, addresses, entries [][]any }

func (r *importRows) add(c *Customer) {
	r.customers = append(r.customers, []any{c.ID, c.Number, c.Type, c.Active, c.Language, c.TimeZone, c.ExternalID, c.origin, c.ProfileVersion, c.CreatedAt.UnixMicro(), c.Version, c.sequence})
	r.profiles = append(r.profiles, []any{c.ID, c.ProfileVersion, c.Name, c.Company, c.Email, c.Phone, c.folded()})
}

func (r *importRows) addAddress(e *Entry) {
	r.addresses = append(r.addresses, []any{e.ID, e.CustomerID, e.Name, "", "", "", "", "", "", e.Country, "", ""})
	r.entries = append(r.entries, []any{e.CustomerID, e.ID, e.Label, e.position})
}

func (r *importRows) insert(tx *db.Tx) {
	tx.Insert("customers (id, number, type, active, language, time_zone, external_id, origin, profile_version, created_at, version, event_sequence)", r.customers...)
	tx.Insert("customer_profiles (customer_id, version, name, company, email, phone, folded)", r.profiles...)
	tx.Insert("addresses (id, customer_id, name, company, street, street2, postcode, city, region, country, email, phone)", r.addresses...)
	tx.Insert("customer_addresses (customer_id, address_id, label, position)", r.entries...)
}
