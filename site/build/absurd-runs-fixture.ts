import { hash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stepColumns } from '../../trainer/artifacts/columns.ts';
import {
  epochPaths,
  type History,
  historySchema,
  limits,
  type Run,
  runSchema,
} from '../../trainer/artifacts/schema.ts';
import { writeWholeRun } from '../../trainer/artifacts/whole-run-fixture.ts';
import { digitSide } from '../../trainer/data/idx-format.ts';
import { encodeGreyPng } from '../../trainer/export/png.ts';

interface Whole {
  readonly run: Run;
  readonly history: History;
  /** The run's pictures, by path, as they are beside those that it has. */
  readonly pictures: Map<string, Uint8Array>;
}

const grey = (rows: number, columns: number) => {
  const [height, width] = [rows * digitSide, columns * digitSide];
  return encodeGreyPng(new Uint8Array(height * width), width, height);
};

const markup = '<img src=x onerror=alert(1)>"\'&`$';
const most = limits.measured;
const long = markup.padEnd(limits.named, 'W');
const manyNames = Array.from({ length: limits.entries }, (_, i) => `${i}${markup}`.padEnd(limits.named, 'W'));

function sameEverywhere({ history }: Whole, value: number): void {
  for (const record of history.epochs)
    Object.assign(record, Object.fromEntries(stepColumns.map((column) => [column, value])));
  const { steps } = history;
  Object.assign(steps, { step: [1, 2, 3], lossD: [value, value, value], lossG: [value, value, value] });
}

/** Epochs without generators, each with the first one's grid. */
async function lasting({ run, history, pictures }: Whole, epochs: number): Promise<void> {
  const grid = await grey(run.grid.rows, run.grid.columns);
  const [record] = history.epochs;
  if (!record) throw new RangeError('a run without a history cannot last');
  run.epochs.length = 0;
  history.epochs.length = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const path = epochPaths(epoch).grid;
    run.epochs.push({ epoch, step: epoch * 10, grid: path, model: null });
    pictures.set(path, grid);
    if (epoch > 0) history.epochs.push({ ...record, epoch, step: epoch * 10 });
  }
  run.evaluation = null;
}

/** Runs that no training would write, and that the schema allows: each is shown, and none ends a build. */
const absurdities: Readonly<Record<string, (whole: Whole) => void | Promise<void>>> = {
  huge({ run, history }) {
    for (const [i, record] of history.epochs.entries()) {
      const value = i % 2 ? most : -most;
      const results = stepColumns.map((column, at) => [column, at % 2 ? -value : value]);
      Object.assign(record, Object.fromEntries(results), { seconds: 1e10, imagesPerSecond: most });
      record.metrics = { fcd: value, precision: -value, recall: value };
    }
    Object.assign(history.steps, { every: Number.MAX_SAFE_INTEGER, step: [1, Number.MAX_SAFE_INTEGER] });
    Object.assign(history.steps, { lossD: [most, -most], lossG: [-most, most] });
    Object.assign(run.generator, { range: [-most, most], latentSize: 4096, classes: limits.classes });
    for (const { layers } of [run.networks.generator, run.networks.discriminator])
      for (const layer of layers) Object.assign(layer, { parameters: 2 ** 53 - 1, macs: 2 ** 53 - 1 });
    Object.assign(run, {
      seconds: 1e10,
      metrics: { fcd: most, precision: -most, recall: most, epoch: most },
    });
    Object.assign(run.data, { train: 2 ** 53 - 1, test: 2 ** 53 - 1, heldOut: 2 ** 53 - 1 });
  },
  level: (whole) => sameEverywhere(whole, 0),
  tiny: (whole) => sameEverywhere(whole, Number.MIN_VALUE),
  nothing({ run, history }) {
    for (const list of [
      run.epochs,
      history.epochs,
      ...Object.values(run.networks).map(({ layers }) => layers),
    ])
      list.length = 0;
    Object.assign(history.steps, { step: [], lossD: [], lossG: [] });
    Object.assign(run, { metrics: null, evaluation: null, origins: {}, versions: {} });
  },
  untrained: (whole) => lasting(whole, 1),
  lasting: (whole) => lasting(whole, 200),
  async one(whole) {
    Object.assign(whole.run.grid, { rows: 1, columns: 1 });
    await lasting(whole, 3);
  },
  async wide(whole) {
    Object.assign(whole.run.grid, { rows: 1, columns: limits.side });
    await lasting(whole, 3);
  },
  wordy({ run, history }) {
    Object.assign(run, { recipe: long, message: markup.padEnd(limits.said, 'W ') });
    run.origins = Object.fromEntries(manyNames.map((name) => [name, 'stated']));
    run.versions = Object.fromEntries(manyNames.map((name) => [name, long]));
    run.metrics = Object.fromEntries(manyNames.map((name, i) => [name, i]));
    run.engine = { requested: long, used: long, provider: long, device: long, threads: 0 };
    run.data.name = long;
    for (const { layers } of Object.values(run.networks))
      for (const layer of layers)
        Object.assign(layer, { name: long, type: long, output: Array(8).fill(2 ** 53 - 1) });
    for (const record of history.epochs) record.metrics = { ...run.metrics };
  },
  deep({ run }) {
    for (const network of Object.values(run.networks)) {
      const [layer] = network.layers;
      if (layer)
        network.layers = Array.from({ length: limits.layers }, (_, i) => ({ ...layer, name: `l${i}` }));
    }
  },
  scored({ run }) {
    if (run.evaluation) Object.assign(run.evaluation, { samples: 0, histogram: [] });
  },
  ['n'.repeat(64)]: () => undefined,
};

async function writeAbsurd(artifacts: string, name: string): Promise<void> {
  const directory = await writeWholeRun(artifacts, name);
  const json = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as unknown;
  const run = runSchema.parse(await json('run.json'));
  const whole: Whole = { run, history: historySchema.parse(await json('history.json')), pictures: new Map() };
  await absurdities[name]?.(whole);
  const history = Buffer.from(JSON.stringify(historySchema.parse(whole.history)));
  for (const [path, bytes] of [...whole.pictures, ['history.json', history] as const]) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
    run.files = run.files.filter((file) => file.path !== path);
    run.files.push({ path, bytes: bytes.length, sha256: hash('sha256', bytes, 'hex') });
  }
  // The picture of an evaluation without one, and real digits in another shape than the grids, would be its faults.
  const gone = run.evaluation ? [] : ['reals.png', 'nearest.png'];
  run.files = run.files.filter(({ path }) => !gone.includes(path));
  await rm(join(directory, 'checkpoint.safetensors'));
  await writeFile(join(directory, 'run.json'), JSON.stringify(runSchema.parse(run)));
}

/** @returns the names of the runs written into the folder */
export async function writeAbsurdRuns(artifacts: string): Promise<string[]> {
  for (const name of Object.keys(absurdities)) await writeAbsurd(artifacts, name);
  return Object.keys(absurdities);
}
