import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import { fitsFloat16, toFloat16 } from './float16.ts';
import { type LayersModelJson, layersModelSchema, type WeightEntry, weightsFault } from './layers-format.ts';
import { readTopology } from './topology.ts';

/** How weights are stored: halves make a download of half the size, for pixels within 1 / 255 of the range. */
export type StoredDtype = 'float32' | 'float16';

type NamedWeight = Pick<WeightEntry, 'name' | 'shape'> & { values: Float32Array };

/** Names of a model's weights as a model file knows them, such as `dense_1/kernel`, in its order. */
export function weightNames(model: tf.LayersModel): string[] {
  return model.weights.map(({ originalName }) => originalName);
}

function fixedShape({ originalName, shape }: tf.LayersModel['weights'][number]): number[] {
  return shape.map((side) => {
    if (side === null) throw new Error(`The weight ${originalName} has no fixed shape.`);
    return side;
  });
}

async function ownValues(variable: tf.LayersModel['weights'][number]): Promise<Float32Array> {
  const values = await variable.read().data();
  if (values instanceof Float32Array) return values;
  throw new Error(`The weight ${variable.originalName} is ${variable.dtype}; only float32 is exported.`);
}

async function namedWeights(
  model: tf.LayersModel,
  given: ReadonlyMap<string, Float32Array> | undefined,
): Promise<NamedWeight[]> {
  const known = new Set(weightNames(model));
  const unknown = given && [...given.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`The model ${model.name} has no weight ${unknown}.`);
  return await Promise.all(
    model.weights.map(async (variable) => {
      const name = variable.originalName;
      const shape = fixedShape(variable);
      const values = given ? given.get(name) : await ownValues(variable);
      if (!values) throw new Error(`The weight ${name} of the model ${model.name} is not given.`);
      if (values.length !== shape.reduce((size, side) => size * side, 1))
        throw new Error(
          `The weight ${name} has ${values.length} values for the shape [${shape.join(', ')}].`,
        );
      return { name, shape, values };
    }),
  );
}

/** Little-endian on every machine that tfjs runs on: its loader reads in the machine's order too. */
function store({ name, shape, values }: NamedWeight, dtype: StoredDtype) {
  const half = dtype === 'float16' && fitsFloat16(values);
  const stored = half ? toFloat16(values) : values;
  const entry: WeightEntry = {
    name,
    shape,
    dtype: 'float32',
    ...(half && { quantization: { dtype: 'float16', original_dtype: 'float32' } }),
  };
  return { entry, bytes: new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength) };
}

/**
 * A model as the two files of the tfjs Layers format: `model.json`, and the `weights.bin` that it names.
 * `tf.loadLayersModel` reads them as they are. The same model gives the same bytes.
 *
 * @param weights values to store instead of the model's own, such as moving averages, for every one of
 *   `weightNames(model)`; the model's own are not read then
 * @param dtype float16 rounds to nearest even; a weight with a value beyond ±65,504 stays float32
 * @throws Error for a weight that is missing, unknown, of another size or not float32
 */
export async function exportLayersModel(
  model: tf.LayersModel,
  weights: ReadonlyMap<string, Float32Array> | undefined,
  { dtype }: { dtype: StoredDtype },
): Promise<{ json: string; weights: Uint8Array }> {
  const stored = (await namedWeights(model, weights)).map((weight) => store(weight, dtype));
  const json: LayersModelJson = {
    format: 'layers-model',
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version['tfjs-layers']}`,
    convertedBy: null,
    modelTopology: v.parse(v.record(v.string(), v.unknown()), model.toJSON(null, false)),
    weightsManifest: [{ paths: ['weights.bin'], weights: stored.map(({ entry }) => entry) }],
  };
  return { json: `${JSON.stringify(json)}\n`, weights: Buffer.concat(stored.map(({ bytes }) => bytes)) };
}

function parseModelJson(text: string, path: string): LayersModelJson {
  try {
    return v.parse(layersModelSchema, JSON.parse(text));
  } catch {
    throw new InputError(`${path} is not a model.json that Inkling wrote; publish the model again.`);
  }
}

/**
 * Loads a model from the folder that holds its `model.json` and `weights.bin`. The caller disposes of it.
 *
 * @throws InputError when a file is missing, or is not what `exportLayersModel` writes
 */
export async function loadLayersModelFromDisk(directory: string): Promise<tf.LayersModel> {
  const [jsonPath, binPath] = [join(directory, 'model.json'), join(directory, 'weights.bin')];
  const read = (path: string) =>
    readFile(path).catch(() => {
      throw new InputError(`${path} cannot be read; publish the model again.`);
    });
  const json = parseModelJson((await read(jsonPath)).toString(), jsonPath);
  const bytes = await read(binPath);
  const fault = weightsFault(json, bytes);
  if (fault) throw new InputError(`${binPath} ${fault}; publish the model again.`);
  return await buildModel(json, json.modelTopology, bytes);
}

/**
 * Builds a published generator from its two files. Nothing of it is made before all of it is checked. The caller
 * disposes of it.
 *
 * @param json what its `model.json` holds
 * @param bytes what its `weights.bin` holds
 * @param wanted the length of its input, latent and class
 * @param label what to call `model.json` in errors
 * @throws InputError where it is no generator of digits, or of another input
 */
export async function buildGenerator(
  json: LayersModelJson,
  bytes: Uint8Array,
  { wanted, label }: { readonly wanted: number; readonly label: string },
): Promise<tf.LayersModel> {
  const read = readTopology(json);
  const refuse = (fault: string): never => {
    throw new InputError(`${label} ${fault}; put the file back, or train the run again.`);
  };
  if (typeof read === 'string') return refuse(read);
  if (read.inputSize !== wanted) refuse(`takes ${read.inputSize} numbers where run.json gives it ${wanted}`);
  const fault = weightsFault(json, bytes);
  if (fault) refuse(`is not of the weights beside it, of which weights.bin ${fault}`);
  return await buildModel(json, read.topology, bytes);
}

async function buildModel(
  { weightsManifest, modelTopology: _, ...about }: LayersModelJson,
  modelTopology: Record<string, unknown>,
  bytes: Uint8Array,
): Promise<tf.LayersModel> {
  return await tf.loadLayersModel({
    load: async () => ({
      ...about,
      modelTopology,
      weightSpecs: weightsManifest[0].weights,
      weightData: new Uint8Array(bytes).buffer,
    }),
  });
}
