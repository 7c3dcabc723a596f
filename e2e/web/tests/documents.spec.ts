import { expect, openTrace, signIn, test } from './app';

test.use({ isSignedIn: false });

test('the app sends the ids of its documents and never their text', async ({ page }) => {
  const bodies: Record<string, unknown>[] = [];
  page.on('request', (request) => {
    if (!new URL(request.url()).pathname.endsWith('/graphql')) return;
    expect(request.method()).toBe('POST');
    bodies.push(request.postDataJSON());
  });
  await page.goto('sign-in');
  await signIn(page);
  await page.waitForURL(/\/traces/);
  await openTrace(page);
  await page.getByRole('treeitem').last().click();
  await page.getByRole('tab', { name: 'Raw' }).click();
  await expect(page.getByRole('tabpanel')).toBeVisible();
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);

  const ids = new Set(bodies.map((body) => body.documentId));
  expect(ids.size).toBeGreaterThan(5);
  for (const body of bodies) {
    expect(body.documentId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(body).not.toHaveProperty('query');
    expect(body).not.toHaveProperty('extensions');
  }
});
