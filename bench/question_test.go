package bench

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

func TestOnlyADatabaseThatIsThereIsFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	for _, name := range []string{"", path, "sqlite:" + path} {
		if d, err := findDatabase(t.Context(), name); d != nil || err != nil {
			t.Errorf("%q is %+v, %v before it is made", name, d, err)
		}
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := findDatabase(t.Context(), "sqlite:"+path)
	if err != nil || d == nil || !d.found || d.url != "sqlite:"+path {
		t.Fatalf("found %+v, %v", d, err)
	}
	if err := d.drop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("a database that was there is gone: %v", err)
	}
	if _, err := findDatabase(t.Context(), filepath.Dir(path)); err == nil {
		t.Error("a folder was taken for a database")
	}
}

func TestAListPathCarriesAnyWord(t *testing.T) {
	u, err := url.Parse(listPath(quote(`O"Hara & \ Sons`), "-total", ""))
	if err != nil || u.Path != "/v1/orders" {
		t.Fatal(u, err)
	}
	if got, want := u.Query().Get("filter"), `"O\"Hara & \\ Sons"`; got != want || u.Query().Get("sort") != "-total" || u.Query().Has("after") {
		t.Errorf("the query is %v, want the filter %s", u.Query(), want)
	}
}

func TestTheMostCommonStatusIsThatOfMostOrders(t *testing.T) {
	if got := mostCommon([]sample{{Status: "returned"}, {Status: "delivered"}, {Status: "delivered"}, {Status: "pending"}}); got != "delivered" {
		t.Errorf("got %q", got)
	}
}
