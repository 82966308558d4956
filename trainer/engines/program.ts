import type { Graph } from '../compile/graph.ts';

// What an engine is to everything else. Free of Node, for programs run in browsers too.

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

/** What an engine is, as `run.json` names it. */
export interface EngineInfo {
  /** The runtime, such as onnxruntime. */
  readonly used: string;
  /** What the runtime computes with, such as cpu or cuda. */
  readonly provider: string;
  /** The device in words. */
  readonly device: string;
  /** Threads of the step; 0 where the device decides. */
  readonly threads: number;
}

/**
 * One engine: a runtime on a kind of device, as a record of `registry.ts`. Its file is read by the main thread, which
 * describes engines and compiles for them, and by the engine's own thread, which loads: each imports what is large
 * only when it needs it.
 *
 * @typeParam Source what is posted to the engine's thread, plain data
 */
export interface EngineKind<Source = unknown> extends Pick<EngineInfo, 'used' | 'provider'> {
  /** By which `--engine` takes it. Of engines with one name, the first in the registry that is here is taken. */
  readonly name: string;
  /** For people, such as TensorFlow on CUDA. */
  readonly title: string;
  /** What it takes to work, as the end of a sentence, where `here` cannot tell whether that is there. */
  readonly needs?: string;
  /** Whether it is installed here, else a sentence that says what to do. That it works shows when a step is loaded. */
  here(): true | string;
  /** @param threads as the user asked for; 0 leaves their number to the engine */
  describe(threads: number): Promise<Pick<EngineInfo, 'device' | 'threads'>>;
  /**
   * What `auto` makes of it: it tries contenders, and holds their losses against the reference's, which works everywhere.
   * Another engine it leaves alone.
   */
  readonly auto?: 'contender' | 'reference';
  /** The version of what it runs on; `auto` tries again when it changes. */
  version?(): string;
  /** Too slow for a probe or a bench. */
  readonly slow?: true;
  /** Compiles a traced step. */
  source(graph: Graph): Promise<Source>;
  /** Whether its sources are ONNX programs, so that it takes one that was compiled before. */
  readonly runsOnnx?: true;
  /** Loads a step in this thread. State that the initial one leaves out starts at zero. */
  load(source: Source, initial: Tensors, threads: number): Promise<Program>;
}

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
