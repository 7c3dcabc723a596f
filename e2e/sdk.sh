#!/usr/bin/env bash
# Starts the built server on free loopback ports with an empty data directory,
# runs programs with real telemetry SDKs against it, and compares what GraphQL
# then tells about them with what the programs did. Without a Python for the
# SDKs, or without their packages, nothing is tested, which CI counts as a
# failure. Arguments go to e2e/capture/live.py.
set -euo pipefail
cd "$(dirname "$0")/.."

not_run() {
  echo "tests with real SDKs NOT RUN: $1" >&2
  [ "${CI:-}" != true ]
  exit
}

python=
for candidate in python3 /usr/bin/python3; do
  if "$candidate" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  not_run 'there is no python3 of 3.11 or newer with venv (on Debian: apt-get install python3-venv)'
fi
"$python" e2e/capture/live.py --install-only "$@" || not_run 'the packages of the SDKs could not be installed, see above'

. e2e/server.sh
start_server

programs() {
  TREELINE_PUBLIC_KEY="$public_key" TREELINE_SECRET_KEY="$secret_key" "$python" -u e2e/capture/live.py "$@"
}
run_test programs "$@"
