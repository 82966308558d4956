import { z } from 'zod';
import { eager } from './eager.ts';
import { cpu, onnxCuda, webgpu } from './onnxruntime.ts';
import type { EngineInfo, EngineKind } from './program.ts';
import { tensorflowCpu, tensorflowCuda } from './tensorflow.ts';

/**
 * Every engine. What `--engine` takes, what `auto` tries, what the doctor reports and how each is called follow from this
 * table. Of two with one name the first that is here is taken: `cuda` is TensorFlow's where that was set up.
 */
export const engines: readonly EngineKind[] = [cpu, webgpu, tensorflowCuda, onnxCuda, tensorflowCpu, eager];

const namesOf = (kinds: readonly EngineKind[]) => [...new Set(kinds.map(({ name }) => name))];

/** The names that `--engine` takes beside `auto`. */
export const engineNames = namesOf(engines);
/** Those of the engines that can be timed in a moment. */
export const quickNames = namesOf(engines.filter(({ slow }) => !slow));

/** What a user may choose for `Config.engine`. */
export const engineChoice = z
  .enum(['auto', ...engineNames])
  .describe(`where the training step runs: ${inTurn()}; auto takes the fastest that works here`);

/** Such as: cpu (ONNX Runtime on the CPU), cuda (TensorFlow on CUDA, else ONNX Runtime on CUDA). */
function inTurn(): string {
  const titles = (name: string) => engines.filter((kind) => kind.name === name).map(({ title }) => title);
  return engineNames.map((name) => `${name} (${titles(name).join(', else ')})`).join(', ');
}

type Runtime = Pick<EngineInfo, 'used' | 'provider'>;

/** The engine that is described. @throws Error where this version has none such */
export function kindOf({ used, provider }: Runtime): EngineKind {
  const kind = engines.find((known) => known.used === used && known.provider === provider);
  if (!kind) throw new Error(`there is no engine of ${used} on ${provider}`);
  return kind;
}

/** An engine and its device for people, such as TensorFlow on CUDA, NVIDIA L4. */
export const inWords = (info: EngineInfo): string => `${kindOf(info).title}, ${info.device}`;
