package view

import (
	"net/http"
	"slices"

	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
)

// Preference is what a reader set for themselves, such as which columns an app
// shows.
type Preference struct {
	Name  string `json:"name"`
	Value string `json:"value" doc:"As the app wrote it"`
}

// PreferenceList are all preferences of a reader, by name.
type PreferenceList struct {
	Items []*Preference `json:"items"`
}

// PreferencesIn asks for one's own preferences.
type PreferencesIn struct{}

// PreferIn is the input of preference.set.
type PreferIn struct {
	Name  string `path:"name" json:"name" pattern:"^[a-z0-9._-]{1,60}$"`
	Value string `json:"value" maxLength:"8000" doc:"Any text; an empty one forgets the preference"`
}

// mostPreferences is how many a reader can have.
const mostPreferences = 200

var preferences = []command.Operation{
	command.Def[PreferencesIn, PreferenceList]{
		Name: "preference.list", Summary: "List one's own preferences", Method: http.MethodGet, Path: "/v1/preferences",
		Read: func(tx *db.Tx, _ PreferencesIn) (PreferenceList, error) { return preferencesOf(tx, tx.Actor.ID) },
	},
	command.Def[PreferIn, *Preference]{
		Name: "preference.set", Summary: "Set one's own preference, or forget it", Method: http.MethodPut, Path: "/v1/preferences/{name}",
		Run: prefer, Result: func(p *Preference) (string, int64) { return p.Name, 1 }, Repeat: preferenceOf,
		Example: PreferIn{Name: "orders.columns", Value: `["number","customer","total"]`},
	},
}

func prefer(tx *db.Tx, in PreferIn) (*Preference, error) {
	p := &Preference{Name: in.Name, Value: in.Value}
	if p.Value == "" {
		deletePreference(tx, tx.Actor.ID, p.Name)
		return p, nil
	}
	all, err := preferencesOf(tx, tx.Actor.ID)
	if err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(all.Items, func(other *Preference) bool { return other.Name == p.Name })
	if !known && len(all.Items) >= mostPreferences {
		return nil, problem.ErrInvalidValue.At("/name", "there are %d preferences already, which is all that fit", mostPreferences)
	}
	savePreference(tx, tx.Actor.ID, p)
	return p, nil
}

// preferenceOf returns a preference of the actor; its value is empty if there is
// none.
func preferenceOf(tx *db.Tx, name string) (*Preference, error) {
	all, err := preferencesOf(tx, tx.Actor.ID)
	for _, p := range all.Items {
		if p.Name == name {
			return p, err
		}
	}
	return &Preference{Name: name}, err
}
