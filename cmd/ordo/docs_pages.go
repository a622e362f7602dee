package main

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ordo/base/problem"
	"ordo/base/state"
	"ordo/connect/importer"
	"ordo/connect/mail"
	"ordo/connect/webhook"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/event"
	"ordo/engine/query"
	"ordo/execution/change"
	"ordo/execution/fulfillment"
	"ordo/execution/returns"
	"ordo/policy/account"
	"ordo/policy/audit"
	"ordo/policy/backlog"
	"ordo/policy/system"
	"ordo/policy/view"
	"ordo/resource/inventory"
	"ordo/resource/payment"
	"ordo/sales/attachment"
	"ordo/sales/bulk"
	"ordo/sales/order"
	"ordo/sales/template"
	"ordo/trade/catalog"
	"ordo/trade/channel"
	"ordo/trade/customer"
	"ordo/trade/location"
	"ordo/trade/pricing"
	"ordo/trade/tax"
)

func statusPage() page {
	p := newPage("statuses.md", "Statuses", "Every status is computed from facts by one function of its subject and stored in the transaction that changed the facts. Only the steps below occur; staying is always possible.")
	for _, m := range state.All() {
		p.section(strings.ToUpper(m.Name[:1]) + m.Name[1:])
		p.table("status", "meaning", "may become")
		for _, s := range m.Statuses {
			var next []string
			for _, step := range m.Steps {
				if step.From == s.Code {
					next = append(next, step.To)
				}
			}
			p.row(code(s.Code), s.Meaning, codes(next))
		}
		p.WriteString("\n```mermaid\n" + m.Diagram() + "```\n")
	}
	return p
}

func operationPage(operations []command.Operation, streams []rest.Stream) page {
	p := newPage("operations.md", "Operations", "Every operation of the API, the command line's tools and the permissions. Inputs and answers are in [openapi.json](openapi.json). A command takes `Idempotency-Key` and `dry_run=true`.")
	subject := ""
	for _, o := range operations {
		s := o.Spec()
		if now, _, _ := strings.Cut(s.Name, "."); now != subject {
			subject = now
			p.section(subject)
			p.table("operation", "request", "kind", "permission", "what it does")
		}
		kind := "read"
		if s.Writes {
			kind = "command"
		}
		p.row(code(s.Name), code(s.Method+" "+s.Path), kind, cmp.Or(code(s.Permission), "none"), s.Summary)
	}
	p.section("streams")
	p.table("name", "request", "permission", "what it does")
	for _, s := range streams {
		p.row(code(s.Name), code(http.MethodGet+" "+s.Path), code(s.Permission), s.Summary)
	}
	return p
}

func permissionPage(operations []command.Operation, streams []rest.Stream) page {
	p := newPage("permissions.md", "Permissions", "What the roles that the set-up makes may do. They can be changed, and further ones made; a role also limits discounts and refunds, and users and keys are limited to channels and locations.")
	var permissions []string
	for _, o := range operations {
		permissions = append(append(permissions, o.Spec().Permission), o.Spec().Further...)
	}
	for _, s := range streams {
		permissions = append(permissions, s.Permission)
	}
	slices.Sort(permissions)
	permissions = slices.DeleteFunc(slices.Compact(permissions), func(name string) bool { return name == "" })
	columns := []string{"permission"}
	granted := make([]auth.Permissions, len(account.BuiltIn))
	for i, r := range account.BuiltIn {
		columns = append(columns, r.Name)
		granted[i] = r.Granted(operations)
	}
	p.section("By role")
	p.table(columns...)
	for _, name := range permissions {
		cells := []string{code(name)}
		for _, g := range granted {
			cells = append(cells, map[bool]string{true: "yes"}[g.Has(name)])
		}
		p.row(cells...)
	}
	return p
}

func eventPage() page {
	p := newPage("events.md", "Events", "What can happen. The body of an event is the full new value of every changed field that is not personal. The schema describes the body, in [openapi.json](openapi.json). Customers read only what is listed for them; without any, not even that it happened.")
	p.WriteByte('\n')
	p.table("event", "version", "meaning", "schema", "customers see")
	for _, t := range event.Types() {
		p.row(code(t.Name), strconv.FormatInt(t.Version, 10), t.Summary, code(rest.EventSchema(t)), codes(t.Public))
	}
	return p
}

