package customer

import (
	"net/http"
	"slices"
	"strings"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Defaults hold for customers of a type where they have nothing of their own.
type Defaults struct {
	PriceListID      string `json:"price_list_id,omitempty" maxLength:"60" doc:"Of customers without a list of their own"`
	PaymentTermsDays int64  `json:"payment_terms_days,omitempty" minimum:"0" maximum:"365" doc:"Of customers without terms of their own"`
	OnAccount        bool   `json:"on_account,omitempty" doc:"All of them may pay later"`
	TaxExempt        bool   `json:"tax_exempt,omitempty" doc:"None of them pays tax"`
}

// Type is a type of customers.
type Type struct {
	Type string `json:"type" doc:"retail, wholesale, vip, corporate or government"`
	Defaults
	Version int64 `json:"version" doc:"0 if nothing was ever set"`
}

// TypeList are all types, in the order of Types.
type TypeList struct {
	Items []*Type `json:"items"`
}

// ListTypesIn is the input of customer_type.list.
type ListTypesIn struct{}

// SetTypeIn is the input of customer_type.set.
type SetTypeIn struct {
	Type string `path:"type" json:"type"`
	Defaults
}

// typePrefix is what a type is called by as the subject of events.
const typePrefix = "customer_type_"

// TypeSet is the event of a type whose defaults changed.
var TypeSet = event.Declare("customer_type.set", 1, "The defaults of a type of customers were set.", typeBody{})

var typeOperations = []command.Operation{
	command.Def[ListTypesIn, TypeList]{
		Name: "customer_type.list", Summary: "List the types of customers with their defaults", Method: http.MethodGet, Path: "/v1/customer-types",
		Read: func(tx *db.Tx, _ ListTypesIn) (TypeList, error) { return listTypes(tx) },
	},
	command.Def[SetTypeIn, *Type]{
		Name: "customer_type.set", Summary: "Set the defaults of a type of customers; placed orders keep theirs", Method: http.MethodPut, Path: "/v1/customer-types/{type}",
		Run: SetType, Result: func(t *Type) (string, int64) { return t.Type, t.Version }, Repeat: getType,
		Example: SetTypeIn{Type: "corporate", Defaults: Defaults{OnAccount: true, PaymentTermsDays: 30}},
	},
}

// SetType sets the defaults of a type.
func SetType(tx *db.Tx, in SetTypeIn) (*Type, error) {
	var faults problem.List
	checkType(in.Type, "/type", &faults)
	if err := checkPriceList(tx, in.PriceListID, "/price_list_id", &faults); err != nil {
		return nil, err
	}
	if !faults.Empty() {
		return nil, faults.Err()
	}
	t, err := getType(tx, in.Type)
	if err != nil {
		return nil, err
	}
	t.Defaults = in.Defaults
	t.Version++
	saveType(tx, t)
	return t, event.Emit(tx, event.Event{Type: TypeSet, Subject: typePrefix + t.Type, Sequence: t.Version, Body: typeBody{t.Type, t.PriceListID, t.PaymentTermsDays, t.OnAccount, t.TaxExempt, t.Version}})
}

// typeBody is Type with empty defaults written out, so that an event also tells
// of one that was taken away.
type typeBody struct {
	Type             string `json:"type"`
	PriceListID      string `json:"price_list_id"`
	PaymentTermsDays int64  `json:"payment_terms_days"`
	OnAccount        bool   `json:"on_account"`
	TaxExempt        bool   `json:"tax_exempt"`
	Version          int64  `json:"version"`
}

// getType returns a type; without a row it has no defaults.
func getType(tx *db.Tx, name string) (*Type, error) {
	all, err := listTypes(tx)
	if err != nil {
		return nil, err
	}
	return all.Items[slices.Index(Types, name)], nil
}

func listTypes(tx *db.Tx) (TypeList, error) {
	all := TypeList{}
	for _, name := range Types {
		all.Items = append(all.Items, &Type{Type: name})
	}
	return all, readTypes(tx, all.Items)
}

// checkType notes a type that is none.
func checkType(name, pointer string, faults *problem.List) {
	if !slices.Contains(Types, name) {
		faults.AddAllowed(ErrType, pointer, Types, "a customer is %s, not %q", strings.Join(Types, ", "), name)
	}
}

// checkPriceList notes a price list that is not there.
func checkPriceList(tx *db.Tx, id, pointer string, faults *problem.List) error {
	if id == "" {
		return nil
	}
	found, err := hasPriceList(tx, id)
	if !found && err == nil {
		faults.Add(problem.ErrInvalidValue, pointer, "there is no price list %s", id)
	}
	return err
}
