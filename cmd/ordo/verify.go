package main

import (
	"context"
	"errors"
)

type importCmd struct{ database }

// Run imports.
func (c *importCmd) Run(ctx context.Context) error { return errors.New("later") }

type verifyCmd struct{ database }

// Run verifies.
func (c *verifyCmd) Run(ctx context.Context) error { return errors.New("later") }

type docsCmd struct{}

// Run writes docs.
func (c *docsCmd) Run() error { return errors.New("later") }
