#!/usr/bin/env bash
# Starts the built server on free loopback ports with an empty data directory
# and holds it to the browser tests and the GraphQL-over-HTTP audit.
set -euo pipefail
cd "$(dirname "$0")/.."
. e2e/server.sh

# npm's advice would come after what failed.
export NPM_CONFIG_UPDATE_NOTIFIER=false

start_server

seed() { TREELINE_PUBLIC_KEY="$public_key" TREELINE_SECRET_KEY="$secret_key" node e2e/web/seed.mjs; }
audit() {
  basic=$(printf '%s:%s' "$public_key" "$secret_key" | base64 | tr -d '\n')
  (cd e2e/graphql-http && node audit.mjs "$TREELINE_URL/graphql" "Authorization: Basic $basic")
}
run_test seed
run_test audit
run_test e2e/browser.sh
