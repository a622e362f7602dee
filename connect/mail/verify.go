package mail

import "ordo/engine/invariant"

// Invariants are those of what was told. What became of a mail behind the mail
// server nobody here can know.
var Invariants = []invariant.Check{
	invariant.SQL(invariant.Invariant{
		ID: "E4", Formula: "a mail is of an event that is told by its template; a copy is of a mail that is there",
	}, "mails", "id", 10_000, astray),
	invariant.SQL(invariant.Invariant{
		ID: "E4", Formula: "every event that is told, since mails are, up to where the sender is in the log, has its mail",
	}, "events", "id", 10_000, forgotten),
}
