package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"ordo/edge/rest"
)

// browser keeps cookies as a browser does.
type browser struct {
	*live
	http.Client
}

func (l *live) browser() *browser {
	l.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		l.Fatal(err)
	}
	return &browser{l, http.Client{Jar: jar}}
}

// send sends a request of a page of this site, unless the headers say otherwise,
// and returns the answer with its cookie, if it sets one.
func (b *browser) send(method, path string, in any, headers ...string) (status int, out object, cookie *http.Cookie) {
	b.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), method, b.base+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Ordo-Csrf", "1")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	response, err := b.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	if response.Header.Get("Content-Type") != "text/event-stream" {
		if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range response.Cookies() {
		cookie = c
	}
	return response.StatusCode, out, cookie
}

var byCookie = object{"email": demoEmail, "password": demoPassword, "cookie": true}

// signIn signs the browser in, and returns the session and its cookie.
func (b *browser) signIn(headers ...string) (object, *http.Cookie) {
	b.Helper()
	status, session, cookie := b.send("POST", "/v1/sessions", byCookie, headers...)
	if status != http.StatusCreated || cookie == nil || session["token"] != nil {
		b.Fatalf("the sign-in gives %d %v, cookie %v", status, session, cookie)
	}
	return session, cookie
}

// wants tells what a read is answered with.
func (b *browser) wants(status int, path string, headers ...string) object {
	b.Helper()
	got, out, _ := b.send("GET", path, object{}, headers...)
	if got != status {
		b.Errorf("GET %s with %v gives %d %v, want %d", path, headers, got, out, status)
	}
	return out
}

// Spec: 12.1.6
func TestABrowserKeepsItsSessionInACookieThatNoScriptReads(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		b := l.browser()
		session, cookie := b.signIn()
		if cookie.Name != rest.CookieName || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.Secure ||
			cookie.Expires.Unix() == 0 || cookie.Expires.UTC().Format("2006-01-02T15:04:05") != field(session, "expires_at")[:19] {
			t.Errorf("the cookie is %v, of the session %v", cookie, session)
		}
		if _, secure := l.browser().signIn("X-Forwarded-Proto: https"); !secure.Secure {
			t.Errorf("behind TLS the cookie is %v", secure)
		}
		me := b.wants(http.StatusOK, "/v1/me")
		if me["email"] != demoEmail || me["name"] != "Demo" || me["role"] != "admin" || me["kind"] != "staff" || me["time_zone"] != "Europe/London" || me["refund_limit"] != float64(-1) {
			t.Errorf("one's own standing is %v", me)
		}
		b.wants(http.StatusOK, "/v1/events/stream")

		if status, out, _ := b.send("PUT", "/v1/preferences/theme", object{"value": "dark"}); status != http.StatusOK {
			t.Errorf("a write of the own page gives %d %v", status, out)
		}
		for _, headers := range [][]string{
			{"X-Ordo-Csrf: "},
			{"X-Ordo-Csrf: ", "Origin: https://evil.example", "Sec-Fetch-Site: cross-site"},
			{"Sec-Fetch-Site: cross-site"},
			{"Sec-Fetch-Site: same-site"},
		} {
			if status, out, _ := b.send("PUT", "/v1/preferences/theme", object{"value": "evil"}, headers...); status != http.StatusForbidden || out["code"] != "cross_site_refused" {
				t.Errorf("a write with %v gives %d %v", headers, status, out)
			}
		}
		if status, _, cookie := l.browser().send("POST", "/v1/sessions", byCookie, "X-Ordo-Csrf: ", "Sec-Fetch-Site: cross-site"); status != http.StatusForbidden || cookie != nil {
			t.Errorf("a page of another site signs in: %d, %v", status, cookie)
		}
		if status, program, cookie := b.send("POST", "/v1/sessions", object{"email": demoEmail, "password": demoPassword}); status != http.StatusCreated || program["token"] == nil || cookie != nil {
			t.Errorf("a program signs in: %d %v, cookie %v", status, program, cookie)
		}
		if status, _, cookie := l.browser().send("POST", "/v1/sessions?dry_run=true", byCookie); status != http.StatusOK || cookie != nil {
			t.Errorf("a sign-in on trial gives %d, cookie %v", status, cookie)
		}
	})
}

func TestSigningOutEndsTheSessionAndItsCookie(t *testing.T) {
	onEach(t, func(t *testing.T, l *live) {
		l.listen()
		here, there := l.browser(), l.browser()
		session, cookie := here.signIn()
		other, stolen := there.signIn()

		status, _, kept := here.send("DELETE", "/v1/sessions/"+field(other, "id"), object{})
		if status != http.StatusOK || kept != nil {
			t.Errorf("the end of the session at another device gives %d, cookie %v", status, kept)
		}
		here.wants(http.StatusOK, "/v1/me")
		there.wants(http.StatusUnauthorized, "/v1/me")
		there.wants(http.StatusUnauthorized, "/v1/events/stream")
		there.wants(http.StatusOK, "/v1/me", "Authorization: Bearer "+l.key) // a bearer token counts
		here.wants(http.StatusUnauthorized, "/v1/me", "Authorization: Bearer "+stolen.Value)

		status, _, gone := here.send("DELETE", "/v1/sessions/"+field(session, "id"), object{})
		if status != http.StatusOK || gone == nil || gone.Value != "" || gone.MaxAge >= 0 || gone.Path != cookie.Path {
			t.Errorf("signing out gives %d, cookie %v", status, gone)
		}
		here.wants(http.StatusUnauthorized, "/v1/me")
		here.wants(http.StatusUnauthorized, "/v1/me", "Cookie: "+cookie.Name+"="+cookie.Value)
	})
}
