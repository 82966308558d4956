import type * as tfjs from '@tensorflow/tfjs';
import type { Constant, DType, KernelCall, Shape, Value } from './graph.ts';
import { kernels } from './kernels/index.ts';
import { callSite } from './kernels/kernel.ts';
import { tf } from './tf.ts';

/** A step that can't be traced: the message names the fault and what to do instead. */
export class TraceError extends Error {
  override name = 'TraceError';
}

/** What one trace has recorded so far. */
export class Recording {
  readonly values: Value[] = [];
  readonly constants = new Map<number, Constant>();
  readonly calls: KernelCall[] = [];
  /** Tensors that existed before the trace and were used by it: variables, and what the step captured. */
  readonly captured = new Map<number, tfjs.TensorInfo>();

  value(shape: Shape, dtype: DType): Value {
    if (shape.includes(0))
      throw new TraceError(`the step makes a tensor of shape [${shape}], which holds nothing`);
    const value = { id: this.values.length, shape: [...shape], dtype };
    this.values.push(value);
    return value;
  }
}

const supported = (dtype: tfjs.DataType): DType => {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(`the step makes a tensor of type ${dtype}; only float32, int32 and bool are compiled`);
};

/** A tfjs backend that records every kernel call into its `recording` and computes nothing. */
export class TraceBackend extends tf.KernelBackend {
  recording = new Recording();
  /** Symbolic values by tfjs's data id, with tfjs's reference count. */
  #entries = new WeakMap<object, { value: Value; references: number }>();
  /** Tensors from outside can share data in several shapes, each a value of its own. */
  #captured = new WeakMap<object, Map<string, Value>>();

  /** A fresh data id that stands for `value`. */
  bind(value: Value): tfjs.TensorInfo {
    const dataId = {};
    this.#entries.set(dataId, { value, references: 1 });
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** The symbolic value of a tensor; one from outside the trace becomes a captured leaf. */
  symbol(tensor: tfjs.TensorInfo): Value {
    const shapes = this.#captured.get(tensor.dataId);
    const known = shapes ? shapes.get(`${tensor.shape}`) : this.#entries.get(tensor.dataId)?.value;
    if (known) return known;
    const value = this.recording.value(tensor.shape, supported(tensor.dtype));
    this.recording.captured.set(value.id, tensor);
    this.#captured.set(tensor.dataId, new Map([...(shapes ?? []), [`${tensor.shape}`, value]]));
    // Counted so high that the trace never frees what it does not own.
    this.#entries.set(tensor.dataId, { value, references: 2 ** 40 });
    return value;
  }

  /** Forgets what stood for tensors of the last trace, so that none can leak into the next. */
  restart(): Recording {
    this.#entries = new WeakMap();
    this.#captured = new WeakMap();
    this.recording = new Recording();
    return this.recording;
  }

  record(kernel: string, given: tfjs.NamedTensorInfoMap | tfjs.TensorInfo[], attrs: object): tfjs.TensorInfo {
    const inputs = new Map(
      Object.entries(given).flatMap(([name, tensor]) =>
        tensor ? [[name, this.symbol(tensor as tfjs.TensorInfo)] as const] : [],
      ),
    );
    // The same value under another data id: nothing to compute.
    const [first] = inputs.values();
    if (kernel === 'Identity') return this.bind(first!);
    const record = kernels.get(kernel);
    if (!record)
      throw new TraceError(
        `the step uses the kernel ${kernel}, which the compiler does not know. Write the step with other operations, or add a record of it to trainer/compile/kernels/`,
      );
    const site = callSite(kernel, inputs, attrs);
    const dtype = record.dtype?.(site) ?? site.list[0]!.dtype;
    const output = this.recording.value(record.shape(site), dtype);
    this.recording.calls.push({
      kernel,
      inputs: Object.fromEntries([...inputs].map(([name, value]) => [name, value.id])),
      attrs: { ...attrs },
      output: output.id,
    });
    return this.bind(output);
  }

  /** tfjs hands over numbers made in JavaScript: a constant of the step. */
  override write(data: tfjs.backend_util.BackendValues, shape: number[], dtype: tfjs.DataType): tfjs.DataId {
    const numbers = data as Float32Array;
    const value = this.recording.value(shape, supported(dtype));
    const fill = Number(numbers[0] ?? 0);
    if (numbers.some((n) => !Object.is(Number(n), fill)))
      throw new TraceError(
        `the step makes a tensor of shape [${shape}] out of numbers computed in JavaScript, as tf.dropout and tf.randomNormal do: every step would see the same numbers. Give them to the step as an input, or make the tensor once, outside the step`,
      );
    this.recording.constants.set(value.id, { fill });
    return this.bind(value).dataId;
  }

  override readSync(): never {
    throw new TraceError(
      'the step reads the value of a tensor (dataSync, arraySync or data), but values exist only when the compiled step runs. Return the tensor as a result of the step, or give the number to the step as an input',
    );
  }
  override read(): Promise<tfjs.backend_util.BackendValues> {
    return Promise.resolve().then(() => this.readSync());
  }
  override move(): never {
    throw new TraceError('a tensor of another backend was moved into the traced step');
  }

  override refCount(dataId: tfjs.DataId): number {
    return this.#entries.get(dataId)?.references ?? 0;
  }
  override incRef(dataId: tfjs.DataId): void {
    const entry = this.#entries.get(dataId);
    if (entry) entry.references++;
  }
  override disposeData(dataId: tfjs.DataId, force = false): boolean {
    const entry = this.#entries.get(dataId);
    if (entry && --entry.references > 0 && !force) return false;
    this.#entries.delete(dataId);
    return true;
  }
  override numDataIds(): number {
    return 0;
  }
  override memory() {
    return { unreliable: true };
  }
  override timerAvailable(): boolean {
    return false;
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
}

export const traceBackendName = 'inkling-trace';
tf.registerBackend(traceBackendName, () => new TraceBackend(), 0);
// Kernels without a rule are registered too, so that meeting one is our error, which names it.
const names = new Set([...kernels.keys(), ...tf.getKernelsForBackend('cpu').map((k) => k.kernelName)]);
for (const kernelName of names)
  tf.registerKernel({
    kernelName,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      (backend as TraceBackend).record(kernelName, inputs as tfjs.NamedTensorInfoMap, attrs ?? {}),
  });
