import { describe, expect, it } from 'vitest';
import { type Geometry, outside, sources, taps } from './im2col.ts';

const geo: Geometry = {
  batch: 1,
  input: [3, 3, 1],
  output: [2, 2, 1],
  kernel: [2, 2],
  strides: [2, 2],
  padding: [0, 0],
};

describe('taps', () => {
  it('lists, window by window, the positions that the kernel sees', () => {
    // Positions 0–8, row by row; the windows at column 2 and row 2 reach over the edge.
    expect(taps(geo)).toEqual([
      ...[0, 1, 3, 4],
      ...[2, outside, 5, outside],
      ...[6, 7, outside, outside],
      ...[8, outside, outside, outside],
    ]);
  });
  it('starts before the input by the padding', () => {
    expect(taps({ ...geo, padding: [1, 1] }).slice(0, 4)).toEqual([outside, outside, outside, 0]);
  });
});

describe('sources', () => {
  it('is the reverse: which places of the table see each position', () => {
    const table = taps({ ...geo, strides: [1, 1] });
    sources({ ...geo, strides: [1, 1] }).forEach((places, position) => {
      expect(places).toEqual(table.flatMap((p, place) => (p === position ? [place] : [])));
    });
  });
  it('is empty for a position that no window sees', () => {
    expect(sources({ ...geo, kernel: [1, 1] })[1]).toEqual([]);
  });
});
