package command

import (
	"cmp"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"ordo/base/problem"
)

// together is how many commands of one piece of work are under way at the same
// time: those that come together share a commit.
const together = 32

// All does something n times, several at once, and returns all errors. A panic is
// one of them.
func (e *Engine) All(n int, do func(i int) error) error {
	failures := make([]error, n)
	next := make(chan int)
	var hands sync.WaitGroup
	for range min(cmp.Or(e.Together, together), n) {
		hands.Go(func() {
			for i := range next {
				failures[i] = safely(func() error { return do(i) })
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	hands.Wait()
	return errors.Join(failures...)
}

func safely(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("command: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// Refusal returns the problem for which a command was refused. What may pass by
// itself is a failure, and so is what is no problem.
func Refusal(err error) (*problem.Problem, error) {
	p := problem.As(err)
	if p == nil || p.Kind() == problem.Internal || p.Faults[0].Code.Retryable() || errors.Is(err, ErrKeyInFlight) {
		return nil, err
	}
	return p, nil
}
