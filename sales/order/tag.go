package order

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// ErrTag refuses a text that is no tag, or one tag too many.
var ErrTag = problem.Declare("tag_invalid", problem.Invalid,
	"A text can't be a tag, or an order has no room for it.", "Use 1 to 40 letters and digits, with single blanks or - _ . / : + between them; an order has up to 50 tags.")

// Events of tags.
var (
	Tagged   = event.Declare("order.tagged", 1, "Tags were put on the order.", body{})
	Untagged = event.Declare("order.untagged", 1, "Tags were taken off the order.", body{})
)

const (
	mostTags   = 50 // of an order
	longestTag = 40 // characters
)

// TagIn is the input of order.tag.
type TagIn struct {
	ID        string   `path:"id" json:"id"`
	Tags      []string `json:"tags" maxItems:"50" doc:"Letters and digits, with single blanks or - _ . / : + between them; capital letters become small"`
	InsteadOf []string `json:"instead_of,omitempty" maxItems:"50" doc:"Tags that they replace, for which it needs order.untag: nothing changes on an order that has none of these"`
}

// UntagIn is the input of order.untag.
type UntagIn struct {
	ID   string   `path:"id" json:"id"`
	Tags []string `json:"tags" minItems:"1" maxItems:"50" doc:"Letters and digits, with single blanks or - _ . / : + between them; capital letters become small"`
}

// TagUse is a tag that some order has.
type TagUse struct {
	Tag string `json:"tag"`
}

// tag is a row of a tag on an order.
type tag struct {
	orderID, name string
	addedAt       clock.Stamp
}

func (t *tag) key() string { return t.name }

func tagOperations() []command.Operation {
	return []command.Operation{
		command.Def[TagIn, *Order]{
			Name: "order.tag", Summary: "Put tags on an order", Method: http.MethodPost, Path: "/v1/orders/{id}/tag",
			Further: []string{"order.untag"}, Anchors: func(in TagIn) []command.Anchor { return anchor(in.ID) },
			Run: AddTags, Result: result, Repeat: getTagged,
			Bulk: true, UndoneBy: "order.tag", Undo: func(_ TagIn, o *Order) any { return o.tagsBack() },
			Example: TagIn{ID: "ord_01", Tags: []string{"vip", "gift"}},
		},
		command.Def[UntagIn, *Order]{
			Name: "order.untag", Summary: "Take tags off an order", Method: http.MethodPost, Path: "/v1/orders/{id}/untag",
			Anchors: func(in UntagIn) []command.Anchor { return anchor(in.ID) },
			Run:     RemoveTags, Result: result, Repeat: getTagged,
			Bulk: true, UndoneBy: "order.tag", Undo: func(_ UntagIn, o *Order) any { return o.tagsBack() },
			Example: UntagIn{ID: "ord_01", Tags: []string{"gift"}},
		},
		command.Def[query.Input, query.Rows[*TagUse]]{
			Name: "tag.list", Summary: "List the tags that orders have", Method: http.MethodGet, Path: "/v1/tags", Read: ListTags,
		},
	}
}

