import type { Run } from '../artifacts/schema.ts';
import type { Config } from '../config.ts';
import { type DigitData, holdOut, mnistSha256, type Split, sampleDigits } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import { createSampler } from '../gan/forward.ts';
import type { Training } from '../gan/training.ts';
import { type EpochScores, epochSamples } from '../metrics/names.ts';
import { createFeatureScorer, epochScores } from '../metrics/scorer.ts';
import { drawAll } from '../plan/draw.ts';

/** Whether a run is scored: by its user's wish, and of the whole of MNIST, which the classifier knows. */
export const isScored = ({ scoreEvery, limit }: Config, { sha256 }: Pick<DigitData, 'sha256'>) =>
  scoreEvery > 0 && limit === 0 && sha256 === mnistSha256;

/**
 * The training digits of a run: where it is scored, some are held out to score its epochs by, on every engine, so
 * that all learn from the same. A run that goes on, `before`, does so with the digits that it began with.
 */
export const splitDigits = (
  data: Pick<DigitData, 'train' | 'sha256'>,
  config: Config,
  before?: Pick<Run, 'data'>,
): Split => holdOut(data.train, before?.data.heldOut ?? (isScored(config, data) ? epochSamples : 0));

/**
 * Readies the scores of epochs, for a training that goes on: those of the published generator, drawing the same
 * latents each time, against the training digits that a run holds out. A run from before any were held out is scored
 * by the same digits, which its GAN has seen.
 *
 * @returns undefined where epochs are not scored: see `isScored`; nor on the eager engine, which would take minutes
 */
export async function createEpochScorer({
  engine,
  training,
  data,
}: {
  readonly engine: Engine;
  readonly training: Pick<Training, 'gan' | 'compiled' | 'weights'>;
  readonly data: Pick<DigitData, 'train' | 'sha256'>;
}): Promise<(() => Promise<EpochScores>) | undefined> {
  const { generator, config } = training.gan;
  const { plan } = training.compiled;
  if (!isScored(config, data) || engine.info.used === 'eager') return undefined;

  const sampler = await createSampler(engine, generator);
  const drawn = { ...plan, seed: config.seed, count: epochSamples };
  const { score } = await createFeatureScorer({
    engine,
    real: sampleDigits(data.train, epochSamples).images,
  });
  return async () => {
    await sampler.load((await training.weights()).published);
    const { scores } = await score((await drawAll(sampler, drawn)).images);
    return epochScores(scores);
  };
}
