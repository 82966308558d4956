import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockRun } from '../trainer/artifacts/lock.ts';
import { listRuns } from '../trainer/artifacts/reader.ts';
import type { Run } from '../trainer/artifacts/schema.ts';
import { deriveScored } from './scored-run.ts';

/** Runs in the states that a training of seconds does not end in: copies of a real one with another ending. */
export const states = {
  running: { name: 'state-running', status: 'running', message: null, endedAt: null },
  cutOff: { name: 'state-cut-off', status: 'running', message: null, endedAt: null },
  stopped: { name: 'state-stopped', status: 'stopped', message: 'Stopped with Ctrl-C; go on with --resume.' },
  diverged: {
    name: 'state-diverged',
    status: 'diverged',
    message: 'The loss of the discriminator is not a number any more: try a smaller --learning-rate-d.',
  },
} as const satisfies Record<string, Partial<Run>>;

/** A run whose record was cut off, as by a full disk. */
export const brokenRun = 'state-broken';
/** A run that lacks one of its pictures. */
export const incompleteRun = 'state-incomplete';
/** A folder whose name cannot be part of an address. */
export const misnamedRun = 'Not a run';

export async function deriveStates(artifacts: string): Promise<void> {
  const whole = (await listRuns(artifacts)).find(({ run }) => run?.status === 'finished');
  if (!whole?.run) throw new Error(`${artifacts} holds no finished run to derive the others from.`);
  const { run } = whole;
  const copy = (name: string) => cp(join(artifacts, run.name), join(artifacts, name), { recursive: true });
  for (const state of Object.values(states)) {
    await copy(state.name);
    await writeFile(join(artifacts, state.name, 'run.json'), JSON.stringify({ ...run, ...state }));
  }
  // Held for as long as this process lives, and so while it builds.
  await lockRun(join(artifacts, states.running.name));
  await deriveScored(artifacts, whole);
  for (const name of [brokenRun, incompleteRun, misnamedRun]) await copy(name);
  const record = join(artifacts, brokenRun, 'run.json');
  await writeFile(record, (await readFile(record)).subarray(0, 400));
  await rm(join(artifacts, incompleteRun, 'reals.png'));
}
