import {
  greys,
  openRunWith,
  openSampler,
  picture,
  sampler,
  settled,
  status,
  tolerance,
  worst,
} from './sampler-page.ts';
import { cards, expect, test } from './test.ts';

test('for every run, the sampler draws the trainer’s own grid of every epoch whose generator is kept', async ({
  page,
}) => {
  test.setTimeout(300_000);
  const links = await cards(page);
  // The runs of other states are copies of one that is tested already.
  for (const link of links.filter((address) => !address.includes('/state-'))) {
    await page.goto(link);
    if ((await sampler(page).count()) === 0) continue;
    await openSampler(page);
    for (const frame of await page.locator('a[data-epoch]').all()) {
      await frame.click();
      const epoch = await frame.getAttribute('data-epoch');
      await sampler(page).scrollIntoViewIfNeeded();
      await expect(sampler(page)).toHaveAttribute('data-epoch', epoch ?? '');
      await settled(page);
      if (/was not kept/.test((await status(page).textContent()) ?? '')) continue;
      await expect(sampler(page).locator('[data-caption]')).toContainText(`Epoch ${epoch},`);
      const drawn = await greys(picture(page));
      const trained = await greys(frame.locator('img'));
      expect(worst(drawn, trained), `${link} epoch ${epoch}`).toBeLessThanOrEqual(tolerance);
    }
  }
});

test('a hundred resamples leave no tensor behind', async ({ page }) => {
  await openRunWith(page, { classes: false });
  await openSampler(page);
  const counts = await sampler(page).evaluate(async (element) => {
    const button = element.querySelector<HTMLButtonElement>('[data-action=resample]');
    const tensors: (string | undefined)[] = [];
    for (let i = 0; i < 100; i++) {
      await new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (element.hasAttribute('data-busy')) return;
          observer.disconnect();
          resolve();
        });
        observer.observe(element, { attributeFilter: ['data-busy'] });
        button?.click();
      });
      tensors.push(element.dataset.tensors);
    }
    return tensors;
  });
  expect(counts).toHaveLength(100);
  expect(new Set(counts).size).toBe(1);
});
