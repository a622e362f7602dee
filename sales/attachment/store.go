package attachment

import (
	"context"
	"encoding/base64"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/query"
	"ordo/sales/order"
)

var table = &db.Table[Facts]{
	Name: "attachments", Key: 1,
	Columns: "id, order_id, kind, visibility, revision, created_by, created_at, removed_at, version, event_sequence",
	Places: func(f *Facts) []any {
		return []any{&f.ID, &f.OrderID, &f.Kind, &f.Visibility, &f.Revision, &f.CreatedBy, (*int64)(&f.CreatedAt), (*int64)(&f.RemovedAt), &f.Version, &f.sequence}
	},
}

// Scope tells how an actor's scope narrows attachments: as their orders.
var Scope = order.Scope

const (
	fileColumns = `f.id, f.order_id, f.attachment_id, f.revision, f.kind, f.visibility, f.name, f.media_type, f.size, f.received, f.parts, f.hash, f.created_by, COALESCE(u.name, k.name, ''), f.created_at, f.whole_at, f.forget_at`
	senders     = ` LEFT JOIN users u ON u.id = f.created_by LEFT JOIN api_keys k ON k.id = f.created_by`
	from        = `attachments a JOIN orders o ON o.id = a.order_id JOIN attachment_files f ON f.attachment_id = a.id AND f.revision = a.revision AND f.revision > 0` + senders
)

func (f *File) places() []any {
	return []any{&f.ID, &f.OrderID, &f.AttachmentID, &f.Revision, &f.kind, &f.visibility, &f.Name, &f.Type, &f.Size, &f.Received, &f.Parts, &f.hash, &f.CreatedBy, &f.CreatedByName, (*int64)(&f.CreatedAt), (*int64)(&f.WholeAt), (*int64)(&f.ForgottenAt)}
}

// show tells what the actor may know. Customers are not told who of the staff sent
// a file.
func (f *File) show(a auth.Actor) *File {
	if f.Revision > 0 {
		f.SHA256 = f.hash
	}
	if a.Scope.Customer != "" && f.CreatedBy != a.ID {
		f.CreatedBy, f.CreatedByName = "", ""
	}
	return f
}

func (a *Attachment) show(by auth.Actor) *Attachment {
	a.File.show(by)
	if by.Scope.Customer != "" && a.CreatedBy != by.ID {
		a.CreatedBy = ""
	}
	return a
}

func (a *Attachment) places() []any {
	a.File = &File{}
	return append(append(table.Places(&a.Facts), &a.OrderNumber, &a.channel, &a.customer), a.File.places()...)
}

// readable is the condition for attachments that the actor may read, beside those
// on orders out of scope.
func readable(a auth.Actor) string {
	if a.Scope.Customer != "" {
		return "a.visibility = '" + ForCustomer + "'"
	}
	return "TRUE"
}

// Schema is what the list of files on an order can be filtered and sorted by.
var Schema = query.Schema{
	ID: "a.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "a.id", Indexed: true},
		{Name: "kind", Doc: "What it is to people", Type: query.Enum, Column: "a.kind", Values: []string{"purchase_order", "contract", "invoice", "delivery_note", "photo", "other"}},
		{Name: "visibility", Doc: "Who may read it", Type: query.Enum, Column: "a.visibility", Values: []string{ForStaff, ForCustomer}},
		{Name: "created", Doc: "When it was added", Type: query.Time, Column: "a.created_at", Sortable: true},
	},
}

// Page is a page of attachments.
type Page = query.Rows[*Attachment]

// OfOrderIn asks for the files on an order.
type OfOrderIn struct {
	ID string `path:"id" json:"id"`
	query.Input
}

// List returns a page of the files on an order.
func List(tx *db.Tx, in OfOrderIn) (Page, error) {
	if found, err := seesOrder(tx, in.ID); err != nil || !found {
		return Page{}, orNotFound(err, in.ID)
	}
	page, err := query.Select(tx, in.Input, Schema, query.Source{
		Columns: table.Select("a") + ", o.number, o.channel_id, o.customer_id, " + fileColumns, From: from, Scope: Scope,
		Where: readable(tx.Actor) + " AND a.removed_at = 0 AND a.order_id = $1", Args: []any{in.ID},
	}, func(row **Attachment) []any { *row = &Attachment{}; return (*row).places() })
	for _, a := range page.Items {
		a.show(tx.Actor)
	}
	return page, err
}

