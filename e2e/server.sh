# The built server for the tests that need a real one. To be sourced from the
# repository's top folder under set -euo pipefail; it takes over the traps.
#
#   start_server        starts bin/treeline and waits until it is ready
#   run_test COMMAND    runs one test; should it fail, its end is printed last
#
# start_server sets public_key and secret_key, an API key of the only project,
# and exports TREELINE_URL and the TREELINE_EMAIL and TREELINE_PASSWORD of its
# owner.

# Settings of the caller's shell must not reach the server: it could take a
# database of theirs for its own.
unset ${!TREELINE_@}

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
  # A test that was interrupted has nothing to explain.
  if [ "$status" != 0 ] && [ "$status" -lt 128 ]; then
    explain >&2
  fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What failed comes last, because the end of an output is what people see.
explain() {
  if [ -s "$work/server.log" ]; then
    echo "--- the server's last lines, requests left out"
    grep -v 'level=INFO msg="HTTP request"' "$work/server.log" | tail -n 40 || true
  fi
  if [ -s "$work/test.log" ]; then
    echo "--- the end of what failed"
    tail -n 60 "$work/test.log"
  fi
}

run_test() {
  "$@" 2>&1 | tee "$work/test.log"
}

start_server() {
  local http_port grpc_port metrics_port
  read -r http_port grpc_port metrics_port < <(node -e '
    const { createServer } = require("node:net");
    const servers = [1, 2, 3].map(() => createServer());
    Promise.all(servers.map((s) => new Promise((done) => s.listen(0, "127.0.0.1", done)))).then(() => {
      console.log(servers.map((s) => s.address().port).join(" "));
      for (const s of servers) s.close();
    });')

  public_key=pk-e2e
  secret_key=$(random)
  export TREELINE_URL="http://127.0.0.1:$http_port"
  export TREELINE_EMAIL=e2e@example.com
  TREELINE_PASSWORD=$(random)
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
  run_test await_server
}

random() { node -e 'console.log(require("node:crypto").randomBytes(16).toString("hex"))'; }

await_server() {
  node -e '
    const deadline = Date.now() + 120_000;
    const attempt = async () => {
      try { if ((await fetch(`${process.env.TREELINE_URL}/readyz`)).ok) process.exit(0); } catch {}
      try { process.kill(Number(process.argv[1]), 0); } catch { console.error("the server ended before it was ready"); process.exit(1); }
      if (Date.now() > deadline) { console.error("the server is not ready after two minutes"); process.exit(1); }
      setTimeout(attempt, 200);
    };
    attempt();' "$server"
}
