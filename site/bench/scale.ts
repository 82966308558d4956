// npm run bench:site: how the time of a build grows with the runs that it shows.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { checkFiles, readHistory, readRun } from '../../trainer/artifacts/reader.ts';
import { number, parseFlags, path } from '../../trainer/cli/flags.ts';
import { runMain } from '../../trainer/cli/run-command.ts';
import { exitCodes, FailedError } from '../../trainer/errors.ts';
import { growthWords, type Measurement, tableLines } from './growth.ts';
import { syntheticRun } from './synthetic-run.ts';

const root = join(import.meta.dirname, '..', '..');
const counts = [25, 50, 100];

const flags = {
  from: path({ description: 'the run to copy; without it a tiny one is trained', placeholder: 'RUN_FOLDER' }),
  epochs: number({ description: 'epochs of every copy', integer: true, min: 1, default: 50 }),
  goal: number({ description: 'most seconds that the largest site may take', above: 0, default: 60 }),
};

const say = (line: string) => process.stderr.write(`${line}\n`);

async function scale(argv: string[]): Promise<number> {
  const { from, epochs, goal } = parseFlags(flags, argv);
  const work = mkdtempSync(join(tmpdir(), 'inkling-scale-'));
  // On the way out by whatever door: it holds gigabytes.
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  const source = from === undefined ? trainTiny(join(work, 'source')) : resolve(from);
  const artifacts = join(work, 'artifacts');
  const measurements: Measurement[] = [];
  let made = 0;
  for (const runs of counts) {
    for (; made < runs; made++) await writeCopy(source, artifacts, { index: made, epochs });
    say(`building with ${runs} runs of ${epochs} epochs …`);
    // The quicker of two: caches and whatever else the machine does can only slow a build.
    const builds = [
      await build(artifacts, join(work, 'dist'), runs),
      await build(artifacts, join(work, 'dist'), runs),
    ];
    measurements.push(...builds.sort((a, b) => a.seconds - b.seconds).slice(0, 1));
  }
  const largest = measurements.at(-1)?.seconds ?? 0;
  const verdict = `${largest <= goal ? 'Within' : 'Beyond'} the goal of ${goal} s for ${counts.at(-1)} runs.`;
  process.stdout.write(`${[...tableLines(measurements), growthWords(measurements), verdict].join('\n')}\n`);
  return largest <= goal ? exitCodes.done : exitCodes.failed;
}

/** A run of the default recipe, as its files have the usual sizes; returns its folder. */
function trainTiny(artifacts: string): string {
  say('training a tiny run to copy …');
  const args = ['--epochs', '1', '--limit', '640', '--artifacts', artifacts, '--name', 'tiny'];
  runScript('trainer/main.ts', ['train', '--recipe', 'conditional', ...args]);
  return join(artifacts, 'tiny');
}

/** Runs a script of ours with this Node, quietly. */
function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (status !== 0)
    throw new FailedError(`${script} failed: ${(stderr || stdout).trim().split('\n').at(-1)}`);
}

async function writeCopy(
  source: string,
  artifacts: string,
  wanted: { readonly index: number; readonly epochs: number },
): Promise<void> {
  const [original, history] = [await readRun(source), await readHistory(source)];
  const copy = syntheticRun({ run: original, history }, wanted);
  const folder = join(artifacts, copy.run.name);
  for (const parent of new Set(copy.files.map(({ to }) => dirname(to)))) {
    await mkdir(join(folder, parent), { recursive: true });
  }
  for (const { from, to } of copy.files) {
    const [file, place] = [join(source, from), join(folder, to)];
    // Another disk takes no links.
    await link(file, place).catch(() => copyFile(file, place));
  }
  await writeFile(join(folder, 'history.json'), JSON.stringify(copy.history));
  await writeFile(join(folder, 'run.json'), JSON.stringify(copy.run));
  await checkFiles(folder, copy.run);
}

async function build(artifacts: string, outDir: string, runs: number): Promise<Measurement> {
  const start = performance.now();
  runScript('node_modules/astro/bin/astro.mjs', ['build'], {
    ARTIFACTS: artifacts,
    OUT_DIR: outDir,
    BASE_PATH: '',
    SITE_URL: '',
    STRICT: '1',
    ASTRO_TELEMETRY_DISABLED: '1',
  });
  const seconds = (performance.now() - start) / 1000;
  const names = (await readdir(outDir, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  rmSync(outDir, { recursive: true, force: true });
  return {
    runs,
    seconds,
    files: names.length,
    pages: names.filter(({ name }) => name.endsWith('.html')).length,
  };
}

const summary = 'measure how the build of the site grows: 25, 50 and 100 copies of a run';
process.exitCode = await runMain({ 'bench:site': { summary, run: scale } }, [
  'bench:site',
  ...process.argv.slice(2),
]);
