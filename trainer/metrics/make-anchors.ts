// node trainer/metrics/make-anchors.ts [--threads N]
//
// Scores three sets of digits that nobody has to train and writes anchors.json: the floor that real digits reach,
// a generator that draws one good digit over and over, and noise. Run again when the classifier changes.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { number, parseFlags } from '../cli/flags.ts';
import { holdOut, loadDigits, pickImages, sampleDigits, sampleEvenly } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import { writeWhole } from '../disk/files.ts';
import { chooseEngine } from '../engines/choose.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { fillNormal, fillUniform } from '../random/streams.ts';
import { type Anchors, anchorsFile } from './anchors.ts';
import { classifierChecksums } from './classifier/classifier.ts';
import { trainAndTest } from './classifier/fit.ts';
import { classes } from './classifier/network.ts';
import { compileProducts } from './engine-products.ts';
import { compareManifolds } from './manifold.ts';
import { epochSamples, finalSamples } from './names.ts';
import { points } from './points.ts';
import { createFeatureScorer, createScorer, epochScores } from './scorer.ts';

const seed = 1;
const address = { seed, purpose: 'sample', step: 0 } as const;

function noise(count: number): Uint8Array {
  const uniform = new Float32Array(count * digitPixels);
  fillUniform(uniform, { ...address, index: 0 });
  return Uint8Array.from(uniform, (u) => Math.floor(u * 256));
}

/** The anchors, each scored: some real digits, one over and over, and noise. */
async function scoreAnchors<Scores>({
  real,
  realAbout,
  repeated,
  repeatedAbout,
  scoresOf,
}: {
  readonly real: Uint8Array;
  readonly realAbout: string;
  readonly repeated: Uint8Array;
  readonly repeatedAbout: string;
  readonly scoresOf: (images: Uint8Array) => Promise<Scores>;
}) {
  return {
    real: { title: 'real digits', about: realAbout, scores: await scoresOf(real) },
    repeated: {
      title: 'one digit repeated',
      about: `${repeatedAbout}, over and over: a generator that has collapsed`,
      scores: await scoresOf(repeated),
    },
    noise: {
      title: 'noise',
      about: 'every pixel uniform and by itself',
      scores: await scoresOf(noise(real.length / digitPixels)),
    },
  };
}

/** The example of the reference implementation (Naeem et al. 2020), which has .4772, .4705, 1.0555 and .9735. */
async function manifoldsOfNormals(engine: Engine) {
  const [count, size] = [10_000, 1000];
  const [a, b] = [0, 1].map((index) => {
    const values = new Float32Array(count * size);
    fillNormal(values, { ...address, index });
    return points(values, size);
  }) as [ReturnType<typeof points>, ReturnType<typeof points>];
  const { products } = await compileProducts(engine, size);
  return { ...(await compareManifolds(a, b, products)) };
}

const { threads } = parseFlags(
  { threads: number({ description: 'CPU threads; 0 is one per core', integer: true, min: 0, default: 0 }) },
  process.argv.slice(2),
);
const digits = await loadDigits();
const { train, test } = digits;
const engine = startEngine(await chooseEngine({ engine: 'cpu', threads }));
const onStage = (stage: string) => void process.stderr.write(`${stage}\n`);

/** At the size of the final scores. */
async function finalAnchors(): Promise<Anchors['anchors']> {
  const scorer = await createScorer({ engine, digits, samples: finalSamples, onStage });
  const { real, ...others } = await scoreAnchors({
    real: sampleDigits(train, finalSamples).images,
    realAbout: `${finalSamples} training digits; the distance to the nearest training digit is that of the test digits, for these are their own, and TSTR is by all ${train.count}`,
    repeated: pickImages(train.images, new Uint8Array(finalSamples)),
    repeatedAbout: 'the first training digit, a 5',
    scoresOf: async (images) => (await scorer.score(images)).scores,
  });
  const nearestDistance = await scorer.nearestDistance(test.images);
  onStage('TSTR');
  const tstr = await trainAndTest(engine, train, test);
  return { real: { ...real, scores: { ...real.scores, nearestDistance, tstr } }, ...others };
}

/** At the size of an epoch's scores, against the digits that runs hold out. */
async function epochAnchors(): Promise<Anchors['epochAnchors']> {
  const { seen, heldOut } = holdOut(train, epochSamples);
  const { score } = await createFeatureScorer({ engine, real: heldOut.images, onStage });
  return await scoreAnchors({
    real: sampleEvenly(seen, epochSamples, classes).images,
    realAbout: `${epochSamples} other training digits, equally many of each class, as the default recipe draws them`,
    // The first is beyond the held-out digits' neighbourhoods, which would make its precision 0.
    repeated: pickImages(train.images, new Uint8Array(epochSamples).fill(1)),
    repeatedAbout: 'the second training digit, a 0',
    scoresOf: async (images) => epochScores((await score(images)).scores),
  });
}

try {
  const anchors: Anchors = {
    command: 'node trainer/metrics/make-anchors.ts',
    classifier: classifierChecksums['weights.bin'],
    data: digits.sha256,
    samples: finalSamples,
    anchors: await finalAnchors(),
    epochAnchors: await epochAnchors(),
    normals: await manifoldsOfNormals(engine),
  };
  await writeWhole(fileURLToPath(anchorsFile), `${JSON.stringify(anchors, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(anchors, null, 2)}\n`);
} finally {
  await engine.dispose();
}
