import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseFlags } from '../cli/flags.ts';
import type { Command } from '../cli/run-command.ts';
import { type DigitSet, loadDigits } from '../data/digits.ts';
import { digitPixels, digitSide } from '../data/idx-format.ts';
import { writeWhole } from '../disk/files.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { findNvidia } from '../engines/machine.ts';
import { type Probe, probeEngine } from '../engines/probe.ts';
import type { EngineInfo } from '../engines/program.ts';
import { engines, inWords, quickNames } from '../engines/registry.ts';
import { exitCodes, FailedError, firstLine } from '../errors.ts';
import { versions } from '../session/run.ts';
import { table } from './shared.ts';

/** A fact about this machine, and whether it stands in the way. */
type Finding = readonly [what: string, verdict: 'ok' | 'missing', words: string];

/** What every training needs; a GPU and its engines are extras. */
const needed = new Set(['digits', 'engine cpu', 'export', 'grid', 'score']);

export const doctor: Command = {
  summary: 'check what is installed, by trying it, and which engines work here',
  async run(argv) {
    parseFlags({}, argv);
    const found = [
      ['node', 'ok', `${process.version}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`] as const,
      await findData(),
      await findGpu(),
      ...(await findEngines()),
      await tried('export', () => tryExport()),
      await tried('grid', async () => tryGrid((await loadDigits()).test)),
      await tried('score', async () => tryScore((await loadDigits()).test)),
    ];
    const packages = Object.entries(await versions()).map(([name, version]) => `${name} ${version}`);
    process.stdout.write(table([...found, ['versions', 'ok', packages.join(', ')]]));
    return exitCodeOf(found);
  },
};

/** Failed where something is missing that every training needs. */
export function exitCodeOf(found: readonly Finding[]): number {
  const fails = found.some(([what, verdict]) => needed.has(what) && verdict === 'missing');
  return fails ? exitCodes.failed : exitCodes.done;
}

/** @param attempt says what it did, or throws why it could not */
async function tried(what: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return [what, 'ok', await attempt()];
  } catch (error) {
    return [what, 'missing', firstLine(error)];
  }
}

const findData = () =>
  tried('digits', async () => {
    const { train, test } = await loadDigits();
    return `${train.count} to train on and ${test.count} to test on, checksums right`;
  });

/** Probes every engine that is quick enough, and takes from that what `auto` will. */
async function findEngines(): Promise<Finding[]> {
  const probes = new Map<string, Promise<Probe>>();
  const probeOnce = (info: EngineInfo) => {
    const key = inWords(info);
    const probe = probes.get(key) ?? probeEngine(info);
    probes.set(key, probe);
    return probe;
  };
  const found: Finding[] = [];
  for (const name of quickNames) {
    try {
      const info = await chooseEngine({ engine: name, threads: 0 });
      const { stepMs } = await probeOnce(info);
      found.push([`engine ${name}`, 'ok', `${inWords(info)}: a trial step in ${stepMs.toFixed(1)} ms`]);
    } catch (error) {
      const needs = engines.find((kind) => kind.name === name)?.needs;
      const words = firstLine(error) + (needs ? `; it takes ${needs}` : '');
      found.push([`engine ${name}`, 'missing', words]);
    }
  }
  let words = '';
  const say = (sentence: string) => {
    words = sentence.replace(/^engine /, '');
  };
  await chooseEngine({ engine: 'auto', threads: 0 }, { say, probe: probeOnce, afresh: true });
  return [...found, ['engine auto', 'ok', words]];
}

async function findGpu(): Promise<Finding> {
  const gpu = await findNvidia();
  return gpu
    ? ['nvidia gpu', 'ok', `${gpu.name}, driver ${gpu.driver}`]
    : ['nvidia gpu', 'missing', 'no NVIDIA driver answers (nvidia-smi)'];
}

// What a training does beside its steps, tried small. Each loads what it needs when it is tried: a library that
// does not load here is a finding, not the end of all.

/** Digits that are scored. */
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
    name: 'doctor',
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
  const { encodeGrid } = await import('../export/png.ts');
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
  const { sampleDigits } = await import('../data/digits.ts');
  const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: 0 }));
  try {
    const { score } = await createFeatureScorer({ engine, real: sampleDigits(test, scored).images });
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
