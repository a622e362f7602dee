package order

import (
	"ordo/engine/auth"
	"ordo/engine/db"
)

func (f *facts) readCustomer(tx *db.Tx, id string) db.Read {
	condition, args := tx.Actor.Scope.SQL(auth.Columns{Customer: "id", Open: true}, 2)
	b := &f.customer
	return db.One(`SELECT id, type, active, on_account, tax_exempt, payment_terms_days, profile_version FROM customers WHERE id = $1 AND `+condition,
		append([]any{id}, args...), &b.id, &b.kind, &b.active, &b.onAccount, &b.exempt, &b.termsDays, &b.profileVersion)
}

func (f *facts) readDuplicate(channel, externalID string) db.Read {
	return db.One(`SELECT id FROM orders WHERE channel_id = $1 AND external_id = $2`, []any{channel, externalID}, &f.duplicate)
}

// readRates reads the tax rates of every country that the order goes to, and
// of the channel's, by rising time.
func (f *facts) readRates(in *Agreement) db.Read {
	f.rates = map[string]map[string]rate{}
	countries := []any{""}
	for _, d := range in.Deliveries {
		if d.Address != nil {
			countries = append(countries, d.Address.Country)
		}
	}
	return db.Many(`SELECT country, class, name, rate, valid_from FROM tax_rates WHERE country IN (`+db.Params(2, len(countries))+`) OR country = (SELECT tax_country FROM channels WHERE id = $1) ORDER BY valid_from`,
		append([]any{in.ChannelID}, countries...), func(scan db.Scan) error {
			var country, class string
			var r rate
			if err := scan(&country, &class, &r.name, &r.rate, &r.from); err != nil {
				return err
			}
			if f.rates[country] == nil {
				f.rates[country] = map[string]rate{}
			}
			if r.from <= f.now {
				f.rates[country][class] = r // the latest wins
			}
			return nil
		})
}
