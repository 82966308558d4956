// npm run bench:sampler: how long a visitor waits for the sampler of a built site, in headless Chromium.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { type Browser, chromium, type Page } from '@playwright/test';
import { ensureChromium } from '../../e2e/browsers/found.ts';
import { serveFolder } from '../../e2e/static-server.ts';
import { quantile } from '../../trainer/bench/timing.ts';
import { number, parseFlags, path, text } from '../../trainer/cli/flags.ts';
import { runMain } from '../../trainer/cli/run-command.ts';
import { exitCodes, InputError } from '../../trainer/errors.ts';

const flags = {
  out: path({
    description: 'the folder of the built site',
    placeholder: 'DIR',
    default: process.env.OUT_DIR || 'dist',
  }),
  run: text({ description: 'the run whose sampler is timed', placeholder: 'NAME', default: 'conditional' }),
  rounds: number({
    description: 'visits with WebAssembly, and as many without',
    integer: true,
    min: 1,
    default: 5,
  }),
};

/** What draws: WebAssembly, or what stands in where it cannot be had. */
const backends = ['WebAssembly', 'plain JavaScript'] as const;
type Backend = (typeof backends)[number];

const say = (line: string) => process.stdout.write(`${line}\n`);
const median = (values: readonly number[]) => quantile(values, 0.5);

interface Visit {
  /** From the navigation to the first drawing, in milliseconds. */
  readonly first: number;
  /** From each click to its drawing, in milliseconds. */
  readonly further: readonly number[];
  /** Tasks of the page's own thread over 50 ms after the first drawing, in milliseconds. */
  readonly longTasks: readonly number[];
}

/** In the page: notes when the sampler has drawn, and tasks that keep the page from answering. */
function watch(): void {
  const noted = { drawn: 0, tasks: [] as number[] };
  Object.assign(globalThis, { noted });
  new MutationObserver(() => {
    if (noted.drawn === 0 && document.querySelector('live-sampler[data-drawn]'))
      noted.drawn = performance.now();
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-drawn'] });
  new PerformanceObserver((list) => {
    noted.tasks.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
}

async function resample(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const sampler = document.querySelector('live-sampler');
    const start = performance.now();
    await new Promise<void>((resolve) => {
      new MutationObserver((_, observer) => {
        if (sampler?.hasAttribute('data-busy')) return;
        observer.disconnect();
        resolve();
      }).observe(sampler ?? document, { attributeFilter: ['data-busy'] });
      document.querySelector<HTMLButtonElement>('[data-action=resample]')?.click();
    });
    return performance.now() - start;
  });
}

async function visit(browser: Browser, url: string, backend: Backend): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    if (backend === 'plain JavaScript') await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(`${url}?at=1`);
    await page.locator('live-sampler[data-drawn]').waitFor({ timeout: 60_000 });
    const first = await page.evaluate(
      () => (globalThis as unknown as { noted: { drawn: number } }).noted.drawn,
    );
    await page.evaluate(() => {
      (globalThis as unknown as { noted: { tasks: number[] } }).noted.tasks.length = 0;
    });
    const further: number[] = [];
    for (let i = 0; i < 10; i++) further.push(await resample(page));
    const longTasks = await page.evaluate(
      () => (globalThis as unknown as { noted: { tasks: number[] } }).noted.tasks,
    );
    return { first, further, longTasks };
  } finally {
    await context.close();
  }
}

async function bench(argv: string[]): Promise<number> {
  const { out, run, rounds } = parseFlags(flags, argv);
  const folder = resolve(out);
  if (!existsSync(join(folder, 'runs', run, 'index.html')))
    throw new InputError(`${folder} has no page of a run named ${run}: build the site, or name another run.`);

  const server = await serveFolder(folder);
  const browser = await chromium.launch({
    executablePath: ensureChromium(),
    chromiumSandbox: process.getuid?.() !== 0,
  });
  try {
    const results = new Map<Backend, Visit[]>(backends.map((backend) => [backend, []]));
    // In turns, so that a slower minute of the machine is everybody's.
    for (let round = 0; round < rounds; round++) {
      process.stderr.write(`round ${round + 1} of ${rounds}, on ${backends.join(', ')} …\n`);
      for (const backend of backends)
        results.get(backend)?.push(await visit(browser, `${server.url}runs/${run}/`, backend));
    }
    console.log(`${run}, headless ${browser.version()}, medians of ${rounds} visits, 100 digits at a time`);
    const reference = median((results.get('WebAssembly') ?? []).flatMap(({ further }) => further));
    for (const [backend, visits] of results) {
      const further = median(visits.flatMap((one) => one.further));
      const longest = Math.max(0, ...visits.flatMap(({ longTasks }) => longTasks));
      say(
        `${backend.padEnd(16)} first after ${Math.round(median(visits.map(({ first }) => first)))} ms, ` +
          `further in ${Math.round(further)} ms (${(further / reference).toFixed(1)} × WebAssembly), ` +
          `${longest === 0 ? 'no task of the page over 50 ms' : `longest task of the page ${Math.round(longest)} ms`}`,
      );
    }
    return exitCodes.done;
  } finally {
    await browser.close();
    await server.close();
  }
}

const summary = 'time how long a visitor waits for the sampler, with WebAssembly and without';
process.exitCode = await runMain({ 'bench:sampler': { summary, run: bench } }, [
  'bench:sampler',
  ...process.argv.slice(2),
]);
