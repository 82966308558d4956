import process from 'node:process';
import fc from 'fast-check';
import { expect } from 'vitest';
import { InputError } from '../errors.ts';

/** A change of a file's contents; what it makes of them may be what they were. */
export type Mutation = (original: Buffer) => Buffer;

/**
 * How a property is tried: with a few mutations in `npm test`, and with as many as wanted by `INKLING_FUZZ=N`. A failure
 * names its seed, which `INKLING_FUZZ_SEED` takes.
 */
export function fuzzed(numRuns = 60): fc.Parameters<unknown> {
  const { INKLING_FUZZ: runs, INKLING_FUZZ_SEED: seed } = process.env;
  return { numRuns: runs ? Number(runs) : numRuns, ...(seed && { seed: Number(seed) }) };
}

/** Milliseconds that a test with so many mutations may take. */
export const fuzzTimeout = process.env.INKLING_FUZZ ? 3_600_000 : 30_000;

/** Where in a file of any length: 0 is its beginning and 1 its end. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (share: number, length: number) => Math.min(length, Math.floor(share * (length + 1)));
const splice = (bytes: Buffer, from: number, to: number, between: Uint8Array) =>
  Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]);

/** What a disk, a copy or an editor does to bytes. */
export const byteMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 4 }).map((flips) => (original: Buffer) => {
    const bytes = Buffer.from(original);
    for (const [share, bit] of flips) {
      const i = at(share, bytes.length - 1);
      if (bytes.length > 0) bytes[i] = (bytes[i] ?? 0) ^ (1 << bit);
    }
    return bytes;
  }),
  place.map((share) => (original: Buffer) => original.subarray(0, at(share, original.length))),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 64 })).map(
    ([share, between]) =>
      (original: Buffer) =>
        splice(original, at(share, original.length), at(share, original.length), between),
  ),
  fc.tuple(place, place).map(([a, b]) => (original: Buffer) => {
    const [from, to] = [at(Math.min(a, b), original.length), at(Math.max(a, b), original.length)];
    return splice(original, to, to, original.subarray(from, to));
  }),
  fc.tuple(place, place).map(([a, b]) => (original: Buffer) => {
    const [from, to] = [at(Math.min(a, b), original.length), at(Math.max(a, b), original.length)];
    return Buffer.from(original).fill(0, from, to);
  }),
);

/** JSON texts that stand in a value's place: other types, extremes, and what breaks who walks it or prints it. */
const oddValues: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '0.5',
    '-0',
    '1e308',
    '-1e308',
    '5e-324',
    '1e999',
    '9007199254740993',
  ],
  ...[
    '4294967296',
    '2147483648',
    '1000000000',
    '""',
    '[]',
    '{}',
    '"../../etc/passwd"',
    '"/dev/zero"',
    '"con"',
  ],
  ...[
    '"\\u001b[2J\\u0007\\r\\n"',
    '"\\u202egnp.exe"',
    '"\\ud800"',
    '"<script>alert(1)</script>"',
    '"__proto__"',
  ],
  ...['{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '"\\u0000"'],
  `"${'x'.repeat(1_000_000)}"`,
  `[${'0,'.repeat(200_000)}0]`,
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  `${'{"a":'.repeat(100_000)}0${'}'.repeat(100_000)}`,
];

type Container = Record<string, unknown> | unknown[];

/** Every container of a JSON value with each of its keys. */
function placesOf(value: unknown): [Container, string][] {
  if (typeof value !== 'object' || value === null) return [];
  const container = value as Container;
  return Object.entries(container).flatMap(([key, inner]) => [
    [container, key] as [Container, string],
    ...placesOf(inner),
  ]);
}

/** Stands for a text that `JSON.stringify` does not write. */
const marker = '\u0001here\u0001';

/** Puts the text in a value's place; with `beside` under a key of its own, the value staying. */
function withText(original: Buffer, share: number, text: string, beside?: string): Buffer {
  const value: unknown = JSON.parse(String(original));
  const places = placesOf(value);
  const [container, key] = places[at(share, places.length - 1)] ?? [[], '0'];
  const indent = String(original).startsWith('{\n') ? 2 : 0;
  const slot = container as Record<string, unknown>;
  if (beside === undefined) slot[key] = marker;
  else if (Array.isArray(container)) container.push(marker);
  else slot[marker] = marker;
  const quoted = JSON.stringify(marker);
  const written = JSON.stringify(value, null, indent);
  const named =
    beside === undefined ? written : written.replace(`${quoted}:`, () => `${JSON.stringify(beside)}:`);
  return Buffer.from(`${named.replace(quoted, () => text)}\n`);
}

/** What a writer of another mind does to JSON: another value, a key less, a key more or twice. */
export const jsonMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.constantFrom(...oddValues)).map(
    ([share, text]) =>
      (original: Buffer) =>
        withText(original, share, text),
  ),
  place.map((share) => (original: Buffer) => {
    const value: unknown = JSON.parse(String(original));
    const places = placesOf(value);
    const [container, key] = places[at(share, places.length - 1)] ?? [[], '0'];
    if (Array.isArray(container)) container.splice(Number(key), 1);
    else delete container[key];
    return Buffer.from(JSON.stringify(value, null, 2));
  }),
  fc
    .tuple(
      place,
      fc.constantFrom('__proto__', 'epoch', 'name', 'schemaVersion', '\u001b[2J'),
      fc.constantFrom(...oddValues),
    )
    .map(
      ([share, key, text]) =>
        (original: Buffer) =>
          withText(original, share, text, key),
    ),
);

/** Any change of a JSON file: of its bytes, or of its values. */
export const textMutation: fc.Arbitrary<Mutation> = fc.oneof(byteMutation, jsonMutation);

/**
 * That what a reader threw is a sentence: of one line, without control characters, and not of any length. Anything else
 * that it threw fails.
 */
export function expectSentence(error: unknown): void {
  if (!(error instanceof InputError)) throw error;
  expect(error.message).toMatch(/^[^\p{Cc}\u2028\u2029\p{Bidi_Control}]{1,2000}$/u);
}
