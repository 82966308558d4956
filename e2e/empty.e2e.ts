import { expect, test } from './test.ts';

test('a site without runs says how to train the first one', async ({ page }) => {
  await page.goto('');
  await expect(page.getByText('Nothing has been written here yet.')).toBeVisible();
  await expect(page.getByText('npm run train', { exact: false }).first()).toBeVisible();
  await expect(page.locator('.card')).toHaveCount(0);
});

test('a recipe without runs says how to train one of it', async ({ page }) => {
  await page.goto('recipes/');
  await page.getByRole('link', { name: 'Conditional' }).click();
  await expect(page.getByText('npm run train -- --recipe conditional')).toBeVisible();
});

test('an article without runs says in each figure’s place how to train one for it', async ({ page }) => {
  await page.goto('articles/how-a-gan-learns/');
  const missing = page.getByText('This figure appears once a run of conditional has been trained');
  await expect(missing.first()).toContainText('npm run train -- --recipe conditional');
});

test('a comparison without runs says how to train the first one', async ({ page }) => {
  await page.goto('compare/');
  await expect(page.getByText('Nothing has been written here yet.')).toBeVisible();
  await expect(page.locator('select')).toHaveCount(0);
});
