import { expect, test } from 'vitest';
import { drawingWords, pictureName } from './words.ts';

const drawing = {
  milliseconds: 12.345,
  count: 100,
  backend: 'wasm',
  wanted: 'wasm',
  epoch: 6,
  drawnBy: 6,
} as const;

test('a drawing tells its time, its rate and what computed it', () => {
  expect(drawingWords(drawing)).toBe('100 digits in 12.3 ms, 8,100 a second, by WebAssembly (SIMD).');
});

test('a backend that does not work is not passed over', () => {
  expect(drawingWords({ ...drawing, backend: 'cpu', wanted: 'webgl' })).toMatch(
    /by plain JavaScript\. WebGL does not work here\.$/,
  );
});

test('another epoch’s generator is not passed over', () => {
  expect(drawingWords({ ...drawing, epoch: 7 })).toMatch(
    /The generator of epoch 7 was not kept; epoch 6’s drew this\.$/,
  );
});

test('a picture is named after all that it takes to draw it again', () => {
  const facts = { run: 'conditional' } as Parameters<typeof pictureName>[0];
  const state = { seed: 12, digit: 3 } as Parameters<typeof pictureName>[2];
  expect(pictureName(facts, 6, state)).toBe('conditional-epoch-0006-seed-12-class-3.png');
});
