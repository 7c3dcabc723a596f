import { expect, isMock, openList, openTrace, settle, step, test } from './app';

/** Pictures for people to look at: screenshots/<name>-<width>-<theme>.png. */
for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 375]) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ colorScheme, viewport: { width, height: width === 375 ? 740 : 800 } });

      test('pictures', async ({ page }) => {
        const shot = async (name: string) => {
          await settle(page);
          await page.screenshot({ path: `screenshots/${name}-${width}-${colorScheme}.png` });
        };
        await openList(page);
        await shot('list');
        if (width === 375) {
          await page.getByRole('button', { name: 'Filters' }).click();
          await shot('filters');
        }
        await page.goto(`${page.url().split('?')[0]}?name=no-such-name`);
        await expect(page.getByRole('heading', { name: 'No trace fits' })).toBeVisible();
        await shot('list-empty');
        await openTrace(page);
        await shot('trace');
        for (const [name, label] of [
          ['generation', /draft-answer/],
          ['retrieval', /knowledge-search/],
          ['tool-call', /send_return_label, error/],
          ['guardrail', /pii-output/],
          ['agent', /support-agent-answer/],
          ['evaluator', /relevance-judge/],
        ] as const) {
          await step(page, label).click();
          await shot(`detail-${name}`);
          if (width === 375) await page.getByRole('button', { name: 'Back to the tree' }).click();
        }
        await step(page, /plan-and-retrieve/).click();
        await page.getByRole('tab', { name: 'Attributes' }).click();
        await shot('detail-attributes');
        if (isMock) {
          await openTrace(page, 'nightly-batch-review');
          await shot('trace-large');
          await openTrace(page, 'research-report');
          await shot('trace-running');
          await page.goto('.');
          await page.getByRole('button', { name: /Project:/ }).click();
          await shot('project-switch');
          await page.getByRole('menuitem', { name: 'Playground' }).click();
          await expect(page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT')).toBeVisible();
          await shot('first-trace');
        }
        await page.keyboard.press('?');
        await expect(page.getByRole('dialog')).toBeVisible();
        await shot('keyboard-help');
        await page.context().clearCookies();
        await page.goto('sign-in');
        await shot('sign-in');
      });
    });
  }
}
