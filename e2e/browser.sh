#!/usr/bin/env bash
# Runs the browser tests of e2e/web, against TREELINE_URL where it is set and
# over the mock otherwise. Arguments go to Playwright. Without Chromium nothing
# is tested, which CI counts as a failure.
set -euo pipefail
cd "$(dirname "$0")/web"

export CHROMIUM="${CHROMIUM:-/usr/bin/chromium}"
if [ ! -x "$CHROMIUM" ]; then
  echo "browser tests NOT RUN: there is no Chromium at $CHROMIUM; install it or name it in CHROMIUM" >&2
  [ "${CI:-}" != true ]
  exit
fi
npx --no-install playwright test "$@"
