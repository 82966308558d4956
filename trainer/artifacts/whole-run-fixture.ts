import { join } from 'node:path';
import { digitSide } from '../data/idx-format.ts';
import { toFloat16 } from '../export/float16.ts';
import { encodeGreyPng } from '../export/png.ts';
import { type Checkpoint, writeCheckpoint } from './checkpoint.ts';
import { configOf, detailsOf, findingsOf, recordOf } from './run-fixture.ts';
import { openRun, scoreRun } from './writer.ts';

const latentSize = 9;
const pixels = digitSide ** 2;

const layers = [
  {
    class_name: 'Dense',
    config: { name: 'g_dense', units: pixels, activation: 'tanh', batch_input_shape: [null, latentSize] },
  },
  { class_name: 'Reshape', config: { name: 'g_image', target_shape: [digitSide, digitSide, 1] } },
];

/** A generator of one layer, as it is published: model.json as a value, and what weights.bin holds. */
export function tinyGenerator() {
  const quantization = { dtype: 'float16', original_dtype: 'float32' };
  const weights = [
    { name: 'g_dense/kernel', shape: [latentSize, pixels], dtype: 'float32', quantization },
    { name: 'g_dense/bias', shape: [pixels], dtype: 'float32', quantization },
  ];
  const model = {
    format: 'layers-model',
    generatedBy: 'TensorFlow.js tfjs-layers v4.22.0',
    convertedBy: null,
    modelTopology: { class_name: 'Sequential', config: { name: 'generator', layers } },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const values = Float32Array.from({ length: (latentSize + 1) * pixels }, (_, i) => Math.sin(i) / 4);
  return { model, weights: new Uint8Array(toFloat16(values).buffer) };
}

const picture = (rows: number, columns: number): Promise<Uint8Array> => {
  const [height, width] = [rows * digitSide, columns * digitSide];
  return encodeGreyPng(
    Uint8Array.from({ length: height * width }, (_, i) => i),
    width,
    height,
  );
};

/** A checkpoint with a few tensors, as small as it can be. */
export const tinyCheckpoint: Checkpoint = {
  ...{ epoch: 2, step: 20, seconds: 4, config: configOf({ epochs: 2, latentSize }), partial: {} },
  tensors: [
    { name: 'g_dense/kernel', shape: [2, 3], values: Float32Array.of(1, -0, 1e-45, 3.4e38, 0.5, -1 / 3) },
    { name: 'g_dense/bias', shape: [], values: Float32Array.of(7) },
  ],
};

/**
 * Writes a finished run of two epochs, scored and with a checkpoint, whose every file is what it should be: its
 * pictures decode and its generators draw.
 *
 * @returns its folder
 */
export async function writeWholeRun(artifacts: string, name = 'toy'): Promise<string> {
  const config = configOf({ epochs: 2, latentSize });
  const details = detailsOf(name, { config });
  // Of ten steps in an epoch, as `recordOf` has it.
  const data = { ...details.data, train: 10 * config.batch };
  const writer = await openRun({ artifacts, details: { ...details, data } });
  const grid = await picture(2, 3);
  const { model, weights } = tinyGenerator();
  const published = { grid, model: { json: JSON.stringify(model), weights } };
  await writer.writeReals(grid);
  await writer.publishEpoch({ epoch: 0, step: 0, ...published });
  for (const epoch of [1, 2]) {
    await writer.record(recordOf(epoch));
    await writer.publishEpoch({ epoch, step: epoch * 10, ...published, rawGrid: grid });
  }
  await writer.finish('finished', null);
  await writeCheckpoint(writer.directory, tinyCheckpoint);
  await scoreRun(artifacts, name, { ...findingsOf(1.5, { epoch: 2 }), picture: await picture(2, 1) });
  return join(artifacts, name);
}
