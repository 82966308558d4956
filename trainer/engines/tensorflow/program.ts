import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sizeOf } from '../../compile/graph.ts';
import { graphTag } from '../../compile/tensorflow/graph-def.ts';
import { checkInputs, checkSlot, type Program, type ProgramSource, type Tensors } from '../program.ts';
import { loadBinding, type TensorFlowBinding } from './binding.ts';

type TensorFlowSource = Extract<ProgramSource, { kind: 'tensorflow' }>;

/** A tensor to feed: its name in the graph, its shape, its numbers. */
type Feed = readonly [tensor: string, shape: readonly number[], values: Float32Array];

/** Loads a step into libtensorflow, where its state stays. State that the initial one leaves out starts at zero. */
export async function loadTensorFlow(source: TensorFlowSource, initial: Tensors): Promise<Program> {
  const { step, provider, threads } = source;
  const binding = loadBinding({ threads, gpu: provider === 'cuda' });
  const session = loadGraph(binding, source.bytes);
  const run = (feeds: readonly Feed[], fetches: readonly string[]) =>
    runSession(binding, session, feeds, fetches);
  const sizes = step.inputs.map(({ name, shape }) => ({ name, size: sizeOf(shape) }));

  const write = (given: Tensors) => {
    const slots = step.state.filter(({ name }) => given[name]);
    if (slots.length === 0) return;
    for (const { name, shape } of slots) checkSlot(name, given[name]!.length, sizeOf(shape));
    const feeds = slots.map(({ name, shape, written }): Feed => [written, shape, given[name]!]);
    run(
      feeds,
      slots.map(({ writes }) => writes),
    );
  };
  const zeros = Object.fromEntries(
    step.state.map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]),
  );
  write({ ...zeros, ...initial });

  return {
    async run(inputs) {
      checkInputs(inputs, sizes);
      const feeds = step.inputs.map(({ name, shape, tensor }): Feed => [tensor, shape, inputs[name]!]);
      // The signal last: only what is logged leaves the device.
      const fetched = run(feeds, [...step.results.map(({ tensor }) => tensor), step.done]);
      return Object.fromEntries(step.results.map(({ name }, i) => [name, fetched[i]!]));
    },
    async read() {
      const values = run(
        [],
        step.state.map(({ tensor }) => tensor),
      );
      return Object.fromEntries(step.state.map(({ name }, i) => [name, values[i]!]));
    },
    async write(given) {
      write(given);
    },
    async dispose() {
      binding.deleteSavedModel(session);
    },
  };
}

/** The addon takes graphs from a folder; the bytes are needed there no longer than it reads them. */
function loadGraph(binding: TensorFlowBinding, bytes: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), bytes);
    return binding.loadSavedModel(folder, graphTag);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runSession(
  binding: TensorFlowBinding,
  session: number,
  feeds: readonly Feed[],
  fetches: readonly string[],
): Float32Array<ArrayBuffer>[] {
  if (fetches.length === 0) return [];
  const fed: number[] = [];
  const fetched: number[] = [];
  try {
    for (const [, shape, values] of feeds) fed.push(binding.createTensor(shape, binding.TF_FLOAT, values));
    const names = feeds.map(([tensor]) => tensor).join(',');
    for (const { id } of binding.runSavedModel(session, fed, names, fetches.join(','))) fetched.push(id);
    return fetched.map((id) => binding.tensorDataSync(id));
  } finally {
    for (const id of [...fed, ...fetched]) binding.deleteTensor(id);
  }
}
