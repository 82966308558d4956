import type { Page } from '@playwright/test';
import { expectAddress, expectSide, figure, pair, picker, slider, wipe } from './compare-page.ts';
import { states } from './fixtures.ts';
import { expect, test } from './test.ts';

test('the newest two runs are compared at their last epoch, and the address stays as it was', {
  tag: '@base',
}, async ({ page }) => {
  await page.goto('compare/');
  const newest = await picker(page, 'A').locator('option').allTextContents();
  await expect(figure(page, 'a').getByRole('link')).toHaveText(newest[0]?.split(' ')[0] ?? '');
  await expect(figure(page, 'b').getByRole('link')).toHaveText(newest[1]?.split(' ')[0] ?? '');
  await expect(figure(page, 'c')).toHaveCount(0);
  await expectAddress(page, '');
});

test('one cursor moves both runs; one that lacks the epoch shows its nearest and says so', {
  tag: '@base',
}, async ({ page }) => {
  await page.goto(pair);
  await expectSide(page, 'a', 'mlp', 4);
  await expectSide(page, 'b', 'conditional', 2);
  await expect(figure(page, 'b')).toContainText('its nearest to epoch 4');
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expectSide(page, 'a', 'mlp', 0);
  await expectSide(page, 'b', 'conditional', 0);
  await expect(figure(page, 'b')).not.toContainText('nearest');
  await expectAddress(page, '?a=mlp&b=conditional&epoch=0');
});

test('the keys of the run page work with nothing in focus', async ({ page }) => {
  await page.goto(`${pair}&epoch=1`);
  await expectSide(page, 'a', 'mlp', 1);
  await page.keyboard.press('ArrowRight');
  await expectSide(page, 'a', 'mlp', 2);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expectSide(page, 'b', 'conditional', 0);
  await page.keyboard.press('End');
  await expectSide(page, 'a', 'mlp', 4);
  await page.keyboard.press('Home');
  await expectSide(page, 'a', 'mlp', 0);
});

test.describe('playing', () => {
  /** A little longer than an epoch stays on the screen. */
  const beat = 500;

  test('shows every epoch of both in turn, and stops at the last', async ({ page }) => {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto(pair);
    await expectSide(page, 'a', 'mlp', 4);
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    for (const epoch of [0, 1, 2, 3, 4]) {
      await expectSide(page, 'a', 'mlp', epoch);
      await expectSide(page, 'b', 'conditional', Math.min(epoch, 2));
      await page.clock.runFor(beat);
    }
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  });

  test('ends when the visitor steps', async ({ page }) => {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto(`${pair}&epoch=0`);
    await expectSide(page, 'a', 'mlp', 0);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'One epoch on' }).click();
    await page.clock.runFor(3 * beat);
    await expectSide(page, 'a', 'mlp', 1);
  });
});

test('unlinked, each side has an epoch of its own; linked again, all go to that of A', async ({ page }) => {
  await page.goto(`${pair}&epoch=1`);
  await expectSide(page, 'a', 'mlp', 1);
  await page.getByLabel('Link epochs').uncheck();
  await expect(slider(page)).toBeHidden();
  await page.getByRole('slider', { name: 'B epoch' }).focus();
  await page.keyboard.press('Home');
  await expectSide(page, 'a', 'mlp', 1);
  await expectSide(page, 'b', 'conditional', 0);
  await expectAddress(page, '?a=mlp&b=conditional&ea=1&eb=0');
  await page.reload();
  await expectSide(page, 'a', 'mlp', 1);
  await expectSide(page, 'b', 'conditional', 0);
  await page.getByLabel('Link epochs').check();
  await expectSide(page, 'b', 'conditional', 1);
  await expectAddress(page, '?a=mlp&b=conditional&epoch=1');
});

test('one run beside itself is its first epoch beside its last', async ({ page }) => {
  await page.goto('compare/?a=mlp&b=mlp');
  await expectSide(page, 'a', 'mlp', 0);
  await expectSide(page, 'b', 'mlp', 4);
  await expect(page.getByLabel('Link epochs')).not.toBeChecked();
  await expect(page.getByText('Every setting is the same.')).toBeVisible();
});

test('up to four runs stand side by side, and the next picker appears as they are picked', async ({
  page,
}) => {
  await page.goto(pair);
  await expectSide(page, 'a', 'mlp', 4);
  await expect(picker(page, 'D')).toBeHidden();
  await picker(page, 'C').selectOption(states.diverged.name);
  await picker(page, 'D').selectOption(states.stopped.name);
  await expect(page.locator('figure[data-side]:visible')).toHaveCount(4);
  await expectAddress(page, `?a=mlp&b=conditional&c=${states.diverged.name}&d=${states.stopped.name}`);
  await picker(page, 'C').selectOption('');
  await expect(page.locator('figure[data-side]:visible')).toHaveCount(3);
  await expectAddress(page, `?a=mlp&b=conditional&c=${states.stopped.name}`);
});

test.describe('the wipe', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('compare/?a=mlp&b=mlp&ea=1&eb=4');
    await page.getByLabel('Wipe A over B').check();
    await expectSide(page, 'b', 'mlp', 4);
  });

  const border = (page: Page) =>
    figure(page, 'b')
      .locator('.ink')
      .evaluate((ink) => getComputedStyle(ink).clipPath);

  test('has its border moved by a slider with the keyboard', async ({ page }) => {
    await wipe(page).focus();
    await page.keyboard.press('Home');
    expect(await border(page)).toBe('inset(0px 0px 0px 0%)');
    await page.keyboard.press('ArrowRight');
    expect(await border(page)).toBe('inset(0px 0px 0px 1%)');
    await expect(wipe(page)).toHaveAttribute('aria-valuetext', 'A on the left 1 %, B on the right 99 %');
    await expectSide(page, 'a', 'mlp', 1);
  });

  test('has its border dragged on the picture', async ({ page }) => {
    const box = await page.locator('.wipe-surface').boundingBox();
    if (!box) throw new Error('the wipe is not shown');
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + 50);
    await page.mouse.up();
    await expect(wipe(page)).toHaveValue('25');
    await page.mouse.move(box.x, box.y + 50);
    await expect(wipe(page)).toHaveValue('25');
  });

  test('is kept in the address', { tag: '@base' }, async ({ page }) => {
    await expectAddress(page, '?a=mlp&b=mlp&ea=1&eb=4&view=wipe');
    await page.reload();
    await expect(wipe(page)).toBeVisible();
  });
});

test('grids of other latents are shown side by side, with the reason, and not wiped', async ({ page }) => {
  await page.route('**/runs/conditional/compare.json', async (route) => {
    const response = await route.fetch();
    const body: unknown = JSON.parse((await response.text()).replace(/"seed":\d+/, '"seed":77'));
    await route.fulfill({ response, json: body });
  });
  await page.goto(`${pair}&view=wipe`);
  await expect(page.getByText(/Not the same latents: .*seeds \d+ and 77/)).toBeVisible();
  await expect(page.getByLabel('Wipe A over B')).toBeDisabled();
  await expect(wipe(page)).toBeHidden();
  await expectSide(page, 'a', 'mlp', 4);
});
