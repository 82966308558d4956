import type { Page } from '@playwright/test';
import { expectEpoch, published, slider } from './player.ts';
import { expect, openRun, test } from './test.ts';

const number = (page: Page) => page.getByRole('spinbutton', { name: 'Digit' });
const strip = (page: Page, digit: number) =>
  page.getByRole('list', { name: `Digit ${digit}, epoch by epoch`, exact: true });
const enlarged = (page: Page, digit: number, epoch: string | undefined) =>
  page.getByRole('img', { name: `Digit ${digit} at epoch ${epoch}, enlarged.`, exact: true });

/** Where in its grid the pictures of the filmstrip look. */
async function windowOf(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const picture = document.querySelector('.filmstrip img');
    return picture ? getComputedStyle(picture).objectPosition : '';
  });
}

async function clickCell(page: Page, row: number, column: number): Promise<void> {
  const grid = page.locator('digit-picker');
  await grid.scrollIntoViewIfNeeded();
  const box = await grid.boundingBox();
  if (!box) throw new Error('The grid is not on the screen.');
  await grid.click({
    position: { x: ((column + 0.5) / 10) * box.width, y: ((row + 0.5) / 10) * box.height },
  });
}

async function expectDigit(page: Page, digit: number): Promise<void> {
  await expect(number(page)).toHaveValue(String(digit));
  await expect(strip(page, digit)).toBeVisible();
  expect(await windowOf(page)).toBe(`${-28 * (digit % 10)}px ${-28 * Math.floor(digit / 10)}px`);
}

test.describe('a digit', () => {
  test.beforeEach(async ({ page }) => {
    await openRun(page);
  });

  test('is the first one to begin with, and the address stays as it was', async ({ page }) => {
    await expectDigit(page, 0);
    expect(new URL(page.url()).search).toBe('');
  });

  test('is followed by a click on the grid, marked there and in the address', async ({ page }) => {
    await clickCell(page, 3, 7);
    await expectDigit(page, 37);
    await expect(page).toHaveURL(/[?&]digit=37$/);
    const grid = await page.locator('digit-picker').boundingBox();
    const mark = await page.locator('.digit-mark').boundingBox();
    if (!grid || !mark) throw new Error('Nothing is marked.');
    expect(mark.x - grid.x).toBeCloseTo(0.7 * grid.width, 0);
    expect(mark.y - grid.y).toBeCloseTo(0.3 * grid.height, 0);
    await expect(page.locator('.reals .digit-mark')).toHaveCount(0);
  });

  test('is followed with the keyboard: its number, the arrows, the buttons', async ({ page }) => {
    await number(page).focus();
    await page.keyboard.press('ArrowUp');
    await expectDigit(page, 1);
    await number(page).fill('99');
    await expectDigit(page, 99);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectDigit(page, 0);
    await page.getByRole('button', { name: 'Digit before' }).press('Enter');
    await expectDigit(page, 99);
  });

  test('that is not on the grid is not followed, and its number is put right', async ({ page }) => {
    await number(page).fill('12');
    for (const bad of ['100', '-1', '']) {
      await number(page).fill(bad);
      await expect(strip(page, 12)).toBeVisible();
      await number(page).blur();
      await expectDigit(page, 12);
    }
  });

  test('is enlarged at the epoch of the cursor, and has an address in words', async ({ page, context }) => {
    const frames = await published(page);
    await number(page).fill('42');
    await slider(page).press('Home');
    await slider(page).press('ArrowRight');
    await expect(enlarged(page, 42, frames[1]?.epoch)).toHaveJSProperty('src', frames[1]?.url);
    const words = new RegExp(`^run \\S+, epoch ${frames[1]?.epoch}, seed \\d+, digit 42$`);
    await page.getByRole('link', { name: words }).click();
    await expect(page).toHaveURL(new RegExp(`\\?epoch=${frames[1]?.epoch}&digit=42#digit$`));
    const visitor = await context.newPage();
    await visitor.goto(page.url());
    await expectDigit(visitor, 42);
    await expectEpoch(visitor, frames[1]);
    await expect(visitor.getByRole('heading', { name: 'One digit' })).toBeInViewport();
  });

  test('shows its epochs as a filmstrip whose frames move the cursor', async ({ page }) => {
    const frames = await published(page);
    const links = strip(page, 0).getByRole('link');
    await expect(links).toHaveCount(frames.length);
    await links.nth(1).focus();
    await page.keyboard.press('Enter');
    await expectEpoch(page, frames[1]);
    await expect(links.nth(1)).toHaveAttribute('aria-current', 'true');
    await expect(links.and(page.locator('[aria-current]'))).toHaveCount(1);
    await expect(page).toHaveURL(new RegExp(`\\?epoch=${frames[1]?.epoch}$`));
  });

  test('that there is not is taken out of the address, and the first one is shown', async ({ page }) => {
    const address = page.url();
    for (const bad of ['100', '-1', '3.5', 'nine', '']) {
      await page.goto(`${address}?digit=${bad}&epoch=1`);
      await expectDigit(page, 0);
      await expect(page).toHaveURL(`${address}?epoch=1`);
    }
  });

  test('leaves another seed in the address alone', async ({ page }) => {
    await page.goto(`${page.url()}?seed=7`);
    await number(page).fill('5');
    await expect(page).toHaveURL(/\?seed=7&digit=5$/);
    // Its own link names the digit of the published grids, which that seed did not draw.
    await expect(page.locator('.permalink')).toHaveAttribute('href', /^\?epoch=\d+&digit=5#digit$/);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the filmstrip of the first digit is on the page, and leads to the contact sheet', async ({
    page,
  }) => {
    await openRun(page);
    await expect(number(page)).toBeHidden();
    await expect(page.locator('.digit-mark')).toBeHidden();
    const links = strip(page, 0).getByRole('link');
    await expect(links).toHaveCount(await page.locator('a[data-epoch]').count());
    await links.nth(1).click();
    await expect(page).toHaveURL(/#epoch-\d+$/);
    await expect(page.locator('a[data-epoch]').nth(1)).toBeInViewport();
  });
});
