package setting

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"ordo/base/money"
	"ordo/base/problem"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/engine/event"
)

// Subject names the settings in events and command rows.
const Subject = "workspace"

// ErrNotSetUp says that a workspace has no settings yet.
var ErrNotSetUp = problem.Declare("not_set_up", problem.Conflict,
	"The workspace has not been set up.", "Open the one-time link that the server printed at its start, or run account.setup.")

// Facts are what can be said of the workspace.
type Facts struct {
	Company    string `json:"company" minLength:"1" maxLength:"200" doc:"Name of the company"`
	Currency   string `json:"currency" pattern:"^[A-Z]{3}$" doc:"Base currency, ISO 4217"`
	TaxCountry string `json:"tax_country" pattern:"^[A-Z]{2}$" doc:"Where the company is taxed, ISO 3166 alpha-2"`
	TimeZone   string `json:"time_zone" minLength:"1" maxLength:"60" doc:"IANA name; decides the business day"`
	Language   string `json:"language,omitempty" pattern:"^[a-z]{2,3}(-[A-Z]{2})?$" doc:"BCP 47; en if not given"`
}

// Workspace is the facts as they are stored.
type Workspace struct {
	Facts
	Version int64 `json:"version"`
}

// UpdateIn is the input of setting.update.
type UpdateIn struct{ Facts }

// GetIn is the input of setting.get.
type GetIn struct{}

// Updated is the event of settings; the first one tells the setup.
var Updated = event.Declare("setting.updated", 1, "Facts of the workspace were set or changed.", Workspace{})

// Operations on settings.
var Operations = []command.Operation{
	command.Def[GetIn, *Workspace]{
		Name: "setting.get", Summary: "Show the facts of the workspace", Method: http.MethodGet, Path: "/v1/settings",
		Read: func(tx *db.Tx, _ GetIn) (*Workspace, error) { return Get(tx) },
	},
	command.Def[UpdateIn, *Workspace]{
		Name: "setting.update", Summary: "Change the facts of the workspace", Method: http.MethodPut, Path: "/v1/settings",
		Run:     Update,
		Result:  func(w *Workspace) (string, int64) { return Subject, w.Version },
		Repeat:  func(tx *db.Tx, _ string) (*Workspace, error) { return Get(tx) },
		Example: UpdateIn{Facts{Company: "Kettle & Co", Currency: "GBP", TaxCountry: "GB", TimeZone: "Europe/London", Language: "en"}},
	},
}

// Get returns the facts of the workspace, or ErrNotSetUp.
func Get(tx *db.Tx) (*Workspace, error) {
	w, err := load(tx)
	if err == nil && w.Version == 0 {
		return nil, ErrNotSetUp.New("the workspace has no company, currency and tax country yet")
	}
	return w, err
}

// Update sets the facts of the workspace, also for the first time.
func Update(tx *db.Tx, in UpdateIn) (*Workspace, error) {
	if err := check(in.Facts); err != nil {
		return nil, err
	}
	w, err := load(tx)
	if err != nil {
		return nil, err
	}
	w.Facts = in.Facts
	if w.Language == "" {
		w.Language = "en"
	}
	w.Version++
	if err := save(tx, w); err != nil {
		return nil, err
	}
	return w, event.Emit(tx, event.Event{Type: Updated, Subject: Subject, Sequence: w.Version, Body: w})
}

// check finds the faults that a schema can't.
func check(f Facts) error {
	var faults problem.List
	if _, ok := money.Digits(f.Currency); !ok {
		faults.Add(problem.ErrInvalidValue, "/currency", "%q is no currency of ISO 4217", f.Currency)
	}
	if _, err := time.LoadLocation(f.TimeZone); err != nil || f.TimeZone == "" || f.TimeZone == "Local" {
		faults.Add(problem.ErrInvalidValue, "/time_zone", "%q is no time zone of the IANA list", f.TimeZone)
	}
	return faults.Err()
}

// SigningKey returns the key that signs the log's checkpoints. It is made once
// per workspace; no operation reads it.
func SigningKey(ctx context.Context, d *db.DB) (ed25519.PrivateKey, error) {
	var key ed25519.PrivateKey
	err := d.Tx(ctx, func(tx *db.Tx) error {
		seed, err := loadSeed(tx)
		if err != nil {
			return err
		}
		if len(seed) == 0 {
			seed = make([]byte, ed25519.SeedSize)
			d.IDs.Read(seed)
			insertSeed(tx, seed)
		}
		key = ed25519.NewKeyFromSeed(seed)
		return nil
	})
	return key, err
}

// Fingerprint tells one workspace from another, whatever database it is in: the
// start of the hash of its public key. It is empty before there is a key.
func Fingerprint(tx *db.Tx) (string, error) {
	public, err := PublicKey(tx)
	if err != nil || public == nil {
		return "", err
	}
	hash := sha256.Sum256(public)
	return hex.EncodeToString(hash[:8]), nil
}

// PublicKey verifies what SigningKey signed; nil before there is one.
func PublicKey(tx *db.Tx) (ed25519.PublicKey, error) {
	seed, err := loadSeed(tx)
	if err != nil || len(seed) == 0 {
		return nil, err
	}
	public, _ := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	return public, nil
}
