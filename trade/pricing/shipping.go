package pricing

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/trade/channel"
)

// Kinds of shipping methods: what the steps of their table count.
const (
	Flat     = "flat"      // nothing: one amount per country
	ByWeight = "by_weight" // grams
	ByAmount = "by_amount" // minor units of the goods, after discounts
)

// MethodFacts are what can be said of a shipping method.
type MethodFacts struct {
	Code     string `json:"code" minLength:"1" maxLength:"40" pattern:"^[A-Za-z0-9._-]+$" doc:"Short name, unique"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Kind     string `json:"kind" enum:"flat,by_weight,by_amount" doc:"What the steps of the table count: nothing, grams, or minor units of the goods"`
	Currency string `json:"currency" pattern:"^[A-Z]{3}$" doc:"ISO 4217"`
	TaxClass string `json:"tax_class" minLength:"1" maxLength:"40" pattern:"^[a-z0-9_]+$" doc:"Of the charge"`
	Active   bool   `json:"active" doc:"May be chosen"`
	Table    []Step `json:"table" minItems:"1" maxItems:"2000"`
}

// Step is what shipping to a country costs from a weight or amount on.
type Step struct {
	Country string `json:"country,omitempty" pattern:"^([A-Z]{2})?$" doc:"ISO 3166 alpha-2; empty for all countries without steps of their own"`
	Minimum int64  `json:"minimum,omitempty" minimum:"0" doc:"From this weight in grams, or amount in minor units, on"`
	Amount  int64  `json:"amount" minimum:"0" doc:"Minor units; with tax if the order's prices include it"`
}

// Method is a way to ship, with its table by country and minimum.
type Method struct {
	ID string `json:"id"`
	MethodFacts
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (m *Method) SetActions(a []command.Action) { m.Actions = a }

// Charge returns what a delivery costs, in minor units of the method's
// currency, and whether the method takes it: weight in grams, amount of the
// goods in minor units. A country with steps of its own uses only those.
func (m *Method) Charge(country string, weight, amount int64) (charge int64, ok bool) {
	var value int64
	switch m.Kind {
	case ByWeight:
		value = weight
	case ByAmount:
		value = amount
	}
	if !slices.ContainsFunc(m.Table, func(s Step) bool { return s.Country == country }) {
		country = ""
	}
	for _, s := range m.Table {
		if s.Country == country && s.Minimum <= value { // the last one holds
			charge, ok = s.Amount, true
		}
	}
	return charge, ok
}

// CreateMethodIn is the input of shipping_method.create.
type CreateMethodIn struct{ MethodFacts }

// UpdateMethodIn is the input of shipping_method.update.
type UpdateMethodIn struct {
	ID string `path:"id" json:"id"`
	MethodFacts
}

// GetMethodIn is the input of shipping_method.get.
type GetMethodIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a shipping method.
var (
	MethodCreated = event.Declare("shipping_method.created", 1, "A shipping method was added.", body{})
	MethodUpdated = event.Declare("shipping_method.updated", 1, "Facts or the table of a shipping method changed.", body{})
)

var example = MethodFacts{
	Code: "parcel", Name: "Parcel", Kind: ByWeight, Currency: "GBP", TaxClass: "standard", Active: true,
	Table: []Step{{Amount: 1500}, {Country: "GB", Amount: 395}, {Country: "GB", Minimum: 2000, Amount: 695}},
}

// Operations on shipping methods.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Method]]{
		Name: "shipping_method.list", Summary: "List shipping methods", Method: http.MethodGet, Path: "/v1/shipping-methods",
		Read: ListMethods,
	},
	command.Def[GetMethodIn, *Method]{
		Name: "shipping_method.get", Summary: "Show a shipping method", Method: http.MethodGet, Path: "/v1/shipping-methods/{id}",
		Read: func(tx *db.Tx, in GetMethodIn) (*Method, error) { return GetMethod(tx, in.ID) },
	},
	command.Def[CreateMethodIn, *Method]{
		Name: "shipping_method.create", Summary: "Add a shipping method", Method: http.MethodPost, Path: "/v1/shipping-methods", Creates: true,
		Run: CreateMethod, Result: result, Repeat: GetMethod,
		Example: CreateMethodIn{example},
	},
	command.Def[UpdateMethodIn, *Method]{
		Name: "shipping_method.update", Summary: "Change a shipping method and its table", Method: http.MethodPut, Path: "/v1/shipping-methods/{id}",
		Run: UpdateMethod, Result: result, Repeat: GetMethod,
		Example: UpdateMethodIn{"shm_01", example},
	},
}

func result(m *Method) (string, int64) { return m.ID, m.Version }

// CreateMethod adds a shipping method.
func CreateMethod(tx *db.Tx, in CreateMethodIn) (*Method, error) {
	if err := checkMethod(in.MethodFacts); err != nil {
		return nil, err
	}
	m := &Method{ID: tx.ID("shm"), CreatedAt: tx.Now, Version: 1, sequence: 1}
	m.set(in.MethodFacts)
	insert(tx, m)
	return m, m.emit(tx, MethodCreated)
}

// UpdateMethod changes a shipping method. The table is replaced.
func UpdateMethod(tx *db.Tx, in UpdateMethodIn) (*Method, error) {
	m, err := GetMethod(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := checkMethod(in.MethodFacts); err != nil {
		return nil, err
	}
	m.set(in.MethodFacts)
	m.Version++
	m.sequence++
	save(tx, m)
	return m, m.emit(tx, MethodUpdated)
}

func (m *Method) set(f MethodFacts) {
	m.MethodFacts = f
	m.Table = slices.Clone(f.Table)
	slices.SortFunc(m.Table, func(a, b Step) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Minimum, b.Minimum))
	})
}

// checkMethod finds the faults that a schema can't.
func checkMethod(f MethodFacts) error {
	type key struct {
		country string
		minimum int64
	}
	var faults problem.List
	if _, ok := money.Digits(f.Currency); !ok {
		faults.Add(channel.ErrCurrency, "/currency", "%q is no currency in use", f.Currency)
	}
	seen := map[key]bool{}
	for i, s := range f.Table {
		pointer := fmt.Sprintf("/table/%d", i)
		k := key{s.Country, s.Minimum}
		if seen[k] {
			faults.Add(problem.ErrDuplicate, pointer, "the table has another step of country %q and minimum %d", s.Country, s.Minimum)
		}
		seen[k] = true
		if f.Kind == Flat && s.Minimum != 0 {
			faults.Add(problem.ErrInvalidValue, pointer+"/minimum", "a flat charge has no minimum")
		}
		if s.Amount > money.MaxAmount {
			faults.Add(problem.ErrOutOfRange, pointer+"/amount", "%d is more than an order can hold", s.Amount)
		}
	}
	return faults.Err()
}

// body is what an event of a method tells.
type body struct {
	MethodFacts
	Version int64 `json:"version"`
}

func (m *Method) emit(tx *db.Tx, t *event.Type) error {
	return event.Emit(tx, event.Event{Type: t, Subject: m.ID, Sequence: m.sequence, Body: body{m.MethodFacts, m.Version}})
}
