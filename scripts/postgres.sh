#!/usr/bin/env bash
# A private PostgreSQL server for tests and measurements.
#
#   scripts/postgres.sh start DIR [durable]   starts one on a free port with its data in DIR and prints its URL;
#                                             prints the URL again where it runs already
#   scripts/postgres.sh stop DIR              stops it and removes DIR
#   scripts/postgres.sh crash DIR             stops it at once, as a loss of power would, and starts it again
#   scripts/postgres.sh standby DIR           starts a standby of it in DIR/standby that confirms every commit,
#                                             and prints a URL that finds whichever of the two takes writes
#   scripts/postgres.sh fail-over DIR         stops it at once for good, and promotes the standby
#
# And the server's own archive, from which any moment can be restored
# (docs/guide/backup.md):
#
#   scripts/postgres.sh archive DIR ARCHIVE          copies the server in DIR to ARCHIVE, and its log as it is
#                                                    written: a commit waits until it is there too
#   scripts/postgres.sh archive-stop ARCHIVE         ends that and removes ARCHIVE
#   scripts/postgres.sh lose DIR                     what a broken disk does: the server ends at once, its data are gone
#   scripts/postgres.sh restore DIR ARCHIVE [TIME]   starts a server in DIR with the state of TIME, or the last one,
#                                                    and prints its URL
#
# It listens on 127.0.0.1 only and trusts everybody there. Unless it is to be
# durable, it gives that up for speed. PostgreSQL refuses to run as root, so
# root runs it as nobody.
set -euo pipefail

fail() {
	echo "postgres: $*" >&2
	exit 1
}

usage="usage: $0 start DIR [durable] | stop DIR | crash DIR | standby DIR | fail-over DIR | archive DIR ARCHIVE | archive-stop ARCHIVE | lose DIR | restore DIR ARCHIVE [TIME]"
case "$#$*" in "3archive "* | "2archive-stop "* | "2lose "* | "3restore "* | "4restore "*) ;; "2start "* | "2stop "* | "2crash "* | "2standby "* | "2fail-over "* | "3start "*" durable") ;; *) fail "$usage" ;; esac
action=$1 dir=$2 archive=${3:-} moment=${4:-}
durability=(-c fsync=off -c full_page_writes=off)
[ $# = 2 ] || durability=(-c fsync=on -c full_page_writes=on -c synchronous_commit=on)
[[ $dir = /* ]] || dir=$PWD/$dir
[[ $archive = /* ]] || archive=$PWD/$archive
data=$dir/data standby=$dir/standby

# programs prints the folder of PostgreSQL's programs, the newest if there are several.
programs() {
	local found
	found=$(ls -d /usr/lib/postgresql/*/bin/pg_ctl 2>/dev/null | sort -V | tail -n 1) || true
	[ -n "$found" ] || found=$(command -v pg_ctl) || return 1
	[ -x "$(dirname "$found")/initdb" ] || return 1
	dirname "$found"
}

# as_owner runs a command as the user who owns the server, within dir.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		(cd "$dir" && setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@")
	else
		(cd "$dir" && "$@")
	fi
}

start() {
	local bin port
	if [ -f "$dir/url" ] && as_owner "$(programs)/pg_ctl" status -D "$data" >/dev/null 2>&1; then
		cat "$dir/url"
		return
	fi
	bin=$(programs) || { "$(dirname "$0")/install.sh" postgresql && bin=$(programs); } ||
		fail "initdb and pg_ctl were not found and could not be installed; run: apt-get install postgresql"

	mkdir -p "$dir"
	[ "$(id -u)" != 0 ] || chown nobody "$dir"
	as_owner test -w "$dir" 2>/dev/null || fail "$dir can't be reached by the server's user; set TMPDIR to a folder that everybody can enter"
	if [ ! -f "$data/PG_VERSION" ]; then
		as_owner "$bin/initdb" -D "$data" -U ordo --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
			fail "initdb failed: $(tail -n 1 "$dir/initdb.log")"
	fi
	port=$(launch "$data" "${durability[*]}") || exit 1
	echo "postgres://ordo@127.0.0.1:$port/postgres?sslmode=disable" | tee "$dir/url"
}

# launch starts the server of a data folder and prints its port. The server
# itself finds out whether one is free.
launch() {
	local bin port
	bin=$(programs)
	for _ in 1 2 3 4 5 6 7 8; do
		port=$((20000 + RANDOM % 12000))
		if as_owner "$bin/pg_ctl" start -w -D "$1" -l "$dir/server.log" -o "-p $port -k '$dir' \
			-c listen_addresses=127.0.0.1 -c max_connections=300 $2" >/dev/null 2>&1; then
			echo "$port"
			return
		fi
	done
	fail "the server does not start: $(tail -n 1 "$dir/server.log" 2>/dev/null)"
}

halt() { as_owner "$(programs)/pg_ctl" stop -D "$1" -m immediate >/dev/null 2>&1; }

