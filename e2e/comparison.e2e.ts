import AxeBuilder from '@axe-core/playwright';
import { expectSide, figure, pair, picker } from './compare-page.ts';
import { brokenRun } from './fixtures.ts';
import { expect, test } from './test.ts';

for (const [search, mended] of [
  ['?a=gone&b=mlp', /^\?a=[^&]+&b=mlp$/],
  ['?a=mlp&b=../x', /^\?a=mlp&b=[\w-]+$/],
  [`?a=mlp&b=${brokenRun}`, /^\?a=mlp&b=(?!state-broken)[\w-]+$/],
  ['?a=mlp&b=conditional&c=gone', /^\?a=mlp&b=conditional$/],
  ['?a=mlp&b=conditional&epoch=-1', /^\?a=mlp&b=conditional$/],
  ['?a=mlp&b=conditional&epoch=99', /^\?a=mlp&b=conditional$/],
  ['?a=mlp&b=conditional&view=x', /^\?a=mlp&b=conditional$/],
  ['?a=mlp&b=conditional&ea=x&epoch=1', /^\?a=mlp&b=conditional&ea=4$/],
] as const) {
  test(`the address ${search} is mended`, async ({ page }) => {
    await page.goto(`compare/${search}`);
    await expect(figure(page, 'b').locator('img')).toBeVisible();
    await expect(page).toHaveURL((url) => mended.test(url.search));
  });
}

test.describe('a run whose data cannot be fetched', () => {
  test.use({ expectedErrors: /status of 500|ERR_FAILED/ });

  test('is named, and the other is shown', async ({ page }) => {
    await page.route('**/runs/conditional/compare.json', (route) => route.fulfill({ status: 500 }));
    await page.goto(pair);
    await expect(page.getByRole('alert')).toContainText(
      'The run conditional could not be fetched (status 500)',
    );
    await expectSide(page, 'a', 'mlp', 4);
    await expect(figure(page, 'b')).toHaveCount(0);
  });

  test('is named when its data is not what it should be', async ({ page }) => {
    await page.route('**/runs/*/compare.json', (route) => route.fulfill({ json: { name: 'mlp' } }));
    await page.goto(pair);
    await expect(page.getByRole('alert')).toContainText('The record of the run mlp cannot be read');
    await expect(page.locator('.compare-controls')).toBeHidden();
  });

  test('is named when the line is cut', async ({ page }) => {
    await page.route('**/runs/mlp/compare.json', (route) => route.abort());
    await page.goto(pair);
    await expect(page.getByRole('alert')).toContainText('The run mlp could not be fetched;');
    await expectSide(page, 'b', 'conditional', 2);
  });
});

test('nothing moves while the runs are loaded', async ({ page }) => {
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      const moved = list.getEntries().filter((entry) => 'value' in entry && Number(entry.value) > 0.01);
      if (moved.length > 0) document.documentElement.setAttribute('data-moved', '');
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(pair);
  await expectSide(page, 'b', 'conditional', 2);
  await expect(page.locator('.chart').first()).toBeVisible();
  await expect(page.locator('html')).not.toHaveAttribute('data-moved');
});

test('the curves of both lie over one another, and their legends follow the cursor', async ({ page }) => {
  await page.goto(pair);
  const losses = page.getByRole('img', { name: 'Loss of the generator, by epoch' });
  await expect(losses).toHaveAccessibleDescription(/A, mlp: .*B, conditional: /);
  const chart = page.locator('.chart', { has: losses });
  await expect(chart.locator('.line')).toHaveCount(2);
  const [a, b] = await chart
    .locator('.line path')
    .evaluateAll((paths) => paths.map((path) => getComputedStyle(path).strokeDasharray));
  expect(a).not.toBe(b);
  const last = await chart.locator('data').allTextContents();
  expect(last.every((value) => /\d/.test(value))).toBe(true);
  await page.keyboard.press('Home');
  await expect(chart.locator('data')).toHaveText(['–', '–']);
  await expect(chart.locator('.cursor[data-shown]')).toHaveCount(2);
});

test('only the settings that differ are listed, with the value of each', async ({ page }) => {
  await page.goto(pair);
  const settings = page.getByRole('table', { name: 'Settings that differ' });
  await expect(settings.getByRole('row', { name: /--recipe/ })).toContainText(/mlp.*conditional/);
  await expect(settings.getByRole('row', { name: /--limit/ })).toHaveCount(0);
  const runs = page.getByRole('table', { name: 'The runs' });
  for (const fact of ['Recipe', 'Status', 'Time', 'Device', 'Parameters of G', 'Last loss of G'])
    await expect(runs.getByRole('rowheader', { name: fact })).toBeVisible();
});

test('the keyboard reaches every control, each at least 44 pixels high, and shows where it is', async ({
  page,
}) => {
  await page.goto(`${pair}&view=wipe`);
  await expectSide(page, 'a', 'mlp', 4);
  await expect(page.getByRole('slider', { name: 'Wipe' })).toBeVisible();
  const reached: string[] = [];
  await picker(page, 'A').focus();
  for (let i = 0; i < 14; i++) {
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      const box = (focused?.closest('label') ?? focused)?.getBoundingClientRect();
      const [outline, name] = focused
        ? [
            getComputedStyle(focused).outlineStyle,
            focused.getAttribute('name') ?? focused.getAttribute('data-action'),
          ]
        : ['none', null];
      const isControl = focused?.matches('select, input, button') ?? false;
      return { name: name ?? '', outlined: outline !== 'none', high: !isControl || (box?.height ?? 0) >= 44 };
    });
    expect(seen.outlined, seen.name).toBe(true);
    expect(seen.high, seen.name).toBe(true);
    reached.push(seen.name);
    await page.keyboard.press('Tab');
  }
  expect(reached).toEqual(
    expect.arrayContaining(['view', 'link', 'wipe', 'play', 'back', 'epoch', 'forward']),
  );
});

for (const search of ['', '&view=wipe', '&c=state-diverged&d=state-stopped', '&ea=1&eb=1']) {
  test(`two runs fit a screen of 320 pixels${search && ` with ${search}`}`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${pair}${search}`);
    await expect(figure(page, 'b').locator('img')).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
}

for (const search of ['&view=wipe', '&c=mlp&d=state-stopped&ea=1'])
  test(`the comparison ${search} meets WCAG 2.2 AA in light and in dark colours`, async ({ page }) => {
    await page.goto(`${pair}${search}`);
    await expectSide(page, 'b', 'conditional', 2);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      expect.soft(faults, colorScheme).toEqual([]);
    }
  });

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('all runs are compared in a table, and there is no control that would do nothing', async ({
    page,
  }) => {
    await page.goto('compare/');
    await expect(page.locator('compare-runs')).toBeHidden();
    const row = page.getByRole('row', { name: /^.*mlp/ }).first();
    await expect(row).toContainText('4 epochs');
    await expect(row.getByRole('link')).toHaveAttribute('href', /runs\/mlp\/$/);
    await expect(row.locator('img')).toHaveAttribute('loading', 'lazy');
    await expect(page.getByRole('columnheader', { name: 'Last loss of G' })).toBeVisible();
  });
});
