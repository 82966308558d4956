import { formatCount, formatDuration } from './cli/format.ts';
import type { Reporter } from './cli/progress.ts';
import type { Config } from './config.ts';
import type { DigitData } from './data/digits.ts';
import type { Engine } from './engines/engine.ts';
import { exitCodes } from './errors.ts';
import { stepsPerEpoch } from './gan/inputs.ts';
import type { Training } from './gan/training.ts';
import { watchGame } from './gan/watch.ts';

/** Steps of a rehearsal; the first few only warm up. */
const [warmUp, measured] = [3, 10];

/** Trains a few steps, tells how fast they were and what a whole run would take, and writes nothing. */
export async function rehearse({
  training,
  data,
  config,
  engine,
  reporter,
  interrupt,
}: {
  readonly training: Training;
  readonly data: DigitData;
  readonly config: Config;
  readonly engine: Engine;
  readonly reporter: Pick<Reporter, 'note'>;
  readonly interrupt: { readonly stopping: boolean };
}): Promise<number> {
  const watch = watchGame();
  const perEpoch = stepsPerEpoch(data.train.count, config.batch);
  const steps = Math.min(warmUp + measured, perEpoch * config.epochs);
  let start = performance.now();
  for (let step = 1; step <= steps; step++) {
    if (step === warmUp + 1) start = performance.now();
    const results = await training.play(training.prepare(step));
    const fault = watch(step, results);
    if (fault) {
      reporter.note(fault);
      return exitCodes.diverged;
    }
    if (interrupt.stopping) return exitCodes.interrupted;
  }
  const seconds = (performance.now() - start) / 1000 / Math.max(1, steps - warmUp);
  const epoch = formatDuration(seconds * perEpoch);
  reporter.note(
    `dry run: ${config.recipe} runs on ${engine.info.used}, ${engine.info.device}: ${formatCount(config.batch / seconds)} images/s, ` +
      `${epoch} an epoch, ${formatDuration(seconds * perEpoch * config.epochs)} for all ${config.epochs}; nothing was written`,
  );
  return exitCodes.done;
}
