import type * as tfjs from '@tensorflow/tfjs';
import { afterEach, describe, expect, it } from 'vitest';
import { wave } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Overrides, Recipe } from '../recipes/recipe.ts';
import type { Gan } from './game.ts';
import { buildGan } from './gan.ts';
import { glorot } from './initializers.ts';
import { judge } from './judge.ts';
import { maskedDropout } from './layers.ts';
import { gradientPenalty } from './penalty.ts';
import { tinyConvolutional } from './tiny-fixture.ts';
import { tinyConfig } from './toy-fixture.ts';
import { variablesOf } from './trainable.ts';

const [side, batch, classes] = [6, 4, 3];
const { layers } = tf;
type Activation = 'leaky ReLU' | 'tanh';

/** A discriminator of 6 × 6 pixels, so small that every derivative can be taken by finite differences. */
const small = (activation: Activation): Recipe => ({
  ...mlp,
  name: 'small',
  classes,
  networks(config) {
    const [image, digit] = [tf.input({ shape: [side, side, 1] }), tf.input({ shape: [classes] })];
    const { inputs, dropout } = maskedDropout([image, digit], config.dropout);
    const conv = (x: tfjs.SymbolicTensor, name: string, padding: 'same' | 'valid') => {
      const maps = layers
        .conv2d({ name, filters: 4, kernelSize: 3, strides: 2, padding, kernelInitializer: glorot() })
        .apply(x);
      const act =
        activation === 'tanh' ? layers.activation({ activation }) : layers.leakyReLU({ alpha: 0.2 });
      return act.apply(maps) as tfjs.SymbolicTensor;
    };
    const seen = dropout(conv(image, 'd_conv1', 'same'));
    const features = layers.flatten().apply(conv(seen, 'd_conv2', 'valid')) as tfjs.SymbolicTensor;
    const dense = (name: string, units: number) => layers.dense({ name, units, kernelInitializer: glorot() });
    const embedding = dense('d_embed', 4).apply(digit) as tfjs.SymbolicTensor;
    const agreement = layers.dot({ axes: 1 }).apply([features, embedding]) as tfjs.SymbolicTensor;
    const realism = dense('d_logit', 1).apply(features) as tfjs.SymbolicTensor;
    const outputs = layers.add().apply([realism, agreement]) as tfjs.SymbolicTensor;
    const generator = tf.sequential({
      layers: [layers.dense({ units: 1, inputShape: [config.latentSize], kernelInitializer: glorot() })],
    });
    return { generator, discriminator: tf.model({ inputs, outputs }) };
  },
});

let gan: Gan;
const build = (chosen: Overrides = {}, recipe = small('leaky ReLU')) => {
  gan = buildGan(recipe, tinyConfig(recipe, { batch, gradientPenalty: 1, ...chosen }));
};
afterEach(() => tf.disposeVariables());

/** Large biases of both signs keep leaky ReLUs away from their kinks, where there is no derivative. */
function keepOffKinks() {
  for (const [name, bias] of variablesOf(gan.discriminator))
    if (/conv.\/bias/.test(name)) bias.assign(tf.tensor([6, -6, 6, -6]));
}
const variants: [string, () => void][] = [
  ['leaky ReLU', () => [build(), keepOffKinks()]],
  ['leaky ReLU and dropout', () => [build({ dropout: 0.4 }), keepOffKinks()]],
  ['tanh', () => build({}, small('tanh'))],
];

/** A batch as the discriminator is given it: images, classes, and masks where there are some. */
const given = (): tfjs.Tensor[] =>
  gan.discriminator.inputs.map((input, i) => {
    const shape = [batch, ...(input.shape.slice(1) as number[])];
    const size = shape.reduce((a, b) => a * b);
    return i === 1
      ? tf.oneHot(tf.tensor1d([0, 1, 2, 1], 'int32'), classes).toFloat()
      : tf.tensor(wave(size, i + 1), shape);
  });

const penaltyOf = (real: readonly tfjs.Tensor[], fake = real) =>
  tf.tidy(() => gradientPenalty(gan, real, fake).dataSync()[0]!);

