import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from './float16.ts';
import { readWeights } from './layers-format.ts';

test('weights follow each other without padding, whatever their lengths and widths', () => {
  const weight = fc.record({
    values: fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), {
      minLength: 1,
    }),
    half: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(weight, { minLength: 1, maxLength: 5 }), (given) => {
      const parts = given.map(({ values, half }) => {
        const floats = Float32Array.from(values);
        return new Uint8Array((half ? toFloat16(floats) : floats).buffer);
      });
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      const weights = given.map(({ values, half }, i) => ({
        name: `w${i}`,
        shape: [values.length],
        dtype: 'float32' as const,
        ...(half && { quantization: { dtype: 'float16' as const, original_dtype: 'float32' as const } }),
      }));
      const read = readWeights({ weightsManifest: [{ paths: ['weights.bin'], weights }] }, bytes.buffer);
      for (const [i, { values, half }] of given.entries()) {
        const floats = Float32Array.from(values);
        expect(read.get(`w${i}`)?.values).toEqual(half ? fromFloat16(toFloat16(floats)) : floats);
      }
    }),
    { numRuns: 50 },
  );
});
