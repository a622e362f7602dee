package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/policy/account"
	"ordo/policy/system"
)

// world is a part of a workspace with a channel, a location and a customer of
// its own, and inputs of all operations that are about it.
type world struct {
	*story
	inputs map[string]object
	ids    map[string]bool // of all that is in it
}

// matrix sends operations as everybody who may be somebody.
type matrix struct {
	*testing.T
	*reader
	house      *house
	operations []command.Spec
	roles      []accessRole
	near, far  *world
	claimed    map[string]bool       // ids that are of one of them
	actors     map[string]auth.Actor // customers' logins, by token
	tokens     map[string]string     // by role and standing
	sessions   map[string]string     // ids, by role
	cells      int
}

// newMatrix fills a workspace with two worlds, and makes a credential for every
// role and standing.
func newMatrix(t *testing.T, database string) *matrix {
	t.Helper()
	m := matrixOf(t, housed(t, database, db.Options{Clock: clock.NewManual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}))
	s := newStory(t, m.house)
	role := m.hire(s)
	m.signInAll(s, role, "expired session")
	m.near = m.begin(s)
	m.far = m.begin(s.twin())
	s.advance(365 * 24 * time.Hour)
	m.tell(m.near)
	m.tell(m.far)
	m.employ(s, role)
	return m
}

// matrixOf serves an empty workspace.
func matrixOf(t *testing.T, h *house) *matrix {
	t.Helper()
	m := &matrix{T: t, house: h, claimed: map[string]bool{}, actors: map[string]auth.Actor{}, tokens: map[string]string{}, sessions: map[string]string{}}
	for _, o := range h.engine.Operations {
		m.operations = append(m.operations, o.Spec())
	}
	m.roles = accessRoles(h.engine.Operations)
	server := httptest.NewServer(m.handler())
	t.Cleanup(server.Close)
	m.reader = newReader(t, server.URL)
	return m
}

// handler serves the house, and knows customers' logins, which keys and users
// can't have.
func (m *matrix) handler() http.Handler {
	who := func(ctx context.Context, bearer string) (auth.Actor, error) {
		if a, ok := m.actors[bearer]; ok {
			return a, nil
		}
		return m.house.keys.Actor(ctx, m.house.db, bearer)
	}
	return rest.New(m.house.engine, who, rest.Options{Streams: m.house.streams(), References: expandable})
}

// twin is a story in the same workspace at another location, in another
// channel, of another customer.
func (s *story) twin() *story {
	o := *s
	o.count += 10_000
	o.location = o.id("location.create", o.place("far"))
	o.channel = o.id("channel.create", o.web("far"))
	o.customer = o.id("customer.create", o.person("Mary Somerville"))
	o.receive("POT", 1000)
	return &o
}

// begin makes a world with a return and a change that are going to wait too
// long. Its mails are written before another world's are.
func (m *matrix) begin(s *story) *world {
	m.Helper()
	s.receive("POT", 10_000)
	_, late := s.approved()
	w := &world{story: s, inputs: map[string]object{"return.expire": {"id": late["id"]}, "change.expire": {"id": s.changing()["id"]}}, ids: map[string]bool{}}
	s.writeMails()
	m.claim(w)
	return w
}

// tell prepares an input of every other operation.
func (m *matrix) tell(w *world) {
	m.Helper()
	for _, o := range m.operations {
		if w.inputs[o.Name] != nil {
			continue
		}
		in := w.input(o)
		w.actor = auth.Internal("test")
		text, err := json.Marshal(in)
		if err != nil {
			m.Fatal(err)
		}
		w.inputs[o.Name], _ = decoded(m.T, text).(object)
	}
	m.claim(w)
}

// claim says that all that was made since the last time is of this world.
func (m *matrix) claim(w *world) {
	m.Helper()
	for _, o := range m.operations {
		if !isList(o) || strings.Contains(o.Path, "{") {
			continue
		}
		for _, id := range w.idsOf(o.Name) {
			w.ids[id] = w.ids[id] || !m.claimed[id]
		}
	}
	for id := range w.ids { // order-free: it is copied
		m.claimed[id] = true
	}
}

// idsOf are all ids that a list shows.
func (s *story) idsOf(list string) (ids []string) {
	s.Helper()
	in := object{"limit": 200}
	for {
		page := s.do(list, in)
		text, err := json.Marshal(page["items"])
		if err != nil {
			s.Fatal(err)
		}
		ids = append(ids, idText.FindAllString(string(text), -1)...)
		if in["after"], _ = page["next"].(string); in["after"] == "" {
			return ids
		}
	}
}

