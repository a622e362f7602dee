#!/usr/bin/env bash
# Proves what Ordo claims, part by part, and writes docs/proof.md.
#
#   scripts/proof.sh [PART...]         all parts, or those that are named; about an hour on 2 cores
#   scripts/proof.sh long [PART...]    the long forms: several hours
#
# A part that was not run this time keeps its row, with its date, in
# docs/proof.tsv. Any part that fails makes the script fail in the end.
set -euo pipefail
cd "$(dirname "$0")/.."

long=''
[ "${1:-}" != long ] || { long=yes; shift; }
chosen=" $* "

# pick prints the first word for the normal form, the second for the long one.
pick() { [ -z "$long" ] && echo "$1" || echo "$2"; }

server=$(mktemp -d /var/tmp/ordo-proof-server.XXXXXX)
tests=$(mktemp -d "${TMPDIR:-/tmp}/ordo-proof-tests.XXXXXX")
log=$(mktemp)
state=$(git describe --always --dirty) # before the rows of this run are written
trap 'scripts/postgres.sh stop "$server"; scripts/postgres.sh stop "$tests"; rm -f "$log"' EXIT
durable=$(scripts/postgres.sh start "$server" durable) || exit 1
ORDO_TEST_POSTGRES=$(scripts/postgres.sh start "$tests") || exit 1
export ORDO_TEST_POSTGRES ORDO_TEST_SEED=${ORDO_TEST_SEED:-$(date +%j)}
make --no-print-directory build >/dev/null

# repeat prints the command that shows a part again by itself.
repeat() {
	case $1 in
	go_test) shift; printf 'ORDO_TEST_SEED=%s go test -count=1' "$ORDO_TEST_SEED" && printf " '%s'" "$@" ;;
	sims) echo "bin/ordo sim --seeds $2 --steps $3" ;;
	standby) echo 'make proof PARTS=standby' ;;
	*) echo "$*" ;;
	esac
}

