import { describe, expect, it } from 'vitest';
import { kernelDistance } from './kid.ts';
import { points } from './points.ts';
import { fake, madeUpPoints, real } from './points-fixture.ts';
import { plainProducts } from './products.ts';

const kid = (a: typeof real, b: typeof real) => kernelDistance(a, b, plainProducts);

describe('the kernel distance', () => {
  it('is that of NumPy on made-up numbers (reference.py)', async () => {
    expect(await kid(real, fake)).toBeCloseTo(0.00017842584404448303, 12);
  });

  it('is the same either way round', async () => {
    expect(await kid(fake, real)).toBeCloseTo(await kid(real, fake), 12);
  });

  it('without bias is below zero for a set and itself, for equal pairs count in the middle only', async () => {
    expect(await kid(real, real)).toBeLessThan(0);
  });

  it('of two points each follows its definition', async () => {
    const [a, b] = [points(Float32Array.of(1, 2), 1), points(Float32Array.of(0, 3), 1)];
    const between = (1 ** 3 + 4 ** 3 + 1 ** 3 + 7 ** 3) / 4;
    expect(await kid(a, b)).toBeCloseTo(3 ** 3 + 1 ** 3 - 2 * between, 12);
  });

  it('refuses a single point', async () => {
    await expect(kid(real, madeUpPoints(1, 6, 1))).rejects.toThrow('KID takes 2 samples or more, and 1 were');
  });
});
