package db

import "slices"

// Share joins reads that ask for the same: the database answers once, and each
// row goes to all who asked, in their order.
func Share(reads []Read) (all []Read) {
	for _, r := range reads {
		if i := slices.IndexFunc(all, r.asks); i >= 0 {
			all[i] = all[i].with(r)
		} else {
			all = append(all, r)
		}
	}
	return all
}

// Text is what is asked.
func (r Read) Text() string { return r.text }

func (r Read) asks(other Read) bool {
	return r.text == other.text && slices.Equal(r.args, other.args)
}

// with is a read for both.
func (r Read) with(other Read) Read {
	if r.rows != nil && other.rows != nil {
		r.rows.join(other.rows)
		return r
	}
	first, second := r.each, other.each
	r.rows, r.each = nil, func(scan Scan) error {
		if err := first(scan); err != nil {
			return err
		}
		return second(scan)
	}
	return r
}

// sharable is what reads rows of a table for several.
type sharable interface{ join(sharable) }

// cursor reads rows of a table, one after the other, into the same place.
type cursor[T comparable] struct {
	row    *T
	places []any
	takers []func(*cursor[T])
}

func (c *cursor[T]) each(scan Scan) error {
	if err := scan(c.places...); err != nil {
		return err
	}
	for _, take := range c.takers {
		take(c)
	}
	return nil
}

func (c *cursor[T]) join(other sharable) {
	c.takers = append(c.takers, other.(*cursor[T]).takers...)
}

// Between reads the rows whose column owner is above after and up to upto,
// sorted by it and by their key. A row is gone with the next one, and others may
// take it, too: who keeps it copies it, and nobody changes it.
func (t *Table[T]) Between(owner, after, upto string, each func(row *T)) Read {
	return t.between(owner, after, upto, func(c *cursor[T]) { each(c.row) })
}

func (t *Table[T]) between(owner, after, upto string, take func(*cursor[T])) Read {
	t.once.Do(t.prepare)
	row := new(T)
	c := &cursor[T]{row, t.Places(row), []func(*cursor[T]){take}}
	return Read{text: t.betweenText(owner), args: []any{after, upto}, each: c.each, rows: c}
}

// betweenText is the same for all who ask, so that they share the answer.
func (t *Table[T]) betweenText(owner string) string {
	if text, ok := t.ranges.Load(owner); ok {
		return text.(string)
	}
	text := "SELECT " + t.Columns + " FROM " + t.Name + " WHERE " + owner + " > $1 AND " + owner + " <= $2 ORDER BY " + owner
	for _, name := range t.names[:t.Key] {
		if name != owner {
			text += ", " + name
		}
	}
	t.ranges.Store(owner, text)
	return text
}
