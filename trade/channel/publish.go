package channel

import (
	"fmt"

	"ordo/base/problem"
	"ordo/engine/db"
	"ordo/engine/event"
)

// PublishIn is the input of channel.publish and channel.unpublish.
type PublishIn struct {
	ID         string   `path:"id" json:"id"`
	VariantIDs []string `json:"variant_ids" minItems:"1" maxItems:"1000" uniqueItems:"true"`
}

// assortmentBody is what an event of the assortment tells.
type assortmentBody struct {
	VariantIDs []string `json:"variant_ids"`
	Version    int64    `json:"version"`
}

// Publish adds variants to the assortment. It counts while the channel's
// assortment is listed; variants that are there already stay.
func Publish(tx *db.Tx, in PublishIn) (*Channel, error) {
	return changeAssortment(tx, in, Published, publish)
}

// Unpublish takes variants out of the assortment; those that are not there
// are passed over.
func Unpublish(tx *db.Tx, in PublishIn) (*Channel, error) {
	return changeAssortment(tx, in, Unpublished, unpublish)
}

func changeAssortment(tx *db.Tx, in PublishIn, t *event.Type, write func(*db.Tx, *Channel, []string)) (*Channel, error) {
	c := &Channel{}
	known := map[string]bool{}
	if err := tx.Load(Find(tx, in.ID, c), variants(in.VariantIDs, known)); err != nil {
		return nil, err
	}
	if c.ID == "" {
		return nil, unknown(in.ID)
	}
	var faults problem.List
	for i, id := range in.VariantIDs {
		if !known[id] {
			faults.Add(problem.ErrInvalidValue, fmt.Sprintf("/variant_ids/%d", i), "there is no variant %s", id)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	c.Version++
	c.sequence++
	write(tx, c, in.VariantIDs)
	count(tx, c)
	return c, c.emit(tx, t, assortmentBody{in.VariantIDs, c.Version})
}
