// npm run lighthouse: the four scores of Lighthouse for a page of each kind of a built site.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { ensureChromium } from '../../e2e/browsers/found.ts';
import { serveFolder } from '../../e2e/static-server.ts';
import { parseFlags, path } from '../../trainer/cli/flags.ts';
import { runMain } from '../../trainer/cli/run-command.ts';
import { exitCodes, FailedError, InputError } from '../../trainer/errors.ts';
import { isPerfect, type PageScores, readReport, scoreLine } from './lighthouse-report.ts';

/** Fetched by npx when it is wanted: with what it needs it is larger than all the rest of the project's tools. */
const version = '13.5.0';
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];
const devices = { mobile: [], desktop: ['--preset=desktop'] };

const flags = {
  out: path({
    description: 'the folder of the built site',
    placeholder: 'DIR',
    default: process.env.OUT_DIR || 'dist',
  }),
};

async function lighthouse(argv: string[]): Promise<number> {
  const folder = resolve(parseFlags(flags, argv).out);
  const pages = somePages(folder);
  const chromium = ensureChromium();
  const server = await serveFolder(folder);
  const work = mkdtempSync(join(tmpdir(), 'inkling-lighthouse-'));
  let perfect = true;
  try {
    for (const page of pages) {
      for (const [device, preset] of Object.entries(devices)) {
        const output = join(work, 'report.json');
        await judge(new URL(page, server.url).href, { chromium, output, preset });
        const scores = readReport(JSON.parse(readFileSync(output, 'utf8')));
        print(`/${page}`, device, scores);
        perfect &&= isPerfect(scores);
      }
    }
  } finally {
    await server.close();
    rmSync(work, { recursive: true, force: true });
  }
  return perfect ? exitCodes.done : exitCodes.failed;
}

/** The home page, the first run that it links to, and the first article. */
function somePages(folder: string): string[] {
  const home = join(folder, 'index.html');
  if (!existsSync(home))
    throw new InputError(`There is no built site in ${folder}: run \`npm run build\` first.`);
  const run = /href="\/(runs\/[^"]+\/)"/.exec(readFileSync(home, 'utf8'))?.[1];
  return ['', ...(run ? [run] : []), 'articles/how-a-gan-learns/'];
}

/** Not spawnSync: the server that Lighthouse asks for the page is in this process. */
function judge(
  url: string,
  { chromium, output, preset }: { chromium: string; output: string; preset: readonly string[] },
): Promise<void> {
  const args = ['--yes', `lighthouse@${version}`, url, '--quiet', '--output=json', `--output-path=${output}`];
  const only = `--only-categories=${categories.join(',')}`;
  const chrome = '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking';
  const child = spawn('npx', [...args, only, chrome, ...preset], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      CHROME_PATH: chromium,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
  });
  return new Promise((done, fail) => {
    child.on('error', (error) => fail(new FailedError(`npx could not be started: ${error.message}.`)));
    child.on('close', (code) =>
      code === 0
        ? done()
        : fail(new FailedError(`lighthouse@${version} ended with exit code ${code} at ${url}.`)),
    );
  });
}

function print(page: string, device: string, scores: PageScores): void {
  process.stdout.write(`${scoreLine(page, device, scores)}\n`);
  for (const fault of scores.faults) process.stdout.write(`  ${fault}\n`);
}

const summary =
  'judge pages of a built site with Lighthouse, on a phone and a desktop; 1 unless all have full marks';
process.exitCode = await runMain({ lighthouse: { summary, run: lighthouse } }, [
  'lighthouse',
  ...process.argv.slice(2),
]);
