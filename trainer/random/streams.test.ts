import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Address,
  fillNormal,
  fillNormalBatch,
  fillUniform,
  type Purpose,
  purposes,
  wordsAt,
} from './streams.ts';

const purposeNames = Object.keys(purposes) as Purpose[];
const anyAddress: fc.Arbitrary<Address> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  purpose: fc.constantFrom(...purposeNames),
  step: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  index: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
const fills = { fillUniform, fillNormal } as const;
const origin: Address = { seed: 0, purpose: 'sample', step: 0, index: 0 };

function numbersAt(fill: typeof fillUniform, address: Address, length: number): Float32Array {
  const out = new Float32Array(length);
  fill(out, address);
  return out;
}

/** Mean of f over the numbers. */
const mean = (numbers: Float32Array, f: (x: number, i: number) => number = (x) => x) =>
  numbers.reduce((sum, x, i) => sum + f(x, i), 0) / numbers.length;

describe('purposes', () => {
  it('keep the ids that published digits depend on', () => {
    expect(purposes).toEqual({
      sample: 1,
      latentD: 2,
      latentG: 3,
      labelD: 4,
      labelG: 5,
      shuffle: 6,
      dropout: 7,
      augment: 8,
      init: 9,
    });
  });
});

describe.each(Object.entries(fills))('%s', (_, fill) => {
  it('gives the same numbers at the same address', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        expect(numbersAt(fill, address, 9)).toEqual(numbersAt(fill, { ...address }, 9));
      }),
    );
  });

  it('begins alike whatever the length', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(30), fc.nat(30), (address, a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        expect(numbersAt(fill, address, short)).toEqual(numbersAt(fill, address, long).slice(0, short));
      }),
    );
  });

  it('writes its range of the array and nothing else', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(9), fc.nat(9), fc.nat(9), (address, before, length, after) => {
        const out = new Float32Array(before + length + after).fill(77);
        fill(out, address, before, length);
        expect(out.subarray(before, before + length)).toEqual(numbersAt(fill, address, length));
        expect([...out.subarray(0, before), ...out.subarray(before + length)]).toEqual(
          new Array(before + after).fill(77),
        );
      }),
    );
  });

  it('shows no correlation between neighbouring addresses', () => {
    const length = 40_000;
    const neighbours: Partial<Address>[] = [
      { seed: 1 },
      { purpose: 'latentD' },
      { step: 1 },
      { step: 2 ** 32 },
      { index: 1 },
    ];
    const here = numbersAt(fill, origin, length);
    const average = mean(here);
    const variance = mean(here, (x) => (x - average) ** 2);
    for (const change of neighbours) {
      const there = numbersAt(fill, { ...origin, ...change }, length);
      const covariance = mean(here, (x, i) => (x - average) * ((there[i] as number) - average));
      // Independent numbers correlate by 1 / sqrt(n); four times that is one case in 16,000.
      expect(Math.abs(covariance / variance), JSON.stringify(change)).toBeLessThan(4 / Math.sqrt(length));
    }
  });

  it('refuses an address outside its words', () => {
    const out = new Float32Array(4);
    expect(() => fill(out, { ...origin, seed: 2 ** 32 })).toThrow('seed is 4294967296');
    expect(() => fill(out, { ...origin, seed: -1 })).toThrow('seed is -1');
    expect(() => fill(out, { ...origin, index: 0.5 })).toThrow('index is 0.5');
    expect(() => fill(out, { ...origin, step: 2 ** 53 })).toThrow('step is 9007199254740992');
  });

  it('refuses a range outside the array', () => {
    expect(() => fill(new Float32Array(4), origin, 2, 3)).toThrow('3 numbers do not fit at 2');
    expect(() => fill(new Float32Array(4), origin, 5)).toThrow(RangeError);
  });
});

