package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ordo/base/clock"
	"ordo/connect/webhook"
	"ordo/edge/rest"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/number"
	"ordo/policy/account"
	"ordo/policy/system"
	"ordo/sales/bulk"
)

// reader follows the OpenAPI document like somebody who has nothing else: it
// sends the examples over HTTP, with real ids in the place of those that the
// examples have, and holds every answer against its schema.
type reader struct {
	*testing.T
	described
	base       string
	token      string
	tag        string // ETag of the last answer
	operations map[string]*describedOperation
	real       map[string]string // by placeholder: ord_01
	done       map[string]bool
}

func newReader(t *testing.T, base string) *reader {
	r := &reader{T: t, base: base, operations: map[string]*describedOperation{}, real: map[string]string{}, done: map[string]bool{}}
	if err := json.Unmarshal(rest.Document(operations(number.NewSource(), webhook.NewGuard(false), system.New()), rest.Options{References: expandable}), &r.described); err != nil {
		t.Fatal(err)
	}
	for path, methods := range r.Paths {
		for method, o := range methods {
			o.method, o.path = strings.ToUpper(method), path
			r.operations[o.Name] = o
		}
	}
	return r
}

// example sends the example of an operation. Names in its path that have no
// example are taken from path, which holds placeholders.
func (r *reader) example(name string, path ...string) object {
	r.Helper()
	o := r.operations[name]
	if o == nil {
		r.Fatalf("%s is not in the document", name)
	}
	r.done[name] = true
	address := o.path
	for _, p := range o.Parameters {
		if p.In != "path" {
			continue
		}
		if p.Example == nil && len(path) > 0 {
			p.Example, path = path[0], path[1:]
		}
		address = strings.ReplaceAll(address, "{"+p.Name+"}", fmt.Sprint(p.Example))
	}
	body := ""
	if o.RequestBody != nil {
		body = string(o.RequestBody.Content["application/json"].Examples["example"].Value)
	}
	for placeholder, id := range r.real {
		address = strings.ReplaceAll(address, placeholder, id)
		body = strings.ReplaceAll(body, `"`+placeholder+`"`, `"`+id+`"`)
	}
	condition := ""
	if o.takes("If-Match") {
		condition = r.stale(o, address, body)
	}
	status, text := r.send(o.method, address, body, "If-Match", condition)
	answer, ok := o.Responses[fmt.Sprint(status)]
	if !ok {
		r.Fatalf("%s: %s %s %s gives %d %s", name, o.method, address, body, status, text)
	}
	value := decoded(r.T, text)
	for _, fault := range r.match(answer.Content["application/json"].Schema, value, name) {
		r.Error(fault)
	}
	if o.takes("If-None-Match") {
		if status, text := r.send(o.method, address, body, "If-None-Match", r.tag); status != 304 || len(text) > 0 {
			r.Errorf("%s: the ETag %s gives %d %s", name, r.tag, status, text)
		}
	}
	out, _ := value.(object)
	return out
}

// stale sends a change that was made from the first version of all, is told
// what changed since, and returns the ETag that the change should have.
func (r *reader) stale(o *describedOperation, address, body string) string {
	r.Helper()
	status, text := r.send(o.method, address, body, "If-Match", `"0"`)
	refusal, _ := decoded(r.T, text).(object)
	changed, _ := refusal["changed"].([]any)
	if status != 412 || refusal["code"] != "revision_stale" || len(changed) == 0 {
		r.Errorf("%s: a stale ETag gives %d %s", o.Name, status, text)
	}
	return fmt.Sprintf(`"%v"`, cmp.Or(refusal["revision"], refusal["version"]))
}

// make sends the example of an operation, and keeps the id of what it answers
// in the place of a placeholder.
func (r *reader) make(placeholder, name string, path ...string) {
	r.Helper()
	r.real[placeholder] = field(r.example(name, path...), "id")
}

