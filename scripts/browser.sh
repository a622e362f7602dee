#!/usr/bin/env bash
# Drives the console with Debian's Chromium, against demos of bin/ordo.
#
#   scripts/browser.sh                  runs the browser tests
#   scripts/browser.sh screenshots      takes pictures of every screen into docs/screenshots
#   scripts/browser.sh figures          measures the console over 200,000 orders into bench/results
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
	echo "browser: $*" >&2
	exit 1
}

action=${1:-browser}
case $action in browser | screenshots | figures) ;; *) fail "usage: $0 [screenshots|figures]" ;; esac

[ -x /usr/bin/chromium ] || scripts/install.sh chromium || fail "Chromium was not found and could not be installed; run: apt-get install chromium"

if [ "$action" = figures ]; then
	export ORDO_FIGURES_ORDERS=200000
	if [ -z "${ORDO_FIGURES_DATABASE:-}" ]; then # one that was filled before, to measure twice
		data=$(mktemp -d /var/tmp/ordo-figures.XXXXXX)
		trap 'rm -rf "$data"' EXIT
		export ORDO_FIGURES_DATABASE=sqlite:$data/orders.db
		bin/ordo bench list --orders $ORDO_FIGURES_ORDERS --duration 1s --database "$ORDO_FIGURES_DATABASE" --out "$data"
	fi
fi

cd web/console
npm run --silent "$action"