// AddTags puts tags on an order in any status, instead of others if such are
// named. Those that it has already change nothing.
func AddTags(tx *db.Tx, in TagIn) (*Order, error) {
	if len(in.InsteadOf) > 0 {
		if err := tx.Actor.Check("order.untag"); err != nil {
			return nil, err
		}
	}
	names, old, err := in.read()
	if err != nil {
		return nil, err
	}
	o, err := toTag(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if len(old) > 0 && !slices.ContainsFunc(old, o.hasTag) {
		return o, nil
	}
	return o, o.retag(tx, names, old)
}

// RemoveTags takes tags off an order in any status. Those that it does not have
// change nothing.
func RemoveTags(tx *db.Tx, in UntagIn) (*Order, error) {
	var faults problem.List
	names := readTags(&faults, "/tags", in.Tags)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	o, err := toTag(tx, in.ID)
	if err != nil {
		return nil, err
	}
	return o, o.retag(tx, nil, names)
}

// toTag returns an order. Tags are none of a customer's business: to them there
// is no such order.
func toTag(tx *db.Tx, id string) (*Order, error) {
	if tx.Actor.Scope.Customer != "" {
		return nil, NotFound(id)
	}
	return Get(tx, id)
}

// read returns the tags to put on and to take off, or all that is wrong with
// them.
func (in TagIn) read() (names, old []string, err error) {
	var faults problem.List
	names = readTags(&faults, "/tags", in.Tags)
	old = readTags(&faults, "/instead_of", in.InsteadOf)
	for i, name := range old {
		if slices.Contains(names, name) {
			faults.Add(ErrTag, fmt.Sprintf("/instead_of/%d", i), "%q can't replace itself", name)
		}
	}
	if len(in.Tags)+len(in.InsteadOf) == 0 {
		faults.Add(ErrTag, "/tags", "no tag is given")
	}
	return names, old, faults.Err()
}

// retag takes tags off and puts tags on, and remembers what that changed.
func (o *Order) retag(tx *db.Tx, on, off []string) error {
	o.tags = slices.DeleteFunc(o.tags, func(t *tag) bool {
		if !slices.Contains(off, t.name) {
			return false
		}
		if o.removed.Tags == nil {
			o.removed.Tags = map[string]json.RawMessage{}
		}
		o.removed.Tags[t.name] = json.RawMessage("null")
		o.untagged = append(o.untagged, t.name)
		deleteTag(tx, t)
		return true
	})
	had := len(o.tags)
	for _, name := range on {
		if !o.hasTag(name) {
			o.tagged = append(o.tagged, name)
			o.tags = append(o.tags, &tag{o.ID, name, clock.At(tx.Now)})
		}
	}
	if len(o.tagged) > 0 && len(o.tags) > mostTags {
		return ErrTag.At("/tags", "order %s would have %d tags; %d fit", o.name(), len(o.tags), mostTags).With("limit", mostTags)
	}
	kind := Untagged
	switch {
	case len(o.tagged) > 0:
		tags.Insert(tx, o.tags[had:]...)
		kind = Tagged
	case len(o.untagged) == 0:
		return nil
	}
	o.showTags(tx)
	return o.Save(tx, kind, nil)
}

// getTagged returns an order, with what an earlier execution made of its tags.
func getTagged(tx *db.Tx, id string) (*Order, error) {
	o, err := Get(tx, id)
	if err != nil || command.Repeated(tx) == "" {
		return o, err
	}
	caused, err := event.By(tx, id, command.Repeated(tx))
	for _, e := range caused {
		var b body
		if err := json.Unmarshal(e.Body, &b); err != nil {
			return nil, err
		}
		for name, row := range b.Tags { // order-free: each is a tag for itself
			if string(row) == "null" {
				o.untagged = append(o.untagged, name)
			} else {
				o.tagged = append(o.tagged, name)
			}
		}
	}
	return o, err
}

// tagsBack is the input of order.tag that takes back what became of the tags;
// nil if nothing did.
func (o *Order) tagsBack() any {
	if len(o.tagged)+len(o.untagged) == 0 {
		return nil
	}
	return TagIn{Tags: o.untagged, InsteadOf: o.tagged}
}

// readTags returns the tags of a field as they are stored, each once, and notes
// all that is wrong with them.
func readTags(faults *problem.List, pointer string, texts []string) (names []string) {
	for i, text := range texts {
		name := FoldTag(text)
		if why := wrongTag(name); why != "" {
			faults.Add(ErrTag, fmt.Sprintf("%s/%d", pointer, i), "%q %s", text, why)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// FoldTag is how a tag is stored: in small letters, composed, without blanks
// around it.
func FoldTag(text string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(text))))
}

// joints stand between the letters and digits of a tag.
const joints = " -_./:+"

// wrongTag says why a folded text is no tag; empty if it is one.
func wrongTag(name string) string {
	if name == "" {
		return "is blank"
	}
	if n := utf8.RuneCountInString(name); n > longestTag {
		return fmt.Sprintf("has %d characters, a tag up to %d", n, longestTag)
	}
	joint := true // as before the first
	for _, r := range name {
		switch {
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r) && !joint:
			joint = false
		case strings.ContainsRune(joints, r) && !joint:
			joint = true
		default:
			return fmt.Sprintf("can't have %q there", r)
		}
	}
	if joint {
		return fmt.Sprintf("can't end with %q", name[len(name)-1])
	}
	return ""
}

func (o *Order) hasTag(name string) bool {
	return slices.ContainsFunc(o.tags, func(t *tag) bool { return t.name == name })
}

// showTags answers with the tags, but for customers.
func (o *Order) showTags(tx *db.Tx) {
	o.Tags = nil
	if tx.Actor.Scope.Customer != "" {
		return
	}
	for _, t := range o.tags {
		o.Tags = append(o.Tags, t.name)
	}
	slices.Sort(o.Tags)
}
