package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
)

// small are the tables that stay small however much is sold: reading one whole
// costs nothing. All others grow.
var small = []string{
	"api_keys", "channel_locations", "channels", "counters", "cursors", "customer_types", "import_mappings", "leases", "locations", "mail_templates", "order_templates", "price_lists", "remembered", "roles",
	"schema_versions", "settings", "shipping_methods", "shipping_rates", "slow_requests", "tax_countries", "tax_rates", "users", "webhook_endpoints",
}

// large are those that grow fastest: something has to be in each of them.
var large = []string{
	"changes", "commands", "customers", "events", "fulfillment_orders", "jobs", "mails", "order_lines", "orders", "payment_attempts", "payments", "reservations", "returns", "shipments",
	"stock_movements", "variants", "webhook_deliveries",
}

// direct are the filters that have an index, beside those that a schema calls
// indexed: they read what they find and no more. By any other, a list is walked
// in its order until a page is full, which for a rare value is to its end.
var direct = map[string][]string{
	"change.list":      {"created"},
	"customer.list":    {"email", "created"},
	"fulfillment.list": {"created", "released"},
	"event.list":       {"time"},
	"job.list":         {"created"},
	"mail.list":        {"created"},
	"order.list":       {"reference", "hold", "backordered", "tracking", "total", "placed", "day"},
	"payment.list":     {"created"},
	"product.list":     {"title", "category", "sku", "created"},
	"return.list":      {"created"},
	"shipment.list":    {"tracking", "created", "shipped", "delivered"},
	"variant.list":     {"sku", "title", "created"},
}

// excused are the lists that do read a table from end to end, and why.
var excused = map[string]string{
	"customer.list by name":     "what is folded of a person may be longer than an index of PostgreSQL takes",
	"customer.list with a word": "a word may stand anywhere in a text",
	"job.list by kind":          "every job would write an index that hardly anybody reads",
	"job.list by run":           "every job would write an index that hardly anybody reads",
	"job.list by tries":         "every job would write an index that hardly anybody reads",
	"order.list by updated":     "every change of an order would write the index",
	"order.list with a word":    "a word may stand anywhere in a customer's text",
	"price.list by minimum":     "it reads one price list",
	"price.list by unit_price":  "it reads one price list",
	"product.list with a word":  "a word may stand anywhere in a text",
	"stock.list by available":   "every order would write the index",
	"stock.list by on_hand":     "every order would write the index",
	"stock.list by reserved":    "every order would write the index",
}

// asked notes every statement that is sent, once, with its first arguments.
type asked struct {
	mu  sync.Mutex
	by  string // what runs
	all map[string]question
}

type question struct {
	by   string // what asked first
	text string
	args []any
}

// direct tells whether it is a filter that has an index.
func (q question) direct() bool { return strings.Contains(q.by, " of ") }

// frequent tells whether many rows may have the value that it asks for.
func (q question) frequent() bool {
	return strings.Contains(q.by, frequent) || strings.Contains(q.by, several)
}

func (a *asked) record(trip []db.Recorded) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, s := range trip {
		if _, known := a.all[s.Text]; !known && a.by != "" {
			a.all[s.Text] = question{by: a.by, text: s.Text, args: slices.Clone(s.Args)}
		}
	}
}

// during notes what an operation sends.
func (a *asked) during(s *story, operation, how string, in object) object {
	s.Helper()
	name := strings.TrimSpace(operation + " " + how)
	set := func(by string) {
		a.mu.Lock()
		a.by = by
		a.mu.Unlock()
	}
	set(name)
	defer set("")
	return s.do(operation, in)
}

// askEverything runs every operation, and every list by each sort, with its
// second page, and by each filter.
func (s *story) askEverything(a *asked) {
	s.Helper()
	for _, o := range s.engine.Operations {
		name := o.Spec().Name
		s.actor = auth.Internal("test")
		s.customer = s.id("customer.create", s.person(s.next("Ada ")))
		s.advance(24 * time.Hour)
		prepare := executions[name]
		if prepare == nil {
			prepare = around[name]
		}
		switch {
		case name == "account.setup": // it ran before
		case prepare == nil:
			a.during(s, name, "", object{})
		default:
			a.during(s, name, "", prepare(s))
		}
	}
	s.actor = auth.Internal("test")
	for range 110 { // so that no product is a great part of all, nor its limits
		s.do("variant.set_limits", executions["variant.set_limits"](s))
	}
	for _, l := range lists {
		in := object{"id": s.whose(l.operation)}
		for _, sort := range sorts(l.schema) {
			by := "by " + strings.TrimPrefix(sort, "-")
			page := a.during(s, l.operation, by, with(in, "sort", sort, "limit", 1))
			if next, _ := page["next"].(string); next != "" {
				a.during(s, l.operation, by, with(in, "sort", sort, "limit", 1, "after", next))
			}
		}
		for _, f := range l.schema.Fields {
			if f.Indexed || slices.Contains(direct[l.operation], f.Name) {
				of := "of "
				if f.Type == query.Enum || f.Type == query.Bool || f.Name == "mention" { // one person may be in all notes
					of = frequent
				}
				a.during(s, l.operation, of+f.Name, with(in, "filter", f.Name+":"+valuesFor(f)[0]))
			}
			if f.Indexed && f.Type == query.Enum {
				a.during(s, l.operation, several+f.Name, with(in, "filter", f.Name+":"+strings.Join(valuesFor(f), ",")))
			}
		}
		if l.schema.Search != nil {
			a.during(s, l.operation, "with a word", with(in, "filter", "word"))
		}
	}
}

