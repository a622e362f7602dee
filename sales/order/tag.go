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

// TagIn is the input of order.tag and order.untag.
type TagIn struct {
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
			Anchors: func(in TagIn) []command.Anchor { return anchor(in.ID) },
			Run:     AddTags, Result: result, Repeat: Get,
			Example: TagIn{ID: "ord_01", Tags: []string{"vip", "gift"}},
		},
		command.Def[TagIn, *Order]{
			Name: "order.untag", Summary: "Take tags off an order", Method: http.MethodPost, Path: "/v1/orders/{id}/untag",
			Anchors: func(in TagIn) []command.Anchor { return anchor(in.ID) },
			Run:     RemoveTags, Result: result, Repeat: Get,
			Example: TagIn{ID: "ord_01", Tags: []string{"gift"}},
		},
		command.Def[query.Input, query.Rows[*TagUse]]{
			Name: "tag.list", Summary: "List the tags that orders have", Method: http.MethodGet, Path: "/v1/tags", Read: ListTags,
		},
	}
}

// AddTags puts tags on an order in any status. Those that it has already change
// nothing.
func AddTags(tx *db.Tx, in TagIn) (*Order, error) {
	o, names, err := toTag(tx, in)
	if err != nil {
		return nil, err
	}
	had := len(o.tags)
	for _, name := range names {
		if !o.hasTag(name) {
			o.tags = append(o.tags, &tag{o.ID, name, clock.At(tx.Now)})
		}
	}
	if len(o.tags) == had {
		return o, nil
	}
	if len(o.tags) > mostTags {
		return nil, ErrTag.At("/tags", "order %s would have %d tags; %d fit", o.name(), len(o.tags), mostTags).With("limit", mostTags)
	}
	tags.Insert(tx, o.tags[had:]...)
	return o, o.saveTags(tx, Tagged)
}

// RemoveTags takes tags off an order in any status. Those that it does not have
// change nothing.
func RemoveTags(tx *db.Tx, in TagIn) (*Order, error) {
	o, names, err := toTag(tx, in)
	if err != nil {
		return nil, err
	}
	o.removed.Tags = map[string]json.RawMessage{}
	o.tags = slices.DeleteFunc(o.tags, func(t *tag) bool {
		if !slices.Contains(names, t.name) {
			return false
		}
		o.removed.Tags[t.name] = json.RawMessage("null")
		deleteTag(tx, t)
		return true
	})
	if len(o.removed.Tags) == 0 {
		return o, nil
	}
	return o, o.saveTags(tx, Untagged)
}

// toTag returns an order, and the tags of the input as they are stored. Tags are
// none of a customer's business: to them there is no such order.
func toTag(tx *db.Tx, in TagIn) (*Order, []string, error) {
	names, err := readTags(in.Tags)
	if err != nil {
		return nil, nil, err
	}
	if tx.Actor.Scope.Customer != "" {
		return nil, nil, NotFound(in.ID)
	}
	o, err := Get(tx, in.ID)
	return o, names, err
}

func (o *Order) saveTags(tx *db.Tx, t *event.Type) error {
	o.showTags(tx)
	return o.Save(tx, t, nil)
}

// readTags returns the tags as they are stored, each once, or all that is wrong
// with them.
func readTags(texts []string) (names []string, err error) {
	var faults problem.List
	for i, text := range texts {
		name := FoldTag(text)
		if why := wrongTag(name); why != "" {
			faults.Add(ErrTag, fmt.Sprintf("/tags/%d", i), "%q %s", text, why)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, faults.Err()
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
