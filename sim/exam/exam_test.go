package exam

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var which = flag.String("exam", "", "bugs to run: all, or names with commas between; only a sample if empty")

// sample is the bug that every run of the tests runs: one of a small package.
const sample = "round-half-down"

// limit is the time that the tests of a bug have.
const limit = 5 * time.Minute

func root(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func bugs(t *testing.T) []Bug {
	t.Helper()
	all, err := Read(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// chosen are the bugs that the flag names.
func chosen(t *testing.T) []Bug {
	all := bugs(t)
	if *which == "all" {
		return all
	}
	names := []string{sample}
	if *which != "" {
		names = strings.Split(*which, ",")
	}
	var some []Bug
	for _, name := range names {
		i := slices.IndexFunc(all, func(b Bug) bool { return b.Name == name })
		if i < 0 {
			t.Fatalf("there is no bug %s", name)
		}
		some = append(some, all[i])
	}
	return some
}

func TestExam(t *testing.T) {
	all := chosen(t)
	if *which != "" {
		if err := Sound(t.Context(), root(t), all); err != nil {
			t.Fatal(err)
		}
	}
	var missed []string
	for _, b := range all {
		r, err := Run(t.Context(), root(t), &b, limit)
		word := "caught"
		switch {
		case err != nil:
			t.Error(err)
			word = "no bug"
		case !r.Caught():
			t.Errorf("no test finds %s: %s\n%s", b.Name, b.Wrong, r.Output)
			word = "MISSED"
		}
		if word != "caught" {
			missed = append(missed, b.Name)
		}
		fmt.Printf("%-7s %-40s %6.1fs  %s %s\n", word, b.Name, r.Took.Seconds(), b.File, strings.Join(r.By, " "))
	}
	fmt.Printf("caught %d of %d\n", len(all)-len(missed), len(all))
	if len(missed) > 0 {
		t.Errorf("missed: %s", strings.Join(missed, ", "))
	}
}

func TestThereAreFortyBugsOfAllFloors(t *testing.T) {
	all := bugs(t)
	if len(all) < 40 {
		t.Errorf("there are %d bugs", len(all))
	}
	for _, floor := range []string{"base", "engine", "policy", "trade", "resource", "sales", "execution", "connect", "edge"} {
		if !slices.ContainsFunc(all, func(b Bug) bool { return strings.HasPrefix(b.File, floor+"/") }) {
			t.Errorf("no bug is in %s", floor)
		}
	}
}

func TestEveryBugAppliesAndNamesTestsThatExist(t *testing.T) {
	tests := map[string]string{} // source of a package's tests
	for _, b := range bugs(t) {
		source, err := os.ReadFile(filepath.Join(root(t), b.File))
		if err != nil {
			t.Errorf("%s: %s", b.Name, err)
			continue
		}
		changed, err := b.In(string(source))
		if err == nil && strings.HasSuffix(b.File, ".go") {
			_, err = parser.ParseFile(token.NewFileSet(), b.File, changed, 0)
		}
		if err != nil {
			t.Errorf("%s: %s", b.Name, err)
		}
		if tests[b.Package] == "" {
			tests[b.Package] = sources(t, b.Package)
		}
		for _, name := range b.Tests {
			if !regexp.MustCompile(`(?m)^func ` + name + `\(`).MatchString(tests[b.Package]) {
				t.Errorf("%s: %s has no test %s", b.Name, b.Package, name)
			}
		}
	}
}

// sources returns all test files of a package as one text.
func sources(t *testing.T, of string) string {
	files, err := filepath.Glob(filepath.Join(root(t), of, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// try is a change of a small file, with the tests that are to find it.
func try(change, tests string) Bug {
	before, after, _ := strings.Cut(change, " => ")
	return Bug{Name: "try", File: "base/money/decimal.go", Package: "./base/money", Tests: strings.Split(tests, "|"), Old: before, New: after}
}

func TestABugThatChangesNothingIsNotCaught(t *testing.T) {
	b := try("if negative { => if negative == true {", "TestQuantityIsReadExactlyFromItsText|TestDecimalsSurviveWritingAndReading")
	r, err := Run(t.Context(), root(t), &b, limit)
	if err != nil || r.Caught() || r.Took < time.Millisecond {
		t.Errorf("caught: %t after %s, %v", r.Caught(), r.Took, err)
	}
}

func TestOnlyATestThatFailsCatchesABug(t *testing.T) {
	const fine, broken = "if negative { => if negative == true {", "if negative { => if !negative {"
	for _, c := range []struct{ what, change, tests, want string }{
		{"a program that does not build", "if negative { => if negatives {", "TestQuantityIsReadExactlyFromItsText", "does not build"},
		{"a test that is not there", broken, "TestOfNothing", "names no test"},
		{"an old text that is there more often", "value => number", "TestQuantityIsReadExactlyFromItsText", "times in base/money/decimal.go"},
		{"an old text that is not there", "bananas => apples", "TestQuantityIsReadExactlyFromItsText", "0 times"},
		{"the same text", "if negative { => if negative {", "TestQuantityIsReadExactlyFromItsText", "changes nothing"},
	} {
		b := try(c.change, c.tests)
		if r, err := Run(t.Context(), root(t), &b, limit); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: caught %t, %v; want an error with %q", c.what, r.Caught(), err, c.want)
		}
	}
	hanging := try("if negative { => for negative { continue", "TestQuantityIsReadExactlyFromItsText")
	if r, err := Run(t.Context(), root(t), &hanging, time.Second); err != nil || r.Caught() || !strings.Contains(r.Output, "timed out") {
		t.Errorf("a test that hangs: caught %t, %v", r.Caught(), err)
	}
	if err := Sound(t.Context(), root(t), []Bug{try(fine, "TestQuantityIsReadExactlyFromItsText")}); err != nil {
		t.Error(err)
	}
}

func TestAFileThatIsNoBugIsNamed(t *testing.T) {
	const whole = "Something is wrong.\nfile: a/b.go\ncaught by: ./a TestB|TestC\n\n-- old --\n\tone\n\n\ttwo\n-- new --\n\tthree\n"
	all, err := Read(fstest.MapFS{"some-bug.txt": {Data: []byte(whole)}, "README": {Data: []byte("else")}})
	want := Bug{"some-bug", "Something is wrong.", "a/b.go", "./a", []string{"TestB", "TestC"}, "\tone\n\n\ttwo", "\tthree"}
	if err != nil || len(all) != 1 || fmt.Sprint(all[0]) != fmt.Sprint(want) {
		t.Errorf("read as %+v, %v", all, err)
	}
	for _, part := range []string{"Something is wrong.", "file: a/b.go", "caught by: ./a TestB|TestC", "-- old --", "-- new --"} {
		_, err := Read(fstest.MapFS{"half.txt": {Data: []byte(strings.Replace(whole, part, "", 1))}})
		if err == nil || !strings.Contains(err.Error(), "half.txt") {
			t.Errorf("without %q: %v", part, err)
		}
	}
}
