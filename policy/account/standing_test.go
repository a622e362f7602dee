package account

import (
	"fmt"
	"slices"
	"testing"

	"ordo/engine/auth"
)

func TestEverybodyIsToldWhoTheyAreAndWhatTheyMayDo(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		show := func(a auth.Actor) *Standing {
			return must[*Standing](t)(call(t, w.e, "account.get", a, StandingIn{}))
		}
		own := Scope{Channels: []string{"cha_1"}}
		ben := w.user(t, "ben", "sales", own)
		got := show(w.actor(t, w.mint(t, ben.ID)))
		if facts := fmt.Sprintln(got.ID == ben.ID, got.Kind, got.Name, got.Email, got.Role, got.RoleID == ben.RoleID, got.Channels, got.Locations == nil, got.DiscountLimit, got.RefundLimit); facts != "true staff ben ben@example.com sales true [cha_1] true 100000 0\n" {
			t.Errorf("a user is told %s", facts)
		}
		if house := fmt.Sprintln(got.Workspace, got.Language, got.TimeZone); house != "Kettle & Co en Europe/London\n" {
			t.Errorf("of the workspace is told %s", house)
		}
		for _, want := range []string{"order.*", "setting.get", "account.get", "view.save"} {
			if !slices.Contains(got.Permissions, want) {
				t.Errorf("%s is missing of %v", want, got.Permissions)
			}
		}
		if slices.Contains(got.Permissions, "*") || slices.Contains(got.Permissions, "user.list") {
			t.Errorf("more is told than the role has: %v", got.Permissions)
		}
		if all := show(w.admin); all.RefundLimit != noLimit || !slices.Contains(all.Permissions, "*") {
			t.Errorf("the admin is told %+v", all)
		}

		k := must[*Key](t)(call(t, w.e, "key.create", w.admin, CreateKeyIn{Name: "Web shop", RoleID: w.roles["integration"].ID}))
		shop := show(w.actor(t, k.Secret))
		if facts := fmt.Sprintln(shop.ID == k.ID, shop.Kind, shop.Name, shop.Email, shop.Role); facts != "true api_key Web shop  integration\n" {
			t.Errorf("a key is told %q", facts)
		}
		if job := show(auth.Internal("night")); job.ID != "night" || job.Kind != auth.System || job.Name != "" {
			t.Errorf("a job is told %+v", job)
		}
	})
}
