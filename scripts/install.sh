#!/usr/bin/env bash
# Fetches a package of Debian, which needs root; fails if it can't.
#
#   scripts/install.sh PACKAGE
set -euo pipefail

root=()
[ "$(id -u)" = 0 ] || root=(sudo -n)
command -v apt-get >/dev/null
"${root[@]}" apt-get update -qq >/dev/null 2>&1
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "$1" >/dev/null 2>&1
