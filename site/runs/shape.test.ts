import { expect, test } from 'vitest';
import { list, nullable, number, record, text } from './shape.ts';

const shape = record({ name: text, points: list(record({ x: number, y: nullable(number) })) });

test('what fits comes back without what was not asked for', () => {
  const value = { name: 'a', points: [{ x: 1, y: null }], more: true };
  expect(shape(value)).toEqual({ name: 'a', points: [{ x: 1, y: null }] });
});

test.each([
  [undefined, 'value must be an object'],
  [null, 'value must be an object'],
  [{ points: [] }, 'value.name must be text'],
  [{ name: 'a', points: {} }, 'value.points must be a list'],
  [
    {
      name: 'a',
      points: [
        { x: 1, y: 2 },
        { x: '1', y: 2 },
      ],
    },
    'value.points[1].x must be a number',
  ],
  [{ name: 'a', points: [{ x: 1 }] }, 'value.points[0].y must be a number'],
])('%j is refused: %s', (value, fault) => {
  expect(() => shape(value)).toThrow(new TypeError(fault));
});
