package main

import (
	"net/url"
	"strings"
	"testing"
)

func FuzzRedacted(f *testing.F) {
	f.Add("ordo", "s3cret-word", "db.example.com/ordo?sslmode=disable")
	f.Add("", "p@ss:word/more", "localhost")
	f.Fuzz(func(t *testing.T, user, password, rest string) {
		if len(password) < 6 || strings.Contains(user+rest, password) {
			return
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
