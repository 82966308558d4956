import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAbsurdRuns } from './absurd-runs-fixture.ts';

const root = join(import.meta.dirname, '..', '..');
let room = '';
let names: string[] = [];
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'inkling-real-site-'));
  names = await writeAbsurdRuns(join(room, 'runs'));
  await mkdir(join(room, 'runs/torn'));
  await writeFile(join(room, 'runs/torn/run.json'), '{"schemaVersion": 1,');
});
afterAll(() => rm(room, { recursive: true, force: true }));

function astro(...args: string[]): ChildProcess {
  // Astro serves no pages where vitest is said to run.
  const env = { ARTIFACTS: join(room, 'runs'), OUT_DIR: join(room, 'site'), ASTRO_TELEMETRY_DISABLED: '1' };
  return spawn(process.execPath, ['node_modules/astro/bin/astro.mjs', ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, ASTRO_DEV_BACKGROUND: '0', ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** What a page has outside of its attributes, and the attributes that place something in a drawing. */
function partsOf(page: string): { readonly markup: string; readonly places: string[] } {
  const places = [...page.matchAll(/ (?:d|x|y|cx|cy|points|transform|viewBox)="([^"]*)"/g)];
  return { markup: page.replace(/="[^"]*"/g, ''), places: places.map(([, value = '']) => value) };
}

test('a build shows every run that the schema allows, however absurd, as text and in places that a drawing has', async () => {
  const build = astro('build', '--silent');
  const [code] = await once(build, 'close');
  expect(code).toBe(0);
  const pages = join(room, 'site/runs');
  expect((await readdir(pages)).sort()).toEqual([...names, 'torn'].sort());
  for (const name of [...names, '..', '../compare']) {
    const { markup, places } = partsOf(await readFile(join(pages, name, 'index.html'), 'utf8'));
    expect(markup).not.toContain('This run cannot be read');
    expect(markup).not.toMatch(/<img src=x|\b(?:NaN|Infinity|undefined)\b/);
    expect(places.filter((place) => /NaN|Infinity|undefined|\de/.test(place))).toEqual([]);
  }
  expect(await readFile(join(pages, 'torn/index.html'), 'utf8')).toContain('torn/run.json is not JSON');
}, 120_000);

test('a folder that Astro’s own flag names, which Astro would empty, is refused untouched', async () => {
  await mkdir(join(room, 'mine'));
  await writeFile(join(room, 'mine/thesis.md'), 'x');
  const [code] = await once(astro('build', '--silent', '--outDir', join(room, 'mine')), 'close');
  expect(code).toBe(2);
  expect(await readdir(join(room, 'mine'))).toEqual(['thesis.md']);
}, 60_000);

test('the dev server shows what is wrong with a run, gives nothing but what pages are made of, and outlives any address', async () => {
  const dev = astro('dev', '--ignore-lock', '--port', '0');
  try {
    let said = '';
    // Its output is closed then, which ends nothing but the words.
    for await (const chunk of dev.stdout ?? []) {
      said += chunk;
      if (said.includes('watching')) break;
    }
    const { port = '', origin } = new URL(/http:\/\/localhost:\d+/.exec(said)?.[0] ?? '');
    const raw = async (address: string) => {
      const socket = connect(Number(port), 'localhost');
      socket.write(`GET ${address} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      return await text(socket);
    };
    for (const address of ['/%', '/data/%ff', 'http://[', '//[', '*', '/\\', `/${'a'.repeat(5000)}`])
      expect(await raw(address)).toMatch(/^HTTP\/1.1 404 /);
    for (const address of ['/package.json', `/@fs${root}/docs/hosting.md`, '/docs/hosting.md?raw'])
      expect(await raw(address)).toMatch(/^HTTP\/1.1 40[34] /);
    expect(await (await fetch(`${origin}/runs/torn/`)).text()).toContain('torn/run.json is not JSON');
  } finally {
    dev.kill('SIGKILL');
  }
}, 120_000);
