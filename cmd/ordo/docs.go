package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ordo/connect/webhook"
	"ordo/edge/rest"
	"ordo/engine/number"
	"ordo/policy/system"
)

// docsCmd writes docs/generated of the source tree that it is run in.
type docsCmd struct {
	Root string `help:"The source tree." default:"." type:"existingdir"`
}

// generated is where the files go, from the root of the source tree.
const generated = "docs/generated"

// Run writes every file that changed and removes those that are made no more.
func (c *docsCmd) Run() error {
	files, err := documents(c.Root)
	if err != nil {
		return err
	}
	folder := filepath.Join(c.Root, generated)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.name), f.text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// document is a file of docs/generated.
type document struct {
	name string
	text []byte
}

// documents makes all files of docs/generated, and docs/performance.md, from the
// tables in the code, and from the migrations, the catalogue, the tests and the
// reports of measurements below root.
func documents(root string) (files []document, err error) {
	operations := operations(number.NewSource(), webhook.NewGuard(false), system.New())
	streams := (&house{watch: system.New()}).streams()
	for _, page := range []page{
		statusPage(), operationPage(operations, streams), permissionPage(operations, streams), eventPage(), reactionPage(), problemPage(), filterPage(), invariantPage(),
	} {
		files = append(files, page.document())
	}
	access, err := accessPage(operations, streams)
	if err != nil {
		return nil, err
	}
	schema, err := schemaPages(root)
	if err != nil {
		return nil, err
	}
	capabilities, err := capabilityPage(root)
	if err != nil {
		return nil, err
	}
	performance, err := performancePage(root)
	if err != nil {
		return nil, err
	}
	for _, p := range append(schema, capabilities, performance, access) {
		files = append(files, p.document())
	}
	return append(files, document{"openapi.json", rest.Document(operations, rest.Options{Streams: streams, References: expandable})}), nil
}

// page is a document in Markdown.
type page struct {
	name string
	bytes.Buffer
}

// newPage begins a page with what it shows.
func newPage(name, title, about string) page {
	p := page{name: name}
	fmt.Fprintf(&p, "<!-- Made by make docs; don't edit. -->\n\n# %s\n\n%s\n", title, about)
	return p
}

func (p *page) section(title string) { fmt.Fprintf(p, "\n## %s\n\n", title) }

// table writes the head of a table.
func (p *page) table(columns ...string) {
	fmt.Fprintf(p, "| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

// row writes a row; empty cells and line breaks are as Markdown wants them.
func (p *page) row(cells ...string) {
	for i, c := range cells {
		cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(c), " "), "|", "\\|")
	}
	fmt.Fprintf(p, "| %s |\n", strings.Join(cells, " | "))
}

func (p *page) document() document { return document{p.name, p.Bytes()} }

// code is text in a fixed font; nothing for an empty one.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// codes are several of them.
func codes(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = code(t)
	}
	return strings.Join(all, ", ")
}