var idText = regexp.MustCompile(`\b[a-z]{3}_[0-9A-Za-z]{16,}\b`)

// input is one with which an operation works.
func (w *world) input(o command.Spec) object {
	w.Helper()
	switch {
	case around[o.Name] != nil:
		return around[o.Name](w.story)
	case executions[o.Name] != nil:
		return executions[o.Name](w.story)
	case !o.Writes && !strings.Contains(o.Path, "{"):
		return object{}
	}
	w.Fatalf("%s has neither an execution nor a line in the table around", o.Name)
	return nil
}

// around are inputs of operations that execute nothing, and of those that the
// table of executions does not run on what is there already.
var around = map[string]func(s *story) object{
	"session.create": func(*story) object { return object{"email": demoEmail, "password": demoPassword} },
	"account.setup": func(s *story) object {
		return object{"token": s.token, "company": "X", "currency": "GBP", "tax_country": "GB", "time_zone": "UTC", "admin": object{"email": "x@example.com", "name": "X", "password": demoPassword}}
	},
	"account.forgot_password": func(*story) object { return object{"email": demoEmail} },
	"account.set_password":    func(s *story) object { return object{"token": s.linked(), "password": demoPassword} },
	"user.update": func(s *story) object {
		return object{"id": s.id("user.create", s.newUser()), "email": s.next("ann") + "@example.com", "name": "Ann", "role_id": s.role, "active": true}
	},
	"user.get":    func(s *story) object { return object{"id": s.user} },
	"role.get":    func(s *story) object { return object{"id": s.role} },
	"key.get":     func(s *story) object { return object{"id": s.id("key.create", object{"name": "x", "role_id": s.role})} },
	"job.get":     func(s *story) object { return object{"id": s.deadJob()} },
	"import.get":  func(s *story) object { return object{"id": s.uploaded("products", s.mugs()...)} },
	"import.rows": func(s *story) object { return object{"id": s.tabled("check", "products", s.mugs()...)} },
	"import_mapping.get": func(s *story) object {
		return object{"name": s.do("import_mapping.set", executions["import_mapping.set"](s))["name"]}
	},
	"template.get":    func(s *story) object { return object{"id": s.sharedTemplate()} },
	"template.share":  func(s *story) object { return object{"id": s.sharedTemplate()} },
	"template.remove": func(s *story) object { return object{"id": s.sharedTemplate()} },
	"template.change": func(s *story) object { return with(s.newTemplate(), "id", s.sharedTemplate()) },
	"view.get":        func(s *story) object { return object{"id": s.sharedView()} },
	"view.share":      func(s *story) object { return object{"id": s.sharedView()} },
	"view.remove":     func(s *story) object { return object{"id": s.sharedView()} },
	"view.change":     func(s *story) object { return object{"id": s.sharedView(), "name": s.next("view")} },
	"location.get":    func(s *story) object { return object{"id": s.location} },
	"channel.get":     func(s *story) object { return object{"id": s.channel} },
	"channel.numbers": func(s *story) object { return object{"id": s.channel} },
	"customer.get":    func(s *story) object { return object{"id": s.customer} },
	"customer.update": func(s *story) object { return with(s.person("Ada"), "id", s.customer) },
	"customer.balance": func(s *story) object {
		s.order(line("POT", 1))
		return object{"id": s.customer}
	},
	"customer.addresses": func(s *story) object { return object{"id": s.customer} },
	"customer.remove_address": func(s *story) object {
		return object{"id": s.customer, "address_id": s.id("customer.add_address", with(home, "id", s.customer))}
	},
	"product.get":    func(s *story) object { return object{"id": s.id("product.create", s.newProduct())} },
	"variant.get":    func(s *story) object { return object{"id": s.newVariantID()} },
	"variant.limits": func(s *story) object { return s.variantWithLimit() },
	"variant.set_limits": func(s *story) object {
		return with(s.variantWithLimit(), "limits", []object{{"channel_id": s.channel, "customer_id": s.customer, "minimum": 2}})
	},
	"price_list.get":      func(s *story) object { return object{"id": s.list} },
	"price.list":          func(s *story) object { return object{"id": s.list} },
	"shipping_method.get": func(s *story) object { return object{"id": s.id("shipping_method.create", s.newMethod())} },
	"stock.get_document": func(s *story) object {
		return object{"id": s.id("stock.receive", object{"location_id": s.location, "lines": []object{line("POT", 1)}})}
	},
	"stock.reservations": func(s *story) object {
		s.order(line("POT", 1))
		return object{"id": s.limited()}
	},
	"payment.get":       func(s *story) object { _, p := s.paid("tok_approve"); return object{"id": p["id"]} },
	"order.get":         func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.events":      func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.ship":        func(s *story) object { return object{"id": s.order(line("POT", 2))["id"], "carrier": "royal_mail"} },
	"order.price":       func(s *story) object { return s.agreement(line("POT", 1)) },
	"order.differences": func(s *story) object { return object{"id": s.id("order.clone", executions["order.clone"](s))} },
	"order.mergeable":   func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.notes": func(s *story) object {
		in := executions["order.note"](s)
		s.do("order.note", in)
		return object{"id": in["id"]}
	},
	"attachment.list":   func(s *story) object { return object{"id": s.attached()["order_id"]} },
	"attachment.get":    func(s *story) object { return object{"id": s.attached()["attachment_id"]} },
	"attachment.file":   func(s *story) object { return object{"id": s.attached()["id"]} },
	"order.people":      func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"order.timeline":    func(s *story) object { return object{"id": s.order(line("POT", 1))["id"]} },
	"bulk.get":          func(s *story) object { return object{"id": s.id("bulk.begin", s.many())} },
	"bulk.rows":         func(s *story) object { return object{"id": s.tried()} },
	"fulfillment.queue": func(s *story) object { s.work(); return object{"id": s.location} },
	"fulfillment.get":   func(s *story) object { _, w := s.work(); return object{"id": w["id"]} },
	"shipment.get":      func(s *story) object { return object{"id": s.packed()["id"]} },
	"return.get":        func(s *story) object { _, r := s.requested(); return object{"id": r["id"]} },
	"order.as_of":       func(s *story) object { return object{"id": s.order(line("POT", 1))["id"], "version": 1} },
	"order.compare":     func(s *story) object { return object{"id": s.order(line("POT", 1))["id"], "from": 1, "to": 1} },
	"change.get":        func(s *story) object { return object{"id": s.changing()["id"]} },

	"webhook.get":           func(s *story) object { return object{"id": s.id("webhook.create", hook)} },
	"webhook.deliveries":    func(s *story) object { return object{"id": s.id("webhook.create", hook)} },
	"webhook.delivery":      func(s *story) object { return s.delivery() },
	"mail_template.preview": func(s *story) object { return s.words() },
	"mail.get":              func(s *story) object { return object{"id": s.mailed()} },
}

