import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWhole } from '../artifacts/atomic.ts';
import type { DigitSet } from '../data/digits.ts';
import { digitPixels, digitSide } from '../data/idx-format.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { FailedError } from '../errors.ts';

// What a training does beside its steps, tried small. Each loads what it needs when it is tried: a library that
// does not load here is that trial's finding, not the end of all.

/** Digits of a trial's score. */
const scored = 1000;

/**
 * Writes a small generator with float16 weights and loads it again.
 *
 * @returns what was done, in words
 * @throws where it cannot be written or loaded, or comes back with other weights
 */
export async function tryExport(): Promise<string> {
  const { tf } = await import('../compile/tf.ts');
  const { exportLayersModel, loadLayersModelFromDisk } = await import('../export/layers-model.ts');
  const model = tf.sequential({
    name: 'trial',
    layers: [
      tf.layers.dense({ name: 'ink', units: digitPixels, inputShape: [8], activation: 'tanh' }),
      tf.layers.reshape({ name: 'image', targetShape: [digitSide, digitSide, 1] }),
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'inkling-doctor-'));
  try {
    const { json, weights } = await exportLayersModel(model, undefined, { dtype: 'float16' });
    await writeWhole(join(folder, 'model.json'), json);
    await writeWhole(join(folder, 'weights.bin'), weights);
    const loaded = await loadLayersModelFromDisk(folder);
    const again = await exportLayersModel(loaded, undefined, { dtype: 'float16' });
    loaded.dispose();
    if (Buffer.compare(again.weights, weights) !== 0)
      throw new FailedError('weights come back from the disk as others than were written');
    return `a generator of ${weights.length} bytes in float16, written and loaded again`;
  } finally {
    model.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Makes a grid of real digits.
 *
 * @returns what was done, in words
 * @throws where the PNG cannot be made, or is of another size
 */
export async function tryGrid({ images }: DigitSet): Promise<string> {
  const { encodeGrid } = await import('../export/grid.ts');
  const [rows, columns] = [2, 5];
  const png = await encodeGrid(images.subarray(0, rows * columns * digitPixels), { rows, columns });
  // Width and height stand in the header, after the signature and the name of its first chunk.
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (width !== columns * digitSide || height !== rows * digitSide)
    throw new FailedError(`a grid of ${rows} rows came out as ${width} × ${height} pixels`);
  return `a PNG of ${width} × ${height} pixels`;
}

/**
 * Scores real digits against others, on the processor.
 *
 * @returns what was done, in words
 * @throws where they cannot be scored, or score as no real digits do
 */
export async function tryScore(test: DigitSet): Promise<string> {
  const { createFeatureScorer } = await import('../metrics/scorer.ts');
  const { sampleDigits } = await import('../data/hold-out.ts');
  const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: 0 }));
  try {
    const score = await createFeatureScorer({ engine, real: sampleDigits(test, scored).images });
    const { scores, looksLike } = await score(test.images.slice(0, scored * digitPixels));
    const right = looksLike.filter((digit, i) => digit === test.labels[i]).length / scored;
    if (!Number.isFinite(scores.fcd) || right < 0.97)
      throw new FailedError(`real digits score as none: FCD ${scores.fcd}, ${percent(right)} read right`);
    return `${scored} real digits: FCD ${scores.fcd.toFixed(2)}, ${percent(right)} read right`;
  } finally {
    await engine.dispose();
  }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
