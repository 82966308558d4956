import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatorInput } from './latents.ts';

describe('the public latents', () => {
  it('are the same for a digit whatever the grid around it', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(50), fc.nat(20), (seed, first, latentSize) => {
        const range = { seed, latentSize, classes: 0 };
        const grid = generatorInput({ ...range, first: 0, count: first + 1 });
        const alone = generatorInput({ ...range, first, count: 1 });
        expect(alone).toEqual(grid.slice(first * latentSize));
      }),
    );
  });

  it('begin alike in generators of other latent sizes', () => {
    const range = { seed: 5, first: 9, count: 1, classes: 0 };
    const short = generatorInput({ ...range, latentSize: 64 });
    const long = generatorInput({ ...range, latentSize: 100 });
    expect(long.slice(0, 64)).toEqual(short);
  });

  // Computed by a separate implementation in Python.
  it('are the recorded ones', () => {
    const latents = generatorInput({ seed: 7, first: 0, count: 100, latentSize: 100, classes: 0 });
    expect([...latents.slice(0, 3)]).toEqual([1.4199012517929077, -0.2827354669570923, 0.25749093294143677]);
    expect(createHash('sha256').update(new Uint8Array(latents.buffer)).digest('hex')).toBe(
      'a0daea9ab64050b46fcd6d92c710ee0faac815e410937901b86d15ba670218d4',
    );
  });
});

describe("a generator's input", () => {
  const range = { seed: 11, first: 8, count: 4, latentSize: 6 };

  it('has the class of its index behind each latent', () => {
    const rows = generatorInput({ ...range, classes: 3, labelOf: (index) => (index === 9 ? 2 : 1) });
    const latents = generatorInput({ ...range, classes: 0 });
    expect(rows).toHaveLength(4 * 9);
    for (let i = 0; i < 4; i++) {
      const row = rows.slice(i * 9, (i + 1) * 9);
      expect(row.slice(0, 6)).toEqual(latents.slice(i * 6, (i + 1) * 6));
      expect([...row.slice(6)]).toEqual(i === 1 ? [0, 0, 1] : [0, 1, 0]);
    }
  });

  it('takes the classes in turn when none are asked for', () => {
    const rows = generatorInput({ seed: 1, first: 2, count: 2, latentSize: 0, classes: 3 });
    expect([...rows]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it.each([7, 3, -1, 0.5])('refuses the label %s, which is no class', (label) => {
    const draw = () => generatorInput({ ...range, classes: 3, labelOf: () => label });
    expect(draw).toThrow(RangeError);
    expect(draw).toThrow(`label is ${label}, wanted an integer from 0 to 2`);
  });
});
