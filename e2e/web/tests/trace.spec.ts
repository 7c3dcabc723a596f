import { documentOf, expect, isMock, openTrace, sample, settle, step, test } from './app';

test('the header says what the trace was and took', async ({ page }) => {
  await openTrace(page);
  await expect(page.getByRole('heading', { name: sample, level: 1 })).toBeVisible();
  const facts = page.locator('header dl');
  for (const text of [
    'Duration',
    'Tokens',
    'Cost',
    'Observations',
    'mira@example.com',
    'returns',
  ]) {
    await expect(facts).toContainText(text);
  }
});

test('the tree follows the keyboard pattern', async ({ page }) => {
  await openTrace(page);
  const tree = page.getByRole('tree');
  const active = () =>
    tree.evaluate((element) => {
      const id = element.getAttribute('aria-activedescendant');
      return (id && document.getElementById(id)?.querySelector('.sr-only')?.textContent) || '';
    });
  await tree.focus();
  await expect.poll(active).toContain(sample);
  await page.keyboard.press('ArrowDown');
  await expect.poll(active).toContain('prompt-injection-check');
  await page.keyboard.press('j');
  await expect.poll(active).toContain('plan-and-retrieve');
  const plan = step(page, /plan-and-retrieve/);
  await expect(plan).toHaveAttribute('aria-expanded', 'true');
  await expect(plan).toHaveAttribute('aria-level', '2');
  await page.keyboard.press('ArrowLeft');
  await expect(plan).toHaveAttribute('aria-expanded', 'false');
  await expect(step(page, /knowledge-search/)).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await expect(plan).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowRight');
  await expect.poll(active).toContain('embed-question');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(active).toContain('plan-and-retrieve');
  await page.keyboard.press('End');
  await expect.poll(active).toContain('relevance-judge');
  await page.keyboard.press('Home');
  await expect.poll(active).toContain(sample);
  await page.keyboard.press('.');
  await expect.poll(active).toMatch(/send_return_label, error/);
  // Letters that come slowly are searches of their own: a pause begins anew.
  await expect(async () => {
    await page.keyboard.press('Home');
    await page.keyboard.type('dra');
    await expect.poll(active, { timeout: 500 }).toContain('draft-answer');
  }).toPass({ intervals: [1000] });
});

