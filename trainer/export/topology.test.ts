import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { buildGenerator, exportLayersModel } from './layers-model.ts';
import { readTopology } from './topology.ts';

type Node = tf.SymbolicTensor;
const made: tf.LayersModel[] = [];
afterEach(() => made.splice(0).forEach((model) => void model.dispose()));

/** A generator with a residual block: [n, 3] → [n, 28, 28, 1]. */
function residualGenerator(): tf.LayersModel {
  const { layers } = tf;
  const latent = tf.input({ shape: [3], name: 'latent' });
  const dense = layers.dense({ name: 'dense', units: 14 * 14 * 2 }).apply(latent);
  const map = layers.reshape({ name: 'map', targetShape: [14, 14, 2] }).apply(dense) as Node;
  const conv = layers.conv2d({ name: 'conv', filters: 2, kernelSize: 3, padding: 'same' }).apply(map) as Node;
  const sum = layers.add({ name: 'sum' }).apply([map, conv]) as Node;
  const both = layers.concatenate({ name: 'both' }).apply([sum, map]) as Node;
  const options = { filters: 1, kernelSize: 4, strides: 2, padding: 'same', activation: 'tanh' } as const;
  const pixels = layers.conv2dTranspose({ name: 'pixels', ...options }).apply(both) as Node;
  const model = tf.model({ name: 'generator', inputs: latent, outputs: pixels });
  made.push(model);
  return model;
}

async function exported(model: tf.LayersModel) {
  const { json, weights } = await exportLayersModel(model, undefined, { dtype: 'float32' });
  return { json: JSON.parse(json), weights };
}

it('a graph of layers is built as it was, and draws the same', async () => {
  const model = residualGenerator();
  const { json, weights } = await exported(model);
  const built = await buildGenerator(json, weights, { wanted: 3, label: 'model.json' });
  made.push(built);
  const drawn = [model, built].map((one) =>
    tf.tidy(() => (one.predict(tf.linspace(-1, 1, 6).reshape([2, 3])) as tf.Tensor).dataSync()),
  );
  expect(drawn[1]).toEqual(drawn[0]);
});

/** What a layer reads, in the format's spelling. */
const reading = (...names: string[]) => ({ inbound_nodes: [names.map((name) => [name, 0, 0])] });

it.each<[string, string, object, RegExp]>([
  ['reads what comes later', 'map', reading('sum'), /before it/],
  ['reads one of its own', 'map', reading('map'), /before it/],
  ['is used twice', 'conv', { inbound_nodes: [[['map', 0, 0]], [['map', 0, 0]]] }, /before it/],
  ['reads too many', 'conv', reading('map', 'dense'), /layer conv/],
  ['reads none', 'conv', { inbound_nodes: [] }, /how long its one input is/],
  ['adds what is of another shape', 'sum', reading('map', 'dense'), /layer sum/],
  ['is left out', 'sum', reading('map', 'map'), /layer conv that nothing reads/],
  ['has a name of markup', 'conv', { config: { name: '<b>' } }, /without a name/],
])('a graph is refused in words where a layer %s', async (_, name, change, words) => {
  const { json } = await exported(residualGenerator());
  const { layers } = json.modelTopology.config;
  Object.assign(
    layers.find((layer: { name: string }) => layer.name === name),
    change,
  );
  expect(readTopology(json)).toMatch(words);
});

it('any damage to a graph is refused in words, or leaves a generator that can be built', async () => {
  const { json, weights } = await exported(residualGenerator());
  const text = JSON.stringify(json.modelTopology);
  const parts: unknown[] = [];
  JSON.parse(text, (_key, part) => {
    parts.push(part);
    return part;
  });
  const values = fc.constantFrom(null, -1, 0, 2, 1e9, '', 'map', 'sum', [], {}, [['map', 0, 0]], '__proto__');
  await fc.assert(
    fc.asyncProperty(fc.nat(parts.length - 1), values, async (at, value) => {
      let seen = 0;
      const modelTopology = JSON.parse(text, (_key, part) => (seen++ === at ? value : part));
      if (modelTopology === null || typeof modelTopology !== 'object') return;
      const read = readTopology({ ...json, modelTopology });
      if (typeof read === 'string') {
        expect(read).toMatch(/^[a-z].{10}/);
        return;
      }
      const built = await buildGenerator({ ...json, modelTopology }, weights, { wanted: 3, label: 'it' });
      expect(built.outputs[0]?.shape).toEqual([null, 28, 28, 1]);
      built.dispose();
    }),
    { numRuns: 150 },
  );
});
