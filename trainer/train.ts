import type { Checkpoint } from './artifacts/checkpoint.ts';
import type { EndStatus } from './artifacts/run-record.ts';
import type { EpochRecord } from './artifacts/schema.ts';
import type { RunWriter } from './artifacts/writer.ts';
import type { Reporter } from './cli/progress.ts';
import { addStep, type EpochSums, meansOf, noSums } from './gan/epoch-means.ts';
import { stepsPerEpoch } from './gan/inputs.ts';
import type { Training } from './gan/training.ts';
import { watchGame } from './gan/watch.ts';

export interface TrainOptions {
  readonly training: Training;
  /** Digits in the data set. */
  readonly digits: number;
  readonly writer: RunWriter;
  readonly reporter: Pick<Reporter, 'step' | 'epoch'>;
  /** Set when the user wants to stop: the step in progress is finished and the run saved. */
  readonly interrupt: { readonly stopping: boolean };
  /** Draws and encodes what an epoch publishes. */
  readonly snapshot: (
    weights: 'with model' | 'grid only',
  ) => Promise<{ grid: Uint8Array; model?: { json: string; weights: Uint8Array } }>;
  readonly from?: Checkpoint | undefined;
}

export interface Outcome {
  readonly status: EndStatus;
  readonly message: string | null;
  readonly epoch: number;
  readonly step: number;
  readonly seconds: number;
}

/**
 * Trains to the configured epoch, publishing grids and generators on the way. Everything that a step needs
 * follows from the seed and its number, so a run that stopped and one that did not end in the same weights.
 */
export async function train(options: TrainOptions): Promise<Outcome> {
  const { training, digits, writer, reporter, interrupt, snapshot, from } = options;
  const { config } = training.gan;
  const perEpoch = stepsPerEpoch(digits, config.batch);
  const lastStep = config.epochs * perEpoch;
  const watch = watchGame();
  let step = from?.step ?? 0;
  let seconds = from?.seconds ?? 0;
  let sums: EpochSums = { ...noSums(), ...from?.partial };
  const epochsDone = () => Math.floor(step / perEpoch);

  const publish = async (epoch: number) => {
    const last = epoch === config.epochs;
    if (!last && epoch % config.publishEvery !== 0 && epoch !== 0) return;
    const withModel = last || epoch === 0 || epoch % config.modelEvery === 0;
    const { grid, model } = await snapshot(withModel ? 'with model' : 'grid only');
    await writer.publishEpoch({ epoch, step, grid, model });
  };
  const save = async () => {
    const tensors = await training.state();
    const partial = sums.steps > 0 ? sums : {};
    await writer.writeCheckpoint({ epoch: epochsDone(), step, seconds, config, tensors, partial });
  };
  const end = async (status: EndStatus, message: string | null): Promise<Outcome> => {
    await writer.finish(status, message, seconds);
    return { status, message, epoch: epochsDone(), step, seconds };
  };

  if (step === 0) await publish(0);
  let clock = performance.now();
  let next = training.prepare(step + 1);
  while (step < lastStep) {
    const running = training.play(next);
    step++;
    // While the step runs in its own thread, this one prepares the next.
    if (step < lastStep) next = training.prepare(step + 1);
    const results = await running;

    const fault = watch(step, results);
    if (fault) return await end('diverged', fault);
    addStep(sums, results);
    const elapsed = (performance.now() - clock) / 1000;
    clock += elapsed * 1000;
    sums.seconds += elapsed;
    seconds += elapsed;
    writer.recordStep({ step, lossD: results.lossD, lossG: results.lossG });
    reporter.step({ step, lossD: results.lossD, lossG: results.lossG });

    if (step % perEpoch === 0) {
      const record = epochRecord(step / perEpoch, step, sums, config.batch);
      sums = noSums();
      await writer.record(record);
      await publish(record.epoch);
      await save();
      reporter.epoch(record);
      clock = performance.now();
    }
    if (interrupt.stopping && step < lastStep) {
      await save();
      return await end('stopped', `Stopped by the user after step ${step} of ${lastStep}.`);
    }
  }
  return await end('finished', null);
}

function epochRecord(epoch: number, step: number, sums: EpochSums, batch: number): EpochRecord {
  const imagesPerSecond = (sums.steps * batch) / sums.seconds;
  return { epoch, step, seconds: sums.seconds, imagesPerSecond, ...meansOf(sums) };
}
