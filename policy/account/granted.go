package account

import (
	"slices"

	"ordo/engine/auth"
	"ordo/engine/command"
)

// Granted returns what a built-in role may do after the setup: its own
// permissions, and all that only reads.
func (f RoleFacts) Granted(operations []command.Operation) auth.Permissions {
	return auth.Permit(slices.Concat(f.Permissions, reads(operations))...)
}
