import type { Page } from '@playwright/test';
import { brokenRun, states } from './fixtures.ts';
import { expect, test } from './test.ts';

const shownNames = (page: Page) => page.locator('.cards > li:visible h3').allTextContents();
const count = (page: Page) => page.locator('.toolbar [role=status]');
const choice = (page: Page, name: string) => page.getByRole('combobox', { name, exact: true });
/** How many runs the tests are given, broken ones among them. */
const all = 10;

test.describe('the line of digits', () => {
  /** A little longer than an epoch stays. */
  const beat = 1000;
  const caption = (page: Page) => page.locator('learning-line [data-caption]');
  const current = (page: Page) => page.locator('learning-line [data-current]');
  const epochs = (page: Page) => page.locator('learning-line li').allTextContents();
  const button = (page: Page, name: string) => page.locator('learning-line').getByRole('button', { name });

  /** Lets the clock run until every epoch has been shown. */
  async function playThrough(page: Page): Promise<void> {
    for (const epoch of await epochs(page)) {
      await expect(caption(page)).toHaveText(`Epoch ${epoch}`);
      await expect(current(page)).toHaveText(epoch);
      await page.clock.runFor(beat);
    }
  }

  test.beforeEach(async ({ page }) => {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    await page.goto('');
    await expect(button(page, 'Pause')).toBeVisible();
  });

  test('begins by itself at epoch 0, shows every epoch in turn and rests on the last', async ({ page }) => {
    await playThrough(page);
    await expect(button(page, 'Play')).toBeVisible();
    await page.clock.runFor(10 * beat);
    await expect(caption(page)).toHaveText(`Epoch ${(await epochs(page)).at(-1)}`);
  });

  test('draws each epoch in place, without moving the page', { tag: '@base' }, async ({ page }) => {
    const ink = () =>
      page
        .locator('learning-line canvas')
        .evaluateAll((all) =>
          all.map((canvas) => (canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '')).join(),
        );
    await page.clock.runFor(100);
    const before = { ink: await ink(), box: await page.locator('#runs').boundingBox() };
    await expect(caption(page)).toHaveText('Epoch 0');
    await page.clock.runFor(2 * beat);
    await expect(caption(page)).not.toHaveText('Epoch 0');
    expect(await ink()).not.toBe(before.ink);
    expect(await page.locator('#runs').boundingBox()).toEqual(before.box);
  });

  test('is paused and resumed by its button', async ({ page }) => {
    await button(page, 'Pause').click();
    const stopped = await caption(page).textContent();
    await page.clock.runFor(5 * beat);
    await expect(caption(page)).toHaveText(stopped ?? '');
    await button(page, 'Play').click();
    await page.clock.runFor(beat);
    await expect(caption(page)).not.toHaveText(stopped ?? '');
  });

  test('plays again from epoch 0', async ({ page }) => {
    await playThrough(page);
    await button(page, 'Play').click();
    await expect(caption(page)).toHaveText('Epoch 0');
    await expect(button(page, 'Pause')).toBeVisible();
  });

  test('stands still while it is out of view', async ({ page }) => {
    await page.setViewportSize({ width: 800, height: 300 });
    await page.locator('footer').scrollIntoViewIfNeeded();
    await expect(page.locator('learning-line')).not.toHaveAttribute('data-playing');
    await page.locator('h1').scrollIntoViewIfNeeded();
    await page.locator('learning-line').scrollIntoViewIfNeeded();
    await expect(page.locator('learning-line')).toHaveAttribute('data-playing');
  });
});

test.describe('for visitors who want no motion', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } });

  test('the same story stands still', async ({ page }) => {
    await page.goto('');
    await expect(page.getByRole('img', { name: /digits at epoch 0/ })).toBeVisible();
    await expect(page.locator('learning-line')).toBeHidden();
    await expect(page.locator('learning-line')).not.toHaveAttribute('data-playing');
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the runs are listed, with the strip and without controls', async ({ page }) => {
    await page.goto('');
    await expect(page.getByRole('img', { name: /digits at epoch 0/ })).toBeVisible();
    await expect(page.locator('.cards > li:visible')).toHaveCount(all);
    for (const control of ['.toolbar', '.tick', 'learning-line', '.picked a'])
      await expect(page.locator(control).first()).toBeHidden();
  });
});

