package main

import (
	"net/http"
	"net/http/pprof"
	"slices"

	"ordo/base/problem"
	paper "ordo/connect/document"
	"ordo/connect/exporter"
	"ordo/edge/rest"
	"ordo/engine/auth"
	"ordo/policy/system"
	"ordo/sales/attachment"
)

// streams are the addresses that answer by themselves.
func (h *house) streams() []rest.Stream {
	return append([]rest.Stream{h.stream(), {
		Name: "system.scrape", Summary: "Show all metrics as text for Prometheus", Path: "/metrics", Permission: "system.metrics",
		Type: "text/plain", Answer: "Metrics in the text format of Prometheus", Serve: h.watch.Scrape,
	}}, slices.Concat(h.files(), h.papers(), h.attachments(), h.presences(), profiles)...)
}

// files are lists as files.
func (h *house) files() []rest.Stream {
	export, filter := exporter.New(h.db), rest.Parameter{Name: "filter", In: "query", Doc: "Filter of the list"}
	orders := func(name, path string, format exporter.Format) rest.Stream {
		return rest.Stream{
			Name: name, Summary: "Export orders: what order.list shows with the same filter and sort, all of it", Path: path, Permission: "order.list",
			Takes: []rest.Parameter{filter, {Name: "sort", In: "query", Doc: "Sort of the list"}, {Name: "columns", In: "query", Doc: "Columns with commas between, in this order; all if left out: " + exporter.OrderColumns()}},
			Type:  format.Type, Answer: "A file, row by row. Texts that a spreadsheet would take for a formula begin with an apostrophe.", Serve: export.Orders(format),
		}
	}
	return []rest.Stream{
		orders("order.export_csv", "/v1/orders/export.csv", exporter.CSV),
		orders("order.export_xlsx", "/v1/orders/export.xlsx", exporter.XLSX),
		{
			Name: "bulk.file", Summary: "Export what came of each order of a bulk", Path: "/v1/bulks/{id}/rows.csv", Permission: "bulk.get",
			Takes: []rest.Parameter{filter}, Type: exporter.CSV.Type, Answer: "A file, row by row", Serve: export.BulkRows,
		},
		{
			Name: "import.file", Summary: "Export rows of an import as they stand in the file, with what is wrong with them", Path: "/v1/imports/{id}/rows.csv", Permission: "import.get",
			Takes: []rest.Parameter{filter}, Type: exporter.CSV.Type, Answer: "A file, row by row. It can be corrected and imported as it is.", Serve: export.ImportRows,
		},
	}
}

// papers are PDFs.
func (h *house) papers() []rest.Stream {
	press, language := paper.NewPress(h.db), rest.Parameter{Name: "language", In: "query", Doc: "en or de; what the browser prefers if left out"}
	return []rest.Stream{
		{
			Name: "fulfillment.pick_list", Summary: "Print what is to be picked for fulfillment orders of one location, up to 100 at once", Path: "/v1/fulfillments/pick-list.pdf", Permission: "fulfillment.get",
			Takes: []rest.Parameter{{Name: "ids", In: "query", Doc: "Ids of the fulfillment orders, with commas between"}, language},
			Type:  paper.Type, Answer: "A PDF: the goods, each with the orders that need it, and the orders as codes to scan", Serve: press.PickList,
		},
		{
			Name: "shipment.packing_slip", Summary: "Print what is in the packages of a shipment, without prices", Path: "/v1/shipments/{id}/packing-slip.pdf", Permission: "shipment.get",
			Takes: []rest.Parameter{language}, Type: paper.Type, Answer: "A PDF", Serve: press.PackingSlip,
		},
	}
}

// attachments are the contents of files on orders.
func (h *house) attachments() []rest.Stream {
	return []rest.Stream{{
		Name: "attachment.content", Summary: "Download a version of a file on an order, or a range of it", Path: "/v1/files/{id}/content", Permission: "attachment.get",
		Type: "application/octet-stream", Answer: "The file, of its own type", Serve: attachment.Content(h.db),
	}}
}

// presences are who is at an order, as long as a page follows it.
func (h *house) presences() []rest.Stream {
	return []rest.Stream{{
		Name: "order.presence", Summary: "Be at an order as long as the stream lasts, and follow who else is, as server-sent events", Path: "/v1/orders/{id}/presence", Permission: "order.get",
		Takes: []rest.Parameter{{Name: "doing", In: "query", Doc: "looking or changing: what the user does there; looking if left out"}},
		Type:  "text/event-stream", Answer: "Messages named presence, with the order and the people: id, name, and what each does. An API key is told, and is not there itself.", Serve: h.board.Serve(h.ending),
	}}
}

// profiles look into the process. They show what is in its memory at the moment,
// by whatever name, so that they have a permission of their own.
var profiles = []rest.Stream{
	{
		Name: "system.profiles", Summary: "List the profiles of the process", Path: "/debug/pprof/", Permission: system.Profile,
		Type: "text/html", Answer: "A page with links", Serve: inside(pprof.Index),
	},
	{
		Name: "system.profile", Summary: "Show a profile of the process; profile and trace take seconds", Path: "/debug/pprof/{profile}", Permission: system.Profile,
		Type: "application/octet-stream", Answer: "A profile for go tool pprof, or a trace for go tool trace", Serve: serveProfile,
	},
}

// inside serves to those who see the whole workspace.
func inside(serve http.HandlerFunc) func(http.ResponseWriter, *http.Request, auth.Actor) error {
	return func(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
		if err := system.SeesAll(a); err != nil {
			return err
		}
		serve(w, r)
		return nil
	}
}

// sampled are the profiles that Go keeps all the time.
var sampled = []string{"allocs", "block", "goroutine", "heap", "mutex", "threadcreate"}

func serveProfile(w http.ResponseWriter, r *http.Request, a auth.Actor) error {
	serve := pprof.Index
	switch name := r.PathValue("profile"); {
	case name == "profile":
		serve = pprof.Profile
	case name == "trace":
		serve = pprof.Trace
	case !slices.Contains(sampled, name):
		return problem.ErrNotFound.New("there is no profile %q", name)
	}
	return inside(serve)(w, r, a)
}

// observe hands what was answered to the watch.
func (h *house) observe(a rest.Answered) {
	h.watch.Observe(system.Response{Operation: a.Operation, RequestID: a.RequestID, Status: a.Status, At: h.db.Clock.Now(), Took: a.Took, Spent: a.Spent})
}
