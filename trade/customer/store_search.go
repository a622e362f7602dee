package customer

import (
	"strings"

	"ordo/engine/db"
)

// fewFound is up to how many profiles with a word are named one by one: always
// so many places, that databases keep one statement.
var fewFound = 256

// mostLooked is how many words of a list are looked up: databases take only so
// many arguments.
const mostLooked = 4

const hasPart = `p.folded LIKE ? ESCAPE '\'`

func part(word string) string { return "%" + escapeLike.Replace(Fold(word)) + "%" }

// searcher makes the conditions of the words of one list by how many customers
// each finds, so that a page is not read by gathering all of them.
type searcher struct {
	tx     *db.Tx
	looked int   // words so far
	err    error // the first
}

// condition is Schema.Search for one list. Where few profiles have the word, they
// are named; where many do, the list's own order comes upon them soon. Profiles
// of earlier times don't count.
func (s *searcher) condition(word string) (string, []any) {
	like := part(word)
	if s.looked++; s.looked > mostLooked {
		return hasPart, []any{like}
	}
	ids := make([]any, 0, fewFound+1)
	err := s.tx.Load(db.Many(`SELECT q.customer_id FROM customer_profiles q WHERE q.folded LIKE $1 ESCAPE '\' LIMIT $2`, []any{like, fewFound + 1}, func(scan db.Scan) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}))
	if s.err == nil {
		s.err = err
	}
	if len(ids) > fewFound {
		return hasPart, []any{like}
	}
	for len(ids) < fewFound {
		ids = append(ids, "")
	}
	return `c.id IN (?` + strings.Repeat(`, ?`, fewFound-1) + `) AND ` + hasPart, append(ids, like)
}
