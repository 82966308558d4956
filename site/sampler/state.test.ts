import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatState, parseState, stateParameters } from './state.ts';
import { stateNames } from './state-names.ts';

const limits = { seed: 7, classes: 10, count: 100 };
const read = (values: Record<string, string>) => (name: string) => values[name] ?? null;
const defaults = parseState(() => null, limits);

test('without parameters the sampler shows the run’s own grid', () => {
  expect(defaults).toMatchObject({
    seed: 7,
    digit: undefined,
    truncation: 1,
    moves: [0, 0, 0, 0],
  });
});

test('any state survives its address', () => {
  const states = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    digit: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    truncation: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
    moves: fc.array(
      fc.integer({ min: -30, max: 30 }).map((n) => n / 10),
      { minLength: 4, maxLength: 4 },
    ),
    from: fc.integer({ min: 0, max: 99 }),
    to: fc.integer({ min: 0, max: 99 }),
    at: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(states, (state) => {
      const address = new URLSearchParams();
      for (const [name, value] of Object.entries(stateParameters(state, limits)))
        if (value !== undefined) address.set(name, value);
      expect(parseState((name) => address.get(name), limits)).toEqual(state);
      expect(Object.keys(formatState(state)).sort()).toEqual([...stateNames].sort());
    }),
  );
});

test('an address says only what is not the default', () => {
  expect(Object.values(stateParameters(defaults, limits)).filter((value) => value !== undefined)).toEqual([]);
  expect(stateParameters({ ...defaults, truncation: 0.5 }, limits)).toMatchObject({ truncation: '0.5' });
});

describe('a value that makes no sense gives way to the default', () => {
  test.each([
    ['seed', '-1'],
    ['seed', '1.5'],
    ['seed', '4294967296'],
    ['seed', 'seven'],
    ['seed', '1e3'],
    ['class', '10'],
    ['class', '3.5'],
    ['truncation', '1.01'],
    ['truncation', 'NaN'],
    ['move2', '3.1'],
    ['move2', '-99'],
    ['from', '100'],
    ['to', '-1'],
    ['at', '101'],
  ])('%s=%s', (name, value) => {
    expect(parseState(read({ [name]: value }), limits)).toEqual(defaults);
  });
});

test('a generator without classes is asked for none', () => {
  expect(parseState(read({ class: '3' }), { ...limits, classes: 0 }).digit).toBeUndefined();
});
