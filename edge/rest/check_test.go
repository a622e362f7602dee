package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"

	"ordo/base/money"
	"ordo/engine/command"
	"ordo/engine/db"
)

// An order of the size that a shop sends.
type orderIn struct {
	Channel   string         `json:"channel" maxLength:"40"`
	Customer  string         `json:"customer,omitempty" maxLength:"40"`
	Reference string         `json:"reference,omitempty" maxLength:"100"`
	Currency  string         `json:"currency" pattern:"^[A-Z]{3}$"`
	Email     string         `json:"email,omitempty" format:"email"`
	Wanted    *time.Time     `json:"wanted_at,omitempty"`
	Gift      bool           `json:"gift,omitempty"`
	Address   orderAddress   `json:"address"`
	Payment   string         `json:"payment" enum:"account,card"`
	Lines     []orderLine    `json:"lines" minItems:"1" maxItems:"2000"`
	Tags      []string       `json:"tags,omitempty" maxItems:"20"`
	Facts     map[string]int `json:"facts,omitempty"`
}

type orderAddress struct {
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Street  string `json:"street" minLength:"1" maxLength:"200"`
	City    string `json:"city" minLength:"1" maxLength:"200"`
	Country string `json:"country" pattern:"^[A-Z]{2}$"`
}

type orderLine struct {
	SKU      string          `json:"sku" minLength:"1" maxLength:"64"`
	Quantity money.Quantity  `json:"quantity" exclusiveMinimum:"0"`
	Price    money.UnitPrice `json:"unit_price,omitempty" minimum:"0"`
}

const orderBody = `{"channel":"web","customer":"cus_01jd9z3k4m5n6p7q8r9s0t1v2w","reference":"PO 4711","currency":"EUR","email":"buyer@example.com",
"wanted_at":"2026-11-27T00:00:00Z","gift":false,"address":{"name":"Acme GmbH","street":"Hauptstraße 1","city":"Köln","country":"DE"},
"payment":"account","lines":[{"sku":"tea-500","quantity":12,"unit_price":"8.90"},{"sku":"cup-blue","quantity":2},{"sku":"kettle","quantity":1.5}]}`

func orderEndpoint() *endpoint {
	return newEndpoint(newRegistry(), command.Def[orderIn, orderIn]{
		Name: "order.place", Summary: "Place an order", Method: http.MethodPost, Path: "/v1/orders",
		Run: func(_ *db.Tx, in orderIn) (orderIn, error) { return in, nil },
		Example: orderIn{
			Channel: "web", Currency: "EUR", Payment: "account", Lines: []orderLine{{SKU: "tea-500", Quantity: 12_000}},
			Address: orderAddress{Name: "Acme", Street: "High Street 1", City: "York", Country: "GB"},
		},
	})
}

func TestLongListsMayBeLarge(t *testing.T) {
	if got := orderEndpoint().limit; got != largeBodyLimit {
		t.Errorf("an order of 2,000 lines may have %d bytes", got)
	}
}

// A field that requests could not be checked for must not start the program.
func TestTagsThatAreNotCheckedAreRefused(t *testing.T) {
	for name, in := range map[string]any{
		"a float": struct{ Rate float64 }{},
		"multipleOf": struct {
			N int64 `multipleOf:"2"`
		}{},
		"unique numbers": struct {
			L []int64 `uniqueItems:"true"`
		}{},
		"a default in a body": struct {
			S string `default:"x"`
		}{},
		"an unknown format": struct {
			S string `format:"poem"`
		}{},
		"a bound with more decimals than a quantity": struct {
			Q money.Quantity `minimum:"0.0001"`
		}{},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			r := newRegistry()
			c := newCompiler(r, "test.run")
			c.compile(bodySchema(r, reflect.TypeOf(in)), nil)
		})
	}
}

func TestAnEffectWithoutResultIsAnsweredAsPending(t *testing.T) {
	w := httptest.NewRecorder()
	if err := orderEndpoint().write(w, httptest.NewRequest("POST", "/v1/orders", nil), command.Answer{Value: orderIn{}, Pending: true}, input{}, func(text []byte) ([]byte, error) { return text, nil }); err != nil || w.Code != http.StatusAccepted {
		t.Errorf("%d, %v", w.Code, err)
	}
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{orderBody, `{}`, `[]`, `{"a":1,"a":1}`, `"\ud83c\udf75"`, `"\ud83c"`, `-0.5e+7`, `{"facts":{"\u0000":1}}`, `tru`, "\"\xff\"", ` {"lines":[{"quantity":1e3}]}`} {
		f.Add([]byte(seed))
	}
	order := orderEndpoint().body
	free := &shape{kind: anything}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c checker
		switch err := c.body(data, free); {
		case err == nil && c.faults.Empty() && !json.Valid(data):
			t.Errorf("%q passes and is no JSON", data)
		case errors.Is(err, ErrMalformed) && json.Valid(data) && utf8.Valid(data) && !bytes.Contains(data, []byte(`\u`)):
			t.Errorf("%q: %s", data, err)
		}
		c = checker{}
		if err := c.body(data, order); err != nil || !c.faults.Empty() {
			return
		}
		if err := json.Unmarshal(data, new(orderIn)); err != nil {
			t.Errorf("%q passes and can't be decoded: %s", data, err)
		}
	})
}

func BenchmarkDecodeOrder(b *testing.B) {
	e := orderEndpoint()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/v1/orders", nil)
	r.Header.Set("Content-Type", "application/json")
	b.ReportAllocs()
	for b.Loop() {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(orderBody))), int64(len(orderBody))
		if _, err := e.decode(w, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCheckOrder(b *testing.B) {
	e := orderEndpoint()
	b.ReportAllocs()
	for b.Loop() {
		var c checker
		if err := c.body([]byte(orderBody), e.body); err != nil || !c.faults.Empty() {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteOrder(b *testing.B) {
	e := orderEndpoint()
	var in orderIn
	if err := json.Unmarshal([]byte(orderBody), &in); err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/v1/orders", nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := e.write(httptest.NewRecorder(), r, command.Answer{Value: in}, input{}, func(text []byte) ([]byte, error) { return text, nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnExampleThatWouldBeRefusedStopsTheProgram(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	newEndpoint(newRegistry(), command.Def[orderIn, orderIn]{
		Name: "order.place", Summary: "Place an order", Method: http.MethodPost, Path: "/v1/orders",
		Run:     func(_ *db.Tx, in orderIn) (orderIn, error) { return in, nil },
		Example: orderIn{Channel: "web", Currency: "EUR", Payment: "barter"},
	})
}