test('the selected step stands in the address and survives a reload', async ({ page }) => {
  await openTrace(page);
  await step(page, /knowledge-search/).click();
  await expect(page).toHaveURL(/[?&]span=/);
  await page.getByRole('tab', { name: 'Attributes' }).click();
  await expect(page).toHaveURL(/[?&]tab=attributes/);
  await page.reload();
  await expect(step(page, /knowledge-search/)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('heading', { name: 'knowledge-search' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Attributes' })).toHaveAttribute(
    'aria-selected',
    'true',
  );
});

const types: [name: string | RegExp, type: string, content: (string | RegExp)[]][] = [
  [/^Agent support-agent-answer/, 'Agent', ['Steps', 'Usage of everything below', 'torn sleeve']],
  [
    'prompt-injection-check',
    'Guardrail',
    ['Fine', 'No instruction to the model', 'Let through', 'What goes into the model'],
  ],
  ['plan-and-retrieve', 'Chain', ['Input', 'Output', 'cus_8812']],
  ['embed-question', 'Embedding', ['text-embedding-3-small', '1,536']],
  [
    'knowledge-search',
    'Retrieval',
    ['return damaged jacket', 'help-center-v3', 'Faulty items', '0.913'],
  ],
  ['rerank-documents', 'Reranking', ['rerank-v3.5', 'Documents', 'Faulty items']],
  [/GET \/orders/, 'Span', ['delivered']],
  ['cache-miss', 'Event', ['order:10442']],
  [
    'draft-answer',
    'Generation',
    [
      'gpt-5-mini-2026-08-07',
      'support-answer v7',
      'First token after',
      'You are the support assistant',
      'get_order',
      'send_return_label',
      '3,412 tokens',
      'Temperature',
    ],
  ],
  [
    /send_return_label, error/,
    'Tool call',
    ['MailRelayError', 'Arguments', '10442', 'mailbox busy', 'Stack trace'],
  ],
  ['pii-output-check', 'Guardrail', ['Must be changed', 'Rewritten', 'email']],
  ['relevance-judge', 'Evaluator', ['0.91', 'relevant', 'addresses the torn sleeve']],
];

test('the details of every type open', async ({ page }) => {
  await openTrace(page);
  const details = page.getByRole('region', { name: 'Details' });
  for (const [name, type, content] of types) {
    await step(page, typeof name === 'string' ? new RegExp(name) : name).click();
    await expect(details.getByText(type, { exact: true }).first()).toBeVisible();
    for (const text of content) {
      await expect(
        details.getByText(text).filter({ visible: true }).first(),
        `${type}: ${text}`,
      ).toBeVisible();
    }
  }
});

test('attributes, events, links and raw payloads are one tab away', async ({ page }) => {
  await openTrace(page);
  const details = page.getByRole('region', { name: 'Details' });
  await step(page, /knowledge-search/).click();
  await page.getByRole('tab', { name: 'Attributes' }).click();
  await expect(details.getByRole('region', { name: 'Attributes', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: /Events and links/ }).click();
  await expect(details).toContainText('index.opened');
  await step(page, /GET \/orders/).click();
  await expect(details).toContainText('0af7651916cd43dd8448eb211c80319c');
  await step(page, /draft-answer/).click();
  await page.getByRole('tab', { name: 'Content' }).click();
  await expect(details).toContainText('Model call');
});

test('search walks the matches and can hide the rest', async ({ page }) => {
  await openTrace(page);
  await page.keyboard.press('/');
  const search = page.getByLabel('Search steps by name or type');
  await expect(search).toBeFocused();
  await search.fill('guardrail');
  await expect(page.getByText('1 of 2')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByText('2 of 2')).toBeVisible();
  await expect(step(page, /pii-output-check/)).toHaveAttribute('aria-selected', 'true');
  await page.getByRole('button', { name: 'Show matches only' }).click();
  await expect(page.getByRole('treeitem')).toHaveCount(3);
  await search.press('Escape');
  await expect(page.getByRole('treeitem')).toHaveCount(13);
});

test('a collapsed step sums up what it hides', async ({ page }) => {
  await openTrace(page);
  await page.getByRole('tree').focus();
  await page.keyboard.press('ArrowLeft');
  const root = step(page, new RegExp(sample));
  await expect(root).toHaveAccessibleName(/1 error below/);
  await expect(root).toContainText('send_return_label ×2');
  await page.getByRole('button', { name: 'Expand all' }).click();
  await expect(page.getByRole('treeitem')).toHaveCount(13);
});

test('content of a trace is text and never runs, loads or links', async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL ?? '')) foreign.push(request.url());
  });
  await page.goto('.');
  await page.waitForURL(/\/traces/);
  await page.goto(`${page.url().split('?')[0]}?range=all&name=very-long-name`);
  await page.getByRole('grid').getByRole('link').first().click();
  await expect(page.getByRole('tree')).toBeVisible();
  const details = page.getByRole('region', { name: 'Details' });
  for (let i = 0; i < 3; i++) {
    await page.getByRole('treeitem').nth(i).click();
    for (const tab of ['Content', 'Attributes', 'Raw']) {
      await page.getByRole('tab', { name: tab }).click();
      await settle(page);
      expect(await details.locator('img, script, iframe, a[href]').count()).toBe(0);
    }
    await page.getByRole('tab', { name: 'Content' }).click();
  }
  await expect(details).toContainText('<script>');
  expect(await page.title()).not.toBe('owned');
  expect(foreign).toEqual([]);
  await page.reload();
  await expect(page.getByRole('tree')).toBeVisible();
  // A name may not widen the page.
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(width).toBeLessThanOrEqual(0);
});

test('an unknown trace is said not to be here', async ({ page }) => {
  await openTrace(page);
  await page.goto(page.url().replace(/\/traces\/.*/, '/traces/ffffffffffffffffffffffffffffffff'));
  await expect(page.getByRole('heading', { name: 'This trace is not here' })).toBeVisible();
});

test('a trace stays on the page where reading it again fails', async ({ page }) => {
  await openTrace(page);
  await settle(page);
  await page.route('**/graphql', (route) => route.abort());
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await expect(step(page, /draft-answer/)).toBeVisible();
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Load again' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(step(page, /draft-answer/)).toBeVisible();
});

test('details that fail can be tried again', async ({ page }) => {
  await openTrace(page);
  let isBroken = true;
  await page.route('**/graphql', (route) => {
    const isDetail = documentOf(route.request()).includes('query ObservationDetail(');
    return isBroken && isDetail ? route.abort() : route.continue();
  });
  await step(page, /draft-answer/).click();
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('region', { name: 'Details' })).toContainText('Model call');
});

test('an unpriced part is never shown as free', async ({ page }) => {
  test.skip(!isMock, 'needs a trace without a price');
  await page.goto('.');
  await page.waitForURL(/\/traces/);
  await page.goto(`${page.url().split('?')[0]}?range=all&name=very-long-name`);
  await expect(page.getByRole('grid')).toContainText('unpriced');
  await page.getByRole('grid').getByRole('link').first().click();
  await expect(page.locator('header dl')).toContainText('unpriced');
});
