import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

const grid = (page: Page) => page.locator('grid-slider').first();

test.beforeEach(async ({ page }) => {
  await page.goto('articles/how-a-gan-learns/');
});

test('every figure says which run it shows, with its seed, and leads to it', async ({ page }) => {
  const captions = page.locator('.from');
  expect(await captions.count()).toBeGreaterThan(5);
  for (const caption of await captions.all()) {
    await expect(caption).toHaveText(/Run [\w.-]+, recipe \S+, seed \d+, epochs? \d/);
  }
  await captions.first().getByRole('link').click();
  await expect(page).toHaveURL(/\/runs\/[\w.-]+\/$/);
});

test('a grid is moved through the epochs with the keyboard, and no other figure moves with it', async ({
  page,
}) => {
  const other = page.locator('grid-slider').nth(1).getByRole('img');
  const before = await other.getAttribute('src');
  const first = (await grid(page).locator('a[data-epoch="0"]').getAttribute('href')) ?? '';
  await grid(page).getByRole('slider', { name: 'Epoch' }).focus();
  await page.keyboard.press('Home');
  await expect(grid(page).getByRole('slider')).toHaveAttribute('aria-valuetext', 'epoch 0');
  await expect(grid(page).getByText('Epoch 0', { exact: true }).first()).toBeVisible();
  await expect(grid(page).getByRole('img')).toHaveJSProperty('src', new URL(first, page.url()).href);
  await expect(grid(page).getByRole('img', { name: /before any training/ })).toBeVisible();
  expect(await other.getAttribute('src')).toBe(before);
  expect(new URL(page.url()).search).toBe('');
});

test('an article leads to the next and back', async ({ page }) => {
  const onward = page.getByRole('navigation', { name: 'From here' });
  await onward.getByRole('link', { name: 'How to read a run' }).click();
  await expect(page.getByRole('heading', { name: 'Which epoch to use' })).toHaveAttribute(
    'id',
    'which-epoch-to-use',
  );
  await onward.getByRole('link', { name: 'How a GAN learns' }).click();
  await expect(page).toHaveURL(/how-a-gan-learns\/$/);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the figures are there, and a grid’s epochs are links in place of the slider', async ({ page }) => {
    await expect(grid(page).getByRole('img', { name: /after \d epochs/ })).toBeVisible();
    await expect(grid(page).getByRole('slider')).toBeHidden();
    await expect(grid(page).getByRole('link', { name: 'Epoch 0' })).toBeVisible();
    await expect(page.getByRole('img', { name: 'Losses, by epoch' })).toHaveAccessibleDescription(
      /at epoch 1/,
    );
  });

  test('the equations are set by the browser itself, and none is cut off', async ({ page }) => {
    const equations = page.locator('math');
    await expect(equations).toHaveCount(3);
    for (const equation of await equations.all()) await expect(equation).toBeVisible();
    for (const width of [320, 390, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const cut = await page
        .locator('.equation .scroll')
        .evaluateAll((all) =>
          all.some((box) => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight),
        );
      expect(cut, `${width} pixels`).toBe(false);
    }
  });
});
