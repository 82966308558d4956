import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eager as eagerEngine } from '../engines/eager.ts';
import type { Program, Tensors } from '../engines/program.ts';
import type { Gan } from '../gan/game.ts';
import { buildGan } from '../gan/gan.ts';
import { ganStep, inputRules } from '../gan/step.ts';
import { tinyConditional, tinyConvolutional, tinyRelativistic, tinySpectral } from '../gan/tiny-fixture.ts';
import { inputsOf, madeUpDigits, tinyConfig } from '../gan/toy-fixture.ts';
import { traceStep } from '../gan/training.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Overrides, Recipe } from '../recipes/recipe.ts';
import { compiledEngines, distance, loadHere, runEagerly, wave } from './compiled-fixture.ts';
import { tf } from './tf.ts';
import { type Trace, trace } from './trace.ts';

// Whole training steps, compiled, against the same steps as tfjs runs them. Adam at ε = 1e-8 would turn
// rounding noise in gradients near zero into whole steps of the learning rate, so ε is 1e-3 here.

const steps = 3;
const digits = madeUpDigits(16);

const build = (recipe: Recipe, chosen: Overrides = {}): Gan =>
  buildGan(recipe, tinyConfig(recipe, { latentSize: 8, epsilon: 1e-3, ...chosen }));

const firstInputs = (gan: Gan): Tensors[] => {
  const prepare = inputsOf(gan, digits);
  return Array.from({ length: steps }, (_, i) => prepare(i + 1));
};

/** Plays the steps and returns everything that they logged and where the state ended. */
async function play(program: Program, inputs: readonly Tensors[]) {
  const logged: number[][] = [];
  for (const given of inputs)
    logged.push(Object.values(await program.run(given)).map((result) => result[0]!));
  const state = await program.read();
  await program.dispose();
  return { logged, state };
}

/** Plays them as tfjs runs a step that nobody compiled. */
function playEagerly(gan: Gan, { graph, variables }: Trace, inputs: readonly Tensors[]) {
  const step = ganStep(gan);
  const specs = Object.fromEntries(Object.entries(inputRules(gan)).map(([name, { shape }]) => [name, shape]));
  const logged = inputs.map((given) =>
    Object.values(runEagerly(step, specs, given)).map((result) => result[0]!),
  );
  const state = Object.fromEntries(graph.state.map(({ name }, i) => [name, variables[i]!.dataSync()]));
  return { logged, state };
}

afterEach(() => tf.disposeVariables());

const variants: [string, () => Gan][] = [
  ['dense layers, momentum', () => build(mlp)],
  ['dense layers with dropout, its masks being inputs', () => build(mlp, { dropout: 0.3 })],
  ['convolutions, batch norm and dropout', () => build(tinyConvolutional, { dropout: 0.3 })],
  ['classes, averages, no momentum', () => build(tinyConditional, { emaDecay: 0.9, beta1: 0 })],
  ['a gradient penalty on every digit', () => build(mlp, { gradientPenalty: 2, dropout: 0.3 })],
  [
    'a gradient penalty on some digits, judged by projection; rates and penalty that fall',
    () =>
      build(tinyConditional, {
        ...{ gradientPenalty: 5, penaltyBatch: 2, penaltyAtEnd: 0.1, rateAtEnd: 0.2, beta1: 0 },
      }),
  ],
  ['the hinge loss, spectral normalisation', () => build(tinySpectral)],
  [
    'spectral normalisation and a gradient penalty',
    () => build(tinySpectral, { gradientPenalty: 1, penaltyBatch: 3, beta1: 0 }),
  ],
  [
    'the relativistic loss with a penalty at real digits and fakes',
    () => build(tinyRelativistic, { gradientPenalty: 1, beta1: 0 }),
  ],
];

describe.each(variants)('%s', (_, make) => {
  let traced: Trace;
  let inputs: Tensors[];
  let eager: ReturnType<typeof playEagerly>;
  beforeAll(() => {
    const gan = make();
    const found = traceStep(gan);
    const initial = found.initialState();
    traced = { ...found, initialState: () => initial };
    inputs = firstInputs(gan);
    eager = playEagerly(gan, traced, inputs);
  });

  it.each(compiledEngines)(
    'compiled for %s, ends in the same weights as the eager step, and repeats itself bit for bit',
    async (_, engine) => {
      const compiled = await play(await loadHere(traced, engine), inputs);
      expect(distance(compiled.logged.flat(), eager.logged.flat())).toBeLessThan(2e-5);
      for (const [name, values] of Object.entries(eager.state))
        expect(distance(compiled.state[name]!, values), name).toBeLessThan(1e-5);
      expect(await play(await loadHere(traced, engine), inputs)).toEqual(compiled);
    },
  );

  it('interpreted kernel by kernel, ends in exactly the same weights as the eager step', async () => {
    const interpreted = await play(await eagerEngine.load(traced.graph, traced.initialState(), 1), inputs);
    expect(interpreted.logged).toEqual(eager.logged);
    for (const [name, values] of Object.entries(eager.state))
      expect(distance(interpreted.state[name]!, values), name).toBe(0);
  });
});

describe('a step of any optimiser', () => {
  it.each(compiledEngines)(
    'that keeps its moments itself, compiled for %s, equals the eager one',
    async (_, engine) => {
      const weight = tf.variable(tf.tensor2d(wave(12), [4, 3]), true, 'weight');
      const optimiser = tf.train.adam(0.01, 0.9, 0.999, 1e-3);
      const step = ({ x }: Readonly<Record<'x', ReturnType<typeof tf.zeros>>>) => {
        const loss = optimiser.minimize(() => tf.mean(tf.square(tf.matMul(x, weight))), true, [weight])!;
        return { loss };
      };
      const traced = trace(step, { x: [5, 4] });
      const inputs = [1, 2, 3].map((phase) => ({ x: wave(20, phase) }));
      const compiled = await play(await loadHere(traced, engine), inputs);
      const eager = inputs.map((given) => runEagerly(step, { x: [5, 4] }, given).loss![0]!);
      expect(distance(compiled.logged.flat(), eager)).toBeLessThan(1e-6);
      expect(distance(compiled.state.weight!, weight.dataSync())).toBeLessThan(1e-6);
    },
  );
});
