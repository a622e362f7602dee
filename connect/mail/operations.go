package mail

import (
	"net/http"

	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/query"
)

// Operations on mails and their templates.
var Operations = append([]command.Operation{
	command.Def[query.Input, query.Rows[*Mail]]{
		Name: "mail.list", Summary: "List the mails to customers, with what became of each", Method: http.MethodGet, Path: "/v1/mails",
		Read: List,
	},
	command.Def[GetIn, *Mail]{
		Name: "mail.get", Summary: "Show a mail with its text", Method: http.MethodGet, Path: "/v1/mails/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Mail, error) { return Get(tx, in.ID) },
	},
	command.Def[ResendIn, *Mail]{
		Name: "mail.resend", Summary: "Send a mail again, as it was written", Method: http.MethodPost, Path: "/v1/mails/{id}/resend", Creates: true,
		Run: resend, Guard: mayResend, Result: func(m *Mail) (string, int64) { return m.ID, 1 }, Repeat: Get,
		Example: ResendIn{ID: "mai_01", Recipient: "ada@example.com"},
	},
}, wordings...)
