package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"
)

// The reader and its font are copied into reader by the build; a fresh clone
// has a placeholder only.
//
//go:embed all:reader docs.html page site
var files embed.FS

// An asset is a file that pages refer to, with the hash of its content.
type asset struct {
	content     []byte
	contentType string
	hash        string
}

// assets are by folder and name: "site/site.css".
var assets = loadAssets()

func loadAssets() map[string]asset {
	all := map[string]asset{}
	for _, folder := range []string{"site", "reader"} {
		entries, err := fs.ReadDir(files, folder)
		if err != nil {
			panic(err)
		}
		for _, e := range entries {
			name := folder + "/" + e.Name()
			content, err := files.ReadFile(name)
			if err != nil {
				panic(err)
			}
			sum := sha256.Sum256(content)
			all[name] = asset{content: content, contentType: contentType(name), hash: hex.EncodeToString(sum[:8])}
		}
	}
	return all
}

// address is where an asset is served, under a name that changes with it.
func address(name string) string { return "/assets/" + name + "?v=" + assets[name].hash }

// asset serves a file. An address with the hash is good forever; others are
// asked for again, and answered by ETag.
func (s *site) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := assets[r.PathValue("folder")+"/"+r.PathValue("name")]
	if !ok {
		s.missing(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("ETag", `"`+a.hash+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == a.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
}
