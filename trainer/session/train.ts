import type { Checkpoint, CheckpointTensor } from '../artifacts/checkpoint.ts';
import type { EndStatus } from '../artifacts/records.ts';
import type { EpochRecord } from '../artifacts/schema.ts';
import type { RunWriter } from '../artifacts/writer.ts';
import type { Reporter } from '../cli/progress.ts';
import { tf } from '../compile/tf.ts';
import { firstLine } from '../errors.ts';
import type { Training } from '../gan/training.ts';
import { newWarnings } from '../metrics/health.ts';
import { stepsPerEpoch } from '../plan/inputs.ts';
import type { Snapshots } from './snapshots.ts';
import { addStep, type EpochSums, findRunaway, meansOf, noSums, watchGame } from './steps.ts';

export interface TrainOptions {
  readonly training: Training;
  /** Digits of an epoch. */
  readonly digits: number;
  readonly writer: RunWriter;
  readonly reporter: Pick<Reporter, 'step' | 'epoch' | 'note' | 'warn'>;
  /** Set when the user wants to stop: the step in progress is finished and the run saved. */
  readonly interrupt: { readonly stopping: boolean };
  /** Draws and encodes what an epoch publishes. */
  readonly snapshot: Snapshots['take'];
  /** Scores the generator as it stands; absent where epochs are not scored. */
  readonly score?: (() => Promise<Readonly<Record<string, number>>>) | undefined;
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
  const { training, digits, writer, reporter, interrupt, snapshot, score, from } = options;
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
    const withModel = last || epoch % config.modelEvery === 0;
    if (!withModel && epoch % config.publishEvery !== 0) return;
    await writer.publishEpoch({ epoch, step, ...(await snapshot(withModel ? 'with model' : 'grid only')) });
  };
  const scored = async (record: EpochRecord): Promise<EpochRecord> => {
    const due = record.epoch === config.epochs || record.epoch % config.scoreEvery === 0;
    if (!score || !due) return record;
    try {
      const metrics = await score();
      const broken = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
      if (broken) throw new Error(`${broken[0]} is ${broken[1]}`);
      return { ...record, metrics };
    } catch (error) {
      // Scores are worth having, but not worth a run.
      reporter.note(`epoch ${record.epoch} is not scored: ${firstLine(error)}`);
      return record;
    }
  };
  const save = async (tensors: readonly CheckpointTensor[]) => {
    const partial = sums.steps > 0 ? sums : {};
    await writer.writeCheckpoint({ epoch: epochsDone(), step, seconds, config, tensors, partial });
  };
  const end = async (status: EndStatus, message: string | null): Promise<Outcome> => {
    await writer.finish(status, message, seconds);
    return { status, message, epoch: epochsDone(), step, seconds };
  };
  const diverge = (fault: string) => {
    // The step that went wrong is no step done.
    step--;
    return end('diverged', `${fault} Epoch ${writer.run().epochs.at(-1)?.epoch ?? 0} is the last published.`);
  };

  if (step === 0) {
    await publish(0);
    await save(await training.state());
  }
  const tensorsHeld = tf.memory().numTensors;
  let clock = performance.now();
  for await (const { step: played, results } of training.play({ from: step, to: lastStep })) {
    step = played;
    const fault = watch(step, results);
    if (fault) return await diverge(fault);
    addStep(sums, results);
    const elapsed = (performance.now() - clock) / 1000;
    clock += elapsed * 1000;
    sums.seconds += elapsed;
    seconds += elapsed;
    writer.recordStep({ step, lossD: results.lossD, lossG: results.lossG });
    reporter.step({ step, lossD: results.lossD, lossG: results.lossG });

    const epochEnds = step % perEpoch === 0;
    if (!epochEnds && !interrupt.stopping) continue;
    const tensors = await training.state();
    const runaway = findRunaway(step, tensors);
    if (runaway) return await diverge(runaway);
    const record = epochEnds && (await scored(epochRecord(step / perEpoch, step, sums, config.batch)));
    if (record) {
      sums = noSums();
      await writer.record(record);
      await publish(record.epoch);
    }
    await save(tensors);
    if (record) {
      reporter.epoch(record);
      for (const warning of newWarnings(writer.history().epochs)) reporter.warn(warning);
    }
    if (tf.memory().numTensors > tensorsHeld)
      throw new Error(`${tf.memory().numTensors - tensorsHeld} tensors were left behind by step ${step}`);
    if (interrupt.stopping && step < lastStep)
      return await end('stopped', `Stopped by the user after step ${step} of ${lastStep}.`);
    clock = performance.now();
  }
  return await end('finished', null);
}

function epochRecord(epoch: number, step: number, sums: EpochSums, batch: number): EpochRecord {
  const imagesPerSecond = (sums.steps * batch) / sums.seconds;
  return { epoch, step, seconds: sums.seconds, imagesPerSecond, ...meansOf(sums) };
}
