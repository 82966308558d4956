import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatState,
  modelAt,
  noticeWords,
  parseState,
  pictureName,
  speedWords,
  stateParameters,
} from './state.ts';

const limits = { seed: 7, classes: 10, count: 100 };
const read = (values: Record<string, string>) => (name: string) => values[name] ?? null;
const defaults = parseState(() => null, limits);

test('without parameters the sampler shows the run’s own grid', () => {
  expect(defaults).toMatchObject({
    seed: 7,
    digit: undefined,
    truncation: 1,
    move1: 0,
    move4: 0,
  });
});

test('any state survives its address', () => {
  const move = fc.integer({ min: -30, max: 30 }).map((n) => n / 10);
  const states = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    digit: fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined }),
    truncation: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
    move1: move,
    move2: move,
    move3: move,
    move4: move,
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
      expect(Object.keys(formatState(state)).sort()).toEqual([
        'at',
        'class',
        'from',
        'move1',
        'move2',
        'move3',
        'move4',
        'seed',
        'to',
        'truncation',
      ]);
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

const asWanted = { backend: 'wasm', epoch: 6, drawnBy: 6 } as const;

test('a drawing tells its time, its rate and what computed it', () => {
  expect(speedWords({ milliseconds: 12.345, backend: 'wasm' }, 100)).toBe(
    '100 digits in 12.3 ms, 8,100 a second, by WebAssembly (SIMD).',
  );
});

test('there is nothing to notice when all is as it was asked for', () => {
  expect(noticeWords(asWanted)).toBe('');
});

test('where WebAssembly does not work that is not passed over', () => {
  expect(noticeWords({ ...asWanted, backend: 'cpu' })).toBe('WebAssembly (SIMD) does not work here.');
});

test('another epoch’s generator is not passed over', () => {
  expect(noticeWords({ ...asWanted, epoch: 7 })).toBe(
    'The generator of epoch 7 was not kept; epoch 6’s drew this.',
  );
});

test('a picture is named after all that it takes to draw it again', () => {
  const facts = { run: 'conditional' } as Parameters<typeof pictureName>[0];
  const state = { seed: 12, digit: 3 } as Parameters<typeof pictureName>[2];
  expect(pictureName(facts, 6, state)).toBe('conditional-epoch-0006-seed-12-class-3.png');
});

const model = (epoch: number) => ({ epoch, grid: '', json: '', weights: '' });

test('an epoch is drawn by its own generator, or by the last one kept before it', () => {
  const models = [model(0), model(5), model(10)];
  expect([0, 4, 5, 9, 10, 40].map((epoch) => modelAt(models, epoch)?.epoch)).toEqual([0, 0, 5, 5, 10, 10]);
});

test('before the first kept generator, that one draws', () => {
  expect(modelAt([model(5)], 2)?.epoch).toBe(5);
  expect(modelAt([], 2)).toBeUndefined();
});
