package order

import (
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
)

var tags = &db.Table[tag]{
	Name: "order_tags", Key: 2,
	Columns: "order_id, tag, added_at",
	Places:  func(t *tag) []any { return []any{&t.orderID, &t.name, (*int64)(&t.addedAt)} },
}

func (o *Order) readTags(id string) db.Read {
	return db.Many(`SELECT `+tags.Select("t")+` FROM order_tags t WHERE t.order_id = $1 ORDER BY t.tag`, []any{id},
		tags.Scan(func(t *tag) { o.tags = append(o.tags, t) }))
}

func deleteTag(tx *db.Tx, t *tag) {
	tx.Must(db.ErrStale, `DELETE FROM order_tags WHERE order_id = $1 AND tag = $2`, t.orderID, t.name)
}

// addTags reads the tags of a page's orders: in a statement of its own, since
// PostgreSQL, where each row costs much, cares less by which index it finds them.
func addTags(tx *db.Tx, page []*Summary) error {
	if len(page) == 0 {
		return nil
	}
	of, args := map[string]*Summary{}, make([]any, len(page))
	for i, o := range page {
		of[o.ID], args[i] = o, o.ID
	}
	return tx.Load(db.Many(`SELECT `+tags.Select("t")+` FROM order_tags t WHERE t.order_id IN (`+db.Params(1, len(args))+`) ORDER BY t.order_id, t.tag`, args,
		tags.Scan(func(t *tag) { of[t.orderID].Tags = append(of[t.orderID].Tags, t.name) })))
}

// TagSchema is what the list of tags can be filtered and sorted by.
var TagSchema = query.Schema{
	ID: "g.tag", Sort: "tag",
	Fields: []query.Field{{Name: "tag", Doc: "Tag, by its beginning", Type: query.Text, Column: "g.tag", Sortable: true}},
	Fold:   FoldTag,
}

// inUse finds each tag once: it steps from one to the next in the index.
const inUse = `(WITH RECURSIVE found(tag) AS (SELECT MIN(t.tag) FROM order_tags t
	UNION ALL SELECT (SELECT MIN(t.tag) FROM order_tags t WHERE t.tag > f.tag) FROM found f WHERE f.tag IS NOT NULL)
	SELECT f.tag FROM found f WHERE f.tag IS NOT NULL) g`

// ListTags returns a page of the tags of orders that the actor sees.
func ListTags(tx *db.Tx, in query.Input) (query.Rows[*TagUse], error) {
	s := query.Source{Columns: "g.tag", From: inUse, Scope: auth.Columns{Open: true}}
	if !tx.Actor.Scope.Whole() {
		condition, args := tx.Actor.Scope.SQL(auth.Columns{Channel: "o.channel_id"}, 1)
		s.Where, s.Args = `EXISTS (SELECT 1 FROM order_tags t JOIN orders o ON o.id = t.order_id WHERE t.tag = g.tag AND `+condition+`)`, args
	}
	return query.Select(tx, in, TagSchema, s, func(row **TagUse) []any { *row = &TagUse{}; return []any{&(*row).Tag} })
}
