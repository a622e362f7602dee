package backup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ordo/engine/backup"
	"ordo/engine/db"
)

func TestADiskThatIsFullLeavesNoArchive(t *testing.T) {
	s := newSource(t, "sqlite")
	path := filepath.Join(t.TempDir(), "archive.ordo")
	if err := os.Symlink("/dev/full", path+".partial"); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Write(t.Context(), s.url, path, s.options); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("answers %v", err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || left != nil {
		t.Errorf("there is %v, %v", left, err)
	}
	if _, err := backup.Write(t.Context(), s.url, path, s.options); err != nil {
		t.Errorf("with space it answers %v", err)
	}
}

func TestADiskThatIsFullLeavesNoRestoredFile(t *testing.T) {
	s := newSource(t, "sqlite")
	path, _ := s.back()
	to := kinds["sqlite"].place(t)
	if _, err := backup.Restore(t.Context(), path, to+"?_pragma=max_page_count(20)", s.options); !errors.Is(err, db.ErrFull) {
		t.Errorf("answers %v", err)
	}
	wantNothing(t, to)
}

func TestARestoreThatIsStoppedAtAnyStepLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		path, _ := s.back()
		url := kinds[s.kind].place(t)
		for _, step := range []string{"Checking", "Restoring", "Indexing", "Comparing"} {
			ctx, stop := context.WithCancel(t.Context())
			s.options.Progress = func(p backup.Progress) {
				if p.Step == step {
					stop()
				}
			}
			if _, err := backup.Restore(ctx, path, url, s.options); !errors.Is(err, context.Canceled) {
				t.Errorf("stopped while %s it answers %v", step, err)
			}
			stop()
			wantNothing(t, url)
		}
		s.options.Progress = nil
		broken := errors.New("not settled")
		s.options.Settle = func(_ context.Context, tx *db.Tx) error {
			tx.Write(`DELETE FROM counters`)
			return errors.Join(tx.Flush(), broken)
		}
		if _, err := backup.Restore(t.Context(), path, url, s.options); !errors.Is(err, broken) {
			t.Errorf("not settled, it answers %v", err)
		}
		wantNothing(t, url)
		s.options.Settle = nil
		if _, err := backup.Restore(t.Context(), path, url, s.options); err != nil {
			t.Errorf("afterwards it answers %v", err)
		}
	})
}

// Variables that make TestVictim a process that is killed.
const (
	victimOf   = "ORDO_VICTIM_OF" // archive and target
	victimKey  = "ORDO_VICTIM_KEY"
	victimStep = "ORDO_VICTIM_STEP"
)

// TestVictim does nothing by itself: TestARestoreThatIsKilledLeavesNoHalf runs
// it as a process of its own.
func TestVictim(t *testing.T) {
	archive, url, isVictim := strings.Cut(os.Getenv(victimOf), " ")
	if !isVictim {
		return
	}
	key, err := backup.ParseKey(os.Getenv(victimKey))
	if err != nil {
		t.Fatal(err)
	}
	_, err = backup.Restore(t.Context(), archive, url, backup.Options{Key: key, Progress: func(p backup.Progress) {
		if p.Step == os.Getenv(victimStep) {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}})
	t.Fatal("it is alive", err)
}

// Spec: 11.3.5
func TestARestoreThatIsKilledLeavesNoHalf(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		path, m := s.back()
		url := kinds[s.kind].place(t)
		for _, step := range []string{"Restoring", "Indexing", "Comparing"} {
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVictim$")
			c.Env = append(os.Environ(), victimOf+"="+path+" "+url, victimKey+"="+s.options.Key.String(), victimStep+"="+step)
			out, err := c.CombinedOutput()
			exit, ok := errors.AsType[*exec.ExitError](err)
			if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("it ended with %v\n%s", err, out)
			}
			if name, isFile := strings.CutPrefix(url, "sqlite:"); isFile {
				if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("killed while %s it left the file: %v", step, err)
				}
			}
		}
		if _, err := backup.Restore(t.Context(), path, url, s.options); err != nil || !slices.Equal(digest(t, url), m.Totals) {
			t.Errorf("afterwards it answers %v", err)
		}
	})
}

func TestARestoreThatDiffersFromItsArchiveIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, s *source) {
		for what, change := range map[string]func([]backup.Total){
			"a digest": func(all []backup.Total) { all[3].Digest = strings.Repeat("1", 64) },
			"a count":  func(all []backup.Total) { all[len(all)-1].Rows++ },
		} {
			snapshot, err := db.OpenSnapshot(t.Context(), s.url)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(t.TempDir(), "forged.ordo")
			err = backup.Forge(snapshot, path, s.options, change)
			snapshot.Close()
			if err != nil {
				t.Fatal(err)
			}
			url := kinds[s.kind].place(t)
			if _, err := backup.Restore(t.Context(), path, url, s.options); !errors.Is(err, backup.ErrDiffers) {
				t.Errorf("with %s changed it answers %v", what, err)
			}
			wantNothing(t, url)
		}
	})
}

func TestProgressEndsWithAll(t *testing.T) {
	s := newSource(t, "sqlite")
	path, m := s.back()
	at := map[string]string{}
	s.options.Progress = func(p backup.Progress) { at[p.Step] = fmt.Sprint(p.Done, " of ", p.Of, " ", p.Unit) }
	if _, err := backup.Restore(t.Context(), path, kinds["sqlite"].place(t), s.options); err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(m.Rows(), " of ", m.Rows(), " rows")
	if at["Restoring"] != all || at["Comparing"] != all || !strings.HasSuffix(at["Checking"], "bytes") || !strings.HasSuffix(at["Indexing"], "indexes") {
		t.Errorf("told %v", at)
	}
}
