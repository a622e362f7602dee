package main

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"ordo/base/problem"
)

func FuzzLastEventID(f *testing.F) {
	for _, seed := range []string{"0", "7", "8", "-1", "+7", "007", "9223372036854775808", "1e3", "", "\x00", "7 "} {
		f.Add(seed, int64(7))
	}
	f.Fuzz(func(t *testing.T, id string, last int64) {
		position, err := resumeBehind(id, last)
		if err != nil {
			if p := problem.As(err); p == nil || p.Faults[0].Code != errLastEventID || position != 0 {
				t.Errorf("%q in a log up to %d: %d, %v", id, last, position, err)
			}
			return
		}
		digits := strings.TrimLeft(strings.TrimLeft(id, "+-"), "0")
		if position < 0 || position > last || position != 0 && strconv.FormatInt(position, 10) != digits {
			t.Errorf("%q in a log up to %d is %d", id, last, position)
		}
	})
}

func FuzzRedacted(f *testing.F) {
	f.Add("ordo", "s3cret-word", "db.example.com/ordo?sslmode=disable")
	f.Add("", "p@ss:word/more", "localhost")
	f.Fuzz(func(t *testing.T, user, password, rest string) {
		for _, name := range []string{user, url.User(user).String()} { // where the password stands beside itself, it is shown
			if len(password) < 6 || strings.Contains(name+":"+rest, password) || strings.Contains("postgres://"+name+":", password) {
				return
			}
		}
		whole := "postgres://" + url.UserPassword(user, password).String() + "@" + rest
		for _, address := range []string{whole, "postgres://" + user + ":" + password + "@" + rest} {
			shown := redacted(address)
			if u, err := url.Parse(address); err == nil && u.User != nil {
				if secret, _ := u.User.Password(); secret == password && strings.Contains(strings.ReplaceAll(shown, "xxxxx", ""), password) {
					t.Errorf("%q is shown as %q", address, shown)
				}
			} else if err != nil && strings.Contains(shown, password) {
				t.Errorf("%q is shown as %q", address, shown)
			}
		}
	})
}
