import { crawl, expect, test } from './test.ts';

test('every page has a title and one heading of its own, fits 320 pixels, and repeats no id', async ({
  page,
  request,
  home,
}) => {
  const { pages } = await crawl(request, home);
  await page.setViewportSize({ width: 320, height: 640 });
  const titles = new Set<string>();
  for (const { address } of pages) {
    await page.goto(address);
    titles.add(await page.title());
    await expect.soft(page.locator('h1'), address).toHaveCount(1);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, address).toBeLessThanOrEqual(320);
    const ids = await page.locator('[id]').evaluateAll((all) => all.map(({ id }) => id));
    const repeated = ids.filter((id, i) => ids.indexOf(id) !== i);
    expect.soft(repeated, address).toEqual([]);
  }
  expect(titles.size).toBe(pages.length);
});

test('every link, picture, style and script of every page is there, under the base path', {
  tag: '@base',
}, async ({ request, home }) => {
  const { origin } = new URL(home);
  const { references } = await crawl(request, home);
  for (const { url, from } of references.filter((reference) => reference.url.startsWith(origin))) {
    expect.soft(url.startsWith(home), `${url} on ${from}`).toBe(true);
    expect.soft((await request.head(url)).status(), `${url} on ${from}`).toBe(200);
  }
});

test.describe('an address that is not there', () => {
  test.use({ expectedErrors: /status of 404/ });

  test('says so and leads home', { tag: '@base' }, async ({ page, home }) => {
    const response = await page.goto('runs/never-trained/');
    expect(response?.status()).toBe(404);
    await page.getByRole('link', { name: 'All runs' }).click();
    await expect(page).toHaveURL(home);
  });
});

test('the policy allows no script or style but the site’s own', async ({ page }) => {
  await page.goto('');
  const policy = await page.locator('meta[http-equiv=content-security-policy]').getAttribute('content');
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("object-src 'none'");
  expect(policy).not.toContain('unsafe-inline');
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).not.toMatch(/https?:|\*/);
});
