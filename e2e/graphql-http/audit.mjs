// Holds a running server to the GraphQL-over-HTTP specification with the audits
// of graphql-http. Every audit must pass: a warning counts as a failure too.
//
//   node audit.mjs URL [HEADER ...]
//
// A header is written "Name: value", such as an Authorization header for a
// server that lets only known callers introspect.

import { serverAudits } from "graphql-http";

const [url, ...headerArguments] = process.argv.slice(2);
if (!url) {
  console.error("usage: node audit.mjs URL ['Name: value' ...]");
  process.exit(2);
}
const extra = headerArguments.map((text) => {
  const colon = text.indexOf(":");
  if (colon < 1) {
    console.error("a header is written as 'Name: value'");
    process.exit(2);
  }
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
});

function fetchFn(input, init = {}) {
  const headers = new Headers(init.headers);
  for (const [name, value] of extra) headers.set(name, value);
  return fetch(input, { ...init, headers });
}

const counts = { ok: 0, notice: 0, warn: 0, error: 0 };
for (const audit of serverAudits({ url, fetchFn })) {
  const result = await audit.fn();
  counts[result.status]++;
  if (result.status === "ok") continue;
  console.log(`${result.status} ${result.id} ${result.name}`);
  console.log(`  ${result.reason}`);
  if (result.response) console.log(`  ${result.response.status} ${result.response.headers.get("content-type")}`);
}
const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
console.log(`${counts.ok} of ${total} ok, ${counts.notice} notices, ${counts.warn} warnings, ${counts.error} errors`);
process.exit(counts.warn + counts.error > 0 || total === 0 ? 1 : 0);
