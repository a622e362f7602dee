package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"ordo/engine/auth"
	"ordo/engine/command"
	"ordo/engine/db"
)

// keyCmd manages API keys from the command line of the server's machine.
type keyCmd struct {
	Create keyCreateCmd `cmd:"" help:"Make an API key; its secret is shown once."`
	List   keyListCmd   `cmd:"" help:"List API keys."`
	Revoke keyRevokeCmd `cmd:"" help:"Make an API key void at once."`
}

type keyCreateCmd struct {
	database
	Name string `arg:"" help:"What the key is for."`
	Role string `help:"Name of the role that it has." default:"integration"`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run makes a key.
func (c *keyCreateCmd) Run(ctx context.Context) error {
	return withWorkspace(ctx, c.database, func(h *house) error {
		role, err := h.role(ctx, c.Role)
		if err != nil {
			return err
		}
		key, err := h.call(ctx, "key.create", map[string]any{"name": c.Name, "role_id": role})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(key)
		}
		fmt.Println(field(key, "secret"))
		return nil
	})
}

type keyListCmd struct {
	database
	JSON bool `help:"Print JSON." name:"json"`
}

// Run lists keys, without their secrets.
func (c *keyListCmd) Run(ctx context.Context) error {
	return withWorkspace(ctx, c.database, func(h *house) error {
		keys, err := h.call(ctx, "key.list", map[string]any{"limit": 200})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(keys)
		}
		return printKeys(os.Stdout, keys)
	})
}

// printKeys writes a table.
func printKeys(w io.Writer, keys object) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tNAME\tCREATED\tREVOKED")
	items, _ := keys["items"].([]any)
	for _, item := range items {
		key, _ := item.(object)
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", field(key, "id"), field(key, "name"), field(key, "created_at"), field(key, "revoked_at"))
	}
	return t.Flush()
}

type keyRevokeCmd struct {
	database
	ID   string `arg:"" help:"Id of the key."`
	JSON bool   `help:"Print JSON." name:"json"`
}

// Run revokes a key.
func (c *keyRevokeCmd) Run(ctx context.Context) error {
	return withWorkspace(ctx, c.database, func(h *house) error {
		key, err := h.call(ctx, "key.revoke", map[string]any{"id": c.ID})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(key)
		}
		fmt.Printf("%s is void\n", c.ID)
		return nil
	})
}

// withWorkspace opens a workspace that is there, without workers, for the time
// of fn.
func withWorkspace(ctx context.Context, d database, fn func(*house) error) error {
	if err := d.mustExist(); err != nil {
		return err
	}
	return withHouse(ctx, d.Database, fn)
}

// withHouse opens a workspace without workers for the time of fn.
func withHouse(ctx context.Context, url string, fn func(*house) error) error {
	h, err := open(ctx, url, db.Options{})
	if err != nil {
		return err
	}
	defer h.close()
	return fn(h)
}

// role finds a role by its name.
func (h *house) role(ctx context.Context, name string) (string, error) {
	page, err := h.call(ctx, "role.list", map[string]any{"limit": 200})
	if err != nil {
		return "", err
	}
	items, _ := page["items"].([]any)
	for _, item := range items {
		if role, ok := item.(map[string]any); ok && role["name"] == name {
			return fmt.Sprint(role["id"]), nil
		}
	}
	return "", fmt.Errorf("there is no role %q; roles come with the set-up of the workspace", name)
}

// call runs an operation by its name, as whoever sits at the machine. Input
// and answer are as in the API, path and query included.
func (h *house) call(ctx context.Context, operation string, in any) (map[string]any, error) {
	answer, err := command.Call(ctx, h.engine, operation, command.Meta{Actor: auth.Internal("command line")}, in)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	return out, json.Unmarshal(b, &out)
}

func field(object map[string]any, name string) string {
	s, _ := object[name].(string)
	return s
}

func printJSON(v any) error {
	e := json.NewEncoder(os.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