// also sends what examples need and no example makes. Placeholders in the
// address and the body stand for real ids.
func (r *reader) also(method, address, body string) object {
	r.Helper()
	for placeholder, id := range r.real {
		address, body = strings.ReplaceAll(address, placeholder, id), strings.ReplaceAll(body, placeholder, id)
	}
	status, text := r.send(method, address, body)
	if status >= 300 {
		r.Fatalf("%s %s %s gives %d %s", method, address, body, status, text)
	}
	out, _ := decoded(r.T, text).(object)
	return out
}

// send sends a request with further headers and keeps the ETag of the answer.
func (r *reader) send(method, address, body string, headers ...string) (int, []byte) {
	r.Helper()
	q, err := http.NewRequestWithContext(r.Context(), method, r.base+address, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		if headers[i+1] != "" {
			q.Header.Set(headers[i], headers[i+1])
		}
	}
	if r.token != "" {
		q.Header.Set("Authorization", "Bearer "+r.token)
	}
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		r.Fatal(err)
	}
	defer a.Body.Close()
	r.tag = a.Header.Get("ETag")
	text, err := io.ReadAll(a.Body)
	if err != nil {
		r.Fatal(err)
	}
	return a.StatusCode, text
}

// signIn keeps a session of the first admin.
func (r *reader) signIn(password string) {
	r.Helper()
	r.token = field(r.also("POST", "/v1/sessions", `{"email":"ann@example.com","password":"`+password+`"}`), "token")
}

// order places an order of the example's customer, and puts it and its first
// line in the place of ord_01 and oli_01.
func (r *reader) order(line, payment string) object {
	r.Helper()
	o := r.also("POST", "/v1/orders", `{"channel_id":"cha_01","customer_id":"cus_01","lines":[`+line+`],"payment":`+payment+`,
		"deliveries":[{"address":{"name":"Ada Byron","street":"12 St James's Square","postcode":"SW1Y 4JH","city":"London","country":"GB"}}]}`)
	r.about(o)
	return o
}

func (r *reader) about(o object) {
	r.real["ord_01"], r.real["oli_01"] = field(o, "id"), r.first(o, "lines", "id")
}

// first is a field of the first object of a list.
func (r *reader) first(o object, list, name string) string {
	r.Helper()
	all, _ := o[list].([]any)
	if len(all) == 0 {
		r.Fatalf("there are no %s in %v", list, o)
	}
	one, _ := all[0].(object)
	return field(one, name)
}

const (
	tea       = `{"sku":"TEA-500","quantity":2}`
	onAccount = `{"method":"on_account"}`
)

// card pays at the test gateway.
func card(token string) string { return `{"method":"test","token":"` + token + `"}` }

