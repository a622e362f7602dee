package web

import (
	"bytes"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"ordo/base/money"
	"ordo/base/problem"
)

var pages = template.Must(template.New("").Funcs(template.FuncMap{"asset": address, "figure": figure, "units": units}).ParseFS(files, "page/*.html"))

// page is what every template gets.
type page struct {
	Title   string
	Version string
	Script  string // of this page; empty if it needs none
	Content any
}

// show prints a template into the frame of all pages.
func (s *site) show(w http.ResponseWriter, status int, name string, p page) {
	p.Version = s.Version
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, p); err != nil {
		slog.Error("a page can't be shown", "page", name, "error", err)
		plain(w, http.StatusInternalServerError, "This page can't be shown.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// home is the first page, or the set-up form of a workspace without users.
func (s *site) home(w http.ResponseWriter, r *http.Request) {
	counts, err := s.counts(r.Context())
	switch {
	case err != nil:
		slog.Warn("no counts for the first page", "error", err)
		s.show(w, http.StatusServiceUnavailable, "away.html", page{Title: "Ordo is away"})
	case counts.Users == 0:
		s.show(w, http.StatusOK, "setup.html", page{Title: "Set up Ordo", Script: "site/setup.js", Content: struct {
			Token      string
			Currencies []money.Currency
		}{r.URL.Query().Get("setup"), money.Currencies()}})
	default:
		s.show(w, http.StatusOK, "home.html", page{Title: "Ordo", Script: "site/home.js", Content: counts})
	}
}

// reader is the API reader, which styles itself from within its script.
func (s *site) reader(w http.ResponseWriter, _ *http.Request) {
	name := "docs.html"
	if _, built := assets["reader/rapidoc-min.js"]; !built {
		name = "reader/placeholder.html"
	}
	content, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "style-src 'self'", "style-src 'self' 'unsafe-inline'", 1))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	w.Write(content)
}

// code is a problem code with the status that it is answered with.
type code struct {
	*problem.Code
	Status int
}

func (s *site) problems(w http.ResponseWriter, _ *http.Request) {
	var all []code
	for _, c := range problem.All() {
		all = append(all, code{c, s.Status(c)})
	}
	s.show(w, http.StatusOK, "problems.html", page{Title: "Problem codes · Ordo", Content: all})
}

func (s *site) problem(w http.ResponseWriter, r *http.Request) {
	for _, c := range problem.All() {
		if c.Name == r.PathValue("code") {
			s.show(w, http.StatusOK, "problem.html", page{Title: c.Name + " · Ordo", Content: code{c, s.Status(c)}})
			return
		}
	}
	s.missing(w, r)
}

func (s *site) missing(w http.ResponseWriter, _ *http.Request) {
	s.show(w, http.StatusNotFound, "missing.html", page{Title: "Nothing here · Ordo"})
}

// figure writes a number with commas between its thousands.
func figure(n int64) string {
	digits := money.FormatDecimal(n, 0)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// units writes whole units.
func units(q money.Quantity) string { return figure(int64(q) / 1000) }
