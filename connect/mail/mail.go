package mail

import (
	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Mail is an event on its way to a person, or one that arrived.
type Mail struct {
	ID              string           `json:"id"`
	Template        string           `json:"template" enum:"order_confirmation,shipment,refund,cancellation,invitation,password_reset" doc:"What it says"`
	EventID         string           `json:"event_id" doc:"Event that it tells of"`
	Copy            int64            `json:"copy" doc:"0; those that somebody had sent again count from 1"`
	SubjectID       string           `json:"subject_id" doc:"Resource that the event happened to"`
	OrderID         string           `json:"order_id,omitempty" doc:"Order that it is about"`
	CustomerID      string           `json:"customer_id,omitempty"`
	Recipient       string           `json:"recipient,omitempty" doc:"Address; empty until it is written, and if there is none"`
	Language        string           `json:"language,omitempty" doc:"In which it is written"`
	TemplateVersion int64            `json:"template_version,omitempty" doc:"Of the workspace's own template by which it is written; none for one that is built in"`
	Subject         string           `json:"subject,omitempty" doc:"Of the mail; empty until it is written"`
	State           string           `json:"state" enum:"waiting,sending,sent,unknown,failed,unsent" doc:"sent: the mail server took it; unknown: it may have, its answer got lost; unsent: it was never tried"`
	Reason          string           `json:"reason,omitempty" enum:"no_mail_server,recipient_required,refused,expired,answer_lost,interrupted,restored" doc:"Why it is not sent: the server has no mail server; there is no address; the recipient was refused; three days of tries; the answer of the mail server got lost; the process that sent it ended; the workspace is a restored backup, which may have sent it before"`
	Answer          string           `json:"answer,omitempty" doc:"Last words of the mail server, or what is wrong with reaching it"`
	Tries           int64            `json:"tries"`
	NextAt          clock.Stamp      `json:"next_at,omitzero" doc:"While it waits: not sent before"`
	CreatedAt       clock.Stamp      `json:"created_at" doc:"When it was taken from the log, or asked for again"`
	EndedAt         clock.Stamp      `json:"ended_at,omitzero" doc:"When it was sent, or was not"`
	Text            string           `json:"text,omitempty" doc:"As it is sent; only of a single mail, and not of one with a secret"`
	HTML            string           `json:"html,omitempty" doc:"The same for readers of HTML; only of a single mail"`
	Actions         []command.Action `json:"actions,omitempty"`

	messageID  string
	channelID  string
	leaseUntil clock.Stamp
}

// SetActions shows which operations are open.
func (m *Mail) SetActions(a []command.Action) { m.Actions = a }

// Resent is the event of a mail that somebody sends again.
var Resent = event.Declare("mail.resent", 1, "A mail is sent again.", resentBody{})

type resentBody struct {
	Template string `json:"template"`
	OrderID  string `json:"order_id"`
	Again    string `json:"again" doc:"Id of the mail that is sent again"`
	Copy     int64  `json:"copy"`
}

// GetIn names a mail.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// ResendIn is the input of mail.resend.
type ResendIn struct {
	ID        string `path:"id" json:"id"`
	Recipient string `json:"recipient,omitempty" maxLength:"254" doc:"Address to use instead of that of the mail, or of the order's contact"`
}

func mayResend(m *Mail, _ auth.Actor) error {
	if m.secret() {
		return problem.ErrTransition.New("the mail %s, which is %s, holds a link that works once", m.ID, m.State).Helped("Invite the user again (user.invite_again), or let them ask for another link (account.forgot_password).").With("current_status", m.State)
	}
	if m.State == "waiting" || m.State == "sending" {
		return problem.ErrTransition.New("the mail %s is %s", m.ID, m.State).Helped("It is sent by itself; see its tries and the last answer.").With("current_status", m.State)
	}
	return nil
}

// resend writes a copy of a mail, to be sent at once. What was written stays as it
// was; the Message-ID does if the mail may have arrived.
func resend(tx *db.Tx, in ResendIn) (*Mail, error) {
	m, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayResend(m, tx.Actor); err != nil {
		return nil, err
	}
	if in.Recipient != "" && !deliverable(in.Recipient) {
		return nil, problem.ErrInvalidValue.At("/recipient", "%q is no mail address", in.Recipient)
	}
	again := *m
	again.ID, again.State, again.Reason, again.Answer, again.Tries, again.Actions = tx.ID("mai"), "waiting", "", "", 0, nil
	again.CreatedAt, again.NextAt, again.EndedAt = clock.Stamp(tx.Micros()), clock.Stamp(tx.Micros()), 0
	if in.Recipient != "" {
		again.Recipient = in.Recipient
	}
	if m.State != "unknown" || again.Recipient != m.Recipient {
		again.messageID = again.ID
	}
	if again.Copy, err = nextCopy(tx, m); err != nil {
		return nil, err
	}
	insert(tx, &again)
	return &again, event.Emit(tx, event.Event{Type: Resent, Subject: again.ID, Sequence: 1, Channel: again.channelID, Customer: again.CustomerID,
		Body: resentBody{again.Template, again.OrderID, m.ID, again.Copy}})
}

// Schema is what the list of mails can be filtered and sorted by.
var Schema = query.Schema{
	ID: "m.id", Sort: "-created",
	Fields: []query.Field{
		{Name: "id", Doc: "Id", Type: query.ID, Column: "m.id", Indexed: true},
		{Name: "order", Doc: "Id of the order", Type: query.ID, Column: "m.order_id", Exists: "(m.order_id <> '' AND %s)", Indexed: true},
		{Name: "template", Doc: "What it says", Type: query.Enum, Column: "m.template", Values: templateNames},
		{Name: "state", Doc: "What became of it", Type: query.Enum, Column: "m.state", Values: []string{"waiting", "sending", "sent", "unknown", "failed", "unsent"}},
		{Name: "reason", Doc: "Why it is not sent", Type: query.Enum, Column: "m.reason", Values: []string{"no_mail_server", "recipient_required", "refused", "expired", "answer_lost", "interrupted", "restored"}},
		{Name: "created", Doc: "When it was taken from the log, or asked for again", Type: query.Time, Column: "m.created_at", Sortable: true},
	},
}
