package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"ordo/engine/db"
)

// sees sends a read and returns the status and the body.
func (c *counter) sees(target, key string) (int, string) {
	c.Helper()
	return c.send(refusal{method: http.MethodGet, target: target, key: key})
}

// Spec: 11.2.1
func TestAReadShowsTheFieldsThatAreAskedFor(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		for target, want := range map[string]string{ // order-free: each stands for itself
			"/v1/orders/{order}?fields=lines.sku,id,total.currency": `{"id":"{order}","total":{"currency":"GBP"},"lines":[{"sku":"POT"}]}`,
			"/v1/orders/{order}?fields=total,total.amount,id":       `{"id":"{order}","total":{"amount":3400,"currency":"GBP"}}`,
			"/v1/orders/{order}?fields=id&fields=currency":          `{"id":"{order}","currency":"GBP"}`,
			"/v1/locations?filter=code:main&fields=code":            `{"items":[{"code":"main"}]}`,
			"/v1/locations?filter=code:main&fields=code,nowhere": `"faults":[{"code":"field_unknown","pointer":"/fields/1","detail":"fields[1] is \"nowhere\", which location.list does not show",` +
				`"remedy":"Leave the field out, or correct its name.","allowed":["actions","active","code","country","created_at","id","kind","name","time_zone","version"]}]`,
			"/v1/orders/{order}?fields=total.cents":                   `"allowed":["amount","currency"]`,
			"/v1/orders/{order}?fields=id.x":                          `"code":"field_unknown"`,
			"/v1/orders/{order}?fields=customer.name":                 `"code":"field_unknown"`,
			"/v1/orders/{order}?expand=id":                            `"allowed":["agreement.channel","agreement.customer","agreement.lines.variant","channel","customer","lines.sources.location","lines.variant",`,
			"/v1/orders/{order}?fields=":                              `"code":"field_unknown"`,
			"/v1/settings?expand=x":                                   `"code":"query_unknown"`,
			"/v1/orders/{order}?fields=" + strings.Repeat("id,", 101): `"code":"too_many_items"`,
			"/v1/orders/{order}?expand=customer,lines.variant,lines.variant&fields=number,customer.name,lines.variant.sku": `"customer":{"name":"Ada Byron"}}`,
			"/v1/orders?filter=id:{order}&expand=channel&fields=channel.code":                                              `{"items":[{"channel":{"code":"web"}}]}`,
		} {
			if _, body := c.sees(target, ""); !strings.Contains(body, strings.NewReplacer(c.names...).Replace(want)) {
				t.Errorf("%s gives %s, want %s", target, body, want)
			}
		}
	})
}

// Spec: 11.2.1
func TestWhatIsExpandedIsWhatTheActorMaySee(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		manager := c.id("role.create", object{"name": "shipper", "permissions": []string{"shipment.*"}})
		c.names = append(c.names, "{shipper}", field(c.do("key.create", object{"name": "x", "role_id": manager}), "secret"))
		if status, body := c.sees("/v1/shipments/{shipment}?expand=order", "{shipper}"); status != 403 || !strings.Contains(body, "order.list") {
			t.Errorf("without the permission: %d %s", status, body)
		}
		var scoped struct{ Items []map[string]any }
		for key, want := range map[string]bool{"{admin}": true, "{far}": false} { // order-free: each stands for itself
			_, body := c.sees("/v1/channels?filter=code:web&expand=locations.location&fields=locations", key)
			if err := json.Unmarshal([]byte(body), &scoped); err != nil || len(scoped.Items) != 1 || strings.Contains(body, `"location":{`) != want {
				t.Errorf("%s is shown %s", key, body)
			}
		}
		plain, expanded := c.answer(refusal{method: "GET", target: "/v1/orders/{order}"}), c.answer(refusal{method: "GET", target: "/v1/orders/{order}?expand=customer", header: "If-None-Match: *"})
		if plain.Header.Get("ETag") == "" || expanded.Header.Get("ETag") != "" || expanded.StatusCode != 200 {
			t.Errorf("the ETag of an order is %q, with its customer %q, %d", plain.Header.Get("ETag"), expanded.Header.Get("ETag"), expanded.StatusCode)
		}
	})
}

func TestStatementsOfAnExpandedPageDoNotGrowWithItsRows(t *testing.T) {
	each(t, db.Options{}, func(t *testing.T, h *house) {
		c := newCounter(t, h)
		for i := range 5 {
			c.customer = c.id("customer.create", c.person(fmt.Sprint("Person ", i)))
			c.order(line("POT", 1))
		}
		count := func(limit int) int64 {
			before := h.db.Statements.Load()
			status, body := c.sees(fmt.Sprintf("/v1/orders?sort=-placed&limit=%d&expand=customer,channel,price_list", limit), "")
			if status != 200 || strings.Count(body, `"customer":{`) != limit {
				t.Fatalf("%d %s", status, body)
			}
			return h.db.Statements.Load() - before
		}
		count(1)
		if one, five := count(1), count(5); one != five || one < 4 {
			t.Errorf("%d statements for a row, %d for five", one, five)
		}
	})
}
