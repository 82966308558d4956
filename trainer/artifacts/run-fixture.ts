import { type Config, defaults } from '../config.ts';
import { type StepColumn, stepColumns } from './columns.ts';
import type { RunDetails } from './records.ts';
import type { EpochRecord } from './schema.ts';
import type { Findings } from './writer.ts';

const network = {
  layers: [{ name: 'dense', type: 'Dense', output: [784], parameters: 7840, macs: 7056 }],
  parameters: 7840,
  macs: 7056,
};

/** A configuration with nothing special, for tests. */
export const configOf = (changes: Partial<Config> = {}): Config => ({
  ...defaults,
  ...{ recipe: 'toy', epochs: 3, batch: 8, latentSize: 9, scoreEvery: 0 },
  ...{ learningRateG: 0.0002, learningRateD: 0.0002, beta1: 0.5, beta2: 0.999 },
  ...changes,
});

/** Details of a small made-up run, for tests. */
export function detailsOf(name: string, changes: Partial<RunDetails> = {}): RunDetails {
  return {
    name,
    recipe: 'toy',
    config: configOf(),
    origins: { beta1: 'stated' },
    engine: { requested: 'auto', used: 'eager', provider: 'cpu', device: 'a processor', threads: 1 },
    versions: { inkling: '0.1.0' },
    data: { name: 'mnist', train: 60_000, test: 10_000, heldOut: 0, sha256: 'a'.repeat(64) },
    networks: { generator: network, discriminator: network },
    generator: { latentSize: 9, classes: 0, range: [-1, 1], ema: false },
    grid: { seed: 1, rows: 2, columns: 3, cell: 28 },
    ...changes,
  };
}

/** What an evaluation of 3 samples found; the picture is no picture. */
export function findingsOf(fcd: number, { bytes = 4, epoch = 1 } = {}): Findings {
  return {
    metrics: { fcd, epoch },
    evaluation: {
      epoch,
      samples: 3,
      histogram: [1, 2],
      pairs: [{ index: 2, looksLike: 1, digit: 7, distance: 0.5 }],
    },
    picture: new Uint8Array(bytes).fill(bytes),
  };
}

/** What a step logs. */
export const resultsFixture = {
  ...(Object.fromEntries(stepColumns.map((column) => [column, 1])) as Record<StepColumn, number>),
  ...{ lossD: 1.25, lossG: 0.75, realScore: 0.6, fakeScore: 0.4, gradNormG: 2 },
};

/** Means of an epoch of 10 steps and 2 seconds. */
export function recordOf(epoch: number, more: Partial<EpochRecord> = {}): EpochRecord {
  return { epoch, step: epoch * 10, seconds: 2, imagesPerSecond: 40, ...resultsFixture, ...more };
}