// limited is a variant with a limit of this world's channel and customer.
func (s *story) variantWithLimit() object {
	s.Helper()
	id := s.newVariantID()
	s.do("variant.set_limits", object{"id": id, "limits": []object{{"channel_id": s.channel, "customer_id": s.customer, "minimum": 3}}})
	return object{"id": id}
}

// hire makes the roles, and returns their ids by name.
func (m *matrix) hire(s *story) map[string]string {
	m.Helper()
	role := map[string]string{}
	s.do("role.create", object{"name": "nothing", "permissions": []string{}, "discount_limit": 0, "refund_limit": 0})
	for _, r := range items(s.do("role.list", object{}), "items") {
		role[field(r, "name")] = field(r, "id")
	}
	return role
}

// employ makes the credentials, but for those that are expired.
func (m *matrix) employ(s *story, role map[string]string) {
	m.Helper()
	m.signInAll(s, role, "closed account")
	m.signInAll(s, role, "signed in")
	for _, r := range m.roles {
		m.key(s, r, role, "sees all", object{})
		m.key(s, r, role, "own channel", object{"channels": m.near.kind("cha")})
		m.key(s, r, role, "other channel", object{"channels": m.far.kind("cha")})
		m.key(s, r, role, "no channel", object{"channels": []string{}})
		m.key(s, r, role, "own location", object{"locations": m.near.kind("loc")})
		m.key(s, r, role, "other location", object{"locations": m.far.kind("loc")})
		m.key(s, r, role, "no location", object{"locations": []string{}})
		m.customer(r, "own customer", m.near.customer)
		m.customer(r, "other customer", m.far.customer)
		m.tokens[r.name+", nobody"] = ""
		s.do("key.revoke", object{"id": m.key(s, r, role, "revoked key", object{})})
	}
}

