package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
)

func handler(counts Counts, err error) http.Handler {
	return Handler(Options{
		Version: "1.2.3",
		Counts:  func(context.Context) (Counts, error) { return counts, err },
		Ready:   func(context.Context) error { return err },
		Status:  func(*problem.Code) int { return 499 },
	})
}

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var some = Counts{Users: 1, Orders: 19960, Customers: 4339, Variants: 12, Units: 1_482_907_500, Events: 1000}

// pagesOf are all pages there are, by address.
func pagesOf(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, path := range []string{"/", "/docs", "/docs/problems", "/docs/problems/not_found", "/nowhere"} {
		all[path] = get(t, handler(some, nil), path).Body.String()
	}
	all["setup"] = get(t, handler(Counts{}, nil), "/").Body.String()
	all["away"] = get(t, handler(some, errors.New("away")), "/").Body.String()
	return all
}

func TestTheFirstPageShowsTheCounts(t *testing.T) {
	w := get(t, handler(some, nil), "/")
	body := w.Body.String()
	for _, want := range []string{">19,960<", ">4,339<", ">12<", ">1,482,907<", ">1,000<", `href="/docs"`, `href="/docs/problems"`, "1.2.3"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if got := get(t, handler(some, nil), "/status.json").Body.String(); got != `{"orders":19960,"customers":4339,"variants":12,"units":1482907.5,"events":1000}`+"\n" {
		t.Error(got)
	}
}

func TestTheCountsAreAskedForOnceASecond(t *testing.T) {
	asked := 0
	now := clock.NewManual(time.Unix(0, 0))
	counts := cached(func(context.Context) (Counts, error) {
		asked++
		if asked == 1 {
			return Counts{}, errors.New("away")
		}
		return Counts{Orders: int64(asked)}, nil
	}, now)
	if _, err := counts(t.Context()); err == nil {
		t.Error("the failure is not told")
	}
	for _, want := range []int64{2, 2, 3, 3} {
		if got, err := counts(t.Context()); got.Orders != want || err != nil {
			t.Errorf("%d orders, %v; want %d", got.Orders, err, want)
		}
		now.Advance(500 * time.Millisecond)
	}
}

func TestAWorkspaceWithoutUsersShowsTheForm(t *testing.T) {
	for path, want := range map[string]string{
		"/":                          `id="token"`,
		"/?setup=abc":                `type="hidden" data-setup="/token" value="abc"`,
		"/?setup=%22%3E%3Cscript%3E": `value="&#34;&gt;&lt;script&gt;"`,
	} {
		if body := get(t, handler(Counts{}, nil), path).Body.String(); !strings.Contains(body, want) || !strings.Contains(body, `<option value="EUR">EUR`) {
			t.Errorf("%s has no %s: %s", path, want, body)
		}
	}
}

func TestPagesHaveNoScriptOrStyleOfTheirOwnAndAskNobodyElse(t *testing.T) {
	inline := regexp.MustCompile(`<script(>|[^>]*[^"]>[^<])|<style|\sstyle=|\son[a-z]+=|javascript:|(src|href)="(https?:)?//`)
	for path, body := range pagesOf(t) {
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s has %s", path, found)
		}
	}
}

