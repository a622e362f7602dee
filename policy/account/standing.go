package account

import (
	"ordo/engine/auth"
	"ordo/engine/db"
	"ordo/policy/setting"
)

// Standing is who the actor is and what they may do, so that an app can show what
// is open to them.
type Standing struct {
	ID    string    `json:"id" doc:"Of the user, or of the API key"`
	Kind  auth.Kind `json:"kind" enum:"staff,customer,api_key,job,system"`
	Name  string    `json:"name"`
	Email string    `json:"email,omitempty" doc:"Of a user"`

	RoleID      string   `json:"role_id,omitempty"`
	Role        string   `json:"role,omitempty" doc:"Name of the role"`
	Permissions []string `json:"permissions" doc:"Names of operations, those of the role and those that everybody has who signs in; order.* for all of a subject, * for all"`
	Scope
	DiscountLimit int64 `json:"discount_limit" doc:"Highest discount that may be given, in millionths of the price"`
	RefundLimit   int64 `json:"refund_limit" doc:"Highest single refund, in minor units of its currency; -1 for no limit"`

	Workspace string `json:"workspace" doc:"Name of the company"`
	Language  string `json:"language" doc:"Of the workspace, BCP 47"`
	TimeZone  string `json:"time_zone" doc:"Of the workspace, IANA name"`
}

// StandingIn is the input of account.get.
type StandingIn struct{}

// GetStanding returns the standing of the actor.
func GetStanding(tx *db.Tx, _ StandingIn) (*Standing, error) {
	a := tx.Actor
	s := &Standing{ID: a.ID, Kind: a.Kind, Permissions: a.Permissions.Names(), DiscountLimit: a.Limits.DiscountRate, RefundLimit: a.Limits.Refund,
		Scope: Scope{Channels: a.Scope.Channels, Locations: a.Scope.Locations}}
	if s.RefundLimit == auth.Unlimited {
		s.RefundLimit = noLimit
	}
	w, err := setting.Get(tx)
	if err != nil {
		return nil, err
	}
	s.Workspace, s.Language, s.TimeZone = w.Company, w.Language, w.TimeZone
	return s, s.introduce(tx)
}

// introduce adds the names.
func (s *Standing) introduce(tx *db.Tx) error {
	switch s.Kind {
	case auth.Staff:
		u, err := findUser(tx, s.ID)
		s.Name, s.Email, s.RoleID, s.Role = u.Name, u.Email, u.RoleID, u.Role
		return err
	case auth.Key:
		k, err := GetKey(tx, s.ID)
		if err == nil {
			s.Name, s.RoleID, s.Role = k.Name, k.RoleID, k.Role
		}
		return err
	}
	return nil
}
