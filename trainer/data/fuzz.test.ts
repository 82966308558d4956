import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  byteMutation,
  expectSentence,
  fuzzed,
  fuzzTimeout,
  type Mutation,
} from '../artifacts/mutate-fixture.ts';
import { type DigitData, loadDigits } from './digits.ts';
import { originalNames, type Role } from './find-files.ts';
import { encodeIdxImages, encodeIdxLabels } from './idx-fixture.ts';

vi.setConfig({ testTimeout: fuzzTimeout });

const pixels = (count: number) => Uint8Array.from({ length: count * 784 }, (_, i) => (i * 37) % 251);
const labels = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);
const originals: Record<Role, Uint8Array> = {
  trainImages: encodeIdxImages(pixels(24), 24),
  trainLabels: encodeIdxLabels(labels(24)),
  testImages: encodeIdxImages(pixels(12), 12),
  testLabels: encodeIdxLabels(labels(12)),
};
const roles = Object.keys(originals) as Role[];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inkling-fuzz-'));
  for (const role of roles) await writeFile(join(dir, originalNames[role]), originals[role]);
});
afterAll(() => rm(dir, { recursive: true }));

const word = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc.constantFrom(0, 1, 12, 24, 28, 0x801, 0x803, 2 ** 31, 2 ** 32 - 1),
);
/** Another word in the header: its magic number, a count, a side. */
const headerMutation: fc.Arbitrary<Mutation> = fc
  .tuple(fc.nat(3), word)
  .map(([place, value]) => (original) => {
    const bytes = Buffer.from(original);
    if (place * 4 + 4 <= bytes.length) bytes.writeUInt32BE(value, place * 4);
    return bytes;
  });
/** Gzip that holds a mutation, is one, or is followed by megabytes more. */
const zippedMutation: fc.Arbitrary<Mutation> = fc
  .tuple(
    fc.oneof(headerMutation, byteMutation),
    byteMutation,
    fc.constantFrom('inside', 'outside', 'both', 'bomb'),
  )
  .map(([inside, outside, where]) => (original) => {
    // A bomb promises what is right: a header may promise gigabytes, and has them then.
    const whole = where === 'outside' || where === 'bomb';
    const zipped = gzipSync(whole ? original : inside(original), { level: 1 });
    if (where === 'bomb') return Buffer.concat([zipped, ...Array<Buffer>(32).fill(zeros)]);
    return where === 'inside' ? zipped : outside(zipped);
  });
/** The gzip of eight megabytes. */
const zeros = gzipSync(Buffer.alloc(2 ** 23));

function expectSet({ train, test, classes, name }: DigitData): void {
  for (const { images, labels: each, count } of [train, test]) {
    expect([images.length, each.length]).toEqual([count * 784, count]);
    expect(each.every((label) => label < classes)).toBe(true);
    expect(count).toBeGreaterThan(0);
  }
  expect(name).toMatch(/^idx-[0-9a-f]{8}$/);
}

it('reads any data files as a set, or says in a sentence why not, in the memory that they promise', async () => {
  const before = process.resourceUsage().maxRSS;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...roles),
      fc.oneof(byteMutation, headerMutation, zippedMutation),
      async (role, mutate) => {
        const path = join(dir, originalNames[role]);
        await writeFile(path, mutate(Buffer.from(originals[role])));
        const data = await loadDigits({ dir }).catch(expectSentence);
        if (data) expectSet(data);
        await writeFile(path, originals[role]);
      },
    ),
    fuzzed(200),
  );
  // What the bombs hold is a quarter of a gigabyte each.
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(200_000);
});
