package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ordo/engine/command"
	"ordo/engine/event"
	"ordo/engine/query"
)

// leaf is a place in an input where two worlds differ.
type leaf struct {
	path      string
	near, far string
	set       func(string) // puts another value into the near input
}

// leaves are the ids in the near input that are others in the far one.
func leaves(path string, near, far any, set func(any)) (all []leaf) {
	switch n := near.(type) {
	case object:
		f, _ := far.(object)
		for name, value := range n { // order-free: each is tried
			all = append(all, leaves(path+"/"+name, value, f[name], func(v any) { n[name] = v })...)
		}
	case []any:
		f, _ := far.([]any)
		for i := range min(len(n), len(f)) {
			all = append(all, leaves(path+"/"+strconv.Itoa(i), n[i], f[i], func(v any) { n[i] = v })...)
		}
	case string:
		if f, _ := far.(string); f != n && idText.MatchString(n) && idText.MatchString(f) {
			all = append(all, leaf{path, n, f, func(v string) { set(v) }})
		}
	}
	return all
}

// parts are the kinds of ids that mean something below another id only.
var parts = []string{"oli", "hld", "rfd", "att", "adr", "pay"}

// swap sends inputs that work, with one id of the other world in them.
func (m *matrix) swap(o command.Spec, r reach, s standing) (tried int) {
	m.Helper()
	near := copied(m.near.inputs[o.Name])
	token := m.tokens[m.roles[0].name+", "+s.name]
	for _, l := range leaves("", near, any(m.far.inputs[o.Name]), nil) {
		tried++
		l.set(l.far)
		got := m.ask(o.Name, token, near)
		cell := fmt.Sprintf("%s, %s, with a foreign %s", o.Name, s.name, l.path)
		if leaked := m.leaks(got, s, o.Name, near); leaked != nil {
			m.Errorf("%s: shows %s", cell, leaked)
		}
		if s.hides(l.far) || slices.Contains(parts, l.far[:3]) && strings.Count(o.Path, "{")+strings.Count(l.path, "/") > 1 {
			nobodys := l.far[:len(l.far)-4] + "0000"
			l.set(nobodys)
			twin := m.ask(o.Name, token, near)
			if got.status != 404 && got.status != 422 || twin.status != got.status || strings.ReplaceAll(twin.text, nobodys, l.far) != got.text {
				m.Errorf("%s: is told %d\n%.600s\nand of what is not there\n%.600s", cell, got.status, got.text, twin.text)
			}
		} else if got.status >= 500 {
			m.Errorf("%s: %d %s", cell, got.status, got.text)
		}
		l.set(l.near)
	}
	return tried
}

func copied(in object) (out object) {
	text, err := json.Marshal(in)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}

// everySwap tries every id of every operation for whoever sees one world only.
func (m *matrix) everySwap() {
	tried := 0
	for _, o := range m.operations {
		r, _ := reachOf(o.Name)
		for _, s := range standings {
			if s.inside && !r.public && r.permitted(s, false) == told {
				tried += m.swap(o, r, s)
			}
		}
	}
	if tried < 200 {
		m.Errorf("only %d ids were swapped", tried)
	}
}

// everyFilter looks for a row of the near world by each field that lists can be
// filtered by.
func (m *matrix) everyFilter() {
	tried := 0
	for _, l := range lists {
		i := slices.IndexFunc(m.operations, func(o command.Spec) bool { return o.Name == l.operation })
		r, _ := reachOf(l.operation)
		row := m.nearRow(m.operations[i])
		for _, s := range standings {
			if row == nil || r.permitted(s, true) != nothing {
				continue
			}
			for _, f := range l.schema.Fields {
				tried += m.filter(l, f, row, s)
			}
		}
	}
	if tried < 100 {
		m.Errorf("only %d filters were tried", tried)
	}
}

// nearRow is a row that only the near world has; nil if the list shows none.
func (m *matrix) nearRow(o command.Spec) object {
	m.Helper()
	in := with(m.near.inputs[o.Name], "limit", 200)
	for _, row := range items(m.near.do(o.Name, in), "items") {
		if id, _ := row["id"].(string); m.near.ids[id] {
			return row
		}
	}
	return nil
}

func (m *matrix) filter(l list, f query.Field, row object, s standing) int {
	m.Helper()
	value, _ := row[f.Name].(string)
	if id, _ := row[f.Name+"_id"].(string); id != "" {
		value = id
	}
	if value == "" || f.Type != query.ID && f.Type != query.Text {
		return 0
	}
	in := m.near.inputs[l.operation]
	got := m.ask(l.operation, m.tokens[m.roles[0].name+", "+s.name], in, "filter", f.Name+":"+strconv.Quote(value))
	if got.status != 200 || strings.Contains(got.text, field(row, "id")) {
		m.Errorf("%s with %s:%s, %s: %d %.300s", l.operation, f.Name, value, s.name, got.status, got.text)
	}
	if leaked := m.leaks(got, s, l.operation, object{"filter": value}); leaked != nil {
		m.Errorf("%s with %s:%s, %s: shows %s", l.operation, f.Name, value, s.name, leaked)
	}
	return 1
}

