import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const trace = ['-f', '--seccomp-bpf', '-qq', '-e', 'trace=network', '-o'];
// A container may have strace and not allow it.
const traced = spawnSync('strace', [...trace, '/dev/null', process.execPath, '-v']).status === 0;

let work: string;
let artifacts: string;
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'inkling-'));
  artifacts = join(work, 'artifacts');
});
afterAll(() => rm(work, { recursive: true }));

const main = join(root, 'trainer/main.ts');
const bench = `
  const { compiledStep } = await import(${JSON.stringify(import.meta.resolve('../bench/ours.ts'))});
  const { startEngine } = await import(${JSON.stringify(import.meta.resolve('./engine.ts'))});
  const engine = startEngine({ used: 'onnxruntime', provider: 'cpu', device: '', threads: 1 });
  const step = await compiledStep(engine, 'mlp', 2);
  await step.time();
  await engine.dispose();`;

/**
 * Runs node with a home and a temporary folder of its own.
 *
 * @returns what it left in those, and its calls of internet sockets where they can be traced
 */
async function traceOf(name: string, argv: readonly string[]) {
  const places = { HOME: join(work, `${name}-home`), TMPDIR: join(work, `${name}-tmp`) };
  const log = join(work, `${name}.log`);
  for (const place of Object.values(places)) await mkdir(place);
  const command = [...(traced ? ['strace', ...trace, log] : []), process.execPath, ...argv];
  // What a user has set must not be what keeps it quiet.
  const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...env } = process.env;
  await promisify(execFile)(command[0]!, command.slice(1), { cwd: root, env: { ...env, ...places } });
  const files = await Promise.all(
    Object.values(places).map((place) => readdir(place, { recursive: true, withFileTypes: true })),
  );
  const calls = traced ? (await readFile(log, 'utf8')).split('\n') : [];
  return {
    files: files.flat().map(({ parentPath, name }) => join(parentPath, name)),
    sockets: calls.filter((call) => call.includes('AF_INET')),
  };
}

const nothing = { files: [], sockets: [] };

it('trains and scores without a call of the network, and leaves no file outside its folders', async () => {
  const tiny = '--recipe mlp --engine cpu --limit 128 --epochs 1 --threads 1 --no-evaluate'.split(' ');
  expect(await traceOf('train', [main, 'train', ...tiny, '--artifacts', artifacts])).toEqual(nothing);
  const score = ['--run', 'mlp', '--samples', '100', '--no-tstr', '--artifacts', artifacts];
  expect(await traceOf('score', [main, 'evaluate', ...score])).toEqual(nothing);
});

it('tries engines and times a step without a call of the network', async () => {
  expect(await traceOf('doctor', [main, 'doctor'])).toEqual(nothing);
  const script = join(work, 'bench.mjs');
  await writeFile(script, bench);
  expect(await traceOf('bench', [script])).toEqual(nothing);
});

it('imports ONNX Runtime in one place, where its telemetry is turned off', async () => {
  const folders = ['trainer', 'site', 'tools', 'e2e'];
  const found = await Promise.all(folders.map((folder) => readdir(join(root, folder), { recursive: true })));
  const paths = folders.flatMap((folder, i) => found[i]!.map((path) => join(folder, path)));
  const importers: string[] = [];
  for (const path of paths.filter((path) => /\.(?:ts|mjs|js|astro)$/.test(path)))
    if (
      /(?:from|import\(|require\() ?['"]onnxruntime-node['"]/.test(await readFile(join(root, path), 'utf8'))
    )
      importers.push(path);
  expect(importers.filter((path) => !path.endsWith('.test.ts'))).toEqual([
    join('trainer/engines/onnxruntime.ts'),
  ]);
});
