/// <reference lib="es2025.float16" />
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { fitsFloat16, fromFloat16, toFloat16 } from './float16.ts';

/** Halves as tfjs reads them from a model's weights. */
function decode(halves: Uint16Array): Float32Array {
  const buffer = new Uint16Array(halves).buffer;
  const spec = { name: 'w', dtype: 'float32', quantization: { dtype: 'float16' } } as const;
  const tensors = tf.io.decodeWeights(buffer, [{ ...spec, shape: [halves.length] }]);
  const values = Float32Array.from(Object.values(tensors)[0]?.dataSync<'float32'>() ?? []);
  tf.dispose(tensors);
  return values;
}

const finiteHalves = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter(
  (bits) => (bits & 0x7c00) !== 0x7c00,
);

describe('toFloat16', () => {
  it('gives back every finite half that tfjs decodes', () => {
    expect(toFloat16(decode(finiteHalves))).toEqual(finiteHalves);
  });

  it('rounds ties to even, keeps subnormals, signed zeros and infinities, and overflows to infinity', () => {
    const tie = 2 ** -11;
    const values = [
      1 + tie,
      1 + 3 * tie,
      2 ** -24,
      2 ** -25,
      -0,
      65504,
      65519,
      65520,
      Number.NEGATIVE_INFINITY,
    ];
    const bits = [0x3c00, 0x3c02, 0x0001, 0x0000, 0x8000, 0x7bff, 0x7bff, 0x7c00, 0xfc00];
    expect([...toFloat16(Float32Array.from(values))]).toEqual(bits);
  });

  it('keeps NaN one, of either sign', () => {
    const floats = new Float32Array(Uint32Array.of(0x7fc00000, 0xffc00000, 0x7f800001).buffer);
    for (const bits of toFloat16(floats)) expect(bits & 0x7fff).toBe(0x7e00);
  });

  it('rounds every tie between neighbouring halves, and what lies beside it, to the right one', () => {
    const values = decode(finiteHalves);
    const wrong = finiteHalves.filter((lower, i) => {
      const upper = lower + 1;
      // The largest of either sign has no finite neighbour.
      if (finiteHalves[i + 1] !== upper) return false;
      const [a, b] = [values[i]!, values[i + 1]!];
      const tie = (a + b) / 2;
      const nudge = (b - a) / 1024;
      const got = toFloat16(Float32Array.of(tie, tie - nudge, tie + nudge));
      return got[0] !== (lower % 2 === 0 ? lower : upper) || got[1] !== lower || got[2] !== upper;
    });
    expect(wrong).toHaveLength(0);
  });

  it.runIf('Float16Array' in globalThis)('is what Float16Array makes of any value', () => {
    fc.assert(
      fc.property(fc.float32Array(), (values) => {
        const wanted = new Uint16Array(new Float16Array(values).buffer);
        const isNaNHalf = (bits: number) => (bits & 0x7fff) > 0x7c00;
        const plain = (bits: number) => (isNaNHalf(bits) ? 'NaN' : bits);
        expect(Array.from(toFloat16(values), plain)).toEqual(Array.from(wanted, plain));
      }),
    );
  });

  it('is within half a unit in the last place', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const [half = Number.NaN] = decode(toFloat16(Float32Array.of(value)));
        const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value) || 1))) - 10);
        expect(Math.abs(half - value)).toBeLessThanOrEqual(unit / 2);
      }),
    );
  });
});

describe('fitsFloat16', () => {
  it('is true until a finite value would become infinite', () => {
    expect(fitsFloat16(Float32Array.of(-65504, 65519, 0, Number.POSITIVE_INFINITY))).toBe(true);
    expect(fitsFloat16(Float32Array.of(0, -65520))).toBe(false);
  });
});

it('reads every finite half as exactly the number that it stands for', () => {
  expect(fromFloat16(finiteHalves)).toEqual(decode(finiteHalves));
});
