package sim

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"

	"ordo/base/problem"
)

// Difference is an answer that two databases give differently.
type Difference struct {
	Request   int    `json:"request"` // counted from 0
	Operation string `json:"operation"`
	Here      string `json:"here"`
	There     string `json:"there"`
}

// answered is an answer as its client reads it, or a digest of it.
type answered struct {
	operation string
	text      []byte
}

// Twin runs the same script, without faults, on a SQLite file in memory and in
// another database, and compares the answers byte by byte. It returns how many
// are equal and the first difference, nil if there is none. Each run wants an
// empty database: empty makes one and returns its URL.
func Twin(ctx context.Context, open Open, o Options, empty func() (url string, err error)) (answers int, d *Difference, err error) {
	o.Calm = true
	here, err := transcript(ctx, open, o, "", -1)
	if err != nil {
		return 0, nil, err
	}
	url, err := empty()
	if err != nil {
		return 0, nil, err
	}
	there, err := transcript(ctx, open, o, url, -1)
	if err != nil {
		return 0, nil, err
	}
	at := 0
	for at < min(len(here), len(there)) && here[at].operation == there[at].operation && string(here[at].text) == string(there[at].text) {
		at++
	}
	if at == len(here) && at == len(there) {
		return at, nil, nil
	}
	if here, err = transcript(ctx, open, o, "", at); err != nil {
		return at, nil, err
	}
	if url, err = empty(); err != nil {
		return at, nil, err
	}
	if there, err = transcript(ctx, open, o, url, at); err != nil {
		return at, nil, err
	}
	d = &Difference{Request: at}
	if at < len(here) {
		d.Operation, d.Here = here[at].operation, string(here[at].text)
	}
	if at < len(there) {
		d.Operation, d.There = there[at].operation, string(there[at].text)
	}
	return at, d, nil
}

// names are ids, cursors, secrets, and hashes of what holds ids. How often a command is tried before its answer is no
// matter of the client's, but each try takes new ids: so they are numbered in the
// order in which the client sees them.
var names = regexp.MustCompile(`[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|"(next|token|secret|hint|digest|hash|signature)":"[^"]*"`)

// transcript runs the script and returns the digests of all answers, and the
// text of one.
func transcript(ctx context.Context, open Open, o Options, url string, text int) (all []answered, err error) {
	o.url = url
	numbers := map[string]int{}
	o.hear = func(operation string, v any, failure error) {
		if p := problem.As(failure); p != nil {
			v = p.Faults
		} else if failure != nil {
			v = failure.Error()
		}
		b, err := json.Marshal(v)
		if err != nil {
			b = []byte(err.Error())
		}
		b = names.ReplaceAllFunc(b, func(id []byte) []byte {
			n, known := numbers[string(id)]
			if !known {
				n = len(numbers)
				numbers[string(id)] = n
			}
			return fmt.Appendf(nil, "%s_%d", id[:3], n)
		})
		if len(all) != text {
			sum := sha256.Sum256(b)
			b = sum[:]
		}
		all = append(all, answered{operation, b})
	}
	r, err := Run(ctx, open, o)
	if err == nil && len(r.Violations) > 0 {
		err = fmt.Errorf("what is compared is wrong itself: %+v", r.Violations[0])
	}
	return all, err
}

// counting fills ids with numbers that grow, so that those of one moment have the
// order in which they were taken, however many tries there were between.
func counting() func([]byte) {
	var n uint64
	return func(b []byte) {
		n++
		clear(b)
		for i, left := len(b)-1, n; i >= 0 && left > 0; i, left = i-1, left>>8 {
			b[i] = byte(left)
		}
	}
}