// several begins how a filter is asked that gives two values, each of which many
// rows have: they are read in the list's order, not gathered and sorted.
const several = "of several "

// frequent begins how a filter is asked for a value that many rows may have:
// PostgreSQL, which knows how many, may rather walk the list in its order.
const frequent = "of frequent "

// valuesFor are two values that a filter of the field takes.
func valuesFor(f query.Field) []string {
	switch f.Type {
	case query.Enum:
		return f.Values[:2]
	case query.Bool:
		return []string{"true", "false"}
	case query.Number, query.Money:
		return []string{"1", "2"}
	case query.Time:
		return []string{"2026-03-10", "2026-03-11"}
	}
	return []string{"x", "y"}
}

// tables knows the tables and indexes of a database.
type tables struct {
	rows    map[string]int64  // of each table
	of      map[string]string // table of each index
	partial map[string]bool   // indexes of some rows only: those that wait for something
}

func (t *tables) grows(table string) bool {
	_, is := t.rows[table]
	return is && !slices.Contains(small, table)
}

var sources = regexp.MustCompile(`(?:FROM|JOIN|UPDATE|,)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?`)

// stands tells whether a name stands in a statement for a table that grows.
func (t *tables) stands(name, text string) bool {
	for _, m := range sources.FindAllStringSubmatch(text, -1) {
		if (m[1] == name || m[2] == name) && t.grows(m[1]) {
			return true
		}
	}
	return false
}

// node is a step of a plan of PostgreSQL.
type node struct {
	Type      string `json:"Node Type"`
	Relation  string `json:"Relation Name"`
	Index     string `json:"Index Name"`
	Condition string `json:"Index Cond"`
	Plans     []node
}

// whole returns what reads a table that grows from end to end. An index in
// whose order rows are taken until a limit is reached is not read to its end.
func (n node) whole(t *tables, walks, limited bool) (found []string) {
	switch n.Type {
	case "Limit":
		limited = walks
	case "Sort", "Aggregate", "Hash", "Materialize":
		limited = false
	}
	table := n.Relation
	if n.Type == "Bitmap Index Scan" {
		table = t.of[n.Index]
	}
	if t.grows(table) && t.rows[table] > 0 && (n.Type == "Seq Scan" || n.Index != "" && n.Condition == "" && !t.partial[n.Index] && !limited) {
		found = append(found, strings.TrimSpace(n.Type+" "+table+" "+n.Index))
	}
	for _, p := range n.Plans {
		found = append(found, p.whole(t, walks, limited)...)
	}
	return found
}

// explainPostgres returns what of a statement reads a table from end to end, as
// it is planned for its arguments and for any.
func explainPostgres(tx *db.Tx, t *tables, q question) (whole []string, err error) {
	arguments := ""
	if len(q.args) > 0 {
		arguments = "(NULL" + strings.Repeat(", NULL", len(q.args)-1) + ")"
	}
	var plans [2]string
	tx.Write("PREPARE asked AS " + q.text)
	err = tx.Load(db.One("EXPLAIN (FORMAT JSON) "+q.text, q.args, &plans[0]), db.One("EXPLAIN (FORMAT JSON) EXECUTE asked"+arguments, nil, &plans[1]))
	tx.Write("DEALLOCATE asked")
	for i, text := range plans {
		var explained []struct{ Plan node }
		if err := errors.Join(err, json.Unmarshal([]byte(text), &explained)); err != nil {
			return nil, err
		}
		walks := i == 1 || !q.direct() || q.frequent() // any value may be a frequent one, by which a list is better walked
		whole = append(whole, explained[0].Plan.whole(t, walks, false)...)
	}
	return whole, nil
}

const sorting = "USE TEMP B-TREE FOR ORDER BY"

var scans = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)

