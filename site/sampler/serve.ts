import '@tensorflow/tfjs-core/dist/base_side_effects';
import { memory, ready, setBackend } from '@tensorflow/tfjs-core';
import { digitPixels } from '../../trainer/data/idx-format.ts';
import { toBytes } from '../../trainer/export/pixels.ts';
import { latentDirections } from './directions.ts';
import { buildGenerator, type Generator } from './generator.ts';
import type { Answer, Backend, ModelFiles, Request, Results } from './protocol.ts';
import { parseId, parseRequest } from './requests.ts';
import type { TransposedConvolution } from './transposed/transposed.ts';

/** Generators kept, so that moving back and forth between epochs loads nothing twice. */
const kept = 8;

/** A backend, and what it takes to compute on it. */
export interface Engine {
  readonly backend: Backend;
  /** Registers its kernels; throws where the browser lacks what it needs. */
  readonly prepare: () => Promise<void>;
  readonly transposed: TransposedConvolution;
}

/** The first of the engines that works here; undefined where none does. */
async function start(engines: readonly Engine[]): Promise<Engine | undefined> {
  for (const engine of engines) {
    const works = await engine
      .prepare()
      .then(() => setBackend(engine.backend))
      .catch(() => false);
    if (!works) continue;
    await ready();
    return engine;
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
  started: Promise<Engine | undefined>,
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
  started: Promise<Engine | undefined>,
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
