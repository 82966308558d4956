import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tf } from '../compile/tf.ts';
import { InputError } from '../errors.ts';
import { exportLayersModel, loadLayersModelFromDisk, weightNames } from './layers-model.ts';

/** A generator in small: [n, 5] → [n, 8, 8, 1] in [-1, 1]. */
function buildGenerator(): tf.Sequential {
  const { layers } = tf;
  const normal = (seed: number) => tf.initializers.randomNormal({ mean: 0, stddev: 0.4, seed });
  return tf.sequential({
    name: 'generator',
    layers: [
      layers.dense({
        name: 'dense',
        inputShape: [5],
        units: 48,
        kernelInitializer: normal(1),
        useBias: false,
      }),
      layers.batchNormalization({
        ...{ name: 'norm', gammaInitializer: normal(2), movingMeanInitializer: normal(3) },
      }),
      layers.reLU({ name: 'relu' }),
      layers.reshape({ name: 'reshape', targetShape: [4, 4, 3] }),
      layers.conv2dTranspose({
        ...{ name: 'transpose', filters: 1, kernelSize: 4, strides: 2, padding: 'same' },
        ...{ kernelInitializer: normal(4), activation: 'tanh' },
      }),
    ],
  });
}

function predict(model: tf.LayersModel): Float32Array {
  return tf.tidy(() => {
    const latents = tf.randomNormal([16, 5], 0, 1, 'float32', 7);
    const images = model.predict(latents);
    if (Array.isArray(images)) throw new Error('The generator has one output.');
    return images.dataSync<'float32'>().slice();
  });
}

const greatestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - (b[i] ?? Number.NaN))), 0);

let folder: string;
let generator: tf.Sequential;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-'));
  generator = buildGenerator();
});
afterEach(async () => {
  generator.dispose();
  await rm(folder, { recursive: true });
});

type Files = Awaited<ReturnType<typeof exportLayersModel>>;

async function save({ json, weights }: Files): Promise<void> {
  await writeFile(join(folder, 'model.json'), json);
  await writeFile(join(folder, 'weights.bin'), weights);
}

async function loadAndPredict(): Promise<Float32Array> {
  const model = await loadLayersModelFromDisk(folder);
  const images = predict(model);
  model.dispose();
  return images;
}

