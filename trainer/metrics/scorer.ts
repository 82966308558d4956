import { type DigitData, sampleDigits } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import type { Engine } from '../engines/engine.ts';
import { classHistogram, likeliestClasses, scoreClasses } from './class-scores.ts';
import { compileClassifier, loadClassifier } from './classifier/classifier.ts';
import { classes, featureSize } from './classifier/network.ts';
import { frechetDistanceOf, kernelDistance } from './distances.ts';
import { compileProducts } from './engine-products.ts';
import { compareManifolds } from './manifold.ts';
import { type EpochScores, epochMetrics, type Scores } from './names.ts';
import { closestOfEach, findNearest, type Nearest } from './nearest.ts';
import { blockSize, points } from './points.ts';

/** What the classifier's view of samples gives. */
export interface FeatureScored {
  readonly scores: Omit<Scores, 'nearestDistance'>;
  /** What the classifier takes each sample for. */
  readonly looksLike: readonly number[];
}

export interface Scored {
  readonly scores: Scores;
  /** How many samples the classifier takes for each digit. */
  readonly histogram: readonly number[];
  /** Of the samples that it takes for each digit the one that is most like a training digit, in the digits' order. */
  readonly pairs: readonly Pair[];
}

/** A sample and the training digit that it is most like. */
export interface Pair {
  /** Place among the samples. */
  readonly index: number;
  /** What the classifier takes it for. */
  readonly looksLike: number;
  /** Place among the training digits. */
  readonly digit: number;
  /** Pixel distance, ink being 1. */
  readonly distance: number;
}

/** Scores samples against fixed real digits. Both are [n, 28, 28], 0 is paper and 255 is ink. */
export interface FeatureScorer {
  /** @param images as many as there are real digits */
  score(images: Uint8Array): Promise<FeatureScored>;
  /** FCD-MNIST alone, for sets of any size. */
  fcd(images: Uint8Array): Promise<number>;
}

type OnStage = (stage: string) => void;

/**
 * Readies the fixed classifier and what it sees in real digits: [n, 28, 28], 0 is paper and 255 is ink.
 */
export async function createFeatureScorer({
  engine,
  real,
  onStage = () => undefined,
}: {
  readonly engine: Engine;
  readonly real: Uint8Array;
  readonly onStage?: OnStage | undefined;
}): Promise<FeatureScorer> {
  const classifier = await compileClassifier(engine, await loadClassifier());
  const { products } = await compileProducts(engine, featureSize);
  onStage('features of the real digits');
  const reals = points((await classifier.look(real)).features, featureSize);
  const look = async (images: Uint8Array) => {
    onStage('features');
    const { features, probabilities } = await classifier.look(images);
    return { fakes: points(features, featureSize), probabilities };
  };
  const score = async (images: Uint8Array) => {
    const { count } = points(images, digitPixels);
    if (count !== reals.count)
      throw new RangeError(`scores of ${reals.count} samples were asked for, and ${count} came`);
    const { fakes, probabilities } = await look(images);
    const judgements = { probabilities, classes };
    onStage('FCD-MNIST');
    const fcd = frechetDistanceOf(reals, fakes);
    onStage('KID');
    const kid = await kernelDistance(reals, fakes, products);
    onStage('precision, recall, density, coverage');
    const manifolds = await compareManifolds(reals, fakes, products);
    return {
      scores: { fcd, kid, ...manifolds, ...scoreClasses(judgements) },
      looksLike: likeliestClasses(judgements),
    };
  };
  return { score, fcd: async (images) => frechetDistanceOf(reals, (await look(images)).fakes) };
}

/** Scores sets of digits, each of as many as the scorer was made for, by every metric. */
export interface Scorer {
  /** @param images [samples, 28, 28], 0 is paper and 255 is ink */
  score(images: Uint8Array): Promise<Scored>;
  /** Mean pixel distance, ink being 1, from digits, no more than are scored, to the nearest training digit. */
  nearestDistance(images: Uint8Array): Promise<number>;
}

/**
 * Readies what every metric needs.
 *
 * @param digits MNIST: samples are compared with its test digits, and looked up among its training digits
 * @param onStage told what is being computed
 */
export async function createScorer({
  engine,
  digits: { train, test },
  samples,
  onStage = () => undefined,
}: {
  readonly engine: Engine;
  readonly digits: Pick<DigitData, 'train' | 'test'>;
  readonly samples: number;
  readonly onStage?: OnStage | undefined;
}): Promise<Scorer> {
  const { score: scoreFeatures } = await createFeatureScorer({
    engine,
    real: sampleDigits(test, samples).images,
    onStage,
  });
  const rows = Math.min(samples, blockSize);
  const { products } = await compileProducts(engine, digitPixels, { rows });
  const training = points(train.images, digitPixels);
  const nearestTo = (images: Uint8Array) => findNearest(points(images, digitPixels), training, products);
  const meanOf = ({ distance }: Nearest) =>
    distance.reduce((sum, value) => sum + value, 0) / distance.length / 255;
  return {
    nearestDistance: async (images) => meanOf(await nearestTo(images)),
    async score(images) {
      const { scores, looksLike } = await scoreFeatures(images);
      onStage('nearest training digits');
      const nearest = await nearestTo(images);
      const pairs = closestOfEach(nearest, looksLike).map((index) => ({
        index,
        looksLike: looksLike[index]!,
        digit: nearest.index[index]!,
        distance: nearest.distance[index]! / 255,
      }));
      return {
        scores: { ...scores, nearestDistance: meanOf(nearest) },
        histogram: classHistogram(looksLike, classes),
        pairs,
      };
    },
  };
}

/** The scores of an epoch, under the names that they have in `history.json`. */
export const epochScores = (scores: Omit<Scores, 'nearestDistance'>): EpochScores =>
  Object.fromEntries(
    Object.entries(epochMetrics).map(([name, metric]) => [name, scores[metric]] as const),
  ) as EpochScores;
