import {
  greys,
  openRunWith,
  openSampler,
  picture,
  sampler,
  seed,
  settled,
  speed,
  status,
  tolerance,
  truncation,
  worst,
} from './sampler-page.ts';
import { expect, openRun, test } from './test.ts';

test('nothing of the sampler is loaded before a visitor comes near it; then it tells what computes it and how fast', async ({
  page,
}) => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    if (/\.wasm|model\.json|weights\.bin|\/panel\./.test(request.url())) loaded.push(request.url());
  });
  await openRun(page);
  await page.waitForLoadState('networkidle');
  expect(loaded).toEqual([]);
  await openSampler(page);
  for (const part of ['.wasm', 'model.json', 'weights.bin', '/panel.'])
    expect(
      loaded.some((url) => url.includes(part)),
      part,
    ).toBe(true);
  await expect(speed(page)).toHaveText(
    /^100 digits in [\d.,]+ ms, [\d,]+ a second, by WebAssembly \(SIMD\)\.$/,
  );
});

test.describe('once it has drawn', () => {
  test.beforeEach(async ({ page }) => {
    await openRun(page);
    await openSampler(page);
  });

  test('another seed draws other digits, and its link draws the same again', { tag: '@base' }, async ({
    page,
    context,
  }) => {
    const before = await greys(picture(page));
    await page.getByRole('button', { name: 'Another seed' }).click();
    await settled(page);
    await expect(page).toHaveURL(/[?&]seed=\d+/);
    const after = await greys(picture(page));
    expect(worst(before, after)).toBeGreaterThan(50);

    const visitor = await context.newPage();
    await visitor.goto(page.url());
    await openSampler(visitor);
    await expect(seed(visitor)).toHaveValue(await seed(page).inputValue());
    expect(worst(after, await greys(picture(visitor)))).toBe(0);
  });

  test('it follows the cursor to other epochs', async ({ page }) => {
    const before = await greys(picture(page));
    await page.locator('a[data-epoch="0"]').click();
    await sampler(page).scrollIntoViewIfNeeded();
    await expect(sampler(page).locator('[data-caption]')).toHaveText(/^Epoch 0, seed \d+$/);
    expect(worst(before, await greys(picture(page)))).toBeGreaterThan(10);
  });

  test('truncated to nothing, every digit is the mean one', async ({ page }) => {
    await truncation(page).fill('0');
    await settled(page);
    await expect(page).toHaveURL(/[?&]truncation=0(&|$)/);
    const pixels = await greys(picture(page));
    const cell = (column: number) =>
      Array.from({ length: 28 * 28 }, (_, i) => pixels[Math.floor(i / 28) * 280 + column * 28 + (i % 28)]);
    expect(cell(0)).toEqual(cell(9));
  });

  test('a latent direction changes the digits, and is undone by Reset', async ({ page }) => {
    const before = await greys(picture(page));
    await page.getByRole('slider', { name: 'Direction 1' }).fill('3');
    await settled(page);
    expect(worst(before, await greys(picture(page)))).toBeGreaterThan(10);
    await page.getByRole('button', { name: 'Reset' }).click();
    await settled(page);
    expect(worst(before, await greys(picture(page)))).toBe(0);
    await expect(page).not.toHaveURL(/move1/);
  });

  test('a walk begins at the first digit picked and ends at the second', async ({ page }) => {
    await picture(page).click({ position: { x: 5, y: 5 } });
    const { width = 0, height = 0 } = (await picture(page).boundingBox()) ?? {};
    await picture(page).click({ position: { x: width * 0.35, y: height * 0.55 } });
    await settled(page);
    await expect(page.getByRole('spinbutton', { name: 'From' })).toHaveValue('0');
    await expect(page.getByRole('spinbutton', { name: 'To' })).toHaveValue('53');
    const pixels = await greys(picture(page));
    const cell = (index: number) =>
      Array.from(
        { length: 28 * 28 },
        (_, i) =>
          pixels[(Math.floor(index / 10) * 28 + Math.floor(i / 28)) * 280 + (index % 10) * 28 + (i % 28)] ??
          0,
      );
    const walker = sampler(page).locator('[data-walk]');
    expect(worst(await greys(walker), cell(0))).toBeLessThanOrEqual(1);
    await page.getByRole('slider', { name: 'Per cent of the way' }).fill('100');
    await expect(page).toHaveURL(/[?&]at=100/);
    expect(worst(await greys(walker), cell(53))).toBeLessThanOrEqual(1);
  });

  test('the walk plays to its end and stops there', async ({ page }) => {
    await page.getByRole('slider', { name: 'Per cent of the way' }).fill('90');
    const play = sampler(page).locator('[data-action=walk]');
    await play.click();
    await expect(play).toHaveText('Walk');
    await expect(page.getByRole('slider', { name: 'Per cent of the way' })).toHaveValue('100');
  });

  test('a digit is drawn at every epoch whose generator is kept', async ({ page }) => {
    const frames = sampler(page).locator('[data-film] li');
    await page.getByRole('button', { name: 'This digit at every epoch' }).click();
    await expect(frames.last()).toHaveText(
      (await page.locator('a[data-epoch]').last().getAttribute('data-epoch')) ?? '',
    );
    await expect(frames.first()).toHaveText('0');
    const now = await greys(sampler(page).locator('[data-walk]'));
    expect(worst(await greys(frames.last().locator('canvas')), now)).toBeLessThanOrEqual(1);
    await page.getByRole('button', { name: 'Another seed' }).click();
    await expect(frames).toHaveCount(0);
  });

  test('the picture can be taken home, named after what it shows', async ({ page }) => {
    await seed(page).fill('12');
    await settled(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download PNG' }).click();
    expect((await download).suggestedFilename()).toMatch(/^[\w.-]+-epoch-\d{4}-seed-12\.png$/);
  });

  test('the link is copied with the epoch in it', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await expect(status(page)).toHaveText('The link to just this is copied.');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/[?&]epoch=\d+.*#sampler$/);
  });

  test('a number that is no seed gives way to the one that is drawn', async ({ page }) => {
    await seed(page).fill('-4');
    await seed(page).blur();
    await expect(seed(page)).toHaveValue(/^\d+$/);
    await expect(page).not.toHaveURL(/seed=/);
  });
});

