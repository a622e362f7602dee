// Package ordo_test checks the rules of the house that a reader of one package
// can't see: which package may import which, where SQL, time and randomness
// live, and that everything says what it is. It owns those checks; it does not
// own the rules, which docs/architecture.md explains.
package ordo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// floors from the top of the list down: a package imports from floors before
// its own. Only cmd may import sim and bench, and nothing imports cmd.
var floors = []string{"base", "engine", "policy", "trade", "resource", "sales", "execution",
	"insight", "connect", "edge", "sim", "bench", "cmd"}

// edges within floors: what stands left of < may be imported by all that
// stands right of it, in this chain. docs/architecture.md holds the same lines.
var edges = []string{
	"clock < piece",
	"auth < db < event < job < effect < command",
	"db < query, number, file, backup",
	"db < invariant < event",
	"setting < account < annotation",
	"setting < audit",
	"rule < hold < approval",
	"location < channel < customer < catalog < rate < tax < pricing",
	"inventory < carrier",
	"ledger < credit < payment",
	"order < attachment",
	"order < bulk",
	"order < presence",
	"order < template",
	"order < quote",
	"fulfillment < purchase < invoice < returns < change < subscription",
	"document < notify < webhook",
	"market < importer < exporter",
	"disk < sim",
}

const fileLimit = 600 // lines

// A pkg is one package of the module, parsed.
type pkg struct {
	path    string // without the module's name: engine/db
	imports []string
	files   []file // without tests
	tests   []file
	fset    *token.FileSet
	types   *types.Info
}

type file struct {
	name  string
	lines int
	ast   *ast.File
}

// floor and room are the first two elements of the path.
func (p *pkg) floor() string { return strings.Split(p.path, "/")[0] }
func (p *pkg) room() string  { return roomOf(p.path) }

// isTestSupport tells packages that only tests import, such as engine/db/dbtest.
func (p *pkg) isTestSupport() bool { return strings.HasSuffix(p.path, "test") }

func (p *pkg) at(n ast.Node) string {
	pos := p.fset.Position(n.Pos())
	return fmt.Sprintf("%s/%s:%d", p.path, filepath.Base(pos.Filename), pos.Line)
}

// each calls visit for every node of the package's files.
func (p *pkg) each(visit func(f file, n ast.Node)) {
	for _, f := range p.files {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if n != nil {
				visit(f, n)
			}
			return true
		})
	}
}

func roomOf(path string) string {
	parts := strings.Split(path, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func TestArchitecture(t *testing.T) {
	packages := load(t)
	if len(packages) == 0 {
		t.Fatal("go list found no packages")
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			for _, p := range packages {
				for _, fault := range c.find(p) {
					t.Error(fault)
				}
			}
		})
	}
}

var checks = []struct {
	name string
	find func(*pkg) []string
}{
	{"imports go up the floors or along a written edge", wrongImports},
	{"no package has a name that means nothing", emptyNames},
	{"every package says what it owns and does not own", packageDocs},
	{"every exported name has a doc comment", nameDocs},
	{"SQL stands only in store files and in engine", straySQL},
	{"time and randomness come only through clock and id", strayTime},
	{"money and quantities are never floats", floats},
	{"facts never depend on the order of a map", mapRanges},
	{"files have at most 600 lines", longFiles},
	{"no test is skipped", skips},
}

func wrongImports(p *pkg) (faults []string) {
	rank := slices.Index(floors, p.floor())
	if rank < 0 {
		return []string{p.path + " is on no floor of docs/architecture.md"}
	}
	for _, name := range p.imports {
		target, inside := strings.CutPrefix(name, "ordo/")
		if !inside {
			if p.floor() == "base" && strings.Contains(strings.Split(name, "/")[0], ".") {
				faults = append(faults, fmt.Sprintf("%s imports %s: base uses only the standard library", p.path, name))
			}
			continue
		}
		floor := strings.Split(target, "/")[0]
		targetRank := slices.Index(floors, floor)
		switch {
		case roomOf(target) == p.room():
		case floor == "cmd", (floor == "sim" || floor == "bench") && p.floor() != "cmd" && p.floor() != floor:
			faults = append(faults, fmt.Sprintf("%s imports %s, which nothing may import", p.path, target))
		case targetRank > rank:
			faults = append(faults, fmt.Sprintf("%s imports %s from a floor below its own", p.path, target))
		case targetRank == rank && !mayImport(filepath.Base(p.room()), filepath.Base(roomOf(target))):
			faults = append(faults, fmt.Sprintf("%s imports %s of its own floor without an edge in docs/architecture.md", p.path, target))
		}
	}
	return faults
}

// mayImport follows the edges from room down to what it may import.
func mayImport(room, target string) bool {
	for _, chain := range edges {
		links := strings.Split(chain, " < ")
		for i := len(links) - 1; i > 0; i-- {
			if !slices.Contains(strings.Split(links[i], ", "), room) {
				continue
			}
			if links[i-1] == target || mayImport(links[i-1], target) {
				return true
			}
		}
	}
	return false
}

