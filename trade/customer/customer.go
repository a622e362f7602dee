package customer

import (
	"cmp"
	"net/http"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/trade/location"
)

// ErrType says that the type of a customer is none of Types.
var ErrType = problem.Declare("customer_type_invalid", problem.Invalid,
	"The type of customer is not known.", "Use one of the allowed types.")

// Types of customers.
var Types = []string{"retail", "wholesale", "vip", "corporate", "government"}

// Terms are what is agreed with a customer. None of it is personal.
type Terms struct {
	Type             string `json:"type" minLength:"1" maxLength:"40" doc:"retail, wholesale, vip, corporate or government"`
	Tier             string `json:"tier,omitempty" maxLength:"40" doc:"Loyalty level"`
	Active           bool   `json:"active" doc:"May order"`
	PriceListID      string `json:"price_list_id,omitempty" maxLength:"60" doc:"Instead of that of the type or the channel"`
	PaymentTermsDays int64  `json:"payment_terms_days,omitempty" minimum:"0" maximum:"365" doc:"On account: days until due; those of the type if not given"`
	OnAccount        bool   `json:"on_account,omitempty" doc:"May pay later"`
	TaxExempt        bool   `json:"tax_exempt,omitempty" doc:"Pays no tax"`
	Language         string `json:"language,omitempty" maxLength:"35" pattern:"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$" doc:"BCP 47; en if not given"`
	TimeZone         string `json:"time_zone,omitempty" maxLength:"60" doc:"IANA name; UTC if not given"`
	ExternalID       string `json:"external_id,omitempty" maxLength:"100" doc:"In the system it came from, unique"`
}

// Facts are what can be said of a customer.
type Facts struct {
	Terms
	Contact
}

// Customer is a person or company that buys.
type Customer struct {
	ID     string `json:"id"`
	Number string `json:"number" doc:"For people"`
	Terms
	Contact
	ProfileVersion int64            `json:"profile_version" doc:"Of name, company, email and phone"`
	Version        int64            `json:"version"`
	CreatedAt      time.Time        `json:"created_at"`
	Actions        []command.Action `json:"actions,omitempty"`

	origin   string // ordo or imported
	sequence int64  // events so far
	at       string // JSON pointer to it in the input that adds it
}

// SetActions shows which operations are open.
func (c *Customer) SetActions(a []command.Action) { c.Actions = a }

// CreateIn is the input of customer.create.
type CreateIn struct{ Facts }

// UpdateIn is the input of customer.update.
type UpdateIn struct {
	ID string `path:"id" json:"id"`
	Facts
}

// GetIn is the input of customer.get and customer.addresses.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a customer.
var (
	Created        = event.Declare("customer.created", 1, "A customer was added.", body{})
	Updated        = event.Declare("customer.updated", 1, "Terms or the profile of a customer changed.", body{})
	AddressAdded   = event.Declare("customer.address_added", 1, "An address was added to the address book.", addressAdded{})
	AddressRemoved = event.Declare("customer.address_removed", 1, "An address was taken out of the address book.", addressRemoved{})
)

var example = Facts{
	Terms{Type: "corporate", Active: true, OnAccount: true, PaymentTermsDays: 30},
	Contact{Name: "Ada Byron", Company: "Analytical Engines Ltd", Email: "ada@example.com", Phone: "+44 20 7946 0000"},
}

