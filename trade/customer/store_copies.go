package customer

import "ordo/engine/db"

// AddressesIn reads the copies of addresses whose ids a subquery selects. Who
// may see them is the caller's matter.
func AddressesIn(subquery string, args []any, into map[string]*Address) db.Read {
	return db.Many(`SELECT a.id, `+addressColumns+` FROM addresses a WHERE a.id IN (`+subquery+`)`, args, func(scan db.Scan) error {
		var id string
		a := &Address{}
		err := scan(append([]any{&id}, a.places()...)...)
		into[id] = a
		return err
	})
}

// AddressesOf reads addresses by their ids.
func AddressesOf(ids []string, into map[string]*Address) db.Read {
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	if len(ids) == 0 {
		return AddressesIn(`''`, nil, into)
	}
	return AddressesIn(db.Params(1, len(ids)), args, into)
}

// Profiles reads contacts of customers as they were: the subquery selects
// (customer, version) pairs.
func Profiles(subquery string, args []any, add func(customerID string, version int64, c *Contact)) db.Read {
	return db.Many(`SELECT p.customer_id, p.version, p.name, p.company, p.email, p.phone FROM customer_profiles p WHERE (p.customer_id, p.version) IN (`+subquery+`)`, args, func(scan db.Scan) error {
		var id string
		var version int64
		c := &Contact{}
		err := scan(&id, &version, &c.Name, &c.Company, &c.Email, &c.Phone)
		add(id, version, c)
		return err
	})
}
