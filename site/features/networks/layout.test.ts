import { expect, test } from 'vitest';
import type { FoldedNetwork, Stage } from './fold.ts';
import { blockWidth, layoutNetwork } from './layout.ts';

const stage = (kind: string, shape: number[], marks: string[] = []): Stage => ({ kind, shape, marks });
/** A chain of stages, and below it the way of the class, which joins the last. */
function network(stages: Stage[], side: Stage[] = []): FoldedNetwork {
  const last = stages.length - 1 + side.length;
  const main = [...stages.slice(1).map((_, i) => i), last];
  const below = side.map((_, i) => stages.length - 1 + i);
  const sides = side.length > 0 ? [{ from: undefined, stages: below, to: last }] : [];
  return { stages: [...stages.slice(0, -1), ...side, ...stages.slice(-1)], main, sides };
}

const generator = [
  stage('latents', [64]),
  stage('dense', [7, 7, 64], ['batch norm', 'ReLU']),
  stage('transposed conv.', [28, 28, 1], ['tanh']),
];
const discriminator = [
  stage('picture', [28, 28, 1]),
  stage('convolution', [14, 14, 32]),
  stage('dense', [1]),
];

test('height tells the spatial size, width the channels, each doubling as much', () => {
  const [latents, dense, pixels] = layoutNetwork(network(generator), 'end').stages;
  expect(dense?.block.height).toBe(7 * (latents?.block.height ?? 0));
  expect(pixels?.block.height).toBe(28 * (latents?.block.height ?? 0));
  expect(dense?.block.width).toBe(latents?.block.width);
  expect(blockWidth(64) - blockWidth(32)).toBeCloseTo(blockWidth(4) - blockWidth(2));
});

test('a generator ends in its picture, as high as its last map', () => {
  const { stages, picture, width, arrows } = layoutNetwork(network(generator), 'end');
  expect(stages).toHaveLength(3);
  expect(picture.side).toBe(stages[2]?.block.height);
  expect(picture.x).toBeGreaterThan(stages[2]?.block.x ?? Number.NaN);
  expect(picture.x + picture.side).toBeLessThanOrEqual(width);
  expect(arrows).toHaveLength(3);
});

test('a discriminator begins with the picture, which stands for its input', () => {
  const { stages, picture, arrows } = layoutNetwork(network(discriminator), 'start');
  expect(stages.map((placed) => placed.stage.kind)).toEqual(['convolution', 'dense']);
  expect(picture.x).toBe(0);
  expect(arrows).toHaveLength(2);
});

test('nothing covers its neighbour, and everything is inside the drawing', () => {
  const side = [stage('class', [10]), stage('dense', [3136])];
  const { stages, width, height } = layoutNetwork(network(discriminator, side), 'start');
  const lanes = [[...stages.slice(0, 1), ...stages.slice(-1)], stages.slice(1, -1)];
  for (const lane of lanes) {
    lane.forEach(({ block, marks }, i) => {
      const right = marks.at(-1) ?? block.x + block.width + block.depth;
      expect(right).toBeLessThan(lane[i + 1]?.block.x ?? width);
      expect(block.y - block.depth).toBeGreaterThanOrEqual(0);
      expect(block.y + block.height).toBeLessThan(height);
    });
  }
});

test('the class travels below and joins the last stage', () => {
  const side = [stage('class', [10]), stage('dense', [3136])];
  const alone = layoutNetwork(network(discriminator), 'start');
  const joined = layoutNetwork(network(discriminator, side), 'start');
  expect(joined.height).toBeGreaterThan(alone.height);
  expect(joined.arrows).toHaveLength(alone.arrows.length + 2);
});

test('a shortcut leaves the main way and comes back to it, in a row that no other way takes there', () => {
  const stages = ['latents', 'dense', 'convolution', 'sum', 'convolution', 'sum'].map((kind) =>
    stage(kind, kind === 'latents' ? [64] : [7, 7, 8]),
  );
  const main = stages.map((_, i) => i);
  const shortcut = (from: number, to: number) => ({ from, stages: [], to });
  const heightWith = (...sides: FoldedNetwork['sides'][number][]) =>
    layoutNetwork({ stages, main, sides }, 'end').height;
  // One after the other they share a row; side by side they do not.
  expect(heightWith(shortcut(1, 3), shortcut(3, 5))).toBe(heightWith(shortcut(1, 3)));
  expect(heightWith(shortcut(1, 3), shortcut(1, 5))).toBeGreaterThan(heightWith(shortcut(1, 3)));
  expect(layoutNetwork({ stages, main, sides: [shortcut(1, 3)] }, 'end').arrows).toHaveLength(7);
});

test('what a stage of another row reads bends into that row and no further', () => {
  const stages = [
    ...[stage('picture', [28, 28, 1]), stage('convolution', [7, 7, 64]), stage('dense', [1])],
    ...[stage('class', [10]), stage('dense', [3136]), stage('dot product', [1]), stage('sum', [1])],
  ];
  const sides = [
    { from: undefined, stages: [3, 4, 5], to: 6 },
    { from: 1, stages: [], to: 5 },
  ];
  const { arrows, height, stages: placed } = layoutNetwork({ stages, main: [0, 1, 2, 6], sides }, 'start');
  const heights = (path: string) =>
    [...path.matchAll(/(?:V|[ML][\d.]+ )([\d.]+)/g)].map(([, y]) => Number(y));
  for (const path of arrows) expect(Math.max(...heights(path))).toBeLessThan(height);
  const dot = placed.find((one) => one.stage.kind === 'dot product')?.block;
  const shortcut = arrows.at(-1) ?? '';
  expect(shortcut.endsWith(`H${(dot?.x ?? 0) - 4}`)).toBe(true);
  expect(Math.max(...heights(shortcut))).toBe(heights(shortcut).at(-1));
  expect(heights(shortcut).at(-1)).toBeCloseTo((dot?.y ?? 0) + (dot?.height ?? 0) / 2, 0);
});
