import process from 'node:process';
import { findRun } from '../artifacts/reader.ts';
import { choice, flagSwitch, number, parseFlags, path, text } from '../cli/flags.ts';
import { counted, formatCount } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import type { Command } from '../cli/run-command.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { datasetFormats, openDataset } from '../export/datasets.ts';
import { drawPublished, publishedModel } from './draw.ts';
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
  test: number({
    description:
      'how many more, of the indices that follow, go to the test files of --format idx; by default a sixth of --count',
    integer: true,
    min: 0,
    max: 10_000_000,
  }),
  seed: number({
    description: "the latents' seed; by default the run's own",
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
  }),
  format: choice({ description: 'what to write', choices: datasetFormats, default: 'grid' }),
  out: path({ description: 'file or folder to write', placeholder: 'PATH' }),
  force: flagSwitch({ description: 'overwrite what is there' }),
  artifacts: artifactsFlag,
};

export const generate: Command = {
  summary: 'draw digits with a trained generator: a picture, files, or a data set',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'run' });
    if (given.run === undefined)
      throw new InputError('Say which run draws: --run RUN; npm run runs lists them.');
    await checkArtifacts(given.artifacts);
    const { directory, run } = await findRun(given.artifacts, given.run);
    const { classes } = run.generator;
    if (given.digit !== undefined && given.digit >= classes)
      throw new InputError(
        classes === 0
          ? `${run.name} was not told the digits' classes, so it can't draw ${given.digit} on demand; leave out --digit.`
          : `${run.name} draws the classes 0 to ${classes - 1}, not ${given.digit}.`,
      );
    const published = publishedModel(run, given.epoch);
    const { count, format } = given;
    if (given.test !== undefined && format !== 'idx')
      throw new InputError(
        `--test is of --format idx, which has files to test by, and this is ${format}; leave it out, or ask for more by --count.`,
      );
    // As many as MNIST has of its training digits.
    const test = format === 'idx' ? (given.test ?? Math.max(1, Math.round(count / 6))) : 0;
    const all = count + test;
    const seed = given.seed ?? run.grid.seed;
    const out = given.out ?? defaultOut(run.name, published.epoch, format);

    const { force } = given;
    const dataset = await openDataset(format, out, { count: all, test, labelled: classes > 0, force });
    const interrupt = onInterrupt({
      say: () => process.stderr.write('stopping; nothing is left half-written\n'),
    });
    const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: 0 }));
    try {
      // Test digits take the classes from the first on, and none that there is no training digit of.
      const turnOf = (index: number) => (index < count ? index : (index - count) % count);
      const labelOf = (index: number) => given.digit ?? turnOf(index) % classes;
      const { model } = published;
      for await (const drawn of drawPublished({ engine, directory, run, model, seed, count: all, labelOf })) {
        await dataset.write(drawn.images, drawn.labels);
        progress(drawn.done, all);
        if (interrupt.stopping) break;
      }
      if (interrupt.stopping) {
        await dataset.abort();
        return interrupt.exitCode;
      }
      const written = await dataset.close();
      const more = test > 0 ? `, ${formatCount(test)} more to test by` : '';
      const unlabelled =
        format === 'idx' && classes === 0
          ? `${run.name} was not told the digits' classes, so every label is 0.\n`
          : '';
      process.stdout.write(
        `${counted(count, 'digit')} of ${run.name}${more}, epoch ${published.epoch}, seed ${seed}: ${written.join(', ')}\n${unlabelled}`,
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

function defaultOut(run: string, epoch: number, format: (typeof datasetFormats)[number]): string {
  const name = `${run}-epoch-${epoch}`;
  return { grid: `${name}.png`, npy: `${name}.npy`, png: name, idx: name }[format];
}

/** A live count where it can be seen; silence elsewhere. */
function progress(done: number, count: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done < count ? `\r${formatCount(done)} of ${formatCount(count)}` : '\r\u001b[2K');
}
