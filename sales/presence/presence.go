package presence

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/sales/order"
)

// What somebody does at an order.
const (
	Looking  = "looking"
	Changing = "changing"
)

const (
	poll  = time.Second      // for those at other processes
	renew = 4 * time.Second  // the rows of this process
	lease = 12 * time.Second // of a row: it outlives two renewals that fail
	rest  = 5 * time.Second  // for what has to be written at the end
)

// Person is somebody at an order.
type Person struct {
	UserID string `json:"user_id"`
	Name   string `json:"name"`
	Doing  string `json:"doing"`
}

// News is who else is at an order.
type News struct {
	OrderID string   `json:"order_id"`
	People  []Person `json:"people"`
}

// Board knows who is at which order.
type Board struct {
	DB      *db.DB
	Process string      // this one
	Clock   clock.Clock // of leases and pauses: the machine's, also where the workspace has a test clock

	wake    chan struct{}
	mu      sync.Mutex
	here    map[*Guest]bool
	renewed time.Time
}

// NewBoard returns a board of a process at which nobody is.
func NewBoard(d *db.DB, process string) *Board {
	return &Board{DB: d, Process: process, Clock: clock.System, wake: make(chan struct{}, 1), here: map[*Guest]bool{}}
}

// Guest is somebody at an order, by one of their streams.
type Guest struct {
	Changed chan struct{} // gets a value once it is known who is there, and when others came or went

	board *Board
	row   row
	mu    sync.Mutex
	news  []Person
	heard bool
}

// row is that of a stream.
type row struct {
	id, order, user, name, doing string
}

// Join lets a user be at an order; a key is told who is, and is not there itself. Who
// does not see it gets the problem of an order that is not there, and so do customers.
func (b *Board) Join(ctx context.Context, a auth.Actor, orderID, doing string) (*Guest, error) {
	seen := false
	if err := b.DB.Read(ctx, func(tx *db.Tx) (err error) {
		tx.Actor = a
		seen, err = sees(tx, orderID)
		return err
	}); err != nil {
		return nil, err
	}
	if !seen || a.Scope.Customer != "" {
		return nil, order.NotFound(orderID)
	}
	g := &Guest{Changed: make(chan struct{}, 1), board: b, row: row{id: b.DB.IDs.New("prs", b.Clock.Now()), order: orderID, user: a.ID, doing: doing}}
	if a.Kind == auth.Staff {
		if err := b.write(ctx, func(tx *db.Tx) { insert(tx, b.Process, g.row, b.until()) }); err != nil {
			return nil, err
		}
	}
	b.mu.Lock()
	b.here[g] = true
	b.mu.Unlock()
	b.Wake()
	return g, nil
}

// Leave ends it.
func (g *Guest) Leave() {
	b := g.board
	b.mu.Lock()
	delete(b.here, g)
	b.mu.Unlock()
	ctx, stop := context.WithTimeout(context.Background(), rest)
	defer stop()
	if err := b.write(ctx, func(tx *db.Tx) { remove(tx, g.row.id) }); db.Unexpected(ctx, err) {
		slog.Warn("somebody who left an order is shown a moment longer", "error", err)
	}
	b.Wake()
}

// News is who else is at the order: each once, and changing it if one of their pages
// does.
func (g *Guest) News() News {
	g.mu.Lock()
	defer g.mu.Unlock()
	return News{g.row.order, append([]Person{}, g.news...)}
}

// Wake has the board looked at now.
func (b *Board) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run tells guests of each other until ctx ends.
func (b *Board) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := b.Step(ctx); db.Unexpected(ctx, err) {
			slog.Error("who is at an order is not known", "error", err)
		}
		waiting, stop := context.WithTimeout(ctx, poll)
		select {
		case <-b.wake:
		case <-waiting.Done():
		}
		stop()
	}
}

// Step renews the rows of this process when it is time, and tells its guests who
// came and who went. Without guests it does nothing.
func (b *Board) Step(ctx context.Context) error {
	guests := b.guests()
	if len(guests) == 0 {
		return nil
	}
	if now := b.Clock.Now(); now.Sub(b.renewed) >= renew {
		if err := b.write(ctx, func(tx *db.Tx) { extend(tx, b.Process, now.UnixMicro(), b.until()) }); err != nil {
			return err
		}
		b.renewed = now
	}
	var rows []row
	if err := b.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = present(tx, b.Clock.Now().UnixMicro())
		return err
	}); err != nil {
		return err
	}
	at := map[string][]row{}
	for _, r := range rows {
		at[r.order] = append(at[r.order], r)
	}
	for _, g := range guests {
		g.hear(at[g.row.order])
	}
	return nil
}

func (b *Board) guests() []*Guest {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := make([]*Guest, 0, len(b.here))
	for g := range b.here { // order-free: each hears for itself
		all = append(all, g)
	}
	return all
}

// hear takes in who is at the order, sorted by name.
func (g *Guest) hear(rows []row) {
	var people []Person
	for _, r := range rows {
		if r.user == g.row.user {
			continue
		}
		if n := slices.IndexFunc(people, func(p Person) bool { return p.UserID == r.user }); n < 0 {
			people = append(people, Person{r.user, r.name, r.doing})
		} else if r.doing == Changing {
			people[n].Doing = Changing
		}
	}
	g.mu.Lock()
	changed := !g.heard || !slices.Equal(people, g.news)
	g.news, g.heard = people, true
	g.mu.Unlock()
	if changed {
		select {
		case g.Changed <- struct{}{}:
		default:
		}
	}
}

func (b *Board) until() int64 { return b.Clock.Now().Add(lease).UnixMicro() }

func (b *Board) write(ctx context.Context, fn func(tx *db.Tx)) error {
	return b.DB.Tx(ctx, func(tx *db.Tx) error {
		fn(tx)
		return nil
	})
}
