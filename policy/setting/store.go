package setting

import (
	"encoding/json"
	"fmt"

	"ordo/engine/db"
)

// Rows of the table settings.
const (
	workspaceRow  = "workspace"
	signingKeyRow = "signing_key"
)

// load returns the workspace; its version is 0 if it was never set.
func load(tx *db.Tx) (*Workspace, error) {
	w := &Workspace{}
	err := read(tx, workspaceRow, &w.Version, &w.Facts)
	return w, err
}

// save writes a workspace that was read in this transaction; the version guards
// against another writer.
func save(tx *db.Tx, w *Workspace) error {
	value, err := json.Marshal(w.Facts)
	if err != nil {
		return err
	}
	tx.Must(db.ErrStale, `INSERT INTO settings AS s (name, value, version) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = excluded.version WHERE s.version = excluded.version - 1`,
		workspaceRow, string(value), w.Version)
	return nil
}

// loadSeed returns the seed of the signing key; empty if there is none yet.
func loadSeed(tx *db.Tx) (seed []byte, err error) {
	var version int64
	err = read(tx, signingKeyRow, &version, &seed)
	return seed, err
}

// insertSeed loses against another process that makes the key at the same time.
func insertSeed(tx *db.Tx, seed []byte) {
	value, _ := json.Marshal(seed) // base64; bytes never fail
	tx.Must(db.ErrStale, `INSERT INTO settings (name, value, version) VALUES ($1, $2, 1) ON CONFLICT (name) DO NOTHING`, signingKeyRow, string(value))
}

// read finds a row; without one, version and value stay as they are.
func read(tx *db.Tx, name string, version *int64, value any) error {
	var text string
	if err := tx.Load(db.One(`SELECT value, version FROM settings WHERE name = $1`, []any{name}, &text, version)); err != nil || text == "" {
		return err
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return fmt.Errorf("setting: %s: %w", name, err)
	}
	return nil
}
