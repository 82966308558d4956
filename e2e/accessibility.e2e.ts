import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { crawl, expect, test } from './test.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test.describe.configure({ timeout: 240_000 });

async function openWhole(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

async function expectNoViolations(axe: AxeBuilder, address: string): Promise<void> {
  const { violations } = await axe.analyze();
  const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect.soft(faults, address).toEqual([]);
}

test('every page meets WCAG 2.2 AA', async ({ page, request, home }) => {
  const { pages } = await crawl(request, home);
  for (const address of pages) {
    await openWhole(page, address);
    await expectNoViolations(new AxeBuilder({ page }).withTags(standards), address);
  }
});

test('every page has enough contrast in dark colours too', async ({ page, request, home }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const { pages } = await crawl(request, home);
  for (const address of pages) {
    await openWhole(page, address);
    await expectNoViolations(new AxeBuilder({ page }).withRules(['color-contrast']), address);
  }
});
