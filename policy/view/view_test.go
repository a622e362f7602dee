package view_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/event"
	"ordo/engine/invariant"
	"ordo/engine/invariant/invarianttest"
	"ordo/engine/query"
	"ordo/policy/view"
)

// house is a workspace with one list that can be viewed.
type house struct {
	*testing.T
	command.Engine
}

var lists = view.Lists{"cup.list": {ID: "c.id", Sort: "size", Fields: []query.Field{
	{Name: "size", Type: query.Number, Column: "c.size", Sortable: true},
	{Name: "color", Type: query.Enum, Column: "c.color", Values: []string{"red", "blue"}},
}}}

func each(t *testing.T, fn func(h *house)) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		fn(&house{t, command.Engine{DB: d, Operations: view.Operations(lists), Sealer: event.NewSealer(d, "test", nil)}})
	})
}

// try runs an operation as a user. Ben may not change what everybody sees, Dan may
// not read the list.
func (h *house) try(user, name string, in any) (any, error) {
	h.Helper()
	may := auth.All
	if user == "usr_ben" {
		may = auth.Permit("cup.list", "view.change", "view.get", "view.list", "view.remove", "view.save", "preference.list", "preference.set")
	}
	if user == "usr_dan" {
		may = auth.Permit("view.*")
	}
	return command.Call(h.Context(), &h.Engine, name, command.Meta{Actor: auth.Actor{ID: user, Kind: auth.Staff, Permissions: may}}, in)
}

func (h *house) do(user, name string, in any) *view.View {
	h.Helper()
	out, err := h.try(user, name, in)
	if err != nil {
		h.Fatal(err)
	}
	return out.(*view.View)
}

// names are the views that a user sees.
func (h *house) names(user, filter string) string {
	h.Helper()
	out, err := h.try(user, "view.list", query.Input{Filter: filter})
	if err != nil {
		h.Fatal(err)
	}
	var names []string
	for _, v := range out.(query.Rows[*view.View]).Items {
		names = append(names, v.Name)
	}
	return strings.Join(names, " ")
}

// refused wants a problem of the code at the pointer.
func (h *house) refused(user, name string, in any, code *problem.Code, pointer string) {
	h.Helper()
	_, err := h.try(user, name, in)
	if p := problem.As(err); p == nil || p.Faults[0].Code != code || p.Faults[0].Pointer != pointer {
		h.Errorf("%s answers %v, want %s at %q", name, err, code.Name, pointer)
	}
}

func cups(name string) view.SaveIn {
	return view.SaveIn{List: "cup.list", Facts: view.Facts{Name: name, Filter: "color:red,blue size>5", Sort: "-size", Columns: []string{"size", "color"}}}
}

// Spec: 11.2.1
func TestAViewIsOnesOwnUntilItIsShared(t *testing.T) {
	each(t, func(h *house) {
		v := h.do("usr_ann", "view.save", cups("Large"))
		if got := fmt.Sprint(v.Filter, v.Sort, v.Columns, v.UserID); got != "color:red,blue size>5-size[size color]usr_ann" {
			h.Errorf("saved is %s", got)
		}
		h.do("usr_ben", "view.save", cups("Large")) // the name is taken for Ann only
		get := view.GetIn{ID: v.ID}
		for _, name := range []string{"view.get", "view.share", "view.remove"} {
			h.refused("usr_cid", name, get, problem.ErrNotFound, "")
		}
		h.refused("usr_cid", "view.change", view.ChangeIn{ID: v.ID, Facts: view.Facts{Name: "Mine"}}, problem.ErrNotFound, "")

		h.do("usr_ann", "view.share", get)
		if again := h.do("usr_ann", "view.share", get); again.UserID != "" || again.Version != 2 {
			h.Errorf("shared twice: %+v", again)
		}
		if got := h.names("usr_ben", "") + "; " + h.names("usr_ben", "shared:true") + "; " + h.names("usr_cid", "list:cup.list"); got != "Large Large; Large; Large" {
			h.Errorf("others see %s", got)
		}
		h.refused("usr_ben", "view.remove", get, auth.ErrPermission, "")
		if got := h.names("usr_dan", ""); got != "" {
			h.Errorf("who may not read the list sees %s", got)
		}
		h.refused("usr_dan", "view.get", get, problem.ErrNotFound, "")
		h.refused("usr_dan", "view.remove", get, problem.ErrNotFound, "")
		h.refused("usr_dan", "view.save", cups("Large"), problem.ErrInvalidValue, "/list")
		h.refused("usr_ben", "view.change", view.ChangeIn{ID: v.ID, Facts: view.Facts{Name: "All"}}, auth.ErrPermission, "")
		changed := h.do("usr_cid", "view.change", view.ChangeIn{ID: v.ID, Facts: view.Facts{Name: "All"}})
		if got := fmt.Sprint(changed.Filter, changed.Sort, changed.Columns); got != "[]" {
			h.Errorf("changed is %s", got)
		}
		h.do("usr_cid", "view.remove", get)
		if got := h.names("usr_ann", ""); got != "" {
			h.Errorf("after the removal there is %s", got)
		}
		h.refused("usr_ann", "view.change", view.ChangeIn{ID: v.ID, Facts: view.Facts{Name: "All"}}, problem.ErrNotFound, "")
		h.do("usr_ann", "view.save", cups("All"))
		invarianttest.Clean(h.T, h.DB, []invariant.Check{view.Projections[0].Check()})
	})
}

