package catalog

import (
	"slices"
	"strings"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

// LimitSchema is what the limits of a variant can be filtered and sorted by.
var LimitSchema = query.Schema{
	ID: "(q.channel_id || ' ' || q.customer_id)", Sort: "channel,customer",
	Fields: []query.Field{
		{Name: "channel", Doc: "Id of the channel", Type: query.ID, Column: "q.channel_id", Sortable: true},
		{Name: "customer", Doc: "Id of the customer", Type: query.ID, Column: "q.customer_id", Sortable: true},
	},
}

const limitColumns = `q.channel_id, q.customer_id, q.minimum, q.maximum, q.multiple`

func (l *Limit) places() []any {
	return []any{&l.ChannelID, &l.CustomerID, &l.Minimum, &l.Maximum, &l.Multiple}
}

// ListLimits returns a page of the limits of a variant that the actor may see,
// or not found.
func ListLimits(tx *db.Tx, in LimitsIn) (query.Rows[*Limit], error) {
	if _, err := GetVariant(tx, in.ID); err != nil {
		return query.Rows[*Limit]{}, err
	}
	source := query.Source{
		Columns: limitColumns, From: `quantity_limits q`, Where: `q.variant_id = $1`, Args: []any{in.ID},
		Scope: auth.Columns{Channel: "q.channel_id", Customer: "q.customer_id", Open: true},
	}
	return query.Select(tx, in.Input, LimitSchema, source, func(row **Limit) []any { *row = &Limit{}; return (*row).places() })
}

// readParties finds the channels and customers that limits name, as far as the
// actor may see them.
func readParties(tx *db.Tx, limits []Limit) (channels, customers map[string]bool, err error) {
	channels, customers = map[string]bool{}, map[string]bool{}
	var channelIDs, customerIDs []string
	for _, l := range limits {
		channelIDs, customerIDs = append(channelIDs, l.ChannelID), append(customerIDs, l.CustomerID)
	}
	find := func(from string, ids []string, own auth.Columns, into map[string]bool) db.Read {
		c := among("x.id", ids)
		condition, args := tx.Actor.Scope.SQL(own, len(c.args)+1)
		return db.Many(`SELECT x.id FROM `+from+` x WHERE `+c.text+` AND `+condition, append(c.args, args...), func(scan db.Scan) error {
			var id string
			err := scan(&id)
			into[id] = true
			return err
		})
	}
	return channels, customers, tx.Load(
		find("channels", channelIDs, auth.Columns{Channel: "x.id", Open: true}, channels),
		find("customers", customerIDs, auth.Columns{Customer: "x.id", Open: true}, customers))
}

// upsertLimits writes limits of a variant, and that it has some.
func upsertLimits(tx *db.Tx, v *Variant, limits []Limit) {
	for chunk := range slices.Chunk(limits, rowsAtOnce) {
		rows, args := make([]string, len(chunk)), []any{v.ID}
		for i, l := range chunk {
			rows[i] = "($1, " + db.Params(len(args)+1, 5) + ")"
			args = append(args, l.ChannelID, l.CustomerID, int64(l.Minimum), int64(l.Maximum), int64(l.Multiple))
		}
		tx.Write(`INSERT INTO quantity_limits (variant_id, channel_id, customer_id, minimum, maximum, multiple) VALUES `+strings.Join(rows, ", ")+`
			ON CONFLICT (variant_id, channel_id, customer_id) DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum, multiple = excluded.multiple`, args...)
	}
	tx.Write(`DELETE FROM quantity_limits WHERE variant_id = $1 AND minimum = 0 AND maximum = 0 AND multiple = 0`, v.ID)
	tx.Must(db.ErrStale, `UPDATE variants SET limited = EXISTS (SELECT 1 FROM quantity_limits q WHERE q.variant_id = $1), version = $3, event_sequence = $4 WHERE id = $1 AND version = $2`,
		v.ID, v.Version-1, v.Version, v.sequence)
}

// Limits reads what bounds the offers of the set in a channel for a customer,
// beside their own limits; there is nothing to read where none has such.
func (s *OfferSet) Limits(channelID, customerID string) []db.Read {
	var limited []string
	for id, o := range s.byID { // order-free: the ids are sorted
		if o.limited {
			limited = append(limited, id)
		}
	}
	if len(limited) == 0 {
		return nil
	}
	slices.Sort(limited)
	list := Padded(limited)
	text := `SELECT q.variant_id, ` + limitColumns + ` FROM quantity_limits q WHERE q.channel_id IN ('', $1) AND q.customer_id IN ('', $2)
		AND q.variant_id IN (` + db.Params(3, len(list)) + `) ORDER BY q.variant_id, q.channel_id, q.customer_id`
	return []db.Read{db.Many(text, append([]any{channelID, customerID}, list...), func(scan db.Scan) error {
		var id string
		var l Limit
		err := scan(append([]any{&id}, l.places()...)...)
		s.byID[id].Limits = append(s.byID[id].Limits, l)
		return err
	})}
}
