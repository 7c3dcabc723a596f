import { defineConfig } from '@playwright/test';

/**
 * Against a running server: TREELINE_URL, TREELINE_EMAIL and TREELINE_PASSWORD;
 * seed it first (seed.mjs). Without TREELINE_URL the app is served over the
 * mock API; it must have been built (npm run build in frontend).
 */
const server = process.env.TREELINE_URL;
const mock = { api: 18190, app: 18191, prefixed: 18192 };

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 1,
  retries: 0,
  timeout: 30_000,
  expect: { timeout: 8_000 },
  reporter: [['list']],
  metadata: { prefixed: server ? undefined : `http://127.0.0.1:${mock.prefixed}/x/` },
  use: {
    baseURL: `${(server ?? `http://127.0.0.1:${mock.app}`).replace(/\/$/, '')}/`,
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
          command: `node mock/server.mjs --port ${mock.api}`,
          url: `http://127.0.0.1:${mock.api}/healthz`,
        },
        {
          command: `go run ./mock -api http://127.0.0.1:${mock.api} -listen 127.0.0.1:${mock.app}`,
          url: `http://127.0.0.1:${mock.app}/sign-in`,
          timeout: 120_000,
        },
        {
          command: `go run ./mock -api http://127.0.0.1:${mock.api} -listen 127.0.0.1:${mock.prefixed} -prefix /x`,
          url: `http://127.0.0.1:${mock.prefixed}/x/sign-in`,
          timeout: 120_000,
        },
      ],
});