func TestAViewHasToBeOneOfTheList(t *testing.T) {
	each(t, func(h *house) {
		h.do("usr_ann", "view.save", cups("Large"))
		h.refused("usr_ann", "view.save", cups("lARGE"), problem.ErrDuplicate, "/name")
		in := cups("X")
		in.List = "mug.list"
		h.refused("usr_ann", "view.save", in, problem.ErrInvalidValue, "/list")
		_, err := h.try("usr_ann", "view.save", view.SaveIn{List: "cup.list", Facts: view.Facts{Name: " ", Filter: "color:green", Sort: "color", Columns: []string{"size", "Size", "size"}}})
		var got []string
		for _, f := range problem.As(err).Faults {
			got = append(got, f.Pointer+" "+f.Code.Name)
		}
		if want := "/filter filter_value_invalid, /sort sort_field_unknown, /columns/1 value_invalid, /columns/2 value_invalid, /name value_invalid"; strings.Join(got, ", ") != want {
			h.Errorf("faults are %v", got)
		}
	})
}

func TestPreferencesAreTheReadersOwn(t *testing.T) {
	each(t, func(h *house) {
		set := func(user, name, value string) error {
			_, err := h.try(user, "preference.set", view.PreferIn{Name: name, Value: value})
			return err
		}
		has := func(user string) string {
			out, err := h.try(user, "preference.list", view.PreferencesIn{})
			if err != nil {
				h.Fatal(err)
			}
			var all []string
			for _, p := range out.(view.PreferenceList).Items {
				all = append(all, p.Name+"="+p.Value)
			}
			return strings.Join(all, " ")
		}
		if err := errors.Join(set("usr_ann", "theme", "dark"), set("usr_ann", "rows", "dense"), set("usr_ann", "theme", "light"), set("usr_ben", "theme", "dark")); err != nil {
			h.Fatal(err)
		}
		if got := has("usr_ann") + "; " + has("usr_ben"); got != "rows=dense theme=light; theme=dark" {
			h.Errorf("preferences are %s", got)
		}
		if err := errors.Join(set("usr_ann", "theme", ""), set("usr_ann", "theme", "")); err != nil || has("usr_ann") != "rows=dense" {
			h.Errorf("forgotten: %s, %v", has("usr_ann"), err)
		}
		for i := range 199 {
			if err := set("usr_ann", fmt.Sprint("p", i), "x"); err != nil {
				h.Fatal(err)
			}
		}
		if err := set("usr_ann", "one-too-many", "x"); !errors.Is(err, problem.ErrInvalidValue) {
			h.Errorf("the 201st is %v", err)
		}
		if err := set("usr_ann", "rows", "wide"); err != nil {
			h.Error(err)
		}
	})
}
