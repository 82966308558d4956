import type { Checkpoint, CheckpointTensor } from '../artifacts/checkpoint.ts';
import { trace } from '../compile/trace.ts';
import type { Config } from '../config.ts';
import type { DigitSet } from '../data/digits.ts';
import type { Engine } from '../engines/engine.ts';
import type { Tensors } from '../engines/program.ts';
import { InputError } from '../errors.ts';
import type { Game } from './game.ts';
import { averageOf, buildGan, type Gan, variablesOf } from './gan.ts';
import { stepInputs } from './inputs.ts';
import { ganStep, type StepResult, stepResults, stepSpecs } from './step.ts';

/** A GAN on an engine, ready to play step after step. */
export interface Training {
  readonly gan: Gan;
  /** Prepares the inputs of step 1, 2, …, which may be done while another step runs. */
  prepare(step: number): Tensors;
  play(inputs: Tensors): Promise<Record<StepResult, number>>;
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

/** The traced training step of a GAN, with its state's names and shapes. */
export const traceStep = (gan: Gan) => trace(ganStep(gan), stepSpecs(gan), { nameOf: gan.nameOf });

/** Builds a recipe's networks, compiles its step and loads it, with fresh weights or a checkpoint's. */
export async function startTraining(options: TrainingOptions): Promise<Training> {
  const { recipe, config, digits, engine, from, lastStep } = options;
  const gan = buildGan(recipe, config);
  const { graph, variables, initialState } = traceStep(gan);
  const fresh = initialState();
  const initial = from && from.tensors.length > 0 ? resumedState(from.tensors, fresh) : fresh;
  const program = await engine.load(graph, initial);
  const weights = [...variablesOf(gan.generator).keys()];
  return {
    gan,
    prepare: stepInputs(gan, digits, lastStep),
    async play(inputs) {
      const results = await program.run(inputs);
      return Object.fromEntries(stepResults.map((name) => [name, results[name]![0]!])) as Record<
        StepResult,
        number
      >;
    },
    async weights() {
      const state = await program.read();
      const raw = Object.fromEntries(weights.map((weight) => [weight, state[weight]!]));
      if (gan.averages.length === 0) return { published: raw, raw: undefined };
      const published = Object.fromEntries(weights.map((weight) => [weight, state[averageOf(weight)]!]));
      return { published, raw };
    },
    async state() {
      const state = await program.read();
      return graph.state.map(({ name }, i) => ({ name, shape: variables[i]!.shape, values: state[name]! }));
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
