import type { DigitData } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import { toBytes } from '../export/pixels.ts';
import { createSampler } from '../gan/sampler.ts';
import type { Training } from '../gan/training.ts';
import { generatorInput } from '../random/latents.ts';
import { outputRange } from '../recipes/layers.ts';
import { readAnchors } from './anchors.ts';
import { type EpochScores, epochMetrics, epochSamples } from './names.ts';
import { createFeatureScorer, spread } from './scorer.ts';

/** Digits of one draw. */
const batch = 500;

/**
 * Readies the scores of epochs, for a training that goes on: those of the published generator, drawing the same
 * latents each time.
 *
 * @returns undefined where epochs are not scored: by the user's wish, for other data than the whole of MNIST, which
 *   the classifier knows, and on the eager engine, which would take minutes
 */
export async function createEpochScorer({
  engine,
  training,
  data,
}: {
  readonly engine: Engine;
  readonly training: Pick<Training, 'gan' | 'published'>;
  readonly data: Pick<DigitData, 'train' | 'sha256'>;
}): Promise<(() => Promise<EpochScores>) | undefined> {
  const { generator, recipe, config } = training.gan;
  const { seed, latentSize, scoreEvery, limit } = config;
  if (scoreEvery === 0 || limit > 0 || engine.info.used === 'eager') return undefined;
  if (data.sha256 !== (await readAnchors()).data) return undefined;

  const sampler = await createSampler(engine, generator, { batch });
  const score = await createFeatureScorer({ engine, real: spread(data.train, epochSamples) });
  const range = outputRange(config.outputActivation);
  return async () => {
    await sampler.load(await training.published());
    const images = new Uint8Array(epochSamples * digitPixels);
    for (let first = 0; first < epochSamples; first += batch) {
      const latents = { seed, first, count: batch, latentSize, classes: recipe.classes };
      images.set(toBytes(await sampler.draw(generatorInput(latents)), range), first * digitPixels);
    }
    const { scores } = await score(images);
    const named = Object.entries(epochMetrics).map(([name, metric]) => [name, scores[metric]] as const);
    return Object.fromEntries(named) as EpochScores;
  };
}
