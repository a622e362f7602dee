package testgateway

import (
	"context"
	"net/http"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/resource/payment"
)

// CompleteIn is the input of test_gateway.complete.
type CompleteIn struct {
	Key     string `path:"key" json:"key"`
	Approve bool   `json:"approve" doc:"Whether the payer agrees"`
}

// Operations of the test gateway.
var Operations = []command.Operation{
	command.Def[CompleteIn, *Call]{
		Name: "test_gateway.complete", Summary: "Act as the payer whom the test gateway waits for", Method: http.MethodPost, Path: "/v1/test-gateway/{key}/complete",
		Run: Complete, Result: func(c *Call) (string, int64) { return c.Key, c.Version }, Repeat: see,
		Example: CompleteIn{Key: "int_01", Approve: true},
	},
}

// Complete does what the payer has to do; the outcome is told by a job.
func Complete(tx *db.Tx, in CompleteIn) (*Call, error) {
	c, err := see(tx, in.Key)
	if err != nil {
		return nil, err
	}
	return c, c.act(tx, in.Approve)
}

// Act does what the payer has to do, for a gateway whose ledger stands in a
// database of its own.
func (g Gateway) Act(ctx context.Context, key string, approve bool) error {
	return g.DB.Tx(ctx, func(tx *db.Tx) error {
		c, err := get(tx, key)
		if err != nil {
			return err
		}
		return c.act(tx, approve)
	})
}

func (c *Call) act(tx *db.Tx, approve bool) error {
	if c.State != payment.StateRequiresAction {
		return problem.ErrTransition.New("the call %s is %s; nobody has to act", c.Key, c.State).Helped("Nothing has to be completed; the payment shows its outcome.").With("current_status", c.State)
	}
	if approve {
		c.settle(tx, payment.StateSucceeded, "")
	} else {
		c.settle(tx, payment.StateFailed, "payer_refused")
	}
	return confirm(tx, c.Key, tx.Now)
}
