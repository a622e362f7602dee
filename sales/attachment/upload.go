package attachment

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/file"
	"ordo/sales/order"
)

const (
	// MaxSize is how many bytes a file can have.
	MaxSize = 50 << 20
	// mostFiles is how many files an order can have: all versions count, and those
	// on their way.
	mostFiles = 100
	// patience is how long a file waits for its next part.
	patience = 7 * 24 * time.Hour
)

// Codes of attachments.
var (
	ErrType = problem.Declare("file_type_not_allowed", problem.Invalid,
		"The content of the file is of a type that an order does not take.", "Send a PDF, a picture (PNG, JPEG, GIF, WebP, TIFF, BMP, HEIC, AVIF), a document of Office or OpenDocument without macros, or a CSV.")
	ErrEmpty = problem.Declare("file_empty", problem.Invalid,
		"There is nothing in the file.", "Send a file with at least one byte.")
	ErrTooMany = problem.Declare("too_many_files", problem.Conflict,
		"The order has no room for a further file.", "Remove files that nobody needs; all of their versions count.")
)

// UploadIn is the input of attachment.upload.
type UploadIn struct {
	ID           string `path:"id" json:"id"`
	Name         string `json:"name" minLength:"1" maxLength:"200" doc:"Of the file"`
	Size         int64  `json:"size" doc:"Bytes of the file, up to 50 MiB"`
	AttachmentID string `json:"attachment_id,omitempty" doc:"That it is a new version of; it is a new attachment if not given"`
	Kind         string `json:"kind,omitempty" enum:"purchase_order,contract,invoice,delivery_note,photo,other" doc:"Of a new attachment: what it is to people; other if not given"`
	Visibility   string `json:"visibility,omitempty" enum:"staff,customer" doc:"Of a new attachment: who may read it; staff if not given; what customers send, they may read"`
}

// AddPartIn is the input of attachment.add_part.
type AddPartIn struct {
	ID      string `path:"id" json:"id"`
	Part    int64  `path:"part" json:"part" minimum:"1" doc:"From 1, one after the other; one that is there may come again"`
	Content string `json:"content" minLength:"1" maxLength:"699052" doc:"Base64 of 512 KiB of the file, or of what is left of it"`

	data  []byte
	found string // type of the first part
}

// unpack does with a part what needs no writer.
func unpack(_ context.Context, _ *command.Engine, _ command.Meta, in AddPartIn) (AddPartIn, error) {
	var err error
	if in.data, err = file.Decode(in.Content); err == nil && in.Part == 1 {
		in.found = typeOf(in.data)
	}
	return in, err
}

// makeRoom refuses a file that the disk has no room for before any of it comes.
func makeRoom(_ context.Context, e *command.Engine, _ command.Meta, in UploadIn) (UploadIn, error) {
	return in, e.DB.Room(int64(base64.StdEncoding.EncodedLen(int(min(max(in.Size, 0), MaxSize)))))
}

