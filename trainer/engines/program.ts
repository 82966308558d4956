import type { EmittedStep } from '../compile/emit.ts';
import type { Graph } from '../compile/graph.ts';
import type { TensorFlowStep } from '../compile/tensorflow/emit.ts';

/** Named float tensors, row by row. */
export type Tensors = Record<string, Float32Array<ArrayBuffer>>;

/** A step loaded where it runs. It keeps its state (weights, moments, averages) from call to call. */
export interface Program {
  /**
   * Runs one step: state in, state out. Returns what the step logs. The inputs are handed over: their buffers
   * are empty afterwards.
   */
  run(inputs: Tensors): Promise<Tensors>;
  /** A copy of the state. */
  read(): Promise<Tensors>;
  /** Replaces the state slots that are given. */
  write(state: Tensors): Promise<void>;
  dispose(): Promise<void>;
}

/** Everything that a runtime needs in order to load a step: plain data, so that it can be posted to a worker. */
export type ProgramSource =
  | {
      readonly kind: 'onnx';
      readonly bytes: Uint8Array;
      readonly step: Omit<EmittedStep, 'model'>;
      readonly provider: 'cpu' | 'webgpu' | 'cuda';
      readonly threads: number;
    }
  | {
      readonly kind: 'tensorflow';
      readonly bytes: Uint8Array;
      readonly step: Omit<TensorFlowStep, 'nodes'>;
      readonly provider: 'cpu' | 'cuda';
      readonly threads: number;
    }
  | { readonly kind: 'graph'; readonly graph: Graph };

/** @throws Error naming an input that is missing, unknown or of another size than the step was traced with */
export function checkInputs(
  inputs: Tensors,
  wanted: readonly { readonly name: string; readonly size: number }[],
): void {
  const unknown = Object.keys(inputs).find((name) => !wanted.some((input) => input.name === name));
  if (unknown !== undefined) throw new Error(`the step was run with ${unknown}, which is no input of it`);
  for (const { name, size } of wanted) {
    const got = inputs[name];
    if (!got) throw new Error(`the step was run without its input ${name}`);
    if (got.length !== size)
      throw new Error(
        `the step was traced with ${size} numbers for its input ${name} and got ${got.length}: a compiled step's shapes are fixed. Trace it again for another shape`,
      );
  }
}

/** @throws Error when a state slot is given another number of values than it has */
export function checkSlot(name: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`the state ${name} has ${wanted} numbers, and ${got} were given`);
}
