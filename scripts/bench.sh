#!/usr/bin/env bash
# Measures bin/ordo on SQLite and on a private PostgreSQL server that keeps
# every commit. Takes about 25 minutes, wants a machine that does nothing else,
# and writes its reports to bench/results and docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."

# Not TMPDIR: /tmp may be held in memory, where a commit costs nothing.
server=$(mktemp -d /var/tmp/ordo-bench-server.XXXXXX)
data=$(mktemp -d /var/tmp/ordo-bench.XXXXXX)
trap 'scripts/postgres.sh stop "$server"; rm -rf "$data"' EXIT
postgres=$(scripts/postgres.sh start "$server" durable) || exit 1

measure() {
	printf '\n== %s\n' "$*"
	bin/ordo bench "$@"
}

# Long enough for a process to remember what 10,000 SKUs cost.
warm=(--warmup 8s)
for profile in place checkout hot flash; do
	measure "$profile" "${warm[@]}"
	measure "$profile" "${warm[@]}" --database "$postgres"
done
# Open loops at about half of what a closed one reaches.
measure place "${warm[@]}" --no-limit --clients 128 --rate 800
measure place "${warm[@]}" --no-limit --clients 128 --rate 650 --database "$postgres"
for database in "" "$postgres"; do
	measure bulk ${database:+--database "$database"}
	measure customers --duration 5s ${database:+--database "$database"}
done
measure streams
measure sessions --duration 60s
for database in "" "$postgres"; do
	measure mix --duration 60s ${database:+--database "$database"}
	measure peak --rise 30s --duration 60s ${database:+--database "$database"}
done
# The import leaves the workspace that the lists are read from.
measure import --database "sqlite:$data/imported.db"
measure list --database "sqlite:$data/imported.db" --duration 3s
measure export --orders 50000
measure export --orders 50000 --database "$postgres"
measure list --database "$postgres" --duration 3s
bin/ordo docs
