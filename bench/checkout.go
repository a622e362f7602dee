package bench

import (
	"context"

	"ordo/engine/command"
)

// checkout measures the orders of place, authorized at the test gateway before
// they are answered, through HTTP; then in process, where it counts what one
// takes: two transactions of ours and one of the gateway's ledger.
func checkout(ctx context.Context, m *measurement) error {
	m.shop.payment = byCard
	err := m.placeOverHTTP(ctx, m.shop.randomOrder)
	if err != nil || m.NoLimit {
		return err
	}
	return m.inProcess(ctx, nil, func(e *command.Engine) error {
		f, err := m.placeInProcess(ctx, e)
		if err != nil {
			return err
		}
		m.result.note("one order in process: %.2f transactions, one of them the gateway's, in %.2f commits", f.Transactions, f.Commits)
		return nil
	})
}
