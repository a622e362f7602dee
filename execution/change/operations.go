package change

import (
	"context"
	"encoding/json"
	"net/http"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/number"
	"ordo/engine/query"
	"ordo/sales/order"
)

var example = order.Step{Kind: order.SetQuantity, LineID: "oli_01", Quantity: 3_000}

// expire is also run by the job.
var expire = command.Def[GetIn, *Change]{
	Name: "change.expire", Summary: "End a change that nobody went on with in time", Method: http.MethodPost, Path: "/v1/changes/{id}/expire",
	Guard: guardOpen, Run: Expire, Result: result, Repeat: Get,
	Example: GetIn{ID: "chg_01"},
}

// Operations on changes of placed orders. Numbers gives those of orders that are
// split off.
func Operations(numbers *number.Source) []command.Operation {
	return []command.Operation{
		command.Def[query.Input, query.Rows[*Facts]]{
			Name: "change.list", Summary: "List changes of placed orders", Method: http.MethodGet, Path: "/v1/changes", Read: List,
		},
		command.Def[GetIn, *Change]{
			Name: "change.get", Summary: "Show a change with its steps", Method: http.MethodGet, Path: "/v1/changes/{id}",
			Read: func(tx *db.Tx, in GetIn) (*Change, error) { return Get(tx, in.ID) },
		},
		command.Def[BeginIn, *Change]{
			Name: "change.begin", Summary: "Begin to change a placed order", Method: http.MethodPost, Path: "/v1/orders/{id}/changes", Creates: true,
			Anchors: func(in BeginIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.ID}} },
			Run:     Begin, Result: result, Repeat: Get,
			Example: BeginIn{ID: "ord_01", Steps: []order.Step{example}},
		},
		command.Def[StageIn, *Change]{
			Name: "change.stage", Summary: "Stage a step of a change", Method: http.MethodPost, Path: "/v1/changes/{id}/steps",
			Guard: guardOpen, Run: Stage, Result: result, Repeat: Get,
			Example: StageIn{ID: "chg_01", Step: example},
		},
		command.Def[UnstageIn, *Change]{
			Name: "change.unstage", Summary: "Take a step of a change back", Method: http.MethodDelete, Path: "/v1/changes/{id}/steps/{step_id}",
			Guard: guardOpen, Run: Unstage, Result: result, Repeat: Get,
			Example: UnstageIn{ID: "chg_01", StepID: "stp_01"},
		},
		command.Def[CommitIn, *Change]{
			Name: "change.commit", Summary: "Take all steps of a change; a dry run is its preview", Method: http.MethodPost, Path: "/v1/changes/{id}/commit", Further: []string{"order.set_price", "order.cancel", "order.split", "order.merge"},
			Guard: guardOpen, Run: func(tx *db.Tx, in CommitIn) (*Change, error) { return Commit(tx, numbers, in) }, Result: result, Repeat: Get,
			Example: CommitIn{ID: "chg_01"},
		},
		command.Def[GetIn, *Change]{
			Name: "change.drop", Summary: "Give a change up", Method: http.MethodPost, Path: "/v1/changes/{id}/drop",
			Guard: guardOpen, Run: Drop, Result: result, Repeat: Get,
			Example: GetIn{ID: "chg_01"},
		},
		expire,
	}
}

func result(c *Change) (string, int64) { return c.ID, c.Version }

// ExpireJob is the kind of the job that ends changes whose time is over.
const ExpireJob = "changes.expire"

// ExpireDue is the handler of ExpireJob.
func ExpireDue(e *command.Engine) func(ctx context.Context, _ json.RawMessage) error {
	return func(ctx context.Context, _ json.RawMessage) error {
		return command.Each(ctx, e, due, func(id string) error {
			_, err := command.Invoke(ctx, e, expire, command.Meta{Actor: auth.Internal(ExpireJob)}, GetIn{ID: id})
			return err
		})
	}
}

// Projection is what events rebuild of changes.
var Projection = event.Projection{Prefix: "chg_", Parts: []event.Part{{Table: "changes", Name: "change", Owner: "id", Rows: table}}}
