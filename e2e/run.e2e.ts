import { expectEpoch, picture, published, slider } from './player.ts';
import { expect, openRun, test } from './test.ts';

test.beforeEach(async ({ page }) => {
  await openRun(page);
});

test('a run opens at its last epoch, with the picture loaded and the address as it was', {
  tag: '@base',
}, async ({ page }) => {
  await expectEpoch(page, (await published(page)).at(-1));
  await expect(picture(page)).toHaveJSProperty('complete', true);
  expect(await picture(page).evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(
    0,
  );
  expect(new URL(page.url()).search).toBe('');
});

test('the slider is moved with the keyboard, and the address follows', async ({ page }) => {
  const frames = await published(page);
  await slider(page).focus();
  await page.keyboard.press('ArrowLeft');
  await expectEpoch(page, frames.at(-2));
  await expect(page).toHaveURL(new RegExp(`\\?epoch=${frames.at(-2)?.epoch}$`));
  await page.keyboard.press('Home');
  await expectEpoch(page, frames[0]);
  await page.keyboard.press('End');
  await expectEpoch(page, frames.at(-1));
});

test('the same keys work with nothing in focus', async ({ page }) => {
  const frames = await published(page);
  await page.keyboard.press('Home');
  await expectEpoch(page, frames[0]);
  await page.keyboard.press('ArrowRight');
  await expectEpoch(page, frames[1]);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expectEpoch(page, frames[0]);
});

test.describe('playing', () => {
  /** A little longer than an epoch stays on the screen. */
  const beat = 500;

  test.beforeEach(async ({ page }) => {
    await page.clock.install();
    await page.reload();
    await expect(page.locator('a[data-epoch][aria-current]')).toBeVisible();
    await page.clock.pauseAt(Date.now() + 60 * 60_000);
  });

  test('shows every epoch in turn, and stops at the last', async ({ page }) => {
    const frames = await published(page);
    await page.getByRole('button', { name: 'Play' }).click();
    for (const frame of frames) {
      await expectEpoch(page, frame);
      await page.clock.runFor(beat);
    }
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await expectEpoch(page, frames.at(-1));
  });

  test('is begun and ended with Space', async ({ page }) => {
    const frames = await published(page);
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await page.clock.runFor(beat);
    await expectEpoch(page, frames[1]);
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await page.clock.runFor(3 * beat);
    await expectEpoch(page, frames[1]);
  });

  test('goes as fast as the visitor wants', async ({ page }) => {
    const frames = await published(page);
    const speed = page.getByRole('combobox', { name: 'Speed' });
    await expect(speed).toHaveValue('1');
    await speed.selectOption('½×');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.clock.runFor(beat);
    await expectEpoch(page, frames[0]);
    await page.clock.runFor(beat);
    await expectEpoch(page, frames[1]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.keyboard.press('Home');
    await speed.selectOption('4×');
    await page.getByRole('button', { name: 'Play' }).click();
    await page.clock.runFor(beat / 4);
    await expectEpoch(page, frames[2]);
  });

  test('ends when the visitor takes an epoch elsewhere on the page', async ({ page }) => {
    const frames = await published(page);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.locator('.filmstrip a').nth(2).click();
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await page.clock.runFor(3 * beat);
    await expectEpoch(page, frames[2]);
  });

  test('ends when the visitor takes the epoch that it had come to before', async ({ page }) => {
    const frames = await published(page);
    const play = page.getByRole('button', { name: 'Play' });
    await page.keyboard.press('Home');
    await play.click();
    await page.clock.runFor(beat);
    await expectEpoch(page, frames[1]);
    await page.getByRole('button', { name: 'One epoch back' }).click();
    await play.click();
    await page.locator('.filmstrip a').nth(1).click();
    await expect(play).toBeVisible();
    await page.clock.runFor(3 * beat);
    await expectEpoch(page, frames[1]);
  });

  test('ends when the visitor steps', async ({ page }) => {
    const frames = await published(page);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('button', { name: 'One epoch on' }).click();
    await page.clock.runFor(3 * beat);
    await expectEpoch(page, frames[1]);
  });
});

test('the buttons step by one epoch and stop at the ends', async ({ page }) => {
  const frames = await published(page);
  await page.getByRole('button', { name: 'One epoch on' }).click();
  await expectEpoch(page, frames.at(-1));
  await page.getByRole('button', { name: 'One epoch back' }).click();
  await expectEpoch(page, frames.at(-2));
});

test('a picture of the contact sheet moves the cursor there', { tag: '@base' }, async ({ page }) => {
  const frames = await published(page);
  await page.locator('a[data-epoch]').nth(1).click();
  await expectEpoch(page, frames[1]);
});

test('an address with an epoch opens there, also after a reload', { tag: '@base' }, async ({ page }) => {
  const frames = await published(page);
  await page.goto(`${page.url()}?epoch=${frames[1]?.epoch}`);
  await expectEpoch(page, frames[1]);
  await page.reload();
  await expectEpoch(page, frames[1]);
});

test('an address with an epoch that there is not opens at the last one and is mended', async ({ page }) => {
  const address = page.url();
  for (const bad of ['-1', '1.5', 'last', '99999999', '']) {
    await page.goto(`${address}?epoch=${bad}`);
    await expectEpoch(page, (await published(page)).at(-1));
    await expect(page).toHaveURL(address);
  }
});

test('the charts follow the cursor, and their legends read what the table says', async ({ page }) => {
  const epoch = '1';
  await page.locator(`a[data-epoch="${epoch}"]`).click();
  await expect(page.locator('.chart .cursor[data-shown]')).toHaveCount(await page.locator('.chart').count());
  const wanted = await page.locator(`tr[data-epoch="${epoch}"] [data-key=lossD]`).textContent();
  await expect(page.locator('.chart data[data-key=lossD]')).toHaveText(wanted ?? '');
});

test('the numbers of the epoch stand under the slider, and epoch 0 has none', async ({ page }) => {
  const readout = page.locator('.readout data');
  await page.locator('a[data-epoch="1"]').click();
  const row = page.locator('tr[data-epoch="1"]');
  for (const value of await readout.all()) {
    const key = await value.getAttribute('data-key');
    await expect(value).toHaveText((await row.locator(`[data-key=${key}]`).textContent()) ?? '');
  }
  await slider(page).press('Home');
  await expect(readout).toHaveText(['–', '–', '–', '–', '–']);
});

test('moving through the epochs moves nothing else on the page', async ({ page }) => {
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  // The contact sheet has its real height once it was seen, which takes a frame of the browser's.
  await page.getByRole('heading', { name: 'Contact sheet' }).scrollIntoViewIfNeeded();
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  await page.evaluate(() => scrollTo(0, 0));
  const before = await height();
  for (const frame of await published(page)) {
    await page.locator(`a[data-epoch="${frame.epoch}"]`).dispatchEvent('click');
    await expectEpoch(page, frame);
    expect(await height()).toBe(before);
  }
});

test('the page says which epoch to use, and its link moves the cursor there', { tag: '@base' }, async ({
  page,
}) => {
  const frames = await published(page);
  await page.keyboard.press('Home');
  await expectEpoch(page, frames[0]);
  const advice = page.locator('.which-epoch');
  await expect(advice.getByRole('heading')).toHaveText('Which epoch should I use?');
  const link = advice.getByRole('link', { name: /^epoch \d+$/i });
  const wanted = (await link.textContent())?.match(/\d+/)?.[0];
  await link.click();
  await expectEpoch(
    page,
    frames.find(({ epoch }) => epoch === wanted),
  );
  await advice.getByRole('link', { name: 'How to judge by eye' }).click();
  await expect(page.getByRole('heading', { name: 'Which epoch to use' })).toBeInViewport();
});

test('every control is at least 44 pixels high and wide', async ({ page }) => {
  for (const control of await page.locator('.controls button, .controls input, .controls select').all()) {
    const box = await control.boundingBox();
    expect(box?.width).toBeGreaterThanOrEqual(44);
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
});

test('the keyboard reaches every control, and shows where it is', async ({ page }) => {
  const reached = new Set<string>();
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      const outlined = focused !== null && getComputedStyle(focused).outlineStyle !== 'none';
      return {
        name:
          focused?.getAttribute('data-action') ?? focused?.getAttribute('type') ?? focused?.ariaLabel ?? '',
        outlined,
      };
    });
    expect(seen.outlined).toBe(true);
    reached.add(seen.name);
  }
  expect([...reached]).toEqual(
    expect.arrayContaining(['play', 'back', 'range', 'forward', 'Speed', 'number']),
  );
});