var emptyName = regexp.MustCompile(`^(util|common|helper|type|manager)s?$`)

func emptyNames(p *pkg) (faults []string) {
	for part := range strings.SplitSeq(p.path, "/") {
		if emptyName.MatchString(part) {
			faults = append(faults, p.path+": name the package after what it owns")
		}
	}
	return faults
}

var (
	saysOwns    = regexp.MustCompile(`\bowns?\b`)
	saysNotOwns = regexp.MustCompile(`\b(not own|owns no|owns none|owns nothing)\b`)
)

func packageDocs(p *pkg) []string {
	var doc string
	for _, f := range p.files {
		doc += f.ast.Doc.Text()
	}
	doc = strings.Join(strings.Fields(doc), " ")
	switch {
	case len(p.files) == 0:
		return nil
	case doc == "":
		return []string{p.path + " has no package comment"}
	case !saysOwns.MatchString(saysNotOwns.ReplaceAllString(doc, "")):
		return []string{p.path + ": the package comment doesn't say what the package owns"}
	case !saysNotOwns.MatchString(doc):
		return []string{p.path + ": the package comment doesn't say what the package does not own"}
	}
	return nil
}

func nameDocs(p *pkg) (faults []string) {
	missing := func(id *ast.Ident, docs ...*ast.CommentGroup) {
		if id.IsExported() && !slices.ContainsFunc(docs, func(g *ast.CommentGroup) bool { return g.Text() != "" }) {
			faults = append(faults, fmt.Sprintf("%s: %s has no doc comment", p.at(id), id.Name))
		}
	}
	for _, f := range p.files {
		if ast.IsGenerated(f.ast) {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type)) {
					missing(d.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					switch s := s.(type) {
					case *ast.TypeSpec:
						missing(s.Name, d.Doc, s.Doc, s.Comment)
					case *ast.ValueSpec:
						for _, id := range s.Names {
							missing(id, d.Doc, s.Doc, s.Comment)
						}
					}
				}
			}
		}
	}
	return faults
}

// receiver is the name of a receiver's type without pointer and parameters.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

var sqlText = regexp.MustCompile("^[`\"]\\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\\s+[\\w(*$]")

func straySQL(p *pkg) (faults []string) {
	if p.floor() == "engine" {
		return nil
	}
	p.each(func(f file, n ast.Node) {
		text, ok := n.(*ast.BasicLit)
		if ok && text.Kind == token.STRING && sqlText.MatchString(text.Value) && !strings.HasPrefix(f.name, "store") {
			faults = append(faults, p.at(n)+": SQL outside of a store file")
		}
	})
	return faults
}

var (
	timeReaders   = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	randomImports = []string{`"math/rand"`, `"math/rand/v2"`, `"crypto/rand"`}
)

func strayTime(p *pkg) (faults []string) {
	if slices.Contains([]string{"base/clock", "base/id"}, p.path) || p.floor() == "bench" || p.isTestSupport() {
		return nil
	}
	p.each(func(_ file, n ast.Node) {
		switch n := n.(type) {
		case *ast.ImportSpec:
			if slices.Contains(randomImports, n.Path.Value) && p.path != "sim" { // which repeats by its seed
				faults = append(faults, fmt.Sprintf("%s: %s is imported only by base/id", p.at(n), n.Path.Value))
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(timeReaders, n.Sel.Name) {
				faults = append(faults, fmt.Sprintf("%s: time.%s is called only by base/clock", p.at(n), n.Sel.Name))
			}
		}
	})
	return faults
}

// exact tells the packages in which amounts and quantities become facts.
func exact(p *pkg) bool {
	return p.path == "base/money" || slices.Contains([]string{"trade", "resource", "sales", "execution"}, p.floor())
}

func floats(p *pkg) (faults []string) {
	if !exact(p) {
		return nil
	}
	p.each(func(_ file, n ast.Node) {
		switch n := n.(type) {
		case *ast.Ident:
			if slices.Contains([]string{"float32", "float64", "ParseFloat"}, n.Name) {
				faults = append(faults, p.at(n)+": "+n.Name)
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT && constant.ToInt(constant.MakeFromLiteral(n.Value, n.Kind, 0)).Kind() != constant.Int {
				faults = append(faults, p.at(n)+": a float constant")
			}
		}
	})
	return faults
}

// mapRanges finds loops over maps. A loop whose result is the same in every
// order says so on its line: // order-free
func mapRanges(p *pkg) (faults []string) {
	if !exact(p) {
		return nil
	}
	p.each(func(f file, n ast.Node) {
		loop, ok := n.(*ast.RangeStmt)
		if ok && overMap(p.types, loop.X) && !orderFree(p.fset, f.ast, loop) {
			faults = append(faults, p.at(n)+": ranges over a map; sort the keys, or say // order-free on the line")
		}
	})
	return faults
}

func overMap(info *types.Info, x ast.Expr) bool {
	if call, ok := x.(*ast.CallExpr); ok {
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		maps, ok := f.X.(*ast.Ident)
		return ok && maps.Name == "maps" && slices.Contains([]string{"Keys", "Values", "All"}, f.Sel.Name)
	}
	t := info.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Map)
	return ok
}

func orderFree(fset *token.FileSet, f *ast.File, loop *ast.RangeStmt) bool {
	line := fset.Position(loop.Pos()).Line
	return slices.ContainsFunc(f.Comments, func(g *ast.CommentGroup) bool {
		return fset.Position(g.Pos()).Line == line && strings.HasPrefix(g.List[0].Text, "// order-free")
	})
}

func longFiles(p *pkg) (faults []string) {
	for _, f := range slices.Concat(p.files, p.tests) {
		if f.lines > fileLimit && !ast.IsGenerated(f.ast) {
			faults = append(faults, fmt.Sprintf("%s/%s has %d lines", p.path, f.name, f.lines))
		}
	}
	return faults
}

func skips(p *pkg) (faults []string) {
	for _, f := range p.tests {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				s, ok := call.Fun.(*ast.SelectorExpr)
				if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, s.Sel.Name) {
					faults = append(faults, p.at(n)+": install what is missing or fail")
				}
			}
			return true
		})
	}
	return faults
}