stop() {
	[ -d "$dir" ] || return 0
	for folder in "$standby" "$data"; do
		[ ! -f "$folder/postmaster.pid" ] || halt "$folder" || true
	done
	[ ! -e "$data" ] || [ -f "$data/PG_VERSION" ] || fail "$data is no database of PostgreSQL; nothing was removed"
	rm -rf "$standby" "$data" "$dir"/{url,standby.port,initdb.log,server.log} "$dir"/.s.PGSQL.*
	rmdir "$dir" || true
}

crash() {
	as_owner "$(programs)/pg_ctl" restart -w -D "$data" -m immediate -l "$dir/server.log" >/dev/null 2>&1 ||
		fail "the server did not come back: $(tail -n 1 "$dir/server.log")"
}

standby() {
	local first second
	first=$(sed 's|.*:\([0-9]*\)/.*|\1|' "$dir/url")
	as_owner "$(programs)/pg_basebackup" -h "$dir" -p "$first" -U ordo -D "$standby" -R -X stream --checkpoint=fast >/dev/null 2>&1 ||
		fail "the standby could not be copied"
	second=$(launch "$standby" "${durability[*]}") || exit 1
	sql "$first" "ALTER SYSTEM SET synchronous_standby_names = '*'" "SELECT pg_reload_conf()"
	echo "$second" >"$dir/standby.port"
	echo "postgres://ordo@127.0.0.1:$first,127.0.0.1:$second/postgres?sslmode=disable&target_session_attrs=read-write"
}

fail-over() {
	halt "$data" || fail "the server did not stop"
	as_owner "$(programs)/pg_ctl" promote -w -D "$standby" >/dev/null 2>&1 || fail "the standby was not promoted"
	sql "$(cat "$dir/standby.port")" "ALTER SYSTEM SET synchronous_standby_names = ''" "SELECT pg_reload_conf()"
}

# sql runs statements at the server with the port.
sql() {
	local port=$1
	shift
	for text in "$@"; do
		as_owner "$(programs)/psql" -h "$dir" -p "$port" -U ordo -d postgres -qAtc "$text" >/dev/null || fail "$text failed"
	done
}

# own makes a folder that the server's user owns.
own() {
	mkdir -p "$1"
	[ "$(id -u)" != 0 ] || chown nobody "$1"
	chmod 0700 "$1"
}

# ask runs a statement on the server in DIR.
ask() { as_owner "$(programs)/psql" "$(cat "$dir/url")" -XAtqc "$1"; }

# The slot keeps the log until it is in the archive. Once the copy is made, the
# receiver of the log is the standby that every commit waits for.
archive() {
	local bin
	bin=$(programs)
	own "$archive"
	own "$archive/wal"
	ask "SELECT pg_create_physical_replication_slot('ordo_archive', true)" >/dev/null
	# It writes its process id itself: $! would be that of a shell before it.
	as_owner bash -c 'echo $$ >"$0/receiver.pid"; exec setsid "$@"' "$archive" \
		"$bin/pg_receivewal" -D "$archive/wal" -S ordo_archive --synchronous \
		-d "$(cat "$dir/url")&application_name=ordo_archive" >"$archive/receiver.log" 2>&1 &
	as_owner "$bin/pg_basebackup" -D "$archive/base" -X none -c fast -d "$(cat "$dir/url")" >"$archive/base.log" 2>&1 ||
		fail "pg_basebackup failed: $(tail -n 1 "$archive/base.log")"
	ask "ALTER SYSTEM SET synchronous_standby_names = 'ordo_archive'"
	ask "SELECT pg_reload_conf()" >/dev/null
	await 1 "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync'" ||
		fail "the receiver of the log does not follow: $(tail -n 1 "$archive/receiver.log")"
}

# await asks until the answer is right, for a minute at most.
await() {
	for _ in $(seq 600); do
		[ "$(ask "$2")" != "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

archive-stop() {
	[ -d "$dir" ] || return 0
	[ -f "$dir/receiver.pid" ] || fail "$dir is no archive; nothing was removed"
	kill "$(cat "$dir/receiver.pid")" 2>/dev/null || true
	rm -rf "$dir"
}

lose() {
	halt "$data" || fail "the server did not stop"
	rm -rf "$data"
}

restore() {
	[ -d "$archive/base" ] || fail "$archive is no archive"
	[ ! -e "$data" ] || fail "$data exists"
	kill "$(cat "$archive/receiver.pid")" 2>/dev/null || true
	own "$dir"
	cp -a "$archive/base" "$data"
	{
		echo "synchronous_standby_names = ''"
		echo "restore_command = 'cp \"$archive/wal/%f\" \"%p\" 2>/dev/null || cp \"$archive/wal/%f.partial\" \"%p\"'"
		echo "recovery_target_action = promote"
		[ -z "$moment" ] || echo "recovery_target_time = '$moment'"
	} >>"$data/postgresql.auto.conf"
	touch "$data/recovery.signal"
	[ "$(id -u)" != 0 ] || chown nobody "$data/recovery.signal"
	start
	await f "SELECT pg_is_in_recovery()" || fail "the restore does not end: $(tail -n 1 "$dir/server.log")"
}

$action
