/**
 * Sends the traces that the browser tests look for to a running server:
 * TREELINE_URL, TREELINE_PUBLIC_KEY and TREELINE_SECRET_KEY. With --large also
 * one of 10,000 steps. Sending them again changes nothing but their time.
 */
import { exportRequests } from './mock/otlp.mjs';
import { crowd, hostileTrace, hugeTrace, runningTrace, supportTrace } from './mock/samples.mjs';

const { TREELINE_URL, TREELINE_PUBLIC_KEY, TREELINE_SECRET_KEY } = process.env;
if (!TREELINE_URL || !TREELINE_PUBLIC_KEY || !TREELINE_SECRET_KEY) {
  console.error('seed: set TREELINE_URL, TREELINE_PUBLIC_KEY and TREELINE_SECRET_KEY');
  process.exit(2);
}
const url = `${TREELINE_URL.replace(/\/$/, '')}/v1/traces`;
const authorization = `Basic ${Buffer.from(`${TREELINE_PUBLIC_KEY}:${TREELINE_SECRET_KEY}`).toString('base64')}`;
const project = { scope: 'seed', node: null };
const now = Date.now();
const traces = [
  ...crowd(project, now, 120, 1000),
  hostileTrace(project, now),
  runningTrace(project, now),
  supportTrace(project, now),
  ...(process.argv.includes('--large') ? [hugeTrace(project, now)] : []),
];

let spans = 0;
for (const trace of traces) {
  for (const request of exportRequests(trace)) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (!response.ok) {
      console.error(`seed: ${url} answered ${response.status}: ${await response.text()}`);
      process.exit(1);
    }
    const { partialSuccess } = await response.json();
    if (Number(partialSuccess?.rejectedSpans ?? 0) > 0) {
      console.error(`seed: rejected: ${partialSuccess.errorMessage}`);
      process.exit(1);
    }
  }
  spans += trace.nodes.length;
}
console.log(`seed: sent ${traces.length} traces with ${spans} spans`);
