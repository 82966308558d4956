import type { Locator, Page } from '@playwright/test';
import { deployedUrl } from './sites.ts';
import { expect, openFirst, test } from './test.ts';

export const sampler = (page: Page) => page.locator('live-sampler');
export const status = (page: Page) => sampler(page).getByRole('status');
export const speed = (page: Page) => sampler(page).locator('[data-speed]');
export const picture = (page: Page) => sampler(page).locator('.sampled canvas');
export const seed = (page: Page) => page.getByRole('spinbutton', { name: 'Seed' });
export const truncation = (page: Page) => page.getByRole('slider', { name: /^Truncation/ });

/** Brings the sampler of the page into view and waits until it has drawn. */
export async function openSampler(page: Page): Promise<void> {
  await sampler(page).scrollIntoViewIfNeeded();
  await expect(sampler(page)).toHaveAttribute('data-drawn');
  await settled(page);
}

/** Waits until what is asked for is drawn. */
export async function settled(page: Page): Promise<void> {
  await expect(sampler(page)).not.toHaveAttribute('data-busy');
}

/** Opens the first run of the gallery whose generator knows classes, or the first that knows none. */
export async function openRunWith(page: Page, { classes }: { classes: boolean }): Promise<void> {
  const opened = await openFirst(page, `a sampler, classes ${classes}`, async () => {
    const picker = await page.getByRole('combobox', { name: 'Digit to write' }).count();
    return (await sampler(page).count()) > 0 && picker > 0 === classes;
  });
  if (opened) return;
  // Ours has both; somebody else's may have runs of one kind only.
  test.skip(deployedUrl !== undefined, 'this gallery has no such run');
  throw new Error(`The gallery has no run ${classes ? 'that knows' : 'without'} classes.`);
}

/** The grey levels of a canvas, or of a picture. */
export async function greys(drawn: Locator): Promise<number[]> {
  return await drawn.evaluate(async (element) => {
    const source = element as HTMLCanvasElement | HTMLImageElement;
    if (source instanceof HTMLImageElement) await source.decode();
    const canvas = document.createElement('canvas');
    canvas.width = source instanceof HTMLImageElement ? source.naturalWidth : source.width;
    canvas.height = source instanceof HTMLImageElement ? source.naturalHeight : source.height;
    const context = canvas.getContext('2d');
    context?.drawImage(source, 0, 0);
    const pixels = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return [...pixels].filter((_, i) => i % 4 === 0);
  });
}

export function worst(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, grey, i) => Math.max(most, Math.abs(grey - (b[i] ?? 0))), 0);
}

/**
 * In grey levels of 255. The published weights are halves, the trainer drew with floats, and backends add in
 * different orders.
 */
export const tolerance = 3;
