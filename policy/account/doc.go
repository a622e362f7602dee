// Package account owns who may use the workspace: users, their passwords and
// sessions, API keys, roles with permissions named like operations, and the
// first admin. It does not own the words of access nor their checks
// (engine/auth), and no customer's login.
//
// Secrets are never stored: of a password there is an Argon2id hash, of a token
// its SHA-256. They are made and hashed in the Prepare step of a command, before
// its transaction, and are no part of the command's fingerprint.
//
// Nobody gives what they lack: a role, a scope or a limit that is created,
// changed or assigned lies within the rights of the actor who does it.
package account
