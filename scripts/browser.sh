#!/usr/bin/env bash
# Drives the console with Debian's Chromium, against demos of bin/ordo.
#
#   scripts/browser.sh                  runs the browser tests
#   scripts/browser.sh screenshots      takes pictures of every screen into docs/screenshots
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
	echo "browser: $*" >&2
	exit 1
}

action=${1:-browser}
case $action in browser | screenshots) ;; *) fail "usage: $0 [screenshots]" ;; esac

[ -x /usr/bin/chromium ] || scripts/install.sh chromium || fail "Chromium was not found and could not be installed; run: apt-get install chromium"

cd web/console
npm run --silent "$action"
