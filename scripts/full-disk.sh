#!/usr/bin/env bash
# Fills the disk under a server that works, again and again.
#
#   scripts/full-disk.sh sqlite [FLAG...]      the database is a file on a small disk
#   scripts/full-disk.sh postgres [FLAG...]    PostgreSQL's tables lie on it, its log elsewhere
#   scripts/full-disk.sh server [FLAG...]      all that PostgreSQL has lies on it: it ends when its log can't
#                                              grow, and is started again once there is room
#
# The flags are those of ordo crash; ORDO names the program, bin/ordo if it is
# not set. The disk is a tmpfs that only this script and what it starts can see.
# To mount one takes root, or a kernel that lets users have namespaces of their
# own; where there is neither it says so and exits with 4.
set -euo pipefail
cd "$(dirname "$0")/.."
self=$PWD/scripts/full-disk.sh

fail() {
	echo "full-disk: $2" >&2
	exit "$1"
}

# mounted runs a command where DISK is a small disk. PostgreSQL refuses to run as
# root, which users are in a namespace of their own until they take their name again.
mounted() {
	local mount='mount -t tmpfs -o size=256m,mode=1777 tmpfs "$DISK"'
	if unshare -m sh -c "$mount" 2>/dev/null; then
		unshare -m sh -c "$mount"' && exec "$@"' sh "$@"
	elif unshare -Urm sh -c "$mount" 2>/dev/null; then
		unshare -Urm sh -c "$mount"' && exec unshare -U --map-user="$0" "$@"' "$(id -u)" "$@"
	else
		fail 4 "no small disk can be mounted here: that takes root, or a kernel that lets users have namespaces of their own"
	fi
}

campaign() { "${ORDO:-bin/ordo}" crash "$@"; }

# start starts PostgreSQL in the folder and prints its URL.
start() { scripts/postgres.sh start "$1" durable; }

sqlite() { campaign --disk "$DISK" "$@"; }

postgres() {
	local url
	mkdir -p "$DISK/tables"
	[ "$(id -u)" != 0 ] || chown nobody "$DISK/tables"
	url=$(start "$home/server")
	psql "$url" -qc "CREATE TABLESPACE small LOCATION '$DISK/tables'" -c "ALTER ROLE ordo SET default_tablespace = small"
	campaign --disk "$DISK" --database "$url" "$@"
}

server() {
	local url
	url=$(start "$DISK/server")
	campaign --database "$url" --instead "$self blow" "$@"
}

# blow fills the disk until PostgreSQL ends, which it does once its log needs room.
blow() {
	dd if=/dev/zero of="$DISK/ballast" bs=1M 2>/dev/null || true
	for _ in $(seq 100); do
		[ -f "$DISK/server/data/postmaster.pid" ] || break
		sleep 0.1
	done
	rm "$DISK/ballast"
	scripts/postgres.sh crash "$DISK/server"
}

usage="usage: $0 sqlite|postgres|server [flags of ordo crash]"
case "${DISK:+mounted }${1:-}" in
sqlite | postgres | server)
	home=$(mktemp -d "${TMPDIR:-/tmp}/ordo-full-disk.XXXXXX")
	chmod 0755 "$home"
	mkdir "$home/disk"
	trap 'rm -r "$home"' EXIT
	export DISK=$home/disk
	mounted "$self" "$@"
	;;
"mounted sqlite" | "mounted postgres" | "mounted server" | "mounted blow")
	home=${DISK%/disk}
	[ "$1" = blow ] || trap 'scripts/postgres.sh stop "$home/server"; scripts/postgres.sh stop "$DISK/server"' EXIT
	"$@"
	;;
*) fail 2 "$usage" ;;
esac
