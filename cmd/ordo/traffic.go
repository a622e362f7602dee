package main

import (
	"context"

	"ordo/bench"
	"ordo/engine/command"
	"ordo/sim"
)

// traffic lets the people of the simulation ask a server under measurement.
func traffic(ctx context.Context, e *command.Engine, hooks string) (next func() bench.Ask, err error) {
	t, err := sim.NewTraffic(ctx, e, 1, hooks)
	if err != nil {
		return nil, err
	}
	return func() bench.Ask {
		a := t.Next()
		return bench.Ask{Operation: a.Operation, Bearer: a.Bearer, Key: a.Key, In: a.In, Heard: a.Heard}
	}, nil
}
