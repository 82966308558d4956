import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { checkpointFile, readCheckpoint } from '../artifacts/checkpoint.ts';
import { readHistory, readRun } from '../artifacts/reader.ts';
import { isTemporary } from '../disk/files.ts';
import { FailedError } from '../errors.ts';
import type { Seen } from './watcher.ts';

/** What a training does, in the order in which it first does it. */
export const phases = ['start', 'snapshots', 'saves', 'steps', 'epoch scores', 'closing scores'] as const;
export type Phase = (typeof phases)[number];

/** A training that is killed and goes on. */
export interface Subject {
  readonly recipe: string;
  /** Flags of `train`. */
  readonly flags: readonly string[];
  /** What it does at all; closing scores are made by `evaluate` where `train` makes none. */
  readonly phases: readonly Phase[];
}

/** A moment to kill at. */
export interface Aim {
  readonly phase: Phase;
  /** Times that the phase is let pass before. */
  readonly skip: number;
  /** How far into the phase, as a share of its usual length. */
  readonly share: number;
}

/** How a run came to its end. */
export interface Life extends Seen {
  /** The phases in which it was killed. */
  readonly kills: readonly Phase[];
  /** Times that a killed run was gone on with, by `--resume` or `evaluate`. */
  readonly resumes: number;
  /** Usual length of each phase in milliseconds: the mean of those that were not cut off. */
  readonly lengths: ReadonlyMap<Phase, number>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const name = 'crash';

/** The folder of the run that lives in this folder of runs. */
export const directoryOf = (artifacts: string) => join(artifacts, name);

/** The command that goes on with the run as it stands, or starts it; undefined when it has come to its end. */
async function nextCommand(subject: Subject, artifacts: string): Promise<string[] | undefined> {
  const directory = directoryOf(artifacts);
  const [where, threads] = [
    ['--artifacts', artifacts],
    ['--threads', '1'],
  ];
  if (!existsSync(directory))
    return [
      ...['train', '--recipe', subject.recipe, '--name', name, '--engine', 'cpu', '--json'],
      ...[...subject.flags, ...threads, ...where],
    ];
  const { status, metrics } = await readRun(directory);
  if (status !== 'finished') return ['train', '--resume', name, '--json', ...where];
  if (metrics !== null || !subject.phases.includes('closing scores')) return undefined;
  return ['evaluate', '--run', name, '--no-tstr', ...threads, ...where];
}

/** Follows what a process does, by its events and by what it leaves in the run's folder. */
function followPhases(child: ChildProcess, { subject, directory }: { subject: Subject; directory: string }) {
  const entered: { readonly phase: Phase; readonly at: number }[] = [];
  const enter = (phase: Phase) => {
    if (entered.at(-1)?.phase !== phase) entered.push({ phase, at: performance.now() });
  };
  const historyTime = () => statSync(join(directory, 'history.json'), { throwIfNoEntry: false })?.mtimeMs;
  const isSaving = () =>
    existsSync(directory) &&
    readdirSync(directory).some((file) => isTemporary(file) && file.includes(checkpointFile));
  const evaluates = child.spawnargs.includes('evaluate');
  const anew = !existsSync(directory);
  let perEpoch = 0;
  let historyBefore: number | undefined;
  enter(evaluates ? 'closing scores' : 'start');
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (evaluates) return;
    const { event, step, stepsPerEpoch, text } = JSON.parse(line);
    if (event === 'start') perEpoch = stepsPerEpoch;
    else if (event === 'epoch') enter('steps');
    else if (event === 'note' && /^scoring /.test(text)) enter('closing scores');
    else if (event === 'step' && step % perEpoch > 0) enter('steps');
    else if (event === 'step') {
      historyBefore = historyTime();
      enter(subject.phases.includes('epoch scores') ? 'epoch scores' : 'snapshots');
    }
  });
  return {
    entered,
    /** What the process does at this moment. */
    look(): Phase {
      const { phase } = entered.at(-1)!;
      const published = anew && phase === 'start' && existsSync(join(directory, 'epochs'));
      const scored = phase === 'epoch scores' && historyTime() !== historyBefore;
      if (published || scored) enter('snapshots');
      else if (phase === 'snapshots' && isSaving()) enter('saves');
      return entered.at(-1)!.phase;
    },
  };
}

