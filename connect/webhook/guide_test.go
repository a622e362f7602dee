package webhook_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// code is the first block of a language in the guide.
func code(t *testing.T, language string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/guide/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```"+language+"\n")
	block, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatalf("the guide has no %s", language)
	}
	return block
}

// Spec: 11.2.3
func TestTheVerifiersOfTheGuideTakeOurSignatureAndNoOther(t *testing.T) {
	for _, c := range []struct {
		language, file, harness string
		run                     []string
	}{
		{"js", "verify.mjs", `
const [secret, id, signature, body] = process.argv.slice(2);
const headers = { "webhook-id": id, "webhook-timestamp": "1614265330", "webhook-signature": signature };
const tried = (change, body_ = body, now = 1614265330000) => {
  try { verify(secret, { ...headers, ...change }, body_, now); return "taken"; } catch { return "refused"; }
};
console.log(tried({}), tried({ "webhook-signature": "v1,AAAA " + signature }), tried({ "webhook-id": "x" }), tried({}, body + " "), tried({}, body, 1614265631000), tried({ "webhook-timestamp": "now" }));
`, []string{"node", "verify.mjs"}},
		{"go", "verify.go", `
func main() {
	secret, id, signature, body := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	tried := func(id, stamp, signature, body string, late time.Duration) {
		h := http.Header{}
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", stamp)
		h.Set("webhook-signature", signature)
		if Verify(secret, h, []byte(body), time.Unix(1614265330, 0).Add(late)) == nil {
			fmt.Print("taken ")
		} else {
			fmt.Print("refused ")
		}
	}
	tried(id, "1614265330", signature, body, 0)
	tried(id, "1614265330", "v1,AAAA "+signature, body, 0)
	tried("x", "1614265330", signature, body, 0)
	tried(id, "1614265330", signature, body+" ", 0)
	tried(id, "1614265330", signature, body, 301*time.Second)
	tried(id, "now", signature, body, 0)
}
`, []string{"go", "run", "verify.go"}},
	} {
		t.Run(c.language, func(t *testing.T) {
			text := strings.Replace(code(t, c.language), "\t\"errors\"\n", "\t\"errors\"\n\t\"fmt\"\n\t\"os\"\n", 1) + c.harness
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, c.file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			run := exec.CommandContext(t.Context(), c.run[0], append(c.run[1:], exampleSecret, exampleID, exampleSignature, exampleBody)...)
			var faults bytes.Buffer
			run.Dir, run.Stderr = folder, &faults
			out, err := run.Output()
			if got := strings.TrimSpace(string(out)); err != nil || got != "taken taken refused refused refused refused" {
				t.Errorf("%s %v\n%s", got, err, &faults)
			}
		})
	}
}
