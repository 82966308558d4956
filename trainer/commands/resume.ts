import { join } from 'node:path';
import { type Checkpoint, hasCheckpoint, readCheckpoint } from '../artifacts/checkpoint.ts';
import { refuseInUse } from '../artifacts/lock.ts';
import { findRun, readListed } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { optionName } from '../cli/flags.ts';
import { counted } from '../cli/format.ts';
import { type Config, type ConfigField, configSchema, isResumable } from '../config.ts';
import { InputError } from '../errors.ts';
import { shareAt } from '../plan/inputs.ts';
import type { Overrides, Resolved } from '../recipes/recipe.ts';
import { checkpointFault, recordFault } from './record-fault.ts';

/** A run to go on with, and where it stands. */
export interface Resumed {
  readonly run: Run;
  readonly checkpoint: Checkpoint;
}

/**
 * The run to go on with. What is read of it is what was written: its history by its sum, its checkpoint by its own, and
 * the record, which has none, by what the checkpoint says of its settings.
 *
 * @throws InputError when there is no such run, it is broken, changed, being trained, or has lost its checkpoint
 */
export async function findResumed(artifacts: string, name: string): Promise<Resumed> {
  const { directory, run } = await findRun(artifacts, name);
  await refuseInUse(join(artifacts, name));
  await readListed(directory, run, 'history.json');
  const checkpoint = (await hasNotBegun(directory, run)) ? beginningOf(run) : await readCheckpoint(directory);
  const fault = recordFault(run) ?? checkpointFault(run, checkpoint);
  if (fault !== undefined) throw new InputError(fault);
  return { run, checkpoint };
}

/** Whether a run was ended before its first checkpoint, and so before its first step. */
export async function hasNotBegun(directory: string, { seconds, epochs }: Run): Promise<boolean> {
  return !(await hasCheckpoint(directory)) && seconds === 0 && epochs.every(({ epoch }) => epoch === 0);
}

/** Where a run stands before its first step. It has no tensors: its networks begin as its seed says. */
const beginningOf = ({ config }: Run): Checkpoint => ({
  ...{ epoch: 0, step: 0, seconds: 0, config, tensors: [], partial: {} },
});

/** @throws InputError where the user asks for something that a resumed run can't change, or for nothing more to do */
export function resumedConfig({ run, checkpoint }: Resumed, overrides: Overrides): Resolved {
  const changed = Object.entries(overrides).find(
    ([field, value]) => !isResumable(field as ConfigField) && value !== run.config[field as ConfigField],
  );
  if (changed)
    throw new InputError(
      `${run.name} was trained with --${optionName(changed[0])} ${run.config[changed[0] as ConfigField]}, and a resumed run can't change that to ${changed[1]}; train anew under another --name.`,
    );
  const config: Config = configSchema.parse({ ...run.config, ...overrides });
  // A run that was killed, or met an error, after its last step has only its ending left to do.
  const cutOff = run.status === 'running' || run.status === 'stopped';
  const unended = cutOff && config.epochs === run.config.epochs;
  if (checkpoint.epoch >= config.epochs && !unended)
    throw new InputError(
      `${run.name} has done ${checkpoint.epoch} of ${config.epochs} epochs; ask for more with --epochs to train it further.`,
    );
  // What is only said again, as by a run's own config, keeps its origin.
  const anew = Object.entries(overrides).filter(
    ([field, value]) => value !== run.config[field as ConfigField],
  );
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
  { checkpoint: { step, config: before } }: Pick<Resumed, 'checkpoint'>,
  config: Config,
  perEpoch: number,
): string | undefined {
  const falling = [
    { what: 'the learning rates', atEnd: config.rateAtEnd },
    { what: 'the gradient penalty', atEnd: config.gradientPenalty > 0 ? config.penaltyAtEnd : 1 },
  ];
  const moves = falling.flatMap(({ what, atEnd }) => {
    const schedule = { curve: 'cosine', atEnd } as const;
    const was = shareAt(step, before.epochs * perEpoch, schedule).toFixed(2);
    const next = shareAt(step + 1, config.epochs * perEpoch, schedule).toFixed(2);
    return was === next ? [] : [`of ${what} goes from ${was} to ${next}`];
  });
  if (config.epochs === before.epochs || moves.length === 0) return undefined;
  return `With ${counted(config.epochs, 'epoch')} in place of ${before.epochs}, the share left ${moves.join(', that ')}, and falls from there to the last step.`;
}

/**
 * That the run sees the data that it saw. The checksum decides: older records name the folder that the data lay in.
 *
 * @throws InputError where it would see others
 */
export function checkSameData(
  { run }: Resumed,
  data: { readonly name: string; readonly sha256: string },
): void {
  if (run.data.sha256 === data.sha256) return;
  throw new InputError(
    `${run.name} was trained on ${run.data.name} and this is ${data.name}; give its folder with --data, its files as they were.`,
  );
}
