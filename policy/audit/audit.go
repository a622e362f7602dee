package audit

import (
	"encoding/hex"
	"encoding/json"
	"net/http"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/policy/setting"
)

// Entry is an event as the audit log shows it.
type Entry struct {
	ID       string          `json:"id"`
	Position int64           `json:"position,omitempty" doc:"Place in the log of all events; 0 for a moment after it happened"`
	At       clock.Stamp     `json:"at"`
	Type     string          `json:"type"`
	Version  int64           `json:"version" doc:"Of the type's schema"`
	Actor    string          `json:"actor" doc:"Who did it: id of a user, an API key or a customer, or the name of what Ordo does by itself"`
	Subject  string          `json:"subject" doc:"Id of the resource it happened to"`
	Sequence int64           `json:"sequence" doc:"Per subject, from 1, without gaps"`
	Command  string          `json:"command" doc:"Events of one command happened together"`
	Channel  string          `json:"channel_id,omitempty"`
	Location string          `json:"location_id,omitempty"`
	Customer string          `json:"customer_id,omitempty"`
	Body     json.RawMessage `json:"body" doc:"The full new value of every changed field that is not personal: of order.placed in version 1 as the schema EventOrderPlacedV1 says, and so on"`
	Hash     string          `json:"hash,omitempty" doc:"Of the event and the hash of the one before it in the log; not there for a moment after it happened"`
}

// VerifyIn is the input of event.verify.
type VerifyIn struct {
	After int64  `query:"after" json:"after,omitempty" minimum:"0" doc:"Position behind which to begin: to of the answer before; the begin of the log if not given"`
	Hash  string `query:"hash" json:"hash,omitempty" pattern:"^[0-9a-f]{64}$" doc:"Hash that was told of that position: hash of the answer before; what is stored if not given"`
	Limit int    `query:"limit" json:"limit,omitempty" minimum:"1" maximum:"5000" doc:"Events that are checked at most; 1,000 if not given"`
}

// Verification is what was found in a part of the log.
type Verification struct {
	Checked     int64       `json:"checked" doc:"Events that fit, behind after"`
	To          int64       `json:"to" doc:"Position of the last of them"`
	Hash        string      `json:"hash" doc:"Of that position; empty before the first event"`
	Last        int64       `json:"last" doc:"Position at which the log ends at present"`
	Done        bool        `json:"done" doc:"The end of the log was reached; if not, and there is no fault, go on behind to, with hash"`
	Fault       string      `json:"fault" doc:"The first break behind to, for people; empty if there is none"`
	Checkpoints int64       `json:"checkpoints" doc:"Signed checkpoints among the events, which fit as well"`
	Checkpoint  *Checkpoint `json:"checkpoint,omitempty" doc:"The last of these"`
	PublicKey   string      `json:"public_key" doc:"Ed25519, in hexadecimal: verifies the signatures of all checkpoints"`
}

// Checkpoint is a head of the hash chain that was signed.
type Checkpoint struct {
	Position  int64  `json:"position"`
	Hash      string `json:"hash"`
	Signature string `json:"signature" doc:"Ed25519, in hexadecimal, of the text ordo log, position and hash, with blanks between them"`
}

const defaultPart = 1000 // events

// Operations on the log.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Entry]]{
		Name: "event.list", Summary: "List all that happened, newest first: the audit log", Method: http.MethodGet, Path: "/v1/events",
		Read: list,
	},
	command.Def[VerifyIn, *Verification]{
		Name: "event.verify", Summary: "Verify a part of the log of events: its hash chain, its signed checkpoints, the order of each subject, and that no event is missing", Method: http.MethodGet, Path: "/v1/events/verification",
		Read: verify,
	},
}

func verify(tx *db.Tx, in VerifyIn) (*Verification, error) {
	if !tx.Actor.Scope.Whole() {
		return nil, problem.ErrNotFound.New("the log belongs to the whole workspace, of which you see a part")
	}
	key, err := setting.PublicKey(tx)
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = defaultPart
	}
	p, err := event.VerifyStretch(tx, key, event.Head{Position: in.After, Hash: in.Hash}, in.Limit)
	if err != nil {
		return nil, err
	}
	v := &Verification{Checked: p.Checked, To: p.Position, Hash: p.Hash, Last: p.Last, Done: p.Done, Fault: p.Fault, Checkpoints: p.Signed, PublicKey: hex.EncodeToString(key)}
	if p.Signed > 0 {
		v.Checkpoint = &Checkpoint{p.Checkpoint.Position, p.Checkpoint.Hash, p.Signature}
	}
	return v, nil
}
