// Package setting owns the facts about the workspace itself (company, base
// currency, tax country, time zone, language) and the key that signs the event
// log's checkpoints. It does not own settings of a subject, such as a channel's
// currency, nor the configuration of the process (cmd/ordo).
package setting