// Operations on customers; numbers is where customer numbers come from.
func Operations(numbers *number.Source) []command.Operation {
	return append([]command.Operation{
		command.Def[query.Input, query.Rows[*Customer]]{
			Name: "customer.list", Summary: "List customers; words without field search name, company, email, phone and number", Method: http.MethodGet, Path: "/v1/customers",
			Read: List,
		},
		command.Def[GetIn, *Customer]{
			Name: "customer.get", Summary: "Show a customer", Method: http.MethodGet, Path: "/v1/customers/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Customer, error) { return Get(tx, in.ID) },
		},
		command.Def[CreateIn, *Customer]{
			Name: "customer.create", Summary: "Add a customer", Method: http.MethodPost, Path: "/v1/customers", Creates: true,
			Run: func(tx *db.Tx, in CreateIn) (*Customer, error) { return Create(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: CreateIn{example},
		},
		command.Def[UpdateIn, *Customer]{
			Name: "customer.update", Summary: "Change a customer", Method: http.MethodPut, Path: "/v1/customers/{id}",
			Run: Update, Result: result, Repeat: Get,
			Example: UpdateIn{ID: "cus_01", Facts: example},
		},
		command.Def[GetIn, Book]{
			Name: "customer.addresses", Summary: "Show the address book of a customer", Method: http.MethodGet, Path: "/v1/customers/{id}/addresses",
			Read: ListAddresses,
		},
		command.Def[AddAddressIn, *Entry]{
			Name: "customer.add_address", Summary: "Add an address to the address book", Method: http.MethodPost, Path: "/v1/customers/{id}/addresses", Creates: true,
			Run: AddAddress, Result: func(e *Entry) (string, int64) { return e.ID, e.Version }, Repeat: entry,
			Example: AddAddressIn{ID: "cus_01", Label: "Main office", Default: true, Address: addressExample},
		},
		command.Def[RemoveAddressIn, *Customer]{
			Name: "customer.remove_address", Summary: "Take an address out of the address book", Method: http.MethodDelete, Path: "/v1/customers/{id}/addresses/{address_id}",
			Run: RemoveAddress, Result: result, Repeat: Get,
			Example: RemoveAddressIn{ID: "cus_01", AddressID: "adr_01"},
		},
	}, typeOperations...)
}

func result(c *Customer) (string, int64) { return c.ID, c.Version }

const numberPattern = "C-{seq:6}"

// Create adds a customer.
func Create(tx *db.Tx, numbers *number.Source, in CreateIn) (*Customer, error) {
	return Add(tx, numbers, in.Facts, "")
}

// Add adds a customer who comes with the input of another command; pointer is
// where in it.
func Add(tx *db.Tx, numbers *number.Source, f Facts, pointer string) (*Customer, error) {
	if tx.Actor.Scope.Customer != "" {
		return nil, auth.ErrScope.At(pointer, "you see the records of one customer only, and a new one is another")
	}
	if err := check(tx, f, pointer); err != nil {
		return nil, err
	}
	next, err := numbers.Next(tx, "customer", numberPattern, tx.Now)
	if err != nil {
		return nil, err
	}
	c := &Customer{ID: tx.ID("cus"), Number: next, CreatedAt: tx.Now, ProfileVersion: 1, Version: 1, origin: "ordo", sequence: 1, at: pointer}
	c.set(f)
	insert(tx, c)
	return c, c.emit(tx, Created, c.facts())
}

// Update changes a customer. Another name, company, email or phone makes a new
// version of the profile; the earlier one stays until it is erased.
func Update(tx *db.Tx, in UpdateIn) (*Customer, error) {
	c, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := check(tx, in.Facts, ""); err != nil {
		return nil, err
	}
	before := c.Contact
	c.set(in.Facts)
	c.next()
	if c.Contact != before {
		c.ProfileVersion++
		insertProfile(tx, c)
	}
	save(tx, c)
	return c, c.emit(tx, Updated, c.facts())
}

func (c *Customer) set(f Facts) {
	c.Terms, c.Contact = f.Terms, f.Contact
	c.Language, c.TimeZone = cmp.Or(f.Language, "en"), cmp.Or(f.TimeZone, "UTC")
}

// next counts a change that causes one event.
func (c *Customer) next() {
	c.Version++
	c.sequence++
}

// check finds the faults that a schema can't; pointer is where f is in the input.
func check(tx *db.Tx, f Facts, pointer string) error {
	var faults problem.List
	checkType(f.Type, pointer+"/type", &faults)
	if _, ok := location.Zone(cmp.Or(f.TimeZone, "UTC")); !ok {
		faults.Add(problem.ErrInvalidValue, pointer+"/time_zone", "%q is no time zone of the IANA list", f.TimeZone)
	}
	if err := checkPriceList(tx, f.PriceListID, pointer+"/price_list_id", &faults); err != nil {
		return err
	}
	f.Contact.Check(pointer, &faults)
	return faults.Err()
}

// body is what an event tells of a customer: the profile by its version only.
type body struct {
	Number string `json:"number"`
	shown
	ProfileVersion int64       `json:"profile_version"`
	Version        int64       `json:"version"`
	Origin         string      `json:"origin" enum:"ordo,imported"`
	CreatedAt      clock.Stamp `json:"created_at"`
}

// shown is Terms with empty values written out, so that an event also tells of
// a term that was taken away.
type shown struct {
	Type             string `json:"type"`
	Tier             string `json:"tier"`
	Active           bool   `json:"active"`
	PriceListID      string `json:"price_list_id"`
	PaymentTermsDays int64  `json:"payment_terms_days"`
	OnAccount        bool   `json:"on_account"`
	TaxExempt        bool   `json:"tax_exempt"`
	Language         string `json:"language"`
	TimeZone         string `json:"time_zone"`
	ExternalID       string `json:"external_id"`
}

func (c *Customer) facts() body {
	return body{c.Number, shown(c.Terms), c.ProfileVersion, c.Version, c.origin, clock.At(c.CreatedAt)}
}

func (c *Customer) emit(tx *db.Tx, t *event.Type, body any) error {
	return event.Emit(tx, event.Event{Type: t, Subject: c.ID, Sequence: c.sequence, Customer: c.ID, Body: body})
}
