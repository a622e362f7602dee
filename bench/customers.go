package bench

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"ordo/base/id"
	"ordo/engine/command"
)

const (
	bookSize = 100_000 // customers of a workspace that is made to find them in
	asked    = 50      // examples of a question about them
)

var (
	firstNames = strings.Fields("Ada Bert Clara Dirk Emil Frida Greta Hans Ida Jan Karl Lena Maria Nils Olga Paul Rosa Sven Tina Uwe Vera Willi Xenia Yara Zoe")
	lastNames  = strings.Fields("Albrecht Bauer Byron Dietrich Engel Fischer Graf Hoffmann Huber Jung Kaiser Keller Lang Lovelace Meyer Neumann Otto Peters Richter Sauer Schulz Turing Vogel Weber Zimmermann")
)

// person is customer number i: a first name that one of 25 has, a mail address
// and a phone number of their own.
func person(i int) object {
	first, last := firstNames[i%len(firstNames)], lastNames[i/len(firstNames)%len(lastNames)]
	return object{"type": "retail", "active": true, "name": first + " " + last, "company": lastNames[i/7%len(lastNames)] + " Trading Ltd",
		"email": mailOf(i), "phone": "+49 30 " + phoneOf(i)}
}

func mailOf(i int) string {
	return strings.ToLower(firstNames[i%len(firstNames)]) + "." + strconv.Itoa(i) + "@mail.example.com"
}

// phoneOf is a number of seven digits that look random.
func phoneOf(i int) string { return fmt.Sprintf("%07d", (i*7_368_787+1_000_003)%10_000_000) }

// seedCustomers fills the workspace with customers, who are added side by side.
func seedCustomers(ctx context.Context, m *measurement) error {
	m.say("adding %d customers", bookSize)
	err := m.inProcess(ctx, nil, func(e *command.Engine) (err error) {
		var next atomic.Int64
		var first sync.Once
		adding := loop{name: "customers", clients: 32, progress: m.Stderr}
		f, err := adding.run(ctx, func(int) (step, error) {
			own := &seeder{ctx: ctx, engine: e}
			return func() error {
				i := next.Add(1) - 1
				if i >= bookSize {
					return errDone
				}
				if own.id("customer.create", person(int(i))); own.err != nil {
					first.Do(func() { err = own.err })
					return errDone
				}
				return nil
			}, nil
		})
		if err == nil {
			m.result.note("added %.0f customers/s in process, p95 %.1f ms", f.PerSecond, f.P95)
		}
		return err
	})
	if err != nil {
		return err
	}
	return m.database.analyze(ctx)
}

// findCustomers measures how customers are found by what somebody types.
func findCustomers(ctx context.Context, m *measurement) error {
	key, err := m.customerReader(ctx)
	if err != nil {
		return err
	}
	return m.served(ctx, func(s *server) error { return m.askEach(ctx, s, customerQuestions(), key, "cus_") })
}

// customerReader makes a key that may list customers.
func (m *measurement) customerReader(ctx context.Context) (key string, err error) {
	err = m.inProcess(ctx, nil, func(e *command.Engine) error {
		s := &seeder{ctx: ctx, engine: e}
		role := s.id("role.create", object{"name": id.Random.Token(), "permissions": []string{"customer.list"}, "discount_limit": 0, "refund_limit": 0})
		key, _ = s.do("key.create", object{"name": "bench", "role_id": role})["secret"].(string)
		return s.err
	})
	return key, err
}

// customerQuestions are words of all kinds: such as one customer has, and such as
// all have.
func customerQuestions() []question {
	mail, inside, phone, number, name := question{name: "mail address"}, question{name: "inside of a mail address"}, question{name: "part of a phone number"}, question{name: "number"}, question{name: "first name"}
	all, two, byName := question{name: "what all have"}, question{name: "first and last name"}, question{name: "first name, sorted by name"}
	for n := range asked {
		i := n * (bookSize / asked)
		p := person(i)
		mail.add(customerPath(quote(mailOf(i)), ""))
		inside.add(customerPath(quote(strconv.Itoa(i)+"@ma"), ""))
		phone.add(customerPath(phoneOf(i)[1:6], ""))
		number.add(customerPath(quote(fmt.Sprintf("C-%06d", i+1)), ""))
		name.add(customerPath(firstNames[n%len(firstNames)], ""))
		all.add(customerPath([]string{"example", "mail", "ltd", "trad", "30"}[n%5], ""))
		two.add(customerPath(p["name"].(string), ""))
		byName.add(customerPath(firstNames[n%len(firstNames)], "name"))
	}
	return []question{mail, inside, phone, number, name, all, two, byName}
}

func customerPath(filter, sort string) string {
	return "/v1/customers?" + url.Values{"filter": {filter}, "sort": {sort}}.Encode()
}
