import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { tf } from '../../../trainer/compile/tf.ts';
import { exportLayersModel } from '../../../trainer/export/layers-model.ts';
import { ownKernel } from './own-kernel.ts';
import { type Answer, createAnswer, type Engine } from './serve.ts';

/** Raised by hand, for a night of it. */
const numRuns = Number(process.env.INKLING_FUZZ ?? 60);
vi.setConfig({ testTimeout: 30_000 + 20 * numRuns });
const origin = 'http://gallery.test';
const plain: Engine = { backend: 'cpu', prepare: async () => ownKernel };

let files: Map<string, string | Uint8Array<ArrayBuffer>>;
let json: string;
let weights: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  await tf.setBackend('cpu');
  const { layers } = tf;
  const model = tf.sequential({
    layers: [
      layers.dense({ units: 7 * 7 * 2, inputShape: [6], activation: 'relu' }),
      layers.reshape({ targetShape: [7, 7, 2] }),
      layers.batchNormalization(),
      layers.conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: 'same' }),
      layers.leakyReLU({ alpha: 0.2 }),
      layers.upSampling2d({ size: [2, 2] }),
      layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    ],
  });
  const exported = await exportLayersModel(model, undefined, { dtype: 'float16' });
  ({ json } = exported);
  weights = exported.weights.slice();
});

afterEach(() => vi.unstubAllGlobals());

/** A worker's answers, while the site holds `files`. */
function worker(engines: readonly Engine[] = [plain]) {
  vi.stubGlobal('fetch', async (url: string) => {
    const body = files.get(new URL(url).pathname);
    return new Response(body ?? '', { status: body === undefined ? 404 : 200 });
  });
  return createAnswer(engines, origin);
}

function isWords(answer: Answer): boolean {
  // What an engine says of its own mistakes is no sentence for a visitor.
  const slip = /undefined|null|is not a function|is not iterable|Invalid (?:array|typed)|object Object|\n/;
  return 'fault' in answer && answer.fault.length > 10 && !slip.test(answer.fault);
}

const isResultOrWords = (answer: Answer) => 'result' in answer || isWords(answer);

let asked = 0;
/** Addresses that nobody has asked for: generators are kept. */
function publish(model: string | Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>) {
  const folder = `/${asked++}`;
  files = new Map([
    [`${folder}/model.json`, model],
    [`${folder}/weights.bin`, bytes],
  ]);
  return { json: `${origin}${folder}/model.json`, weights: `${origin}${folder}/weights.bin` };
}

const draw = (count = 2) => ({
  kind: 'draw',
  count,
  input: new Float32Array(count * 6).fill(0.5),
  range: [-1, 1],
});

test('a whole request is answered with its number', async () => {
  const answer = await worker()({ id: 5, request: { ...draw(), model: publish(json, weights) } });
  expect(answer).toMatchObject({ id: 5, result: { pixels: { length: 2 * 784 } } });
});

describe('where WebAssembly does not start', () => {
  const wasm = { ...plain, backend: 'wasm' } as const;
  const failing = async () => {
    throw new Error('This browser has no WebAssembly SIMD.');
  };

  test('plain JavaScript draws, and the answer says so', async () => {
    const answer = await worker([{ ...wasm, prepare: failing }, plain])({
      id: 1,
      request: { ...draw(), model: publish(json, weights) },
    });
    expect(answer).toMatchObject({ id: 1, result: { backend: 'cpu', pixels: { length: 2 * 784 } } });
  });

  test('nor plain JavaScript, that is the answer to every request', async () => {
    const answer = worker([
      { ...wasm, prepare: failing },
      { ...plain, prepare: failing },
    ]);
    const model = publish(json, weights);
    for (const id of [1, 2])
      expect(await answer({ id, request: { ...draw(), model } })).toEqual({ id, unavailable: true });
  });
});

test('any message gets one answer in words', async () => {
  const answer = worker();
  const model = publish(json, weights);
  const whole = { ...draw(), model };
  const strange = fc.oneof(
    fc.anything(),
    fc.constantFrom(0, -1, 1.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY, '2', 2 ** 53),
  );
  const fields = ['kind', 'model', 'input', 'count', 'range'] as const;
  const messages = fc.oneof(
    fc.anything(),
    fc.record({ id: fc.integer(), request: fc.anything() }),
    fc
      .tuple(fc.constantFrom(...fields), strange)
      .map(([field, value]) => ({ id: 1, request: { ...whole, [field]: value } })),
    fc
      .tuple(fc.constantFrom('latentSize', 'count'), fc.oneof(strange, fc.integer()))
      .map(([field, value]) => ({
        id: 1,
        request: { kind: 'directions', model, latentSize: 6, count: 2, [field]: value },
      })),
  );
  await fc.assert(
    fc.asyncProperty(messages, async (message) => {
      expect(await answer(message)).toSatisfy(isResultOrWords);
    }),
    { numRuns: 5 * numRuns },
  );
});

test.each([
  ['more digits than there is memory for', { ...draw(), count: 1e9 }],
  ['fewer numbers than its digits need', { ...draw(), count: 3 }],
  ['a range without a width', { ...draw(), range: [1, 1] }],
  ['a longer latent than the generator takes', { kind: 'directions', latentSize: 4000, count: 4 }],
])('a request is refused in words: %s', async (_, request) => {
  const model = publish(json, weights);
  expect(await worker()({ id: 1, request: { ...request, model } })).toSatisfy(isWords);
});

test('files of another host are not fetched', async () => {
  const model = publish(json, weights);
  const answer = worker();
  const fetched = vi.fn();
  vi.stubGlobal('fetch', fetched);
  const request = { ...draw(), model: { ...model, weights: 'http://elsewhere.test/weights.bin' } };
  expect(await answer({ id: 1, request })).toSatisfy(isWords);
  expect(fetched).not.toHaveBeenCalled();
});

/** Any part of a JSON value replaced by another. */
function replaced(text: string, at: number, value: unknown): string {
  let parts = 0;
  JSON.parse(text, (_key, part) => {
    parts++;
    return part;
  });
  const chosen = at % parts;
  let seen = 0;
  return JSON.stringify(JSON.parse(text, (_key, part) => (seen++ === chosen ? value : part)));
}

test('a damaged model.json or weights.bin is drawn, or refused in words', async () => {
  const values = fc.oneof(
    fc.constantFrom(null, -1, 0, 1, 3, 64, 65_536, 1e9, 1e308, 'same', '', [], {}, [1, 1], '__proto__'),
    fc.jsonValue(),
  );
  const damage = fc.oneof(
    fc.record({ part: fc.nat(), value: values }),
    fc.record({ cutJson: fc.nat(json.length) }),
    fc.record({ cutWeights: fc.nat(weights.length) }),
    fc.record({ byte: fc.nat(weights.length - 1), value: fc.nat(255) }),
  );
  const answer = worker();
  await fc.assert(
    fc.asyncProperty(damage, async (given) => {
      let [model, bytes] = [json, weights.slice()];
      if ('part' in given) model = replaced(json, given.part, given.value);
      else if ('cutJson' in given) model = json.slice(0, given.cutJson);
      else if ('cutWeights' in given) bytes = weights.slice(0, given.cutWeights);
      else bytes[given.byte] = given.value;
      expect(await answer({ id: 1, request: { ...draw(1), model: publish(model, bytes) } })).toSatisfy(
        isResultOrWords,
      );
    }),
    { numRuns: 2 * numRuns },
  );
});
