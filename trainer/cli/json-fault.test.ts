import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepest, findJsonFault, placeOf } from './json-fault.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON with a piece of it replaced, which may be JSON still. */
const damaged = fc
  .tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    fc.nat(3),
    fc.constantFrom('', ',', '"', '{', ']', '0', '\\', '/', 'e'),
  )
  .map(([text, place, length, piece]) => {
    const from = place % (text.length + 1);
    return text.slice(0, from) + piece + text.slice(from + length);
  });

describe('findJsonFault', () => {
  it('finds none in JSON, however it is spaced', () => {
    const spaced = fc.tuple(fc.jsonValue(), fc.constantFrom(0, 2, '\t'));
    fc.assert(
      fc.property(spaced, ([value, indent]) => {
        expect(findJsonFault(` \r\n${JSON.stringify(value, null, indent)}\n`)).toBeUndefined();
      }),
    );
  });

  it('finds one exactly where JSON.parse refuses', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const fault = findJsonFault(text);
        if (fault?.repeated === undefined) expect(fault === undefined, text).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['{"a": tru}', 6],
    ['{"a": 1,}', 8],
    ['{"a": 1 // one\n}', 8],
    ["{'a': 1}", 1],
    ['{"a": 01}', 7],
    ['{"a": .5}', 6],
    ['{"a": "b\nc"}', 6],
    ['{"a": 1', 7],
    ['{"a"}', 4],
    ['[1 2]', 3],
    ['', 0],
    ['{} {}', 3],
  ])('names the place: %j, character %i', (text, offset) => {
    expect(findJsonFault(text)).toEqual({ offset });
  });

  it.each(['[', '{"a":', '[{"a":'])('stops where too many brackets are open, as of %s', (opening) => {
    const openings = [...opening].filter((sign) => sign === '[' || sign === '{').length;
    const within = (times: number) => findJsonFault(opening.repeat(times));
    expect(within(100_000)).toMatchObject({ deep: true });
    expect(within(deepest / openings + 1)).toMatchObject({ deep: true });
    expect(within(deepest / openings)).toEqual({ offset: opening.length * (deepest / openings) });
  });

  it('counts brackets within one another, not beside one another', () => {
    expect(findJsonFault(`[${'[[]],{"a":[]},'.repeat(500)}0]`)).toBeUndefined();
  });

  it('finds a name that is given twice', () => {
    expect(findJsonFault('{"seed": 1, "se\\u0065d": 2}')).toEqual({ offset: 12, repeated: 'seed' });
    expect(findJsonFault('[{"seed": 1}, {"seed": 2}]')).toBeUndefined();
  });
});

describe('placeOf', () => {
  it('counts lines and columns from 1, whichever way lines end', () => {
    expect(placeOf('ab', 0)).toEqual({ line: 1, column: 1 });
    expect(placeOf('a\nbc', 3)).toEqual({ line: 2, column: 2 });
    expect(placeOf('a\r\n\r\nbc', 6)).toEqual({ line: 3, column: 2 });
  });
});
