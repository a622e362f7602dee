package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ordo/engine/db"
)

// notTyped are the lines of the guides that the test leaves out, and why.
var notTyped = map[string]string{
	"scripts/full-disk.sh sqlite --kills 10      # mounts a small disk of its own, as any user whose kernel lets him":  "TestADiskThatFillsUnderLoadRefusesWritesUntilThereIsRoom runs it",
	"scripts/full-disk.sh postgres --kills 10    # the tables' disk":                                                   "kills for minutes, in make proof (disk-postgres)",
	"scripts/full-disk.sh server --kills 3       # the only disk":                                                      "kills for minutes, in make proof (disk-server)",
	"ordo crash --database URL --instead 'scripts/postgres.sh crash DIR'":                                              "kills for minutes, in make proof (database)",
	"ordo crash --database URL --kills 1 --instead 'scripts/postgres.sh fail-over DIR'":                                "TestTheStandbyTakesOverUnderLoadAndNothingIsLostOrDoubled runs it, with the standby that it needs",
	"bin/ordo bench peak --rise 1m --duration 10m            # from a tenth of the normal load to ten times, and back": "TestAfterAPeakAllThatWasAcceptedIsThereOnceAndQueuesAreEmpty runs it",
	"bin/ordo bench sessions --duration 60s                  # 10,000 people signed in, each with an event stream":     "TestManySessionsAreServedAndMissNothing runs it",
	"bin/ordo bench checkout --lines 5 --webhook --audit --rate 50 --clients 64 --no-limit --duration 10m":             "TestClientsAndTheDatabaseAgreeOrderByOrderAfterALoad runs it",
}

// inShort is what the test types instead: the same commands with less to do,
// and what a reader puts in.
var inShort = []string{
	"ordo sim --seed 7 --steps 10000", "ordo sim --seed 7 --steps 100",
	"ordo sim --seed 1 --seeds 100", "ordo sim --seed 1 --seeds 2 --steps 100",
	"ordo sim --calm", "ordo sim --calm --steps 100",
	"ordo sim --plant 500", "ordo sim --plant 5 --steps 500",
	"bench mix --duration 60s", "bench mix --duration 1s --warmup 0s --orders 20",
	"bench compare old.json new.json", `bench compare bench/results/mix-*.json bench/results/mix-*.json`,
	"profile?seconds=10", "profile?seconds=1",
	"2026-11-29T14:35:00Z", "$(date -u +%FT%T.%NZ)",
	`"host=localhost user=postgres dbname=postgres"`, `"host=127.0.0.1 port=$(sed 's/.*:\([0-9]*\).*/\1/' <<<$URL) user=ordo dbname=postgres"`,
	"ordo restore settle --database postgres://…", `ordo restore friday.ordo --database "$URL"; ordo restore settle --database "$URL"`,
	"bin/ordo", "ordo",
	"/etc/ordo/", "$PWD/",
	"/mnt/", "$PWD/",
	"/archive/", "$PWD/archive/",
}

// unfenced finds what opens or closes a block.
var unfenced = regexp.MustCompile("(?m)^```(.*)$")

// typable returns the lines of a guide that its reader types.
func typable(t *testing.T, path string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, fence := range unfenced.FindAllStringSubmatch(string(text), -1) {
		if i%2 == 0 && !slices.Contains([]string{"sh", "http", "promql", "yaml", "go", "js"}, fence[1]) {
			t.Errorf("%s has a block of %q: what is typed is sh", path, fence[1])
		}
	}
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		lines = append(lines, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	return lines
}

// beforeGuides is what the reader has: a workspace and a key, and PATH with the
// program. A server that is started is left running while he goes on; he tries
// again to restore from its copies until there are some.
const beforeGuides = `
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
export ORDO_BACKUP_KEY_FILE
serving() {
	command ordo "$@" --addr $ADDR >>serve.log 2>&1 &
	until command curl -sf $ADDR/readyz >/dev/null; do kill -0 $! || return; sleep 0.05; done
}
restoring() { for _ in {1..100}; do ! command ordo "$@" 2>>restore.log || return 0; sleep 0.1; done; cat restore.log; return 1; }
ordo() {
	case "$*" in
	serve*) serving "$@" ;;
	"restore $PWD/other-disk/"*) restoring "$@" ;;
	*) command ordo "$@" ;;
	esac
}
KEY=$(ordo key create guide --role admin --database sqlite:shop.db --json | node -pe 'JSON.parse(require("fs").readFileSync(0)).secret')
curl() { command curl -sS --fail-with-body "$@"; }
`

// Spec: 11.2.8
func TestTheCommandsOfTheGuidesRun(t *testing.T) {
	guides, err := filepath.Glob(filepath.Join(root, "docs", "guide", "*.md"))
	if err != nil || len(guides) < 5 {
		t.Fatalf("%v %v", guides, err)
	}
	left, short := maps.Clone(notTyped), strings.NewReplacer(inShort...)
	all := ""
	for _, path := range guides {
		var lines []string
		for _, line := range typable(t, path) {
			if _, excused := notTyped[line]; excused {
				delete(left, line)
			} else {
				lines = append(lines, line)
			}
		}
		commands := strings.Join(lines, "\n") + "\n"
		all += commands
		t.Run(filepath.Base(path), func(t *testing.T) { typeGuide(t, short.Replace(commands)) })
	}
	for line := range left { // order-free: each by itself
		t.Errorf("no guide has %q, which is left out", line)
	}
	for i := 0; i < len(inShort); i += 2 {
		if !strings.Contains(all, inShort[i]) {
			t.Errorf("no guide has %q, which is made short", inShort[i])
		}
	}
}

// typeGuide runs the commands of a guide in a folder with a workspace, beside
// the servers that they speak of.
func typeGuide(t *testing.T, commands string) {
	folder := t.TempDir()
	h, err := open(t.Context(), "sqlite:"+filepath.Join(folder, "shop.db"), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	newStory(t, h)
	h.close()
	address := freeAddress(t)
	before := fmt.Sprintf("PATH=%q:$PATH ADDR=%s\n", filepath.Dir(binary(t)), address) + beforeGuides
	if strings.Contains(commands, "localhost:8080") {
		before += "ordo serve --database sqlite:shop.db\n"
	}
	if strings.Contains(commands, "$URL") {
		server := openFolder(t) + "/server"
		t.Cleanup(func() { script(t, "stop", server) })
		before += fmt.Sprintf("URL=%q\n", script(t, "start", server))
	}
	typed(t, folder, before+strings.ReplaceAll(commands, "localhost:8080", address))
}
