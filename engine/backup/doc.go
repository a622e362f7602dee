// Package backup owns copies of a workspace: the encrypted archive that holds
// one state of it, the folder that takes in every commit to a SQLite file, and
// how both become a database again. It does not own how a database is read and
// filled, which is db's, nor what has to be settled after a restore: its caller
// says so.
//
// Every file is a header in the clear and frames behind it (see docs/guide/backup.md
// for the bytes). A frame is packed and sealed by AES-256-GCM under a key of the
// file, which is derived from the owner's key and the header. The place of a
// frame is its nonce, so one that is changed, moved, repeated or left out is
// found; a last frame tells that nothing is missing behind it.
package backup
