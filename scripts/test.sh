#!/usr/bin/env bash
# Runs the tests on SQLite and on PostgreSQL.
#
#   scripts/test.sh        everything that CI runs
#   scripts/test.sh fast   the same without the build of the binary, the race
#                          detector and the slow packages
set -euo pipefail
cd "$(dirname "$0")/.."

# Packages whose goroutines meet in memory: these run under the race detector,
# which makes SQLite about ten times slower. Backups encrypt and read all they
# wrote, for minutes under it.
race='^ordo/(engine/[^b]|connect/webhook$)'
# Packages that run the whole program or measure: left out of the fast tests.
slow='^ordo/(cmd|sim|bench)(/|$)'
# Tests of minutes' worth of random lives and of the whole real source: left out
# of the fast tests.
long='RandomHistories|EveryTokenLeads|AThousandLines|FiveHundredLines|WholeSource|OfTheSource|HundredParallel|KilledGoesOn|SecondImport|EveryCommandHasOneEffect|RandomOrders|FlippedByte|UnderLoad|NoCommitIsMissed|EveryMomentOf'

mode=${1:-all}
case $mode in all | fast) ;; *)
	echo "test: usage: $0 [fast]" >&2
	exit 1
	;;
esac

fail() {
	echo "test: $*" >&2
	exit 1
}

# step tells what begins, and after how many minutes.
step() { printf '\n== %s (%d:%02d)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }

step formatting
unformatted=$(find . -name '*.go' -not -path '*/node_modules/*' -exec gofmt -l {} +)
[ -z "$unformatted" ] || fail "not formatted by gofmt:" $unformatted

if [ "$mode" = all ]; then
	step build
	make --no-print-directory build
fi

step web
make --no-print-directory web/node_modules/.package-lock.json
(cd web/console && npm run --silent api && npm run --silent check && npm run --silent test)

step vet
go vet ./...

step PostgreSQL
# The data goes to memory if 4 GB are free there: on a disk each commit of SQLite waits.
export GOTMPDIR=${TMPDIR:-/tmp}
home=$GOTMPDIR
free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }') || true
[ "${free:-0}" -lt 4000000 ] || [ ! -w /dev/shm ] || home=/dev/shm
folder=$(mktemp -d "$home/ordo-test.XXXXXX")
trap 'scripts/postgres.sh stop "$folder"; rm -rf "$folder.problems" "$folder.coverage" "$folder.files"' EXIT
export TMPDIR=$folder.files
mkdir "$TMPDIR"
ORDO_TEST_POSTGRES=$(scripts/postgres.sh start "$folder") || exit 1
export ORDO_TEST_POSTGRES
echo "$ORDO_TEST_POSTGRES"

# Tests write the codes of problems here that they provoke (base/problem/note.go).
export ORDO_TEST_PROBLEMS=$folder.problems
# Tests that try a sample, or with ORDO_TEST_WHOLE all, tell here how much it was.
export ORDO_TEST_COVERAGE=$folder.coverage

# run tests the packages on its standard input with the given flags, and
# remembers a failure so that the other packages still get their turn. All were
# vetted above.
failed=0
run() {
	local packages
	mapfile -t packages
	[ ${#packages[@]} = 0 ] || go test -count=1 -vet=off -timeout 15m "$@" "${packages[@]}" || failed=1
}

# whole tests the whole program in two halves at a time: what it starts is waited for
# more than it computes.
whole() {
	local half names
	go test -vet=off -c -o "$TMPDIR/ordo.test" ./cmd/ordo
	(cd cmd/ordo && "$TMPDIR/ordo.test" -test.list '^Test') >"$TMPDIR/names"
	for half in 0 1; do
		names=$(awk -v half=$half 'NR % 2 == half' "$TMPDIR/names" | paste -sd '|')
		(cd cmd/ordo && exec "$TMPDIR/ordo.test" -test.timeout 20m -test.run "^($names)\$") >"$TMPDIR/half.$half" 2>&1 &
	done
	wait -n || failed=1
	wait -n || failed=1
	cat "$TMPDIR"/half.[01]
}

# What takes longest goes first, so that nothing else waits for it in the end.
all=$(go list ./sales/order ./connect/importer ./execution/fulfillment ./... | grep -v '^ordo/cmd/ordo$')
if [ "$mode" = all ]; then
	step go test -race
	CGO_ENABLED=1 run -race < <(grep -E "$race" <<<"$all")
	step go test
	run < <(grep -Ev "$race" <<<"$all")
	step the whole program
	whole
	step the console in a browser
	scripts/browser.sh || failed=1
	step every code of a problem is provoked
	unprovoked=$(sed -n 's/^| `\([a-z_]*\)` |.*/\1/p' docs/generated/problems.md | sort | comm -23 - <(sort -u "$ORDO_TEST_PROBLEMS"))
	[ -z "$unprovoked" ] || { echo "no test provokes" $unprovoked; failed=1; }
else
	step go test
	run -skip "$long" < <(grep -Ev "$slow" <<<"$all")
fi

[ ! -f "$ORDO_TEST_COVERAGE" ] || { step coverage of what is sampled; sort "$ORDO_TEST_COVERAGE"; }
[ $failed = 0 ] || fail "FAILED, see above"
printf '\ntest: all passed, on SQLite and PostgreSQL\n'
