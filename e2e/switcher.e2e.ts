import type { Page } from '@playwright/test';
import { expectEpoch, published, slider } from './player.ts';
import { expect, openRun, test } from './test.ts';

const runs = (page: Page) => page.getByRole('navigation', { name: 'Runs of the gallery' });
const other = (page: Page) => runs(page).locator('a[data-key]:not([aria-current])').first();
const keys = (page: Page) => page.getByRole('checkbox', { name: 'keys 1–9' });

test.beforeEach(async ({ page }) => {
  await openRun(page);
});

test('the runs are one link away, and the present one is marked', async ({ page }) => {
  const name = await page.getByRole('heading', { level: 1 }).textContent();
  await expect(runs(page).locator('[aria-current=page]')).toContainText(name ?? '');
  await expect(runs(page).getByText('state-broken')).toHaveCount(0);
});

test('a digit key goes to its run, and the epoch in the address goes along', { tag: '@base' }, async ({
  page,
}) => {
  const frames = await published(page);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expectEpoch(page, frames[1]);
  const link = other(page);
  const wanted = await link.evaluate((element) => (element as HTMLAnchorElement).pathname);
  await page.keyboard.press((await link.getAttribute('data-key')) ?? '');
  await expect(page).toHaveURL((url) => url.pathname === wanted && url.search === '?epoch=1');
  await expectEpoch(page, (await published(page))[1]);
});

test('without an epoch in the address none goes along', async ({ page }) => {
  const link = other(page);
  await expect(link).toHaveJSProperty('search', '');
  await slider(page).press('Home');
  await expect(link).toHaveJSProperty('search', '?epoch=0');
});

test('the key of the present run does nothing', async ({ page }) => {
  await page.evaluate(() => document.body.setAttribute('data-same', ''));
  const own = await runs(page).locator('[aria-current=page]').getAttribute('data-key');
  await page.keyboard.press(own ?? '');
  await slider(page).press('Home');
  await expectEpoch(page, (await published(page))[0]);
  await expect(page.locator('body[data-same]')).toHaveCount(1);
});

test('a digit that is typed into a field, or with Ctrl, stays there', async ({ page }) => {
  const address = new URL(page.url()).pathname;
  const key = (await other(page).getAttribute('data-key')) ?? '';
  const number = page.getByRole('spinbutton', { name: 'Digit' });
  await number.fill('');
  await number.press(key);
  await expect(number).toHaveValue(key);
  await page.getByRole('combobox', { name: 'Speed' }).press(key);
  await page.keyboard.press(`Alt+${key}`);
  expect(new URL(page.url()).pathname).toBe(address);
});

test('the keys can be turned off, and stay so on the next run', { tag: '@base' }, async ({ page }) => {
  const link = other(page);
  const key = await link.getAttribute('data-key');
  await expect(link).toHaveAttribute('aria-keyshortcuts', key ?? '');
  await keys(page).uncheck();
  await expect(page).toHaveURL(/\?keys=off$/);
  await expect(link).not.toHaveAttribute('aria-keyshortcuts');
  await page.keyboard.press(key ?? '');
  await link.click();
  await expect(page).toHaveURL(/\?keys=off$/);
  await expect(keys(page)).not.toBeChecked();
  await expect(runs(page).locator('[aria-keyshortcuts]')).toHaveCount(0);
  await keys(page).check();
  await expect(other(page)).toHaveAttribute('aria-keyshortcuts', /^[1-9]$/);
  await expect(page).toHaveURL((url) => url.search === '');
});

test('another value for the keys in the address is taken out', async ({ page }) => {
  const address = page.url();
  await page.goto(`${address}?keys=maybe`);
  await expect(keys(page)).toBeChecked();
  await expect(page).toHaveURL(address);
});
