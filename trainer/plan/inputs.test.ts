import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensors } from '../engines/program.ts';
import type { Gan } from '../gan/game.ts';
import { buildGan } from '../gan/gan.ts';
import { maskInput, passes } from '../gan/judge.ts';
import { inputsOf, madeUpDigits, tinyConfig, toy } from '../gan/toy-fixture.ts';
import { mlp } from '../recipes/mlp.ts';
import { shareAt, stepInputs, stepsPerEpoch } from './inputs.ts';

const digits = madeUpDigits(50);
const batch = 8;
const perEpoch = stepsPerEpoch(digits.count, batch);

function using<T>(gan: Gan, body: (inputs: (step: number) => Tensors) => T): T {
  try {
    return body(inputsOf(gan, digits));
  } finally {
    gan.dispose();
  }
}
const toyGan = (changes = {}) => buildGan(toy, tinyConfig(toy, { batch, ...changes }));

/** Which digit of the set each row of a batch is: its first pixel says so. */
const digitsOf = (real: Float32Array) =>
  Array.from({ length: batch }, (_, row) => Math.round(((real[row * 784]! + 1) / 2) * 255));
/** The class of each row: the place of the 1 in its last ten numbers. */
function classesOf(rows: Float32Array): number[] {
  const width = rows.length / batch;
  return Array.from({ length: batch }, (_, row) =>
    rows.subarray((row + 1) * width - 10, (row + 1) * width).indexOf(1),
  );
}

describe("a step's inputs", () => {
  it('follow from the seed and the step alone, in whatever order they are asked for', () => {
    const step = fc.integer({ min: 1, max: 40 });
    const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(seed, step, fc.array(step, { maxLength: 3 }), (s, asked, before) => {
        const changes = { seed: s, dropout: 0.5, rotation: 10, emaDecay: 0.9 };
        const first = using(toyGan(changes), (inputs) => inputs(asked));
        const again = using(toyGan(changes), (inputs) => {
          for (const other of before) inputs(other);
          return inputs(asked);
        });
        expect(again).toEqual(first);
        const otherSeed = using(toyGan({ ...changes, seed: s === 0 ? 1 : s - 1 }), (inputs) => inputs(asked));
        expect(otherSeed.latentD).not.toEqual(first.latentD);
      }),
      { numRuns: 8 },
    );
  });

  it('show every digit at most once an epoch, and others sit out each epoch', () => {
    using(toyGan(), (inputs) => {
      const epochs = [0, 1, 2].map((epoch) =>
        Array.from({ length: perEpoch }, (_, i) => digitsOf(inputs(epoch * perEpoch + i + 1).real!)).flat(),
      );
      for (const seen of epochs) expect(new Set(seen).size).toBe(perEpoch * batch);
      expect(new Set(epochs.map(String)).size).toBe(3);
      expect(new Set(epochs.flat()).size).toBe(digits.count);
    });
  });

  it('label the real digits rightly, and show the discriminator fakes of the same classes', () => {
    using(toyGan(), (inputs) => {
      for (const step of [1, perEpoch, perEpoch + 1]) {
        const { real, labels, latentD } = inputs(step);
        const truth = digitsOf(real!).map((digit) => digits.labels[digit]);
        expect(classesOf(labels!)).toEqual(truth);
        expect(classesOf(latentD!)).toEqual(truth);
      }
    });
  });

  it('let the generator draw every class about as often', () => {
    using(toyGan(), (inputs) => {
      const drawn = Array.from({ length: 200 }, (_, i) => classesOf(inputs(i + 1).latentG!)).flat();
      const counts = Array.from({ length: 10 }, (_, digit) => drawn.filter((c) => c === digit).length);
      // 1,600 draws, 160 of each, ±12: five standard deviations.
      for (const count of counts) expect(Math.abs(count - 160)).toBeLessThan(60);
    });
  });

  it('draw other latents for the two networks, step after step', () => {
    using(buildGan(mlp, tinyConfig(mlp, { batch })), (inputs) => {
      const latents = [1, 2].flatMap((step) => [inputs(step).latentD!, inputs(step).latentG!]);
      expect(new Set(latents.map(String)).size).toBe(4);
      expect(inputs(1)).not.toHaveProperty('labels');
      expect(inputs(1)).not.toHaveProperty('emaDecay');
    });
  });

  it('drop as much as asked in masks that differ from pass to pass and keep the mean', () => {
    using(toyGan({ dropout: 0.3 }), (inputs) => {
      const masks = Array.from({ length: 100 }, (_, i) =>
        passes.map((pass) => inputs(i + 1)[maskInput(pass, 0)]!),
      );
      const values = masks.flat().flatMap((mask) => [...mask]);
      const kept = Math.fround(1 / 0.7);
      expect([...new Set(values)].sort()).toEqual([0, kept]);
      // 12,000 values of standard deviation .65: their mean is within .006 of 1, five times that at most.
      expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(1, 1);
      for (const [real, fakeD, fakeG] of masks.slice(0, 5))
        expect(new Set([real, fakeD, fakeG].map(String)).size).toBe(3);
    });
  });

  it('have no masks without dropout', () => {
    using(toyGan(), (inputs) =>
      expect(Object.keys(inputs(1)).some((name) => name.startsWith('mask'))).toBe(false),
    );
  });
});

