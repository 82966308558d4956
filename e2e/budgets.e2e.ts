import { gzipSync } from 'node:zlib';
import type { APIRequestContext, Page } from '@playwright/test';
import { crawl, expect, openRun, test } from './test.ts';

/** What a page may load of JavaScript before anybody has done anything, in bytes, each file gzipped. */
const mostJavaScript = 12_000;

/** What the sampler adds to its page, its worker included and its WebAssembly not. */
const mostSampler = 40_000;

const gzipped = (body: Buffer) => gzipSync(body, { level: 9 }).length;

test.describe.configure({ timeout: 240_000 });

async function javaScriptOf(page: Page, address: string): Promise<number> {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  const bodies = await Promise.all(scripts);
  return bodies.reduce((sum, body) => sum + gzipped(body), 0);
}

/** A page for every set of scripts that pages name: those that name the same load the same. */
async function pagesByScripts(request: APIRequestContext, home: string): Promise<Iterable<string>> {
  const { pages } = await crawl(request, home);
  const scripts = /<script[^>]*>[^<]*|rel="modulepreload"[^>]*/g;
  return new Map(
    pages.map(({ address, html }) => [[...html.matchAll(scripts)].sort().join(), address]),
  ).values();
}

test('no page loads more than 12 kB of JavaScript by itself', async ({ browser, request, home }) => {
  const sizes: { address: string; bytes: number }[] = [];
  for (const address of await pagesByScripts(request, home)) {
    // A context of its own: nothing is in the cache, as for a first visit.
    const context = await browser.newContext();
    const bytes = await javaScriptOf(await context.newPage(), address);
    await context.close();
    sizes.push({ address, bytes });
    expect.soft(bytes, address).toBeLessThanOrEqual(mostJavaScript);
  }
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  console.log(`Most JavaScript: ${largest?.bytes} bytes gzipped, on ${largest?.address}.`);
});

test('the sampler adds no more than 40 kB of JavaScript, its worker included', async ({ page, request }) => {
  await openRun(page);
  const before = await javaScriptOf(page, page.url());
  const scripts = new Set<string>();
  page.on('request', (asked) => {
    if (/\.js$/.test(new URL(asked.url()).pathname)) scripts.add(asked.url());
  });
  page.on('worker', (worker) => scripts.add(worker.url()));
  await page.locator('live-sampler').scrollIntoViewIfNeeded();
  await expect(page.locator('live-sampler')).toHaveAttribute('data-drawn');
  const bodies = await Promise.all([...scripts].map(async (url) => await (await request.get(url)).body()));
  const added = bodies.reduce((sum, body) => sum + gzipped(body), 0);
  console.log(`The sampler: ${scripts.size} scripts, ${added} bytes gzipped, on a page of ${before}.`);
  expect(scripts.size).toBeGreaterThanOrEqual(2);
  expect(added).toBeLessThanOrEqual(mostSampler);
});
