// Package mail owns what people outside are told of events by mail: which events
// are told, in whose language and which words, and what became of each mail on
// its way to the mail server. It does not own the events and their log
// (engine/event), the orders that it tells of, nor what happens to a mail behind
// the first server that takes it.
//
// A sender reads the log with one cursor. Each event that is told becomes one row
// in the transaction that moves the cursor, so that nothing is told twice or
// forgotten, and the row is what is sent, tried again and listed.
//
// SMTP can't say whether a mail whose answer got lost was taken. Until the whole
// text is handed over nothing can have arrived, and the mail is tried again by
// itself. From then on it is tried no more: without an answer its state is
// unknown, and a person decides. What they send again then has the same
// Message-ID, by which mailboxes know it.
package mail