describe('exportLayersModel', () => {
  it('gives a model that predicts the same, bit for bit, in float32', async () => {
    await save(await exportLayersModel(generator, undefined, { dtype: 'float32' }));
    expect(await loadAndPredict()).toEqual(predict(generator));
  });

  it('gives half the bytes and pixels within 1 / 255 of the range in float16', async () => {
    const whole = await exportLayersModel(generator, undefined, { dtype: 'float32' });
    const half = await exportLayersModel(generator, undefined, { dtype: 'float16' });
    expect(half.weights.length).toBe(whole.weights.length / 2);
    await save(half);
    const difference = greatestDifference(await loadAndPredict(), predict(generator));
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(2 / 255);
  });

  it('is read by plain tf.loadLayersModel from its two files', async () => {
    const { json, weights } = await exportLayersModel(generator, undefined, { dtype: 'float16' });
    const served = new Map<string, string | Uint8Array>([
      ['https://example.org/models/0003/model.json', json],
      ['https://example.org/models/0003/weights.bin', weights],
    ]);
    const fetchFunc = async (url: unknown) => {
      const contents = served.get(String(url));
      return contents === undefined
        ? new Response(null, { status: 404 })
        : new Response(typeof contents === 'string' ? contents : new Uint8Array(contents));
    };
    const handler = tf.io.http('https://example.org/models/0003/model.json', { fetchFunc });
    const model = await tf.loadLayersModel(handler);
    expect(greatestDifference(predict(model), predict(generator))).toBeLessThan(2 / 255);
    model.dispose();
  });

  it('stores the weights that it is given without reading those of the model, which may be gone', async () => {
    const average = buildGenerator();
    const given = new Map<string, Float32Array>();
    for (const weight of average.weights) {
      const halved = tf.tidy(() => weight.read().mul(0.5));
      given.set(weight.originalName, halved.dataSync<'float32'>().slice());
      weight.write(halved);
      halved.dispose();
    }
    const images = predict(average);
    average.dispose();
    await save(await exportLayersModel(average, given, { dtype: 'float32' }));
    expect(await loadAndPredict()).toEqual(images);
  });

  it('refuses given weights that are missing, unknown or of another size', async () => {
    const given = new Map(
      generator.weights.map((weight) => [weight.originalName, weight.read().dataSync<'float32'>()]),
    );
    const exportWith = (changes: [string, Float32Array | undefined][]) => {
      const changed = new Map(given);
      for (const [name, values] of changes) values ? changed.set(name, values) : changed.delete(name);
      return exportLayersModel(generator, changed, { dtype: 'float32' });
    };
    await expect(exportWith([])).resolves.toBeDefined();
    await expect(exportWith([['norm/gamma', undefined]])).rejects.toThrow(
      'norm/gamma of the model generator',
    );
    await expect(exportWith([['other/gamma', new Float32Array(1)]])).rejects.toThrow('no weight other/gamma');
    await expect(exportWith([['norm/gamma', new Float32Array(2)]])).rejects.toThrow(
      '2 values for the shape [48]',
    );
  });

  it('keeps a weight float32 when a half could not hold it', async () => {
    const names = weightNames(generator);
    const given = new Map(
      generator.weights.map((weight) => [weight.originalName, weight.read().dataSync<'float32'>().slice()]),
    );
    given.get('norm/moving_variance')?.fill(1e6);
    const files = await exportLayersModel(generator, given, { dtype: 'float16' });
    await save(files);
    const model = await loadLayersModelFromDisk(folder);
    const loaded = model.weights[names.indexOf('norm/moving_variance')]?.read();
    expect(loaded?.dataSync()).toEqual(new Float32Array(48).fill(1e6));
    model.dispose();
  });

  it('writes these bytes', async () => {
    const tiny = tf.sequential({
      name: 'tiny',
      layers: [tf.layers.dense({ name: 'out', inputShape: [1], units: 2 })],
    });
    const given = new Map([
      ['out/kernel', Float32Array.of(1, -2)],
      ['out/bias', Float32Array.of(0.5, 65536)],
    ]);
    const { json, weights } = await exportLayersModel(tiny, given, { dtype: 'float16' });
    expect(Buffer.from(weights).toString('hex')).toBe('003c00c0' + '0000003f' + '00008047');
    const { modelTopology, ...rest } = JSON.parse(json);
    expect(JSON.stringify(rest)).toBe(
      '{"format":"layers-model","generatedBy":"TensorFlow.js tfjs-layers v4.22.0","convertedBy":null,' +
        '"weightsManifest":[{"paths":["weights.bin"],"weights":[' +
        '{"name":"out/kernel","shape":[1,2],"dtype":"float32","quantization":{"dtype":"float16","original_dtype":"float32"}},' +
        '{"name":"out/bias","shape":[2],"dtype":"float32"}]}]}',
    );
    expect(modelTopology).toMatchObject({
      class_name: 'Sequential',
      config: { name: 'tiny', layers: [{ class_name: 'Dense', config: { name: 'out', units: 2 } }] },
    });
    expect(await exportLayersModel(tiny, given, { dtype: 'float16' })).toEqual({ json, weights });
    tiny.dispose();
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    await save(await exportLayersModel(generator, undefined, { dtype: 'float16' }));
    (await loadLayersModelFromDisk(folder)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('loadLayersModelFromDisk', () => {
  async function faultOf(): Promise<string> {
    const fault: unknown = await loadLayersModelFromDisk(folder).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(InputError);
    return String(fault);
  }

  it('names the file that is missing, cut short or of another kind', async () => {
    expect(await faultOf()).toMatch(/model\.json cannot be read/);
    await save(await exportLayersModel(generator, undefined, { dtype: 'float32' }));
    await truncate(join(folder, 'weights.bin'), 8);
    expect(await faultOf()).toMatch(/weights\.bin has 8 bytes and model\.json describes 1924/);
    await rm(join(folder, 'weights.bin'));
    expect(await faultOf()).toMatch(/weights\.bin cannot be read/);
    await writeFile(join(folder, 'model.json'), '{"format":"graph-model"}');
    expect(await faultOf()).toMatch(/model\.json is not a model\.json that Inkling wrote/);
    expect(await readdir(folder)).toEqual(['model.json']);
  });
});