test('a generator that knows classes writes the digit that it is asked for in every row', async ({
  page,
}) => {
  await openRunWith(page, { classes: true });
  await openSampler(page);
  const before = await greys(picture(page));
  await page.getByRole('combobox', { name: 'Digit to write' }).selectOption('3');
  await settled(page);
  await expect(page).toHaveURL(/[?&]class=3/);
  const after = await greys(picture(page));
  const row = (pixels: readonly number[], index: number) =>
    pixels.slice(index * 28 * 280, (index + 1) * 28 * 280);
  expect(worst(row(before, 3), row(after, 3))).toBeLessThanOrEqual(1);
  expect(worst(row(before, 0), row(after, 0))).toBeGreaterThan(10);
});

test('a generator without classes offers none', async ({ page }) => {
  await openRunWith(page, { classes: false });
  await expect(page.getByRole('combobox', { name: 'Digit to write' })).toHaveCount(0);
});

test('an address full of nonsense shows the run’s own grid, and is mended; an older one’s backend is passed over', async ({
  page,
}) => {
  await openRun(page);
  const address = page.url();
  await page.goto(`${address}?seed=-1&class=99&truncation=2&move1=x&from=100&backend=webgl`);
  await openSampler(page);
  await expect(page).toHaveURL(address);
  await expect(speed(page)).toContainText('by WebAssembly (SIMD)');
  await expect(status(page)).toBeEmpty();
  expect(worst(await greys(picture(page)), await greys(page.locator('.screen img')))).toBeLessThanOrEqual(
    tolerance,
  );
});

test('every control can be reached and used with the keyboard', async ({ page }) => {
  await openRun(page);
  await openSampler(page);
  await seed(page).focus();
  const reached = new Set<string>();
  for (let i = 0; i < 16; i++) {
    const name = await page.evaluate(() => {
      const focused = document.activeElement;
      const outlined = focused !== null && getComputedStyle(focused).outlineStyle !== 'none';
      return outlined
        ? (focused.getAttribute('name') ?? focused.getAttribute('data-action') ?? '')
        : 'no outline';
    });
    reached.add(name);
    await page.keyboard.press('Tab');
  }
  for (const name of ['seed', 'resample', 'truncation', 'move1', 'save', 'copy', 'from', 'to', 'at'])
    expect([...reached]).toContain(name);
});
