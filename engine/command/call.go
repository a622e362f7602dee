package command

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
)

// Call runs an operation by its name with any value that encodes to the JSON
// of its input, and returns its answer: for the command line, demo data and
// tests.
func Call(ctx context.Context, e *Engine, name string, m Meta, in any) (any, error) {
	a, err := Send(ctx, e, name, m, in)
	return a.Value, err
}

// Send is Call with all that is known of the answer.
func Send(ctx context.Context, e *Engine, name string, m Meta, in any) (Answer, error) {
	for _, o := range e.Operations {
		spec := o.Spec()
		if spec.Name != name {
			continue
		}
		b, err := json.Marshal(in)
		if err != nil {
			return Answer{}, err
		}
		defer func() {
			if p := recover(); p != nil {
				panic(fmt.Sprintf("%s: %v", name, p)) // its stack stays below
			}
		}()
		value := reflect.New(spec.In)
		if err := json.Unmarshal(b, value.Interface()); err != nil {
			return Answer{}, fmt.Errorf("command: input of %s: %w", name, err)
		}
		return o.Invoke(ctx, e, m, value.Interface())
	}
	return Answer{}, fmt.Errorf("command: there is no operation %s", name)
}
