import type { Page } from '@playwright/test';
import { scored } from './fixtures.ts';
import { expectEpoch, picture, published, slider } from './player.ts';
import { expect, test } from './test.ts';

const address = `runs/${scored.name}/`;
const chart = (page: Page, name: string) => page.locator('.chart', { has: page.getByRole('img', { name }) });
const choice = (page: Page, name: string) => page.getByRole('radio', { name });
/** The pictures of the weights as they are, by epoch. */
const rawUrls = (page: Page) =>
  page.locator('a[data-raw]').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));

test.describe('a scored run', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto(address);
  });

  test('says which epoch is best, by which score and by which digits, and leads there', async ({ page }) => {
    const advice = page.locator('.which-epoch');
    await expect(advice).toContainText(`lowest FCD, ${scored.distance}`);
    await expect(advice).toContainText('2,000 training digits that were held out');
    await advice.getByRole('link', { name: `Epoch ${scored.best}` }).click();
    const frames = await published(page);
    await expectEpoch(
      page,
      frames.find(({ epoch }) => epoch === String(scored.best)),
    );
  });

  test('marks the best epoch in every curve, in the filmstrip and on the contact sheet', async ({ page }) => {
    const charts = await page.locator('.chart').count();
    await expect(page.locator('.chart .best')).toHaveCount(charts);
    const frame = page.getByRole('link', { name: /^Epoch 1\b.*lowest FCD$/ });
    await expect(frame.locator('.best-mark')).toBeVisible();
    await expect(page.locator(`#epoch-${scored.best}`)).toContainText('lowest FCD');
    await expect(page.locator('.frames .best-mark')).toHaveCount(1);
  });

  test('has a curve of every score, beside what real digits, one repeated digit and noise come to', async ({
    page,
  }) => {
    for (const title of ['FCD-MNIST', 'precision', 'recall', 'class imbalance']) {
      const drawing = page.getByRole('img', { name: `${title}, 2,000 samples, by epoch` });
      await expect(drawing).toHaveAccessibleDescription(
        /^This run: .* For comparison: real digits [\d.]+, one digit repeated [\d.]+, noise [\d.]+\. The best epoch is 1\.$/,
      );
      await expect(drawing.locator('.goal')).toHaveCount(1);
    }
    const distance = chart(page, 'FCD-MNIST');
    await expect(distance.getByText(/↑ off the chart: noise [\d.]+, one digit repeated/)).toBeVisible();
    await expect(distance.getByText('lower is better')).toBeVisible();
    await slider(page).press('Home');
    await slider(page).press('ArrowRight');
    await expect(distance.locator('data')).toHaveText(String(scored.distance));
  });

  test('is warned of near its status, in a sentence with the epoch at which the fault began', async ({
    page,
  }) => {
    await expect(page.getByRole('link', { name: '1 warning' })).toHaveAttribute('href', '#warnings');
    const warnings = page.getByRole('list', { name: 'What to watch' });
    await expect(warnings).toHaveText(/^\s*Epoch 2\s+.*recall fell from 50 % to 2 %/);
    await page.keyboard.press('Home');
    await warnings.getByRole('link', { name: 'Epoch 2' }).click();
    await expectEpoch(page, (await published(page)).at(-1));
  });

  test('has its final scores beside those of real digits, of one repeated and of noise', async ({ page }) => {
    const table = page.getByRole('region', { name: 'Table of scores' });
    await expect(table.getByRole('columnheader')).toHaveText([
      'Score',
      'This run',
      'real digits',
      'one digit repeated',
      'noise',
    ]);
    const cells = table.getByRole('row', { name: /^FCD-MNIST/ }).getByRole('cell');
    await expect(cells.first()).toHaveText('2.5');
    await expect(cells).toHaveText([/\d/, /\d/, /\d/, /\d/]);
  });

  test('shows how often each digit is drawn, as bars and in words', async ({ page }) => {
    const bars = page.getByRole('img', { name: 'How often each digit is drawn' });
    await expect(bars).toHaveAccessibleDescription(/^0: 1,000, 1: 1,300, .*, 9: 1,000\.$/);
    const heights = await bars
      .locator('rect')
      .evaluateAll((all) => all.map((bar) => Number(bar.getAttribute('height'))));
    expect(heights).toHaveLength(10);
    expect(heights.indexOf(Math.max(...heights))).toBe(1);
    expect(heights.indexOf(Math.min(...heights))).toBe(8);
    await expect(page.locator('.histogram p')).toContainText(
      'the digit 1 most often (1,300), 8 least often (800)',
    );
  });

  test('shows samples above the training digits they are most like, and says what that means', {
    tag: '@base',
  }, async ({ page }) => {
    const found = page.locator('.nearest');
    await expect(found).toContainText('nothing here looks copied');
    await expect(found.getByRole('listitem')).toHaveText(['Distance 1.25', 'Distance 2.5', 'Distance 2.75']);
    for (const [place, { index, looksLike, digit }] of scored.pairs.entries()) {
      const pair = found.getByRole('img', {
        name: `Sample ${index}, looking like ${looksLike}, above training digit ${digit}`,
      });
      const crops = pair.locator('svg');
      await expect(crops.first()).toHaveAttribute('viewBox', `${place * 28} 0 28 28`);
      await expect(crops.last()).toHaveAttribute('viewBox', `${place * 28} 28 28 28`);
    }
    const href = await found.locator('image').first().getAttribute('href');
    expect((await page.request.get(new URL(href ?? '', page.url()).href)).status()).toBe(200);
  });

  test('fits a screen of 320 pixels', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  test('is compared by the same curves and scores', { tag: '@base' }, async ({ page }) => {
    await page.goto(`compare/?a=${scored.name}&b=mlp`);
    const drawing = page.getByRole('img', { name: 'FCD-MNIST, 2,000 samples, by epoch' });
    await expect(drawing).toHaveAccessibleDescription(/^A, state-scored: .* For comparison: real digits /);
    await expect(drawing.locator('.goal')).toHaveCount(1);
    const scores = page.getByRole('table', { name: 'Scores' });
    await expect(scores.getByRole('row', { name: 'FCD-MNIST' })).toContainText(/2\.5.*–/);
  });
});

