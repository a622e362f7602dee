package account

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

func FuzzBearer(f *testing.F) {
	for _, seed := range []string{"Bearer ordo_abc", "bearer  session_x ", "ordo_abc", "", "Bearer", "Bearer Bearer x", "\x00", "Basic b3Jkbw=="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		secret := secretOf(header)
		if strings.TrimSpace(secret) != secret || !strings.Contains(header, secret) {
			t.Errorf("%q gives the secret %q", header, secret)
		}
		scheme, _, found := strings.Cut(secret, " ")
		if again := secretOf("Bearer " + secret); again != secret && !(found && strings.EqualFold(scheme, "Bearer")) {
			t.Errorf("%q gives the secret %q, and with its scheme %q", header, secret, again)
		}
		if id := sessionID(digest(secret)); len(id) != len("ses_")+idLength || len(secret) > 8 && strings.Contains(id, secret) {
			t.Errorf("the session of %q is %s", secret, id)
		}
	})
}

func FuzzScope(f *testing.F) {
	f.Add("cha_1,cha_2,cha_1", "loc_1", "cha_1", true)
	f.Add("", "", "", false)
	f.Fuzz(func(t *testing.T, channels, locations, own string, all bool) {
		s := Scope{Channels: strings.Split(channels, ","), Locations: strings.Split(locations, ",")}
		if all {
			s.Locations = nil
		}
		once, twice := s.canonical(), s.canonical().canonical()
		if strings.Join(once.Channels, ",") != strings.Join(twice.Channels, ",") || (once.Locations == nil) != all {
			t.Errorf("%v becomes %v, then %v", s, once, twice)
		}
		narrow := strings.Split(own, ",")
		beyond := false
		for _, id := range s.Channels {
			beyond = beyond || !strings.Contains(","+own+",", ","+id+",")
		}
		if outside(s.Channels, narrow) != beyond || outside(s.Channels, nil) || !outside(nil, narrow) {
			t.Errorf("%v given by who sees %v: beyond %v", s.Channels, narrow, beyond)
		}
	})
}

// What is stored of a password is read back from the database, where anything may stand.
func FuzzPasswordHash(f *testing.F) {
	hash, err := argon2id.CreateHash("correct horse", &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(hash, "correct horse")
	f.Add(hash, "")
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "x")
	f.Add("$argon2id$", "x")
	f.Fuzz(func(t *testing.T, stored, password string) {
		if p, _, _, err := argon2id.DecodeHash(stored); err != nil || p.Memory > 1<<10 || p.Iterations > 2 {
			return // refused, or too dear to compute here
		}
		match, err := argon2id.ComparePasswordAndHash(password, stored)
		if err == nil && match && stored == hash && password != "correct horse" {
			t.Errorf("%q is let in", password)
		}
	})
}

func FuzzFoldEmail(f *testing.F) {
	f.Add(" Ann@Example.com ")
	f.Add("İ@x")
	f.Fuzz(func(t *testing.T, email string) {
		once := folded(email)
		if twice := folded(once); utf8.ValidString(email) && twice != once {
			t.Errorf("%q is folded to %q, and that to %q", email, once, twice)
		}
	})
}
