package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command/commandtest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// refusal is a request that is refused. Names in braces stand for ids, keys and
// secrets of the shop that hears it.
type refusal struct {
	name           string
	method, target string // POST /v1/orders if empty
	body           string
	header         string // one more, such as "If-Match: *"
	key            string // API key; the admin's if empty
	want           []string
	says           []string // in the answer
}

// asks is the body of a good order with further fields.
func asks(more string) string {
	return `{"channel_id":"{channel}","customer_id":"{customer}","deliveries":[{"address":{"name":"Ada","street":"1 Row","city":"London","postcode":"SW1Y 4JH","country":"GB"}}],` + lined(more)
}

// lined adds the line of a good order, unless there are others.
func lined(more string) string {
	if !strings.Contains(more, `"lines"`) {
		more = strings.TrimPrefix(more+`,"lines":[{"sku":"POT","quantity":1}]`, ",")
	}
	return more + "}"
}

func orderLine(fields string) string { return asks(`"lines":[{` + fields + `}]`) }

var refusals = []refusal{
	{name: "half an object", body: `{"channel_id":`, want: []string{"json_malformed "}, says: []string{"line 1, column"}},
	{name: "too deep", body: asks(`"reference":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), want: []string{"json_too_deep "}},
	{name: "a form", body: asks(""), header: "Content-Type: text/plain", want: []string{"content_type_invalid "}},
	{name: "too many bytes", body: asks(`"reference":"` + strings.Repeat("x", 5<<20) + `"`), want: []string{"body_too_large "}},
	{name: "an unknown field", body: asks(`"colour":"red"`), want: []string{"field_unknown /colour"}},
	{name: "a field twice", body: asks(`"reference":"a","reference":"b"`), want: []string{"field_duplicate /reference"}},
	{name: "a read-only field", body: asks(`"status":"delivered","number":"1"`), want: []string{"field_read_only /status", "field_read_only /number"}},
	{name: "the time of placement", body: asks(`"placed_at":"2020-01-01T00:00:00Z","business_day":"2020-01-01","created_at":"2020-01-01T00:00:00Z"`),
		want: []string{"field_read_only /placed_at", "field_read_only /business_day", "field_read_only /created_at"}},
	{name: "all statuses of an order", body: asks(`"status":"draft","payment_status":"paid","fulfillment_status":"partial","return_status":"none","cancel_status":"full"`),
		want: []string{"field_read_only /status", "field_read_only /payment_status", "field_read_only /fulfillment_status", "field_read_only /return_status", "field_read_only /cancel_status"}},
	{name: "the time of placement of a draft", method: "PUT", target: "/v1/orders/{revised}", body: asks(`"placed_at":"2020-01-01T00:00:00Z"`), want: []string{"field_read_only /placed_at"}},
	{name: "the time of placement when placing a draft", target: "/v1/orders/{revised}/place", body: `{"placed_at":"2020-01-01T00:00:00Z"}`, want: []string{"field_read_only /placed_at"}},
	{name: "a price that follows from the list", body: orderLine(`"sku":"POT","quantity":1,"gross":1`), want: []string{"field_read_only /lines/0/gross"}},
	{name: "other letter case", body: asks(`"Reference":"a"`), want: []string{"field_case /Reference"}, says: []string{`"allowed":["reference"]`}},
	{name: "a text for a quantity", body: orderLine(`"sku":"POT","quantity":"one"`), want: []string{"type_mismatch /lines/0/quantity"}},
	{name: "a number for a price", body: orderLine(`"sku":"POT","quantity":1,"unit_price":1`), want: []string{"type_mismatch /lines/0/unit_price"}},
	{name: "a list for an object", body: asks(`"payment":[]`), want: []string{"type_mismatch /payment"}},
	{name: "NUL", body: asks(`"reference":"a\u0000b"`), want: []string{"nul_character /reference"}},
	{name: "NUL in an address", target: "/v1/orders/ord_%00", method: "GET", want: []string{"nul_character /id"}},
	{name: "a negative quantity", body: orderLine(`"sku":"POT","quantity":-1`), want: []string{"amount_out_of_range /lines/0/quantity"}},
	{name: "none of it", body: orderLine(`"sku":"POT","quantity":0`), want: []string{"amount_out_of_range /lines/0/quantity"}},
	{name: "an oversized quantity", body: orderLine(`"sku":"POT","quantity":1000000000`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "a number beyond 64 bits", body: orderLine(`"sku":"POT","quantity":99999999999999999999999`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "an exponent", body: orderLine(`"sku":"POT","quantity":1e3`), want: []string{"number_out_of_range /lines/0/quantity"}},
	{name: "four decimals", body: orderLine(`"sku":"POT","quantity":1.0001`), want: []string{"value_invalid /lines/0/quantity"}},
	{name: "an oversized priority", body: asks(`"priority":101`), want: []string{"number_out_of_range /priority"}},
	{name: "2,001 lines", body: asks(`"lines":[` + strings.Repeat(`{"sku":"POT","quantity":1},`, 2000) + `{"sku":"POT","quantity":1}]`), want: []string{"too_many_items /lines"}},
	{name: "no line", body: asks(`"lines":[]`), want: []string{"order_without_lines /lines"}},
	{name: "nothing", body: `{}`, want: []string{"field_required /channel_id", "field_required /lines"}},
	{name: "a long text", body: asks(`"reference":"` + strings.Repeat("x", 101) + `"`), want: []string{"value_too_long /reference"}},
	{name: "a short text", body: asks(`"discounts":[{"kind":"amount","amount":1,"label":""}]`), want: []string{"value_too_short /discounts/0/label"}},
	{name: "a word that is none of them", body: asks(`"source_kind":"pigeon"`), want: []string{"value_not_allowed /source_kind"}, says: []string{`"allowed":["api"`}},
	{name: "an item twice", method: "PUT", target: "/v1/channels/{channel}/variants", body: `{"variant_ids":["{variant}","{variant}"]}`, want: []string{"item_duplicate /variant_ids/1"}},
	{name: "an unknown SKU, and a known one too often", body: asks(`"lines":[{"sku":"NONE","quantity":1},{"sku":"POT","quantity":2000}]`), want: []string{"sku_unknown /lines/0/sku", "stock_insufficient /lines/1/quantity"}},
	{name: "an unknown parameter", target: "/v1/orders?dryrun=true", body: asks(""), want: []string{"query_unknown /dryrun"}, says: []string{"dry_run"}},
	{name: "a broken query", method: "GET", target: "/v1/orders?filter=%zz", want: []string{"query_malformed "}},
	{name: "no such address", method: "GET", target: "/v1/order", want: []string{"route_unknown "}},
	{name: "no such method", method: "DELETE", target: "/v1/orders/{order}", want: []string{"method_not_allowed "}},
	{name: "a key that can't be printed", body: asks(""), header: "Idempotency-Key: a b", want: []string{"key_invalid "}},

	{name: "a price list of another currency", target: "/v1/channels", body: `{"code":"de","name":"DE","kind":"online_store","currency":"GBP","price_list_id":"{euros}","number_pattern":"DE-{seq}","time_zone":"Europe/London","tax_country":"GB","payment_methods":["cash"],"assortment":"all","active":true,"locations":[]}`,
		want: []string{"currency_mismatch /price_list_id"}},
	{name: "a channel that leaves its list", method: "PUT", target: "/v1/channels/{channel}", body: `{"code":"web","name":"DE","kind":"online_store","currency":"EUR","price_list_id":"{list}","number_pattern":"DE-{seq}","time_zone":"Europe/London","tax_country":"GB","payment_methods":["cash"],"assortment":"all","active":true,"locations":[]}`,
		want: []string{"currency_mismatch /price_list_id"}},
	{name: "a shipping method of another currency", body: `{"channel_id":"{channel}","customer_id":"{customer}","deliveries":[{"shipping_method_id":"{post}","address":{"name":"Ada","street":"1 Row","city":"London","country":"GB"}}],"lines":[{"sku":"POT","quantity":1}]}`,
		want: []string{"shipping_not_possible /deliveries/0/shipping_method_id"}},
	{name: "money of another currency", target: "/v1/orders/{order}/payments", body: `{"method":"cash","amount":{"amount":100,"currency":"EUR"}}`, want: []string{"currency_mismatch /amount/currency"}},
	{name: "no currency", target: "/v1/price-lists", body: `{"code":"x","name":"X","currency":"XXQ","tax_inclusive":true}`, want: []string{"currency_unknown /currency"}},

	{name: "a stale revision", method: "PUT", target: "/v1/orders/{revised}", body: asks(""), header: `If-Match: "1-1"`, want: []string{"revision_stale "}, says: []string{`"changed":[`, `"/lines"`, `"/total"`, `"revision":2`}},
	{name: "no ETag", method: "PUT", target: "/v1/orders/{revised}", body: asks(""), header: "If-Match: yesterday", want: []string{"etag_invalid "}},
	{name: "a key that was used for something else", body: asks(`"priority":2`), header: "Idempotency-Key: used", want: []string{"key_reused "}},
	{name: "a step that a hold forbids", target: "/v1/orders/{held}/release", want: []string{"order_held "}, says: []string{`"current_status":"pending"`, `"holds":["fraud"]`, "Release the hold"}},
	{name: "a step that the status forbids", target: "/v1/orders/{order}/place", want: []string{"transition_not_allowed "}, says: []string{`"current_status":"approved"`, `"holds":[]`, "order.clone"}},
	{name: "a step too early", target: "/v1/orders/{order}/returns", body: `{"outcome":"refund","lines":[{"line_id":"{line}","quantity":1,"reason":"damaged"}]}`, want: []string{"transition_not_allowed "}, says: []string{`"current_status":"approved"`}},
	{name: "a step after the last", target: "/v1/shipments/{shipment}/deliver", want: []string{"transition_not_allowed "}, says: []string{`"current_status":"delivered"`}},
	{name: "another total", body: asks(`"expected_total":{"amount":1,"currency":"GBP"}`), want: []string{"total_mismatch /expected_total"}},

	{name: "an unknown order", method: "GET", target: "/v1/orders/ord_none", want: []string{"not_found "}},
	{name: "an order of another channel", method: "GET", target: "/v1/orders/{order}", key: "{narrow}", want: []string{"not_found "}},
	{name: "a step of an order of another channel", target: "/v1/orders/{order}/cancel", body: `{"reason":"other"}`, key: "{narrow}", want: []string{"not_found "}},
	{name: "the events of an order of another channel", method: "GET", target: "/v1/orders/{order}/events", key: "{narrow}", want: []string{"not_found "}},
	{name: "a stock document of another location", method: "GET", target: "/v1/stock/documents/{receipt}", key: "{far}", want: []string{"not_found "}},
	{name: "goods for another location", target: "/v1/stock/receipts", body: `{"location_id":"{location}","lines":[{"sku":"POT","quantity":1}]}`, key: "{far}", want: []string{"not_found /location_id"}},
	{name: "a location for who sees some", target: "/v1/locations", body: `{"code":"new","name":"New","kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`, key: "{far}", want: []string{"scope_exceeded "}},
	{name: "a channel for who sees some", target: "/v1/channels", body: `{"code":"de","name":"DE","kind":"online_store","currency":"GBP","price_list_id":"{list}","number_pattern":"DE-{seq}","time_zone":"Europe/London","tax_country":"GB","payment_methods":["cash"],"assortment":"all","active":true,"locations":[]}`, key: "{narrow}", want: []string{"scope_exceeded "}},
	{name: "an order for who sees locations", body: asks(""), key: "{far}", want: []string{"scope_exceeded "}},
	{name: "a count of foreign stock", target: "/v1/stock/adjustments", body: `{"location_id":"{location}","reason":"count","lines":[{"sku":"POT","quantity":-99999},{"sku":"NONE","quantity":-1}]}`, key: "{far}",
		want: []string{"not_found /location_id", "not_found /lines/1/sku"}},
	{name: "a missing permission", body: asks(""), key: "{viewer}", want: []string{"permission_missing "}, says: []string{`"permission":"order.place"`}},
	{name: "nobody", body: asks(""), key: "none", want: []string{"unauthenticated "}},
	{name: "a password that is not the right one", target: "/v1/sessions", body: `{"email":"nobody@example.com","password":"correct horse"}`, want: []string{"sign_in_refused "}},
	{name: "a cookie from another site", body: asks(""), header: "Cookie: ordo_session=session_x", key: "-", want: []string{"cross_site_refused "}},
	{name: "a role beyond the own one", target: "/v1/roles", body: `{"name":"more","permissions":["*"],"discount_limit":0,"refund_limit":0}`, key: "{manager}", want: []string{"grant_exceeds_own /permissions/0"}},
	{name: "an unknown permission", target: "/v1/roles", body: `{"name":"more","permissions":["order.eat"],"discount_limit":0,"refund_limit":0}`, want: []string{"permission_unknown /permissions/0"}},
	{name: "the last admin goes", method: "PUT", target: "/v1/users/{user}", body: `{"email":"demo@example.com","name":"Demo","role_id":"{role}","active":false}`, want: []string{"last_admin "}},
	{name: "a second set-up", target: "/v1/setup", body: `{"token":"{token}","company":"X","currency":"GBP","tax_country":"GB","time_zone":"Europe/London","admin":{"email":"a@example.com","name":"A","password":"correct horse"}}`, want: []string{"link_used /token"}},
	{name: "an open end of a filter", method: "GET", target: "/v1/orders?filter=(status:draft", want: []string{"filter_syntax /filter"}},
	{name: "an unknown field of a filter", method: "GET", target: "/v1/orders?filter=colour:red", want: []string{"filter_field_unknown /filter"}},
	{name: "a wrong value in a filter", method: "GET", target: "/v1/orders?filter=total>much", want: []string{"filter_value_invalid /filter"}},
	{name: "an unknown field to sort by", method: "GET", target: "/v1/orders?sort=colour", want: []string{"sort_field_unknown /sort"}},
	{name: "an export by a filter that is misspelled", method: "GET", target: "/v1/orders/export.csv?filer=status:draft", want: []string{"query_unknown /filer"}, says: []string{"Did you mean filter?"}},
	{name: "an export of no such column", method: "GET", target: "/v1/orders/export.xlsx?columns=number,love&sort=colour", want: []string{"value_invalid /columns/1", "sort_field_unknown /sort"}},
	{name: "the result of a bulk that nobody began", method: "GET", target: "/v1/bulks/bul_none/rows.csv", want: []string{"not_found "}},
	{name: "a bulk of what is not for many", target: "/v1/bulks", body: `{"operation":"order.place","order_ids":["{order}"]}`, want: []string{"value_invalid /operation"}},
	{name: "a bulk of nothing", target: "/v1/bulks", body: `{"operation":"order.release","filter":"number:none"}`, want: []string{"bulk_empty /filter"}},
	{name: "a file that is too large", target: "/v1/imports", body: `{"name":"all.csv","format":"products","size":16777217}`, want: []string{"file_too_large /size"}, says: []string{`"limit":16777216`}},
	{name: "the rows of an import that nobody began", method: "GET", target: "/v1/imports/tim_none/rows.csv", want: []string{"not_found "}},
	{name: "a pick list of nothing", method: "GET", target: "/v1/fulfillments/pick-list.pdf", want: []string{"field_required /ids"}},
	{name: "a pick list of what is not there", method: "GET", target: "/v1/fulfillments/pick-list.pdf?ids={work},ful_none,ful_more", want: []string{"not_found /ids", "not_found /ids"}, says: []string{"ful_none", "ful_more"}},
	{name: "a pick list of another location", method: "GET", target: "/v1/fulfillments/pick-list.pdf?ids={work}", key: "{far}", want: []string{"not_found /ids"}},
	{name: "a packing slip of another location", method: "GET", target: "/v1/shipments/{shipment}/packing-slip.pdf", key: "{far}", want: []string{"not_found "}},
	{name: "a cursor that nobody gave", method: "GET", target: "/v1/orders?after=x", want: []string{"cursor_invalid /after"}},
	{name: "a code that is taken", target: "/v1/locations", body: `{"code":"main","name":"Main","kind":"warehouse","country":"GB","time_zone":"Europe/London","active":true}`, want: []string{"already_exists /code"}},
}

// counter is a shop behind HTTP with all that the refusals name.
type counter struct {
	*story
	http.Handler
	names []string // of placeholders and their values, in turn
}

func newCounter(t *testing.T, h *house) *counter {
	t.Helper()
	s := newStory(t, h)
	c := &counter{story: s, Handler: h.handler()}
	far, role := s.id("location.create", s.place("far")), map[string]string{}
	for _, r := range items(s.do("role.list", object{}), "items") {
		role[field(r, "name")] = field(r, "id")
	}
	secret := func(role string, scope object) string {
		return field(s.do("key.create", with(scope, "name", "test", "role_id", role)), "secret")
	}
	euros := s.id("price_list.create", with(s.newList(), "currency", "EUR"))
	other := s.id("channel.create", s.web("other"))
	placed, revised := s.order(line("POT", 1)), s.draft(line("POT", 1))
	s.do("order.revise", with(s.agreement(line("POT", 3)), "id", revised["id"]))
	held := s.do("order.hold", s.suspicion())
	manager := s.id("role.create", object{"name": "manager", "permissions": []string{"role.*"}})
	shipment := s.first("shipment.list", "order:"+field(s.delivered(), "id"))
	receipt := s.id("stock.receive", object{"location_id": s.location, "lines": []object{line("POT", 1)}})
	for name, value := range map[string]string{ // order-free: each stands for itself
		"channel": s.channel, "customer": s.customer, "location": s.location, "list": s.list, "euros": euros, "role": s.role, "user": s.user, "token": s.token,
		"post": s.id("shipping_method.create", with(s.newMethod(), "currency", "EUR")), "order": field(placed, "id"), "line": firstID(placed, "lines"),
		"revised": field(revised, "id"), "held": field(held, "id"), "variant": s.newVariantID(), "receipt": receipt, "shipment": field(shipment, "id"), "work": field(shipment, "fulfillment_id"),
		"admin": secret(role["admin"], object{}), "viewer": secret(role["viewer"], object{}), "manager": secret(manager, object{}),
		"narrow": secret(role["admin"], object{"channels": []string{other}}), "far": secret(role["admin"], object{"locations": []string{far}}),
	} {
		c.names = append(c.names, "{"+name+"}", value)
	}
	if status, body := c.send(refusal{body: asks(""), header: "Idempotency-Key: used"}); status != http.StatusCreated {
		t.Fatal(body)
	}
	return c
}

func (c *counter) send(r refusal) (status int, body string) {
	c.Helper()
	response := c.answer(r)
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func (c *counter) answer(r refusal) *http.Response {
	c.Helper()
	fill := strings.NewReplacer(c.names...)
	if r.target == "" {
		r.target = "/v1/orders"
	}
	if r.method == "" {
		r.method = http.MethodPost
	}
	if r.key == "" {
		r.key = "{admin}"
	}
	request := httptest.NewRequestWithContext(c.Context(), r.method, fill.Replace(r.target), strings.NewReader(fill.Replace(r.body)))
	request.Header.Set("Content-Type", "application/json")
	if r.key != "-" {
		request.Header.Set("Authorization", "Bearer "+fill.Replace(r.key))
	}
	if name, value, found := strings.Cut(r.header, ": "); found {
		request.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.ServeHTTP(w, request)
	return w.Result()
}

// refuses checks what is wrong with the answer to a refusal.
func (c *counter) refuses(r refusal) {
	c.Helper()
	before := dbtest.Rows(c.T, c.db)
	status, body := c.send(r)
	var p rest.Problem
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		c.Errorf("%s: %d %.300s", r.name, status, body)
		return
	}
	var got []string
	for _, f := range p.Faults {
		got = append(got, f.Code+" "+f.Pointer)
		if f.Remedy == "" || f.Detail == "" {
			c.Errorf("%s: %s has no remedy or no text", r.name, f.Code)
		}
	}
	if !slices.Equal(got, r.want) || status != rest.Status(declared(p.Code)) || p.Status != status || p.Remedy == "" || p.RequestID == "" {
		c.Errorf("%s: %d %q, want %q: %.600s", r.name, status, got, r.want, body)
	}
	for _, text := range r.says {
		if !strings.Contains(body, text) {
			c.Errorf("%s: does not say %q: %.600s", r.name, text, body)
		}
	}
	if after := dbtest.Rows(c.T, c.db); !maps.Equal(before, after) {
		c.Errorf("%s: something was written: %v, then %v", r.name, before, after)
	}
}

// declared is the code of a name.
func declared(name string) *problem.Code {
	i := slices.IndexFunc(problem.All(), func(c *problem.Code) bool { return c.Name == name })
	if i < 0 {
		return &problem.Code{}
	}
	return problem.All()[i]
}

// named are codes that tests name by their variables only.
var named = map[string]string{
	"record_busy": "db.ErrBusy", "not_set_up": "setting.ErrNotSetUp", "link_expired": "ErrLinkExpired", "schema_older": "db.ErrSchemaOlder",
	"import_file_unreadable": "importer.ErrFile", "import_header_unknown": "importer.ErrHeader", "import_overlaps": "importer.ErrOverlap",
	"backup_damaged": "backup.ErrDamaged", "backup_format": "backup.ErrFormat", "backup_key_wrong": "backup.ErrKey", "backup_schema_other": "backup.ErrOther", "restore_differs": "backup.ErrDiffers",
}

// Codes that the table above does not have are provoked where the business is
// tested: that test has to name the code. Whether it was really given is seen
// by scripts/test.sh, over all packages.
//
// Spec: 11.2.8
func TestEveryProblemIsProvokedBySomeTest(t *testing.T) {
	provoked := map[string]bool{}
	for _, r := range refusals {
		for _, want := range r.want {
			name, _, _ := strings.Cut(want, " ")
			if declared(name).Name == "" {
				t.Errorf("%s: there is no code %s", r.name, name)
			}
			provoked[name] = true
		}
	}
	tests := otherTests(t)
	for _, c := range problem.All() {
		word := regexp.MustCompile(`\b` + regexp.QuoteMeta(cmp.Or(named[c.Name], c.Name)) + `\b`)
		if !provoked[c.Name] && !word.MatchString(tests) {
			t.Errorf("no test provokes %s", c.Name)
		}
	}
}

// otherTests are the texts of all tests but this file.
func otherTests(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	if err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || entry.Name() == "bad_input_test.go" {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// each runs the test on both databases.
func each(t *testing.T, o db.Options, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, housed(t, dbtest.SQLite(t), o)) })
	t.Run("postgres", func(t *testing.T) { fn(t, housed(t, dbtest.Postgres(t), o)) })
}

// Spec: 1.1.5, 1.1.7, 11.2.8
func TestBadInputIsRefusedAndNothingIsWritten(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		for _, r := range refusals {
			c.refuses(r)
		}
	})
}

func TestAnOrderOfAnotherCustomerIsNotFound(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		s := newStory(t, h)
		o, stranger := s.order(line("POT", 1)), s.id("customer.create", s.person("Grace Hopper"))
		s.actor = auth.Actor{ID: stranger, Kind: auth.Customer, Permissions: auth.All, Scope: auth.Scope{Customer: stranger}}
		commandtest.Unchanged(t, h.db, func() {
			for operation, more := range map[string]string{ // order-free: each is refused
				"order.get": "", "order.events": "", "order.clone": "", "order.release": "", "order.cancel": "customer", "order.hold": "x",
			} {
				_, err := s.try(operation, "", object{"id": o["id"], "reason": more, "kind": "manual"})
				if !errors.Is(err, problem.ErrNotFound) {
					t.Errorf("%s: told %v", operation, err)
				}
			}
		})
	})
}
