package auth_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"ordo/base/problem"
	"ordo/engine/auth"
)

func TestAPermissionCoversItsOperationItsSubjectOrAll(t *testing.T) {
	for _, c := range []struct {
		given string
		asked string
		want  bool
	}{
		{"order.place", "order.place", true},
		{"order.place", "order.cancel", false},
		{"order.*", "order.cancel", true},
		{"order.*", "orders.cancel", false},
		{"order.*", "order", true},
		{"*", "anything.at.all", true},
		{"", "order.place", false},
		{"place", "order.place", false},
	} {
		if got := auth.Permit(c.given).Has(c.asked); got != c.want {
			t.Errorf("%q for %q: %v", c.given, c.asked, got)
		}
	}
	var none auth.Permissions
	if none.Has("order.place") {
		t.Error("an actor without permissions may do something")
	}
	if names := auth.Permit("b", "a").Names(); !slices.Equal(names, []string{"a", "b"}) {
		t.Error(names)
	}
}

func TestACheckTellsWhoIsMissingAndWhatIsMissing(t *testing.T) {
	nobody, clerk := auth.Actor{Permissions: auth.All}, auth.Actor{ID: "usr_1", Permissions: auth.Permit("order.get")}
	if err := nobody.Check("order.get"); !errors.Is(err, auth.ErrUnauthenticated) {
		t.Errorf("nobody: %v", err)
	}
	if err := clerk.Check("order.get"); err != nil {
		t.Error(err)
	}
	err := clerk.Check("order.place")
	if p := problem.As(err); !errors.Is(err, auth.ErrPermission) || p.Extra["permission"] != "order.place" {
		t.Errorf("told %v", err)
	}
}

func TestAScopeBecomesAConditionThatCanOnlyNarrow(t *testing.T) {
	all := auth.Columns{Channel: "c", Location: "l", Customer: "u"}
	open := auth.Columns{Open: true}
	for _, c := range []struct {
		name    string
		scope   auth.Scope
		columns auth.Columns
		want    string
	}{
		{"not narrowed", auth.Scope{}, all, "TRUE []"},
		{"channels", auth.Scope{Channels: []string{"x", "y"}}, all, "c IN ($3, $4) [x y]"},
		{"no channel at all", auth.Scope{Channels: []string{}}, all, "FALSE []"},
		{"everything", auth.Scope{Channels: []string{"x"}, Locations: []string{"y"}, Customer: "z"}, all, "c IN ($3) AND l IN ($4) AND u IN ($5) [x y z]"},
		{"no such column", auth.Scope{Customer: "z"}, auth.Columns{Channel: "c"}, "FALSE []"},
		{"shared data", auth.Scope{Channels: []string{"x"}, Customer: "z"}, open, "TRUE []"},
		{"shared, but by location", auth.Scope{Channels: []string{"x"}, Locations: []string{"y"}}, auth.Columns{Location: "l", Open: true}, "l IN ($3) [y]"},
	} {
		condition, args := c.scope.SQL(c.columns, 3)
		if got := fmt.Sprint(condition, " ", args); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAScopeTellsWhichRecordsItSees(t *testing.T) {
	s := auth.Scope{Channels: []string{"x"}, Locations: []string{}, Customer: "z"}
	if !s.SeesChannel("x") || s.SeesChannel("y") || s.SeesLocation("x") || !s.SeesCustomer("z") || s.SeesCustomer("") {
		t.Error("wrong")
	}
	if wide := (auth.Scope{}); !wide.SeesChannel("x") || !wide.SeesLocation("x") || !wide.SeesCustomer("x") {
		t.Error("an actor who is not narrowed does not see all")
	}
}

func TestALimitIsNamed(t *testing.T) {
	if err := auth.Limit("a refund", "/amount", 500, 500); err != nil {
		t.Error(err)
	}
	err := auth.Limit("a refund", "/amount", 501, 500)
	p := problem.As(err)
	if !errors.Is(err, auth.ErrLimit) || p.Faults[0].Pointer != "/amount" || p.Extra["limit"] != int64(500) {
		t.Errorf("told %v", err)
	}
	if a := auth.Internal("job"); auth.Limit("", "", 1<<62, a.Limits.Refund) != nil || a.Check("x.y") != nil {
		t.Error("internal work is limited")
	}
}