// explainSQLite is the same of SQLite, which plans for any arguments, and without
// statistics for a million rows.
func explainSQLite(tx *db.Tx, t *tables, q question) (whole []string, err error) {
	page, walk := strings.Contains(q.text, "LIMIT "), int64(0) // the last of several that are merged; else the whole
	walks := page && !q.direct()
	var found []string
	err = tx.Load(db.Many("EXPLAIN QUERY PLAN "+q.text, q.args, func(scan db.Scan) error {
		var id, parent, unused int64
		var text string
		err := scan(&id, &parent, &unused, &text)
		walks = walks && text != sorting
		if strings.HasPrefix(text, "CO-ROUTINE w") {
			walk = id
		}
		if page && strings.Contains(q.by, several) && (text == "MULTI-INDEX OR" || text == sorting && parent == walk) {
			whole = append(whole, text+" of all that is found")
		}
		if m := scans.FindStringSubmatch(text); m != nil && t.stands(m[1], q.text) && !t.partial[m[2]] {
			found = append(found, text)
		}
		return err
	}))
	for _, text := range found {
		if !walks || !strings.Contains(text, " INDEX ") {
			whole = append(whole, text)
		}
	}
	return whole, err
}

// telling are the columns of which few rows have the same value, however few
// values there are in a test: a variant lies in few places and has few codes,
// and one person is mentioned in few of all notes.
var telling = []string{"barcodes.code", "note_mentions.user_id", "stock.variant_id"}

// grown lets PostgreSQL plan as if there were a million rows like those in each
// table that grows, until the transaction ends.
func grown(tx *db.Tx, t *tables) {
	for _, column := range telling {
		table, name, _ := strings.Cut(column, ".")
		tx.Write("ALTER TABLE " + table + " ALTER COLUMN " + name + " SET (n_distinct = -0.5)")
		defer tx.Write("UPDATE pg_statistic SET stakind1 = 0, stanumbers1 = NULL, stavalues1 = NULL WHERE starelid = CAST('" + table + "' AS regclass)")
	}
	for table, n := range t.rows { // order-free: each for itself
		if n > 0 && t.grows(table) {
			tx.Write("ANALYZE " + table)
		}
	}
	tx.Write(`UPDATE pg_class SET reltuples = 1000000, relpages = pg_relation_size(oid) / 8192
		WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind = 'r' AND pg_relation_size(oid) > 0 AND relname NOT IN ('` + strings.Join(small, "', '") + `')`)
	tx.Write(`SET LOCAL plan_cache_mode = force_generic_plan`)
}

var errAsked = errors.New("nothing of it stays")

// Spec: 13.1.5
func TestNoStatementReadsATableThatGrowsFromEndToEnd(t *testing.T) {
	a := &asked{all: map[string]question{}}
	needed := map[string]bool{}
	each(t, db.Options{Clock: clock.NewManual(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)), Record: a.record}, func(t *testing.T, h *house) {
		clear(a.all)
		newStory(t, h).askEverything(a)
		known := &tables{rows: dbtest.Rows(t, h.db), of: map[string]string{}, partial: map[string]bool{}}
		for _, table := range large {
			if known.rows[table] == 0 {
				t.Errorf("nothing is in %s", table)
			}
		}
		explain, indexes := explainSQLite, `SELECT name, tbl_name, COALESCE(sql LIKE '%) WHERE %', FALSE) FROM sqlite_master WHERE type = 'index'`
		if h.db.Name == "postgres" {
			explain, indexes = explainPostgres, `SELECT CAST(indexname AS TEXT), CAST(tablename AS TEXT), indexdef LIKE '%) WHERE %' FROM pg_indexes WHERE schemaname = current_schema()`
		}
		if err := h.db.Tx(t.Context(), func(tx *db.Tx) error {
			if err := tx.Load(db.Many(indexes, nil, func(scan db.Scan) error {
				var name, table string
				var partial bool
				err := scan(&name, &table, &partial)
				known.of[name], known.partial[name] = table, partial
				return err
			})); err != nil {
				return err
			}
			if h.db.Name == "postgres" {
				grown(tx, known)
			}
			for _, text := range slices.Sorted(maps.Keys(a.all)) {
				q := a.all[text]
				whole, err := explain(tx, known, q)
				if err != nil {
					return fmt.Errorf("%s: %s: %w", q.by, q.text, err)
				}
				needed[q.by] = needed[q.by] || len(whole) > 0
				if len(whole) > 0 && excused[q.by] == "" {
					t.Errorf("%s reads a table from end to end: %s\n%s", q.by, strings.Join(whole, ", "), q.text)
				}
			}
			return errAsked
		}); !errors.Is(err, errAsked) {
			t.Fatal(err)
		}
	})
	for by := range excused { // order-free: each for itself
		if !needed[by] {
			t.Errorf("%s needs no excuse", by)
		}
	}
}