func upload(tx *db.Tx, in UploadIn) (*File, error) {
	var faults problem.List
	switch {
	case in.Size <= 0:
		faults.Add(ErrEmpty, "/size", "a file of %d bytes is empty", in.Size)
	case in.Size > MaxSize:
		faults.Add(file.ErrTooLarge, "/size", "%d bytes are more than %d", in.Size, MaxSize)
	}
	if !named(in.Name) {
		faults.Add(problem.ErrInvalidValue, "/name", "the name has a slash or a control character, or nothing but blanks and dots")
	}
	f := &File{
		ID: tx.ID("fil"), OrderID: in.ID, Name: in.Name, Size: in.Size, CreatedBy: tx.Actor.ID, CreatedAt: clock.At(tx.Now),
		kind: cmp.Or(in.Kind, "other"), visibility: cmp.Or(in.Visibility, ForStaff), hash: encoded(sha256.New()),
	}
	if tx.Actor.Scope.Customer != "" {
		f.visibility = ForCustomer
	}
	if in.AttachmentID != "" {
		if err := f.replaces(tx, in, &faults); err != nil {
			return nil, err
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	n, err := countFiles(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if n >= mostFiles {
		return nil, ErrTooMany.New("order %s has %d files already, with their versions and those on their way", in.ID, n).With("limit", mostFiles)
	}
	f.wait(tx)
	insertFile(tx, f)
	return GetFile(tx, f.ID)
}

// replaces makes a file a new version of an attachment, which says what it is.
func (f *File) replaces(tx *db.Tx, in UploadIn, faults *problem.List) error {
	a, err := Get(tx, in.AttachmentID)
	if problem.As(err) != nil || err == nil && (a.OrderID != in.ID || tx.Actor.Scope.Customer != "") {
		faults.Add(problem.ErrNotFound, "/attachment_id", "order %s has no attachment %s", in.ID, in.AttachmentID)
		return nil
	}
	for _, given := range []struct{ pointer, value string }{{"/kind", in.Kind}, {"/visibility", in.Visibility}} {
		if given.value != "" {
			faults.Add(problem.ErrInvalidValue, given.pointer, "a new version is of the kind and for the readers of its attachment; attachment.change changes them")
		}
	}
	f.AttachmentID, f.kind, f.visibility = in.AttachmentID, "", ""
	return err
}

// wait puts off when the file is forgotten.
func (f *File) wait(tx *db.Tx) { f.ForgottenAt = clock.At(tx.Now.Add(patience)) }

func addPart(tx *db.Tx, in AddPartIn) (*File, error) {
	f, err := lockFile(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.Part <= f.Parts { // it came before
		before, err := readPart(tx, f.ID, in.Part)
		if err == nil {
			err = file.Again(in.Part, before, in.Content)
		}
		return f, err
	}
	n := len(in.data)
	if err := (file.Coming{Size: f.Size, Received: f.Received, Parts: f.Parts}).Next(in.Part, n); err != nil {
		return nil, err
	}
	if n < file.PartSize && int64(n) < f.Size-f.Received {
		return nil, problem.ErrInvalidValue.At("/content", "part %d has %d bytes; only the last one may have fewer than %d", in.Part, n, file.PartSize)
	}
	if in.Part == 1 {
		if f.Type, err = taken(f.Name, in.found); err != nil {
			return nil, err
		}
	}
	f.Parts++
	f.Received += int64(n)
	if err := f.sum(in.data); err != nil {
		return nil, err
	}
	insertPart(tx, f, in.Content)
	f.wait(tx)
	if f.Received < f.Size {
		updateFile(tx, f)
		return f, nil
	}
	return f, f.complete(tx)
}

// FileIn names a file.
type FileIn struct {
	ID string `path:"id" json:"id"`
}

// cancel gives up a file that is not whole.
func cancel(tx *db.Tx, in FileIn) (*File, error) {
	f, err := lockFile(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if f.Revision > 0 {
		return nil, order.Refuse(problem.ErrTransition, "file "+f.ID, "whole", nil, "it is on the order", "Remove the attachment (attachment.remove).")
	}
	f.Name, f.ForgottenAt = "", clock.At(tx.Now)
	giveUp(tx, f)
	return f, forgetSoon(tx)
}

// complete makes a file of which all is there the version that is shown.
func (f *File) complete(tx *db.Tx) error {
	if err := f.inspect(tx); err != nil {
		return err
	}
	f.SHA256, f.Name, f.WholeAt, f.ForgottenAt = f.hash, withExtension(f.Name, f.Type), clock.At(tx.Now), 0
	a, t, err := f.attachment(tx)
	if err != nil {
		return err
	}
	a.Revision++
	f.AttachmentID, f.Revision = a.ID, a.Revision
	updateFile(tx, f)
	return a.save(tx, t, f)
}

// attachment is the one that a whole file belongs to.
func (f *File) attachment(tx *db.Tx) (*Attachment, *event.Type, error) {
	if f.AttachmentID != "" {
		a, err := Get(tx, f.AttachmentID)
		return a, Revised, err
	}
	a := &Attachment{Facts: Facts{ID: tx.ID("att"), OrderID: f.OrderID, Kind: f.kind, Visibility: f.visibility, CreatedBy: f.CreatedBy, CreatedAt: clock.At(tx.Now)}}
	return a, Added, a.readers(tx)
}

// sum goes on with the SHA-256 of the file; once it is whole, that is its hash.
func (f *File) sum(data []byte) error {
	state, err := base64.StdEncoding.DecodeString(f.hash)
	if err != nil {
		return err
	}
	h := sha256.New()
	if err := h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		return err
	}
	h.Write(data)
	if f.hash = encoded(h); f.Received == f.Size {
		f.hash = hex.EncodeToString(h.Sum(nil))
	}
	return nil
}

// encoded is how far a hash is computed.
func encoded(h hash.Hash) string {
	state, _ := h.(encoding.BinaryMarshaler).MarshalBinary() // never fails
	return base64.StdEncoding.EncodeToString(state)
}