func seesOrder(tx *db.Tx, id string) (found bool, err error) {
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	err = tx.Load(db.One(`SELECT TRUE FROM orders o WHERE o.id = $1 AND `+condition, append([]any{id}, args...), &found))
	return found, err
}

func orNotFound(err error, order string) error {
	if err != nil {
		return err
	}
	return problem.ErrNotFound.New("no order %s", order)
}

// readers reads who hears of an attachment: those of its order.
func (a *Attachment) readers(tx *db.Tx) error {
	return tx.Load(db.One(`SELECT o.number, o.channel_id, o.customer_id FROM orders o WHERE o.id = $1`, []any{a.OrderID}, &a.OrderNumber, &a.channel, &a.customer))
}

// Get returns an attachment with its versions, as far as the actor may read it, or
// not found.
func Get(tx *db.Tx, id string) (*Attachment, error) { return get(tx, id, "a.removed_at = 0") }

// getRemoved also returns one that was removed.
func getRemoved(tx *db.Tx, id string) (*Attachment, error) { return get(tx, id, "TRUE") }

func get(tx *db.Tx, id, which string) (*Attachment, error) {
	a := &Attachment{}
	condition, args := tx.Actor.Scope.SQL(Scope, 2)
	err := tx.Load(
		db.One(`SELECT `+table.Select("a")+`, o.number, o.channel_id, o.customer_id, `+fileColumns+` FROM `+from+` WHERE a.id = $1 AND `+which+` AND `+readable(tx.Actor)+` AND `+condition,
			append([]any{id}, args...), a.places()...),
		db.Many(`SELECT `+fileColumns+` FROM attachment_files f`+senders+` WHERE f.attachment_id = $1 AND f.revision > 0 ORDER BY f.revision DESC`, []any{id}, func(scan db.Scan) error {
			f := &File{}
			a.Files = append(a.Files, f)
			return scan(f.places()...)
		}))
	switch {
	case err != nil:
		return nil, err
	case a.ID == "":
		return nil, notFound(id)
	}
	a.snapshot()
	for _, f := range a.Files {
		f.show(tx.Actor)
	}
	return a.show(tx.Actor), nil
}

// lock lets others who change the same attachment wait.
func lock(tx *db.Tx, id string) {
	tx.Write(`UPDATE attachments SET version = version WHERE id = $1`, id)
}

// GetFile returns a version of an attachment that the actor may read, or a file on
// its way, which customers see if they send it; or not found.
func GetFile(tx *db.Tx, id string) (*File, error) {
	return getFile(tx, id, `(a.id IS NULL OR a.removed_at = 0) AND (f.revision > 0 OR f.forget_at > $2)`, tx.Micros())
}

// getForgotten also returns one that was given up.
func getForgotten(tx *db.Tx, id string) (*File, error) { return getFile(tx, id, `TRUE`) }

func getFile(tx *db.Tx, id, which string, more ...any) (*File, error) {
	f := &File{}
	args := append([]any{id}, more...)
	condition, scoped := tx.Actor.Scope.SQL(Scope, 1+len(args))
	args = append(args, scoped...)
	if tx.Actor.Scope.Customer != "" {
		args = append(args, tx.Actor.ID)
		condition += ` AND CASE WHEN f.revision = 0 THEN f.created_by = ` + db.Params(len(args), 1) + ` ELSE ` + readable(tx.Actor) + ` END`
	}
	err := tx.Load(db.One(`SELECT `+fileColumns+` FROM attachment_files f JOIN orders o ON o.id = f.order_id LEFT JOIN attachments a ON a.id = f.attachment_id`+senders+` WHERE f.id = $1 AND `+which+` AND `+condition, args, f.places()...))
	if err == nil && f.ID == "" {
		err = noFile(id)
	}
	return f.show(tx.Actor), err
}

// lockFile lets others who send the same file wait, and those who change the
// attachment that it is to be a version of, and reads it.
func lockFile(tx *db.Tx, id string) (*File, error) {
	tx.Write(`UPDATE attachments SET version = version WHERE id = (SELECT f.attachment_id FROM attachment_files f WHERE f.id = $1)`, id)
	tx.Write(`UPDATE attachment_files SET parts = parts WHERE id = $1`, id)
	f, err := GetFile(tx, id)
	if err == nil && tx.Actor.Scope.Customer != "" && f.CreatedBy != tx.Actor.ID {
		err = noFile(id)
	}
	return f, err
}

