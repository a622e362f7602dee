package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// capability is a row of docs/capabilities.txt: how far one of the catalogue
// stands.
type capability struct{ id, state string }

// capabilityPage joins docs/capabilities.txt with the tests that name its rows
// by a comment, // Spec: 1.1.7. Every row needs a test and has to be in
// docs/spec, and every test that names a row needs its state.
func capabilityPage(root string) (page, error) {
	p := newPage("capabilities.md", "Capabilities", "How far the rows of the catalogue in [docs/spec](../spec) stand, and the tests that prove it. A row that is not here does not stand at all.")
	states, err := capabilities(filepath.Join(root, "docs/capabilities.txt"))
	if err != nil {
		return p, err
	}
	known, err := catalogue(filepath.Join(root, "docs/spec"))
	if err != nil {
		return p, err
	}
	tests, err := provingTests(root)
	if err != nil {
		return p, err
	}
	var faults []error
	p.WriteByte('\n')
	p.table("id", "state", "tests")
	for _, c := range states {
		if !known[c.id] {
			faults = append(faults, fmt.Errorf("%s is not in docs/spec", c.id))
		}
		if len(tests[c.id]) == 0 {
			faults = append(faults, fmt.Errorf("no test has the comment // Spec: %s", c.id))
		}
		p.row(c.id, c.state, codes(tests[c.id]))
		delete(tests, c.id)
	}
	for id, names := range tests { // every one is a fault
		faults = append(faults, fmt.Errorf("%s is named by %s, but has no line in docs/capabilities.txt", id, strings.Join(names, ", ")))
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return p, errors.Join(faults...)
}

var stateLine = regexp.MustCompile(`^(\S+) (works|part: lacks .+)$`)

// capabilities reads "1.1.1 works" and "1.1.2 part: lacks …", sorted by row. Lines that begin
// with # are remarks.
func capabilities(path string) (all []capability, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); ; {
		if !lines.Scan() {
			slices.SortFunc(all, func(a, b capability) int {
				return slices.CompareFunc(strings.Split(a.id, "."), strings.Split(b.id, "."), byNumber)
			})
			return all, lines.Err()
		}
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		m := stateLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("%s: %q is neither \"id works\" nor \"id part: lacks …\"", path, line)
		}
		all = append(all, capability{m[1], m[2]})
	}
}

// byNumber compares numbers of any length; letters come behind them.
func byNumber(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) }

var catalogueRow = regexp.MustCompile(`(?m)^\| ([0-9A-Z][0-9.]*) \|`)

// catalogue reads the ids of all rows.
func catalogue(folder string) (map[string]bool, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("there is no catalogue in %s", folder)
	}
	known := map[string]bool{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, m := range catalogueRow.FindAllStringSubmatch(string(text), -1) {
			known[m[1]] = true
		}
	}
	return known, err
}

var (
	specComment = regexp.MustCompile(`(?m)^Spec: (.+)$`)
	browserTest = regexp.MustCompile(`(?m)^// Spec: (.+)\ntest\('([^']+)'`)
)

// provingTests finds the tests with a comment // Spec: id, id in front of them, by id: "sales/order
// TestName", or the words of a test of the console.
func provingTests(root string) (map[string][]string, error) {
	tests := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return fs.SkipDir
		}
		if d.IsDir() {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		proves := func(ids, name string) {
			for id := range strings.SplitSeq(ids, ",") {
				id = strings.TrimSpace(id)
				tests[id] = append(tests[id], filepath.ToSlash(folder)+" "+name)
			}
		}
		switch {
		case strings.HasSuffix(path, "_test.go"):
			return goTests(path, proves)
		case strings.HasSuffix(path, ".test.ts"):
			text, err := os.ReadFile(path)
			for _, m := range browserTest.FindAllStringSubmatch(string(text), -1) {
				proves(m[1], m[2])
			}
			return err
		}
		return nil
	})
	return tests, err
}

// goTests reads what the tests of a file of Go prove.
func goTests(path string, proves func(ids, name string)) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(f.Name.Name, "Test") {
			continue
		}
		for _, m := range specComment.FindAllStringSubmatch(f.Doc.Text(), -1) {
			proves(m[1], f.Name.Name)
		}
	}
	return nil
}
