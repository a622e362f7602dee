package account

import "ordo/engine/event"

// Projections are what events rebuild of roles, users and API keys.
var Projections = []event.Projection{
	{Prefix: "rol_", Parts: []event.Part{{Table: "roles", Owner: "id"}}},
	{Prefix: "usr_", Parts: []event.Part{{Table: "users", Owner: "id", Untold: map[string]string{
		"email": "personal", "name": "personal", "password_hash": "secret",
	}}}},
	{Prefix: "key_", Parts: []event.Part{{Table: "api_keys", Owner: "id", Untold: map[string]string{"secret_hash": "secret"}}}},
}
