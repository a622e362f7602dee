package location

import (
	"net/http"
	"time"

	"ordo/base/problem"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
	"ordo/engine/query"
)

// Location is a place that holds stock.
type Location struct {
	ID        string           `json:"id"`
	Code      string           `json:"code" doc:"Short name, unique"`
	Name      string           `json:"name"`
	Kind      string           `json:"kind" enum:"warehouse,store,supplier,third_party"`
	Country   string           `json:"country" doc:"ISO 3166 alpha-2"`
	TimeZone  string           `json:"time_zone" doc:"IANA name"`
	Active    bool             `json:"active" doc:"May promise stock"`
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	Actions   []command.Action `json:"actions,omitempty"`

	sequence int64 // events so far
}

// SetActions shows which operations are open.
func (l *Location) SetActions(a []command.Action) { l.Actions = a }

// Facts are what can be said of a location.
type Facts struct {
	Code     string `json:"code" minLength:"1" maxLength:"40" pattern:"^[A-Za-z0-9._-]+$"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Kind     string `json:"kind" enum:"warehouse,store,supplier,third_party"`
	Country  string `json:"country" pattern:"^[A-Z]{2}$"`
	TimeZone string `json:"time_zone" maxLength:"60"`
	Active   bool   `json:"active"`
}

// CreateIn is the input of location.create.
type CreateIn struct{ Facts }

// UpdateIn is the input of location.update.
type UpdateIn struct {
	ID string `path:"id" json:"id"`
	Facts
}

// GetIn is the input of location.get.
type GetIn struct {
	ID string `path:"id" json:"id"`
}

// Events of a location.
var (
	Created = event.Declare("location.created", 1, "A location was added.", body{})
	Updated = event.Declare("location.updated", 1, "Facts of a location changed.", body{})
)

var example = Facts{Code: "main", Name: "Main warehouse", Kind: "warehouse", Country: "GB", TimeZone: "Europe/London", Active: true}

// Operations on locations.
var Operations = []command.Operation{
	command.Def[query.Input, query.Rows[*Location]]{
		Name: "location.list", Summary: "List locations", Method: http.MethodGet, Path: "/v1/locations",
		Read: List,
	},
	command.Def[GetIn, *Location]{
		Name: "location.get", Summary: "Show a location", Method: http.MethodGet, Path: "/v1/locations/{id}",
		Read: func(tx *db.Tx, in GetIn) (*Location, error) { return Get(tx, in.ID) },
	},
	command.Def[CreateIn, *Location]{
		Name: "location.create", Summary: "Add a location", Method: http.MethodPost, Path: "/v1/locations", Creates: true,
		Run: Create, Result: result, Repeat: Get,
		Example: CreateIn{example},
	},
	command.Def[UpdateIn, *Location]{
		Name: "location.update", Summary: "Change a location", Method: http.MethodPut, Path: "/v1/locations/{id}",
		Run: Update, Result: result, Repeat: Get,
		Example: UpdateIn{ID: "loc_01", Facts: example},
	},
}

func result(l *Location) (string, int64) { return l.ID, l.Version }

// Create adds a location.
func Create(tx *db.Tx, in CreateIn) (*Location, error) {
	if tx.Actor.Scope.Locations != nil {
		return nil, auth.ErrScope.New("you see some locations only, and a new one is none of them")
	}
	if err := check(in.Facts); err != nil {
		return nil, err
	}
	l := &Location{ID: tx.ID("loc"), CreatedAt: tx.Now, Version: 1, sequence: 1}
	l.set(in.Facts)
	insert(tx, l)
	return l, l.emit(tx, Created)
}

// Update changes a location.
func Update(tx *db.Tx, in UpdateIn) (*Location, error) {
	l, err := Get(tx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := check(in.Facts); err != nil {
		return nil, err
	}
	l.set(in.Facts)
	l.Version++
	l.sequence++
	save(tx, l)
	return l, l.emit(tx, Updated)
}

func (l *Location) set(f Facts) {
	l.Code, l.Name, l.Kind, l.Country, l.TimeZone, l.Active = f.Code, f.Name, f.Kind, f.Country, f.TimeZone, f.Active
}

// check finds the faults that a schema can't.
func check(f Facts) error {
	var faults problem.List
	if _, ok := Zone(f.TimeZone); !ok {
		faults.Add(problem.ErrInvalidValue, "/time_zone", "%q is no time zone of the IANA list", f.TimeZone)
	}
	return faults.Err()
}

// body is what an event of a location tells.
type body struct {
	Facts
	Version int64 `json:"version"`
}

func (l *Location) emit(tx *db.Tx, t *event.Type) error {
	return event.Emit(tx, event.Event{Type: t, Subject: l.ID, Sequence: l.sequence, Location: l.ID, Body: body{Facts{l.Code, l.Name, l.Kind, l.Country, l.TimeZone, l.Active}, l.Version}})
}
