package exam

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// Bug is a mistake that can be planted in a file of the program.
type Bug struct {
	Name     string // of its file, without .txt
	Wrong    string // a sentence
	File     string // that has the mistake, from the root of the module
	Package  string // whose tests find it, such as ./sales/order
	Tests    []string
	Old, New string // texts without the line feed at their end
}

// Read reads the bugs of a folder, sorted by name. The error names all files
// that are not in the form that the package comment shows.
func Read(dir fs.FS) ([]Bug, error) {
	names, err := fs.Glob(dir, "*.txt")
	if err != nil {
		return nil, err
	}
	var bugs []Bug
	var faults []error
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		b, ok := parse(string(text))
		if !ok {
			faults = append(faults, fmt.Errorf("exam: %s is not in the form of a bug", name))
		}
		b.Name = strings.TrimSuffix(path.Base(name), ".txt")
		bugs = append(bugs, b)
	}
	return bugs, errors.Join(faults...)
}

var form = regexp.MustCompile(`(?s)^([A-Z][^\n]*\.)\nfile: (\S+)\ncaught by: (\./\S+) ([\w|]+)\n\n-- old --\n(.*)\n-- new --\n(.*)$`)

func parse(text string) (Bug, bool) {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return Bug{}, false
	}
	return Bug{
		Wrong: m[1], File: m[2], Package: m[3], Tests: strings.Split(m[4], "|"),
		Old: m[5], New: strings.TrimSuffix(m[6], "\n"),
	}, true
}

// In returns the source of the bug's file with the bug in it. It is an error if
// the old text is not there exactly once, or nothing changes.
func (b *Bug) In(source string) (string, error) {
	switch n := strings.Count(source, b.Old); {
	case n != 1:
		return "", fmt.Errorf("exam: the old text of %s is %d times in %s, not once", b.Name, n, b.File)
	case b.Old == b.New:
		return "", fmt.Errorf("exam: %s changes nothing", b.Name)
	}
	return strings.Replace(source, b.Old, b.New, 1), nil
}
