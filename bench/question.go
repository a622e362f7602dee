package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/engine/command"
)

// reader asks about the orders of a workspace.
type reader struct {
	keyID, key string
	questions  []question
}

// question is a kind of request with examples, each of which finds something.
type question struct {
	name  string
	paths []string
}

// sample is what questions are made from.
type sample struct {
	ID         string
	Number     string
	Status     string
	CustomerID string    `json:"customer_id"`
	Name       string    `json:"customer_name"`
	PlacedAt   time.Time `json:"placed_at"`
}

const (
	readerRole = "bench reader"
	places     = 20 // in the time of all orders, from which samples are taken
	perPlace   = 20
)

// newReader takes samples of the orders and makes a key that may read them.
func newReader(ctx context.Context, e *command.Engine) (*reader, error) {
	s := &seeder{ctx: ctx, engine: e}
	questions := s.questions()
	if s.err != nil {
		return nil, s.err
	}
	key := s.do("key.create", object{"name": "bench", "role_id": s.readerRole()})
	r := &reader{questions: questions}
	r.keyID, _ = key["id"].(string)
	r.key, _ = key["secret"].(string)
	return r, s.err
}

// leave revokes the key.
func (r *reader) leave(ctx context.Context, e *command.Engine) error {
	s := &seeder{ctx: ctx, engine: e}
	s.do("key.revoke", object{"id": r.keyID})
	return s.err
}

// readerRole returns the role of earlier measurements, or a new one.
func (s *seeder) readerRole() (id string) {
	var roles struct{ Items []struct{ ID, Name string } }
	s.read("role.list", object{"limit": 200}, &roles)
	for _, r := range roles.Items {
		if r.Name == readerRole {
			return r.ID
		}
	}
	return s.id("role.create", object{"name": readerRole, "permissions": []string{"order.list", "order.get"}, "discount_limit": 0, "refund_limit": 0})
}

// questions makes questions about the orders that are there.
func (s *seeder) questions() []question {
	oldest, _ := s.orders("-status:draft", "placed", 1)
	newest, next := s.orders("", "-placed", 50)
	if s.err != nil || len(oldest) == 0 {
		s.fail(errors.New("there is no order that was placed"))
		return nil
	}
	step := max(newest[0].PlacedAt.Sub(oldest[0].PlacedAt)/places, time.Microsecond)
	var samples []sample
	for i := range places {
		some, _ := s.orders("-status:draft placed>="+stamp(oldest[0].PlacedAt.Add(time.Duration(i)*step)), "placed", perPlace)
		samples = append(samples, some...)
	}
	ofStatus := "status:" + mostCommon(samples)
	_, nextLargest := s.orders(ofStatus, "-total", 50)

	newestFirst := question{"newest", []string{"/v1/orders"}}
	largest := question{"largest of a status", []string{listPath(ofStatus, "-total", "")}}
	either := question{"of two payment statuses", []string{listPath("payment:unpaid,paid", "", "")}}
	dear := question{"total over 100", []string{listPath("total>100", "", "")}}
	second := question{name: "second page"}
	if next != "" {
		second.add(listPath("", "-placed", next))
	}
	if nextLargest != "" {
		second.add(listPath(ofStatus, "-total", nextLargest))
	}
	customer, days, number, name, one := question{name: "of a customer"}, question{name: "within days"}, question{name: "word: number"}, question{name: "word: name"}, question{name: "order"}
	for _, o := range samples {
		if o.CustomerID != "" {
			customer.add(listPath("customer:"+o.CustomerID, "", ""))
		}
		days.add(listPath("placed>="+stamp(o.PlacedAt)+" placed<"+stamp(o.PlacedAt.Add(step)), "", ""))
		number.add(listPath(quote(o.Number), "", ""))
		if o.Name != "" {
			name.add(listPath(quote(o.Name), "", ""))
		}
		one.add("/v1/orders/" + o.ID)
	}
	all := []question{newestFirst, largest, either, customer, dear, days, number, name, second, one}
	return slices.DeleteFunc(all, func(q question) bool { return len(q.paths) == 0 })
}

// orders returns a page of the list of orders and the cursor of the next one.
func (s *seeder) orders(filter, sort string, limit int) (all []sample, next string) {
	var page struct {
		Items []sample
		Next  string
	}
	s.read("order.list", object{"filter": filter, "sort": sort, "limit": limit}, &page)
	return page.Items, page.Next
}

// read runs an operation and decodes its answer.
func (s *seeder) read(name string, in object, out any) {
	text, err := json.Marshal(s.do(name, in))
	if err == nil {
		err = json.Unmarshal(text, out)
	}
	if err != nil {
		s.fail(err)
	}
}

// mostCommon returns the status that most of the orders have.
func mostCommon(orders []sample) (status string) {
	count := map[string]int{}
	for _, o := range orders {
		if count[o.Status]++; count[o.Status] > count[status] {
			status = o.Status
		}
	}
	return status
}

func (q *question) add(path string) { q.paths = append(q.paths, path) }

// listPath is the path of a page of orders.
func listPath(filter, sort, after string) string {
	query := url.Values{}
	for name, value := range map[string]string{"filter": filter, "sort": sort, "after": after} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return "/v1/orders?" + query.Encode()
}

func quote(word string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
}

func stamp(at time.Time) string { return at.UTC().Format(clock.Format) }

// asking returns clients that ask the examples in random order. Each finds
// something whose id begins with prefix.
func (q question) asking(ctx context.Context, addr, key, prefix string) func(i int) (step, error) {
	requests := make([][]byte, len(q.paths))
	for i, path := range q.paths {
		requests[i] = newTemplate(http.MethodGet, path, addr, key).request(nil, "", nil)
	}
	found := []byte(`"id":"` + prefix)
	return func(i int) (step, error) {
		c, err := dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		random := rand.New(rand.NewPCG(3, uint64(i)))
		return func() error {
			status, answer, err := c.do(requests[random.IntN(len(requests))])
			if err != nil {
				return err
			}
			if status != http.StatusOK || !bytes.Contains(answer, found) {
				return &wrongAnswer{status, string(answer)}
			}
			return nil
		}, nil
	}
}
