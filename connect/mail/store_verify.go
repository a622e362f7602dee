package mail

import "strings"

// told as SQL: the template of an event's type, and the types.
var (
	templateSQL = func() string {
		b := "CASE e.type"
		for _, t := range told {
			b += " WHEN '" + t.event.Name + "' THEN '" + t.template + "'"
		}
		return b + " ELSE 'none' END"
	}()
	typesSQL = func() string {
		var all []string
		for _, t := range told {
			all = append(all, "'"+t.event.Name+"'")
		}
		return strings.Join(all, ", ")
	}()
)

// The statements find faults among the mails, or events, above $1 and up to $2.
var (
	astray = `SELECT m.id, 'is ' || m.template || ' of ' || m.subject_id || ', copy ' || CAST(m.copy AS TEXT) || '; the event ' || m.event_id || ' is ' || COALESCE(e.type, 'none') || ' of ' || COALESCE(e.subject, 'nothing')
		FROM mails m
		LEFT JOIN events e ON e.id = m.event_id
		LEFT JOIN mails f ON f.event_id = m.event_id AND f.template = m.template AND f.copy = 0
		WHERE m.id > $1 AND m.id <= $2 AND (m.template <> COALESCE(` + templateSQL + `, '') OR COALESCE(e.subject, '') <> m.subject_id OR f.id IS NULL)
		ORDER BY 1`

	forgotten = `SELECT e.id, 'is ' || e.type || ' of ' || e.subject || ' at ' || CAST(l.position AS TEXT) || ' of the log, and nobody is told; the sender is at ' || CAST(c.position AS TEXT)
		FROM events e
		JOIN log l ON l.event_id = e.id
		JOIN cursors c ON c.consumer = '` + consumer + `' AND l.position <= c.position
		LEFT JOIN mails m ON m.event_id = e.id AND m.copy = 0
		WHERE e.id > $1 AND e.id <= $2 AND e.type IN (` + typesSQL + `) AND m.id IS NULL
			AND l.position > (SELECT b.position FROM log b WHERE b.event_id = (SELECT f.event_id FROM mails f ORDER BY f.created_at, f.id LIMIT 1))
		ORDER BY 1`
)