// kind are the ids of a world that begin alike.
func (w *world) kind(prefix string) (ids []string) {
	for id, here := range w.ids {
		if here && strings.HasPrefix(id, prefix) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (m *matrix) signInAll(s *story, role map[string]string, standing string) {
	m.Helper()
	for _, r := range m.roles {
		m.signIn(s, r.name, role[r.name], standing)
	}
}

func (m *matrix) signIn(s *story, name, role, standing string) {
	m.Helper()
	in := with(s.newUser(), "role_id", role)
	user := s.id("user.create", in)
	session := s.do("session.create", object{"email": in["email"], "password": demoPassword})
	m.tokens[name+", "+standing], m.sessions[name] = field(session, "token"), field(session, "id")
	if standing == "closed account" {
		s.do("user.update", with(in, "id", user, "active", false, "password", nil))
	}
}

func (m *matrix) key(s *story, r accessRole, role map[string]string, standing string, scope object) (id string) {
	m.Helper()
	key := s.do("key.create", with(scope, "name", "test", "role_id", role[r.name]))
	m.tokens[r.name+", "+standing] = field(key, "secret")
	return field(key, "id")
}

func (m *matrix) customer(r accessRole, standing, id string) {
	token, limits := "customer_"+r.name+"_"+id, auth.Limits{DiscountRate: 1_000_000}
	if r.refunds {
		limits.Refund = auth.Unlimited
	}
	m.tokens[r.name+", "+standing] = token
	m.actors[token] = auth.Actor{ID: id, Kind: auth.Customer, Permissions: r.may, Scope: auth.Scope{Customer: id}, Limits: limits}
}

// heardAnswer is what somebody is told.
type heardAnswer struct {
	status int
	text   string
	code   string // of the problem
	first  string // permission that is missing
}

// ask sends an operation without leaving anything behind.
func (m *matrix) ask(name, token string, in object, query ...string) heardAnswer {
	m.Helper()
	o := m.reader.operations[name]
	address, values, body := o.path, url.Values{}, object{}
	for field, value := range in { // order-free: each has its place
		body[field] = value
	}
	for _, p := range o.Parameters {
		value, there := body[p.Name]
		switch {
		case !there || p.In == "header":
			continue
		case p.In == "path":
			address = strings.ReplaceAll(address, "{"+p.Name+"}", url.PathEscape(fmt.Sprint(value)))
		default:
			values.Set(p.Name, fmt.Sprint(value))
		}
		delete(body, p.Name)
	}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	if slices.ContainsFunc(m.operations, func(s command.Spec) bool { return s.Name == name && s.Writes }) {
		values.Set("dry_run", "true")
	}
	text := ""
	if o.RequestBody != nil {
		b, err := json.Marshal(body)
		if err != nil {
			m.Fatal(err)
		}
		text = string(b)
	}
	return m.hear(o.method, address+"?"+values.Encode(), token, text)
}

func (m *matrix) hear(method, address, token, body string) (h heardAnswer) {
	m.Helper()
	r, err := http.NewRequestWithContext(m.Context(), method, m.reader.base+address, strings.NewReader(body))
	if err != nil {
		m.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", "same")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		m.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		m.Fatal(err)
	}
	var p struct{ Code, Permission string }
	json.Unmarshal(text, &p) // a list of resources has neither
	return heardAnswer{a.StatusCode, string(text), p.Code, p.Permission}
}

// is tells whether somebody was told what is expected.
func (h heardAnswer) is(want answer, o command.Spec) bool {
	switch want {
	case told, nothing:
		return h.status < 300 || strings.HasPrefix(o.Name, "account.set") && h.code == "link_used"
	case unknown:
		return h.status == 404 && h.code == "not_found" || h.status == 422
	case unknownWho:
		return h.status == 401 && h.code == "unauthenticated"
	case notPermitted:
		return h.status == 403 && h.code == "permission_missing" && (h.first == o.Permission || slices.Contains(o.Further, h.first))
	}
	return fmt.Sprint(h.status, " ", h.code) == string(want)
}

// hides tells whether ids of such a kind belong to what the standing narrows.
func (s standing) hides(id string) bool {
	r, known := reachOf(subjects[id[:3]])
	return known && s.narrowed != nil && s.narrowed(r) != shared
}

// foreign are the ids of the world that somebody with such a standing must not see.
func (m *matrix) foreign(s standing) map[string]bool {
	if s.inside {
		return m.far.ids
	}
	return m.near.ids
}

// subjects are what ids are of, by how they begin.
var subjects = map[string]string{
	"cha": "channel", "loc": "location", "cus": "customer", "ord": "order", "oli": "order", "dlv": "order", "hld": "order", "pay": "payment", "att": "payment",
	"ful": "fulfillment", "shp": "shipment", "pkg": "shipment", "ret": "return", "sdo": "stock", "job": "job", "adr": "customer", "rfd": "order", "int": "payment", "bul": "bulk", "tim": "import",
}

// shownBeside are the kinds of ids that a subject shows to whoever sees it: a
// channel names the locations that it sells from; users and keys, what they see.
var shownBeside = map[string][]string{"channel": {"loc"}, "user": {"cha", "loc"}, "key": {"cha", "loc"}}

// leaks are ids in an answer that the standing hides and that were not in the question.
func (m *matrix) leaks(h heardAnswer, s standing, operation string, in object) (leaked []string) {
	asked, foreign := fmt.Sprint(in), m.foreign(s)
	subject, _, _ := strings.Cut(operation, ".")
	for _, id := range idText.FindAllString(h.text, -1) {
		if foreign[id] && s.hides(id) && !slices.Contains(shownBeside[subject], id[:3]) && !strings.Contains(asked, id) && !slices.Contains(leaked, id) {
			leaked = append(leaked, id)
		}
	}
	return leaked
}

// strange is the input with ids that nobody has in the place of those that are
// hidden, and how to turn what is told of the one into what is told of the other.
func (s standing) strange(t *testing.T, in object) (object, *strings.Replacer) {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var back []string
	changed := idText.ReplaceAllStringFunc(string(text), func(id string) string {
		if !s.hides(id) {
			return id
		}
		other := id[:len(id)-4] + "0000"
		back = append(back, other, id)
		return other
	})
	out, _ := decoded(t, []byte(changed)).(object)
	return out, strings.NewReplacer(back...)
}

func TestWhatEveryUserMayDoExists(t *testing.T) {
	if unknown := account.Unknown(operations(nil, nil, system.New()), account.OwnPermissions); len(unknown) > 0 {
		t.Errorf("every user may do %v, which is no operation", unknown)
	}
}

// Spec: 12.1.3
func TestEverybodyIsToldWhatTheMatrixSays(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			m := newMatrix(t, database.url(t))
			roles := m.roles
			if database.name != "sqlite" {
				roles = roles[:1] // who lacks a permission does not get as far as a database
			}
			for _, part := range []struct {
				name string
				try  func()
			}{
				{"each cell", func() { m.everyCell(roles) }},
				{"with foreign ids", m.everySwap},
				{"by filters", m.everyFilter},
				{"by expansion", m.everyExpansion},
				{"by the stream", m.everyStream}, // last: its workers change what is there
			} {
				t.Run(part.name, func(t *testing.T) { m.T, m.near.T, m.far.T = t, t, t; part.try() })
			}
			if database.name == "sqlite" && m.cells < 5000 {
				t.Errorf("only %d cells", m.cells)
			}
		})
	}
}

