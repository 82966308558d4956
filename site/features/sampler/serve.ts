import '@tensorflow/tfjs-core/dist/base_side_effects';
import { memory, ready, setBackend } from '@tensorflow/tfjs-core';
import { digitPixels } from '../../../trainer/data/idx-format.ts';
import { type PixelRange, toBytes } from '../../../trainer/export/pixels.ts';
import { buildGenerator, type Generator } from './generator.ts';
import { type Directions, latentDirections } from './latents.ts';
import type { TransposedConvolution } from './transposed.ts';

/** Where tfjs computes: in WebAssembly, or in plain JavaScript where that does not start. */
export type Backend = 'wasm' | 'cpu';

/** Absolute addresses of an exported generator's two files. */
export interface ModelFiles {
  readonly json: string;
  readonly weights: string;
}

/** What the page may ask the worker for. */
export type Request =
  | {
      readonly kind: 'draw';
      readonly model: ModelFiles;
      /** [count, latentSize + classes] */
      readonly input: Float32Array<ArrayBuffer>;
      readonly count: number;
      readonly range: PixelRange;
    }
  | {
      readonly kind: 'directions';
      readonly model: ModelFiles;
      readonly latentSize: number;
      readonly count: number;
    };

export interface Drawing {
  /** [count, 28, 28], paper 0 and ink 255. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** Of the forward pass, its result read back, in milliseconds. */
  readonly milliseconds: number;
  /** Tensors alive on the backend once it is done: constant, unless one leaks. */
  readonly tensors: number;
  /** What drew it. */
  readonly backend: Backend;
}

export interface Results {
  draw: Drawing;
  directions: Directions;
}

/** Requests are numbered, so that answers find their way back. */
export interface Envelope {
  readonly id: number;
  readonly request: Request;
}

export type Answer = { readonly id: number } & (
  | { readonly result: Results[keyof Results] }
  /** A sentence for the visitor. */
  | { readonly fault: string }
  /** No backend starts in this browser, or the worker could not be loaded. */
  | { readonly unavailable: true }
);

/** @param origin the only one whose files are loaded */
type Check = (value: unknown, origin: string) => boolean;

const wholeTo =
  (most: number): Check =>
  (value) =>
    Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
const isModel: Check = (value, origin) =>
  [Object(value).json, Object(value).weights].every(
    (url) => typeof url === 'string' && url.startsWith(`${origin}/`),
  );
const isFloats: Check = (value) => value instanceof Float32Array;
const isRange: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite) && value[0] !== value[1];

/** What each kind of request has to have; numbers up to what a worker has the memory for, far above ours. */
const fields: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  draw: {
    model: isModel,
    input: isFloats,
    count: wholeTo(4096),
    range: isRange,
  },
  directions: { model: isModel, latentSize: wholeTo(4096), count: wholeTo(64) },
} satisfies Record<Request['kind'], object>;

/**
 * What a message asks for. By hand, for it is loaded with every sampler.
 *
 * @throws Error in words, that names what is wrong
 */
function parseRequest(message: unknown, origin: string): Request {
  const { request } = Object(message);
  const { kind } = Object(request);
  const checks =
    typeof kind === 'string' && Object.hasOwn(fields, kind) ? fields[kind] : { kind: () => false };
  for (const [name, fits] of Object.entries(checks ?? {}))
    if (!fits(request?.[name], origin))
      throw new Error(`The sampler cannot do what it was asked: bad ${name}.`);
  return request;
}

/** The number of a message; -1, which nobody waits for, where it has none. */
function parseId(message: unknown): number {
  const { id } = Object(message);
  return typeof id === 'number' ? id : -1;
}

/** Generators kept, so that moving back and forth between epochs loads nothing twice. */
const kept = 8;

/** A backend that may work here. */
export interface Engine {
  readonly backend: Backend;
  /**
   * Registers its kernels; throws where the browser lacks what it needs.
   *
   * @returns how it computes transposed convolutions
   */
  readonly prepare: () => Promise<TransposedConvolution>;
}

