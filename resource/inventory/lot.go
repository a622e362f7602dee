package inventory

import (
	"cmp"
	"maps"
	"slices"

	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/trade/catalog"
)

// Lot is a lot of a variant.
type Lot struct {
	ID      string
	Expires int64 // microseconds; 0 for never

	sequence int64 // events so far
}

// LotKey names a lot by its variant and its code, as printed.
type LotKey struct{ Variant, Code string }

func (k LotKey) compare(other LotKey) int {
	return cmp.Or(cmp.Compare(k.Variant, other.Variant), cmp.Compare(k.Code, other.Code))
}

// Events of lots.
var (
	LotRecorded = event.Declare("lot.recorded", 1, "A lot was named for the first time.", lotBody{})
	LotChanged  = event.Declare("lot.changed", 1, "A lot expires at another time.", lotBody{})
)

// lotBody is what an event of a lot tells.
type lotBody struct {
	VariantID string `json:"variant_id"`
	Code      string `json:"code" doc:"As printed"`
	ExpiresAt int64  `json:"expires_at,omitempty" doc:"Microseconds since 1970; 0 for never"`
}

// recordLots writes the lots that lines name for the first time, and the times
// at which they expire, and returns all of them.
func recordLots(tx *db.Tx, lines []line, known map[string]*goods) (map[LotKey]Lot, error) {
	expires := map[LotKey]int64{}
	for _, l := range lines {
		if l.lot != "" {
			key := LotKey{known[catalog.FoldSKU(l.sku)].id, l.lot}
			expires[key] = cmp.Or(l.expires, expires[key])
		}
	}
	lots := map[LotKey]Lot{}
	if len(expires) == 0 {
		return lots, nil
	}
	keys := slices.SortedFunc(maps.Keys(expires), LotKey.compare)
	if err := tx.Load(readLots(keys, lots)); err != nil {
		return nil, err
	}
	var events []event.Event
	for _, k := range keys {
		l, at, happened := lots[k], expires[k], LotChanged
		switch {
		case l.ID == "":
			l, happened = Lot{tx.ID("lot"), at, 1}, LotRecorded
			insertLot(tx, k, l)
		case at != 0 && at != l.Expires:
			l.Expires, l.sequence = at, l.sequence+1
			updateLot(tx, l)
		default:
			continue
		}
		lots[k] = l
		events = append(events, event.Event{Type: happened, Subject: l.ID, Sequence: l.sequence, Body: lotBody{k.Variant, k.Code, l.Expires}})
	}
	if len(events) == 0 {
		return lots, nil
	}
	return lots, event.Emit(tx, events...)
}
