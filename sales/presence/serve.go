package presence

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"ordo/base/piece"
	"ordo/base/problem"
	"ordo/engine/auth"
)

// beat is how often a quiet stream shows that it is alive, and how long a client may
// take for a message.
const beat = 15 * time.Second

// Serve answers with a stream of who else is at the order that a request names, until
// the client leaves or ending closes. As long as it lasts, its user is there.
func (b *Board) Serve(ending <-chan struct{}) func(http.ResponseWriter, *http.Request, auth.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
		doing := cmp.Or(r.URL.Query().Get("doing"), Looking)
		if doing != Looking && doing != Changing {
			return problem.ErrInvalidValue.At("/doing", "%q is neither looking nor changing", doing)
		}
		g, err := b.Join(r.Context(), a, r.PathValue("id"), doing)
		if err != nil {
			return err
		}
		defer g.Leave()
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-store")
		if r.Method == http.MethodHead {
			return nil // what would follow is not asked for
		}
		g.follow(w, r, ending)
		return nil
	}
}

// follow tells of others as they come and go.
func (g *Guest) follow(w http.ResponseWriter, r *http.Request, ending <-chan struct{}) {
	for text := []byte(": following\n\n"); text != nil && piece.Send(w, text, beat) == nil; {
		text = g.next(r.Context(), ending)
	}
}

// next waits for news, and for a beat at most; nil once the client left or ending closes.
func (g *Guest) next(ctx context.Context, ending <-chan struct{}) []byte {
	quiet, stop := context.WithTimeout(ctx, beat)
	defer stop()
	select {
	case <-g.Changed:
		news, _ := json.Marshal(g.News()) // texts never fail
		return fmt.Appendf(nil, "event: presence\ndata: %s\n\n", news)
	case <-ending:
		return nil
	case <-quiet.Done():
	}
	if ctx.Err() != nil {
		return nil
	}
	return []byte(": alive\n\n")
}
