import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { flushAddress, readParameter } from './address.ts';
import { readComparison, readRuns } from './features/compare/address-state.ts';
import { timeline } from './features/compare/comparison.ts';
import { sideLetters } from './features/compare/letters.ts';
import type { ComparedRun } from './features/compare/record.ts';
import { parseEpoch } from './features/cursor/cursor.ts';
import { chooseWeights, weights } from './features/cursor/frames.ts';
import { selectedDigit, selectFromAddress } from './features/digit/digit.ts';
import { arrangeRuns } from './features/gallery/arrange-runs.ts';
import { formatState, movesOf, parseState } from './features/sampler/state.ts';

/** Raised by hand, for a night of it. */
const numRuns = Number(process.env.INKLING_FUZZ ?? 300);
vi.setConfig({ testTimeout: 30_000 + 5 * numRuns });

/** The address bar. */
let bar: URL;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('history', {
    state: null,
    replaceState: (_state: null, _title: string, url: URL) => visit(url),
  });
});
afterEach(() => {
  flushAddress();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function visit(url: URL): void {
  bar = url;
  vi.stubGlobal('location', { href: url.href, search: url.search });
}

const own = sideLetters.map((letter) => `e${letter}`);
const samplerNames = Object.keys(
  formatState(parseState(() => undefined, { seed: 7, classes: 10, count: 100 })),
);
const names = ['epoch', 'digit', 'weights', 'view', 'q', ...sideLetters, ...own, ...samplerNames];

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('0', '1', '2', '99', '1e3', '0x1', '٣', '-0', ' 1', '../mlp', '__proto__', 'constructor'),
  fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '"><script>alert(1)</script>',
    'javascript:alert(1)',
    '%00',
    '\u202e',
  ),
  fc.string({ minLength: 1000, maxLength: 5000 }),
);
/** An address with some of our parameters, some of them twice, and some of nobody's. */
const address = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() }),
      value,
    ),
    {
      maxLength: 12,
    },
  )
  .map((pairs) => new URL(`http://gallery.test/page/?${new URLSearchParams(pairs)}`));

const everyAddress = (check: () => void) =>
  fc.assert(
    fc.property(address, (url) => {
      visit(url);
      check();
    }),
    { numRuns },
  );

const run = (name: string, epochs: readonly number[]): ComparedRun => ({
  name,
  latents: { seed: 1, rows: 10, columns: 10, size: 64 },
  cell: 28,
  frames: epochs.map((epoch) => ({ epoch, url: `/data/${name}/${epoch}.png`, words: 'Grid' })),
  curves: { epochs: [], series: [] },
  settings: [],
  facts: [],
  scores: [],
});
const runs = new Map(
  [run('mlp', [0, 1, 2]), run('other', [0, 10]), run('1', [5])].map((one) => [one.name, one]),
);

test('whatever an address says, a published epoch, a digit of the grid and known weights are shown', () => {
  everyAddress(() => {
    expect([0, 10, 20]).toContain(parseEpoch(readParameter('epoch'), [0, 10, 20]));
    selectFromAddress(100);
    expect(selectedDigit.value).toSatisfy(
      (digit: number) => Number.isInteger(digit) && digit >= 0 && digit < 100,
    );
    chooseWeights(readParameter('weights'));
    expect(['averaged', 'raw']).toContain(weights.value);
    flushAddress();
    const digit = bar.searchParams.get('digit');
    expect(digit === null || digit === String(selectedDigit.value)).toBe(true);
    expect([null, 'raw']).toContain(bar.searchParams.get('weights'));
  });
});

test('whatever an address says, the sampler stays within its ranges', () => {
  const limits = { seed: 7, classes: 10, count: 100 };
  const within = (number: number, least: number, most: number) => number >= least && number <= most;
  everyAddress(() => {
    const state = parseState(readParameter, limits);
    const { seed, digit, truncation, from, to, at } = state;
    expect([seed, from, to, digit ?? 0].every(Number.isInteger)).toBe(true);
    expect(within(seed, 0, 2 ** 32 - 1) && within(truncation, 0, 1) && within(at, 0, 100)).toBe(true);
    expect(within(from, 0, 99) && within(to, 0, 99) && within(digit ?? 0, 0, 9)).toBe(true);
    expect(movesOf(state).every((move) => within(move, -3, 3))).toBe(true);
  });
});

test('whatever an address says, known runs are compared at epochs that they have, and it is mended', () => {
  const known = [...runs.keys()];
  everyAddress(() => {
    const chosen = readRuns(known);
    expect(chosen.length).toBeGreaterThanOrEqual(2);
    expect(chosen.every((name) => runs.has(name))).toBe(true);
    const sides = chosen.flatMap((name, i) => {
      const [found, letter] = [runs.get(name), sideLetters[i]];
      return found && letter ? [{ letter, run: found }] : [];
    });
    const comparison = readComparison(sides);
    const stops = timeline(sides.map((side) => side.run));
    for (const { epoch } of comparison.sides) expect(stops).toContain(epoch);
    expect(['sides', 'wipe']).toContain(comparison.view);
    flushAddress();
    for (const letter of sideLetters) expect([null, ...known]).toContain(bar.searchParams.get(letter));
    expect([null, 'wipe']).toContain(bar.searchParams.get('view'));
    // What is mended reads as it did.
    expect(readRuns(known)).toEqual(chosen);
    expect(readComparison(sides)).toEqual(comparison);
  });
});

test('whatever is looked for, the runs that are found are some of those that there are', () => {
  const cards = [...runs.keys()].map((name) => ({
    name,
    recipe: 'mlp',
    status: 'finished',
    device: 'CPU',
    seconds: undefined,
    score: undefined,
  }));
  fc.assert(
    fc.property(value, value, value, value, (sort, recipe, status, words) => {
      const found = arrangeRuns(cards, { sort, recipe, status, words });
      expect(found.every((card) => cards.includes(card))).toBe(true);
    }),
    { numRuns },
  );
});
