import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../compile/compiled-fixture.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { compileProducts } from './engine-products.ts';
import {
  blockSize,
  type InnerProducts,
  productBlocks,
  requireSamples,
  squaredDistanceBlocks,
} from './points.ts';
import { madeUpPoints, plainProducts } from './points-fixture.ts';

let engine: Engine;
let compiled: InnerProducts;
beforeAll(async () => {
  engine = startEngine(localEngine);
  compiled = (await compileProducts(engine, 7)).products;
});
afterAll(() => engine.dispose());

const worst = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length
    ? Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((x, y) => Math.max(x, y), 0)
    : Number.POSITIVE_INFINITY;

describe('compiled inner products', () => {
  it('are those of the loop, for blocks of every size', async () => {
    const size = fc.integer({ min: 1, max: 40 });
    const count = fc.oneof(size, fc.constant(blockSize));
    await fc.assert(
      fc.asyncProperty(count, size, async (rows, columns) => {
        const [a, b] = [madeUpPoints(rows, 7, 1), madeUpPoints(columns, 7, 2)];
        expect(worst(await compiled(a, b), await plainProducts(a, b))).toBeLessThan(1e-5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('blocks', () => {
  const [a, b] = [madeUpPoints(blockSize + 3, 2, 1), madeUpPoints(2 * blockSize + 1, 2, 2)];

  it('hold every pair once', async () => {
    const seen: number[][] = [];
    for await (const { row, column, rows, columns, values } of productBlocks(a, b, plainProducts)) {
      expect(values).toHaveLength(rows * columns);
      seen.push([row, column, rows, columns]);
    }
    expect(seen).toEqual(
      [0, blockSize].flatMap((row) =>
        [0, blockSize, 2 * blockSize].map((column) => [
          ...[row, column],
          ...[Math.min(blockSize, a.count - row), Math.min(blockSize, b.count - column)],
        ]),
      ),
    );
  });

  it('of squared distances have nothing below zero, and zero for a point and itself', async () => {
    for await (const { row, column, columns, values } of squaredDistanceBlocks(a, a, plainProducts)) {
      expect(values.every((value) => value >= 0)).toBe(true);
      if (row === column) expect(values[columns + 1]).toBeCloseTo(0, 12);
    }
  });

  it('refuse points of two spaces', async () => {
    const next = productBlocks(a, madeUpPoints(3, 4, 1), plainProducts).next();
    await expect(next).rejects.toThrow('points of 2 numbers are compared with points of 4');
  });
});

it('a metric does not run on fewer samples than it is about', () => {
  const check = () => requireSamples('FCD', 10_000, madeUpPoints(1003, 2, 1));
  expect(check).toThrow('FCD takes 10000 samples or more, and 1003 were given');
});
