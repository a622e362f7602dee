package problem_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"ordo/base/problem"
)

var (
	errNoted  = problem.Declare("noted", problem.Conflict, "A code of this test.", "None.")
	errWarned = problem.Declare("warned", problem.Conflict, "Another one.", "None.")
)

func TestACodeIsNotedOnceWhenAFaultOfTheProgramIsLookedAt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "codes")
	problem.NoteIn(t, path)
	noted := func() string {
		text, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		return string(text)
	}
	problem.As(errNoted.New("made by a test"))
	if got := noted(); got != "" {
		t.Errorf("what a test made was noted: %q", got)
	}
	made := reflect.ValueOf(errNoted.New).Call([]reflect.Value{reflect.ValueOf("made by no test")})[0].Interface().(error)
	if got := noted(); got != "" {
		t.Errorf("what nobody looked at was noted: %q", got)
	}
	if !errors.Is(made, errNoted) || problem.As(made) == nil {
		t.Error("the problem is another one")
	}
	if got := noted(); got != "noted\n" {
		t.Errorf("noted %q", got)
	}
	errWarned.Told()
	if got := noted(); got != "noted\n" {
		t.Errorf("what a test told was noted: %q", got)
	}
	reflect.ValueOf(errWarned).MethodByName("Told").Call(nil)
	if got := noted(); got != "noted\nwarned\n" {
		t.Errorf("noted %q", got)
	}
}
