import { expect, openRun, test } from './test.ts';

test.use({ javaScriptEnabled: false });

test('without JavaScript every epoch is on the page, and no control that would do nothing', async ({
  page,
}) => {
  await openRun(page);
  const frames = page.locator('a[data-epoch]');
  expect(await frames.count()).toBeGreaterThan(2);
  for (const frame of await frames.all()) {
    await expect(frame).toBeVisible();
    await expect(frame.locator('img')).toHaveAttribute('alt', /Grid of \d+ generated digits/);
  }
  await expect(page.locator('.controls')).toBeHidden();
});

test.describe('a picture of the contact sheet', () => {
  // A picture on its own has no icon, so the browser asks the host for one.
  test.use({ expectedErrors: /status of 404/ });

  test('opens by itself without JavaScript', async ({ page }) => {
    await openRun(page);
    await page.locator('a[data-epoch]').first().click();
    await expect(page).toHaveURL(/\.png(\?v=\w+)?$/);
  });
});

test('without JavaScript the curves are drawn, described, and readable as a table', async ({ page }) => {
  await openRun(page);
  const losses = page.getByRole('img', { name: 'Losses, by epoch' });
  await expect(losses).toBeVisible();
  await expect(losses).toHaveAccessibleDescription(/Discriminator: [\d.]+ at epoch 1/);
  await page.getByText('The curves as a table').click();
  await expect(page.getByRole('columnheader', { name: 'Loss of D' })).toBeVisible();
});

test('a run says how it came about', async ({ page }) => {
  await openRun(page);
  await expect(page.getByText(/npm run train -- --recipe \S+ --seed \d+/)).toBeVisible();
  await expect(page.getByRole('row', { name: /--learning-rate-g/ })).toContainText(
    /stated|source|assumed|tuned|chosen/,
  );
  const provenance = page.locator('section', { has: page.getByRole('heading', { name: 'Provenance' }) });
  for (const fact of ['Device', 'Seed', 'Wall time', 'SHA-256 of the data', 'Versions']) {
    await expect(provenance.getByText(fact, { exact: true })).toBeVisible();
  }
});
