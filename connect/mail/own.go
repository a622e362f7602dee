package mail

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/policy/setting"
)

// ErrPlaceholder says that a template asks for what it can't have.
var ErrPlaceholder = problem.Declare("placeholder_invalid", problem.Invalid,
	"A placeholder of a mail's template is not known, or stands where it can't.", "Use one of the allowed names in {braces}; a table or a link stands alone in its line of the body.")

// Wording is the template of a mail in a language, built in or the workspace's own.
type Wording struct {
	ID           string   `json:"id"`
	Template     string   `json:"template"`
	Language     string   `json:"language"`
	Subject      string   `json:"subject"`
	Body         string   `json:"body" doc:"Paragraphs of plain text with values in {braces}"`
	Own          bool     `json:"own" doc:"The workspace's own; else as Ordo has it"`
	Placeholders []string `json:"placeholders" doc:"What can stand in braces"`
	Version      int64    `json:"version" doc:"Changes so far; 0 for one that was never changed"`
}

// Wordings are the templates of all mails in all languages.
type Wordings struct {
	Items []*Wording `json:"items"`
}

// Preview is a mail with made-up values.
type Preview struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
}

// WordingsIn asks for all templates.
type WordingsIn struct{}

// WordingIn names a template.
type WordingIn struct {
	Template string `path:"template" json:"template" enum:"order_confirmation,shipment,refund,cancellation,invitation,password_reset"`
	Language string `path:"language" json:"language" enum:"en,de"`
}

// WordIn is the input of mail_template.set and mail_template.preview.
type WordIn struct {
	WordingIn
	Subject string `json:"subject" minLength:"1" maxLength:"200"`
	Body    string `json:"body" minLength:"1" maxLength:"10000"`
}

// Events of a template.
var (
	Worded   = event.Declare("mail_template.changed", 1, "The workspace has words of its own for a mail in a language.", wordingBody{})
	Unworded = event.Declare("mail_template.reset", 1, "A mail in a language has the words again that Ordo has for it.", wordingBody{})
)

type wordingBody struct {
	Template string `json:"template"`
	Language string `json:"language"`
	Subject  string `json:"subject"`
	Body     string `json:"body"`
	Version  int64  `json:"version"`
}

var exampleWording = WordIn{WordingIn{"order_confirmation", "en"}, "Thank you, {name}: {number}", "Hello {name},\n\nyour order {number} of {date}:\n{lines}\n\n{totals}\n\nYours, {company}"}

var wordings = []command.Operation{
	command.Def[WordingsIn, Wordings]{
		Name: "mail_template.list", Summary: "List the templates of mails in all languages", Method: http.MethodGet, Path: "/v1/mail-templates",
		Read: func(tx *db.Tx, _ WordingsIn) (Wordings, error) { return allWordings(tx) },
	},
	command.Def[WordIn, *Preview]{
		Name: "mail_template.preview", Summary: "Show what a mail of a template would look like, with made-up values", Method: http.MethodPost, Path: "/v1/mail-templates/{template}/{language}/preview",
		Read: preview, Example: exampleWording,
	},
	command.Def[WordIn, *Wording]{
		Name: "mail_template.set", Summary: "Give a mail in a language words of one's own", Method: http.MethodPut, Path: "/v1/mail-templates/{template}/{language}",
		Run: setWording, Result: wordingResult, Repeat: wordingByID, Example: exampleWording,
	},
	command.Def[WordingIn, *Wording]{
		Name: "mail_template.reset", Summary: "Give a mail in a language the words back that Ordo has for it", Method: http.MethodDelete, Path: "/v1/mail-templates/{template}/{language}",
		Run: resetWording, Result: wordingResult, Repeat: wordingByID, Example: exampleWording.WordingIn,
	},
}

func wordingResult(w *Wording) (string, int64) { return w.ID, w.Version }

// placeholders are the names that each template can ask for, beside company and
// name; tables and links stand alone in a line.
var placeholders = map[string][]string{
	"order_confirmation": {"number", "date", "total", "address", "lines", "totals"},
	"shipment":           {"number", "shipment", "date", "carrier", "tracking", "lines", "rest"},
	"refund":             {"number", "amount", "promised"},
	"cancellation":       {"number", "lines", "rest"},
	"invitation":         {"link", "until"},
	"password_reset":     {"link", "until"},
}

var alone = []string{"lines", "totals", "rest", "link"}

func namesOf(template string) []string {
	return append([]string{"company", "name"}, placeholders[template]...)
}

