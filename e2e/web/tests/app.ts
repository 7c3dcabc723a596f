import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  type BrowserContext,
  test as base,
  expect,
  type Page,
  type Request,
} from '@playwright/test';

export const account = {
  email: process.env.TREELINE_EMAIL ?? 'demo@treeline.dev',
  password: process.env.TREELINE_PASSWORD ?? 'treeline-demo',
};

/** Whether the tests run over the mock, whose data is known in full. */
export const isMock = !process.env.TREELINE_URL;

/** The trace with every type of observation; seed.mjs sends the same one to a real server. */
export const sample = 'support-agent-answer';

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/**
 * page starts signed in. Whatever the console says at level error or warning
 * fails the test, violations of the content security policy among it; requests
 * that a test makes fail on purpose are left out.
 */
export const test = base.extend<{ isSignedIn: boolean; noise: string[] }, { session: Cookies }>({
  isSignedIn: [true, { option: true }],
  session: [
    async ({ browser }, use, info) => {
      const context = await browser.newContext({ baseURL: info.project.use.baseURL });
      const page = await context.newPage();
      await page.goto('sign-in');
      await signIn(page);
      await page.waitForURL(/\/traces/);
      const cookies = await context.cookies();
      await context.close();
      await use(cookies);
    },
    { scope: 'worker' },
  ],
  noise: [
    async ({ context }, use) => {
      const noise: string[] = [];
      const watch = (page: Page) => {
        page.on('pageerror', (error) => noise.push(`uncaught: ${error.message}`));
        page.on('console', (message) => {
          const text = message.text();
          if (!['error', 'warning'].includes(message.type())) return;
          if (text.startsWith('Failed to load resource')) return;
          noise.push(text);
        });
      };
      context.on('page', watch);
      await use(noise);
      expect(noise, 'the console must stay silent').toEqual([]);
    },
    { auto: true },
  ],
  context: async ({ context, isSignedIn, session }, use) => {
    if (isSignedIn) await context.addCookies(session);
    await use(context);
  },
});

export { expect };

export async function signIn(page: Page, email = account.email, password = account.password) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function openList(page: Page, search = '') {
  await page.goto('.');
  await page.waitForURL(/\/traces/);
  if (search) await page.goto(`${page.url().split('?')[0]}${search}`);
  await expect(rows(page).first()).toBeVisible();
}

/** The rows of the list that hold a trace. */
export function rows(page: Page) {
  return page.getByRole('grid', { name: 'Traces' }).locator('[role="row"][data-index]');
}

export async function openTrace(page: Page, name = sample) {
  await openList(page, `?range=all&name=${encodeURIComponent(name)}`);
  await page.getByRole('grid').getByRole('link', { name, exact: true }).first().click();
  await expect(page.getByRole('tree')).toBeVisible();
}

/** The step of the open trace whose label holds a name. */
export function step(page: Page, name: string | RegExp) {
  return page.getByRole('treeitem', { name }).first();
}

/** The text of the document whose id a request of the app sends. */
export function documentOf(request: Request): string {
  documents ??= JSON.parse(
    readFileSync(
      new URL('../../../frontend/dist/persisted-documents.json', import.meta.url),
      'utf8',
    ),
  ) as Record<string, string>;
  return documents[request.postDataJSON().documentId] ?? '';
}

let documents: Record<string, string> | undefined;

/** Waits until nothing on the page loads or moves; what pulses for ever is not waited for. */
export async function settle(page: Page) {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'Loading' })).toHaveCount(0);
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) =>
          playState !== 'running' || effect?.getComputedTiming().endTime === Infinity,
      ),
  );
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails on any breach of WCAG 2.2 A or AA that axe can see. */
export async function expectAccessible(page: Page) {
  await settle(page);
  // The policy of the page forbids foreign scripts, but not those of the debugger.
  await page.evaluate(await readFile(axePath, 'utf8'));
  const violations = await page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: axe puts itself there.
    const result = await (window as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return result.violations.map(
      (item: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
        `${item.id}: ${item.nodes
          .slice(0, 3)
          .map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)
          .join('\n  ')}`,
    );
  });
  expect(violations).toEqual([]);
}
