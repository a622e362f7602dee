package customer

import (
	"cmp"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const (
	columns = `c.id, c.number, c.type, c.tier, c.active, COALESCE(c.price_list_id, ''), c.payment_terms_days, c.on_account, c.tax_exempt, c.language, c.time_zone,
	COALESCE(c.external_id, ''), p.name, p.company, p.email, p.phone, c.profile_version, c.origin, c.created_at, c.version, c.event_sequence`
	from = `customers c JOIN customer_profiles p ON p.customer_id = c.id AND p.version = c.profile_version`
)

func (c *Customer) places() []any {
	return []any{&c.ID, &c.Number, &c.Type, &c.Tier, &c.Active, &c.PriceListID, &c.PaymentTermsDays, &c.OnAccount, &c.TaxExempt, &c.Language, &c.TimeZone,
		&c.ExternalID, &c.Name, &c.Company, &c.Email, &c.Phone, &c.ProfileVersion, &c.origin, db.ScanTime(&c.CreatedAt), &c.Version, &c.sequence}
}

var scope = auth.Columns{Customer: "c.id", Open: true}

var escapeLike = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Schema is what the list of customers can be filtered and sorted by.
var Schema = query.Schema{
	ID: "c.id", Sort: "number", Fold: Fold,
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "c.id", Indexed: true},
		{Name: "number", Doc: "Number for people", Type: query.ID, Column: "c.number", Sortable: true, Indexed: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "p.folded", Sortable: true},
		{Name: "email", Doc: "Email", Type: query.Text, Column: "lower(p.email)", Exists: "(p.email <> '' AND %s)"},
		{Name: "type", Doc: "Type", Type: query.Enum, Column: "c.type", Values: Types},
		{Name: "tier", Doc: "Loyalty level", Type: query.ID, Column: "c.tier"},
		{Name: "on_account", Doc: "May pay later", Type: query.Bool, Column: "c.on_account"},
		{Name: "active", Doc: "May order", Type: query.Bool, Column: "c.active"},
		{Name: "external_id", Doc: "In the system it came from", Type: query.ID, Column: "c.external_id", Indexed: true},
		{Name: "created", Doc: "When added", Type: query.Time, Column: "c.created_at", Sortable: true},
	},
	// A bare word stands anywhere in what a customer is searched by. List looks up
	// who has it.
	Search: func(word string) (string, []any) { return hasPart, []any{part(word)} },
}

// List returns a page of customers.
func List(tx *db.Tx, in query.Input) (query.Rows[*Customer], error) {
	s, schema := &searcher{tx: tx}, Schema
	schema.Search = s.condition
	page, err := query.Select(tx, in, schema, query.Source{Columns: columns, From: from, Scope: scope},
		func(row **Customer) []any { *row = &Customer{}; return (*row).places() })
	return page, cmp.Or(s.err, err)
}

// Find reads a customer in the actor's scope; its ID stays empty if there is none.
func Find(tx *db.Tx, id string, into *Customer) db.Read {
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	return db.One(`SELECT `+columns+` FROM `+from+` WHERE c.id = $1 AND `+condition, append([]any{id}, args...), into.places()...)
}

// Get returns a customer in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Customer, error) {
	c := &Customer{}
	if err := tx.Load(Find(tx, id, c)); err != nil {
		return nil, err
	}
	if err := c.found(id); err != nil {
		return nil, err
	}
	return c, nil
}

// found returns the refusal of an id that Find did not find.
func (c *Customer) found(id string) error {
	if c.ID == "" {
		return problem.ErrNotFound.New("no customer %s", id)
	}
	return nil
}

func hasPriceList(tx *db.Tx, id string) (found bool, err error) {
	err = tx.Load(db.One(`SELECT TRUE FROM price_lists WHERE id = $1`, []any{id}, &found))
	return found, err
}

func insert(tx *db.Tx, c *Customer) {
	tx.Write(`INSERT INTO customers (id, number, type, tier, active, price_list_id, payment_terms_days, on_account, tax_exempt, language, time_zone, external_id, profile_version, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, NULLIF($6, ''), $7, $8, $9, $10, $11, NULLIF($12, ''), $13, $14, $15, $16)`,
		c.ID, c.Number, c.Type, c.Tier, c.Active, c.PriceListID, c.PaymentTermsDays, c.OnAccount, c.TaxExempt, c.Language, c.TimeZone, c.ExternalID, c.ProfileVersion,
		tx.Micros(), c.Version, c.sequence).Unique(taken(c))
	insertProfile(tx, c)
}

// save writes a customer that was read in this transaction.
func save(tx *db.Tx, c *Customer) {
	tx.Must(db.ErrStale, `UPDATE customers SET type = $3, tier = $4, active = $5, price_list_id = NULLIF($6, ''), payment_terms_days = $7, on_account = $8, tax_exempt = $9,
		language = $10, time_zone = $11, external_id = NULLIF($12, ''), profile_version = $13, version = $14, event_sequence = $15 WHERE id = $1 AND version = $2`,
		c.ID, c.Version-1, c.Type, c.Tier, c.Active, c.PriceListID, c.PaymentTermsDays, c.OnAccount, c.TaxExempt,
		c.Language, c.TimeZone, c.ExternalID, c.ProfileVersion, c.Version, c.sequence).Unique(taken(c))
}