// check finds what is wrong with a template, all at once.
func (in WordIn) check() error {
	var faults problem.List
	names := namesOf(in.Template)
	look := func(pointer, text string, mayStandAlone bool) {
		for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
			switch name := found[1]; {
			case !slices.Contains(names, name):
				faults.AddAllowed(ErrPlaceholder, pointer, names, "a mail of this kind has no {%s}", name)
			case slices.Contains(alone, name) && !mayStandAlone:
				faults.Add(ErrPlaceholder, pointer, "{%s} has to stand alone in a line of the body", name)
			}
		}
		if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
			faults.AddAllowed(ErrPlaceholder, pointer, names, "there is a brace that belongs to no name")
		}
	}
	if oneLine(in.Subject) != in.Subject {
		faults.Add(problem.ErrInvalidValue, "/subject", "the subject has line breaks, control characters or blanks that stand for nothing")
	}
	look("/subject", in.Subject, false)
	for line := range strings.SplitSeq(in.Body, "\n") {
		found := placeholder.FindString(line)
		look("/body", line, found != "" && strings.TrimSpace(line) == found)
	}
	if strings.TrimSpace(in.Body) == "" {
		faults.Add(problem.ErrInvalidValue, "/body", "the body is blank")
	}
	if slices.Contains(names, "link") && !strings.Contains(in.Body, "{link}") {
		faults.AddAllowed(problem.ErrRequired, "/body", []string{"{link}"}, "without {link} nobody can set a password")
	}
	return faults.Err()
}

func wordingID(in WordingIn) string { return "mtp_" + in.Template + "_" + in.Language }

func allWordings(tx *db.Tx) (Wordings, error) {
	all := Wordings{Items: []*Wording{}}
	for _, template := range templateNames {
		for _, language := range languages {
			all.Items = append(all.Items, &Wording{ID: wordingID(WordingIn{template, language}), Template: template, Language: language, Placeholders: namesOf(template)})
		}
	}
	if err := tx.Load(readWordings(all.Items)); err != nil {
		return all, err
	}
	for _, w := range all.Items {
		w.complete()
	}
	return all, nil
}

// complete gives what has no words of its own those that are built in.
func (w *Wording) complete() {
	if w.Own = w.Subject != ""; !w.Own {
		t := builtIn(w.Template, w.Language)
		w.Subject, w.Body = t.Subject, t.Body
	}
}

// wording is a template as it is used now.
func wording(tx *db.Tx, in WordingIn) (*Wording, error) {
	w := &Wording{ID: wordingID(in), Template: in.Template, Language: in.Language, Placeholders: namesOf(in.Template)}
	err := tx.Load(readWordings([]*Wording{w}))
	w.complete()
	return w, err
}

func wordingByID(tx *db.Tx, id string) (*Wording, error) {
	all, err := allWordings(tx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all.Items, func(w *Wording) bool { return w.ID == id })
	if i < 0 {
		return nil, problem.ErrNotFound.New("no template %s", id)
	}
	return all.Items[i], nil
}

func setWording(tx *db.Tx, in WordIn) (*Wording, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return change(tx, in.WordingIn, in.Subject, in.Body, Worded)
}

func resetWording(tx *db.Tx, in WordingIn) (*Wording, error) {
	w, err := wording(tx, in)
	if err != nil || !w.Own {
		return w, err
	}
	return change(tx, in, "", "", Unworded)
}

// change writes the words of the workspace's own; empty ones are those built in.
func change(tx *db.Tx, in WordingIn, subject, body string, t *event.Type) (*Wording, error) {
	w, err := wording(tx, in)
	if err != nil {
		return nil, err
	}
	w.Subject, w.Body = subject, body
	w.Version++
	saveWording(tx, w)
	err = event.Emit(tx, event.Event{Type: t, Subject: w.ID, Sequence: w.Version, Body: wordingBody{w.Template, w.Language, w.Subject, w.Body, w.Version}})
	w.complete()
	return w, err
}

// preview writes a mail of an order that there never was.
func preview(tx *db.Tx, in WordIn) (*Preview, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	w, err := setting.Get(tx)
	if err != nil {
		return nil, err
	}
	r := &reader{company: w.Company, name: "Ada Byron", language: in.Language, locale: in.Language, zone: time.UTC}
	sum := func(minor int64) string { return r.money(money.Amount{Amount: minor, Currency: w.Currency}) }
	when, word := r.time(tx.Now), r.words()
	v := values{
		"company": {text: r.company}, "name": {text: r.name}, "number": {text: "SO-000042"}, "date": {text: when}, "until": {text: when}, "total": {text: sum(4284)},
		"address": {text: "Ada Byron, 12 St James's Square, London"}, "shipment": {text: "SH-000042"}, "carrier": {text: "dhl"}, "tracking": {text: "JJD000042"},
		"amount": {text: sum(1000)}, "promised": {text: sum(4284)}, "link": {text: "https://ordo.example.com/console/welcome#0123456789"},
		"lines": {rows: [][]string{{r.quantity(2000), "Tea (TEA)"}, {r.quantity(1500), "Wire (WIRE)"}}}, "rest": {rows: [][]string{{r.quantity(1000), "Pot (POT)"}}},
		"totals": {rows: [][]string{{word.net, sum(3600)}, {word.tax, sum(684)}, {word.total, sum(4284)}}},
	}
	if in.Template == "order_confirmation" {
		v["lines"] = value{rows: [][]string{{r.quantity(2000), "Tea (TEA)", sum(2600)}, {r.quantity(1500), "Wire (WIRE)", sum(1000)}}}
	}
	p := &Preview{}
	p.Subject, p.Text, p.HTML = Template{in.Subject, in.Body}.render(r, v)
	return p, nil
}
