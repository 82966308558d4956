import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';
import { addressVariable, deployedUrl } from './sites.ts';

interface Options {
  /** Console errors that a test provokes on purpose. */
  expectedErrors: RegExp | undefined;
}
interface Fixtures {
  /** Address of the site's first page. */
  home: string;
  /** Fails a test during which the page complains, breaks its policy, or asks another host for anything. */
  quiet: undefined;
}

/** Addresses are given without a leading slash, so that they work under any base path. */
export const test = base.extend<Options & Fixtures>({
  expectedErrors: [undefined, { option: true }],

  // Playwright finds a fixture's needs by its first parameter, which must be a pattern.
  // biome-ignore lint/correctness/noEmptyPattern: this one needs none
  home: async ({}, use, { project }) => {
    const address = deployedUrl ?? process.env[addressVariable(project.name)];
    if (!address) throw new Error(`No site is served for the project ${project.name}.`);
    await use(address);
  },

  baseURL: ({ home }, use) => use(home),

  quiet: [
    async ({ context, home, expectedErrors }, use) => {
      const complaints: string[] = [];
      const { origin } = new URL(home);
      context.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
      context.on('weberror', (error) => complaints.push(error.error().message));
      context.on('request', (request) => {
        const url = new URL(request.url());
        if (/^https?:$/.test(url.protocol) && url.origin !== origin) complaints.push(`asked for ${url.href}`);
      });
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      await use(undefined);
      expect(complaints.filter((text) => !expectedErrors?.test(text))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** What was found of the gallery, which stays as it is; a worker drives but one site. */
const found = new Map<string, Promise<string[]>>();

/** Addresses of every run of the gallery, newest first. */
export function cards(page: Page): Promise<string[]> {
  return remember('', async () => {
    await page.goto('');
    return await page
      .locator('.card h3 a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  });
}

/**
 * Opens the first run of the gallery of which something is true once it is open.
 *
 * @param what it is, in words
 * @returns whether there is one
 */
export async function openFirst(page: Page, what: string, isTrue: () => Promise<boolean>): Promise<boolean> {
  const [known] = await remember(what, async () => {
    for (const link of await cards(page)) {
      await page.goto(link);
      if (await isTrue()) return [link];
    }
    return [];
  });
  if (known !== undefined && page.url() !== known) await page.goto(known);
  return known !== undefined;
}

function remember(what: string, look: () => Promise<string[]>): Promise<string[]> {
  const known = found.get(what) ?? look();
  found.set(what, known);
  return known;
}

/** Opens the first run of the gallery that has at least three published epochs. */
export async function openRun(page: Page): Promise<void> {
  const opened = await openFirst(page, 'three epochs', async () => {
    return (await page.locator('a[data-epoch]').count()) > 2;
  });
  if (!opened) throw new Error('The gallery has no run with three published epochs.');
}

/** An address that a page of the site refers to, with the page that does. */
export interface Reference {
  readonly url: string;
  readonly from: string;
}

/** A page of the site as it is served. */
interface SitePage {
  readonly address: string;
  readonly html: string;
}

/** Everything that is reachable from the first page by links: the pages, and all that they refer to. */
export async function crawl(
  request: APIRequestContext,
  home: string,
): Promise<{ pages: SitePage[]; references: Reference[] }> {
  const addresses = new Set([home]);
  const pages: SitePage[] = [];
  const references = new Map<string, Reference>();
  for (const address of addresses) {
    const html = await (await request.get(address)).text();
    pages.push({ address, html });
    for (const [, value = ''] of html.matchAll(/\s(?:href|src)="([^"#]+)/g)) {
      const url = new URL(value.replaceAll('&amp;', '&'), address).href;
      if (url.startsWith(home) && url.endsWith('/')) addresses.add(url);
      if (!references.has(url)) references.set(url, { url, from: address });
    }
  }
  return { pages, references: [...references.values()] };
}
