import type { Page } from '@playwright/test';
import { expect } from './test.ts';

export const figure = (page: Page, side: string) => page.locator(`figure[data-side=${side}]:visible`);
export const picker = (page: Page, side: string) => page.getByLabel(`Run ${side}`);
export const slider = (page: Page) => page.getByRole('slider', { name: 'Epoch', exact: true });
export const wipe = (page: Page) => page.getByRole('slider', { name: 'Wipe' });

/** The side shows this run at this epoch, with its picture. */
export async function expectSide(page: Page, side: string, run: string, epoch: number): Promise<void> {
  await expect(figure(page, side).getByRole('link')).toHaveText(run);
  await expect(figure(page, side).locator('[data-epoch]')).toHaveText(`Epoch ${epoch}`);
  const file = new RegExp(`/data/${run}/epochs/0*${epoch}\\.png`);
  await expect(figure(page, side).locator('img')).toHaveAttribute('src', file);
}

export async function expectAddress(page: Page, search: string): Promise<void> {
  await expect(page).toHaveURL((url) => url.search === search);
}

/** The two tiny runs: mlp has the epochs 0 to 4, conditional 0 to 2. */
export const pair = 'compare/?a=mlp&b=conditional';
