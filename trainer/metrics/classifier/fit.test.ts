import { afterAll, beforeAll, expect, it } from 'vitest';
import { localEngine } from '../../compile/compiled-fixture.ts';
import { type DigitData, type DigitSet, loadDigits } from '../../data/digits.ts';
import { sampleDigits } from '../../data/hold-out.ts';
import { type Engine, startEngine } from '../../engines/engine.ts';
import { compileClassifier } from './classifier.ts';
import { accuracy, type FitSettings, fitClassifier } from './fit.ts';
import { buildClassifier } from './network.ts';

let engine: Engine;
let some: DigitSet;
let test: DigitSet;
beforeAll(async () => {
  engine = startEngine(localEngine);
  const { train, test: all }: DigitData = await loadDigits();
  [some, test] = [sampleDigits(train, 640), sampleDigits(all, 200)];
});
afterAll(() => engine.dispose());

const settings: FitSettings = {
  ...{ seed: 1, epochs: 3, batch: 32, learningRate: 2e-3, rotation: 0, shift: 0, emaDecay: 0.9 },
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
/** Trains by the digits, and gives the mean losses of the epochs and the share of the test digits recognised. */
async function learned(digits: DigitSet) {
  const losses: number[] = [];
  const model = buildClassifier(1);
  const onEpoch = (_: number, loss: number) => void losses.push(loss);
  const weights = await fitClassifier({ engine, digits, model, settings, onEpoch });
  const classifier = await compileClassifier(engine, model, weights);
  return { losses, right: accuracy(await classifier.look(test.images), test) };
}

it('a classifier learns to read by a few hundred digits, the same each time', async () => {
  const { losses, right } = await learned(some);
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0]! / 2);
  expect(right).toBeGreaterThan(0.75);
  expect(await learned(some)).toEqual({ losses, right });
});

it('a classifier that is taught nonsense reads none', async () => {
  const mislabelled = { ...some, labels: some.labels.map((label) => (label + 1) % 10) };
  expect((await learned(mislabelled)).right).toBeLessThan(0.1);
});

it('accuracy is the share of digits that the largest probability names', () => {
  const probabilities = new Float64Array(30);
  for (const [row, seen] of [3, 1, 4].entries()) probabilities[row * 10 + seen] = 0.9;
  const digits = { images: new Uint8Array(3 * 784), labels: Uint8Array.of(3, 1, 5), count: 3 };
  expect(accuracy({ count: 3, features: new Float32Array(0), probabilities }, digits)).toBeCloseTo(2 / 3, 12);
});
