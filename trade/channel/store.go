package channel

import (
	"fmt"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

const columns = `c.id, c.code, c.name, c.kind, c.currency, c.price_list_id, c.number_pattern, c.time_zone, c.tax_country, c.payment_methods, c.assortment, c.active,
	` + locationList + `, c.created_at, c.version, c.event_sequence`

// locationList is a channel's locations with their ranks, as one text.
const locationList = `COALESCE((SELECT string_agg(x.location_id || ' ' || x.rank, ',' ORDER BY x.rank, x.location_id) FROM channel_locations x WHERE x.channel_id = c.id), '')`

func (c *Channel) places() []any {
	return []any{&c.ID, &c.Code, &c.Name, &c.Kind, &c.Currency, &c.PriceListID, &c.NumberPattern, &c.TimeZone, &c.TaxCountry, db.ScanJSON(&c.PaymentMethods), &c.Assortment, &c.Active,
		text(c.readLocations),
		db.ScanTime(&c.CreatedAt), &c.Version, &c.sequence}
}

// text is the place of a text column that is read by a function.
type text func(string) error

// Scan implements sql.Scanner.
func (read text) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("channel: %T is no text", src)
	}
	return read(s)
}

// readLocations reads "loc_1 1,loc_2 5".
func (c *Channel) readLocations(list string) error {
	c.Locations = []Place{}
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			continue
		}
		id, rank, _ := strings.Cut(part, " ")
		n, err := strconv.ParseInt(rank, 10, 64)
		if err != nil {
			return err
		}
		c.Locations = append(c.Locations, Place{id, n})
	}
	return nil
}

var scope = auth.Columns{Channel: "c.id", Open: true}

// Schema is what the list of channels can be filtered and sorted by.
var Schema = query.Schema{
	ID: "c.id", Sort: "code",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "c.id"},
		{Name: "code", Doc: "Short name", Type: query.ID, Column: "c.code", Sortable: true},
		{Name: "name", Doc: "Name", Type: query.Text, Column: "lower(c.name)", Sortable: true},
		{Name: "kind", Doc: "Kind", Type: query.Enum, Column: "c.kind", Values: []string{"online_store", "b2b_portal", "phone", "mobile", "social", "marketplace", "point_of_sale"}},
		{Name: "currency", Doc: "Currency", Type: query.ID, Column: "c.currency"},
		{Name: "active", Doc: "Takes orders", Type: query.Bool, Column: "c.active"},
	},
}

// List returns a page of channels.
func List(tx *db.Tx, in query.Input) (query.Rows[*Channel], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: columns, From: "channels c", Scope: scope},
		func(row **Channel) []any { *row = &Channel{}; return (*row).places() })
}

// Find reads a channel in the actor's scope; its ID stays empty if there is none.
func Find(tx *db.Tx, id string, into *Channel) db.Read {
	condition, args := tx.Actor.Scope.SQL(scope, 2)
	return db.One(`SELECT `+columns+` FROM channels c WHERE c.id = $1 AND `+condition, append([]any{id}, args...), into.places()...)
}

// Get returns a channel in the actor's scope, or not found.
func Get(tx *db.Tx, id string) (*Channel, error) {
	c := &Channel{}
	if err := tx.Load(Find(tx, id, c)); err != nil {
		return nil, err
	}
	if c.ID == "" {
		return nil, unknown(id)
	}
	return c, nil
}

func unknown(id string) error { return problem.ErrNotFound.New("no channel %s", id) }

// references are the things that a channel names.
type references struct {
	currency  string // of the price list; empty if there is none
	locations map[string]bool
}

