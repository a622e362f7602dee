package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ordo/engine/db"
	"ordo/engine/db/dbtest"
)

// result is what became of a run of the program.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the program in an empty folder. Variables, such as ORDO_ADDR=:0,
// come before the arguments.
func run(t *testing.T, args ...string) result {
	t.Helper()
	c := program(t, args)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok || ok && !exit.Exited() {
		t.Fatalf("ordo %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// program prepares a run that may last as long as the test.
func program(t *testing.T, args []string) *exec.Cmd {
	t.Helper()
	variables := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	for len(args) > 0 && strings.HasPrefix(args[0], "ORDO_") {
		variables, args = append(variables, args[0]), args[1:]
	}
	c := exec.CommandContext(t.Context(), binary(t), args...)
	c.Env, c.Dir = variables, t.TempDir()
	return c
}

// wants checks a code, and what has to be in both outputs; empty means that
// the output is.
func (r result) wants(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if r.code != code || (stdout == "") != (r.stdout == "") || (stderr == "") != (r.stderr == "") ||
		!strings.Contains(r.stdout, stdout) || !strings.Contains(r.stderr, stderr) {
		t.Errorf("exit %d, stdout:\n%s\nstderr:\n%s\nwant %d, %q and %q", r.code, r.stdout, r.stderr, code, stdout, stderr)
	}
}

// filled is the address of a file with the demo's data.
func filled(t *testing.T) string {
	t.Helper()
	url := dbtest.SQLite(t)
	h, err := open(t.Context(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	if _, err := h.fill(t.Context()); err != nil {
		t.Fatal(err)
	}
	return url
}

func TestWrongUseExitsWith2AndShowsTheUsage(t *testing.T) {
	for line, want := range map[string]string{
		"":                                "expected one of",
		"serve --nope":                    "unknown flag --nope",
		"serf":                            "unexpected argument serf",
		"key create":                      "expected \"<name>\"",
		"serve --database mysql://x/y":    "mysql:// is no database of Ordo",
		"import x.csv":                    "--format",
		"backup x.ordo":                   "--key-file",
		"restore x.ordo":                  "--key-file",
		"verify --json=perhaps":           "--json",
		"serve --addr=:0 one-too-many":    "unexpected argument one-too-many",
		"bench run place --clients=three": "--clients",
	} {
		r := run(t, strings.Fields(line)...)
		r.wants(t, exitUsage, "", want)
		if !strings.Contains(r.stderr, "Usage: ordo") {
			t.Errorf("%q shows no usage: %s", line, r.stderr)
		}
	}
}

func TestHelpNamesEveryVariable(t *testing.T) {
	for line, wants := range map[string][]string{
		"--help":               {"serve", "demo", "import", "verify", "bench", "backup", "restore", "key", "ORDO_VERBOSE"},
		"serve --help":         {"ORDO_DATABASE", "ORDO_ADDR", "ORDO_BACKUP", "ORDO_BACKUP_KEY_FILE", "ORDO_BACKUP_EVERY", "ORDO_BACKUP_KEEP", "ORDO_SMTP", "ORDO_URL", "ORDO_MAIL_FROM", "sqlite:PATH or postgres://", ":8080", "sqlite:ordo.db"},
		"demo --help":          {"ORDO_ADDR"},
		"verify --help":        {"ORDO_DATABASE", "--only", "--json"},
		"key create --help":    {"ORDO_DATABASE", "--role", "--json"},
		"key list --help":      {"ORDO_DATABASE", "--json"},
		"key revoke --help":    {"ORDO_DATABASE", "--json"},
		"import --help":        {"ORDO_DATABASE", "--format", "--json"},
		"backup --help":        {"create", "check", "key"},
		"backup create --help": {"ORDO_DATABASE", "ORDO_BACKUP_KEY_FILE", "--json"},
		"restore --help":       {"from", "settle"},
		"restore from --help":  {"ORDO_DATABASE", "ORDO_BACKUP_KEY_FILE", "--at", "--json"},
	} {
		r := run(t, strings.Fields(line)...)
		for _, want := range wants {
			r.wants(t, 0, want, "")
		}
	}
	run(t, "--version").wants(t, 0, version, "")
}

func TestAServerThatCanNotStartSaysWhyAndExitsWith1(t *testing.T) {
	url := dbtest.SQLite(t)
	run(t, "serve", "--database", url, "--addr", "nowhere").wants(t, exitFailed, "", "can't listen on nowhere")
	taken := freeAddress(t)
	first := startServer(t, "serve", "--database", url, "--addr", taken)
	run(t, "ORDO_ADDR="+taken, "serve", "--database", url).wants(t, exitFailed, "", "choose another address with --addr or ORDO_ADDR")
	first.stop()
	run(t, "serve", "--addr", "localhost:0", "--database", "sqlite:/nowhere/at/all.db").wants(t, exitFailed, "", "/nowhere/at/all.db")
	r := run(t, "serve", "--addr", "localhost:0", "--database", "postgres://ordo:secret@localhost:1/ordo")
	r.wants(t, exitFailed, "", "postgres://ordo:xxxxx@localhost:1/ordo")
	if strings.Contains(r.stderr, "secret") {
		t.Error("the password is told")
	}
	for smtp, want := range map[string]string{"http://orders:secret@localhost": "smtp://user:password@mail.example.com:587", "smtp://orders:secret@localhost": "ORDO_MAIL_FROM"} {
		r = run(t, "ORDO_SMTP="+smtp, "serve", "--addr", "localhost:0", "--database", url)
		r.wants(t, exitFailed, "", want)
		if strings.Contains(r.stderr, "secret") {
			t.Error("the password of the mail server is told")
		}
	}
}

// server is a program that serves.
type server struct {
	*testing.T
	*exec.Cmd
	base   string // its address
	link   string // that it printed for the first admin; empty if none
	output *bufio.Reader
	stderr *bytes.Buffer
}

// startServer returns when the program has said that it serves.
func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	c := program(t, args)
	s := &server{T: t, Cmd: c, stderr: &bytes.Buffer{}}
	c.Stderr = s.stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	s.output = bufio.NewReader(out)
	line, err := s.output.ReadString('\n')
	_, base, found := strings.Cut(strings.TrimSpace(line), " on ")
	if err != nil || !found {
		t.Fatalf("the server said %q, %v", line, err)
	}
	s.base = base
	return s
}

// stop asks the program to end, and fails the test if it does not do so well.
func (s *server) stop() {
	s.Helper()
	if err := s.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, s.output); err != nil {
		s.Fatal(err)
	}
	if err := s.Wait(); err != nil {
		s.Errorf("the server ended with %v\n%s", err, s.stderr)
	}
}

func TestTheServerTakesConnectionsWhenItSaysSoAndEndsWithItsStreams(t *testing.T) {
	url := filled(t)
	secret := strings.TrimSpace(run(t, "ORDO_DATABASE="+url, "key", "create", "stream", "--role", "admin").stdout)
	s := startServer(t, "ORDO_DATABASE="+url, "ORDO_ADDR=localhost:0", "serve")
	for _, path := range []string{"/readyz", "/livez", "/", "/docs", "/openapi.json"} {
		r, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != 200 {
			t.Errorf("%s gives %d", path, r.StatusCode)
		}
	}
	c := follow(t, s.base, secret, "?types=order.placed", "0")
	c.must()
	s.stop()
	for ok := true; ok; {
		_, ok = c.next() // fails if the stream breaks
	}
	if strings.Contains(s.stderr.String(), "cut off") {
		t.Error(s.stderr)
	}
}

func TestAnEmptyWorkspaceGetsALinkAndAFilledOneNone(t *testing.T) {
	s := startServer(t, "serve", "--database", "sqlite:"+t.TempDir()+"/new.db", "--addr", "localhost:0")
	line, err := s.output.ReadString('\n')
	if err != nil || !strings.Contains(line, s.base+"/?setup=") {
		t.Errorf("said %q, %v", line, err)
	}
	s.stop()
	s = startServer(t, "serve", "--database", filled(t), "--addr", "localhost:0")
	if err := s.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if more, err := io.ReadAll(s.output); err != nil || strings.Contains(string(more), "setup=") {
		t.Errorf("said %q, %v", more, err)
	}
	if err := s.Wait(); err != nil {
		t.Error(err)
	}
}

func TestKeysAreMadeListedAndRevokedByCommandLine(t *testing.T) {
	database := "ORDO_DATABASE=" + filled(t)
	run(t, database, "key", "create", "shop", "--role", "nobody").wants(t, exitFailed, "", `there is no role "nobody"`)
	run(t, database, "key", "create", "shop").wants(t, 0, "ordo_", "")
	var key struct {
		ID, Name, Secret string
		RevokedAt        string `json:"revoked_at"`
	}
	if err := json.Unmarshal([]byte(run(t, database, "key", "create", "till", "--json").stdout), &key); err != nil || key.Name != "till" || !strings.HasPrefix(key.Secret, "ordo_") {
		t.Fatalf("%+v, %v", key, err)
	}
	list := run(t, database, "key", "list")
	list.wants(t, 0, key.ID, "")
	if !strings.Contains(list.stdout, "shop") || strings.Contains(list.stdout, key.Secret) {
		t.Error(list.stdout)
	}
	run(t, database, "key", "revoke", key.ID).wants(t, 0, key.ID+" is void", "")
	run(t, database, "key", "revoke", "key_nowhere", "--json").wants(t, exitFailed, "", "not_found")
	var page struct {
		Items []struct{ ID, RevokedAt string }
	}
	text := strings.ReplaceAll(run(t, database, "key", "list", "--json").stdout, "revoked_at", "RevokedAt")
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	for _, k := range page.Items {
		if (k.RevokedAt != "") != (k.ID == key.ID) {
			t.Errorf("%s was revoked at %q", k.ID, k.RevokedAt)
		}
	}
	if len(page.Items) != 3 { // one is the demo's
		t.Errorf("%d keys", len(page.Items))
	}
}

func TestVerifyTellsByItsExitCode(t *testing.T) {
	url := filled(t)
	run(t, "verify", "--database", url).wants(t, 0, "0 faults", "")
	h, err := open(t.Context(), url, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Tx(t.Context(), func(tx *db.Tx) error {
		tx.Write(`UPDATE orders SET net = net + 7, total = total + 7`)
		return nil
	})
	h.close()
	if err != nil {
		t.Fatal(err)
	}
	run(t, "verify", "--database", url).wants(t, exitFaults, "M2 ", "")
	var v verified
	r := run(t, "ORDO_DATABASE="+url, "verify", "--json", "--only", "M2")
	if err := json.Unmarshal([]byte(r.stdout), &v); err != nil || r.code != exitFaults || v.Faults == 0 {
		t.Errorf("exit %d, %v\n%s", r.code, err, r.stdout)
	}
	run(t, "verify", "--database", url, "--only", "Z9").wants(t, exitFailed, "", `no invariant "Z9"`)
}

func TestNoCommandButServeMakesAnEmptyFile(t *testing.T) {
	path := t.TempDir() + "/none.db"
	table := filepath.Join(t.TempDir(), "products.csv")
	if err := os.WriteFile(table, []byte("sku,title\nPOT,Pot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"verify", "backup --key-file none x", "restore settle", "key list", "key create x", "key revoke key_1", "import --format products --dry-run " + table} {
		run(t, append([]string{"ORDO_DATABASE=sqlite:" + path}, strings.Fields(line)...)...).wants(t, exitFailed, "", path)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
}