describe('rates and penalty', () => {
  const last = 3 * perEpoch;
  const changes = { epochs: 3, beta1: 0, gradientPenalty: 8, learningRateD: 1e-3 };

  it('fall along a cosine to the shares that are asked for', () => {
    const [flat, falling] = [toyGan(changes), toyGan({ ...changes, rateAtEnd: 0.25, penaltyAtEnd: 0.5 })];
    using(flat, (constant) =>
      using(falling, (inputs) => {
        const share = (step: number, name: string) => inputs(step)[name]![0]! / constant(step)[name]![0]!;
        for (const [name, left] of [
          ['rateG', 0.25],
          ['rateD', 0.25],
          ['gamma', 0.5],
        ] as const) {
          const shares = Array.from({ length: last }, (_, i) => share(i + 1, name));
          expect(shares[0]).toBe(1);
          expect(shares.at(-1)).toBeCloseTo(left, 6);
          expect(shares.every((s, i) => i === 0 || s < shares[i - 1]!)).toBe(true);
          for (const [i, s] of shares.entries()) {
            const quarter = Math.cos((Math.PI * i) / (last - 1) / 2) ** 2;
            expect(s).toBeCloseTo(left + (1 - left) * quarter, 5);
          }
        }
        expect(inputs(1).gamma).toEqual(Float32Array.of(8));
        expect(inputs(7).damping).toEqual(constant(7).damping);
      }),
    );
  });

  it('are all there is of the first step of a run of one', () => {
    expect(shareAt(1, 1, { curve: 'cosine', atEnd: 0.1 })).toBe(1);
  });

  it('leave no penalty among the inputs where there is none', () => {
    using(toyGan(), (inputs) => expect(inputs(1)).not.toHaveProperty('gamma'));
  });
});

describe("the average's decay", () => {
  it('grows from nearly nothing to the one asked for, and no further', () => {
    const inputs = { decay: { feed: 'emaDecay', shape: [], decay: 0.999 } } as const;
    const prepare = stepInputs({ inputs, batch, epochs: 1 }, { digits, seed: 1 });
    const decays = Array.from({ length: 20_000 }, (_, i) => prepare(i + 1).decay![0]!);
    expect(decays[0]).toBeCloseTo(1 / 11, 7);
    expect(decays.every((decay, i) => i === 0 || decay >= decays[i - 1]!)).toBe(true);
    expect(decays.at(-1)).toBe(Math.fround(0.999));
  });
});
