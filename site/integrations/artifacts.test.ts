import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { artifacts } from './artifacts.ts';
import { publishRuns } from './publish.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-site-'));
  await mkdir(join(folder, 'runs', 'torn'), { recursive: true });
  await writeFile(join(folder, 'runs', 'torn', 'run.json'), '{"schemaVersion": 1,');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type BuildStart = (options: { logger: { warn(message: string): void } }) => Promise<void>;

function buildStart(strict: boolean, artifactsDir = join(folder, 'runs')): BuildStart {
  const settings = { artifactsDir, outDir: join(folder, 'dist'), base: '/', strict };
  return artifacts(settings).hooks['astro:build:start'] as unknown as BuildStart;
}

test('a broken run is warned of, by file and fault', async () => {
  const warn = vi.fn<(message: string) => void>();
  await buildStart(false)({ logger: { warn } });
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^torn\/run\.json is not JSON/));
});

test('a strict build fails with that sentence', async () => {
  await expect(buildStart(true)({ logger: { warn: vi.fn() } })).rejects.toThrow(
    /^torn\/run\.json is not JSON/,
  );
});

test('no artifacts at all are no fault, not even to a strict build', async () => {
  await buildStart(true, join(folder, 'nowhere'))({ logger: { warn: vi.fn() } });
  expect(await publishRuns(join(folder, 'nowhere'), pathToFileURL(join(folder, 'dist') + sep))).toBe(0);
});

test('a broken run is not published', async () => {
  expect(await publishRuns(join(folder, 'runs'), pathToFileURL(join(folder, 'dist') + sep))).toBe(0);
  expect(existsSync(join(folder, 'dist', 'data', 'torn'))).toBe(false);
});
