import { account, expect, signIn, test } from './app';

test.use({ isSignedIn: false });

test('a deep link asks for sign-in and then goes where it pointed', async ({ page }) => {
  await page.goto('.');
  await expect(page).toHaveURL(/\/sign-in$/);
  await signIn(page);
  await expect(page).toHaveURL(/\/projects\/[^/]+\/traces$/);
  const list = page.url();
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);

  await page.goto(`${list}?range=7d&state=failed`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page);
  await expect(page).toHaveURL(`${list}?range=7d&state=failed`);
});

test('a wrong password is said in words and keeps the address', async ({ page }) => {
  await page.goto('sign-in');
  await signIn(page, account.email, 'not the password');
  await expect(page.getByRole('alert')).toHaveText(/^[A-Z].*\.$/);
  await expect(page.getByLabel('E-mail')).toHaveValue(account.email);
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('empty fields are named', async ({ page }) => {
  await page.goto('sign-in');
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription('Enter your e-mail address.');
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription('Enter your password.');
});

test('a server that cannot be reached is not taken for a wrong password', async ({ page }) => {
  await page.goto('sign-in');
  await page.route('**/graphql', (route) => route.abort());
  await signIn(page);
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
});

for (const next of [
  '//evil.example/',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
]) {
  test(`signing in does not lead to ${next}`, async ({ page, baseURL }) => {
    await page.goto(`sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page);
    await expect(page).toHaveURL(/\/projects\/[^/]+\/traces$/);
    expect(page.url().startsWith(baseURL ?? '')).toBe(true);
    await expect(page.getByRole('grid')).toBeVisible();
  });
}

test('a session that ends leads to sign-in and back', async ({ page }) => {
  await page.goto('sign-in');
  await signIn(page);
  await expect(page.getByRole('grid')).toBeVisible();
  await page.context().clearCookies();
  await page.getByRole('button', { name: /^Load again/ }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=.*traces/);
});
