import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import { compileClassifier } from './classifier/classifier.ts';
import { accuracy, type FitSettings, fitClassifier } from './classifier/fit.ts';
import { buildClassifier } from './classifier/network.ts';

/**
 * One pass, which is enough for a classifier of digits to be right 99 times in 100, and no augmentation, which would
 * make up for variety that the digits lack.
 */
const settings: FitSettings = {
  seed: 1,
  epochs: 1,
  batch: 128,
  learningRate: 2e-3,
  rotation: 0,
  shift: 0,
  emaDecay: 0.999,
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/**
 * “Train on synthetic, test on real” (Esteban et al. 2017, section 4.2): trains a fresh classifier by digits, such as
 * a generator's with the classes that they were asked to be, and tests it by others.
 *
 * @returns the share of the test digits that it recognises
 */
export async function trainAndTest(engine: Engine, digits: DigitSet, test: DigitSet): Promise<number> {
  const model = buildClassifier(settings.seed);
  const weights = await fitClassifier({ engine, digits, model, settings });
  const classifier = await compileClassifier(engine, model, weights);
  const right = accuracy(await classifier.look(test.images), test);
  await classifier.dispose();
  model.dispose();
  return right;
}
