import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { brokenRun, states } from './fixtures.ts';
import { expect, test } from './test.ts';

const figure = (page: Page, side: string) => page.locator(`figure[data-side=${side}]:visible`);
const picker = (page: Page, side: string) => page.getByLabel(`Run ${side}`);
const slider = (page: Page) => page.getByRole('slider', { name: 'Epoch', exact: true });
const wipe = (page: Page) => page.getByRole('slider', { name: 'Wipe' });

/** The side shows this run at this epoch, with its picture. */
async function expectSide(page: Page, side: string, run: string, epoch: number): Promise<void> {
  await expect(figure(page, side).getByRole('link')).toHaveText(run);
  await expect(figure(page, side).locator('[data-epoch]')).toHaveText(`Epoch ${epoch}`);
  const file = new RegExp(`/data/${run}/epochs/0*${epoch}\\.png`);
  await expect(figure(page, side).locator('img')).toHaveAttribute('src', file);
}

async function expectAddress(page: Page, search: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.search === search);
}

/** The two tiny runs: mlp has the epochs 0 to 4, conditional 0 to 2. */
const pair = 'compare/?a=mlp&b=conditional';

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

test('an address is mended', async ({ page }) => {
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
    await page.goto(`compare/${search}`);
    await expect(figure(page, 'b').locator('img')).toBeVisible();
    await expect(page).toHaveURL((url) => mended.test(url.search));
  }
});

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

test('up to four runs fit a screen of 320 pixels in every view', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const search of ['', '&view=wipe', '&c=state-diverged&d=state-stopped', '&ea=1&eb=1']) {
    await page.goto(`${pair}${search}`);
    await expect(figure(page, 'b').locator('img')).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, search).toBeLessThanOrEqual(320);
  }
});

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
