import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, openRun, test } from './test.ts';

/** Names of the entries of a zip, from its central directory. */
function entriesOf(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.subarray(at + 46, at + 46 + length).toString());
  }
  return names;
}

async function download(page: Page, button: Locator): Promise<{ name: string; entries: string[] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: file.suggestedFilename(), entries: entriesOf(await readFile(await file.path())) };
}

test.beforeEach(async ({ page }) => {
  await openRun(page);
});

test('a generator comes as one zip of its two files, named after run and epoch', { tag: '@base' }, async ({
  page,
}) => {
  const run = await page.getByRole('heading', { level: 1 }).textContent();
  const epoch = await page.locator('a[data-epoch]').last().getAttribute('data-epoch');
  const wanted = `${run}-epoch-${epoch?.padStart(4, '0')}.zip`;
  const { name, entries } = await download(page, page.getByRole('button', { name: wanted }));
  expect(name).toBe(wanted);
  expect(entries).toEqual(['model.json', 'weights.bin']);
});

test('all grids come as one zip', { tag: '@base' }, async ({ page }) => {
  const { name, entries } = await download(page, page.getByRole('button', { name: /-grids\.zip$/ }));
  expect(name).toMatch(/-grids\.zip$/);
  expect(entries).toHaveLength(await page.locator('a[data-epoch], a[data-raw]').count());
  expect(entries[0]).toBe('0000.png');
});

test('what packs a zip is fetched only when one is asked for', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.reload();
  await page.getByRole('heading', { name: 'Downloads' }).scrollIntoViewIfNeeded();
  const scripts = () => asked.filter((url) => url.endsWith('.js')).length;
  const before = scripts();
  await download(page, page.getByRole('button', { name: /-grids\.zip$/ }));
  expect(scripts()).toBeGreaterThan(before);
});

test.describe('a download that fails', () => {
  test.use({ expectedErrors: /Failed to load resource/ });

  test('says so and which file it was, and can be tried again', async ({ page }) => {
    const button = page.getByRole('button', { name: /-epoch-\d+\.zip$/ }).first();
    const status = page.locator('zip-download', { has: button }).getByRole('status');
    await page.route('**/weights.bin*', (route) => route.fulfill({ status: 404 }));
    await button.click();
    await expect(status).toHaveText(
      /^The download failed: weights\.bin could not be fetched \(status 404\)\./,
    );
    await page.unroute('**/weights.bin*');
    await page.route('**/weights.bin*', (route) => route.abort());
    await button.click();
    await expect(status).toHaveText(/^The download failed: weights\.bin could not be fetched\./);
    await page.unroute('**/weights.bin*');
    expect((await download(page, button)).entries).toHaveLength(2);
    await expect(status).toHaveText('Packed.');
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the files are there one by one, and no button that would do nothing', async ({ page }) => {
    await expect(page.getByRole('button', { name: /\.zip$/ })).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'weights.bin' }).first()).toBeVisible();
    await expect(page.getByRole('link', { name: 'history.json' })).toBeVisible();
  });
});
