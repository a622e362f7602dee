package db

import (
	"database/sql/driver"
	"strconv"
	"strings"
	"testing"
)

// prepared stands for a statement and tells when it is closed.
type prepared struct {
	sqliteStmt
	closed *int
}

func (p prepared) Close() error { *p.closed++; return nil }

var _ driver.Stmt = prepared{}

func TestStatementsThatAreUsedStayAndTheOthersMakeRoom(t *testing.T) {
	var s statements
	closed, long := 0, strings.Repeat("x", 10_000)
	s.keep("often", prepared{closed: &closed})
	for i := range 1000 {
		s.keep(strconv.Itoa(i)+long, prepared{closed: &closed})
		if s.find("often") == nil {
			t.Fatalf("what is used is closed after %d others", i)
		}
		if s.text > mostText {
			t.Fatalf("%d bytes of texts are kept", s.text)
		}
	}
	if s.find("0"+long) != nil || s.find("999"+long) == nil || closed != 1001-len(s.kept) {
		t.Errorf("%d are kept, %d closed", len(s.kept), closed)
	}
	s.forget(0)
	if closed != 1001 || s.text != 0 {
		t.Errorf("%d were closed, %d bytes left", closed, s.text)
	}
}
