import process from 'node:process';
import type * as ort from 'onnxruntime-node';
import { sizeOf } from '../compile/graph.ts';
import { checkInputs, checkSlot, type Program, type ProgramSource, type Tensors } from './program.ts';

// Unless this is set when its native part is loaded, ONNX Runtime reports to its vendor, keeps an id of the device in
// the home folder, and leaves logs behind. So this is the one place that loads it, and not by a plain import,
// which would come first.
process.env.ORT_DISABLE_TELEMETRY = '1';
const { InferenceSession, Tensor } = await import('onnxruntime-node');

type OnnxSource = Extract<ProgramSource, { kind: 'onnx' }>;

/** A state slot's numbers, in the shape that the step takes and in the shape that it leaves. */
interface Buffer {
  readonly data: Float32Array;
  readonly fed: ort.Tensor;
  readonly fetched: ort.Tensor;
}

const tensor = (data: Float32Array, shape: readonly number[]) => new Tensor('float32', data, [...shape]);

/** Loads a step into ONNX Runtime. State slots that the initial state leaves out start at zero. */
export async function loadOnnx(source: OnnxSource, initial: Tensors): Promise<Program> {
  const { step, provider, threads } = source;
  const session = await InferenceSession.create(source.bytes, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    // Threads that wait by spinning speed up a step, but must not go on spinning between steps: the other
    // sessions and the thread that prepares the next batch need those cores.
    extra: {
      session: {
        force_spinning_stop: '1',
        // Asked for CUDA, no operation may go to the processor unseen.
        ...(provider === 'cuda' ? { disable_cpu_ep_fallback: '1' } : {}),
      },
    },
  });
  // Two buffers a slot: a step reads one and writes the other, and then they change places.
  const slots = step.state.map(({ name, input, output }) => {
    const buffer = (): Buffer => {
      const data = new Float32Array(sizeOf(input.shape));
      return { data, fed: tensor(data, input.shape), fetched: tensor(data, output?.shape ?? input.shape) };
    };
    return { name, input, output, current: buffer(), spare: buffer() };
  });
  const sizes = step.inputs.map(({ name, shape }) => ({ name, size: sizeOf(shape) }));
  const fed = new Set(session.inputNames);

  const write = (state: Tensors) => {
    for (const slot of slots) {
      const given = state[slot.name];
      if (given) {
        checkSlot(slot.name, given.length, slot.current.data.length);
        slot.current.data.set(given);
      }
    }
  };
  write(initial);

  return {
    async run(inputs) {
      checkInputs(inputs, sizes);
      const feeds: Record<string, ort.Tensor> = {};
      for (const { name, shape, fed } of step.inputs) if (fed) feeds[fed] = tensor(inputs[name]!, shape);
      const fetches: Record<string, ort.Tensor | null> = {};
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
