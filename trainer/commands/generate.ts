import { dirname, join } from 'node:path';
import process from 'node:process';
import { findRun } from '../artifacts/reader.ts';
import type { Run } from '../artifacts/schema.ts';
import { choice, flagSwitch, number, text } from '../cli/flag.ts';
import { parseFlags } from '../cli/flags.ts';
import { counted, formatCount } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import type { Command } from '../cli/run-command.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { datasetFormats, openDataset } from '../export/datasets.ts';
import { loadLayersModelFromDisk } from '../export/layers-model.ts';
import { toBytes } from '../export/pixels.ts';
import { createSampler } from '../gan/sampler.ts';
import { generatorInput } from '../random/latents.ts';
import { artifactsFlag, checkArtifacts } from './shared.ts';

const flags = {
  run: text({ description: 'the run whose generator draws', placeholder: 'RUN' }),
  epoch: number({ description: 'the epoch; by default the last with a generator', integer: true, min: 0 }),
  digit: number({
    description: 'draw this digit only; by default each in turn',
    integer: true,
    min: 0,
    max: 9,
  }),
  count: number({ description: 'how many digits', integer: true, min: 1, max: 10_000_000, default: 100 }),
  seed: number({
    description: "the latents' seed; by default the run's own",
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
  }),
  format: choice({ description: 'what to write', choices: datasetFormats, default: 'grid' }),
  out: text({ description: 'file or folder to write', placeholder: 'PATH' }),
  force: flagSwitch({ description: 'overwrite what is there' }),
  artifacts: artifactsFlag,
};

/** Digits of one draw: enough to keep the engine busy, few enough to be nothing in memory. */
const batch = 500;

export const generate: Command = {
  summary: 'draw digits with a trained generator: a picture, files, or a data set',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'run' });
    if (given.run === undefined)
      throw new InputError('Say which run draws: --run RUN; npm run runs lists them.');
    await checkArtifacts(given.artifacts);
    const { directory, run } = await findRun(given.artifacts, given.run);
    const { latentSize, classes, range } = run.generator;
    if (given.digit !== undefined && given.digit >= classes)
      throw new InputError(
        classes === 0
          ? `${run.name} was not told the digits' classes, so it can't draw ${given.digit} on demand; leave out --digit.`
          : `${run.name} draws the classes 0 to ${classes - 1}, not ${given.digit}.`,
      );
    const published = publishedModel(run, given.epoch);
    const { count, format } = given;
    const seed = given.seed ?? run.grid.seed;
    const out = given.out ?? defaultOut(run.name, published.epoch, format);

    const dataset = await openDataset(format, out, { count, labelled: classes > 0, force: given.force });
    const interrupt = onInterrupt({
      say: () => process.stderr.write('stopping; nothing is left half-written\n'),
    });
    const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: 0 }));
    try {
      const model = await loadLayersModelFromDisk(join(directory, dirname(published.model)));
      const sampler = await createSampler(engine, model, { batch: Math.min(batch, count) });
      const labelOf = (index: number) => given.digit ?? index % classes;
      for (let first = 0; first < count && !interrupt.stopping; first += sampler.batch) {
        const n = Math.min(sampler.batch, count - first);
        const inputs = generatorInput({ seed, first, count: n, latentSize, classes, labelOf });
        const images = toBytes(await sampler.draw(inputs), range);
        const labels = classes > 0 ? Uint8Array.from({ length: n }, (_, i) => labelOf(first + i)) : null;
        await dataset.write(images, labels);
        progress(first + n, count);
      }
      if (interrupt.stopping) {
        await dataset.abort();
        return exitCodes.interrupted;
      }
      const written = await dataset.close();
      process.stdout.write(
        `${counted(count, 'digit')} of ${run.name}, epoch ${published.epoch}, seed ${seed}: ${written.join(', ')}\n`,
      );
      return exitCodes.done;
    } catch (error) {
      await dataset.abort();
      throw error;
    } finally {
      interrupt.dispose();
      await engine.dispose();
    }
  },
};

/** The epoch to draw with. @throws InputError for one that published no generator, naming those that did */
function publishedModel(run: Run, epoch: number | undefined): { epoch: number; model: string } {
  const having = run.epochs.flatMap(({ epoch: e, model }) => (model ? [{ epoch: e, model }] : []));
  const found = epoch === undefined ? having.at(-1) : having.find((e) => e.epoch === epoch);
  if (found) return found;
  if (having.length === 0) throw new InputError(`${run.name} has published no generator yet.`);
  const epochs = having.map((e) => e.epoch);
  const distance = (e: number) => Math.abs(e - (epoch ?? 0));
  const nearest = epochs.reduce((best, e) => (distance(e) < distance(best) ? e : best));
  throw new InputError(
    `${run.name} has no generator of epoch ${epoch}; ${epochs.length > 12 ? `the nearest is that of epoch ${nearest}` : `it has those of the epochs ${epochs.join(', ')}`}.`,
  );
}

function defaultOut(run: string, epoch: number, format: (typeof datasetFormats)[number]): string {
  const name = `${run}-epoch-${epoch}`;
  return { grid: `${name}.png`, npy: `${name}.npy`, png: name, idx: name }[format];
}

/** A live count where it can be seen; silence elsewhere. */
function progress(done: number, count: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done < count ? `\r${formatCount(done)} of ${formatCount(count)}` : '\r\u001b[2K');
}
