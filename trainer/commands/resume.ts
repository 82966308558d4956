import { join } from 'node:path';
import { type Checkpoint, readCheckpoint } from '../artifacts/checkpoint.ts';
import { refuseInUse } from '../artifacts/lock.ts';
import { findRun } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { optionName } from '../cli/flag.ts';
import { type Config, type ConfigField, configSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import type { Chosen, Settled } from '../settings.ts';

/** A run to go on with, and where it stands. */
export interface Resumed {
  readonly run: Run;
  readonly checkpoint: Checkpoint;
}

/** What a resumed run may be given anew: how far and where it runs, not what it computes. */
const resumable: readonly ConfigField[] = [
  ...(['epochs', 'engine', 'threads', 'publishEvery', 'modelEvery', 'scoreEvery'] as const),
];

/** @throws InputError when there is no such run, it is broken, without a checkpoint, or being trained */
export async function findResumed(artifacts: string, name: string): Promise<Resumed> {
  const { directory, run } = await findRun(artifacts, name);
  await refuseInUse(join(artifacts, name));
  return { run, checkpoint: await readCheckpoint(directory) };
}

/** @throws InputError where the user asks for something that a resumed run can't change, or for nothing more to do */
export function resumedSettings({ run, checkpoint }: Resumed, chosen: Chosen): Settled {
  const changed = Object.entries(chosen).find(
    ([field, value]) =>
      !resumable.includes(field as ConfigField) && value !== run.config[field as ConfigField],
  );
  if (changed)
    throw new InputError(
      `${run.name} was trained with --${optionName(changed[0])} ${run.config[changed[0] as ConfigField]}, and a resumed run can't change that to ${changed[1]}; train anew under another --name.`,
    );
  const config: Config = configSchema.parse({ ...run.config, ...chosen });
  // A run that was killed after its last step has only its ending left to do.
  const unended = run.status === 'running' && config.epochs === run.config.epochs;
  if (checkpoint.epoch >= config.epochs && !unended)
    throw new InputError(
      `${run.name} has done ${checkpoint.epoch} of ${config.epochs} epochs; ask for more with --epochs to train it further.`,
    );
  // What is only said again, as by a run's own config, keeps its origin.
  const anew = Object.entries(chosen).filter(([field, value]) => value !== run.config[field as ConfigField]);
  const again = Object.fromEntries(anew.map(([field]) => [field, 'chosen' as const]));
  return { config, origins: { ...run.origins, ...again } };
}

/** @throws InputError where the run would see other data than it saw */
export function checkSameData(
  { run }: Resumed,
  data: { readonly name: string; readonly sha256: string },
): void {
  if (run.data.sha256 === data.sha256) return;
  throw new InputError(
    run.data.name === data.name
      ? `${run.name} was trained on ${data.name} as it was before its files changed; put them back, or train anew.`
      : `${run.name} was trained on ${run.data.name} and this is ${data.name}; give its folder with --data.`,
  );
}
