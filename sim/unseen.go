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
// ends with their work. The others are gaps.
const (
	personal = "personal or secret: told by no event, so that it can be erased"
	notes    = "notes that processes make for themselves; the work that they lead to is judged"
	shown    = "only shown: nothing follows from it"
	derived  = "derived for searching; a search that misses shows it"
	gap      = "told by events in another form than the columns have; no invariant compares the two yet"
)

// unjudged lists columns, and whole tables, that errors are not planted in. A
// reviewer agrees with each line; a column that is not in it is judged.
var unjudged = map[string]string{
	"addresses":                   personal,
	"customer_profiles":           personal,
	"customer_addresses":          personal,
	"line_texts":                  personal,
	"order_notes":                 personal,
	"sessions":                    personal,
	"links":                       personal,
	"users.email":                 personal,
	"users.name":                  personal,
	"users.password_hash":         personal,
	"api_keys.secret_hash":        personal,
	"tracking_events.place":       personal,
	"commands":                    notes,
	"counters":                    notes,
	"cursors":                     notes,
	"intents":                     notes,
	"jobs":                        notes,
	"leases":                      notes,
	"remembered":                  notes,
	"schema_versions":             notes,
	"reservations.id":             notes,
	"orders.sortable_total":       derived,
	"variants.folded":             derived,
	"variants.sku_folded":         derived,
	"variants.limited":            derived,
	"variants.bundle":             derived,
	"variants.text_id":            derived,
	"products.text_id":            derived,
	"api_keys.created_at":         shown,
	"channels.created_at":         shown,
	"customers.created_at":        shown,
	"customers.origin":            shown,
	"locations.created_at":        shown,
	"price_lists.created_at":      shown,
	"products.created_at":         shown,
	"roles.created_at":            shown,
	"shipping_methods.created_at": shown,
	"users.created_at":            shown,
	"variants.created_at":         shown,
	"reservations.created_at":     shown,
	"checkpoints.at":              shown,
	"reservations.lot_id":         "of a promise that ended nothing follows; of an active or claimed one it is judged (Q2, Q4)",
	"reservations.ended_at":       shown,
	"stock_movements.position":    shown,
	"reservations.reason":         shown,
	"api_keys.revoked_at":         gap,
	"users.locked_until":          gap,
	"variants.minimum":            gap,
	"variants.maximum":            gap,
	"variants.multiple":           gap,
	"variants.units":              gap,
	"barcodes":                    gap,
	"bundle_parts":                gap,
	"channel_locations":           gap,
	"channel_variants":            gap,
	"customer_types":              gap,
	"import_mappings":             gap,
	"lots":                        gap,
	"prices":                      gap,
	"quantity_limits":             gap,
	"settings":                    gap,
	"shipping_rates":              gap,
	"stock_documents.at":          gap,
	"tax_countries":               gap,
	"tax_rates":                   gap,
}
