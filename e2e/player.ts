import type { Page } from '@playwright/test';
import { expect } from './test.ts';

export const slider = (page: Page) => page.getByRole('slider', { name: 'Epoch' });
const caption = (page: Page) => page.locator('.stage [data-caption]');
/** The large grid. */
export const picture = (page: Page) => page.locator('.screen img');

/** The published epochs, as the contact sheet has them. */
export async function published(page: Page): Promise<{ epoch: string; url: string }[]> {
  return await page.locator('a[data-epoch]').evaluateAll((links) =>
    links.map((link) => ({
      epoch: link.getAttribute('data-epoch') ?? '',
      url: (link as HTMLAnchorElement).href,
    })),
  );
}

/** Everything on the page that shows an epoch shows this one. */
export async function expectEpoch(
  page: Page,
  frame: { epoch: string; url: string } | undefined,
): Promise<void> {
  const { epoch, url } = frame ?? { epoch: '', url: '' };
  await expect(caption(page)).toHaveText(`Epoch ${epoch}`);
  await expect(slider(page)).toHaveAttribute('aria-valuetext', `epoch ${epoch}`);
  await expect(picture(page)).toHaveJSProperty('src', url);
  await expect(page.locator('a[data-epoch][aria-current]')).toHaveAttribute('data-epoch', epoch);
}
