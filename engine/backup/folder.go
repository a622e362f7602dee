package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ordo/base/clock"
	"ordo/base/problem"
	"ordo/engine/db"
)

// A folder of continuous copies holds generations: what was copied without a
// gap. A generation holds files of batches, numbered through, and copies of the
// whole file now and then. A copy and the batches from its own on make any later
// state.
//
//	20261129T143501.123456Z/
//	    000000000001.commits    batches 1 to 4711
//	    000000000001.pages      the file as of batch 1
//	    000000004712.commits    batches from 4712 on

// ErrMoment says that a backup does not reach to a moment.
var ErrMoment = problem.Declare("backup_moment", problem.Invalid,
	"The backup holds no state of that moment.", "Name a later moment, or leave --at out for the last state.")

const (
	contentPages   = "pages"
	contentCommits = "commits"

	generationFormat = "20060102T150405.000000Z"
)

// part is what the first frame of a file in a generation says.
type part struct {
	Content    string      `json:"content"`
	Program    string      `json:"program"`
	Generation string      `json:"generation"`
	First      int64       `json:"first"` // its first batch; of pages: the batch that completes them
	PageSize   int64       `json:"page_size"`
	At         clock.Stamp `json:"at"` // of pages: no state before it can be made with them
}

// batch ends the pages of some commits.
type batch struct {
	Number   int64          `json:"number"`
	At       clock.Stamp    `json:"at"`   // not before they were committed
	Size     uint32         `json:"size"` // of the file, in pages
	Pages    int            `json:"pages"`
	Position db.WALPosition `json:"position"`
}

// last is the last frame of a file in a generation.
type last struct {
	Batch int64 `json:"batch,omitempty"` // of commits: the last one
	Pages int64 `json:"pages,omitempty"` // of pages: how many
}

func (p part) name() string { return fmt.Sprintf("%012d.%s", p.First, p.Content) }

// appendPage adds a page to the content of a frame.
func appendPage(b []byte, p db.Page) []byte {
	return append(binary.BigEndian.AppendUint32(b, p.Number), p.Data...)
}

// eachPage takes the content of a frame apart.
func eachPage(b []byte, size int64, do func(db.Page) error) error {
	for len(b) > 0 {
		if int64(len(b)) < 4+size {
			return errRest
		}
		if err := do(db.Page{Number: binary.BigEndian.Uint32(b), Data: b[4 : 4+size]}); err != nil {
			return err
		}
		b = b[4+size:]
	}
	return nil
}

var errRest = errors.New("backup: a frame ends within a page")

// generations are those of a folder, the oldest first.
func generations(dir string) (all []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if _, wrong := time.Parse(generationFormat, e.Name()); wrong == nil && e.IsDir() {
			all = append(all, e.Name())
		}
	}
	return all, err
}

// found is a file of a generation.
type found struct {
	path  string
	first int64
}

// files are those of a generation with the content, in their order.
func files(dir, content string) (all []found, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, e := range entries {
		number, ok := strings.CutSuffix(e.Name(), "."+content)
		if first, err := strconv.ParseInt(number, 10, 64); ok && err == nil {
			all = append(all, found{filepath.Join(dir, e.Name()), first})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return int(a.first - b.first) })
	return all, err
}
