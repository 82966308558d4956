import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { crawl, expect, test } from './test.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test.describe.configure({ timeout: 240_000 });

/** No page of ours has frames, for which axe would open a page of its own each time. */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode();

async function expectNoViolations(builder: AxeBuilder, where: string): Promise<void> {
  const { violations } = await builder.analyze();
  const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect.soft(faults, where).toEqual([]);
}

test('every page meets WCAG 2.2 AA, and has enough contrast in dark colours too', async ({
  page,
  request,
  home,
}) => {
  const { pages } = await crawl(request, home);
  for (const { address } of pages) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(address);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await expectNoViolations(axe(page).withTags(standards), address);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectNoViolations(axe(page).withRules(['color-contrast']), `${address} in dark colours`);
  }
});