/** A backend that works. */
interface Started {
  readonly backend: Backend;
  readonly transposed: TransposedConvolution;
}

/** The first of the engines that works here; undefined where none does. */
async function start(engines: readonly Engine[]): Promise<Started | undefined> {
  for (const { backend, prepare } of engines)
    try {
      const transposed = await prepare();
      if (!(await setBackend(backend))) continue;
      await ready();
      return { backend, transposed };
    } catch {
      // The next may work.
    }
  return undefined;
}

const generators = new Map<string, Promise<Generator | undefined>>();

/** @throws Error that names the file, where it cannot be had */
async function fetchFile<T>(url: string, read: (response: Response) => Promise<T>): Promise<T> {
  const { pathname } = new URL(url);
  const response = await fetch(url).catch(() => {
    throw new Error(`${pathname} could not be fetched.`);
  });
  if (!response.ok) throw new Error(`${pathname} answered with ${response.status}.`);
  return await read(response).catch(() => {
    throw new Error(`${pathname} could not be read.`);
  });
}

async function load(
  { json, weights }: ModelFiles,
  started: Promise<Started | undefined>,
): Promise<Generator | undefined> {
  const [model, bytes, engine] = await Promise.all([
    fetchFile(json, (response) => response.json()),
    fetchFile(weights, (response) => response.arrayBuffer()),
    started,
  ]);
  return engine && buildGenerator(model, bytes, engine.transposed);
}

/** The generator of these files, loaded once; one that fails is tried again when next asked for. */
function generatorOf(
  files: ModelFiles,
  started: Promise<Started | undefined>,
): Promise<Generator | undefined> {
  const generator = generators.get(files.json) ?? load(files, started);
  // Back to the end: the map is in the order of last use.
  generators.delete(files.json);
  generators.set(files.json, generator);
  generator.catch(() => generators.delete(files.json));
  for (const [url, old] of [...generators].slice(0, -kept)) {
    generators.delete(url);
    void old.then(
      (unused) => unused?.dispose(),
      () => undefined,
    );
  }
  return generator;
}

/** @throws Error in words, where generator and request do not fit */
async function compute(
  generator: Generator,
  backend: Backend,
  request: Request,
): Promise<Results[keyof Results]> {
  const { inputSize } = generator;
  if (request.kind === 'directions') {
    if (request.latentSize > inputSize)
      throw new Error(`The generator takes ${inputSize} numbers a digit, not ${request.latentSize}.`);
    return latentDirections(generator.firstKernel, request);
  }
  const { input, count } = request;
  if (input.length !== count * inputSize)
    throw new Error(`The generator takes ${inputSize} numbers a digit, not ${input.length / count}.`);
  const start = performance.now();
  const values = await generator.draw(input, count);
  if (values.length !== count * digitPixels)
    throw new Error(`The generator draws ${values.length / count} pixels a digit, not ${digitPixels}.`);
  const milliseconds = performance.now() - start;
  return { pixels: toBytes(values, request.range), milliseconds, tensors: memory().numTensors, backend };
}

/**
 * Answers messages on the first engine that starts. Each gets one answer, whatever it is.
 *
 * @param origin the only one whose files are loaded
 */
export function createAnswer(
  engines: readonly Engine[],
  origin: string,
): (message: unknown) => Promise<Answer> {
  const started = start(engines);
  return async (message) => {
    const id = parseId(message);
    try {
      const request = parseRequest(message, origin);
      const loading = generatorOf(request.model, started);
      const [generator, engine] = await Promise.all([loading, started]);
      if (!generator || !engine) return { id, unavailable: true };
      return { id, result: await compute(generator, engine.backend, request) };
    } catch (error) {
      return { id, fault: error instanceof Error ? error.message : String(error) };
    }
  };
}
