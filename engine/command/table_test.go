package command_test

import (
	"net/http"
	"testing"

	"ordo/engine/command"
)

func TestAnUnsoundTableOfOperationsIsRefused(t *testing.T) {
	if err := command.Check([]command.Operation{create, buy, pay, show}); err != nil {
		t.Error(err)
	}
	change := func(fn func(*command.Def[createIn, *thing])) command.Operation {
		d := create
		fn(&d)
		return d
	}
	for what, o := range map[string][]command.Operation{
		"a name without a verb": {change(func(d *command.Def[createIn, *thing]) { d.Name = "thing" })},
		"a name twice":          {create, change(func(d *command.Def[createIn, *thing]) { d.Path = "/other" })},
		"a route twice":         {create, change(func(d *command.Def[createIn, *thing]) { d.Name = "thing.other" })},
		"no summary":            {change(func(d *command.Def[createIn, *thing]) { d.Summary = "" })},
		"a command by GET":      {change(func(d *command.Def[createIn, *thing]) { d.Method = http.MethodGet })},
		"no answer to a repeat": {change(func(d *command.Def[createIn, *thing]) { d.Repeat = nil })},
		"no example":            {change(func(d *command.Def[createIn, *thing]) { d.Example = createIn{} })},
		"neither Run nor Read":  {change(func(d *command.Def[createIn, *thing]) { d.Run = nil })},
	} {
		if command.Check(o) == nil {
			t.Errorf("%s is let through", what)
		}
	}
}
