import { expect, openRun, test } from './test.ts';

const generator = 'The generator, from latents to a digit';
const discriminator = 'The discriminator, from a digit to one number';

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a recipe’s page draws both networks, and tells them in words and as tables', async ({ page }) => {
    await page.goto('recipes/conditional/');
    const drawing = page.getByRole('img', { name: generator });
    await expect(drawing).toBeVisible();
    await expect(drawing).toHaveAccessibleDescription(
      /From left to right: latents and class, 74; dense, 7 by 7 by 128/,
    );
    await expect(page.getByRole('img', { name: discriminator })).toHaveAccessibleDescription(
      /the class joins at the end/,
    );
    await page.getByText('The layers as tables').click();
    await expect(page.getByRole('rowheader', { name: 'Conv2DTranspose' }).first()).toBeVisible();
  });

  test('a recipe’s page has its settings, its runs and its sources', async ({ page }) => {
    await page.goto('recipes/mlp/');
    await expect(page.getByRole('row', { name: /--latent-size/ })).toContainText('source');
    await expect(page.getByRole('row', { name: /--seed/ })).toHaveCount(0);
    await expect(page.getByText('a public project, by its description')).toBeVisible();
    await page.locator('.card h3 a').first().click();
    await expect(page).toHaveURL(/\/runs\/[\w.-]+\/$/);
  });

  test('a run’s page draws its networks too', async ({ page }) => {
    await openRun(page);
    await expect(page.getByRole('img', { name: generator })).toBeVisible();
    await expect(page.getByRole('img', { name: discriminator })).toBeVisible();
  });
});

test('on a narrow screen a drawing is moved inside its own frame, with the keyboard too', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto('recipes/conditional/');
  const frame = page.getByRole('region', { name: generator });
  await frame.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => frame.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
