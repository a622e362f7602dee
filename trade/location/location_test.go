package location_test

import (
	"testing"

	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/engine/db/dbtest"
	"ordo/engine/query"
	"ordo/trade/location"
	"ordo/trade/tradetest"
)

var facts = location.Facts{Code: "main", Name: "Main warehouse", Kind: "warehouse", Country: "GB", TimeZone: "Europe/London", Active: true}

func TestALocationIsAddedChangedAndListed(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, location.Operations)
		l := tradetest.Do[*location.Location](s, "location.create", location.CreateIn{Facts: facts})
		changed := facts
		changed.Name, changed.Active = "Old warehouse", false
		tradetest.Do[*location.Location](s, "location.update", location.UpdateIn{ID: l.ID, Facts: changed})

		got := tradetest.Do[*location.Location](s, "location.get", location.GetIn{ID: l.ID})
		if got.Name != "Old warehouse" || got.Active || got.Version != 2 || got.Country != "GB" || !got.CreatedAt.Equal(l.CreatedAt) {
			t.Errorf("got %+v", got)
		}
		list := tradetest.Do[query.Rows[*location.Location]](s, "location.list", query.Input{Filter: "active:false name:old"})
		if len(list.Items) != 1 || list.Items[0].ID != l.ID {
			t.Errorf("the list has %+v", list.Items)
		}
		s.Wrote(l.ID,
			[]string{"1 location.created", `"code":"main"`, `"name":"Main warehouse"`, `"active":true`, `"version":1`, `"time_zone":"Europe/London"`, `"kind":"warehouse"`, `"country":"GB"`},
			[]string{"2 location.updated", `"name":"Old warehouse"`, `"active":false`, `"version":2`})
	})
}

func TestALocationIsRefused(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, location.Operations)
		l := tradetest.Do[*location.Location](s, "location.create", location.CreateIn{Facts: facts})
		other := facts
		other.Code = "other"
		second := tradetest.Do[*location.Location](s, "location.create", location.CreateIn{Facts: other})

		s.Refused("location.create", location.CreateIn{Facts: facts}, "/code already_exists")
		s.Refused("location.update", location.UpdateIn{ID: second.ID, Facts: facts}, "/code already_exists")
		s.Refused("location.update", location.UpdateIn{ID: "loc_none", Facts: facts}, "not_found")
		s.Refused("location.get", location.GetIn{ID: "loc_none"}, "not_found")
		for _, zone := range []string{"", "Local", "Mars/Olympus"} {
			wrong := facts
			wrong.TimeZone = zone
			s.Refused("location.update", location.UpdateIn{ID: l.ID, Facts: wrong}, "/time_zone value_invalid")
		}
	})
}

func TestALocationOutsideTheScopeIsNotFound(t *testing.T) {
	dbtest.Each(t, db.Options{}, func(t *testing.T, d *db.DB) {
		s := tradetest.Open(t, d, location.Operations)
		l := tradetest.Do[*location.Location](s, "location.create", location.CreateIn{Facts: facts})
		s.Actor.Scope = auth.Scope{Locations: []string{"loc_other"}}
		s.Refused("location.get", location.GetIn{ID: l.ID}, "not_found")
		s.Refused("location.update", location.UpdateIn{ID: l.ID, Facts: facts}, "not_found")
		if list := tradetest.Do[query.Rows[*location.Location]](s, "location.list", query.Input{}); len(list.Items) != 0 {
			t.Errorf("sees %+v", list.Items)
		}
	})
}