func insertProfile(tx *db.Tx, c *Customer) {
	tx.Write(`INSERT INTO customer_profiles (customer_id, version, name, company, email, phone, folded) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.ID, c.ProfileVersion, c.Name, c.Company, c.Email, c.Phone, c.folded()).Unique(db.ErrStale)
}

// folded is what a customer is searched by: the phone number also without blanks.
func (c *Customer) folded() string {
	return Fold(strings.Join([]string{c.Name, c.Company, c.Email, c.Phone, strings.ReplaceAll(c.Phone, " ", ""), c.Number}, " "))
}

func taken(c *Customer) error {
	return problem.ErrDuplicate.At(c.at+"/external_id", "another customer has the external id %q", c.ExternalID)
}

const addressColumns = `a.name, a.company, a.street, a.street2, a.postcode, a.city, a.region, a.country, a.email, a.phone`

func (a *Address) places() []any {
	return []any{&a.Name, &a.Company, &a.Street, &a.Street2, &a.Postcode, &a.City, &a.Region, &a.Country, &a.Email, &a.Phone}
}

// InsertAddress stores a copy of an address and returns its id. customerID is
// empty for a guest. A contact without an address has no country.
func InsertAddress(tx *db.Tx, customerID string, a Address) string {
	return InsertAddresses(tx, customerID, a)[0]
}

// DeleteAddress deletes a copy that nothing names any more.
func DeleteAddress(tx *db.Tx, id string) { tx.Write(`DELETE FROM addresses WHERE id = $1`, id) }

// InsertAddresses stores copies of addresses by one statement and returns their ids.
func InsertAddresses(tx *db.Tx, customerID string, addresses ...Address) []string {
	var owner any
	if customerID != "" {
		owner = customerID
	}
	ids := make([]string, len(addresses))
	rows := make([][]any, len(addresses))
	for i, a := range addresses {
		ids[i] = tx.ID("adr")
		rows[i] = []any{ids[i], owner, a.Name, a.Company, a.Street, a.Street2, a.Postcode, a.City, a.Region, a.Country, a.Email, a.Phone}
	}
	tx.Insert("addresses (id, customer_id, name, company, street, street2, postcode, city, region, country, email, phone)", rows...)
	return ids
}

// Addresses reads copies of addresses by their ids. Who may see them is the
// caller's matter.
func Addresses(ids []string, into map[string]Address) db.Read {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return db.Many(`SELECT a.id, `+addressColumns+` FROM addresses a WHERE a.id IN (`+db.Params(1, max(len(ids), 1))+`)`, orNone(args), func(scan db.Scan) error {
		var id string
		var a Address
		err := scan(append([]any{&id}, a.places()...)...)
		into[id] = a
		return err
	})
}

// orNone keeps an empty list valid in SQL: no row has the id NULL.
func orNone(args []any) []any {
	if len(args) == 0 {
		return []any{nil}
	}
	return args
}

const (
	entryColumns = `a.id, b.customer_id, b.label, b.position, c.version, ` + addressColumns
	entryFrom    = `customer_addresses b JOIN addresses a ON a.id = b.address_id JOIN customers c ON c.id = b.customer_id`
)

func (e *Entry) places() []any {
	return append([]any{&e.ID, &e.CustomerID, &e.Label, &e.position, &e.Version}, e.Address.places()...)
}

func readBook(customerID string, into *Book) db.Read {
	return db.Many(`SELECT `+entryColumns+` FROM `+entryFrom+` WHERE b.customer_id = $1 ORDER BY b.position`, []any{customerID}, func(scan db.Scan) error {
		e := &Entry{}
		into.Items = append(into.Items, e)
		return scan(e.places()...)
	})
}

// entry returns an entry of an address book in the actor's scope, or not found.
func entry(tx *db.Tx, addressID string) (*Entry, error) {
	e := &Entry{}
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(db.One(`SELECT `+entryColumns+` FROM `+entryFrom+` WHERE a.id = $1 AND `+condition, append([]any{addressID}, args...), e.places()...)); err != nil {
		return nil, err
	}
	if e.ID == "" {
		return nil, noEntry(addressID)
	}
	return e, nil
}

// readEnds reads the least and the greatest position of a book, 0 if it is empty.
func readEnds(customerID string, first, last *int64) db.Read {
	return db.One(`SELECT COALESCE(min(position), 0), COALESCE(max(position), 0) FROM customer_addresses WHERE customer_id = $1`, []any{customerID}, first, last)
}

func insertEntry(tx *db.Tx, e *Entry) {
	tx.Write(`INSERT INTO customer_addresses (customer_id, address_id, label, position) VALUES ($1, $2, $3, $4)`, e.CustomerID, e.ID, e.Label, e.position)
}

func deleteEntry(tx *db.Tx, customerID, addressID string) {
	tx.Must(noEntry(addressID), `DELETE FROM customer_addresses WHERE customer_id = $1 AND address_id = $2`, customerID, addressID)
}

func noEntry(addressID string) error {
	return problem.ErrNotFound.New("no address %s in the address book", addressID)
}
