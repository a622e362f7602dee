package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"ordo/connect/importer"
	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
	"ordo/policy/account"
)

// demoCmd serves a shop with data in a file that goes away with it.
type demoCmd struct {
	listen
}

const (
	demoEmail    = "demo@example.com"
	demoPassword = "a demo password"
)

// Run fills a workspace and serves it until it is told to stop.
func (c *demoCmd) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "ordo-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	h, err := open(ctx, "sqlite:"+filepath.Join(dir, "demo.db"), db.Options{})
	if err != nil {
		return err
	}
	defer h.close()
	h.guard.Local = c.WebhookLocal
	fmt.Println("Filling a demo shop: " + importer.Attribution)
	key, err := quietly(func() (string, error) { return h.fillDemo(ctx) })
	if err != nil {
		return fmt.Errorf("the demo shop could not be filled: %w", err)
	}
	return h.serve(ctx, c.Addr, func(base string) error {
		fmt.Printf(`
  Ordo %s   %s

  Console   %s/console
  Sign in   %s / %s
  API key   %s
  Try       curl -H "Authorization: Bearer %s" %s/v1/orders

`, version, base, base, demoEmail, demoPassword, key, key, base)
		return nil
	})
}

// quietly runs fn without warnings: filling a shop holds the writer for longer
// than anybody at work should.
func quietly(fn func() (string, error)) (string, error) {
	log := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	defer slog.SetDefault(log)
	return fn()
}

// filler runs the operations that make the demo's data. The first failure
// stays, so that the story reads without error checks.
type filler struct {
	ctx context.Context
	h   *house
	err error
}

type object = map[string]any

// do runs an operation and returns what it answers.
func (f *filler) do(operation string, in object) object {
	if f.err != nil {
		return object{}
	}
	out, err := f.h.call(f.ctx, operation, in)
	if err != nil {
		f.err = fmt.Errorf("%s: %w", operation, err)
		return object{}
	}
	return out
}

// fillDemo fills a workspace with a shop, a history that ends yesterday, and
// orders in every state, and returns an API key.
func (h *house) fillDemo(ctx context.Context) (key string, err error) {
	if key, err = h.fill(ctx); err != nil {
		return "", err
	}
	if _, err := importer.LoadDemo(ctx, h.engine, h.db.Clock.Now(), importer.Options{}); err != nil {
		return "", err
	}
	f := &filler{ctx: ctx, h: h}
	f.story()
	return key, f.err
}

// fill sets up the workspace with a shop and its first orders, and returns an
// API key.
func (h *house) fill(ctx context.Context) (key string, err error) {
	f := &filler{ctx: ctx, h: h}
	token, err := account.FirstAdminLink(ctx, h.db)
	if err != nil {
		return "", err
	}
	_, err = command.Call(ctx, h.engine, "account.setup", command.Meta{Actor: auth.Internal("demo")}, object{
		"token": token, "company": "Assam & Sons", "currency": "GBP", "tax_country": "GB", "time_zone": "Europe/London",
		"admin": object{"email": demoEmail, "name": "Demo", "password": demoPassword},
	})
	if err != nil {
		return "", err
	}
	f.shop()
	f.first()
	if f.err != nil {
		return "", f.err
	}
	role, err := h.role(ctx, "admin")
	if err != nil {
		return "", err
	}
	made := f.do("key.create", object{"name": "demo", "role_id": role})
	return field(made, "secret"), f.err
}