func TestEverythingThatPagesReferToIsThere(t *testing.T) {
	reference := regexp.MustCompile(`(?:src|href)="(/assets/[^"]*)"`)
	found := 0
	for path, body := range pagesOf(t) {
		for _, m := range reference.FindAllStringSubmatch(body, -1) {
			found++
			if w := get(t, handler(some, nil), m[1]); w.Code != 200 && !strings.Contains(m[1], "/reader/") {
				t.Errorf("%s refers to %s: %d", path, m[1], w.Code)
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d references", found)
	}
}

func TestAllAnswersAreSecured(t *testing.T) {
	for _, path := range []string{"/", "/docs", "/docs/problems", "/status.json", "/assets/site/site.css", "/livez", "/nowhere"} {
		h := get(t, handler(some, nil), path).Header()
		policy := h.Get("Content-Security-Policy")
		script := regexp.MustCompile(`script-src ([^;]*)`).FindStringSubmatch(policy)
		if script == nil || script[1] != "'self'" || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
		if strings.Contains(policy, "unsafe") != (path == "/docs") {
			t.Errorf("%s: %s", path, policy)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// Spec: 11.2.8
func TestEveryCodeHasAPage(t *testing.T) {
	h := handler(some, nil)
	index := get(t, h, "/docs/problems").Body.String()
	for _, c := range problem.All() {
		if !strings.Contains(index, `href="/docs/problems/`+c.Name+`"`) {
			t.Errorf("the index has no %s", c.Name)
		}
		w := get(t, h, "/docs/problems/"+c.Name)
		if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, ">"+c.Name+"<") || !strings.Contains(body, "499") {
			t.Errorf("%s: %d %s", c.Name, w.Code, body)
		}
	}
	if w := get(t, h, "/docs/problems/no_such_code"); w.Code != 404 {
		t.Errorf("an unknown code gives %d", w.Code)
	}
}

func TestAssetsAreKeptAsLongAsTheyAreTrue(t *testing.T) {
	h := handler(some, nil)
	plain := get(t, h, "/assets/site/site.css")
	if plain.Header().Get("Cache-Control") != "no-cache" || !strings.HasPrefix(plain.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%v", plain.Header())
	}
	if w := get(t, h, "/assets/site/site.css", "If-None-Match", plain.Header().Get("ETag")); w.Code != 304 {
		t.Errorf("a known file is sent again: %d", w.Code)
	}
	if w := get(t, h, address("site/site.css")); !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Body.String() != plain.Body.String() {
		t.Errorf("%v", w.Header())
	}
	if w := get(t, h, "/assets/site/site.css?v=old"); strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Error("a stale address is kept forever")
	}
	for _, path := range []string{"/assets/site/none.css", "/assets/page/home.html", "/assets/site/"} {
		if w := get(t, h, path); w.Code != 404 {
			t.Errorf("%s gives %d", path, w.Code)
		}
	}
}

func TestTheConsoleCanBeInstalled(t *testing.T) {
	h := handler(some, nil)
	w := get(t, h, "/assets/site/console.webmanifest")
	var manifest struct {
		Scope, Start_URL, Display string
		Icons                     []struct{ Src, Sizes, Type, Purpose string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &manifest); err != nil || w.Header().Get("Content-Type") != "application/manifest+json" {
		t.Fatal(err, w.Header())
	}
	if manifest.Scope != "/console" || manifest.Start_URL != "/console" || manifest.Display != "standalone" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "manifest-src 'self'") {
		t.Errorf("%+v %v", manifest, w.Header())
	}
	sizes := map[string]bool{}
	for _, icon := range manifest.Icons {
		got := get(t, h, icon.Src)
		if got.Code != 200 || got.Header().Get("Content-Type") != icon.Type {
			t.Errorf("%s: %d %v", icon.Src, got.Code, got.Header())
		}
		if icon.Type != "image/png" {
			continue
		}
		drawn, err := png.DecodeConfig(got.Body)
		if size := fmt.Sprintf("%dx%d", drawn.Width, drawn.Height); err != nil || size != icon.Sizes {
			t.Errorf("%s is %s, not %s: %v", icon.Src, size, icon.Sizes, err)
		}
		sizes[icon.Sizes+icon.Purpose] = true
	}
	for _, needed := range []string{"192x192", "512x512", "512x512maskable"} {
		if !sizes[needed] {
			t.Errorf("no icon of %s", needed)
		}
	}
}

func TestProbesTellLifeAndReadiness(t *testing.T) {
	for path, want := range map[string][2]int{"/livez": {200, 200}, "/readyz": {200, 503}, "/": {200, 503}, "/status.json": {200, 503}, "/nowhere": {404, 404}} {
		for i, err := range []error{nil, errors.New("secret reason")} {
			w := get(t, handler(some, err), path)
			if w.Code != want[i] || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s with %v gives %d %s", path, err, w.Code, w.Body)
			}
		}
	}
}

func TestTheConsoleIsServedAtAllItsAddressesWithANonceOfItsOwn(t *testing.T) {
	h, nonce := handler(some, nil), regexp.MustCompile(`style-src 'self' 'nonce-([a-z0-9]{26,})'`)
	seen := map[string]bool{}
	for _, path := range []string{"/console", "/console/", "/console/orders", "/console/orders/ord_01", "/console/sign-in"} {
		w := get(t, h, path)
		found := nonce.FindStringSubmatch(w.Header().Get("Content-Security-Policy"))
		if w.Code != 200 || found == nil || seen[found[1]] || strings.Contains(w.Body.String(), nonceMark) {
			t.Fatalf("%s: %d %v", path, w.Code, w.Header())
		}
		seen[found[1]] = true
		if strings.Contains(w.Header().Get("Content-Security-Policy"), "unsafe") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, w.Header())
		}
	}
	if w := get(t, h, "/console/assets/none.js"); w.Code != 404 {
		t.Errorf("a missing asset gives %d", w.Code)
	}
}

func TestAssetsOfTheConsoleComeCompressedOrNot(t *testing.T) {
	old := built
	defer func() { built = old }()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("let x"))
	z.Close()
	built = fstest.MapFS{
		"console/placeholder.html": {Data: []byte("not built")},
		"console/assets/a.js.gz":   {Data: packed.Bytes()},
		"console/assets/b.woff2":   {Data: []byte("font")},
		"console/worker.js.gz":     {Data: packed.Bytes()},
	}
	h := handler(some, nil)
	if w := get(t, h, "/console"); w.Body.String() != "not built" {
		t.Error(w.Body)
	}
	w := get(t, h, "/console/assets/a.js", "Accept-Encoding", "gzip, br")
	if !bytes.Equal(w.Body.Bytes(), packed.Bytes()) || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("%v", w.Header())
	}
	if w := get(t, h, "/console/assets/a.js"); w.Body.String() != "let x" || w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "Accept-Encoding" {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	if w := get(t, h, "/console/worker.js"); w.Body.String() != "let x" || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Service-Worker-Allowed") != "/console" {
		t.Errorf("%q %v", w.Body, w.Header())
	}
	if w := get(t, h, "/console/assets/b.woff2"); w.Body.String() != "font" || w.Header().Get("Content-Type") != "font/woff2" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%q %v", w.Body, w.Header())
	}
}
