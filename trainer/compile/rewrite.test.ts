import { beforeEach, describe, expect, it } from 'vitest';
import { Builder, type Expr } from './expr.ts';
import { rules } from './rewrite.ts';

let g: Builder;
let x: Expr;
let y: Expr;
let channel: Expr;
beforeEach(() => {
  g = new Builder(rules);
  x = g.input('x', [6, 4]);
  y = g.input('y', [6, 4]);
  channel = g.input('channel', [4]);
});

const c = (value: number) => g.scalar(value);
const tensor4d = (name: string) => g.input(name, [2, 3, 5, 4]);

/** Each identity by its name in the table, with its two sides. */
const identities: Record<string, () => readonly [left: Expr, right: Expr]> = {
  'c Add d is one constant': () => [g.add(c(2), c(3)), c(5)],
  'c Sub d is one constant': () => [g.sub(c(2), c(3)), c(-1)],
  'c Mul d is one constant': () => [g.mul(c(2), c(3)), c(6)],
  'c Div d is one constant': () => [g.div(c(3), c(2)), c(1.5)],
  '0 + x = x': () => [g.add(x, c(0)), x],
  'x − 0 = x': () => [g.sub(x, c(0)), x],
  '0 − x = −1·x': () => [g.sub(c(0), x), g.mul(c(-1), x)],
  '1·x = x': () => [g.mul(x, c(1)), x],
  '0·x = 0': () => [g.mul(x, c(0)), c(0)],
  'c·(d·x) = (c·d)·x': () => [g.mul(c(2), g.mul(channel, x)), g.mul(g.mul(c(2), channel), x)],
  'x·(c·y) = c·(x·y)': () => [g.mul(x, g.mul(channel, y)), g.mul(channel, g.mul(x, y))],
  '(c·x)·y = c·(x·y)': () => [g.mul(g.mul(channel, y), x), g.mul(channel, g.mul(x, y))],
  'x / c = (1/c)·x': () => [g.div(x, c(4)), g.mul(c(0.25), x)],
  'x / v = (1/v)·x for a small v': () => [g.div(x, channel), g.mul(g.unary('Reciprocal', channel), x)],
  '(c·x) / y = c·(x / y)': () => [g.div(g.mul(channel, x), y), g.mul(channel, g.div(x, y))],
  '1/c is a constant': () => [g.unary('Reciprocal', c(4)), c(0.25)],
  '√c is a constant': () => [g.unary('Sqrt', c(9)), c(3)],
  'eᶜ is a constant': () => [g.unary('Exp', c(0)), c(1)],
  'x ∘ y = reshape (matrix x ∘ matrix y)': () => {
    const [a, b] = [g.input('a', [30, 4]), g.input('b', [30, 4])];
    const tall = (m: Expr) => g.reshape(m, [2, 3, 5, 4]);
    return [g.add(tall(a), tall(b)), tall(g.add(a, b))];
  },
  'f(x) = reshape f(matrix x)': () => {
    const a = g.input('a', [30, 4]);
    return [g.unary('Relu', g.reshape(a, [2, 3, 5, 4])), g.reshape(g.unary('Relu', a), [2, 3, 5, 4])];
  },
  'Σ c·x = c·Σx where c does not vary': () => [
    g.sumAxes(g.mul(channel, x), [0]),
    g.mul(channel, g.sumAxes(x, [0])),
  ],
  'Σ over all but the last dimension = Σ over the rows of a matrix': () => {
    const image = tensor4d('image');
    return [g.sumAxes(image, [0, 1, 2]), g.sumAxes(g.reshape(image, [30, 4]), [0])];
  },
  'c ? x : y = reshape (matrix c ? matrix x : matrix y)': () => {
    const [mask, a, b] = [tensor4d('mask'), tensor4d('a'), tensor4d('b')];
    const flat = (e: Expr) => g.reshape(e, [30, 4]);
    return [g.where(mask, a, b), g.reshape(g.where(flat(mask), flat(a), flat(b)), [2, 3, 5, 4])];
  },
  'a transposition that moves nothing': () => [g.transpose(x, [0, 1]), x],
};

describe('every identity in the table of rules', () => {
  it('has a test', () => {
    const listed = Object.values(rules).flatMap((list) => list.map((rule) => rule.identity));
    expect(Object.keys(identities).sort()).toEqual([...new Set(listed)].sort());
  });
  it.each(Object.keys(identities))('%s', (identity) => {
    const [left, right] = identities[identity]!();
    expect(left).toBe(right);
  });
});

describe('rewriting', () => {
  it('shares equal expressions, whichever way round they were written', () => {
    expect(g.add(x, y)).toBe(g.add(y, x));
    expect(g.sub(x, y)).not.toBe(g.sub(y, x));
  });
  it('keeps −0 apart from 0, for 1/−0 is −∞', () => {
    expect(c(-0)).not.toBe(c(0));
  });
  it('does not pull a factor out of a sum along which it varies', () => {
    expect(g.sumAxes(g.mul(channel, x), [1]).op).toBe('ReduceSum');
  });
  it('does not merge two factors into something as large as what they scale', () => {
    const [row, column] = [channel, g.input('column', [6, 1])];
    const scaled = g.mul(row, g.mul(column, x));
    expect(scaled.shape).toEqual([6, 4]);
    expect([scaled, ...scaled.inputs].filter((e) => e.shape.length === 2 && e.op === 'Mul').length).toBe(2);
  });
});
