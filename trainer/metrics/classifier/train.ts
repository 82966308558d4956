// node trainer/metrics/classifier/train.ts [--threads N]
//
// Trains the classifier that every run is scored by, and writes its files beside this one. Run once: scores are
// comparable only under one classifier, so users never retrain it, and `classifier.ts` holds its files' checksums.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { number, parseFlags } from '../../cli/flags.ts';
import { formatDuration } from '../../cli/format.ts';
import { type DigitSet, loadDigits } from '../../data/digits.ts';
import { writeWhole } from '../../disk/files.ts';
import { chooseEngine } from '../../engines/choose.ts';
import { type Engine, startEngine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { exportLayersModel } from '../../export/layers-model.ts';
import { compileClassifier, loadClassifier, type Seen } from './classifier.ts';
import { accuracy, type FitSettings, fitClassifier } from './fit.ts';
import { buildClassifier, featureLayer } from './network.ts';

const settings: FitSettings = {
  seed: 1,
  epochs: 12,
  batch: 128,
  learningRate: 2e-3,
  /** As much as people's hands differ, and no 6 becomes a 9. */
  rotation: 10,
  shift: 2,
  emaDecay: 0.999,
  ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};
const directory = import.meta.dirname;

/** Writes the classifier's files. @returns them, by name */
async function store(model: ReturnType<typeof buildClassifier>, weights: Tensors) {
  const named = new Map(Object.entries(weights));
  const { json, weights: bytes } = await exportLayersModel(model, named, { dtype: 'float16' });
  const files = { 'model.json': json, 'weights.bin': bytes };
  for (const [name, content] of Object.entries(files)) await writeWhole(join(directory, name), content);
  return files;
}

/** What the stored classifier sees in digits. */
async function look(engine: Engine, { images }: DigitSet): Promise<Seen> {
  const classifier = await compileClassifier(engine, await loadClassifier(directory, { checked: false }));
  return await classifier.look(images);
}

/**
 * Scales the features so that their mean square is about 1, the size of numbers that KID's kernel is made for, and
 * the layer after them back. By a power of two, which rounds nothing.
 */
function scaleFeatures(weights: Tensors, features: Float32Array): Tensors {
  const meanSquare = features.reduce((sum, value) => sum + value ** 2, 0) / features.length;
  const factor = 2 ** -Math.round(Math.log2(meanSquare) / 2);
  const factors = new Map([
    [`${featureLayer}/kernel`, factor],
    [`${featureLayer}/bias`, factor],
    ['logits/kernel', 1 / factor],
  ]);
  const scaled = (name: string, values: Tensors[string]) =>
    values.map((value) => value * (factors.get(name) ?? 1));
  return Object.fromEntries(
    Object.entries(weights).map(([name, values]) => [name, scaled(name, values)] as const),
  );
}

const { threads } = parseFlags(
  {
    threads: number({
      description: 'CPU threads; 0 is one per physical core',
      integer: true,
      min: 0,
      default: 0,
    }),
  },
  process.argv.slice(2),
);
const { train, test } = await loadDigits();
const engine = startEngine(await chooseEngine({ engine: 'cpu', threads }));
try {
  const model = buildClassifier(settings.seed);
  const start = performance.now();
  const onEpoch = (epoch: number, loss: number) => {
    const seconds = formatDuration((performance.now() - start) / 1000);
    process.stdout.write(`epoch ${epoch}/${settings.epochs}  loss ${loss.toFixed(4)}  ${seconds}\n`);
  };
  const weights = await fitClassifier({ engine, digits: train, model, settings, onEpoch });
  await store(model, weights);
  const { features } = await look(engine, train);
  const files = await store(model, scaleFeatures(weights, features));
  const record = {
    command: `node trainer/metrics/classifier/train.ts --threads ${threads}`,
    ...settings,
    testAccuracy: accuracy(await look(engine, test), test),
    trainAccuracy: accuracy(await look(engine, train), train),
    sha256: Object.fromEntries(
      Object.entries(files).map(([name, content]) => [
        name,
        createHash('sha256').update(content).digest('hex'),
      ]),
    ),
  };
  await writeWhole(join(directory, 'record.json'), `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
} finally {
  await engine.dispose();
}
