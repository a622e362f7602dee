package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"ordo/base/id"
)

// The console is built into this folder; a fresh clone has a placeholder only.
//
//go:embed all:console
var embedded embed.FS

// built is read through a variable so that tests need no build.
var built fs.ReadFileFS = embedded

// nonceMark stands in the console's page for the nonce of an answer.
const nonceMark = "ORDO_NONCE"

// console serves the page of every address that the console's own router knows.
// Its component library writes style elements, which carry the answer's nonce.
func (s *site) console(w http.ResponseWriter, _ *http.Request) {
	h, nonce := w.Header(), id.Random.Token()
	page, err := built.ReadFile("console/index.html")
	if errors.Is(err, fs.ErrNotExist) {
		page, err = built.ReadFile("console/placeholder.html")
	}
	if err != nil {
		panic(err)
	}
	h.Set("Content-Security-Policy", strings.Replace(h.Get("Content-Security-Policy"), "style-src 'self'", "style-src 'self' 'nonce-"+nonce+"'", 1))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.Write(bytes.ReplaceAll(page, []byte(nonceMark), []byte(nonce)))
}

// consoleAsset serves a file whose name has the hash of its content.
func (s *site) consoleAsset(w http.ResponseWriter, r *http.Request) {
	s.built(w, r, "console/assets/"+r.PathValue("name"), "public, max-age=31536000, immutable")
}

// worker serves the script that keeps the console for when there is no network.
// Browsers ask for it again to see whether there is another version.
func (s *site) worker(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Service-Worker-Allowed", "/console")
	s.built(w, r, "console/worker.js", "no-cache")
}

// built serves a file as the build left it, which compressed scripts and styles.
func (s *site) built(w http.ResponseWriter, r *http.Request, name, kept string) {
	h := w.Header()
	content, err := built.ReadFile(name)
	if err != nil {
		if content, err = built.ReadFile(name + ".gz"); err != nil {
			s.missing(w, r)
			return
		}
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
		} else if content, err = unpacked(content); err != nil {
			panic(err)
		}
	}
	h.Set("Content-Type", contentType(name))
	h.Set("Cache-Control", kept)
	w.Write(content)
}

func unpacked(content []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// contentType is that of a file; not every machine knows these.
func contentType(name string) string {
	types := map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8", ".webmanifest": "application/manifest+json"}
	if known := types[path.Ext(name)]; known != "" {
		return known
	}
	return mime.TypeByExtension(path.Ext(name))
}