/** The derivative of `value` by each number of `at`, between two neighbours so far apart. */
function differences(at: Float32Array, distance: number, value: (near: Float32Array) => number): number[] {
  return Array.from(at, (x, i) => {
    const beside = (offset: number) => value(at.with(i, x + offset));
    return (beside(distance) - beside(-distance)) / (2 * distance);
  });
}

describe('the gradient penalty', () => {
  it.each(variants)("is half the mean squared length of each digit's slope, by %s", (_, make) => {
    make();
    const [images, ...others] = given();
    const pixels = side * side;
    const squares = Array.from({ length: batch }, (_, row) => {
      const logit = (image: Float32Array) =>
        tf.tidy(() => {
          const alone = [tf.tensor(image, [1, side, side, 1]), ...others.map((t) => tf.slice(t, row, 1))];
          return judge(gan, alone).dataSync()[0]!;
        });
      const image = (images!.dataSync() as Float32Array).slice(row * pixels, (row + 1) * pixels);
      return differences(image, 0.02, logit).reduce((sum, slope) => sum + slope * slope, 0);
    });
    const mean = squares.reduce((a, b) => a + b) / batch;
    expect(mean).toBeGreaterThan(0.01);
    expect(penaltyOf([images!, ...others]) / (mean / 2)).toBeCloseTo(1, 3);
  });

  it.each(variants)('has the gradient by every weight that finite differences have, by %s', (_, make) => {
    make();
    const inputs = given();
    const weights = gan.trained.discriminator.groups.flatMap(({ parameters }) => parameters);
    const { grads } = tf.variableGrads(() => gradientPenalty(gan, inputs, inputs), [...weights]);
    for (const weight of weights.filter(({ shape }) => shape.length > 1)) {
      const original = weight.dataSync().slice() as Float32Array;
      const set = (numbers: Float32Array) => tf.tidy(() => weight.assign(tf.tensor(numbers, weight.shape)));
      const expected = differences(original, 0.01, (near) => {
        set(near);
        return penaltyOf(inputs);
      });
      set(original);
      const scale = Math.max(...expected.map(Math.abs));
      expect(scale).toBeGreaterThan(0.01);
      for (const [i, slope] of grads[weight.name]!.dataSync().entries())
        expect(Math.abs(slope - expected[i]!) / scale, `${weight.name}[${i}]`).toBeLessThan(2e-3);
    }
  });

  it('over some digits of a batch is, in the mean over all choices of them, that over the batch', () => {
    build();
    const inputs = given();
    const whole = penaltyOf(inputs);
    gan = { ...gan, config: { ...gan.config, penaltyBatch: 2 } };
    const pairs = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].filter((b) => b > a).map((b) => [a, b]));
    const penalties = pairs.map((pair) =>
      penaltyOf(inputs.map((tensor) => tf.gather(tensor, [...pair, ...pair]))),
    );
    expect(new Set(penalties).size).toBe(6);
    expect(penalties.reduce((a, b) => a + b) / penalties.length).toBeCloseTo(whole, 5);
  });

  it('is refused where batch norm mixes the digits, and let be where there is none', () => {
    const withNorm = (gradientPenalty: number) => () => build({ gradientPenalty }, tinyConvolutional);
    expect(withNorm(0.5)).toThrow(InputError);
    expect(withNorm(0.5)).toThrow(/batch norm.*--gradient-penalty 0\.5 can't be/);
    expect(withNorm(0)).not.toThrow();
  });

  it('looks at a whole batch where that has fewer digits than are asked for', () => {
    build();
    const inputs = given();
    const whole = penaltyOf(inputs);
    gan = { ...gan, config: { ...gan.config, penaltyBatch: batch + 1 } };
    expect(penaltyOf(inputs)).toBe(whole);
  });

  it('is that of real digits and that of fakes where a recipe penalises both', () => {
    build();
    const [real, fake] = [given(), given()];
    fake[0] = tf.neg(fake[0]!);
    const apart = [penaltyOf(real), penaltyOf(fake)];
    expect(penaltyOf(real, fake)).toBe(apart[0]);
    gan = { ...gan, recipe: { ...gan.recipe, penalty: 'r1+r2' } };
    expect(penaltyOf(real, fake)).toBeCloseTo(apart[0]! + apart[1]!, 5);
    expect(apart[1]).not.toBeCloseTo(apart[0]!, 4);
  });
});
