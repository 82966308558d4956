import { describe, expect, it } from 'vitest';
import { nearest, unknownName } from './nearest.ts';

const recipes = ['mlp', 'dcgan-64', 'conditional'];

describe('nearest', () => {
  it('finds the name behind a slip of the keys', () => {
    expect(nearest('dcgan', recipes)).toBe('dcgan-64');
    expect(nearest('condtional', recipes)).toBe('conditional');
  });

  it('finds nothing where nothing is near', () => {
    expect(nearest('stylegan3-xl', recipes)).toBeUndefined();
    expect(nearest('mlp', [])).toBeUndefined();
  });
});

describe('unknownName', () => {
  it('offers the nearest, else all there are', () => {
    expect(unknownName('recipe', 'mpl', recipes)).toBe('There is no recipe mpl; did you mean mlp?');
    expect(unknownName('recipe', 'stylegan3-xl', recipes)).toBe(
      'There is no recipe stylegan3-xl; there are mlp, dcgan-64, conditional.',
    );
    expect(unknownName('run', 'first', [])).toBe('There is no run first, and no other.');
  });
});