// everyExpansion lets reads show all they can, to whoever sees one world only,
// and to whoever may see a resource but not what it names.
func (m *matrix) everyExpansion() {
	tried := 0
	for _, o := range m.operations {
		names := m.expansions(o)
		r, _ := reachOf(o.Name)
		for _, s := range standings {
			if names == "" || s.unwelcome || s.narrowed == nil {
				continue
			}
			tried++
			in := m.near.inputs[o.Name]
			got := m.ask(o.Name, m.tokens[m.roles[0].name+", "+s.name], in, "expand", names)
			if !got.is(r.permitted(s, isList(o)), o) {
				m.Errorf("%s with all that it names, %s: %d %.300s", o.Name, s.name, got.status, got.text)
			}
			shows := o.Name
			if strings.Contains(names, "channel") {
				shows = "channel.get"
			}
			if leaked := m.leaks(got, s, shows, in); leaked != nil {
				m.Errorf("%s with all that it names, %s: shows %s", o.Name, s.name, leaked)
			}
		}
	}
	if tried < 50 {
		m.Errorf("only %d expansions were tried", tried)
	}
	m.expandsWithoutPermission()
}

// expansions are what a read can expand, as it says itself.
func (m *matrix) expansions(o command.Spec) string {
	m.Helper()
	if o.Writes || !m.reader.operations[o.Name].query("expand") {
		return ""
	}
	got := m.ask(o.Name, m.tokens[m.roles[0].name+", sees all"], m.near.inputs[o.Name], "expand", "x")
	var p struct{ Faults []struct{ Allowed []string } }
	if err := json.Unmarshal([]byte(got.text), &p); err != nil || len(p.Faults) != 1 {
		m.Fatalf("%s: %s, %v", o.Name, got.text, err)
	}
	return strings.Join(p.Faults[0].Allowed, ",")
}

// expandsWithoutPermission wants the permission of a list to be named that an
// expansion reads.
func (m *matrix) expandsWithoutPermission() {
	role := m.near.id("role.create", object{"name": "order clerk", "permissions": []string{"order.get"}, "discount_limit": 0, "refund_limit": 0})
	token := field(m.near.do("key.create", object{"name": "clerk", "role_id": role}), "secret")
	got := m.ask("order.get", token, m.near.inputs["order.get"], "expand", "customer")
	if got.status != 403 || got.first != "customer.list" {
		m.Errorf("an expansion without the permission: %d %s", got.status, got.text)
	}
}

// everyStream follows the events, as whoever sees one world, another or none.
func (m *matrix) everyStream() {
	m.house.start()
	if err := m.house.seal(m.Context()); err != nil {
		m.Fatal(err)
	}
	clients := map[string]*client{}
	for _, s := range standings {
		if !s.unwelcome && !s.signedIn {
			clients[s.name] = follow(m.T, m.reader.base, m.tokens[m.roles[0].name+", "+s.name], "", "0")
		}
	}
	last := map[bool]string{true: field(m.near.order(line("POT", 1)), "id"), false: field(m.far.order(line("POT", 1)), "id")}
	for _, s := range standings {
		c := clients[s.name]
		sees := strings.HasPrefix(s.name, "o") && !strings.HasSuffix(s.name, "location") // orders belong to no location
		if c == nil || s.narrowed == nil || !sees {
			continue
		}
		for e := c.must(); e.Subject != last[s.inside]; e = c.must() {
			m.heard(s, e)
		}
	}
	m.house.drain()
	for _, s := range standings {
		if s.narrowed == nil || clients[s.name] == nil {
			continue
		}
		for e, ok := clients[s.name].next(); ok; e, ok = clients[s.name].next() {
			m.heard(s, e)
			if strings.HasPrefix(s.name, "no ") {
				m.Errorf("%s hears %+v", s.name, e)
			}
		}
	}
}

// heard looks for what an event should not tell.
func (m *matrix) heard(s standing, e heard) {
	m.Helper()
	foreign := m.foreign(s)
	for _, id := range append(idText.FindAllString(string(e.Body), -1), e.Subject) {
		if idText.MatchString(id) && foreign[id] && s.hides(id) && !strings.HasPrefix(e.kind, "channel.") {
			m.Errorf("%s hears of %s in %s", s.name, id, e.kind)
		}
	}
	public := slices.ContainsFunc(event.Types(), func(t *event.Type) bool { return t.Name == e.kind && len(t.Public) > 0 })
	if strings.HasSuffix(s.name, "customer") && (e.Actor != "" || !public) {
		m.Errorf("%s hears of %s by %s", s.name, e.kind, e.Actor)
	}
}
