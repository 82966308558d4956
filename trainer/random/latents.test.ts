import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatorInput, oneHot, sampleLatents } from './latents.ts';

describe('sampleLatents', () => {
  it('gives a digit the same latent whatever the grid around it', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(50), fc.nat(20), (seed, first, latentSize) => {
        const grid = sampleLatents({ seed, first: 0, count: first + 1, latentSize });
        const alone = sampleLatents({ seed, first, count: 1, latentSize });
        expect(alone).toEqual(grid.slice(first * latentSize));
      }),
    );
  });

  it('begins alike in generators of other latent sizes', () => {
    const short = sampleLatents({ seed: 5, first: 9, count: 1, latentSize: 64 });
    const long = sampleLatents({ seed: 5, first: 9, count: 1, latentSize: 100 });
    expect(long.slice(0, 64)).toEqual(short);
  });

  // Computed by a separate implementation in Python.
  it('gives the recorded latents', () => {
    const latents = sampleLatents({ seed: 7, first: 0, count: 100, latentSize: 100 });
    expect([...latents.slice(0, 3)]).toEqual([1.4199012517929077, -0.2827354669570923, 0.25749093294143677]);
    expect(createHash('sha256').update(new Uint8Array(latents.buffer)).digest('hex')).toBe(
      'a0daea9ab64050b46fcd6d92c710ee0faac815e410937901b86d15ba670218d4',
    );
  });
});

describe('oneHot', () => {
  it('has a single 1 in each row, at the label', () => {
    expect([...oneHot([2, 0], 3)]).toEqual([0, 0, 1, 1, 0, 0]);
    expect([...oneHot(new Uint8Array([1]), 2)]).toEqual([0, 1]);
  });

  it('refuses a label that is no class', () => {
    expect(() => oneHot([3], 3)).toThrow('label is 3, wanted an integer from 0 to 2');
    expect(() => oneHot([-1], 3)).toThrow(RangeError);
    expect(() => oneHot([0.5], 3)).toThrow(RangeError);
  });
});

describe('generatorInput', () => {
  const range = { seed: 11, first: 8, count: 4, latentSize: 6 };

  it('is the latents alone for a generator without classes', () => {
    expect(generatorInput({ ...range, classes: 0 })).toEqual(sampleLatents(range));
  });

  it('puts the class of its index behind each latent', () => {
    const rows = generatorInput({ ...range, classes: 3, labelOf: (index) => (index === 9 ? 2 : 1) });
    const latents = sampleLatents(range);
    expect(rows).toHaveLength(4 * 9);
    for (let i = 0; i < 4; i++) {
      const row = rows.slice(i * 9, (i + 1) * 9);
      expect(row.slice(0, 6)).toEqual(latents.slice(i * 6, (i + 1) * 6));
      expect([...row.slice(6)]).toEqual(i === 1 ? [0, 0, 1] : [0, 1, 0]);
    }
  });

  it('takes the classes in turn when none are asked for', () => {
    const rows = generatorInput({ seed: 1, first: 9, count: 2, latentSize: 0, classes: 10 });
    expect(rows).toEqual(oneHot([9, 0], 10));
  });

  it('refuses a label that is no class', () => {
    expect(() => generatorInput({ ...range, classes: 3, labelOf: () => 7 })).toThrow(
      'label is 7, wanted an integer from 0 to 2',
    );
  });
});
