import type { Locator, Page } from '@playwright/test';
import { expectEpoch, published } from './player.ts';
import { expect, openRun, test } from './test.ts';

const chart = (page: Page) => page.locator('chart-cursor svg').first();

/** The place on the screen at which a chart has this epoch. */
async function placeOf(drawing: Locator, epoch: number): Promise<{ x: number; y: number }> {
  await drawing.scrollIntoViewIfNeeded();
  return await drawing.evaluate((svg: SVGSVGElement, at) => {
    const { left, right, from, to } = svg.dataset;
    const box = svg.getBoundingClientRect();
    const share = (at - Number(from)) / (Number(to) - Number(from));
    const x = Number(left) + share * (Number(right) - Number(left));
    return { x: box.left + (x / svg.viewBox.baseVal.width) * box.width, y: box.top + box.height / 2 };
  }, epoch);
}

/** A pointer comes from somewhere: the very first move on a page has no length. */
async function hover(page: Page, { x, y }: { x: number; y: number }): Promise<void> {
  await page.mouse.move(1, 1);
  await page.mouse.move(x, y);
}

test.beforeEach(async ({ page }) => {
  await openRun(page);
});

test('hovering over a curve moves the cursor to the nearest epoch, and leaving keeps it', async ({
  page,
}) => {
  const frames = await published(page);
  for (const near of [0.3, 1.3]) {
    await hover(page, await placeOf(chart(page), near));
    await expectEpoch(page, frames[Math.round(near)]);
  }
  await page.mouse.move(1, 1);
  await expectEpoch(page, frames[1]);
  await expect(page).toHaveURL(/\?epoch=1$/);
});

test('a place beside the curves means the first or the last epoch', async ({ page }) => {
  const frames = await published(page);
  const first = await placeOf(chart(page), 0);
  await hover(page, { x: first.x - 20, y: first.y });
  await expectEpoch(page, frames[0]);
});

test('the page that scrolls under a resting mouse moves nothing', async ({ page }) => {
  const frames = await published(page);
  const place = await placeOf(chart(page), 1);
  await hover(page, place);
  await expectEpoch(page, frames[1]);
  await page.keyboard.press('ArrowRight');
  await expectEpoch(page, frames[2]);
  await chart(page).dispatchEvent('pointermove', {
    clientX: place.x,
    clientY: place.y,
    pointerType: 'mouse',
  });
  await expectEpoch(page, frames[2]);
});

test('each line is ringed at the epoch, and the grid stands beside the curves', async ({ page }) => {
  const frames = await published(page);
  const place = await placeOf(chart(page), 1);
  await hover(page, place);
  await expect(chart(page).locator('.ring[data-shown]')).toHaveCount(2);
  await expect(page.locator('.curve-picture img')).toHaveJSProperty('src', frames[1]?.url);
  await expect(page.locator('.curve-picture img')).toBeInViewport();
  await expect(page.locator('.curve-picture')).toHaveText(/Epoch 1/);
});

test.describe('with a finger', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });

  test('a tap on a curve moves the cursor, and the finger still scrolls the page', async ({ page }) => {
    const frames = await published(page);
    const place = await placeOf(chart(page), 1);
    await page.touchscreen.tap(place.x, place.y);
    await expectEpoch(page, frames[1]);
    await expect(chart(page)).toHaveCSS('touch-action', 'pan-y');
    await expect(page.locator('.curve-picture img')).toBeInViewport();
  });

  test('a finger that is drawn along a curve takes the cursor with it', async ({ page, context }) => {
    const frames = await published(page);
    const [from, to] = [await placeOf(chart(page), 2), await placeOf(chart(page), 0)];
    const session = await context.newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    await touch('touchStart', [from]);
    await expectEpoch(page, frames[2]);
    await touch('touchMove', [{ x: (from.x + to.x) / 2, y: from.y }]);
    await expectEpoch(page, frames[1]);
    await touch('touchMove', [to]);
    await expectEpoch(page, frames[0]);
    await touch('touchEnd', []);
    await expectEpoch(page, frames[0]);
  });
});
