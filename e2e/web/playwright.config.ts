import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { defineConfig } from '@playwright/test';

/**
 * Against a running server: TREELINE_URL, TREELINE_EMAIL and TREELINE_PASSWORD;
 * seed it first (seed.mjs). Without TREELINE_URL the app is served over the
 * mock API; it must have been built (npm run build in frontend).
 */
const server = process.env.TREELINE_URL;
const [api, app, prefixed] = server ? [] : await mockPorts();

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  // How long something may take says nothing about whether it works: a busy
  // machine gets the time it needs, and a test that passes does not wait.
  timeout: 180_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  metadata: { prefixed: prefixed && `http://127.0.0.1:${prefixed}/x/` },
  use: {
    baseURL: `${(server ?? `http://127.0.0.1:${app}`).replace(/\/$/, '')}/`,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
  webServer: server
    ? undefined
    : [
        {
          command: `node mock/server.mjs --port ${api}`,
          url: `http://127.0.0.1:${api}/healthz`,
        },
        {
          command: `go run ./mock -api http://127.0.0.1:${api} -listen 127.0.0.1:${app}`,
          url: `http://127.0.0.1:${app}/sign-in`,
          timeout: 300_000,
        },
        {
          command: `go run ./mock -api http://127.0.0.1:${api} -listen 127.0.0.1:${prefixed} -prefix /x`,
          url: `http://127.0.0.1:${prefixed}/x/sign-in`,
          timeout: 300_000,
        },
      ],
});

/**
 * Free ports for the mock, so that two runs on one machine do not meet. Every
 * process of a run reads this file; those that come later inherit the choice.
 */
async function mockPorts(): Promise<string[]> {
  process.env.TREELINE_MOCK_PORTS ??= (await freePorts(3)).join(' ');
  return process.env.TREELINE_MOCK_PORTS.split(' ');
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((item) => once(item, 'listening')));
  const ports = servers.map((item) => (item.address() as AddressInfo).port);
  for (const item of servers) item.close();
  return ports;
}
