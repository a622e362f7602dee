#!/usr/bin/env bash
# Runs every fuzz target for some seconds, one after the other.
#
#   scripts/fuzz.sh SECONDS            all targets of all packages
#   scripts/fuzz.sh SECONDS PATTERN    those whose line "package target" matches, as in "base/money|FuzzChain"
#
# It prints the executions of each target. Where one fails, it names the file
# with the input that did it, which `go test` of the package tries from then on,
# and goes on with the next.
set -euo pipefail
cd "$(dirname "$0")/.."

usage="usage: $0 SECONDS [PATTERN]"
seconds=${1:-} pattern=${2:-.}
[[ $# -le 2 && $seconds =~ ^[1-9][0-9]*$ ]] || { echo "fuzz: $usage" >&2; exit 1; }

log=$(mktemp "${TMPDIR:-/tmp}/ordo-fuzz.XXXXXX")
trap 'rm -f "$log"' EXIT

# targets prints a line "package target" for each.
targets() {
	grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+\(f \*testing\.F\)' -- */ |
		sed -E 's|^(.*)/[^/]+:func (Fuzz[A-Za-z0-9_]+).*|./\1 \2|' | grep -E "$pattern" | sort
}

# fuzz runs a target of a package and keeps what it says. The engine also gives
# up on an input that takes ten seconds, as any does on a machine that stands
# still, and calls its own end a failure where that takes long: where such an
# input passes by itself, or there is none, the target runs once more.
fuzz() {
	for _ in 1 2; do
		go test -run='^$' -fuzz="^$2\$" -fuzztime="${seconds}s" "$1" >"$log" 2>&1 && return
		input=$(sed -nE 's|.*Failing input written to testdata/fuzz/([^ ]+).*|\1|p' "$log" | head -n 1)
		[ -z "$input" ] && grep -q '^ *context deadline exceeded' "$log" && continue
		grep -q 'hung or terminated' "$log" && [ -n "$input" ] && go test -run="^${input%/*}\$/^${input#*/}\$" "$1" >/dev/null 2>&1 || return 1
		rm "$1/testdata/fuzz/$input"
	done
	return 1
}

ran=0 failed=0 total=0
printf '%-26s %-20s %14s\n' package target executions
while read -r package target; do
	ran=$((ran + 1)) input='' verdict=''
	fuzz "$package" "$target" || verdict=failed
	executions=$(sed -nE 's/.* execs: ([0-9]+) .*/\1/p' "$log" | tail -n 1)
	total=$((total + ${executions:-0}))
	printf '%-26s %-20s %14s %s\n' "$package" "$target" "${executions:-0}" "$verdict"
	[ -n "$verdict" ] || continue
	failed=$((failed + 1))
	grep -v '^fuzz: elapsed' "$log" | head -n 30 | sed 's/^/    /'
	[ -z "$input" ] || echo "    input: $package/testdata/fuzz/$input"
done < <(targets)

[ $ran != 0 ] || { echo "fuzz: no target matches $pattern" >&2; exit 1; }
printf '\nfuzz: %d targets, %d executions, %d failed\n' $ran $total $failed
[ $failed = 0 ]