# hide writes the servers' addresses and folders, which are others each time, as
# URL and FOLDER.
hide() {
	local text=${1//"$durable"/URL}
	text=${text//"$server"/FOLDER}
	echo "${text//"$ORDO_TEST_POSTGRES"/URL}"
}

failed=0
# part NAME CLAIM COMMAND... runs a command and keeps the last line that it
# prints, or of tests the time of each package.
part() {
	local name=$1 claim=$2 begun=$SECONDS outcome=passed shown
	shift 2
	[ "$chosen" = '  ' ] || [[ $chosen == *" $name "* ]] || return 0
	printf '\n== %s: %s\n' "$name" "$claim"
	"$@" >"$log" 2>&1 || { outcome=FAILED; failed=1; tail -n 40 "$log"; }
	shown=$(grep -E '^ok |coverage|caught|missed|answers are equal|executions, |lost, |kills; |disk was full|planted' "$log" | tail -n 3 | tr '\n\t|' ' ; ' | cut -c1-400) || true
	[ -n "$shown" ] || shown=$(tail -n 1 "$log" | tr '\t|' ' ;' | cut -c1-400)
	shown=$(hide "$shown")
	echo "$outcome: $shown"
	touch docs/proof.tsv
	grep -v "^$name	" docs/proof.tsv >"$log.rows" || true
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$claim" "$outcome: $shown" "$((SECONDS - begun))" "$(date -u +%F) $state" "$(hide "$(repeat "$@")")" >>"$log.rows"
	sort "$log.rows" >docs/proof.tsv
	rm "$log.rows"
}

# sims lets seeds run, and adds up what each tells of itself.
sims() {
	bin/ordo sim --seeds "$1" --steps "$2" --json >"$log.json" || { rm "$log.json"; return 1; }
	awk 'function told(name) { return match($0, "\"" name "\":[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
		{ n++; steps += told("steps"); orders += told("orders"); touched += told("touched"); whole += told("whole"); walks += told("walks") }
		match($0, /"faults":{[^}]*}/) { for (k = split(substr($0, RSTART, RLENGTH), part, ":"); k > 2; k--) faults += part[k] }
		END { print n " seeds, " steps " steps, " orders " orders, " faults " faults; judged " touched " times on what a step touched, " whole " times in " walks " whole walks: 0 violations" }' "$log.json"
	rm "$log.json"
}

standby() {
	local url
	url=$(scripts/postgres.sh standby "$server") && bin/ordo crash --kills 1 --database "$url" --instead "scripts/postgres.sh fail-over $server"
}

go_test() { go test -count=1 -timeout "$(pick 90m 10h)" "$@"; }

part authorization "every operation as every role and standing" go_test ./cmd/ordo -run 'TestEverybodyIsTold|TestNoRequestBreaks'
part backup "a restored backup is what was copied, and nothing is charged again" go_test ./engine/backup ./cmd/ordo -run 'Backup|Restore|Archive|Folder'
part bugs "planted bugs are caught" go_test ./sim/exam -run TestExam -v -exam=all
part crash-postgres "the server is killed, on PostgreSQL" bin/ordo crash --kills "$(pick 100 500)" --database "$durable"
part crash-sqlite "the server is killed, on SQLite" bin/ordo crash --kills "$(pick 100 500)"
part database "PostgreSQL stops at once and starts again" bin/ordo crash --kills "$(pick 10 100)" --database "$durable" --instead "scripts/postgres.sh crash $server"
part disk-postgres "the disk of PostgreSQL's tables fills and is emptied; reads go on" scripts/full-disk.sh postgres --kills "$(pick 10 50)"
part disk-server "the only disk of PostgreSQL fills, and it ends until there is room" scripts/full-disk.sh server --kills "$(pick 3 20)"
part disk-sqlite "the disk of SQLite fills and is emptied; reads go on" scripts/full-disk.sh sqlite --kills "$(pick 20 100)"
part equality "one script is answered the same on both databases" bin/ordo sim --steps "$(pick 10000 50000)" --twin "$ORDO_TEST_POSTGRES"
part errors "errors planted in the data are found by ordo verify" bin/ordo sim --steps 1000 --plant 500
part fuzz "no input breaks a parser" scripts/fuzz.sh "$(pick 10 120)"
part network "the network to PostgreSQL is cut, slow and silent" bin/ordo crash --kills "$(pick 20 200)" --network --database "$durable"
ORDO_TEST_WHOLE=$(pick '' 1) part races "two commands that meet leave what one after the other leaves" go_test ./cmd/ordo -v -run 'TestTwoCommandsThatMeet|TestEveryCommandThatSharesAnAnchor|TestEveryPairThatSharesAnInvariant'
part simulation "random actors, faults and crashes" sims "$(pick 20 1000)" 3000
ORDO_TEST_WHOLE=$(pick '' 1) part statements "each statement of each command fails" go_test ./cmd/ordo -run TestEveryCommandHasOneEffect
part webhooks "hostile receivers delay nobody and reach nothing inside" go_test ./connect/webhook
part standby "the standby takes over under load" standby # last: the first server is gone then

{
	printf "<!-- Made by scripts/proof.sh; don't edit. -->\n\n# Proof\n\nWhat \`make proof\` showed last, with the command that shows it again. \`URL\` stands for a PostgreSQL server, \`FOLDER\` for the one that it lies in; tests want \`make postgres\`.\n\n| claim | shown | seconds | when | command |\n|---|---|---|---|---|\n"
	awk -F'\t' '{ gsub(/[|]/, "\\|", $6); printf "| %s | %s | %s | %s | `%s` |\n", $2, $3, $4, $5, $6 }' docs/proof.tsv
} >docs/proof.md
[ $failed = 0 ] || { echo "proof: FAILED, see above" >&2; exit 1; }
