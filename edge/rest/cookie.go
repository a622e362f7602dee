package rest

import (
	"net/http"
	"time"
)

// CookieName is the cookie in which a browser keeps its session, out of reach of
// scripts. An Authorization header beside it counts instead.
const CookieName = "ordo_session"

// ownHeader shows with the value 1 that a page of this site sent the request.
const ownHeader = "X-Ordo-Csrf"

// keeping is an answer that changes what a browser keeps of its session.
type keeping interface {
	// Kept returns the token that it keeps from now on, and until when; none if
	// it forgets the one it had. Nothing changes unless ok.
	Kept(had string) (token string, until time.Time, ok bool)
}

// kept is the token of the request's cookie, or "".
func kept(r *http.Request) string {
	cookie, err := r.Cookie(CookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keep sets the cookie, or has it forgotten. It goes over TLS only where it came
// over TLS, to here or to a proxy before.
func keep(w http.ResponseWriter, r *http.Request, k keeping) {
	token, until, ok := k.Kept(kept(r))
	if !ok {
		return
	}
	cookie := &http.Cookie{Name: CookieName, Value: token, Path: "/", Expires: until, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"}
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// ownSite tells whether a page of this very origin sent the request. A browser
// adds the cookie by itself, whoever made it send something, so that a write
// needs more. What the browser says in Sec-Fetch-Site decides, since no page can
// change it. Browsers say it over TLS and on localhost only; elsewhere an own
// header stands for it: a page of another origin may send that only if the answer
// to a preflight permits it, and nothing here answers one. Origin is not asked:
// behind a proxy it need not be the Host that arrives, and a request that has no
// more than a good Origin can as well send the header. SameSite=Lax is a second
// lock, which alone would let in the other hosts of a domain. Reads need no
// proof, because no page of another origin is permitted to see their answers.
func ownSite(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Site") == "same-origin" || r.Header.Get(ownHeader) == "1" && !foreign(r)
}

// foreign tells whether the browser says that a page of another origin sent the
// request.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}
