import { join } from 'node:path';
import { type Checkpoint, readCheckpoint } from '../artifacts/checkpoint.ts';
import { readListed } from '../artifacts/contents.ts';
import { refuseInUse } from '../artifacts/lock.ts';
import { isMissing, statOwn } from '../artifacts/own-file.ts';
import { findRun, readHistory } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { optionName } from '../cli/flag.ts';
import { counted } from '../cli/format.ts';
import { type Config, type ConfigField, configSchema } from '../config.ts';
import { InputError } from '../errors.ts';
import { shareAt } from '../gan/schedule.ts';
import type { Chosen, Settled } from '../settings.ts';
import { checkpointFault, recordFault, resumable } from './record-fault.ts';

/** A run to go on with, and where it stands. */
export interface Resumed {
  readonly run: Run;
  /** Undefined for a run that was cut off before its first: it begins at its first step. */
  readonly checkpoint: Checkpoint | undefined;
}

/** Whether a run has come to its first checkpoint: nothing is trained before, and the file appears whole. */
async function hasBegun(directory: string): Promise<boolean> {
  const { epochs, steps } = await readHistory(directory);
  if (epochs.length > 0 || steps.step.length > 0) return true;
  return await statOwn(directory, 'checkpoint/state.json').then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}

/**
 * The run to go on with. What is read of it is what was written: its history by its sum, its checkpoint by its own, and
 * the record, which has none, by what the checkpoint says of its settings.
 *
 * @throws InputError when there is no such run, it is broken, changed, without the checkpoint that it had, or being trained
 */
export async function findResumed(artifacts: string, name: string): Promise<Resumed> {
  const { directory, run } = await findRun(artifacts, name);
  await refuseInUse(join(artifacts, name));
  await readListed(directory, run, 'history.json');
  const checkpoint = (await hasBegun(directory)) ? await readCheckpoint(directory) : undefined;
  const fault = recordFault(run) ?? (checkpoint && checkpointFault(run, checkpoint));
  if (fault !== undefined) throw new InputError(fault);
  return { run, checkpoint };
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
  // A run that was killed, or met an error, after its last step has only its ending left to do.
  const cutOff = run.status === 'running' || run.status === 'stopped';
  const unended = cutOff && config.epochs === run.config.epochs;
  const done = checkpoint?.epoch ?? 0;
  if (done >= config.epochs && !unended)
    throw new InputError(
      `${run.name} has done ${done} of ${config.epochs} epochs; ask for more with --epochs to train it further.`,
    );
  // What is only said again, as by a run's own config, keeps its origin.
  const anew = Object.entries(chosen).filter(([field, value]) => value !== run.config[field as ConfigField]);
  const again = Object.fromEntries(anew.map(([field]) => [field, 'chosen' as const]));
  return { config, origins: { ...run.origins, ...again } };
}

/**
 * That other epochs move the learning rates or the gradient penalty along their curves, and from which share of their
 * first values to which; undefined where they stay.
 *
 * @param perEpoch steps of an epoch
 */
export function scheduleNote(
  { step, config: before }: Pick<Checkpoint, 'step' | 'config'>,
  config: Config,
  perEpoch: number,
): string | undefined {
  const falling = [
    { what: 'the learning rates', atEnd: config.rateAtEnd },
    { what: 'the gradient penalty', atEnd: config.gradientPenalty > 0 ? config.penaltyAtEnd : 1 },
  ];
  const moves = falling.flatMap(({ what, atEnd }) => {
    const was = shareAt(step, before.epochs * perEpoch, atEnd).toFixed(2);
    const next = shareAt(step + 1, config.epochs * perEpoch, atEnd).toFixed(2);
    return was === next ? [] : [`of ${what} goes from ${was} to ${next}`];
  });
  if (config.epochs === before.epochs || moves.length === 0) return undefined;
  return `With ${counted(config.epochs, 'epoch')} in place of ${before.epochs}, the share left ${moves.join(', that ')}, and falls from there to the last step.`;
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
