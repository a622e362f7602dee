package channel

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/trade/location"
)

// Codes of channels and of all that is priced.
var (
	ErrCurrency = problem.Declare("currency_unknown", problem.Invalid,
		"The code is no currency in use.", "Use a code of ISO 4217, such as EUR.")
	ErrMismatch = problem.Declare("currency_mismatch", problem.Invalid,
		"Two things that belong together are in different currencies.", "Choose things of one currency; nothing is converted.")
)

// Facts are what can be said of a channel.
type Facts struct {
	Code           string   `json:"code" minLength:"1" maxLength:"40" pattern:"^[A-Za-z0-9._-]+$" doc:"Short name, unique"`
	Name           string   `json:"name" minLength:"1" maxLength:"200"`
	Kind           string   `json:"kind" enum:"online_store,b2b_portal,phone,mobile,social,marketplace,point_of_sale"`
	Currency       string   `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217"`
	PriceListID    string   `json:"price_list_id" minLength:"1" maxLength:"60" doc:"In the channel's currency"`
	NumberPattern  string   `json:"number_pattern" minLength:"1" maxLength:"60" doc:"Of order numbers, such as SO-{yyyy}-{seq:6}"`
	TimeZone       string   `json:"time_zone" maxLength:"60" doc:"IANA name; decides the business day"`
	TaxCountry     string   `json:"tax_country" pattern:"^[A-Z]{2}$" doc:"Where a sale without ship-to is taxed, ISO 3166 alpha-2"`
	PaymentMethods []string `json:"payment_methods" minItems:"1" uniqueItems:"true" enum:"on_account,cash,transfer,test"`
	Assortment     string   `json:"assortment" enum:"all,listed" doc:"Sells every variant, or only those published to it"`
	Locations      []Place  `json:"locations" maxItems:"200" doc:"From where it sells"`
	Active         bool     `json:"active" doc:"Takes orders"`
}

// Place is a location that a channel sells from.
type Place struct {
	LocationID string `json:"location_id" minLength:"1" maxLength:"60"`
	Rank       int64  `json:"rank" minimum:"0" maximum:"1000000" doc:"Lower is asked first"`
}

// Channel is a place that orders come from. Its locations are in the order in
// which they are asked for stock.
type Channel struct {
	ID string `json:"id"`
	Facts
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (c *Channel) SetActions(a []command.Action) { c.Actions = a }

// Zone is the channel's time zone, which decides its business day.
func (c *Channel) Zone() *time.Location {
	if z, ok := location.Zone(c.TimeZone); ok {
		return z
	}
	return time.UTC
}

// NextNumber takes the next order number.
func (c *Channel) NextNumber(tx *db.Tx, numbers *number.Source) (string, error) {
	return numbers.Next(tx, series(c.NumberPattern), c.NumberPattern, tx.Now.In(c.Zone()))
}

var width = regexp.MustCompile(`\{seq:[1-9]\}`)

// series is what a pattern counts in. Channels whose patterns differ at most in
// the width of the number share it, since order numbers are unique.
func series(pattern string) string { return "order:" + width.ReplaceAllString(pattern, "{seq}") }

// CreateIn is the input of channel.create.
type CreateIn struct{ Facts }

// UpdateIn is the input of channel.update.
type UpdateIn struct {
	ID string `path:"id" json:"id"`
	Facts
}

// GetIn is the input of channel.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a channel.
var (
	Created     = event.Declare("channel.created", 1, "A channel was added.", body{})
	Updated     = event.Declare("channel.updated", 1, "Facts of a channel changed.", body{})
	Published   = event.Declare("channel.published", 1, "Variants were added to a channel's assortment.", assortmentBody{})
	Unpublished = event.Declare("channel.unpublished", 1, "Variants were taken out of a channel's assortment.", assortmentBody{})
)

var example = Facts{
	Code: "web", Name: "Online store", Kind: "online_store", Currency: "GBP", PriceListID: "prl_01", NumberPattern: "SO-{yyyy}-{seq:6}",
	TimeZone: "Europe/London", TaxCountry: "GB", PaymentMethods: []string{"on_account", "test"}, Assortment: "all",
	Locations: []Place{{LocationID: "loc_01", Rank: 1}}, Active: true,
}

// Operations on channels; numbers is where order numbers come from.
func Operations(numbers *number.Source) []command.Operation {
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Channel]]{
			Name: "channel.list", Summary: "List channels", Method: http.MethodGet, Path: "/v1/channels",
			Read: List,
		},
		command.Def[GetIn, *Channel]{
			Name: "channel.get", Summary: "Show a channel", Method: http.MethodGet, Path: "/v1/channels/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Channel, error) { return Get(tx, in.ID) },
		},
		command.Def[CreateIn, *Channel]{
			Name: "channel.create", Summary: "Add a channel", Method: http.MethodPost, Path: "/v1/channels", Creates: true,
			Run: Create, Result: result, Repeat: Get,
			Example: CreateIn{example},
		},
		command.Def[UpdateIn, *Channel]{
			Name: "channel.update", Summary: "Change a channel", Method: http.MethodPut, Path: "/v1/channels/{id}",
			Run: Update, Result: result, Repeat: Get,
			Example: UpdateIn{ID: "cha_01", Facts: example},
		},
		command.Def[NumbersIn, Numbers]{
			Name: "channel.numbers", Summary: "Preview the next order numbers", Method: http.MethodGet, Path: "/v1/channels/{id}/numbers",
			Read: func(tx *db.Tx, in NumbersIn) (Numbers, error) { return preview(tx, numbers, in) },
		},
		command.Def[PublishIn, *Channel]{
			Name: "channel.publish", Summary: "Add variants to a channel's assortment", Method: http.MethodPut, Path: "/v1/channels/{id}/variants",
			Run: Publish, Result: result, Repeat: Get,
			Example: PublishIn{ID: "cha_01", VariantIDs: []string{"var_01"}},
		},
		command.Def[PublishIn, *Channel]{
			Name: "channel.unpublish", Summary: "Take variants out of a channel's assortment", Method: http.MethodDelete, Path: "/v1/channels/{id}/variants",
			Run: Unpublish, Result: result, Repeat: Get,
			Example: PublishIn{ID: "cha_01", VariantIDs: []string{"var_01"}},
		},
	}
}

