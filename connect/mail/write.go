package mail

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/engine/db"
	"ordo/execution/fulfillment"
	"ordo/policy/account"
	"ordo/policy/setting"
	"ordo/resource/payment"
	"ordo/sales/order"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
)

// write writes a mail in its reader's language, with what is known now. Without an
// address there is no recipient.
func write(tx *db.Tx, m *Mail) error {
	o, err := order.Get(tx, m.OrderID)
	if err != nil {
		return err
	}
	r, err := readerOf(tx, o)
	if err != nil {
		return err
	}
	v := values{"company": {text: r.company}, "name": {text: r.name}, "number": {text: o.Number}}
	if err := fill[m.Template](tx, m, o, r, v); err != nil {
		return err
	}
	m.Recipient, m.Language = cmp.Or(m.Recipient, r.address), r.language
	return m.word(tx, r, v)
}

// readerOf is who a mail about an order is for.
func readerOf(tx *db.Tx, o *order.Order) (*reader, error) {
	var c customer.Customer
	var at channel.Channel
	reads := []db.Read{channel.Find(tx, o.ChannelID, &at)}
	if o.CustomerID != "" {
		reads = append(reads, customer.Find(tx, o.CustomerID, &c))
	}
	if err := tx.Load(reads...); err != nil {
		return nil, err
	}
	w, err := setting.Get(tx)
	if err != nil {
		w = &setting.Workspace{Facts: setting.Facts{Company: at.Name}}
	}
	r := &reader{company: w.Company, zone: at.Zone()}
	if zone, ok := location.Zone(c.TimeZone); ok && c.TimeZone != "" && c.TimeZone != "UTC" {
		r.zone = zone
	}
	r.language, r.locale = chooseLanguage(c.Language, w.Language)
	if o.Contact != nil {
		r.name, r.address = cmp.Or(o.Contact.Name, o.Contact.Company), strings.TrimSpace(o.Contact.Email)
	}
	if !deliverable(r.address) {
		r.address = ""
	}
	return r, nil
}

// writeLink writes a mail to a user with a one-time link. open is false if the link
// does not work any more.
func (s *Sender) writeLink(tx *db.Tx, m *Mail) (open bool, err error) {
	var sequence int64
	if err := tx.Load(sequenceOf(m.EventID, &sequence)); err != nil {
		return false, err
	}
	u, err := account.GetUser(tx, m.SubjectID)
	if err != nil {
		return false, err
	}
	token := account.Token(s.Engine.Secret, u.ID, sequence)
	until, err := account.Opens(tx, token)
	if err != nil {
		return false, err
	}
	w, err := setting.Get(tx)
	if err != nil {
		return false, err
	}
	r := &reader{company: w.Company, name: u.Name, zone: time.UTC}
	if zone, ok := location.Zone(w.TimeZone); ok {
		r.zone = zone
	}
	r.language, r.locale = chooseLanguage(w.Language)
	if deliverable(u.Email) {
		m.Recipient = u.Email
	}
	m.Language = r.language
	v := values{"company": {text: r.company}, "name": {text: r.name}, "link": {text: s.Base + "/console/welcome#" + token}, "until": {text: r.time(until)}}
	return !until.IsZero(), m.word(tx, r, v)
}

// word writes a mail by its template.
func (m *Mail) word(tx *db.Tx, r *reader, v values) error {
	w, err := wording(tx, WordingIn{m.Template, r.language})
	if err != nil {
		return err
	}
	if w.Own {
		m.TemplateVersion = w.Version
	}
	m.Subject, m.Text, m.HTML = Template{w.Subject, w.Body}.render(r, v)
	return nil
}

// fill adds what a template tells beside what all do.
var fill = map[string]func(tx *db.Tx, m *Mail, o *order.Order, r *reader, v values) error{
	"order_confirmation": confirmed,
	"shipment":           shipped,
	"refund":             refunded,
	"cancellation":       canceled,
}

