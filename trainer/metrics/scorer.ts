import type { DigitData, DigitSet } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import { classHistogram, scoreClasses } from './class-scores.ts';
import { compileClassifier, loadClassifier } from './classifier/classifier.ts';
import { classes, featureSize } from './classifier/network.ts';
import { compileProducts } from './engine-products.ts';
import { frechetDistanceOf } from './frechet.ts';
import { kernelDistance } from './kid.ts';
import { compareManifolds } from './manifold.ts';
import type { Scores } from './names.ts';
import { findNearest } from './nearest.ts';
import { points, requireSamples } from './points.ts';
import { blockSize } from './products.ts';

export interface Scored {
  readonly scores: Scores;
  /** How many samples the classifier takes for each digit. */
  readonly histogram: readonly number[];
}

/** Scores sets of digits, each of as many as the scorer was made for. */
export interface Scorer {
  /** @param images [samples, 28, 28], 0 is paper and 255 is ink */
  score(images: Uint8Array): Promise<Scored>;
  /** Mean pixel distance, ink being 1, from digits, no more than are scored, to the nearest training digit. */
  nearestDistance(images: Uint8Array): Promise<number>;
}

/**
 * As many digits of a set, spread evenly over it: MNIST's halves were written by two groups of people, so its first
 * digits are not like the rest.
 *
 * @throws RangeError when the set has fewer
 */
export function spread({ images, count }: DigitSet, wanted: number): Uint8Array {
  requireSamples('this sample size', wanted, points(images, digitPixels));
  const chosen = new Uint8Array(wanted * digitPixels);
  for (let i = 0; i < wanted; i++) {
    const from = Math.floor((i * count) / wanted) * digitPixels;
    chosen.set(images.subarray(from, from + digitPixels), i * digitPixels);
  }
  return chosen;
}

/**
 * Readies what every metric needs: the fixed classifier, its features of the real digits, and matrix products.
 *
 * @param digits MNIST: samples are compared with its test digits, and looked up among its training digits
 * @param onStage told what is being computed
 */
export async function createScorer({
  engine,
  digits,
  samples,
  onStage = () => undefined,
}: {
  readonly engine: Engine;
  readonly digits: Pick<DigitData, 'train' | 'test'>;
  readonly samples: number;
  readonly onStage?: ((stage: string) => void) | undefined;
}): Promise<Scorer> {
  const classifier = await compileClassifier(engine, await loadClassifier());
  const { products } = await compileProducts(engine, featureSize);
  const rows = Math.min(samples, blockSize);
  const { products: pixelProducts } = await compileProducts(engine, digitPixels, { rows });
  onStage('features of the real digits');
  const real = points((await classifier.look(spread(digits.test, samples))).features, featureSize);
  const training = points(digits.train.images, digitPixels);

  const nearestDistance = async (images: Uint8Array) => {
    const { distance } = await findNearest(points(images, digitPixels), training, pixelProducts);
    return distance.reduce((sum, value) => sum + value, 0) / distance.length / 255;
  };
  return {
    nearestDistance,
    async score(images) {
      const { count } = points(images, digitPixels);
      if (count !== samples)
        throw new RangeError(`scores of ${samples} samples were asked for, and ${count} came`);
      onStage('features');
      const { features, probabilities } = await classifier.look(images);
      const fake = points(features, featureSize);
      const judgements = { probabilities, classes };
      onStage('FCD-MNIST');
      const fcd = frechetDistanceOf(real, fake);
      onStage('KID');
      const kid = await kernelDistance(real, fake, products);
      onStage('precision, recall, density, coverage');
      const manifolds = await compareManifolds(real, fake, products);
      onStage('nearest training digits');
      const nearest = await nearestDistance(images);
      return {
        scores: { fcd, kid, ...manifolds, ...scoreClasses(judgements), nearestDistance: nearest },
        histogram: classHistogram(judgements),
      };
    },
  };
}
