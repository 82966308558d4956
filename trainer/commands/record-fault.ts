import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint } from '../artifacts/checkpoint.ts';
import type { History, Run } from '../artifacts/schema.ts';
import { optionName } from '../cli/flags.ts';
import { configFields, isResumable } from '../config.ts';
import { outputRange } from '../export/pixels.ts';
import { stepsPerEpoch } from '../plan/inputs.ts';

const mend = 'one of the two was changed since; put the file back, or train anew under another --name';

/** Where a record contradicts itself, in a sentence: it says some things twice. Undefined where it does not. */
export function recordFault({ name, config, recipe, grid, generator }: Run): string | undefined {
  const twice = [
    ['recipe', recipe, config.recipe],
    ['grid.seed', grid.seed, config.seed],
    ['generator.latentSize', generator.latentSize, config.latentSize],
    ['generator.ema', generator.ema, config.emaDecay > 0],
    ['generator.range', generator.range, outputRange(config.outputActivation)],
  ] as const;
  const found = twice.find(([, said, follows]) => !isDeepStrictEqual(said, follows));
  if (!found) return undefined;
  const [what, said, follows] = found;
  return `${name}/run.json says that ${what} is ${said}, and ${follows} follows from its settings: ${mend}.`;
}

/** Where a history contradicts its run's record, in a sentence. */
export function historyFault({ name, config, epochs }: Run, history: History): string | undefined {
  const recorded = new Map(history.epochs.map(({ epoch, step }) => [epoch, step]));
  const other = epochs.find(({ epoch, step }) => epoch > 0 && recorded.get(epoch) !== step);
  if (other)
    return `${name}/history.json has ${recorded.get(other.epoch) ?? 'no'} steps at epoch ${other.epoch}, and run.json ${other.step}: ${mend}.`;
  const last = history.epochs.at(-1)?.epoch ?? 0;
  if (last > config.epochs)
    return `${name}/history.json has ${last} epochs, and run.json is of ${config.epochs}: ${mend}.`;
  return undefined;
}

/** Where a checkpoint is not one of this run, in a sentence: it would go on with another game. */
export function checkpointFault(
  { name, config, data }: Run,
  { epoch, step, config: saved }: Omit<Checkpoint, 'tensors'>,
): string | undefined {
  const other = configFields.find((field) => !isResumable(field) && config[field] !== saved[field]);
  if (other)
    return `${name}/run.json has --${optionName(other)} ${config[other]} and its checkpoint ${saved[other]}: ${mend}.`;
  const perEpoch = stepsPerEpoch(data.train - data.heldOut, config.batch);
  if (Math.floor(step / perEpoch) !== epoch)
    return `The checkpoint of ${name} stands at epoch ${epoch}, step ${step}, and run.json has ${perEpoch} steps in an epoch: ${mend}.`;
  return undefined;
}
