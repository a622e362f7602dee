package invariant

import (
	"context"
	"fmt"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// end sorts behind every id and code.
const end = "\U0010FFFF"

// keyRange is a range of keys above after and up to upto, with so many rows.
type keyRange struct {
	after, upto string
	rows        int
}

// page is what the checks of a walk see at once.
type page struct {
	*walk
	begun   time.Time
	reports []*Report // of each check
	judges  []func()
}

func (w *walk) open() page {
	p := page{walk: w, begun: clock.System.Now()}
	for _, s := range w.all {
		p.reports = append(p.reports, s.Check.report(w.IDs))
	}
	return p
}

// read reads what the checks ask for of a range.
func (p *page) read(tx *db.Tx, k keyRange) error {
	var reads []db.Read
	for i, s := range p.all {
		asked, judge := s.look(k.after, k.upto)
		reads = append(reads, asked...)
		p.judges = append(p.judges, func() { judge(p.reports[i]) })
		p.reports[i].Checked(k.rows)
	}
	return tx.Load(db.Share(reads)...)
}

func (p *page) judge() {
	for _, judge := range p.judges {
		judge()
	}
	for _, r := range p.reports {
		r.took = clock.System.Now().Sub(p.begun)
	}
}

// add takes what was found into the reports of all pages.
func (p *page) add() {
	for i, s := range p.all {
		s.report.add(p.reports[i])
		p.tell(s)
	}
}

// pages hands the pages of the walk to the workers. A page has about as many
// rows of the table as the checks want, and all rows of its keys; together the
// pages leave no key out, not even one that the table lacks.
func (w *walk) pages(ctx context.Context) error {
	for number, after := 0, ""; after != end; number++ {
		found := make(chan string, 1)
		w.workers.Go(func() error { return w.failed(w.behind(ctx, number, after, found)) })
		select {
		case after = <-found:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// behind looks at the page behind a key, tells where it ends once that is found,
// and judges it.
func (w *walk) behind(ctx context.Context, number int, after string, found chan<- string) error {
	text := fmt.Sprintf(`SELECT COALESCE(MAX(p.k), ''), COUNT(*) FROM (SELECT %s AS k FROM %s WHERE %[1]s > $1 ORDER BY %[1]s LIMIT $2) p`, w.Column, w.Subject)
	next := keyRange{after: after}
	var p page
	err := w.db.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = auth.Internal("verify")
		p = w.open()
		if next.upto != "" { // the read runs again
			return p.read(tx, next)
		}
		if err := tx.Load(db.One(text, []any{after, w.Size}, &next.upto, &next.rows)); err != nil {
			return err
		}
		if next.rows < w.Size {
			next.upto = end
		}
		found <- next.upto
		return p.read(tx, next)
	})
	if err != nil {
		return err
	}
	p.judge()
	w.inOrder(number, p.add)
	return nil
}

// below is a text between a key, which is not empty, and all that are as long
// and sort before it.
func below(key string) string {
	last := len(key) - 1
	return key[:last] + string(rune(key[last]-1)) + end
}
