import { expect, test } from 'vitest';
import { noticeWords, pictureName, speedWords } from './words.ts';

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
