package customer

import "ordo/engine/event"

// Projections are what events rebuild of customers with their address books,
// and of the types of customers.
var Projections = []event.Projection{
	{
		Prefix: "cus_",
		Parts: []event.Part{
			{Table: "customers", Owner: "id"},
			{Table: "customer_addresses", Owner: "customer_id", Key: []string{"address_id"}, Untold: map[string]string{"label": "text of people"}},
		},
		Tell: tell,
	},
	{Prefix: typePrefix, Bare: true, Parts: []event.Part{{Table: "customer_types", Owner: "type"}}},
}

func tell(r *event.Replay, e event.Told) error {
	if err := r.Plain(); err != nil {
		return err
	}
	entry, err := event.Body[addressAdded](e)
	switch e.Type {
	case AddressAdded.Name:
		r.Set("customer_addresses", entry.AddressID, entry)
	case AddressRemoved.Name:
		r.Remove("customer_addresses", entry.AddressID)
	}
	return err
}
