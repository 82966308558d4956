import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { crawl, expect, type SitePage, test } from './test.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

test.describe.configure({ timeout: 240_000 });

/** No page of ours has frames, for which axe would open a page of its own each time. */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode();

async function expectNoViolations(builder: AxeBuilder, where: string): Promise<void> {
  const { violations } = await builder.analyze();
  const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  expect.soft(faults, where).toEqual([]);
}

/**
 * The fewest pages, the fullest first, that hold between them every kind of element that any page holds, and every kind
 * of heading behind every other that it follows anywhere.
 */
async function pagesByParts(page: Page, pages: readonly SitePage[]): Promise<string[]> {
  const parts = await page.evaluate(
    (texts) =>
      texts.map((text) => {
        const { body } = new DOMParser().parseFromString(text, 'text/html');
        const kindOf = ({ localName, classList, role, dataset: { status, tone, origin } }: HTMLElement) =>
          [localName, ...classList, role, status, tone, origin].join(' ');
        const headings = [...body.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(
          ({ localName }) => localName,
        );
        return [
          ...headings.map((name, i) => `${headings[i - 1]} before ${name}`),
          ...[...body.querySelectorAll<HTMLElement>('*')].map(kindOf),
        ];
      }),
    pages.map(({ html }) => html),
  );
  const left = pages.map(({ address }, i) => ({ address, parts: new Set(parts[i]) }));
  const seen = new Set<string>();
  const chosen: string[] = [];
  for (;;) {
    const news = left.map((one) => ({
      ...one,
      count: [...one.parts].filter((part) => !seen.has(part)).length,
    }));
    const [best] = news.sort((a, b) => b.count - a.count);
    if (!best || best.count === 0) return chosen;
    chosen.push(best.address);
    for (const part of best.parts) seen.add(part);
  }
}

test('pages of every kind meet WCAG 2.2 AA, and have enough contrast in dark colours too', async ({
  page,
  request,
  home,
}) => {
  const { pages } = await crawl(request, home);
  for (const address of await pagesByParts(page, pages)) {
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
