package attachment

import (
	"context"
	"encoding/json"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"ordo/base/piece"
	"ordo/engine/auth"
	"ordo/engine/db"
)

// ForgetJob is the kind of the job that deletes what of files nobody needs.
const ForgetJob = "attachments.forget"

// ForgetDue is the handler of ForgetJob.
func ForgetDue(d *db.DB) func(ctx context.Context, _ json.RawMessage) error {
	return func(ctx context.Context, _ json.RawMessage) error { return Forget(ctx, d) }
}

// patienceOfReader is how long a client may take for a piece.
const patienceOfReader = 30 * time.Second

// Content sends a file to who may read it at that moment, part by part, or a range
// of it. A browser keeps it as a file, and neither shows nor runs it, whatever is in
// it.
func Content(d *db.DB) func(http.ResponseWriter, *http.Request, auth.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
		var f *File
		if err := read(r.Context(), d, a, func(tx *db.Tx) (err error) {
			if f, err = GetFile(tx, r.PathValue("id")); err == nil && f.Revision == 0 {
				err = notWhole(f)
			}
			return err
		}); err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", f.Type)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
		h.Set("Cache-Control", "private, no-cache")
		h.Set("ETag", `"`+f.SHA256+`"`)
		control := http.NewResponseController(w)
		defer control.SetWriteDeadline(time.Time{}) // the connection takes further requests
		content := &reader{size: f.Size, read: func(part int64) (data []byte, err error) {
			if err := piece.Within(control, patienceOfReader); err != nil {
				return nil, err
			}
			err = read(r.Context(), d, a, func(tx *db.Tx) error {
				data, err = decodedPart(tx, f.ID, part)
				return err
			})
			return data, err
		}}
		http.ServeContent(w, r, "", f.WholeAt.Time(), content)
		if content.failed != nil {
			if r.Context().Err() == nil {
				slog.Warn("a file broke off", "file", f.ID, "error", content.failed)
			}
			panic(http.ErrAbortHandler) // nobody takes a part for the whole
		}
		return nil
	}
}

// read reads as somebody; each part has a snapshot of its own.
func read(ctx context.Context, d *db.DB, a auth.Actor, fn func(tx *db.Tx) error) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		tx.Actor = a
		return fn(tx)
	})
}
