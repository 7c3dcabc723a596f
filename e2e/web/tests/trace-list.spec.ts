import { expect, isMock, openList, openTrace, rows, sample, settle, test } from './app';

test('rows show what a trace was and took', async ({ page }) => {
  await openList(page, `?range=all&name=${sample}`);
  const row = rows(page).first();
  await expect(row.getByRole('gridcell').nth(1)).toHaveText(sample);
  await expect(row).toContainText(/Complete|Failed|Running/);
  await expect(row).toContainText('torn sleeve');
});

test('filters stand in the address and survive a reload', async ({ page }) => {
  await openList(page, '?range=all');
  await page.getByLabel('Name contains').fill(sample);
  await expect(page).toHaveURL(/[?&]name=support-agent-answer/);
  await page.getByRole('combobox', { name: 'State' }).selectOption('Complete');
  await expect(page).toHaveURL(/[?&]state=complete/);
  await settle(page);
  await expect(rows(page).first()).toContainText(sample);
  const shown = await rows(page).count();

  await page.reload();
  await expect(rows(page).first()).toContainText(sample);
  await expect(page.getByLabel('Name contains')).toHaveValue(sample);
  await expect(page.getByRole('combobox', { name: 'State' })).toHaveValue('complete');
  await expect(page.getByRole('combobox', { name: 'Time range' })).toHaveValue('all');
  await expect(rows(page)).toHaveCount(shown);

  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).not.toHaveURL(/name=/);
  await expect(page.getByLabel('Name contains')).toHaveValue('');
});

test('text search finds whole words of input and output', async ({ page }) => {
  await openList(page, '?range=all');
  await page.getByLabel('Text in input or output').fill('torn sleeve');
  await expect(page).toHaveURL(/text=torn\+sleeve/);
  await expect(rows(page).first()).toContainText('torn sleeve');
});

test('keys walk the rows and open one', async ({ page }) => {
  await openList(page, '?range=all');
  await page.keyboard.press('j');
  const first = page.locator('[data-index="0"] a');
  await expect(first).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.locator('[data-index="1"] a')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(first).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/traces\/[^?]+/);
  await page.goBack();
  await expect(rows(page).first()).toBeVisible();
});

test('letters that are typed into a filter stay there', async ({ page }) => {
  await openList(page, '?range=all');
  await page.getByLabel('Name contains').pressSequentially('jkx?');
  await expect(page.getByLabel('Name contains')).toHaveValue('jkx?');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a row is a link that opens in a tab of its own', async ({ page, context }) => {
  await openList(page, `?range=all&name=${sample}`);
  const opened = context.waitForEvent('page');
  await rows(page)
    .first()
    .click({ modifiers: ['ControlOrMeta'] });
  const tab = await opened;
  await expect(tab.getByRole('heading', { name: sample, level: 1 })).toBeVisible();
});

test('scrolling reads on and never shows a row twice', async ({ page }) => {
  test.skip(!isMock, 'needs more than one page of traces');
  await openList(page, '?range=all');
  const seen = new Set<string>();
  const scroller = page.getByRole('grid', { name: 'Traces' }).locator('..');
  let last = -1;
  const scrollOn = async () => {
    await scroller.evaluate((element) => element.scrollBy(0, 600));
    const shown = await rows(page).evaluateAll((elements) =>
      elements.map((row) => ({
        index: Number((row as HTMLElement).dataset.index),
        href: row.querySelector('a')?.getAttribute('href') ?? '',
      })),
    );
    for (const { index, href } of shown) {
      if (index <= last) continue;
      expect(seen.has(href), `row ${index} repeats ${href}`).toBe(false);
      seen.add(href);
      last = index;
    }
    return last;
  };
  await expect.poll(scrollOn, { intervals: [100], timeout: 60_000 }).toBeGreaterThan(120);
});

test('back finds the place in the list again', async ({ page }) => {
  test.skip(!isMock, 'needs more traces than fit on the screen');
  await openList(page, '?range=all');
  const scroller = page.getByRole('grid', { name: 'Traces' }).locator('..');
  await scroller.evaluate((element) => element.scrollTo(0, 1400));
  const row = page.locator('[data-index="45"]');
  await expect(row).toBeInViewport();
  const href = await row.getByRole('link').getAttribute('href');
  await row.click();
  await expect(page.getByRole('tree')).toBeVisible();
  await page.goBack();
  await expect(page.locator(`a[href="${href}"]`)).toBeInViewport();
});

test('columns can be hidden for good', async ({ page }) => {
  await openList(page, '?range=all');
  await expect(page.getByRole('columnheader', { name: 'Tags' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Tags' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'Tags' })).toHaveCount(0);
  await page.reload();
  await expect(rows(page).first()).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Tags' })).toHaveCount(0);
});

test('a click on a head sorts, and the order stands in the address', async ({ page }) => {
  await openList(page, '?range=all');
  await page.getByRole('button', { name: 'Duration' }).click();
  await expect(page).toHaveURL(/sort=slowest/);
  await expect(page.getByRole('columnheader', { name: 'Duration' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
});

test('an empty list says why and how to get out', async ({ page }) => {
  await openList(page, '?range=all');
  await page.getByLabel('Name contains').fill('no trace is called this');
  await expect(page.getByRole('heading', { name: 'No trace fits' })).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).last().click();
  await expect(rows(page).first()).toBeVisible();
});

test('a project without traces shows how to send the first', async ({ page }) => {
  test.skip(!isMock, 'needs a project without traces');
  await openList(page);
  await page.getByRole('button', { name: /Project:/ }).click();
  await page.getByRole('menuitem', { name: 'Playground' }).click();
  await expect(page.getByRole('heading', { name: 'No traces yet' })).toBeVisible();
  await expect(page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT')).toBeVisible();
  await page.getByRole('button', { name: 'Copy the snippet' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
});

test('a failure is told with a way to try again', async ({ page }) => {
  await openList(page);
  let isBroken = true;
  await page.route('**/graphql', (route) =>
    isBroken
      ? route.fulfill({
          status: 200,
          contentType: 'application/graphql-response+json',
          body: JSON.stringify({
            data: null,
            errors: [
              {
                message: 'canceling statement',
                extensions: { code: 'TIMEOUT', requestId: 'req-42' },
              },
            ],
          }),
        })
      : route.continue(),
  );
  await page.getByRole('button', { name: /^Load again/ }).click();
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The search took too long');
  await expect(alert).toContainText('req-42');
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('a project that is not there is said so', async ({ page }) => {
  await page.goto('projects/bm90LWEtcHJvamVjdA/traces');
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
});

test('going back from a trace keeps the filter', async ({ page }) => {
  await openTrace(page);
  await page.goBack();
  await expect(page).toHaveURL(/name=support-agent-answer/);
  await expect(rows(page).first()).toContainText(sample);
});
