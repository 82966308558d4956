import type { OnnxProgram } from '../compile/emit.ts';
import { sizeOf } from '../compile/graph.ts';
import { checkInputs, checkSlot, type Program, type Tensors } from './program.ts';

// Free of Node: ONNX Runtime has the same sessions in browsers.

/** What we use of an ONNX Runtime's session and of its way to make a tensor. */
export interface OnnxRuntime<Tensor> {
  readonly session: {
    readonly inputNames: readonly string[];
    /** Fetches into the tensors that are given, and into new ones for null. */
    run(
      feeds: Readonly<Record<string, Tensor>>,
      fetches: Readonly<Record<string, Tensor | null>>,
    ): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
    release(): Promise<void>;
  };
  /** A tensor over these numbers, which are not copied. */
  tensor(data: Float32Array, shape: readonly number[]): Tensor;
}

/** The program of a session, whose state stays here, in buffers of ours. State that is left out starts at zero. */
export function onnxProgram<Tensor>(
  { session, tensor }: OnnxRuntime<Tensor>,
  step: OnnxProgram['step'],
  initial: Tensors,
): Program {
  // Two buffers per slot: a step reads one and writes the other, and then they change places. Each is seen in the shape
  // that the step takes and in the one that it leaves.
  const slots = step.state.map(({ name, input, output }) => {
    const buffer = () => {
      const data = new Float32Array(sizeOf(input.shape));
      return { data, fed: tensor(data, input.shape), fetched: tensor(data, output?.shape ?? input.shape) };
    };
    return { name, input, output, current: buffer(), spare: buffer() };
  });
  const sizes = step.inputs.map(({ name, shape }) => ({ name, size: sizeOf(shape) }));
  const fed = new Set(session.inputNames);

  const write = (state: Tensors) => {
    for (const { name, current } of slots) {
      const given = state[name];
      if (!given) continue;
      checkSlot(name, given.length, current.data.length);
      current.data.set(given);
    }
  };
  write(initial);

  return {
    async run(inputs) {
      checkInputs(inputs, sizes);
      const feeds: Record<string, Tensor> = {};
      for (const { name, shape, fed } of step.inputs) if (fed) feeds[fed] = tensor(inputs[name]!, shape);
      const fetches: Record<string, Tensor | null> = {};
      for (const { name } of step.results) fetches[`result:${name}`] = null;
      for (const { input, output, current, spare } of slots) {
        if (fed.has(input.name)) feeds[input.name] = current.fed;
        if (output) fetches[output.name] = spare.fetched;
      }
      const outputs = await session.run(feeds, fetches);
      for (const slot of slots) if (slot.output) [slot.current, slot.spare] = [slot.spare, slot.current];
      return Object.fromEntries(
        step.results.map(({ name }) => [name, outputs[`result:${name}`]!.data as Float32Array<ArrayBuffer>]),
      );
    },
    async read() {
      return Object.fromEntries(slots.map(({ name, current }) => [name, Float32Array.from(current.data)]));
    },
    async write(state) {
      write(state);
    },
    async dispose() {
      await session.release();
    },
  };
}
