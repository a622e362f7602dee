package change

import (
	"encoding/json"
	"slices"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/base/state"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/sales/order"
	"ordo/trade/customer"
)

// Life is the life cycle of a change.
var Life = state.Declare("change", []state.Status{
	{Code: "open", Meaning: "Steps are staged; the order is as it was."},
	{Code: "committed", Meaning: "The order is as the steps want it."},
	{Code: "dropped", Meaning: "Given up."},
	{Code: "expired", Meaning: "Nobody went on with it in time."},
}, map[string]string{
	"":     "open",
	"open": "committed dropped expired",
})

// patience is how long a change waits for the next step.
const patience = 7 * 24 * time.Hour

// mostSteps is how many steps a change can have.
const mostSteps = 500

// Change is a change of a placed order.
type Change struct {
	Facts
	OrderNumber string           `json:"order_number"`
	Steps       []*Staged        `json:"steps" doc:"In the order in which they were staged"`
	Impact      *Impact          `json:"impact,omitempty" doc:"What it does to the order; of a dry run of change.commit what it would do"`
	Actions     []command.Action `json:"actions,omitempty" doc:"What can be done now, and if not, why"`

	channel, customer string // of the order: scope of the events' readers
	read              *Facts
}

// SetActions shows which operations are open.
func (c *Change) SetActions(a []command.Action) { c.Actions = a }

// Facts are those of the change itself.
type Facts struct {
	ID        string      `json:"id"`
	OrderID   string      `json:"order_id"`
	Status    string      `json:"status" enum:"open,committed,dropped,expired"`
	BegunBy   string      `json:"begun_by" doc:"User or API key"`
	Made      int64       `json:"order_revision,omitempty" doc:"Revision of the order that it made"`
	ExpiresAt clock.Stamp `json:"expires_at" doc:"It can be gone on with until then; each step puts it off"`
	EndedAt   clock.Stamp `json:"ended_at,omitzero"`
	CreatedAt clock.Stamp `json:"created_at"`
	Version   int64       `json:"version"`

	steps, impact string // JSON
	sequence      int64  // events so far
}

// Staged is a step with what it was staged on.
type Staged struct {
	ID string `json:"id"`
	order.Step
	AddressID string `json:"address_id,omitempty" doc:"Copy of the address"`
	Was       string `json:"was,omitempty" doc:"What the order had there when it was staged"`
}

// Events of a change.
var (
	Begun     = event.Declare("change.begun", 1, "Somebody began to change a placed order.", body{})
	StagedOne = event.Declare("change.staged", 1, "A step of a change was staged, or another one instead of it.", body{})
	Unstaged  = event.Declare("change.unstaged", 1, "A step of a change was taken back.", body{})
	Committed = event.Declare("change.committed", 1, "The steps of a change were taken.", body{})
	Dropped   = event.Declare("change.dropped", 1, "A change was given up.", body{})
	Expired   = event.Declare("change.expired", 1, "A change ended because nobody went on with it.", body{})
)

// body is what an event tells: the columns that changed.
type body struct {
	Change json.RawMessage `json:"change"`
}

// Rows names the table whose changes it tells.
func (body) Rows() map[string]db.Shape { return map[string]db.Shape{"change": table} }

// end ends an open change.
func (c *Change) end(tx *db.Tx, as string) { c.Status, c.EndedAt = as, clock.At(tx.Now) }

// save writes what a command changed and emits the difference.
func (c *Change) save(tx *db.Tx, t *event.Type) error {
	before := ""
	if c.read != nil {
		before = c.read.Status
	}
	if before != c.Status {
		if err := Life.Check(before, c.Status); err != nil {
			return err
		}
	}
	if c.Status == "open" {
		c.ExpiresAt = clock.At(tx.Now.Add(patience))
	}
	c.Version++
	c.sequence++
	c.encode()
	if c.read == nil {
		table.Insert(tx, &c.Facts)
	} else {
		table.Update(tx, db.ErrStale, c.read, &c.Facts, "version = $next", c.read.Version)
	}
	b := body{table.Changes(c.read, &c.Facts)}
	c.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: c.ID, Sequence: c.sequence, Channel: c.channel, Customer: c.customer, Body: b})
}

func (c *Change) snapshot() { facts := c.Facts; c.read = &facts }

// encode makes the stored texts: personal values stay out of them.
func (c *Change) encode() {
	bare := make([]Staged, len(c.Steps))
	for i, s := range c.Steps {
		bare[i] = *s
		bare[i].Address = nil
	}
	text, _ := json.Marshal(bare) // texts and numbers never fail
	if c.steps = string(text); c.Impact != nil && c.Status == "committed" {
		text, _ = json.Marshal(c.Impact)
		c.impact = string(text)
	}
}

// decode reads what encode has written.
func (c *Change) decode() error {
	c.Steps = []*Staged{}
	if err := json.Unmarshal([]byte(c.steps), &c.Steps); err != nil || c.impact == "" {
		return err
	}
	c.Impact = &Impact{}
	return json.Unmarshal([]byte(c.impact), c.Impact)
}

// guard lets open changes pass.
func (c *Change) guard() error {
	if c.Status == "open" {
		return nil
	}
	return order.Refuse(problem.ErrTransition, "change "+c.ID, c.Status, nil, "it is at an end", "Begin another change of the order (change.begin).")
}

// due refuses a change whose time is over, also if that was not noted yet.
func (c *Change) due(tx *db.Tx) bool { return c.Status == "open" && c.ExpiresAt <= clock.At(tx.Now) }

// step returns the place of a step, -1 if there is none.
func (c *Change) step(id string) int {
	return slices.IndexFunc(c.Steps, func(s *Staged) bool { return s.ID == id })
}

// forget deletes copies of addresses that no order will ever have.
func (c *Change) forget(tx *db.Tx, steps ...*Staged) {
	for _, s := range steps {
		if s.AddressID != "" {
			customer.DeleteAddress(tx, s.AddressID)
			s.AddressID, s.Address = "", nil
		}
	}
}

func guardOpen(c *Change, _ auth.Actor) error { return c.guard() }
