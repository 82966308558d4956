// node trainer/metrics/make-anchors.ts [--threads N]
//
// Scores three sets of digits that nobody has to train and writes anchors.json: the floor that real digits reach,
// a generator that draws one good digit over and over, and noise. Run again when the classifier changes.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { writeWhole } from '../artifacts/atomic.ts';
import { number } from '../cli/flag.ts';
import { parseFlags } from '../cli/flags.ts';
import { loadDigits } from '../data/digits.ts';
import { digitPixels } from '../data/idx-format.ts';
import { chooseEngine } from '../engines/choose.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { permutation } from '../random/permutation.ts';
import { fillNormal, fillUniform } from '../random/streams.ts';
import { type Anchors, anchorsFile } from './anchors.ts';
import { classifierChecksums } from './classifier/classifier.ts';
import { compileProducts } from './engine-products.ts';
import { compareManifolds } from './manifold.ts';
import { finalSamples } from './names.ts';
import { points } from './points.ts';
import { createScorer, spread } from './scorer.ts';

const seed = 1;
const address = { seed, purpose: 'sample', step: 0 } as const;

function noise(count: number): Uint8Array {
  const uniform = new Float32Array(count * digitPixels);
  fillUniform(uniform, { ...address, index: 0 });
  return Uint8Array.from(uniform, (u) => Math.floor(u * 256));
}

/** Digits of a set: those at these places, [places.length, 28, 28]. */
function pick(images: Uint8Array, places: ArrayLike<number>): Uint8Array {
  const picked = new Uint8Array(places.length * digitPixels);
  for (let i = 0; i < places.length; i++)
    picked.set(images.subarray(places[i]! * digitPixels, (places[i]! + 1) * digitPixels), i * digitPixels);
  return picked;
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
const samples = finalSamples;
const digits = await loadDigits();
const { train, test } = digits;
const engine = startEngine(await chooseEngine({ engine: 'cpu', threads }));
try {
  const onStage = (stage: string) => void process.stderr.write(`${stage}\n`);
  const scorer = await createScorer({ engine, digits, samples, onStage });
  const some = permutation(train.count, { seed, epoch: 0 }).subarray(0, samples);
  const scoresOf = async (images: Uint8Array) => (await scorer.score(images)).scores;
  const anchors: Anchors = {
    command: 'node trainer/metrics/make-anchors.ts',
    classifier: classifierChecksums['weights.bin'],
    data: digits.sha256,
    samples,
    anchors: {
      real: {
        title: 'real digits',
        about: `${samples} training digits; the distance to the nearest training digit is that of the test digits, for these are their own`,
        scores: {
          ...(await scoresOf(pick(train.images, some))),
          nearestDistance: await scorer.nearestDistance(spread(test, samples)),
        },
      },
      repeated: {
        title: 'one digit repeated',
        about: 'the first training digit, a 5, over and over: a generator that has collapsed',
        scores: await scoresOf(pick(train.images, new Uint8Array(samples))),
      },
      noise: {
        title: 'noise',
        about: 'every pixel uniform and by itself',
        scores: await scoresOf(noise(samples)),
      },
    },
    normals: await manifoldsOfNormals(engine),
  };
  await writeWhole(fileURLToPath(anchorsFile), `${JSON.stringify(anchors, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(anchors, null, 2)}\n`);
} finally {
  await engine.dispose();
}
