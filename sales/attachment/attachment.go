package attachment

import (
	"encoding/json"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/job"
	"ordo/sales/order"
)

// Who may read an attachment.
const (
	ForStaff    = "staff"
	ForCustomer = "customer" // and for staff
)

// Attachment is a file on an order, in its versions.
type Attachment struct {
	Facts
	OrderNumber string  `json:"order_number,omitempty"`
	File        *File   `json:"file" doc:"Its version that is shown: the last one"`
	Files       []*File `json:"files,omitempty" doc:"All of its versions, the last one first; of attachment.get"`

	channel, customer string // of the order: scope of the events' readers
	read              *Facts
}

// Facts are those of the attachment itself.
type Facts struct {
	ID         string      `json:"id"`
	OrderID    string      `json:"order_id"`
	Kind       string      `json:"kind" enum:"purchase_order,contract,invoice,delivery_note,photo,other" doc:"What it is to people"`
	Visibility string      `json:"visibility" enum:"staff,customer" doc:"Who may read it: staff alone, or the customer too"`
	Revision   int64       `json:"revision" doc:"Number of the version that is shown"`
	CreatedBy  string      `json:"created_by" doc:"Id of who added it; empty for customers unless it was them"`
	CreatedAt  clock.Stamp `json:"created_at"`
	RemovedAt  clock.Stamp `json:"removed_at,omitzero"`
	Version    int64       `json:"version"`

	sequence int64 // events so far
}

// File is a version of an attachment, or one on its way.
type File struct {
	ID            string      `json:"id"`
	OrderID       string      `json:"order_id"`
	AttachmentID  string      `json:"attachment_id,omitempty" doc:"Not there until the first version of a new attachment is whole"`
	Revision      int64       `json:"revision,omitempty" doc:"Number of the version; not there until it is whole"`
	Name          string      `json:"name" doc:"With the extension of what it is; empty once it was removed"`
	Type          string      `json:"type,omitempty" doc:"Media type, by its content"`
	Size          int64       `json:"size" doc:"Bytes of the file"`
	Received      int64       `json:"received" doc:"Bytes so far"`
	Parts         int64       `json:"parts" doc:"Parts so far: the number of the last one"`
	SHA256        string      `json:"sha256,omitempty" doc:"Of a whole file, in hexadecimal digits"`
	CreatedBy     string      `json:"created_by" doc:"Id of who sent it; empty for customers unless it was them"`
	CreatedByName string      `json:"created_by_name,omitempty"`
	CreatedAt     clock.Stamp `json:"created_at" doc:"When the upload began"`
	WholeAt       clock.Stamp `json:"whole_at,omitzero" doc:"When its last part came"`
	ForgottenAt   clock.Stamp `json:"forgotten_at,omitzero" doc:"When a file is forgotten that is not whole: a week behind its last part"`

	kind, visibility, hash string
}

// Events of an attachment. Names of files may be personal and stay out of them.
var (
	Added   = event.Declare("attachment.added", 1, "A file was put on an order.", body{})
	Revised = event.Declare("attachment.revised", 1, "A new version of a file on an order came.", body{})
	Changed = event.Declare("attachment.changed", 1, "A file on an order is of another kind, or for other readers.", body{})
	Removed = event.Declare("attachment.removed", 1, "A file on an order was removed with all of its versions.", body{})
)

// body is what an event tells: the columns that changed, and the file that came.
type body struct {
	Attachment json.RawMessage `json:"attachment"`
	File       *fileTold       `json:"file,omitempty"`
}

// fileTold is what events tell of a file.
type fileTold struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Rows names the table whose changes it tells.
func (body) Rows() map[string]db.Shape { return map[string]db.Shape{"attachment": table} }

// Projection is what events rebuild of attachments.
var Projection = event.Projection{Prefix: "att_", Parts: []event.Part{{Table: "attachments", Name: "attachment", Owner: "id", Rows: table}}}

// save writes what a command changed and emits the difference, with the file that
// came.
func (a *Attachment) save(tx *db.Tx, t *event.Type, came *File) error {
	a.Version++
	a.sequence++
	if a.read == nil {
		table.Insert(tx, &a.Facts)
	} else {
		table.Update(tx, db.ErrStale, a.read, &a.Facts, "version = $next", a.read.Version)
	}
	b := body{Attachment: table.Changes(a.read, &a.Facts)}
	if came != nil {
		b.File = &fileTold{came.ID, came.Type, came.Size, came.SHA256}
	}
	a.snapshot()
	return event.Emit(tx, event.Event{Type: t, Subject: a.ID, Sequence: a.sequence, Channel: a.channel, Customer: a.customer, Body: b})
}

func (a *Attachment) snapshot() { facts := a.Facts; a.read = &facts }

func result(a *Attachment) (string, int64) { return a.ID, a.Version }

func fileResult(f *File) (string, int64) { return f.ID, f.Parts + 1 }

