package mail

import (
	"slices"
	"strings"
	"time"

	"github.com/bojanz/currency"

	"ordo/base/money"
)

// words are those that stand in the tables of mails, and how times are written.
type words struct {
	discount, net, tax, rounding, total string
	months                              []string // empty: as Go writes them
	time                                string   // layout; # stands for the month
}

// languages are those that mails are written in; en comes first.
var languages = []string{"en", "de"}

var wordsOf = map[string]words{
	"en": {"Discount", "Net", "Tax", "Rounding", "Total", nil, "2 January 2006, 15:04 MST"},
	"de": {"Rabatt", "Netto", "Steuer", "Rundung", "Gesamt", []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}, "2. # 2006, 15:04 MST"},
}

// chooseLanguage is the first language of those wanted that there is, with the
// locale of its numbers.
func chooseLanguage(wanted ...string) (language, locale string) {
	for _, tag := range wanted {
		base, _, _ := strings.Cut(tag, "-")
		if slices.Contains(languages, base) {
			return base, tag
		}
	}
	return languages[0], languages[0]
}

func (r *reader) words() words { return wordsOf[r.language] }

// time writes a time in the reader's zone.
func (r *reader) time(t time.Time) string {
	w := r.words()
	t = t.In(r.zone)
	text := t.Format(w.time)
	if w.months != nil {
		text = strings.Replace(text, "#", w.months[t.Month()-1], 1)
	}
	return text
}

// money writes an amount as the reader does.
func (r *reader) money(a money.Amount) string {
	digits, _ := money.Digits(a.Currency)
	amount, err := currency.NewAmount(money.FormatDecimal(a.Amount, digits), a.Currency)
	if err != nil {
		return a.Format()
	}
	return currency.NewFormatter(currency.NewLocale(r.locale)).Format(amount)
}

// quantity writes a quantity as the reader does.
func (r *reader) quantity(q money.Quantity) string {
	text := q.String()
	if r.language == "de" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
