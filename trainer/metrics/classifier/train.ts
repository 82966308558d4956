// node trainer/metrics/classifier/train.ts [--threads N]
//
// Trains the classifier that every run is scored by, and writes its files beside this one. Run once: scores are
// comparable only under one classifier, so users never retrain it, and `classifier.ts` holds its files' checksums.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { writeWhole } from '../../artifacts/atomic.ts';
import { number } from '../../cli/flag.ts';
import { parseFlags } from '../../cli/flags.ts';
import { formatDuration } from '../../cli/format.ts';
import { fillOneHot } from '../../data/batches.ts';
import { type DigitSet, loadDigits } from '../../data/digits.ts';
import { chooseEngine } from '../../engines/choose.ts';
import { type Engine, startEngine } from '../../engines/engine.ts';
import type { Tensors } from '../../engines/program.ts';
import { exportLayersModel, weightNames } from '../../export/layers-model.ts';
import { adamDamping, adamRate } from '../../gan/adam.ts';
import { averageOf } from '../../gan/gan.ts';
import { emaDecayAt, stepsPerEpoch } from '../../gan/inputs.ts';
import { permutation } from '../../random/permutation.ts';
import { fillShiftedBatch } from './augment.ts';
import { compileClassifier, loadClassifier, type Seen } from './classifier.ts';
import { buildClassifier, classes, featureLayer } from './network.ts';
import { traceClassifierStep } from './step.ts';

const settings = {
  seed: 1,
  epochs: 12,
  batch: 128,
  /** Falls in a straight line to zero at the last step. */
  learningRate: 2e-3,
  /** Degrees either way: as much as people's hands differ, and no 6 becomes a 9. */
  rotation: 10,
  /** Pixels each way. */
  shift: 2,
  emaDecay: 0.999,
} as const;
const directory = import.meta.dirname;
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Inputs of step 1, 2, …: a function of the seed and the step's number. */
function inputsOf(digits: DigitSet, lastStep: number): (step: number) => Tensors {
  const { seed, batch, rotation, shift, learningRate, emaDecay } = settings;
  const perEpoch = stepsPerEpoch(digits.count, batch);
  let shuffled: { epoch: number; order: Uint32Array } = { epoch: -1, order: new Uint32Array(0) };
  return (step) => {
    const epoch = Math.ceil(step / perEpoch);
    if (shuffled.epoch !== epoch) shuffled = { epoch, order: permutation(digits.count, { seed, epoch }) };
    const first = ((step - 1) % perEpoch) * batch;
    const image = new Float32Array(batch * 784);
    const label = new Float32Array(batch * classes);
    const address = { seed, step };
    fillShiftedBatch(image, digits, shuffled.order, first, { range: [0, 1], rotation, shift, address });
    fillOneHot(label, digits, shuffled.order, first, classes);
    return {
      image,
      label,
      rate: Float32Array.of(adamRate(step, learningRate * (1 - (step - 1) / lastStep), adam)),
      damping: Float32Array.of(adamDamping(step, adam)),
      emaDecay: Float32Array.of(emaDecayAt(step, emaDecay)),
    };
  };
}

type Weights = ReadonlyMap<string, Float32Array>;

/** Trains on all training digits. @returns the averaged weights, by name */
async function fitClassifier(
  engine: Engine,
  digits: DigitSet,
  model: ReturnType<typeof buildClassifier>,
): Promise<Weights> {
  const { epochs, batch } = settings;
  const { graph, variables } = traceClassifierStep(model, batch, adam);
  const initial = graph.state.map(({ name }, i) => [name, Float32Array.from(variables[i]!.dataSync())]);
  const program = await engine.load(graph, Object.fromEntries(initial));
  const perEpoch = stepsPerEpoch(digits.count, batch);
  const prepare = inputsOf(digits, epochs * perEpoch);
  const start = performance.now();
  let loss = 0;
  let next = prepare(1);
  for (let step = 1; step <= epochs * perEpoch; step++) {
    const running = program.run(next);
    if (step < epochs * perEpoch) next = prepare(step + 1);
    loss += (await running).loss![0]! / perEpoch;
    if (step % perEpoch !== 0) continue;
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(
      `epoch ${step / perEpoch}/${epochs}  loss ${loss.toFixed(4)}  ${formatDuration(seconds)}\n`,
    );
    loss = 0;
  }
  const state = await program.read();
  return new Map(weightNames(model).map((name) => [name, state[averageOf(name)]!]));
}

/** Writes the classifier's files. @returns them, by name */
async function store(model: ReturnType<typeof buildClassifier>, weights: Weights) {
  const { json, weights: bytes } = await exportLayersModel(model, weights, { dtype: 'float16' });
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
function scaleFeatures(weights: Weights, features: Float32Array): Weights {
  const meanSquare = features.reduce((sum, value) => sum + value ** 2, 0) / features.length;
  const factor = 2 ** -Math.round(Math.log2(meanSquare) / 2);
  const factors = new Map([
    [`${featureLayer}/kernel`, factor],
    [`${featureLayer}/bias`, factor],
    ['logits/kernel', 1 / factor],
  ]);
  return new Map(
    [...weights].map(([name, values]) => [name, values.map((value) => value * (factors.get(name) ?? 1))]),
  );
}

/** Share of the digits that are seen as what they are. */
function accuracy({ probabilities }: Seen, { labels, count }: DigitSet): number {
  let right = 0;
  for (let i = 0; i < count; i++) {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    if (row.indexOf(Math.max(...row)) === labels[i]) right++;
  }
  return right / count;
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
  const weights = await fitClassifier(engine, train, model);
  await store(model, weights);
  const { features } = await look(engine, train);
  const files = await store(model, scaleFeatures(weights, features));
  const record = {
    command: `node trainer/metrics/classifier/train.ts --threads ${threads}`,
    ...settings,
    ...adam,
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
