package sim

import "ordo/engine/command"

// file is an answer that no operation of the table gives: a text, a paper or a
// look into the process.
type file struct {
	permission string
	make       func(w *world, v any) object
}

// files are those that end, by name. What is exported is what somebody at a desk
// wants: the orders of a customer.
var files = map[string]file{
	"order.export_csv":      {"order.list", ofCustomer},
	"order.export_xlsx":     {"order.list", ofCustomer},
	"bulk.file":             {"bulk.get", need("bulk.begin")},
	"import.file":           {"import.get", need("import.upload")},
	"fulfillment.pick_list": {"fulfillment.get", func(w *world, _ any) object { return oneOf(w, "ids", w.known.fulfillments.ids) }},
	"shipment.packing_slip": {"shipment.get", func(w *world, _ any) object { return oneOf(w, "id", w.known.shipments.ids) }},
	"attachment.content": {"attachment.get", func(w *world, _ any) object {
		f, ok := w.known.files.any(w)
		if !ok || f.Revision == 0 {
			return nil // it is on its way
		}
		return object{"id": f.ID}
	}},
	"system.scrape":   {"system.metrics", fixed(object{})},
	"system.profiles": {"system.profile", fixed(object{})},
	"system.profile": {"system.profile", func(w *world, _ any) object {
		return object{"profile": one(w, "allocs", "block", "goroutine", "heap", "mutex", "threadcreate")}
	}},
}

func ofCustomer(w *world, _ any) object {
	return object{"filter": "customer:" + w.any("customer"), "sort": "-placed"}
}

// oneOf names one of some resources; nil if none is known.
func oneOf(w *world, name string, ids []string) object {
	if len(ids) == 0 {
		return nil
	}
	return object{name: ids[w.random.IntN(len(ids))]}
}

// addFiles lets people ask for files too.
func (w *world) addFiles() {
	for name, f := range files { // order-free: it fills maps
		w.generators[name] = generator{"", 1, f.make}
		w.operations[name] = operation{spec: command.Spec{Name: name, Permission: f.permission}}
	}
}
