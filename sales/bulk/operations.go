package bulk

import (
	"net/http"
	"slices"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

// GetIn names a bulk.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// RowsIn is the input of bulk.rows.
type RowsIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// Operations on many orders. The commands that may be run so are those of the
// table.
func Operations(table Table) []command.Operation {
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Bulk]]{
			Name: "bulk.list", Summary: "List commands on many orders: all to those who see everything, else one's own", Method: http.MethodGet, Path: "/v1/bulks",
			Read: table.list,
		},
		command.Def[GetIn, *Bulk]{
			Name: "bulk.get", Summary: "Show how far a command on many orders is", Method: http.MethodGet, Path: "/v1/bulks/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Bulk, error) { return table.get(tx, in.ID) },
		},
		command.Def[RowsIn, query.Rows[*Row]]{
			Name: "bulk.rows", Summary: "List what came of each order", Method: http.MethodGet, Path: "/v1/bulks/{id}/rows", Permission: "bulk.get",
			Read: Rows,
		},
		command.Def[BeginIn, *Bulk]{
			Name: "bulk.begin", Summary: "Run a command on many orders, in the background; a dry run tells what would come of it", Method: http.MethodPost, Path: "/v1/bulks", Accepts: true,
			Further: table.permissions(),
			Prepare: table.prepareBegin, Run: func(tx *db.Tx, in BeginIn) (*Bulk, error) { return in.plan.begin(tx) }, Result: result, Repeat: table.get,
			Example: BeginIn{Operation: "order.hold", Input: map[string]any{"kind": "fraud", "reason": "many_from_one_address"}, OrderIDs: []string{"ord_01"}},
		},
		command.Def[GetIn, *Bulk]{
			Name: "bulk.stop", Summary: "Stop a command on many orders behind those that are under way", Method: http.MethodPost, Path: "/v1/bulks/{id}/stop", Permission: "bulk.begin",
			Guard: guardStop, Run: table.stop, Result: result, Repeat: table.get,
			Example: GetIn{ID: "bul_01"},
		},
		command.Def[GetIn, *Bulk]{
			Name: "bulk.resume", Summary: "Go on with a command on many orders that was stopped", Method: http.MethodPost, Path: "/v1/bulks/{id}/resume", Permission: "bulk.begin", Further: table.permissions(),
			Guard: guardResume, Run: table.resume, Result: result, Repeat: table.get,
			Example: GetIn{ID: "bul_01"},
		},
		command.Def[AgainIn, *Bulk]{
			Name: "bulk.retry", Summary: "Run the command again on the orders that were refused, as a new one", Method: http.MethodPost, Path: "/v1/bulks/{id}/retry", Permission: "bulk.begin", Further: table.permissions(), Accepts: true,
			Guard: guardRetry, Prepare: table.prepareRetry, Run: func(tx *db.Tx, in AgainIn) (*Bulk, error) { return in.plan.begin(tx) }, Result: result, Repeat: table.get,
			Example: AgainIn{ID: "bul_01"},
		},
		command.Def[AgainIn, *Bulk]{
			Name: "bulk.undo", Summary: "Undo the command on the orders where it succeeded, as a new one", Method: http.MethodPost, Path: "/v1/bulks/{id}/undo", Permission: "bulk.begin", Further: table.permissions(), Accepts: true,
			Guard: guardUndo, Prepare: table.prepareUndo, Run: func(tx *db.Tx, in AgainIn) (*Bulk, error) { return in.plan.begin(tx) }, Result: result, Repeat: table.get,
			Example: AgainIn{ID: "bul_01"},
		},
	}
}

// permissions are those that the operations of the table need.
func (t Table) permissions() (all []string) {
	for _, o := range t { // order-free: they are sorted
		all = append(all, o.Spec.Permission)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func result(b *Bulk) (string, int64) { return b.ID, b.Version }

// stop asks for it. What may be under way is done and noted first, also if nobody
// is at it any more: otherwise a resumed or undone bulk would not know of it.
func (t Table) stop(tx *db.Tx, in GetIn) (*Bulk, error) {
	b, err := t.get(tx, in.ID)
	if err == nil {
		err = guardStop(b, tx.Actor)
	}
	if err == nil {
		err = b.enqueue(tx)
	}
	if err != nil {
		return nil, err
	}
	b.State = "stopping"
	return b, b.save(tx, Stopped)
}

func (t Table) resume(tx *db.Tx, in GetIn) (*Bulk, error) {
	b, err := t.get(tx, in.ID)
	if err == nil {
		err = guardResume(b, tx.Actor)
	}
	if err == nil {
		err = t.may(tx.Actor, b.Operation)
	}
	if err != nil {
		return nil, err
	}
	b.State, b.UserID = "running", tx.Actor.ID // nobody acts with the rights of another
	if err := b.enqueue(tx); err != nil {
		return nil, err
	}
	return b, b.save(tx, Resumed)
}