// Spec: 11.2.1, 11.1.4, 11.2.7
func TestEveryExampleOfTheDocumentRunsInAStory(t *testing.T) {
	for _, database := range databases {
		t.Run(database.name, func(t *testing.T) {
			now := clock.NewManual(time.Date(2026, 9, 21, 12, 0, 0, 0, time.UTC))
			h, err := open(t.Context(), database.url(t), db.Options{Clock: now, Disk: func() (db.Disk, error) { return db.Disk{Free: 15 << 20, Total: 100 << 20}, nil }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(h.close)
			s := httptest.NewServer(h.handler())
			t.Cleanup(s.Close)
			r := newReader(t, s.URL)
			if r.real["0123456789abcdef0123456789abcdef"], err = account.FirstAdminLink(t.Context(), h.db); err != nil {
				t.Fatal(err)
			}
			r.people()
			r.real["job_01"] = (&story{T: t, house: h}).deadJob()
			r.example("job.list")
			r.example("job.replay")
			r.example("job.get", "job_01")
			r.example("event.list")
			r.example("event.verify")
			r.example("import_mapping.set")
			r.example("import_mapping.get", "old-shop")
			r.example("import_mapping.list")
			r.tables(h)
			r.make("vie_01", "view.save")
			r.example("view.change")
			r.example("view.share")
			r.example("view.get", "vie_01")
			r.example("view.list")
			r.example("view.remove")
			r.example("preference.set")
			r.example("preference.list")
			r.trade()
			r.listen()
			r.agree()
			r.many(h)
			r.hear(h)
			r.pay()
			r.fulfill()
			r.takeBack(now)
			r.mishaps()
			r.watched(h)
			r.tells(h)
			for name, o := range r.operations {
				if !r.done[name] {
					t.Errorf("the story has no %s (%s %s)", name, o.method, o.path)
				}
			}
		})
	}
}

// databases are where whole programs are tested.
var databases = []struct {
	name string
	url  func(*testing.T) string
}{{"sqlite", dbtest.SQLite}, {"postgres", dbtest.Postgres}}

// watched lets the server raise its alarms, and asks what it knows of itself.
func (r *reader) watched(h *house) {
	h.watch.Observe(system.Response{Operation: "order.place", At: h.db.Clock.Now(), Took: time.Minute})
	if err := h.watch.Write(r.Context()); err != nil {
		r.Fatal(err)
	}
	for name, list := range map[string]string{"system.metrics": "operations", "system.history": "points", "system.responses": "items", "system.slowest": "items", "system.trend": "weeks"} { // order-free: each by itself
		if answer := r.example(name); len(items(answer, list)) == 0 {
			r.Errorf("%s tells %v", name, answer)
		}
	}
}

// people sets the workspace up, with its users, roles and keys.
func (r *reader) people() {
	r.example("account.setup")
	session := r.example("session.create")
	r.real["ses_01"], r.token = field(session, "id"), field(session, "token")
	r.example("session.delete")
	r.signIn("correct horse")
	r.example("user.set_password") // ends the session
	r.signIn("battery staple")
	r.example("setting.update")
	r.example("setting.get")
	r.example("account.get")
	r.make("rol_01", "role.create")
	r.example("role.update")
	r.example("role.get", "rol_01")
	r.example("role.list")
	r.real["ann@example.com"] = "ben@example.com" // Ann is the admin
	r.make("usr_01", "user.create")
	r.example("user.update")
	r.make("usr_02", "user.invite")
	r.example("user.invite_again")
	r.example("account.forgot_password")
	r.example("user.reset_password")
	r.example("user.get", "usr_01")
	r.example("user.list")
	r.make("key_01", "key.create")
	r.example("key.get", "key_01")
	r.example("key.revoke")
	r.example("key.list")
	delete(r.real, "ann@example.com")
}

// trade makes what is sold, where from, for how much, and to whom.
func (r *reader) trade() {
	r.make("loc_01", "location.create")
	r.example("location.update")
	r.example("location.get", "loc_01")
	r.example("location.list")
	r.make("prl_01", "price_list.create")
	r.example("price_list.update")
	r.example("price_list.get", "prl_01")
	r.example("price_list.list")
	r.make("shm_01", "shipping_method.create")
	r.example("shipping_method.update")
	r.example("shipping_method.get", "shm_01")
	r.example("shipping_method.list")
	r.example("tax_rate.set")
	r.example("tax_rate.list")
	r.make("cha_01", "channel.create")
	r.example("channel.update")
	r.example("channel.get", "cha_01")
	r.example("channel.list")
	product := r.example("product.create")
	r.real["prd_01"], r.real["var_01"] = field(product, "id"), r.first(product, "variants", "id")
	r.example("product.update")
	r.example("product.get", "prd_01")
	r.example("product.list")
	r.example("variant.update")
	r.example("variant.get", "var_01")
	r.example("variant.list")
	r.example("channel.publish")
	r.example("channel.unpublish")
	r.example("price.set")
	r.example("price.list", "prl_01")
	r.also("POST", "/v1/products", `{"title":"Tea","variants":[{"sku":"TEA-500","title":"Assam","kind":"stock","unit":"each","tax_class":"standard","backorder":true,"active":true},
		{"sku":"TASTING","title":"Tea tasting","kind":"service","unit":"each","tax_class":"standard","active":true}]}`)
	r.also("PUT", "/v1/price-lists/prl_01/prices", `{"prices":[{"sku":"TEA-500","minimum":0,"unit_price":"12.5"},{"sku":"TASTING","minimum":0,"unit_price":"80"}]}`)
	r.make("sdo_01", "stock.receive")
	r.also("POST", "/v1/products", `{"title":"Wine","variants":[{"sku":"WINE-1","title":"Wine","kind":"stock","unit":"each","tax_class":"standard","lot_tracked":true,"active":true}]}`)
	for _, expires := range []string{"2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"} {
		r.also("POST", "/v1/stock/receipts", `{"location_id":"loc_01","lines":[{"sku":"WINE-1","quantity":1,"lot":"L1","expires_at":"`+expires+`"}]}`)
	}
	r.example("stock.adjust")
	r.example("stock.get_document", "sdo_01")
	r.example("stock.list")
	r.example("stock.movements")
	r.example("stock.reservations", "var_01")
	r.example("customer_type.set")
	r.example("customer_type.list")
	r.make("cus_01", "customer.create")
	r.example("customer.update")
	r.make("adr_01", "customer.add_address")
	r.example("customer.addresses", "cus_01")
	r.example("customer.balance", "cus_01")
	r.example("customer.remove_address")
	r.example("customer.get", "cus_01")
	r.example("customer.list")
	r.example("variant.set_limits")
	r.example("variant.limits", "var_01")
}

// listen adds an endpoint of webhooks, which hears of orders.
func (r *reader) listen() {
	r.make("whk_01", "webhook.create")
	r.example("webhook.update")
	r.example("webhook.get", "whk_01")
	r.example("webhook.list")
	r.example("webhook.rotate_secret")
	r.example("webhook.try")
}

// hear sends what happened to orders, and to nobody what is not delivered.
func (r *reader) hear(h *house) {
	r.Helper()
	h.guard.Connect = func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no test calls outside")
	}
	for n := 1; n > 0; {
		var err error
		if n, err = h.engine.Sealer.Seal(r.Context()); err != nil {
			r.Fatal(err)
		}
	}
	for range 3 {
		if _, err := h.hooks.Step(r.Context()); err != nil {
			r.Fatal(err)
		}
	}
	rows := items(r.also("GET", "/v1/webhooks/whk_01/deliveries?filter=type:order.placed", ""), "items")
	if len(rows) == 0 {
		r.Fatal("nothing was sent to the endpoint")
	}
	r.real["whd_01"] = field(rows[0], "id")
	for did := true; did; {
		var err error
		if did, err = h.mail.Step(r.Context()); err != nil {
			r.Fatal(err)
		}
	}
	r.real["fedcba9876543210fedcba9876543210"] = account.Token(h.engine.Secret, r.real["usr_02"], 2)
	r.example("account.set_password")
	r.example("mail_template.list")
	r.example("mail_template.preview")
	r.example("mail_template.set")
	r.example("mail_template.reset")
	r.example("mail.list")
	r.real["mai_01"] = field(items(r.also("GET", "/v1/mails?filter=template:order_confirmation", ""), "items")[0], "id")
	r.example("mail.get", "mai_01")
	r.example("mail.resend")
	r.example("webhook.deliveries", "whk_01")
	r.example("webhook.delivery", "whk_01", "whd_01")
	r.example("webhook.redeliver")
	r.example("webhook.replay")
	r.example("webhook.pause")
	r.example("webhook.resume")
	r.example("webhook.delete")
}

// agree drafts, places, holds, copies and cancels orders.
func (r *reader) agree() {
	r.example("order.price")
	r.make("ord_01", "order.draft")
	r.example("order.revise")
	r.about(r.example("order.get", "ord_01"))
	r.example("order.change_line")
	two := r.also("POST", "/v1/orders/drafts", `{"channel_id":"cha_01","customer_id":"cus_01","lines":[`+tea+`,`+tea+`]}`)
	draft := r.real["ord_01"]
	r.about(two)
	r.example("order.remove_line")
	r.real["ord_01"] = draft
	r.about(r.example("order.place_draft"))
	r.example("channel.numbers", "cha_01")
	r.example("order.get", "ord_01")
	r.example("order.list")
	r.example("order.events", "ord_01")
	r.real["hld_01"] = r.first(r.example("order.hold"), "holds", "id")
	r.example("order.release_hold")
	r.also("POST", "/v1/orders/ord_01/holds", `{"kind":"fraud","reason":"x"}`)
	r.example("order.release_holds")
	r.make("not_01", "order.note")
	r.example("order.notes", "ord_01")
	r.make("fil_01", "attachment.upload")
	r.example("attachment.file", "fil_01")
	r.real["att_01"] = field(r.example("attachment.add_part"), "attachment_id")
	next := field(r.also("POST", "/v1/orders/ord_01/attachments", `{"name":"next.csv","size":14,"attachment_id":"`+r.real["att_01"]+`"}`), "id")
	r.also("PUT", "/v1/files/"+next+"/parts/1", `{"content":"c2t1LHF0eQpURUEsMQo="}`)
	r.example("attachment.list", "ord_01")
	r.example("attachment.change")
	r.example("attachment.get", "att_01")
	r.example("attachment.remove")
	r.make("fil_02", "attachment.upload")
	r.example("attachment.cancel")
	r.example("order.amend")
	r.example("order.as_of", "ord_01", "1")
	r.example("order.compare", "ord_01", "1", "2")
	r.make("chg_01", "change.begin")
	r.example("change.drop")
	r.make("chg_01", "change.begin")
	r.real["stp_01"] = r.first(r.example("change.stage"), "steps", "id")
	r.example("change.get", "chg_01")
	r.example("change.list")
	r.example("change.unstage")
	r.example("change.stage")
	r.example("change.commit")
	r.make("ord_02", "order.split")
	r.example("order.mergeable", "ord_01")
	r.example("order.merge")
	r.example("order.edit_note")
	r.example("note.list")
	r.example("order.people", "ord_01")
	r.example("order.remove_note")
	r.example("order.tag")
	r.example("tag.list")
	r.example("order.untag")
	r.example("order.timeline", "ord_01")
	r.example("order.clone")
	r.make("tpl_01", "template.save")
	r.example("template.change")
	r.example("template.share")
	r.example("template.get", "tpl_01")
	r.example("template.list")
	r.example("template.remove")
	r.example("order.differences", "ord_01")
	r.example("order.cancel")
	all := field(r.order(`{"sku":"TEA-500","quantity":99}`, onAccount), "id")
	r.order(tea, onAccount) // waits for stock
	r.also("POST", "/v1/orders/"+all+"/cancel", `{"reason":"customer"}`)
	r.example("order.allocate")
	r.also("POST", "/v1/orders/ord_01/cancel", `{"reason":"customer"}`)
	r.order(`{"sku":"TASTING","quantity":1}`, onAccount)
	r.example("order.perform")
}

// many holds the order in bulk, and takes that back.
func (r *reader) many(h *house) {
	work := func(id string) {
		r.Helper()
		if err := handlers(h.engine)[bulk.WorkJob].Do(r.Context(), json.RawMessage(`{"bulk_id":"`+id+`"}`)); err != nil {
			r.Fatal(err)
		}
	}
	r.make("bul_01", "bulk.begin")
	r.example("bulk.stop")
	work(r.real["bul_01"])
	first := r.real["bul_01"]
	r.real["bul_01"] = field(r.also("POST", "/v1/bulks", `{"operation":"order.note","input":{"text":"seen"},"filter":"origin:ordo"}`), "id")
	r.also("POST", "/v1/bulks/"+r.real["bul_01"]+"/stop", "")
	work(r.real["bul_01"])
	r.example("bulk.resume")
	r.real["bul_01"] = first
	r.example("bulk.get", "bul_01")
	r.example("bulk.rows", "bul_01")
	r.example("bulk.list")
	work(field(r.example("bulk.undo"), "id"))
	r.real["ord_02"] = field(r.also("POST", "/v1/orders/drafts", `{"channel_id":"cha_01","customer_id":"cus_01","lines":[`+tea+`]}`), "id")
	r.real["bul_01"] = field(r.also("POST", "/v1/bulks", `{"operation":"order.release","order_ids":["ord_01","ord_02"]}`), "id")
	work(r.real["bul_01"])
	work(r.real["bul_01"])
	r.example("bulk.retry")
}

// pay moves money at the test gateway, and by hand.
func (r *reader) pay() {
	r.order(tea, card("tok_approve"))
	r.example("order.capture")
	o := r.order(tea, card("tok_approve"))
	r.real["pay_01"] = r.first(o, "payments", "id")
	r.example("payment.get", "pay_01")
	r.example("payment.list")
	r.example("payment.unclear")
	r.example("order.void_payment")

	r.order(tea, card("tok_action"))
	payment := r.payment()
	r.real["int_01"] = r.first(payment, "attempts", "key")
	r.example("test_gateway.complete")

	r.order(tea, card("tok_late"))
	payment = r.payment()
	r.real["pay_01"], r.real["att_01"] = field(payment, "id"), r.first(payment, "attempts", "id")
	r.example("payment.record_result")
}

// payment is the first one of the order.
func (r *reader) payment() object {
	r.Helper()
	return r.also("GET", "/v1/payments/"+r.first(r.also("GET", "/v1/orders/ord_01", ""), "payments", "id"), "")
}

// fulfill picks, packs and ships the order of the example, and pays for it.
func (r *reader) fulfill() {
	r.about(r.example("order.place"))
	r.example("order.release")
	r.real["ful_01"] = r.first(r.also("GET", "/v1/fulfillments?filter=order:ord_01", ""), "items", "id")
	r.example("fulfillment.list")
	r.example("fulfillment.queue", "loc_01")
	r.example("fulfillment.get", "ful_01")
	r.real["loc_02"] = field(r.also("POST", "/v1/locations", `{"code":"second","name":"Second","kind":"store","country":"GB","time_zone":"Europe/London","active":true}`), "id")
	r.also("POST", "/v1/stock/receipts", `{"location_id":"loc_02","lines":[{"sku":"TEA-500","quantity":2}]}`)
	for _, move := range []string{"fulfillment.reassign", "order.move_stock"} { // and back
		r.example(move)
		r.also("POST", "/v1/orders/ord_01/move-stock", `{"lines":[{"line_id":"oli_01","location_id":"loc_01"}]}`)
	}
	r.example("fulfillment.pick")
	r.example("fulfillment.unpick")
	r.also("POST", "/v1/fulfillments/ful_01/pick", `{"lines":[{"line_id":"oli_01","quantity":1}]}`)
	r.example("fulfillment.pack")
	r.real["shp_01"] = r.first(r.also("GET", "/v1/shipments?filter=order:ord_01", ""), "items", "id")
	r.example("shipment.unpack")
	r.example("fulfillment.pack")
	r.real["shp_01"] = r.first(r.also("GET", "/v1/shipments?filter=order:ord_01+status:packed", ""), "items", "id")
	r.example("shipment.label")
	r.example("shipment.dispatch")
	r.example("shipment.track")
	r.example("shipment.deliver")
	r.example("shipment.get", "shp_01")
	r.example("shipment.list")
	r.example("order.pay")
}