func reactionPage() page {
	p := newPage("reactions.md", "Reactions", "News between subjects within one transaction, in this order: only for facts and statuses that an invariant ties together. All else follows the log.")
	p.WriteByte('\n')
	p.table("event", "reaction")
	for _, r := range reactions {
		p.row(code(r.On), r.Name)
	}
	return p
}

func problemPage() page {
	p := newPage("problems.md", "Problems", "Every reason for a refusal. A problem names all faults of a stage at once, each with its place in the input; nothing was written. A code that can be retried may succeed later with the same request.")
	p.WriteByte('\n')
	p.table("code", "HTTP status", "retry", "cause", "what helps")
	for _, c := range problem.All() {
		p.row(code(c.Name), strconv.Itoa(rest.Status(c)), map[bool]string{true: "yes"}[c.Retryable()], c.Title, c.Remedy)
	}
	return p
}

// list is an operation that lists, with what it can be asked for.
type list struct {
	operation string
	schema    query.Schema
}

var lists = []list{
	{"user.list", account.UserSchema}, {"role.list", account.RoleSchema}, {"key.list", account.KeySchema},
	{"job.list", backlog.Schema}, {"event.list", audit.Schema}, {"location.list", location.Schema}, {"channel.list", channel.Schema}, {"customer.list", customer.Schema},
	{"product.list", catalog.ProductSchema}, {"variant.list", catalog.VariantSchema}, {"variant.limits", catalog.LimitSchema},
	{"price_list.list", catalog.PriceListSchema}, {"price.list", catalog.PriceSchema},
	{"tax_rate.list", tax.Schema}, {"shipping_method.list", pricing.Schema},
	{"stock.list", inventory.Schema}, {"stock.movements", inventory.EntrySchema}, {"stock.reservations", inventory.HoldingSchema},
	{"payment.list", payment.Schema}, {"payment.unclear", payment.UnclearSchema}, {"order.list", order.Schema}, {"bulk.list", bulk.Schema}, {"bulk.rows", bulk.RowSchema},
	{"order.notes", order.OrderNoteSchema}, {"attachment.list", attachment.Schema}, {"note.list", order.NoteSchema}, {"order.people", order.PersonSchema}, {"tag.list", order.TagSchema}, {"template.list", template.Schema},
	{"fulfillment.list", fulfillment.Schema}, {"fulfillment.queue", fulfillment.QueueSchema}, {"shipment.list", fulfillment.ShipmentSchema}, {"return.list", returns.Schema}, {"change.list", change.Schema},
	{"import.list", importer.TableSchema}, {"import.rows", importer.TableRowSchema},
	{"import_mapping.list", importer.MappingSchema},
	{"system.responses", system.DaySchema}, {"system.slowest", system.SlowSchema},
	{"webhook.list", webhook.Schema}, {"webhook.deliveries", webhook.DeliverySchema},
	{"mail.list", mail.Schema},
	{"view.list", view.Schema},
}

// viewable are the lists that views can be saved of: all.
func viewable() view.Lists {
	all := view.Lists{}
	for _, l := range lists {
		all[l.operation] = l.schema
	}
	return all
}

func filterPage() page {
	p := newPage("filters.md", "Filters", "What each list can be filtered and sorted by: `filter=status:processing total>500 -origin:imported`, `sort=-placed`. Conditions are joined by and; `-` turns one around. Numbers, money and times also take `>`, `>=`, `<` and `<=`.")
	for _, l := range lists {
		p.section(l.operation)
		words := ""
		if l.schema.Search != nil {
			words = " Words without a field search."
		}
		p.WriteString("Sorted by `" + l.schema.Sort + "` unless the request says otherwise." + words + "\n\n")
		p.table("field", "type", "sort", "meaning", "values")
		for _, f := range l.schema.Fields {
			p.row(code(f.Name), string(f.Type), map[bool]string{true: "yes"}[f.Sortable], f.Doc, codes(f.Values))
		}
	}
	return p
}

func invariantPage() page {
	p := newPage("invariants.md", "Invariants", "What `ordo verify` checks on the data of a workspace. Several checks may hold parts of one invariant.")
	p.WriteByte('\n')
	p.table("id", "of", "formula")
	for _, c := range invariants(nil) {
		for _, i := range c.Invariants {
			p.row(i.ID, c.Subject, i.Formula)
		}
	}
	return p
}