func TestDocumentHoldsTheEdges(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(string(text)), " ")
	for _, chain := range edges {
		if !strings.Contains(flat, chain) {
			t.Errorf("docs/architecture.md doesn't hold the edge %q", chain)
		}
	}
}

// modernc.org/sqlite is translated against one version of its C library and
// breaks in subtle ways with any other.
func TestSQLiteHasTheCLibraryItWasMadeFor(t *testing.T) {
	var sqlite struct{ GoMod string }
	if err := json.Unmarshal(goTool(t, "list", "-m", "-json", "modernc.org/sqlite"), &sqlite); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(sqlite.GoMod)
	if err != nil {
		t.Fatal(err)
	}
	wanted := regexp.MustCompile(`modernc\.org/libc (v\S+)`).FindSubmatch(mod)
	if wanted == nil {
		t.Fatalf("%s doesn't require modernc.org/libc", sqlite.GoMod)
	}
	got := strings.TrimSpace(string(goTool(t, "list", "-m", "-f", "{{.Version}}", "modernc.org/libc")))
	if got != string(wanted[1]) {
		t.Errorf("go.mod has modernc.org/libc %s, modernc.org/sqlite was made for %s", got, wanted[1])
	}
}

func TestNoticeNamesEveryDependency(t *testing.T) {
	notice, err := os.ReadFile("NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	named := strings.Fields(string(notice))
	var mod struct {
		Require []struct{ Path string }
	}
	if err := json.Unmarshal(goTool(t, "mod", "edit", "-json"), &mod); err != nil {
		t.Fatal(err)
	}
	for _, m := range mod.Require {
		if !slices.Contains(named, m.Path) {
			t.Errorf("NOTICE doesn't name the Go module %s", m.Path)
		}
	}
	text, err := os.ReadFile("web/reader/package.json")
	if err != nil {
		t.Fatal(err)
	}
	var reader struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &reader); err != nil {
		t.Fatal(err)
	}
	for name, version := range reader.Dependencies {
		if !strings.HasPrefix(version, "file:") && !slices.Contains(named, name) {
			t.Errorf("NOTICE doesn't name the npm package %s", name)
		}
	}
}

// listed is what go list tells of a package.
type listed struct {
	ImportPath, Dir, Export            string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports                            []string
}

// load parses and type-checks all packages of the module but the one in its
// root. Types of imports come from the compiler's export data.
func load(t *testing.T) []*pkg {
	t.Helper()
	out := goTool(t, "list", "-e", "-deps", "-export",
		"-json=ImportPath,Dir,Export,GoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	var own []listed
	exports := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[l.ImportPath] = l.Export
		if strings.HasPrefix(l.ImportPath, "ordo/") {
			own = append(own, l)
		}
	}
	fset := token.NewFileSet()
	imports := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	var packages []*pkg
	for _, l := range own {
		p := &pkg{path: strings.TrimPrefix(l.ImportPath, "ordo/"), imports: l.Imports, fset: fset}
		p.files = parse(t, fset, l.Dir, l.GoFiles)
		p.tests = parse(t, fset, l.Dir, slices.Concat(l.TestGoFiles, l.XTestGoFiles))
		p.check(imports)
		packages = append(packages, p)
	}
	return packages
}

func parse(t *testing.T, fset *token.FileSet, dir string, names []string) (files []file) {
	t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, parseText(t, fset, name, string(text)))
	}
	return files
}

func parseText(t *testing.T, fset *token.FileSet, name, text string) file {
	t.Helper()
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file{name: name, lines: strings.Count(text, "\n"), ast: tree}
}

// check finds the types of expressions. Errors are the compiler's to report.
func (p *pkg) check(imports types.Importer) {
	var trees []*ast.File
	for _, f := range p.files {
		trees = append(trees, f.ast)
	}
	p.types = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: imports, Error: func(error) {}}
	config.Check(p.path, p.fset, trees, p.types)
}

func goTool(t *testing.T, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", args...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go %s: %s", strings.Join(args, " "), exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return out
}
