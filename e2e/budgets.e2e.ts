import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { crawl, expect, test } from './test.ts';

/** What a page may load of JavaScript before anybody has done anything, in bytes, each file gzipped. */
const mostJavaScript = 12_000;

test.describe.configure({ timeout: 240_000 });

async function javaScriptOf(page: Page, address: string): Promise<number> {
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body());
  });
  await page.goto(address, { waitUntil: 'networkidle' });
  const bodies = await Promise.all(scripts);
  return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0);
}

test('no page loads more than 12 kB of JavaScript by itself', async ({ browser, request, home }) => {
  const { pages } = await crawl(request, home);
  const sizes: { address: string; bytes: number }[] = [];
  for (const address of pages) {
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
