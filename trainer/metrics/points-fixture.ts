import { type InnerProducts, type Points, points } from './points.ts';

/** For tests: the numbers of `made_up` in reference.py, multiples of 1/1024 and so exact in both. */
export function madeUpPoints(count: number, size: number, seed: number): Points {
  const values = Float32Array.from({ length: count * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size) + 1, (at % size) + 1];
    return ((i * i * 31 + j * j * 17 + i * j * 7 + seed * 97 * (i + 3 * j)) % 1021) / 1024;
  });
  return points(values, size);
}

/** For tests: the two sets that reference.py compares. */
export const real = madeUpPoints(70, 6, 1);
const other = madeUpPoints(60, 6, 2);
export const fake = points(
  other.values.map((value) => value * 0.75 + 0.125),
  other.size,
);

/** Inner products in double precision, one after the other: the reference, for small sets. */
export const plainProducts: InnerProducts = async (a, b) => {
  const out = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++)
    for (let j = 0; j < b.count; j++) {
      let sum = 0;
      for (let k = 0; k < a.size; k++) sum += a.values[i * a.size + k]! * b.values[j * b.size + k]!;
      out[i * b.count + j] = sum;
    }
  return out;
};