describe('fillUniform', () => {
  it('stays in [0, 1) on multiples of 2^-24', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        for (const x of numbersAt(fillUniform, address, 16)) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThan(1);
          expect(Number.isInteger(x * 2 ** 24)).toBe(true);
        }
      }),
    );
  });

  it('has the moments of the uniform distribution', () => {
    const numbers = numbersAt(fillUniform, { seed: 42, purpose: 'dropout', step: 1, index: 0 }, 200_000);
    expect(mean(numbers)).toBeCloseTo(0.5, 2);
    expect(mean(numbers, (x) => (x - 0.5) ** 2)).toBeCloseTo(1 / 12, 3);
  });

  // Computed by a separate implementation in Python's exact integers.
  it('gives the recorded numbers', () => {
    expect([...numbersAt(fillUniform, { seed: 0, purpose: 'augment', step: 0, index: 0 }, 5)]).toEqual([
      0.932409405708313, 0.16323202848434448, 0.13409936428070068, 0.17738676071166992, 0.8677055239677429,
    ]);
    expect([
      ...numbersAt(fillUniform, { seed: 7, purpose: 'dropout', step: 2 ** 53 - 1, index: 3 }, 5),
    ]).toEqual([
      0.8147729635238647, 0.4705895185470581, 0.7991507649421692, 0.4853554964065552, 0.6458419561386108,
    ]);
  });
});

describe('fillNormal', () => {
  it('has the moments of the standard normal distribution', () => {
    const numbers = numbersAt(fillNormal, { seed: 42, purpose: 'latentD', step: 1, index: 0 }, 200_000);
    // Tolerances of about four standard errors.
    expect(Math.abs(mean(numbers))).toBeLessThan(0.009);
    expect(Math.abs(mean(numbers, (x) => x ** 2) - 1)).toBeLessThan(0.013);
    expect(Math.abs(mean(numbers, (x) => x ** 3))).toBeLessThan(0.035);
    expect(Math.abs(mean(numbers, (x) => x ** 4) - 3)).toBeLessThan(0.09);
    expect(mean(numbers, (x) => Number(Math.abs(x) < 1))).toBeCloseTo(0.6827, 2);
    // The two numbers of a Box–Muller pair, and of neighbouring pairs.
    expect(Math.abs(mean(numbers, (x, i) => x * (numbers[i + 1] ?? 0)))).toBeLessThan(0.009);
  });

  it('is finite everywhere', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        for (const x of numbersAt(fillNormal, address, 64)) expect(Math.abs(x)).toBeLessThan(6.67);
      }),
    );
  });

  // Computed by a separate implementation in Python.
  it('gives the recorded numbers', () => {
    expect([...numbersAt(fillNormal, origin, 5)]).toEqual([
      0.12814565002918243, -0.01742495596408844, 1.025177240371704, -1.4683538675308228, -0.5053147673606873,
    ]);
    const last: Address = { seed: 2 ** 32 - 1, purpose: 'sample', step: 0, index: 2 ** 32 - 1 };
    expect([...numbersAt(fillNormal, last, 5)]).toEqual([
      1.2841804027557373, -1.851286768913269, -1.6060062646865845, -0.8846481442451477, -0.921412467956543,
    ]);
    const late: Address = { seed: 42, purpose: 'latentG', step: 2 ** 40 + 5, index: 7 };
    expect([...numbersAt(fillNormal, late, 5)]).toEqual([
      -0.5921273231506348, -0.1821477860212326, 0.1887482851743698, -0.23434995114803314, -1.325745701789856,
    ]);
  });
});

describe('fillNormalBatch', () => {
  it('gives an index the same vector whatever the batch around it', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 6 }), fc.nat(11), (first, count, size) => {
        const batch = new Float32Array(count * size);
        fillNormalBatch(batch, origin, count, size, first);
        for (let i = 0; i < count; i++)
          expect(batch.slice(i * size, (i + 1) * size)).toEqual(
            numbersAt(fillNormal, { ...origin, index: first + i }, size),
          );
      }),
    );
  });
});

describe('wordsAt', () => {
  it('gives the words behind the uniform numbers, one by one', () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(13), (address, length) => {
        const next = wordsAt(address);
        const fromWords = Float32Array.from({ length }, () => (next() >>> 8) / 2 ** 24);
        expect(fromWords).toEqual(numbersAt(fillUniform, address, length));
      }),
    );
  });

  it('is not disturbed by other draws between its own', () => {
    const alone = wordsAt(origin);
    const expected = [alone(), alone(), alone()];
    const disturbed = wordsAt(origin);
    const got = [disturbed(), disturbed()];
    fillUniform(new Float32Array(8), { ...origin, index: 5 });
    expect([...got, disturbed()]).toEqual(expected);
  });
});
