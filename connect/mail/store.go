package mail

import (
	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

var scope = auth.Columns{Channel: "m.channel_id", Customer: "m.customer_id"}

const (
	facts   = `m.id, m.template, m.event_id, m.copy, m.message_id, m.subject_id, m.order_id, m.channel_id, m.customer_id, m.recipient, m.language, m.template_version, m.subject, m.state, m.reason, m.answer, m.tries, m.next_at, m.lease_until, m.created_at, m.ended_at`
	columns = facts + `, m.text, m.html`
)

func (m *Mail) places() []any {
	return []any{&m.ID, &m.Template, &m.EventID, &m.Copy, &m.messageID, &m.SubjectID, &m.OrderID, &m.channelID, &m.CustomerID, &m.Recipient, &m.Language, &m.TemplateVersion, &m.Subject, &m.State, &m.Reason, &m.Answer, &m.Tries, &m.NextAt, &m.leaseUntil, &m.CreatedAt, &m.EndedAt}
}

// visible leaves mails to users to those who may see users.
func visible(tx *db.Tx) string {
	if tx.Actor.Permissions.Has("user.list") {
		return "TRUE"
	}
	return "m.order_id <> ''"
}

// List returns a page of mails without their texts.
func List(tx *db.Tx, in query.Input) (query.Rows[*Mail], error) {
	return query.Select(tx, in, Schema, query.Source{Columns: facts, From: "mails m", Where: visible(tx), Scope: scope},
		func(row **Mail) []any { *row = &Mail{}; return (*row).places() })
}

// Get returns a mail with its text, or not found.
func Get(tx *db.Tx, id string) (*Mail, error) { return get(tx, id, "") }

// get is Get, with what is to be locked.
func get(tx *db.Tx, id, lock string) (*Mail, error) {
	m := &Mail{}
	condition, scoped := tx.Actor.Scope.SQL(scope, 2)
	if err := tx.Load(db.One(`SELECT `+columns+` FROM mails m WHERE m.id = $1 AND `+visible(tx)+` AND `+condition+lock, append([]any{id}, scoped...), append(m.places(), &m.Text, &m.HTML)...)); err != nil {
		return nil, err
	}
	if m.ID == "" {
		return nil, problem.ErrNotFound.New("no mail %s", id)
	}
	return m, nil
}

// nextCopy is the number of the next copy of a mail; nobody else takes it.
func nextCopy(tx *db.Tx, m *Mail) (n int64, err error) {
	var first string
	of := []any{m.EventID, m.Template}
	err = tx.Load(
		db.One(`SELECT id FROM mails WHERE event_id = $1 AND template = $2 AND copy = 0`+tx.ForUpdate(), of, &first),
		db.One(`SELECT MAX(copy) + 1 FROM mails WHERE event_id = $1 AND template = $2`, of, &n))
	return n, err
}

const head = "mails (id, template, event_id, copy, message_id, subject_id, order_id, channel_id, customer_id, recipient, language, template_version, subject, state, reason, answer, tries, next_at, lease_until, created_at, ended_at, text, html)"

func (m *Mail) row() []any {
	return []any{m.ID, m.Template, m.EventID, m.Copy, m.messageID, m.SubjectID, m.OrderID, m.channelID, m.CustomerID, m.Recipient, m.Language, m.TemplateVersion, m.Subject, m.State, m.Reason, m.Answer, m.Tries, m.NextAt, m.leaseUntil, m.CreatedAt, m.EndedAt, m.Text, m.HTML}
}

func insert(tx *db.Tx, m *Mail) { tx.Insert(head, m.row()) }

// insertNew writes the mails of events that have none.
func insertNew(tx *db.Tx, all []*Mail) {
	for _, m := range all {
		tx.Write(`INSERT INTO `+head+` VALUES (`+db.Params(1, len(m.row()))+`) ON CONFLICT (event_id, template, copy) DO NOTHING`, m.row()...)
	}
}

// orders reads which order each of the shipments and refunds belongs to.
func orders(subjects []any, into map[string]string) db.Read {
	in := db.Params(1, len(subjects))
	return db.Many(`SELECT id, order_id FROM shipments WHERE id IN (`+in+`) UNION ALL SELECT id, order_id FROM refunds WHERE id IN (`+in+`)`, subjects, func(scan db.Scan) error {
		var id, order string
		err := scan(&id, &order)
		into[id] = order
		return err
	})
}

// due are the ids of mails whose time has come, and whether the lease of any has
// ended.
func due(tx *db.Tx, most int) (ids []string, lapsed bool, err error) {
	err = tx.Load(
		db.One(`SELECT EXISTS (SELECT 1 FROM mails WHERE state = 'sending' AND lease_until < $1)`, []any{tx.Micros()}, &lapsed),
		db.All(`SELECT id FROM mails WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, event_id LIMIT $2`, []any{tx.Micros(), most}, &ids))
	return ids, lapsed, err
}

// lapse gives up mails that a process which ended was sending.
func lapse(tx *db.Tx) {
	tx.Write(`UPDATE mails SET state = 'unknown', reason = 'interrupted', lease_until = 0, ended_at = $1 WHERE state = 'sending' AND lease_until < $1`, tx.Micros())
}

// unsend ends all mails that wait, for a reason; those that are being sent too if
// asked for.
func unsend(tx *db.Tx, reason string, sending bool) {
	state := "waiting"
	if sending {
		state = "sending"
	}
	tx.Write(`UPDATE mails SET state = 'unsent', reason = $1, lease_until = 0, ended_at = $2 WHERE state IN ('waiting', $3)`, reason, tx.Micros(), state)
}

// claim writes a mail that waits, as it is sent now or will not be.
func claim(tx *db.Tx, m *Mail) {
	tx.Must(errElsewhere, `UPDATE mails SET state = $2, reason = $3, tries = $4, lease_until = $5, ended_at = $6, recipient = $7, language = $8, subject = $9, text = $10, html = $11, template_version = $12
		WHERE id = $1 AND state = 'waiting'`, m.ID, m.State, m.Reason, m.Tries, m.leaseUntil, m.EndedAt, m.Recipient, m.Language, m.Subject, m.Text, m.HTML, m.TemplateVersion)
}

// record writes what became of a try, also if it was given up meanwhile.
func record(tx *db.Tx, m *Mail) {
	tx.Write(`UPDATE mails SET state = $3, reason = $4, answer = $5, next_at = $6, ended_at = $7, lease_until = 0 WHERE id = $1 AND tries = $2 AND state IN ('sending', 'unknown')`,
		m.ID, m.Tries, m.State, m.Reason, m.Answer, m.NextAt, m.EndedAt)
}

// postpone writes a try that did not come to sending.
func postpone(tx *db.Tx, m *Mail) {
	tx.Write(`UPDATE mails SET state = $3, reason = $4, answer = $5, next_at = $6, ended_at = $7, tries = $8 WHERE id = $1 AND tries = $2 AND state = 'waiting'`,
		m.ID, m.Tries-1, m.State, m.Reason, m.Answer, m.NextAt, m.EndedAt, m.Tries)
}

// untold reads the events that are told by mail and that the consumer has not come
// to.
func untold(into *[]event.Sealed) db.Read {
	types := make([]any, len(told))
	for i, t := range told {
		types[i] = t.event.Name
	}
	return db.Many(`SELECT e.id, e.subject, e.type, e.channel_id, e.customer_id FROM events e LEFT JOIN log l ON l.event_id = e.id
		WHERE (l.event_id IS NULL OR l.position > (SELECT position FROM cursors WHERE consumer = '`+consumer+`')) AND e.type IN (`+db.Params(1, len(types))+`) ORDER BY e.id`, types, func(scan db.Scan) error {
		var e event.Sealed
		err := scan(&e.ID, &e.Subject, &e.Type, &e.Channel, &e.Customer)
		*into = append(*into, e)
		return err
	})
}

// readWordings reads the words of the workspace's own for those templates that
// have some.
func readWordings(all []*Wording) db.Read {
	by, ids := map[string]*Wording{}, make([]any, len(all))
	for i, w := range all {
		by[w.ID], ids[i] = w, w.ID
	}
	return db.Many(`SELECT id, subject, body, version FROM mail_templates WHERE id IN (`+db.Params(1, len(ids))+`)`, ids, func(scan db.Scan) error {
		var own Wording
		err := scan(&own.ID, &own.Subject, &own.Body, &own.Version)
		if w := by[own.ID]; w != nil {
			w.Subject, w.Body, w.Version = own.Subject, own.Body, own.Version
		}
		return err
	})
}

// saveWording writes words that were read in this transaction; the version guards
// against another writer.
func saveWording(tx *db.Tx, w *Wording) {
	tx.Must(db.ErrStale, `INSERT INTO mail_templates (id, template, language, subject, body, version) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO UPDATE SET subject = excluded.subject, body = excluded.body, version = excluded.version WHERE mail_templates.version = excluded.version - 1`,
		w.ID, w.Template, w.Language, w.Subject, w.Body, w.Version)
}

// sequenceOf reads the place of an event among those of its subject.
func sequenceOf(id string, into *int64) db.Read {
	return db.One(`SELECT sequence FROM events WHERE id = $1`, []any{id}, into)
}

// body reads the body of an event.
func body(id string, into *[]byte) db.Read {
	return db.One(`SELECT body FROM events WHERE id = $1`, []any{id}, into)
}
