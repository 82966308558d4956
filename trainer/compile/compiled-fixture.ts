import type * as tfjs from '@tensorflow/tfjs';
import type { EngineInfo, Program, Tensors } from '../engines/program.ts';
import { kindOf } from '../engines/registry.ts';
import { readSetup } from '../engines/tensorflow.ts';
import { sizeOf } from './graph.ts';
import { tf } from './tf.ts';
import { type Specs, type Step, type Trace, trace } from './trace.ts';

/** For tests: the engine that this thread runs by itself. */
export const localEngine = {
  used: 'onnxruntime',
  provider: 'cpu',
  device: 'this thread',
  threads: 1,
} as const;

/** For tests: libtensorflow on the processor, in this thread. */
export const tensorflowHere = { ...localEngine, used: 'tensorflow' } as const;

/** For tests: the engines that compile steps, without the one that `npm run setup:cuda` did not set up here. */
export const compiledEngines: readonly (readonly [name: string, info: EngineInfo])[] = [
  ['onnxruntime', localEngine],
  ...(readSetup() ? [['tensorflow', tensorflowHere] as const] : []),
];
if (compiledEngines.length === 1)
  console.warn('libtensorflow is not set up here (npm run setup:cuda): its engine is not tested');

/** For tests: a traced step, compiled and loaded in this thread. */
export async function loadHere(traced: Trace, info: EngineInfo = localEngine): Promise<Program> {
  const kind = kindOf(info);
  return kind.load(await kind.source(traced.graph), traced.initialState(), info.threads);
}

/** For tests: what a step returns when tfjs runs it as it is written. */
export function runEagerly<Name extends string>(
  step: Step<Name>,
  specs: Specs<Name>,
  inputs: Tensors,
): Tensors {
  const given = Object.entries(specs).map(([name, shape]) => [
    name,
    tf.tensor(inputs[name]!, [...(shape as number[])]),
  ]);
  const results = step(Object.fromEntries(given) as Record<Name, tfjs.Tensor>);
  const data = Object.entries(results).map(([name, t]) => [
    name,
    Float32Array.from((t as tfjs.Tensor).dataSync()),
  ]);
  tf.dispose([results, given.map(([, t]) => t as tfjs.Tensor)]);
  return Object.fromEntries(data) as Tensors;
}

/** For tests: runs a step compiled and as it is written, on the same inputs. */
export async function runBoth<Name extends string>(step: Step<Name>, specs: Specs<Name>, inputs: Tensors) {
  const program = await loadHere(trace(step, specs));
  const compiled = await program.run(inputs);
  await program.dispose();
  return { compiled, eager: runEagerly(step, specs, inputs) };
}

/** For tests: the largest difference, relative to the larger of the two where that is above 1. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const scale = Math.max(1, Math.abs(a[i]!), Math.abs(b[i]!));
    const difference = Object.is(a[i], b[i]) ? 0 : Math.abs(a[i]! - b[i]!) / scale;
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
};

/** For tests: numbers that look random and are the same every time, from −1 to 1. */
export const wave = (length: number, phase = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, (_, i) =>
    Math.sin(phase * 12.9898 + i * 78.233 + Math.sin(i * 0.37 + phase)),
  );

export const waves = (specs: Specs, phase = 1): Tensors =>
  Object.fromEntries(Object.entries(specs).map(([name, shape], i) => [name, wave(sizeOf(shape), phase + i)]));
