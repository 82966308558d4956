import type * as tfjs from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Overrides, Recipe } from '../recipes/recipe.ts';
import type { Gan } from './game.ts';
import { buildGan } from './gan.ts';
import { ganStep, inputRules, stepResults } from './step.ts';
import { inputsOf, madeUpDigits, tinyConfig, toy } from './toy-fixture.ts';

const digits = madeUpDigits(16);
let gan: Gan;

function build(recipe: Recipe, changes: Overrides = {}): void {
  gan = buildGan(recipe, tinyConfig(recipe, changes));
}

/** Plays one step eagerly, on inputs as the loop prepares them. */
function play(step: number, changes: Readonly<Record<string, number>> = {}): Record<string, number> {
  const prepared = inputsOf(gan, digits)(step);
  for (const [name, value] of Object.entries(changes)) prepared[name] = Float32Array.of(value);
  const rules = inputRules(gan);
  expect(Object.keys(prepared).sort()).toEqual(Object.keys(rules).sort());
  const inputs = Object.fromEntries(
    Object.entries(rules).map(([name, { shape }]) => [name, tf.tensor(prepared[name]!, [...shape])]),
  );
  const results = tf.tidy(() => ganStep(gan)(inputs));
  const logged = Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, result.dataSync()[0]!]),
  );
  tf.dispose([...Object.values(inputs), ...Object.values(results)]);
  return logged;
}

/** Copies of variables, to be compared later. */
const copyOf = (variables: readonly tfjs.Variable[]) =>
  variables.map((variable) => variable.dataSync().slice());
const trained = (side: 'generator' | 'discriminator') =>
  gan.trained[side].groups.flatMap((group) => group.parameters);

const before: { tensors: number } = { tensors: 0 };
beforeEach(() => {
  before.tensors = tf.memory().numTensors;
});
afterEach(() => {
  gan.dispose();
  expect(tf.memory().numTensors).toBe(before.tensors);
});

const cases = [
  ['fully connected', mlp, {}],
  ['with classes, batch norm, dropout, averages', toy, { dropout: 0.4, emaDecay: 0.9, beta1: 0 }],
  ['with a gradient penalty', toy, { gradientPenalty: 1, penaltyBatch: 3, dropout: 0.4 }],
] as const;

describe.each(cases)('a step, %s', (_, recipe, changes) => {
  it('logs six finite numbers', () => {
    build(recipe, changes);
    const results = play(1);
    expect(Object.keys(results)).toEqual([...stepResults]);
    expect(Object.values(results).every(Number.isFinite)).toBe(true);
    for (const score of [results.realScore!, results.fakeScore!]) expect(score > 0 && score < 1).toBe(true);
    for (const norm of [results.gradNormD!, results.gradNormG!]) expect(norm).toBeGreaterThan(0);
  });

  it("changes only the discriminator in the discriminator's turn", () => {
    build(recipe, changes);
    const [g, d] = [copyOf(trained('generator')), copyOf(trained('discriminator'))];
    play(1, { rateG: 0 });
    expect(copyOf(trained('generator'))).toEqual(g);
    for (const [i, weights] of copyOf(trained('discriminator')).entries()) expect(weights).not.toEqual(d[i]);
  });

  it("changes only the generator in the generator's turn", () => {
    build(recipe, changes);
    const [g, d] = [copyOf(trained('generator')), copyOf(trained('discriminator'))];
    play(1, { rateD: 0 });
    expect(copyOf(trained('discriminator'))).toEqual(d);
    for (const [i, weights] of copyOf(trained('generator')).entries()) expect(weights).not.toEqual(g[i]);
  });

  it('holds as many tensors after many steps as after one', () => {
    build(recipe, changes);
    play(1);
    const { numTensors } = tf.memory();
    for (let step = 2; step <= 5; step++) play(step);
    expect(tf.memory().numTensors).toBe(numTensors);
  });
});

describe('a step', () => {
  it('moves the averages by average ← weight + decay · (average − weight), after the weights', () => {
    build(toy, { emaDecay: 0.9 });
    for (const [step, decay] of [
      [1, 0.25],
      [2, 0.5],
    ] as const) {
      const old = copyOf(gan.trained.generator.averages.map(({ average }) => average));
      play(step, { emaDecay: decay });
      for (const [i, { weight, average }] of gan.trained.generator.averages.entries()) {
        const weights = weight.dataSync();
        const expected = Array.from(weights, (w, k) => expect.closeTo(w + decay * (old[i]![k]! - w), 5));
        expect(Array.from(average.dataSync())).toEqual(expected);
      }
    }
  });

  it('makes the discriminator better at telling the digits of a batch from fakes', () => {
    build(toy, { learningRateD: 0.01 });
    const first = play(1, { rateG: 0 });
    for (let i = 0; i < 20; i++) play(1, { rateG: 0 });
    expect(play(1, { rateG: 0 }).lossD).toBeLessThan(first.lossD! / 2);
  });

  it('logs the loss without the penalty, and flattens the discriminator by it', () => {
    const learn = (gradientPenalty: number) => {
      build(toy, { gradientPenalty, learningRateD: 0.01 });
      const first = play(1, { rateG: 0 });
      for (let i = 0; i < 10; i++) play(1, { rateG: 0 });
      const last = play(1, { rateG: 0 });
      gan.dispose();
      return { first, last };
    };
    const [free, held] = [learn(0), learn(100)];
    expect(held.first.lossD).toBe(free.first.lossD);
    expect(held.first.gradNormD).toBeGreaterThan(free.first.gradNormD!);
    expect(held.last.lossD).toBeGreaterThan(3 * free.last.lossD!);
    build(toy);
  });

  it("scales the discriminator's loss and gradient by lossScaleD", () => {
    build(mlp, { lossScaleD: 1 });
    const whole = play(1);
    gan.dispose();
    build(mlp, { lossScaleD: 0.5 });
    const half = play(1);
    expect(half.lossD).toBeCloseTo(whole.lossD! / 2, 6);
    expect(half.gradNormD).toBeCloseTo(whole.gradNormD! / 2, 5);
  });
});
