import { readCheckpoint } from '../artifacts/checkpoint.ts';
import type { FoundRun } from '../artifacts/reader.ts';
import type { Tensors } from '../engines/program.ts';
import { InputError } from '../errors.ts';
import type { PublishedModel } from './draw.ts';
import { checkpointFault } from './record-fault.ts';

/**
 * The weights of a run's generator as they are, by name, where the published ones are averages. Only its checkpoint
 * has them.
 *
 * @throws InputError where nothing is averaged, there is no checkpoint, or it is of another run or another step than
 * the generator
 */
export async function rawWeights(
  { directory, run }: FoundRun,
  { epoch }: Pick<PublishedModel, 'epoch'>,
): Promise<Tensors> {
  if (!run.generator.ema)
    throw new InputError(
      `${run.name} averages no weights, so what it publishes are the raw ones; leave out --raw.`,
    );
  const checkpoint = await readCheckpoint(directory).catch((error: unknown) => {
    throw error instanceof InputError
      ? new InputError(
          `The raw weights of ${run.name} were in its checkpoint alone, which is missing or damaged; leave out --raw.`,
        )
      : error;
  });
  const fault = checkpointFault(run, checkpoint);
  if (fault !== undefined) throw new InputError(fault);
  const step = run.epochs.find((published) => published.epoch === epoch)?.step;
  if (checkpoint.step !== step)
    throw new InputError(
      `${run.name} has the raw weights of step ${checkpoint.step} only, where its checkpoint stands, and the generator of epoch ${epoch} is of step ${step}; leave out --raw.`,
    );
  return Object.fromEntries(
    checkpoint.tensors.map(({ name, values }) => [name, Float32Array.from(values)] as const),
  );
}
