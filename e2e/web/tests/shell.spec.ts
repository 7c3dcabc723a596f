import { expect, isMock, openList, signIn, test } from './app';

test('the theme follows the system until one is chosen, also after a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await openList(page);
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await expect.poll(background).toBe('rgb(14, 17, 22)');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Light' }).click();
  await expect.poll(background).toBe('rgb(255, 255, 255)');
  await page.reload();
  await expect.poll(background).toBe('rgb(255, 255, 255)');
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'System' }).click();
  await expect.poll(background).toBe('rgb(14, 17, 22)');
});

test('the keyboard help lists the keys of the page and can turn letters off', async ({ page }) => {
  await openList(page);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toContainText('Next trace');
  await help.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await page.keyboard.press('?');
  await page.keyboard.press('j');
  await expect(help).toHaveCount(0);
  await expect(page.locator('[data-index="0"] a')).not.toBeFocused();
});

test('the first stop of the keyboard skips the header', async ({ page }) => {
  await openList(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});

test('menus work by keyboard from their first use', async ({ page }) => {
  await openList(page);
  await page.getByRole('button', { name: 'Theme' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemradio', { name: 'System' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Theme' })).toBeFocused();
});

test('the project switch leads to another project', async ({ page }) => {
  test.skip(!isMock, 'needs two projects');
  await openList(page);
  const before = page.url();
  await page.getByRole('button', { name: /Project:/ }).click();
  await page.getByRole('menuitem', { name: 'Search quality' }).click();
  await expect(page).not.toHaveURL(before);
  await expect(page.getByRole('button', { name: /Project:/ })).toContainText('Search quality');
  await page.goto('.');
  await expect(page.getByRole('button', { name: /Project:/ })).toContainText('Search quality');
});

test.describe('under a path prefix', () => {
  test.use({ isSignedIn: false });

  test('everything stays under it', async ({ page }, info) => {
    const prefixed = info.config.metadata.prefixed as string | undefined;
    test.skip(!prefixed, 'needs a server with a prefix');
    const outside: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(prefixed ?? '')) outside.push(request.url());
    });
    await page.goto(prefixed ?? '');
    await expect(page).toHaveURL(`${prefixed}sign-in`);
    await signIn(page);
    await expect(page).toHaveURL(/\/x\/projects\/[^/]+\/traces$/);
    await page.getByRole('grid').getByRole('link', { name: 'support-agent-answer' }).click();
    await expect(page.getByRole('tree')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('tree')).toBeVisible();
    await page.getByRole('link', { name: 'Traces', exact: true }).first().click();
    await expect(page.getByRole('grid')).toBeVisible();
    await page.context().clearCookies();
    await page.reload();
    await expect(page).toHaveURL(/\/x\/sign-in\?next=%2Fprojects/);
    await signIn(page);
    await expect(page).toHaveURL(/\/x\/projects\/[^/]+\/traces$/);
    expect(outside).toEqual([]);
  });
});
