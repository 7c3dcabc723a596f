#!/usr/bin/env bash
# Starts the built server on free loopback ports with an empty data directory
# and holds it to the browser tests and the GraphQL-over-HTTP audit.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
# The embedded PostgreSQL may run as another user than the one that starts it.
chmod 755 "$work"
server=
finish() {
  status=$?
  trap - EXIT
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$status" != 0 ] && [ -f "$work/server.log" ]; then
    echo "--- the server's last lines" >&2
    tail -n 40 "$work/server.log" >&2
  fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

read -r http_port grpc_port metrics_port < <(node -e '
  const { createServer } = require("node:net");
  const servers = [1, 2, 3].map(() => createServer());
  Promise.all(servers.map((s) => new Promise((done) => s.listen(0, "127.0.0.1", done)))).then(() => {
    console.log(servers.map((s) => s.address().port).join(" "));
    for (const s of servers) s.close();
  });')

random() { node -e 'console.log(require("node:crypto").randomBytes(16).toString("hex"))'; }
export TREELINE_URL="http://127.0.0.1:$http_port"
export TREELINE_EMAIL=e2e@example.com
TREELINE_PASSWORD=$(random)
secret_key=$(random)
public_key=pk-e2e
export TREELINE_PASSWORD

TREELINE_INIT_ORG=e2e \
TREELINE_INIT_PROJECT=e2e \
TREELINE_INIT_PUBLIC_KEY="$public_key" \
TREELINE_INIT_SECRET_KEY="$secret_key" \
TREELINE_INIT_USER_EMAIL="$TREELINE_EMAIL" \
TREELINE_INIT_USER_PASSWORD="$TREELINE_PASSWORD" \
  bin/treeline serve --data-dir "$work/data" --listen "127.0.0.1:$http_port" \
  --otlp-grpc-listen "127.0.0.1:$grpc_port" --metrics-listen "127.0.0.1:$metrics_port" \
  >"$work/server.log" 2>&1 &
server=$!

node -e '
  const deadline = Date.now() + 120_000;
  const attempt = async () => {
    try { if ((await fetch(`${process.env.TREELINE_URL}/readyz`)).ok) process.exit(0); } catch {}
    try { process.kill(Number(process.argv[1]), 0); } catch { console.error("the server ended before it was ready"); process.exit(1); }
    if (Date.now() > deadline) { console.error("the server is not ready after two minutes"); process.exit(1); }
    setTimeout(attempt, 200);
  };
  attempt();' "$server"

TREELINE_PUBLIC_KEY="$public_key" TREELINE_SECRET_KEY="$secret_key" node e2e/web/seed.mjs

basic=$(printf '%s:%s' "$public_key" "$secret_key" | base64 | tr -d '\n')
(cd e2e/graphql-http && node audit.mjs "$TREELINE_URL/graphql" "Authorization: Basic $basic")

e2e/browser.sh
