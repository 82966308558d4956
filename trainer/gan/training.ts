import type * as tfjs from '@tensorflow/tfjs';
import type { Checkpoint, CheckpointTensor } from '../artifacts/checkpoint.ts';
import { onnxOf } from '../compile/emit.ts';
import { type Trace, trace } from '../compile/trace.ts';
import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { InputError } from '../errors.ts';
import { outputRange } from '../export/pixels.ts';
import { firstState } from '../plan/first-values.ts';
import { type FirstValues, gridShape, type Plan } from '../plan/plan.ts';
import { type Played, play } from '../plan/play.ts';
import { traceDiscriminator, traceGenerator } from './forward.ts';
import type { Game, Gan } from './game.ts';
import { buildGan } from './gan.ts';
import { ganStep, inputRules, type StepResult, stepResults } from './step.ts';
import { averageOf, variablesOf } from './trainable.ts';

/** A GAN's training, compiled: the plan, which is all that a player needs, and what it was traced from. */
export interface CompiledGan {
  readonly plan: Plan;
  readonly step: Trace;
  /** Of a grid's digits. */
  readonly generator: Trace;
}

/** The traced training step of a GAN. */
export function traceStep(gan: Gan, rules = inputRules(gan)): Trace {
  const shapes = Object.fromEntries(Object.entries(rules).map(([name, { shape }]) => [name, shape]));
  return trace(ganStep(gan), shapes, { nameOf: gan.nameOf });
}

/** Compiles a GAN's training. */
export function compileGan(gan: Gan): CompiledGan {
  const { config, recipe } = gan;
  const rows = gridShape.rows * gridShape.columns;
  const inputs = inputRules(gan);
  const step = traceStep(gan, inputs);
  const generator = traceGenerator(gan.generator, rows);
  const averaged = config.emaDecay > 0;
  const plan: Plan = {
    format: 1,
    epochs: config.epochs,
    batch: config.batch,
    latentSize: config.latentSize,
    classes: recipe.classes,
    range: outputRange(config.outputActivation),
    grid: gridShape,
    inputs,
    state: slotsOf(gan, step),
    results: [...stepResults],
    generatorWeights: [...variablesOf(gan.generator).keys()].map((weight) => ({
      weight,
      raw: weight,
      published: averaged ? averageOf(weight) : weight,
    })),
    programs: {
      step: onnxOf(step.graph),
      generator: onnxOf(generator.graph),
      discriminator: onnxOf(traceDiscriminator(gan, rows).graph),
    },
  };
  return { plan, step, generator };
}

/** The slots of a step's state: weights and their averages, and Adam's sums, which begin at 0. */
function slotsOf({ first, trained }: Gan, { graph, variables }: Trace): Plan['state'] {
  const copies = trained.generator.averages.map(
    ({ name, average }) => [average, { begins: 'copy', of: name }] as const,
  );
  const known = new Map<tfjs.Variable, FirstValues>([...first, ...copies]);
  return graph.state.map(({ name }, i) => {
    const variable = variables[i]!;
    return { name, shape: variable.shape, first: known.get(variable) ?? { begins: 'constant', value: 0 } };
  });
}

/** A GAN on an engine, ready to play step after step. */
export interface Training {
  readonly gan: Gan;
  readonly compiled: CompiledGan;
  /** Plays the steps from + 1 … to, from where the state stands. */
  play(steps: {
    readonly from?: number;
    readonly to: number;
  }): AsyncGenerator<Played<StepResult>, void, undefined>;
  /** The generator's weights of one moment. */
  weights(): Promise<GeneratorWeights>;
  /** The whole state, as a checkpoint holds it. */
  state(): Promise<CheckpointTensor[]>;
  dispose(): Promise<void>;
}

export interface GeneratorWeights {
  /** As they are published: averaged where averages are kept. */
  readonly published: Tensors;
  /** As the steps leave them, where averages are published; else undefined, for they are the published ones. */
  readonly raw: Tensors | undefined;
}

export interface TrainingOptions {
  readonly recipe: Game;
  readonly config: Config;
  readonly digits: DigitSet;
  readonly engine: Engine;
  /** Where to go on from; one without tensors is the beginning. */
  readonly from?: Pick<Checkpoint, 'tensors'> | undefined;
  /** Where rates that fall have fallen; by default the last step of the last epoch. */
  readonly lastStep?: number | undefined;
}

/** Builds a recipe's networks, compiles its training and loads it, with fresh weights or a checkpoint's. */
export async function startTraining(options: TrainingOptions): Promise<Training> {
  const { recipe, config, digits, engine, from, lastStep } = options;
  const gan = buildGan(recipe, config);
  const compiled = compileGan(gan);
  const { plan, step } = compiled;
  const fresh = firstState(plan, config.seed);
  const resumed = from && from.tensors.length > 0 ? resumedState(from.tensors, fresh) : undefined;
  const program = await engine.load(step.graph, resumed ?? fresh);
  const published = plan.generatorWeights.some((weight) => weight.published !== weight.raw);
  const played = { digits, seed: config.seed, lastStep };
  return {
    gan,
    compiled,
    play: (steps) => play({ ...plan, results: stepResults }, program, { ...played, ...steps }),
    async weights() {
      const state = await program.read();
      const named = (which: 'raw' | 'published') =>
        Object.fromEntries(plan.generatorWeights.map((slot) => [slot.weight, state[slot[which]]!]));
      return { published: named('published'), raw: published ? named('raw') : undefined };
    },
    async state() {
      const state = await program.read();
      return plan.state.map(({ name, shape }) => ({ name, shape, values: state[name]! }));
    },
    async dispose() {
      await program.dispose();
      gan.dispose();
    },
  };
}

/** A checkpoint's tensors by name. @throws InputError when they are not those that the fresh state has */
function resumedState(tensors: readonly CheckpointTensor[], fresh: Tensors): Tensors {
  const state = Object.fromEntries(tensors.map(({ name, values }) => [name, Float32Array.from(values)]));
  const unfit = Object.keys(fresh).find((name) => state[name]?.length !== fresh[name]!.length);
  if (unfit !== undefined)
    throw new InputError(
      `The checkpoint has ${state[unfit]?.length ?? 'no'} numbers for ${unfit} where the recipe has ${fresh[unfit]!.length}, so it is of another version of the recipe; train anew under another --name.`,
    );
  return state;
}
