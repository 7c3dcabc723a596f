import { expect, expectAccessible, isMock, openList, openTrace, step, test } from './app';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of [
    ['wide', { width: 1280, height: 800 }],
    ['phone', { width: 375, height: 720 }],
  ] as const) {
    test.describe(`${colorScheme}, ${size}`, () => {
      test.use({ colorScheme, viewport });

      test('sign-in', async ({ page }) => {
        await page.context().clearCookies();
        await page.goto('sign-in');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expectAccessible(page);
      });

      test('trace list', async ({ page }) => {
        await openList(page, '?range=all');
        await expectAccessible(page);
        await page.goto(`${page.url().split('?')[0]}?name=no-such-name`);
        await expect(page.getByRole('heading', { name: 'No trace fits' })).toBeVisible();
        await expectAccessible(page);
      });

      test('empty project', async ({ page }) => {
        test.skip(!isMock, 'needs a project without traces');
        await openList(page);
        await page.getByRole('button', { name: /Project:/ }).click();
        await page.getByRole('menuitem', { name: 'Playground' }).click();
        await expect(page.getByText('OTEL_EXPORTER_OTLP_ENDPOINT')).toBeVisible();
        await expectAccessible(page);
      });

      test('trace', async ({ page }) => {
        await openTrace(page);
        await expectAccessible(page);
        for (const name of [
          /draft-answer/,
          /knowledge-search/,
          /send_return_label, error/,
          /pii-output/,
        ]) {
          await step(page, name).click();
          await expect(page.getByRole('tab', { name: 'Content' })).toBeVisible();
          await expectAccessible(page);
          if (size === 'phone')
            await page.getByRole('button', { name: 'Back to the tree' }).click();
        }
        await step(page, /knowledge-search/).click();
        for (const tab of [/Attributes/, /Events and links/, /Raw/]) {
          await page.getByRole('tab', { name: tab }).click();
          await expectAccessible(page);
        }
      });

      test('keyboard help', async ({ page }) => {
        await openList(page);
        await page.keyboard.press('?');
        await expect(page.getByRole('dialog')).toBeVisible();
        await expectAccessible(page);
      });
    });
  }
}
