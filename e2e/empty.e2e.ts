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
