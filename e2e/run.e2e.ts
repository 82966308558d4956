import type { Page } from '@playwright/test';
import { expect, openRun, test } from './test.ts';

const slider = (page: Page) => page.getByRole('slider', { name: 'Epoch' });
const caption = (page: Page) => page.locator('[data-caption]');
const picture = (page: Page) => page.locator('.screen img');

/** The published epochs, as the contact sheet has them. */
async function published(page: Page): Promise<{ epoch: string; url: string }[]> {
  return await page.locator('a[data-epoch]').evaluateAll((links) =>
    links.map((link) => ({
      epoch: link.getAttribute('data-epoch') ?? '',
      url: (link as HTMLAnchorElement).href,
    })),
  );
}

/** Everything on the page that shows an epoch shows this one. */
async function expectEpoch(page: Page, frame: { epoch: string; url: string } | undefined): Promise<void> {
  const { epoch, url } = frame ?? { epoch: '', url: '' };
  await expect(caption(page)).toHaveText(`Epoch ${epoch}`);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', `epoch ${epoch}`);
  await expect(picture(page)).toHaveJSProperty('src', url);
  await expect(page.locator('a[data-epoch][aria-current]')).toHaveAttribute('data-epoch', epoch);
}

test.beforeEach(async ({ page }) => {
  await openRun(page);
});

test('a run opens at its last epoch, with the picture loaded and the address as it was', async ({ page }) => {
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

test('a picture of the contact sheet moves the cursor there', async ({ page }) => {
  const frames = await published(page);
  await page.locator('a[data-epoch]').nth(1).click();
  await expectEpoch(page, frames[1]);
});

test('an address with an epoch opens there, also after a reload', async ({ page }) => {
  const frames = await published(page);
  await page.goto(`${page.url()}?epoch=${frames[1]?.epoch}`);
  await expectEpoch(page, frames[1]);
  await page.reload();
  await expectEpoch(page, frames[1]);
});

for (const bad of ['-1', '1.5', 'last', '99999999', '']) {
  test(`an address with the epoch “${bad}” opens at the last one and is mended`, async ({ page }) => {
    const address = page.url();
    await page.goto(`${address}?epoch=${bad}`);
    await expectEpoch(page, (await published(page)).at(-1));
    await expect(page).toHaveURL(address);
  });
}

test('the charts follow the cursor, and their legends read what the table says', async ({ page }) => {
  const epoch = '1';
  await page.locator(`a[data-epoch="${epoch}"]`).click();
  await expect(page.locator('.chart .cursor[data-shown]')).toHaveCount(await page.locator('.chart').count());
  const wanted = await page.locator(`tr[data-epoch="${epoch}"] [data-key=lossD]`).textContent();
  await expect(page.locator('data[data-key=lossD]')).toHaveText(wanted ?? '');
});

test('every control is at least 44 pixels high and wide', async ({ page }) => {
  for (const control of await page.locator('.controls button, .controls input').all()) {
    const box = await control.boundingBox();
    expect(box?.width).toBeGreaterThanOrEqual(44);
    expect(box?.height).toBeGreaterThanOrEqual(44);
  }
});

test('the keyboard reaches every control, and shows where it is', async ({ page }) => {
  const reached = new Set<string>();
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      const outlined = focused !== null && getComputedStyle(focused).outlineStyle !== 'none';
      return { name: focused?.getAttribute('data-action') ?? focused?.getAttribute('type') ?? '', outlined };
    });
    expect(seen.outlined).toBe(true);
    reached.add(seen.name);
  }
  expect([...reached]).toEqual(expect.arrayContaining(['play', 'back', 'range', 'forward']));
});