func readReferences(tx *db.Tx, f Facts) (references, error) {
	r := references{locations: map[string]bool{}}
	reads := []db.Read{db.One(`SELECT currency FROM price_lists WHERE id = $1`, []any{f.PriceListID}, &r.currency)}
	if len(f.Locations) > 0 {
		ids := make([]any, len(f.Locations))
		for i, p := range f.Locations {
			ids[i] = p.LocationID
		}
		condition, args := tx.Actor.Scope.SQL(auth.Columns{Location: "id", Open: true}, len(ids)+1)
		reads = append(reads, db.Many(`SELECT id FROM locations WHERE id IN (`+db.Params(1, len(ids))+`) AND `+condition, append(ids, args...), collect(r.locations)))
	}
	return r, tx.Load(reads...)
}

// variants notes which of the variants exist.
func variants(ids []string, known map[string]bool) db.Read {
	return db.Many(`SELECT id FROM variants WHERE id IN (`+db.Params(1, len(ids))+`)`, anys(ids), collect(known))
}

func collect(into map[string]bool) func(db.Scan) error {
	return func(scan db.Scan) error {
		var id string
		err := scan(&id)
		into[id] = true
		return err
	}
}

func anys(ids []string) []any {
	all := make([]any, len(ids))
	for i, id := range ids {
		all[i] = id
	}
	return all
}

func insert(tx *db.Tx, c *Channel) {
	tx.Write(`INSERT INTO channels (id, code, name, kind, currency, price_list_id, number_pattern, time_zone, tax_country, payment_methods, assortment, active, created_at, version, event_sequence)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, c.Code, c.Name, c.Kind, c.Currency, c.PriceListID, c.NumberPattern, c.TimeZone, c.TaxCountry, db.JSON(c.PaymentMethods), c.Assortment, c.Active, tx.Micros(), c.Version, c.sequence).Unique(taken(c.Code))
	insertLocations(tx, c)
}

// save writes a channel that was read in this transaction.
func save(tx *db.Tx, c *Channel) {
	tx.Must(db.ErrStale, `UPDATE channels SET code = $3, name = $4, kind = $5, currency = $6, price_list_id = $7, number_pattern = $8, time_zone = $9, tax_country = $10,
		payment_methods = $11, assortment = $12, active = $13, version = $14, event_sequence = $15 WHERE id = $1 AND version = $2`,
		c.ID, c.Version-1, c.Code, c.Name, c.Kind, c.Currency, c.PriceListID, c.NumberPattern, c.TimeZone, c.TaxCountry,
		db.JSON(c.PaymentMethods), c.Assortment, c.Active, c.Version, c.sequence).Unique(taken(c.Code))
	tx.Write(`DELETE FROM channel_locations WHERE channel_id = $1`, c.ID)
	insertLocations(tx, c)
}

// count writes the version of a channel whose assortment changed.
func count(tx *db.Tx, c *Channel) {
	tx.Must(db.ErrStale, `UPDATE channels SET version = $3, event_sequence = $4 WHERE id = $1 AND version = $2`, c.ID, c.Version-1, c.Version, c.sequence)
}

func insertLocations(tx *db.Tx, c *Channel) {
	rows := make([][]any, len(c.Locations))
	for i, p := range c.Locations {
		rows[i] = []any{c.ID, p.LocationID, p.Rank}
	}
	tx.Insert("channel_locations (channel_id, location_id, rank)", rows...)
}

func publish(tx *db.Tx, c *Channel, variantIDs []string) {
	tx.Write(`INSERT INTO channel_variants (channel_id, variant_id) SELECT $1, v.id FROM variants v WHERE v.id IN (`+db.Params(2, len(variantIDs))+`) ON CONFLICT DO NOTHING`,
		append([]any{c.ID}, anys(variantIDs)...)...)
}

func unpublish(tx *db.Tx, c *Channel, variantIDs []string) {
	tx.Write(`DELETE FROM channel_variants WHERE channel_id = $1 AND variant_id IN (`+db.Params(2, len(variantIDs))+`)`,
		append([]any{c.ID}, anys(variantIDs)...)...)
}

func taken(code string) error {
	return problem.ErrDuplicate.At("/code", "another channel has the code %q", code)
}