func result(c *Channel) (string, int64) { return c.ID, c.Version }

// Create adds a channel.
func Create(tx *db.Tx, in CreateIn) (*Channel, error) {
	if tx.Actor.Scope.Channels != nil {
		return nil, auth.ErrScope.New("you see some channels only, and a new one is none of them")
	}
	if err := check(tx, in.Facts); err != nil {
		return nil, err
	}
	c := &Channel{ID: tx.ID("cha"), CreatedAt: tx.Now, Version: 1, sequence: 1}
	c.set(in.Facts)
	insert(tx, c)
	return c, c.emit(tx, Created, c.facts())
}

// Update changes a channel.
func Update(tx *db.Tx, in UpdateIn) (*Channel, error) {
	c, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := check(tx, in.Facts); err != nil {
		return nil, err
	}
	c.set(in.Facts)
	c.Version++
	c.sequence++
	save(tx, c)
	return c, c.emit(tx, Updated, c.facts())
}

func (c *Channel) set(f Facts) {
	c.Facts = f
	c.Locations = append([]Place{}, f.Locations...)
	slices.SortStableFunc(c.Locations, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.LocationID, b.LocationID))
	})
}

// check finds the faults that a schema can't.
func check(tx *db.Tx, f Facts) error {
	known, err := readReferences(tx, f)
	if err != nil {
		return err
	}
	var faults problem.List
	if _, ok := money.Digits(f.Currency); !ok {
		faults.Add(ErrCurrency, "/currency", "%q is no currency in use", f.Currency)
	}
	switch {
	case known.currency == "":
		faults.Add(problem.ErrInvalidValue, "/price_list_id", "there is no price list %s", f.PriceListID)
	case known.currency != f.Currency:
		faults.Add(ErrMismatch, "/price_list_id", "the price list is in %s, the channel in %s", known.currency, f.Currency)
	}
	if p := problem.As(number.Check(f.NumberPattern, "/number_pattern")); p != nil {
		faults.Add(p.Faults[0].Code, p.Faults[0].Pointer, "%s", p.Faults[0].Detail)
	}
	if _, ok := location.Zone(f.TimeZone); !ok {
		faults.Add(problem.ErrInvalidValue, "/time_zone", "%q is no time zone of the IANA list", f.TimeZone)
	}
	for i, p := range f.Locations {
		pointer := fmt.Sprintf("/locations/%d/location_id", i)
		switch {
		case !known.locations[p.LocationID]:
			faults.Add(problem.ErrInvalidValue, pointer, "there is no location %s", p.LocationID)
		case slices.ContainsFunc(f.Locations[:i], func(q Place) bool { return q.LocationID == p.LocationID }):
			faults.Add(problem.ErrInvalidValue, pointer, "the location %s is named twice", p.LocationID)
		}
	}
	return faults.Err()
}

// NumbersIn is the input of channel.numbers.
type NumbersIn struct {
	ID      string `path:"id" json:"id"`
	Count   int    `query:"count" json:"count,omitempty" minimum:"1" maximum:"10" default:"3" doc:"How many"`
	Pattern string `query:"pattern" json:"pattern,omitempty" maxLength:"60" doc:"To try out instead of the channel's own"`
}

// Numbers are the order numbers that would come next.
type Numbers struct {
	Numbers []string `json:"numbers" doc:"As far as can be told: other processes may take some of them"`
}

func preview(tx *db.Tx, numbers *number.Source, in NumbersIn) (Numbers, error) {
	c, err := Get(tx, in.ID)
	if err != nil {
		return Numbers{}, err
	}
	pattern := cmp.Or(in.Pattern, c.NumberPattern)
	if err := number.Check(pattern, "/pattern"); err != nil {
		return Numbers{}, err
	}
	next, err := numbers.Preview(tx, series(pattern), pattern, tx.Now.In(c.Zone()), cmp.Or(in.Count, 3))
	return Numbers{next}, err
}

// body is what an event tells of a channel as a whole.
type body struct {
	Facts
	Version int64 `json:"version"`
}

func (c *Channel) facts() body { return body{c.Facts, c.Version} }

func (c *Channel) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: c.ID, Sequence: c.sequence, Channel: c.ID, Body: body})
}
