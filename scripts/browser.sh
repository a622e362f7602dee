#!/usr/bin/env bash
# Drives the console with Debian's Chromium, against the demo of bin/ordo.
#
#   scripts/browser.sh                  runs the browser tests
#   scripts/browser.sh screenshots      takes pictures of every screen into docs/screenshots
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
	echo "browser: $*" >&2
	exit 1
}

action=${1:-test}
case $action in test | screenshots) ;; *) fail "usage: $0 [screenshots]" ;; esac

[ -x /usr/bin/chromium ] || scripts/install.sh chromium || fail "Chromium was not found and could not be installed; run: apt-get install chromium"

log=$(mktemp)
bin/ordo demo --addr 127.0.0.1:0 >"$log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 600); do
	ORDO_TEST_KEY=$(sed -n 's/^  API key   //p' "$log")
	[ -z "$ORDO_TEST_KEY" ] || break
	kill -0 $server 2>/dev/null || fail "the demo ended: $(tail -n 1 "$log")"
	sleep 0.2
done
ORDO_TEST_URL=$(sed -n 's/^  Ordo .* \(http.*\)$/\1/p' "$log")
[ -n "$ORDO_TEST_URL" ] || fail "the demo did not start: $(tail -n 1 "$log")"
export ORDO_TEST_KEY ORDO_TEST_URL

script=browser
[ "$action" = test ] || script=$action
cd web/console
npm run --silent $script