/**
 * Starts a run and goes on with it until it has come to its end, killing it at every moment aimed at that comes.
 *
 * @param artifacts an empty folder, read by a watcher all the while
 * @param lengths of the phases, by which shares of them are reckoned
 * @param signal aborts everything, by killing it
 * @throws FailedError when a command fails or ends without having done anything
 */
export async function live(
  subject: Subject,
  {
    artifacts,
    aims = [],
    lengths = new Map(),
    onKill = () => undefined,
    signal,
  }: {
    readonly artifacts: string;
    readonly aims?: readonly Aim[];
    readonly lengths?: ReadonlyMap<Phase, number>;
    readonly onKill?: (phase: Phase) => void;
    readonly signal?: AbortSignal;
  },
): Promise<Life> {
  const directory = directoryOf(artifacts);
  const kills: Phase[] = [];
  const measured = new Map<Phase, number[]>();
  const left = [...aims];
  let resumes = 0;
  let before = '';
  let killed: Phase | undefined;
  const watcher = new Worker(new URL('./watcher.ts', import.meta.url), { workerData: artifacts });
  try {
    for (;;) {
      const command = await nextCommand(subject, artifacts);
      if (!command) break;
      const aim = left.shift();
      const words = command.join(' ');
      const child = spawn(process.execPath, [main, ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(signal && { signal, killSignal: 'SIGKILL' }),
      });
      let said = '';
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'close');
      ended.catch(() => undefined);
      if (killed && existsSync(directory)) resumes++;
      killed = undefined;
      const { entered, look } = followPhases(child, { subject, directory });
      while (child.exitCode === null && child.signalCode === null && !killed) {
        const phase = look();
        const entry = aim && entered.filter((found) => found.phase === aim.phase)[aim.skip];
        const due = entry && entry.at + aim.share * (lengths.get(aim.phase) ?? 0);
        if (due !== undefined && performance.now() >= due && child.kill('SIGKILL')) killed = phase;
        else await setTimeout(1);
      }
      const [code, endedBy] = await ended;
      for (const [i, { phase, at }] of entered.entries()) {
        const next = entered[i + 1]?.at ?? (killed ? undefined : performance.now());
        if (next !== undefined) measured.set(phase, [...(measured.get(phase) ?? []), next - at]);
      }
      if (endedBy === 'SIGKILL' && killed) {
        kills.push(killed);
        onKill(killed);
      } else if (code !== 0) {
        throw new FailedError(`${words} ended with ${code ?? endedBy}: ${said.trim()}`);
      } else if (words === before) {
        throw new FailedError(`${words} ended twice and left the run unfinished`);
      } else before = words;
    }
    watcher.postMessage('stop');
    const [seen] = (await once(watcher, 'message')) as [Seen];
    return { ...seen, kills, resumes, lengths: means(measured) };
  } finally {
    await watcher.terminate();
  }
}

const means = (measured: ReadonlyMap<Phase, readonly number[]>): Life['lengths'] =>
  new Map([...measured].map(([phase, ms]) => [phase, ms.reduce((sum, one) => sum + one, 0) / ms.length]));

const sum = (contents: Uint8Array | string) => hash('sha256', contents, 'hex');

/**
 * The sums of all that a run holds, by what it is: every file, and of the records what no clock measured. A file that
 * is no part of the run has its own name here too.
 */
export async function sumsOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((found) => found.isFile())) {
    const path = join(entry.parentPath, entry.name);
    sums[relative(directory, path).replaceAll(sep, '/')] = sum(await readFile(path));
  }
  const { startedAt, endedAt, seconds, files, ...run } = await readRun(directory);
  const others = files.filter(({ path }) => path !== 'history.json');
  const { steps, epochs } = await readHistory(directory);
  const means = epochs.map(({ seconds, imagesPerSecond, ...computed }) => computed);
  const { step, epoch, partial, tensors } = await readCheckpoint(directory);
  const named = tensors.map(({ name, shape, values }) => [name, shape, sum(new Uint8Array(values.buffer))]);
  return {
    ...sums,
    'run.json': sum(JSON.stringify({ ...run, files: others })),
    'history.json': sum(JSON.stringify({ steps, means })),
    [checkpointFile]: sum(JSON.stringify({ step, epoch, partial, named })),
  };
}

/** Names of what differs between two runs' sums. */
export const differences = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((path) => a[path] !== b[path]).sort();
