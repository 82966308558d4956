import { describe, expect, it } from 'vitest';
import { madeUpDigits } from '../gan/toy-fixture.ts';
import { fillShiftedBatch, shiftDigit } from './batches.ts';

/** A digit of paper with ink at one place. */
function dot(row: number, column: number): Float32Array {
  const values = new Float32Array(784).fill(-1);
  values[row * 28 + column] = 1;
  return values;
}

describe('a shifted digit', () => {
  it('is moved right and down, with paper coming in', () => {
    const moved = dot(3, 4);
    shiftDigit(moved, 0, { right: 2, down: -1, paper: -1 });
    expect(moved).toEqual(dot(2, 6));
  });

  it('loses what leaves the image', () => {
    const moved = dot(27, 5);
    shiftDigit(moved, 0, { right: 0, down: 1, paper: -1 });
    expect(moved.every((value) => value === -1)).toBe(true);
  });

  it('leaves its neighbours in the batch alone', () => {
    const batch = new Float32Array([...dot(1, 1), ...dot(1, 1)]);
    shiftDigit(batch, 784, { right: 3, down: 3, paper: -1 });
    expect(batch).toEqual(new Float32Array([...dot(1, 1), ...dot(4, 4)]));
  });
});

describe('a shifted batch', () => {
  const digits = madeUpDigits(40);
  const order = Uint32Array.from({ length: 40 }, (_, i) => i);
  const fill = (step: number, shift: number) => {
    const out = new Float32Array(40 * 784);
    const options = { range: [0, 1], rotation: 0, shift, address: { seed: 1, step } } as const;
    fillShiftedBatch(out, digits, order, 0, options);
    return out;
  };

  it('follows from its seed and step', () => {
    expect(fill(3, 2)).toEqual(fill(3, 2));
    expect(fill(4, 2)).not.toEqual(fill(3, 2));
  });

  it('moves by every number of pixels up to the most, and by no more', () => {
    const [still, moved] = [fill(1, 0), fill(1, 1)];
    const rights = Array.from({ length: 40 }, (_, i) => {
      const at = (values: Float32Array, row: number, column: number) => values[i * 784 + row * 28 + column]!;
      const moves = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => ({ right, down })));
      const fits = moves.filter(({ right, down }) =>
        [9, 10, 11, 12].every((k) => at(moved, k, k) === at(still, k - down, k - right)),
      );
      expect(fits).not.toEqual([]);
      return fits[0]!.right;
    });
    expect(new Set(rights)).toEqual(new Set([-1, 0, 1]));
  });
});
