package sim

// unseen tells why no invariant can see a change of a column; empty if one
// should.
func unseen(f field) string {
	if why := unjudged[f.table]; why != "" {
		return why
	}
	return unjudged[f.table+"."+f.column]
}

// The reasons. What is personal is told by no event, so that it can be erased;
// who sees it is the only one to judge it. What processes note for themselves
// ends with their work.
const (
	personal = "personal or secret: told by no event, so that it can be erased"
	notes    = "notes that processes make for themselves; the work that they lead to is judged"
	sent     = "what was sent, and what came of it: the ledgers of the receivers judge it"
	shown    = "only shown: nothing follows from it"
	derived  = "derived for searching; a search that misses shows it"
	measured = "measured by servers, in no other place"
)

// unjudged lists columns, and whole tables, that errors are not planted in. A
// reviewer agrees with each line; a column that is not in it is judged.
var unjudged = map[string]string{
	"addresses":                         personal,
	"customer_profiles":                 personal,
	"customer_addresses":                personal,
	"line_texts":                        personal,
	"order_notes":                       personal,
	"note_mentions":                     personal,
	"attachment_files.name":             personal,
	"attachment_files.kind":             "of a file on its way; those of an attachment are judged (E2)",
	"attachment_files.visibility":       "as kind",
	"attachment_files.order_id":         "of a file on its way; those of an attachment are judged (D1)",
	"attachment_files.attachment_id":    "as order_id",
	"attachment_files.hash":             "as order_id",
	"attachment_files.size":             "as order_id",
	"attachment_files.media_type":       shown,
	"attachment_files.created_by":       shown,
	"attachment_files.created_at":       shown,
	"attachment_files.whole_at":         shown,
	"attachment_files.forget_at":        notes,
	"sessions":                          personal,
	"links":                             personal,
	"users.email":                       personal,
	"users.name":                        personal,
	"users.password_hash":               personal,
	"api_keys.secret_hash":              personal,
	"tracking_events.place":             personal,
	"webhook_deliveries.id":             sent,
	"webhook_deliveries.endpoint_id":    sent,
	"webhook_deliveries.tries":          sent,
	"webhook_deliveries.attempts":       "those of a deleted endpoint may lack the one that was under way; of others they are judged (E4)",
	"webhook_deliveries.replays":        sent,
	"webhook_deliveries.next_at":        sent,
	"webhook_deliveries.status":         "that of what was delivered is judged (E4)",
	"webhook_deliveries.error":          "as status",
	"webhook_deliveries.created_at":     sent,
	"webhook_deliveries.ended_at":       sent,
	"webhook_attempts":                  sent,
	"webhook_endpoints.url":             "its path may be secret, so events tell the host alone",
	"webhook_endpoints.failures":        sent,
	"webhook_endpoints.failing_since":   sent,
	"webhook_endpoints.rest_until":      sent,
	"webhook_endpoints.last_success_at": sent,
	"webhook_endpoints.last_failure_at": sent,
	"webhook_endpoints.last_error":      sent,
	"webhook_endpoints.replay_after":    sent,
	"webhook_endpoints.replay_until":    sent,
	"mails":                             "which event each is of is judged (E4), what came of it by the ledger of the mail server",
	"commands":                          notes,
	"counters":                          notes,
	"cursors":                           notes,
	"intents":                           notes,
	"jobs":                              notes,
	"leases":                            notes,
	"presences":                         notes,
	"remembered":                        notes,
	"schema_versions":                   notes,
	"response_times":                    measured,
	"slow_requests":                     measured,
	"resource_figures":                  measured,
	"order_templates.name":              personal,
	"saved_views.name":                  personal,
	"saved_views.filter":                personal,
	"preferences":                       shown,
	"bulks.input":                       personal,
	"bulks.filter":                      personal,
	"bulk_parts.items":                  notes,
	"bulk_rows.position":                shown,
	"bulk_rows.code":                    shown,
	"bulk_rows.detail":                  personal,
	"bulk_rows.remedy":                  shown,
	"bulk_rows.undo":                    "the command that undoes judges it, as any input",
	"table_imports.name":                personal,
	"table_imports.columns":             personal,
	"table_imports.mapping":             personal,
	"table_imports.problem":             personal,
	"table_imports.created_by":          "decides who of those with narrow rights sees it; no event tells it yet",
	"table_imports.hash":                "tells files apart, and no event tells it; a file that is imported again shows it",
	"table_parts":                       notes,
	"table_chunks":                      notes,
	"table_records":                     notes,
	"table_rows.row":                    shown,
	"table_rows.cells":                  personal,
	"table_rows.faults":                 personal,
	"table_rows.resource_id":            shown,
	"table_rows.undo":                   "the command that undoes judges it, as any input",
	"table_rows.kept":                   personal,
	"variants.folded":                   derived,
	"variants.sku_folded":               derived,
	"stock.safety":                      "no command writes it yet",
	"settings.value":                    "one of its two rows is the signing key, which no event tells; the other is judged (E2)",
	"settings.version":                  "as settings.value",
	"checkpoints.at":                    shown,
}