// everyCell asks all cells of the matrix for some roles.
func (m *matrix) everyCell(roles []accessRole) {
	for _, o := range m.operations {
		r, ok := reachOf(o.Name)
		if !ok {
			m.Errorf("%s is in no row of the table of reaches", o.Name)
		}
		for _, role := range roles {
			for _, s := range standings {
				if !r.public || role.name == m.roles[0].name {
					m.check(o, r, role, s)
				}
			}
		}
	}
}

// check asks one cell of the matrix.
func (m *matrix) check(o command.Spec, r reach, role accessRole, s standing) {
	m.Helper()
	m.cells++
	may, in := role.may, m.near.inputs[o.Name]
	if s.signedIn {
		may = auth.Permit(append(may.Names(), account.OwnPermissions...)...)
	}
	if s.signedIn && o.Name == "session.delete" {
		in = object{"id": m.sessions[role.name]}
	}
	token := m.tokens[role.name+", "+s.name]
	want, got := expected(o, r, may, role.refunds, s), m.ask(o.Name, token, in)
	cell := fmt.Sprintf("%s as %s, %s", o.Name, role.name, s.name)
	if !got.is(want, o) {
		m.Errorf("%s: want %s, got %d %.400s", cell, want, got.status, got.text)
		return
	}
	if leaked := m.leaks(got, s, o.Name, in); leaked != nil {
		m.Errorf("%s: shows %s", cell, leaked)
	}
	if want == unknown && role.name == m.roles[0].name {
		other, back := s.strange(m.T, in)
		if twin := m.ask(o.Name, token, other); twin.status != got.status || back.Replace(twin.text) != got.text {
			m.Errorf("%s: is told\n%s\nand of what is not there\n%s", cell, got.text, twin.text)
		}
	}
}