test.describe('the toolbar', () => {
  test.beforeEach(async ({ page }) => {
    await page.goto('');
  });

  test('sorts by name, and the address keeps it over a reload', async ({ page }) => {
    const newest = await shownNames(page);
    await choice(page, 'Sort by').selectOption('name');
    const sorted = newest.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    expect(await shownNames(page)).toEqual(sorted);
    await expect(page).toHaveURL(/\?sort=name$/);
    await page.reload();
    await expect(choice(page, 'Sort by')).toHaveValue('name');
    expect(await shownNames(page)).toEqual(sorted);
    await choice(page, 'Sort by').selectOption('newest');
    expect(await shownNames(page)).toEqual(newest);
    await expect(page).toHaveURL(/\/$/);
  });

  test('filters by recipe, status and words, and says how many are left', async ({ page }) => {
    await expect(count(page)).toHaveText(`${all} runs`);
    await choice(page, 'Recipe').selectOption('conditional');
    const conditional = (await shownNames(page)).length;
    await expect(count(page)).toHaveText(`${conditional} of ${all} runs`);
    await choice(page, 'Recipe').selectOption('');
    await choice(page, 'Status').selectOption('diverged');
    expect(await shownNames(page)).toEqual([states.diverged.name]);
    await choice(page, 'Status').selectOption('broken');
    expect(await shownNames(page)).toContain(brokenRun);
    await choice(page, 'Status').selectOption('');
    await page.getByLabel('Find').fill('STATE stopped');
    expect(await shownNames(page)).toEqual([states.stopped.name]);
    await expect(page).toHaveURL(/\?q=STATE\+stopped$/);
  });

  test('says when no run is left, and shows all of them again', async ({ page }) => {
    await page.getByLabel('Find').fill('no such run');
    await expect(count(page)).toHaveText('No run is like that.');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(page.locator('.cards > li:visible')).toHaveCount(all);
    await expect(page.getByLabel('Find')).toBeFocused();
    await expect(page).toHaveURL(/\/$/);
  });

  test('takes out of an address what it does not offer', async ({ page }) => {
    await page.goto('?sort=price&recipe=gone&status=finished&q=mlp');
    await expect(choice(page, 'Status')).toHaveValue('finished');
    await expect(choice(page, 'Sort by')).toHaveValue('newest');
    await expect(choice(page, 'Recipe')).toHaveValue('');
    expect(await shownNames(page)).toEqual(['mlp']);
    await expect(page).toHaveURL(/\/\?status=finished&q=mlp$/);
  });

  test('takes out of an address what it has no control for', async ({ page, home }) => {
    // The page alone: what else it asks for may still be on its way when the test ends.
    const isPage = ({ pathname }: URL) => pathname === new URL(home).pathname;
    await page.route(isPage, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /<label[^>]*>\s*<span[^>]*>Recipe<\/span>.*?<\/label>/s,
        '',
      );
      await route.fulfill({ response, body });
    });
    await page.goto('?recipe=mlp&sort=name');
    await expect(choice(page, 'Recipe')).toHaveCount(0);
    await expect(page).toHaveURL(/\/\?sort=name$/);
  });
});

test('pictures of cards far down are loaded only when they are near', async ({ page }) => {
  await page.goto('');
  for (const image of await page.locator('.card img').all())
    await expect(image).toHaveAttribute('loading', 'lazy');
});

test('ticked cards lead to their comparison, in the order in which they were ticked', async ({ page }) => {
  await page.goto('');
  const link = page.locator('.picked').getByRole('link', { name: 'Compare' });
  await expect(link).toBeHidden();
  await page.getByRole('checkbox', { name: 'Compare mlp' }).check();
  await expect(page.locator('.picked [role=status]')).toContainText('pick another');
  await page.getByRole('checkbox', { name: 'Compare conditional' }).check();
  await link.click();
  await expect(page).toHaveURL(/compare\/\?a=mlp&b=conditional$/);
});

test('no more runs can be ticked than can be compared', async ({ page }) => {
  await page.goto('');
  const boxes = page.getByRole('checkbox', { name: /Compare/ });
  for (let i = 0; i < 4; i++) await boxes.nth(i).check();
  await expect(boxes.nth(4)).toBeDisabled();
  await boxes.first().uncheck();
  await expect(boxes.nth(4)).toBeEnabled();
});

test('a card is one link, shown by a ring around it', async ({ page }) => {
  await page.goto('');
  const card = page.locator('.card', { has: page.getByRole('link', { name: 'mlp', exact: true }) });
  await card.click({ position: { x: 20, y: 20 } });
  await expect(page).toHaveURL(/runs\/mlp\/$/);
  await page.goBack();
  await page.getByLabel('Find').focus();
  while (!(await card.evaluate((element) => element.matches(':has(h3 a:focus-visible)'))))
    await page.keyboard.press('Tab');
  expect(await card.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
});
