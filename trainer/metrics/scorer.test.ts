import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../compile/compiled-fixture.ts';
import { type DigitData, loadDigits } from '../data/digits.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { madeUpDigits } from '../gan/toy-fixture.ts';
import { readAnchors } from './anchors.ts';
import { classifierChecksums } from './classifier/classifier.ts';
import { epochMetricNames, finalSamples, metricNames, requiredMetricNames } from './names.ts';
import { createScorer, type Scorer } from './scorer.ts';

let engine: Engine;
let digits: DigitData;
let scorer: Scorer;
const samples = 400;
beforeAll(async () => {
  engine = startEngine(localEngine);
  const { train, ...rest } = await loadDigits();
  // The search for the nearest training digit among all of them would be most of the test.
  digits = { ...rest, train: { ...train, images: train.images.subarray(0, 2000 * 784), count: 2000 } };
  scorer = await createScorer({ engine, digits, samples });
});
afterAll(() => engine.dispose());

describe('the scores', () => {
  it('of real digits are near their best, of noise near their worst', async () => {
    const real = await scorer.score(digits.train.images.subarray(0, samples * 784));
    const noise = await scorer.score(madeUpDigits(samples).images);
    expect(Object.keys(real.scores).sort()).toEqual([...requiredMetricNames].sort());
    const [good, bad] = [real.scores, noise.scores];
    expect(good.fcd).toBeLessThan(bad.fcd / 10);
    expect(Math.abs(good.kid)).toBeLessThan(bad.kid / 10);
    expect(good.precision).toBeGreaterThan(0.6);
    expect(good.coverage).toBeGreaterThan(0.8);
    expect(good.classifierScore).toBeGreaterThan(9);
    expect(good.confidence).toBeGreaterThan(0.98);
    expect(bad).toMatchObject({ precision: 0, density: 0, coverage: 0 });
    expect(bad.classTotalVariation).toBeGreaterThan(good.classTotalVariation);
    expect(real.histogram.reduce((sum, count) => sum + count, 0)).toBe(samples);
  });

  it('tell digits learned by heart from others', async () => {
    const own = digits.train.images.subarray(0, 50 * 784);
    const others = digits.test.images.subarray(0, 50 * 784);
    expect(await scorer.nearestDistance(own)).toBe(0);
    expect(await scorer.nearestDistance(others)).toBeGreaterThan(3);
  });

  it('come with the sample of each digit that is closest to a training digit, and which one it is', async () => {
    const images = digits.test.images.slice(0, samples * 784);
    const copied = digits.train.images.slice(1234 * 784, 1235 * 784);
    images.set(copied, 5 * 784);
    images.set(
      copied.map((ink) => Math.max(0, ink - 5)),
      9 * 784,
    );
    const { pairs, histogram } = await scorer.score(images);
    expect(histogram.every((count) => count > 0)).toBe(true);
    expect(pairs.map(({ looksLike }) => looksLike)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const label = digits.train.labels[1234]!;
    expect(pairs[label]).toEqual({ index: 5, looksLike: label, digit: 1234, distance: 0 });
  });

  it('are refused for another number of samples than was asked for', async () => {
    await expect(scorer.score(digits.test.images.subarray(0, 399 * 784))).rejects.toThrow(
      'scores of 400 samples were asked for, and 399 came',
    );
  });
});

describe('the anchors', () => {
  it('are of this classifier and this data, at the size of the final scores', async () => {
    const { classifier, data, samples: size } = await readAnchors();
    expect(classifier).toBe(classifierChecksums['weights.bin']);
    expect(data).toBe(digits.sha256);
    expect(size).toBe(finalSamples);
  });

  it('have a score of every metric, real digits the best of them', async () => {
    const { real, repeated, noise } = (await readAnchors()).anchors;
    expect(Object.keys(real.scores).sort()).toEqual([...metricNames].sort());
    expect(real.scores.tstr).toBeGreaterThan(0.985);
    for (const { scores: worse } of [repeated, noise]) {
      expect(Object.keys(worse).sort()).toEqual([...requiredMetricNames].sort());
      expect(real.scores.fcd).toBeLessThan(worse.fcd / 10);
      expect(real.scores.coverage).toBeGreaterThan(worse.coverage);
    }
  });

  it('are there by the metrics of an epoch too', async () => {
    const { real, repeated, noise } = (await readAnchors()).epochAnchors;
    for (const { scores } of [real, repeated, noise])
      expect(Object.keys(scores).sort()).toEqual([...epochMetricNames].sort());
    for (const worse of [repeated, noise]) expect(real.scores.fcd2k).toBeLessThan(worse.scores.fcd2k / 10);
    expect(real.scores.recall2k).toBeGreaterThan(0.8);
  });

  it("hold the reference implementation's example: two sets of normals (Naeem et al. 2020)", async () => {
    const { normals } = await readAnchors();
    const published = { precision: 0.4772, recall: 0.4705, density: 1.0555, coverage: 0.9735 };
    for (const [name, value] of Object.entries(published))
      expect(Math.abs(normals[name as keyof typeof published] - value)).toBeLessThan(0.03);
  });
});
