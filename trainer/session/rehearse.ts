import { formatCount, formatDuration } from '../cli/format.ts';
import type { Interrupt } from '../cli/interrupt.ts';
import type { Reporter } from '../cli/progress.ts';
import type { Config } from '../config.ts';
import type { EngineInfo } from '../engines/program.ts';
import { inWords } from '../engines/registry.ts';
import { exitCodes } from '../errors.ts';
import type { Training } from '../gan/training.ts';
import { stepsPerEpoch } from '../plan/inputs.ts';
import { watchGame } from './steps.ts';

/** Steps of a rehearsal; the first few only warm up, unless there are no others. */
const [warmUp, measured] = [3, 10];

/** Trains a few steps, tells how fast they were and what a whole run would take, and writes nothing. */
export async function rehearse({
  training,
  digits,
  config,
  engine,
  reporter,
  interrupt,
}: {
  readonly training: Pick<Training, 'play'>;
  /** Digits in the data set. */
  readonly digits: number;
  readonly config: Config;
  readonly engine: EngineInfo;
  readonly reporter: Pick<Reporter, 'note'>;
  readonly interrupt: Pick<Interrupt, 'stopping' | 'exitCode'>;
}): Promise<number> {
  const watch = watchGame();
  const perEpoch = stepsPerEpoch(digits, config.batch);
  const steps = Math.min(warmUp + measured, perEpoch * config.epochs);
  const unmeasured = steps > warmUp ? warmUp : 0;
  let start = performance.now();
  for await (const { step, results } of training.play({ to: steps })) {
    if (step === unmeasured) start = performance.now();
    const fault = watch(step, results);
    if (fault) {
      reporter.note(fault);
      return exitCodes.diverged;
    }
    if (interrupt.stopping) return interrupt.exitCode;
  }
  const seconds = (performance.now() - start) / 1000 / (steps - unmeasured);
  const epoch = formatDuration(seconds * perEpoch);
  reporter.note(
    `dry run: ${config.recipe} runs with ${inWords(engine)}: ${formatCount(config.batch / seconds)} images/s, ` +
      `${epoch} an epoch, ${formatDuration(seconds * perEpoch * config.epochs)} for all ${config.epochs}; nothing was written`,
  );
  return exitCodes.done;
}
