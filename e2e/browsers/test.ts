import { test as base, expect } from '@playwright/test';
import { sites } from '../sites.ts';
import { serveFolder } from '../static-server.ts';
import { openFirefox } from './firefox.ts';
import { findOther, lacking, type Other } from './found.ts';
import { run, type Scheme, type Tab } from './tab.ts';
import { openWebkit } from './webkit.ts';

const open: Record<Other, (path: string, scheme: Scheme) => Promise<Tab>> = {
  firefox: openFirefox,
  webkit: openWebkit,
};

declare global {
  interface Window {
    /** What went wrong on the page, since it was opened. */
    complaints: string[];
  }
}

/** Runs before everything else on a page: WebDriver tells nothing of a page's console. */
function watch(): void {
  const { complaints } = Object.assign(window, { complaints: [] as string[] });
  addEventListener(
    'error',
    (event) => {
      const { src, href, rel } = event.target as Partial<HTMLImageElement & HTMLLinkElement>;
      // A hint, which Firefox calls a failure where it has the module already.
      if (rel !== 'modulepreload') complaints.push(event.message ?? `${src ?? href} was not loaded`);
    },
    true,
  );
  addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    complaints.push(`policy violated: ${violatedDirective} ${blockedURI}`),
  );
  for (const level of ['error', 'warn'] as const)
    console[level] = (...words: unknown[]) => complaints.push(words.join(' '));
}

interface Shared {
  readonly scheme: Scheme;
  readonly tab: Tab;
  /** Address of the site's first page. */
  readonly home: string;
}

export const test = base.extend<{ skipped: undefined }, Shared>({
  // Before the tab, which would fail; a skip in there would count for its first test alone.
  skipped: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern, and this one needs none
    async ({}, use, info) => {
      const name = info.project.name as Other;
      info.skip(findOther(name) === undefined, lacking(name));
      await use(undefined);
    },
    { auto: true },
  ],

  scheme: ['light', { option: true, scope: 'worker' }],

  tab: [
    async ({ scheme }, use, { project }) => {
      const name = project.name as Other;
      const path = findOther(name);
      if (path === undefined) throw new Error(lacking(name));
      const tab = await open[name](path, scheme);
      await use(tab);
      tab.close();
    },
    { scope: 'worker' },
  ],

  home: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a pattern, and this one needs none
    async ({}, use) => {
      const { folder } = sites.find(({ base: path }) => path === '/') ?? { folder: '' };
      const server = await serveFolder(folder, '/', `<script>(${watch})()</script>`);
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

export { expect };

/** Opens a page of the site. */
export async function visit(tab: Tab, address: string): Promise<void> {
  await tab.open(address);
  await expect.poll(() => run(tab, () => document.readyState)).toBe('complete');
}

/** Whatever is wrong with the page that is open: its complaints, and what it asked other hosts for. */
export function faults(tab: Tab): Promise<string[]> {
  return run(tab, () => {
    const asked = performance.getEntriesByType('resource').map(({ name }) => name);
    const elsewhere = asked.filter((url) => !/^(?:data|blob):/.test(url) && !url.startsWith(location.origin));
    return [...window.complaints, ...elsewhere];
  });
}

/** Sets the values of a control as a visitor would, or presses it. */
export function use(tab: Tab, selector: string, value?: string): Promise<void> {
  return run(
    tab,
    (place: string, text: string | null) => {
      const control = document.querySelector<HTMLInputElement>(place);
      if (!control) throw new Error(`There is no ${place}.`);
      if (text === null) return control.click();
      control.value = text;
      for (const type of ['input', 'change']) control.dispatchEvent(new Event(type, { bubbles: true }));
    },
    selector,
    value ?? null,
  );
}

export function textOf(tab: Tab, selector: string): Promise<string | undefined> {
  return run(tab, (place) => document.querySelector(place)?.textContent?.trim(), selector);
}