func confirmed(_ *db.Tx, _ *Mail, o *order.Order, r *reader, v values) error {
	v["date"] = value{text: r.time(o.PlacedAt.Time())}
	v["total"] = value{text: r.money(o.Total)}
	var rows, totals [][]string
	for _, l := range o.Lines {
		if l.ParentID == "" && l.Quantity > 0 {
			rows = append(rows, []string{r.quantity(l.Quantity), title(l), r.money(l.Extended)})
		}
	}
	for _, a := range o.Adjustments {
		if a.Charge() {
			rows = append(rows, []string{"", a.Label, r.money(a.Amount)})
		}
	}
	word := r.words()
	if o.Discount.Amount != 0 {
		rows = append(rows, []string{"", word.discount, r.money(money.Amount{Amount: -o.Discount.Amount, Currency: o.Currency})})
	}
	for _, t := range []struct {
		name   string
		amount money.Amount
		always bool
	}{{word.net, o.Net, true}, {word.tax, o.Tax, true}, {word.rounding, o.Rounding, false}, {word.total, o.Total, true}} {
		if t.always || t.amount.Amount != 0 {
			totals = append(totals, []string{t.name, r.money(t.amount)})
		}
	}
	v["lines"], v["totals"] = value{rows: rows}, value{rows: totals}
	for _, d := range o.Deliveries[:min(1, len(o.Deliveries))] {
		if d.Address != nil {
			v["address"] = value{text: strings.Join(postal(d.Address), ", ")}
		}
	}
	return nil
}

// postal is an address in its lines.
func postal(a *customer.Address) (all []string) {
	for _, line := range []string{a.Name, a.Company, a.Street, a.Street2, strings.TrimSpace(a.Postcode + " " + a.City), a.Country} {
		if line != "" {
			all = append(all, line)
		}
	}
	return all
}

// title is what a line is called, with its SKU.
func title(l *order.Line) string {
	if l.SKU == "" || l.SKU == l.Title {
		return l.Title
	}
	return strings.TrimSpace(l.Title + " (" + l.SKU + ")")
}

func shipped(tx *db.Tx, m *Mail, o *order.Order, r *reader, v values) error {
	s, err := fulfillment.GetShipment(tx, m.SubjectID)
	if err != nil {
		return err
	}
	v["shipment"], v["date"] = value{text: s.Number}, value{text: r.time(s.ShippedAt.Time())}
	v["carrier"], v["tracking"] = value{text: s.Carrier}, value{text: s.TrackingNumber}
	inside := map[string]money.Quantity{}
	for _, p := range s.Packages {
		for _, c := range p.Lines {
			inside[c.LineID] += c.Quantity
		}
	}
	v["lines"] = value{rows: quantities(r, o, func(l *order.Line) money.Quantity { return inside[l.ID] })}
	v["rest"] = value{rows: quantities(r, o, (*order.Line).Left)}
	return nil
}

// quantities are the lines of which there is some.
func quantities(r *reader, o *order.Order, of func(*order.Line) money.Quantity) (rows [][]string) {
	for _, l := range o.Lines {
		if q := of(l); l.Leaf() && q > 0 {
			rows = append(rows, []string{r.quantity(q), title(l)})
		}
	}
	return rows
}

// refunded tells what had gone back when the event happened: later refunds have
// mails of their own.
func refunded(tx *db.Tx, m *Mail, o *order.Order, r *reader, v values) error {
	var b []byte
	if err := tx.Load(body(m.EventID, &b)); err != nil {
		return err
	}
	var e struct {
		Refund struct {
			Moved int64 `json:"moved"`
		} `json:"refund"`
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	i := indexOf(o.Refunds, m.SubjectID)
	if i < 0 {
		return errElsewhere
	}
	promised := o.Refunds[i].Amount
	v["amount"] = value{text: r.money(money.Amount{Amount: e.Refund.Moved, Currency: o.Currency})}
	v["promised"] = value{text: r.money(promised)}
	return nil
}

func indexOf(all []*payment.Refund, id string) int {
	for i, r := range all {
		if r.ID == id {
			return i
		}
	}
	return -1
}

// canceled tells the lines that the event is about, with all that was canceled of
// them until then.
func canceled(tx *db.Tx, m *Mail, o *order.Order, r *reader, v values) error {
	var b []byte
	if err := tx.Load(body(m.EventID, &b)); err != nil {
		return err
	}
	var e struct {
		Lines map[string]struct {
			Canceled int64 `json:"canceled"`
		} `json:"lines"`
	}
	if err := json.Unmarshal(b, &e); err != nil {
		return err
	}
	v["lines"] = value{rows: quantities(r, o, func(l *order.Line) money.Quantity { return money.Quantity(e.Lines[l.ID].Canceled) })}
	v["rest"] = value{rows: quantities(r, o, (*order.Line).Left)}
	return nil
}

// reader is who reads a mail, and how they write numbers and times.
type reader struct {
	company  string // that writes to them
	name     string
	address  string // empty if there is none
	language string // of the words
	locale   string // of numbers: the language with their country, if that is known
	zone     *time.Location
}
