package main

// notRebuilt are the tables whose rows no event rebuilds, with the reason.
var notRebuilt = map[string]string{
	"events":      "they are what everything else is rebuilt from",
	"log":         "gives events their place; its hash chain proves it (T2)",
	"checkpoints": "signed heads of the log (T2)",

	"commands":        "keys of idempotency, forgotten after 30 days",
	"cursors":         "how far consumers of the log are",
	"leases":          "who works at the moment",
	"presences":       "who is at an order at the moment",
	"jobs":            "a queue",
	"intents":         "a queue of calls to the outside; what came of them are events of their subjects",
	"counters":        "numbers that nobody has taken; those that were are in the rows that have them",
	"remembered":      "a version of what processes keep in memory",
	"schema_versions": "migrations that ran",

	"sessions": "secrets with an end",
	"links":    "secrets with an end",

	"customer_profiles": "personal: events name a version of it",
	"addresses":         "personal: events name them",
	"order_notes":       "texts of people: events name them",
	"note_mentions":     "part of the texts of people: events name them",
	"attachment_files":  "names of people's files, and those on their way: events name those that came",
	"attachment_parts":  "content of people's files: events tell its SHA-256",
	"line_texts":        "texts of people and copies of products' texts: events name them",

	"stock": "sums of movements and of active reservations (Q2)",

	"test_gateway_calls": "stands for a ledger outside",
	"imports":            "how far an import is",
	"import_rows":        "where each row of a foreign file went",
	"import_faults":      "rows of a foreign file that were set aside",
	"table_parts":        "a file on its way",
	"table_chunks":       "a file, forgotten after 30 days",
	"table_records":      "what would be written: of what was, its events tell it too",
	"table_rows":         "what came of each row of a file: of those that were written, their events tell it too",

	"bulk_parts": "a queue",
	"bulk_rows":  "what came of each order of a bulk: of those that succeeded, their events tell it too",

	"preferences": "how an app looks to its reader",

	"response_times":   "measured, not decided",
	"slow_requests":    "measured, not decided",
	"resource_figures": "measured, not decided",

	"webhook_deliveries": "a queue of events that are sent, forgotten after 30 days",
	"webhook_attempts":   "what receivers answered, forgotten after 30 days",
	"mails":              "personal, and what came of sending: events name what is told",
}