// countFiles counts the files of an order: versions, and those on their way.
func countFiles(tx *db.Tx, order string) (n int, err error) {
	err = tx.Load(db.One(`SELECT COUNT(*) FROM attachment_files f LEFT JOIN attachments a ON a.id = f.attachment_id
		WHERE f.order_id = $1 AND (a.id IS NULL OR a.removed_at = 0) AND (f.revision > 0 OR f.forget_at > $2)`, []any{order, tx.Micros()}, &n))
	return n, err
}

func insertFile(tx *db.Tx, f *File) {
	tx.Write(`INSERT INTO attachment_files (id, order_id, attachment_id, kind, visibility, name, size, hash, created_by, created_at, forget_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		f.ID, f.OrderID, f.AttachmentID, f.kind, f.visibility, f.Name, f.Size, f.hash, f.CreatedBy, int64(f.CreatedAt), int64(f.ForgottenAt))
}

// updateFile writes a file of which another part came.
func updateFile(tx *db.Tx, f *File) {
	tx.Must(db.ErrStale, `UPDATE attachment_files SET attachment_id = $3, revision = $4, name = $5, media_type = $6, received = $7, parts = $8, hash = $9, whole_at = $10, forget_at = $11 WHERE id = $1 AND parts = $2`,
		f.ID, f.Parts-1, f.AttachmentID, f.Revision, f.Name, f.Type, f.Received, f.Parts, f.hash, int64(f.WholeAt), int64(f.ForgottenAt))
}

func insertPart(tx *db.Tx, f *File, content string) {
	tx.Write(`INSERT INTO attachment_parts (file_id, part, content) VALUES ($1, $2, $3)`, f.ID, f.Parts, content)
}

// readPart is a part of a file in base64; empty if it is not there.
func readPart(tx *db.Tx, id string, part int64) (content string, err error) {
	err = tx.Load(db.One(`SELECT p.content FROM attachment_parts p WHERE p.file_id = $1 AND p.part = $2`, []any{id, part}, &content))
	return content, err
}

// decodedPart is a part of a file.
func decodedPart(tx *db.Tx, id string, part int64) ([]byte, error) {
	content, err := readPart(tx, id, part)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(content)
}

// giveUp has the parts of a file deleted by the job.
func giveUp(tx *db.Tx, f *File) {
	tx.Must(db.ErrStale, `UPDATE attachment_files SET name = '', forget_at = $3 WHERE id = $1 AND parts = $2`, f.ID, f.Parts, int64(f.ForgottenAt))
}

// forgetFiles takes the names of an attachment's files away; their parts are
// deleted by the job.
func forgetFiles(tx *db.Tx, attachment string) {
	tx.Write(`UPDATE attachment_files SET name = '', forget_at = $2 WHERE attachment_id = $1 AND revision > 0`, attachment, tx.Micros())
}

// partsAtOnce is how many parts are deleted in one transaction: others want to
// write, too.
const partsAtOnce = 8

// Forget deletes what of files was removed, or never became whole.
func Forget(ctx context.Context, d *db.DB) error {
	for left := true; left; {
		if err := d.Tx(ctx, func(tx *db.Tx) (err error) {
			left, err = forgetSome(tx)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// forgetSome deletes some parts, and tells whether something may be left.
func forgetSome(tx *db.Tx) (left bool, err error) {
	var id string
	var parts int64
	if err := tx.Load(db.One(`SELECT f.id, (SELECT COUNT(*) FROM attachment_parts p WHERE p.file_id = f.id) FROM attachment_files f WHERE f.forget_at > 0 AND f.forget_at <= $1 ORDER BY f.forget_at, f.id LIMIT 1`+tx.SkipLocked(),
		[]any{tx.Micros()}, &id, &parts)); err != nil || id == "" {
		return false, err
	}
	tx.Write(`DELETE FROM attachment_parts WHERE file_id = $1 AND part IN (SELECT p.part FROM attachment_parts p WHERE p.file_id = $1 ORDER BY p.part LIMIT $2)`, id, partsAtOnce)
	tx.Write(`UPDATE attachment_files SET name = '', forget_at = CASE WHEN $2 THEN 0 ELSE forget_at END WHERE id = $1`, id, parts <= partsAtOnce)
	return true, nil
}
