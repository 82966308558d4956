import type { Page } from '@playwright/test';
import { greys, openSampler, picture, sampler, speed, status, tolerance, worst } from './sampler-page.ts';
import { expect, openRun, test } from './test.ts';

test.describe('while the generator cannot be had', () => {
  test.use({ expectedErrors: /ERR_FAILED/ });

  test('the trainer’s grid stands in its place', async ({ page }) => {
    await page.route('**/weights.bin*', (route) => route.abort());
    await openRun(page);
    await sampler(page).scrollIntoViewIfNeeded();
    await expect(status(page)).toHaveText(/weights\.bin could not be fetched\.$/);
    await expect(sampler(page).locator('.sampled img')).toBeVisible();
    await expect(sampler(page)).not.toHaveAttribute('data-drawn');
  });
});

test('a layer that it cannot compute is named, and the trainer’s grid stays', async ({ page }) => {
  await page.route('**/model.json*', async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace('"class_name":"Dense"', '"class_name":"Capsule"');
    await route.fulfill({ response, body: text });
  });
  await openRun(page);
  await sampler(page).scrollIntoViewIfNeeded();
  await expect(status(page)).toHaveText(/^The sampler cannot compute the layer \S+, a Capsule\. It knows/);
  await expect(sampler(page).locator('.sampled img')).toBeVisible();
});

test.describe('where WebAssembly does not start', () => {
  test.use({ expectedErrors: /wasm|ERR_FAILED|Failed to fetch/i });

  const causes: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'it cannot be fetched': (page) => page.route('**/*.wasm', (route) => route.abort()),
    'a browser has none': (page) =>
      page.route(/\/worker[^/]*\.js/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `delete globalThis.WebAssembly;${await response.text()}` });
      }),
  };
  for (const [cause, arrange] of Object.entries(causes))
    test(`plain JavaScript draws the same instead, and the page says so: ${cause}`, async ({ page }) => {
      await arrange(page);
      await openRun(page);
      await openSampler(page);
      await expect(speed(page)).toContainText('by plain JavaScript');
      await expect(status(page)).toHaveText('WebAssembly (SIMD) does not work here.');
      const trained = await greys(page.locator('.screen img'));
      expect(worst(await greys(picture(page)), trained)).toBeLessThanOrEqual(tolerance);
    });
});

test.describe('a file that is missing', () => {
  test.use({ expectedErrors: /status of 404/ });

  test('is named', async ({ page }) => {
    await page.route('**/weights.bin*', (route) => route.fulfill({ status: 404 }));
    await openRun(page);
    await sampler(page).scrollIntoViewIfNeeded();
    await expect(status(page)).toHaveText(/weights\.bin answered with 404\.$/);
  });
});

test('markup in an address is text wherever a page says it again', async ({ page }) => {
  const names = ['q', 'sort', 'recipe', 'epoch', 'digit', 'weights', 'keys', 'seed', 'class'];
  const all = [...names, 'a', 'b', 'ea', 'view'].map((name) => [name, '<b id="smuggled">x</b>']);
  const search = new URLSearchParams(all);
  const smuggled = page.locator('#smuggled');
  await page.goto(`?${search}`);
  await expect(page.getByText('No run is like that.')).toBeVisible();
  await expect(smuggled).toHaveCount(0);
  await page.goto(`compare/?${search}`);
  await expect(page.locator('figure[data-side=b] img').first()).toBeVisible();
  await expect(smuggled).toHaveCount(0);
  await openRun(page);
  await page.goto(`${page.url()}?${search}`);
  await openSampler(page);
  await expect(smuggled).toHaveCount(0);
});
