package event_test

import (
	"testing"

	"ordo/engine/event"
)

func TestATypeWithoutABodyStopsTheProgram(t *testing.T) {
	for _, body := range []any{nil, map[string]any{}, &fixture{}, "text"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T is taken for a body", body)
				}
			}()
			event.Declare("thing.forgotten", 1, "Nobody says what it tells.", body)
		}()
	}
}