// GetIn names an attachment.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// ChangeIn is the input of attachment.change.
type ChangeIn struct {
	ID         string `path:"id" json:"id"`
	Kind       string `json:"kind" enum:"purchase_order,contract,invoice,delivery_note,photo,other" doc:"What it is to people"`
	Visibility string `json:"visibility" enum:"staff,customer" doc:"Who may read it: staff alone, or the customer too"`
}

// change changes what people say of an attachment.
func change(tx *db.Tx, in ChangeIn) (*Attachment, error) {
	a, err := toChange(tx, in.ID)
	if err != nil {
		return nil, err
	}
	a.Kind, a.Visibility = in.Kind, in.Visibility
	if a.Facts == *a.read {
		return a, nil
	}
	return a, a.save(tx, Changed, nil)
}

// remove removes an attachment. That there was one, its events tell; the content
// of its files is deleted soon.
func remove(tx *db.Tx, in GetIn) (*Attachment, error) {
	a, err := toChange(tx, in.ID)
	if err != nil {
		return nil, err
	}
	a.RemovedAt = clock.At(tx.Now)
	forgetFiles(tx, a.ID)
	for _, f := range a.Files {
		f.Name = ""
	}
	if err := forgetSoon(tx); err != nil {
		return nil, err
	}
	return a, a.save(tx, Removed, nil)
}

// forgetSoon has the parts of files deleted that nobody needs any more.
func forgetSoon(tx *db.Tx) error { return job.Enqueue(tx, ForgetJob, struct{}{}, job.Options{}) }

// toChange returns an attachment that the actor may change, which nobody else
// changes meanwhile. What is on an order is not customers' to change.
func toChange(tx *db.Tx, id string) (*Attachment, error) {
	if tx.Actor.Scope.Customer != "" {
		return nil, notFound(id)
	}
	lock(tx, id)
	return Get(tx, id)
}

// notWhole is the problem of content of which a part is not there yet.
func notWhole(f *File) error {
	return order.Refuse(problem.ErrTransition, "file "+f.ID, "on its way", nil, "its content is not there yet", "Send the parts that are left (attachment.add_part).")
}

func noFile(id string) error { return problem.ErrNotFound.New("no file %s", id) }

func notFound(id string) error { return problem.ErrNotFound.New("no attachment %s", id) }

var example = UploadIn{ID: "ord_01", Name: "purchase-order.csv", Size: 14, Kind: "purchase_order"}

// Operations on attachments.
var Operations = []command.Operation{
	command.Def[OfOrderIn, Page]{
		Name: "attachment.list", Summary: "List the files on an order, the newest first", Method: "GET", Path: "/v1/orders/{id}/attachments", Read: List,
	},
	command.Def[GetIn, *Attachment]{
		Name: "attachment.get", Summary: "Show a file on an order with its versions", Method: "GET", Path: "/v1/attachments/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Attachment, error) { return Get(tx, in.ID) },
	},
	command.Def[FileIn, *File]{
		Name: "attachment.file", Summary: "Show a version of a file, or how much of one on its way is there", Method: "GET", Path: "/v1/files/{id}", Permission: "attachment.get",
		Read: func(tx *db.Tx, in FileIn) (*File, error) { return GetFile(tx, in.ID) },
	},
	command.Def[UploadIn, *File]{
		Name: "attachment.upload", Summary: "Begin to put a file on an order, or a new version of one, which follows in parts", Method: "POST", Path: "/v1/orders/{id}/attachments", Creates: true,
		Anchors: func(in UploadIn) []command.Anchor { return []command.Anchor{{Kind: "order", ID: in.ID}} },
		Prepare: makeRoom, Run: upload, Result: fileResult, Repeat: GetFile,
		Example: example,
	},
	command.Def[AddPartIn, *File]{
		Name: "attachment.add_part", Summary: "Send the next part of the file; with the last one it is on the order", Method: "PUT", Path: "/v1/files/{id}/parts/{part}", Permission: "attachment.upload",
		Prepare: unpack, Run: addPart, Result: fileResult, Repeat: GetFile,
		Example: AddPartIn{ID: "fil_01", Part: 1, Content: "c2t1LHF0eQpURUEsMQo="},
	},
	command.Def[FileIn, *File]{
		Name: "attachment.cancel", Summary: "Give up a file on its way", Method: "DELETE", Path: "/v1/files/{id}", Permission: "attachment.upload",
		Run: cancel, Result: fileResult, Repeat: getForgotten,
		Example: FileIn{ID: "fil_02"},
	},
	command.Def[ChangeIn, *Attachment]{
		Name: "attachment.change", Summary: "Say what a file on an order is, and who may read it", Method: "PUT", Path: "/v1/attachments/{id}",
		Run: change, Result: result, Repeat: Get,
		Example: ChangeIn{ID: "att_01", Kind: "contract", Visibility: ForCustomer},
	},
	command.Def[GetIn, *Attachment]{
		Name: "attachment.remove", Summary: "Remove a file from an order with all of its versions", Method: "DELETE", Path: "/v1/attachments/{id}",
		Run: remove, Result: result, Repeat: getRemoved,
		Example: GetIn{ID: "att_01"},
	},
}