test.describe('averaged weights and weights as they are', () => {
  test('are swapped in every picture, and the address says which', { tag: '@base' }, async ({ page }) => {
    await page.goto(address);
    const frames = await published(page);
    const raw = await rawUrls(page);
    await expectEpoch(page, frames.at(-1));
    await choice(page, 'as they are').check();
    await expect(picture(page)).toHaveJSProperty('src', raw.at(-1));
    await expect(picture(page)).toHaveAttribute('alt', /by the weights as they are\.$/);
    await expect(page.locator('.curve-picture img')).toHaveJSProperty('src', raw.at(-1));
    await expect(page.locator('.digit-large img')).toHaveJSProperty('src', raw.at(-1));
    await expect(page.locator('.filmstrip img').last()).toHaveJSProperty('src', raw.at(-1));
    await expect(page).toHaveURL(/\?weights=raw$/);
    await choice(page, 'averaged').check();
    await expectEpoch(page, frames.at(-1));
    await expect(page).toHaveURL((url) => url.search === '');
  });

  test('are chosen with the keyboard, which then still moves through the epochs', async ({ page }) => {
    await page.goto(address);
    const raw = await rawUrls(page);
    await choice(page, 'averaged').focus();
    await page.keyboard.press('ArrowRight');
    await expect(choice(page, 'as they are')).toBeFocused();
    await expect(picture(page)).toHaveJSProperty('src', raw.at(-1));
    await slider(page).press('ArrowLeft');
    await expect(picture(page)).toHaveJSProperty('src', raw.at(-2));
  });

  test('follow the address, and an epoch that has no other than averaged ones says so', async ({ page }) => {
    await page.goto(`${address}?weights=raw&epoch=0`);
    await expect(choice(page, 'as they are')).toBeChecked();
    await expect(page.getByText('only averaged at this epoch')).toBeVisible();
    await expectEpoch(page, (await published(page))[0]);
    await slider(page).press('ArrowRight');
    await expect(picture(page)).toHaveJSProperty('src', (await rawUrls(page))[0]);
    await expect(page.getByText('only averaged at this epoch')).toBeHidden();
  });

  test('that nobody knows are taken out of the address', async ({ page }) => {
    await page.goto(`${address}?weights=heavy`);
    await expect(page).toHaveURL((url) => url.search === '');
    await expectEpoch(page, (await published(page)).at(-1));
  });

  test('move nothing else on the page', async ({ page }) => {
    await page.goto(address);
    const last = page.locator('.frames .raw').last();
    await last.scrollIntoViewIfNeeded();
    await expect(last).toBeInViewport();
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    const before = await height();
    await choice(page, 'as they are').check();
    await slider(page).press('Home');
    await expect(page.getByText('only averaged at this epoch')).toBeVisible();
    expect(await height()).toBe(before);
  });

  test('have targets at least 44 pixels high', async ({ page }) => {
    await page.goto(address);
    for (const label of await page.locator('weights-choice label').all())
      expect((await label.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  });

  test('are both among the downloads', async ({ page }) => {
    await page.goto(address);
    await page.getByText(/grids, one by one/).click();
    await expect(page.getByRole('link', { name: '0001.png' })).toBeVisible();
    await expect(page.getByRole('link', { name: '0001-raw.png' })).toBeVisible();
  });

  test('are no choice where a run has but one picture of an epoch', async ({ page }) => {
    await page.goto('runs/mlp/');
    await expect(page.locator('a[data-epoch]')).not.toHaveCount(0);
    await expect(page.getByRole('radio')).toHaveCount(0);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('both pictures of an epoch are linked, and nothing is shown that would do nothing', async ({
    page,
  }) => {
    await page.goto(address);
    await expect(page.getByRole('radio')).toHaveCount(0);
    const link = page.getByRole('link', { name: /^weights as they are.*epoch 1$/ });
    await expect(link).toBeVisible();
    const href = await link.getAttribute('href');
    expect((await page.request.get(new URL(href ?? '', page.url()).href)).status()).toBe(200);
  });

  test('the curves, the bars and the pairs are there', async ({ page }) => {
    await page.goto(address);
    await expect(page.getByRole('img', { name: 'FCD-MNIST, 2,000 samples, by epoch' })).toBeVisible();
    await expect(page.getByRole('img', { name: 'How often each digit is drawn' })).toBeVisible();
    await expect(page.getByRole('img', { name: /^Sample 7, looking like 0, above/ })).toBeVisible();
  });
});
