import process from 'node:process';
import { refuseInUse } from '../artifacts/lock.ts';
import { findRun } from '../artifacts/reader.ts';
import { scoreRun } from '../artifacts/writer.ts';
import { flagSwitch, number, parseFlags, text } from '../cli/flags.ts';
import { counted, formatCount, formatDuration } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { loadDigits } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { type Anchors, readAnchors } from '../metrics/anchors.ts';
import { finalSamples, metricNames, metrics } from '../metrics/names.ts';
import { publishedModel, rawWeights } from './draw.ts';
import { type Evaluated, evaluateGenerator, findingsOf } from './evaluation.ts';
import { artifactsFlag, checkArtifacts, table } from './shared.ts';

const flags = {
  run: text({ description: 'the run to score', placeholder: 'RUN' }),
  epoch: number({
    description: 'the epoch; by default the last with a generator',
    integer: true,
    min: 0,
  }),
  samples: number({
    description:
      'digits to draw, compared with as many test digits; scores of different numbers do not compare',
    integer: true,
    min: 100,
    max: finalSamples,
    default: finalSamples,
  }),
  raw: flagSwitch({
    description: "score the last epoch's weights as they are, where the published ones are averages",
  }),
  noTstr: flagSwitch({ description: 'leave out TSTR, which trains a classifier and takes the longest' }),
  threads: number({
    description: 'CPU threads; 0 takes one per physical core',
    integer: true,
    min: 0,
    max: 1024,
    default: 0,
  }),
  json: flagSwitch({ description: 'one JSON object instead of a table' }),
  artifacts: artifactsFlag,
};

export const evaluate: Command = {
  summary: 'score a run: how like real digits, how varied, and whether copied',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'run' });
    if (given.run === undefined)
      throw new InputError('Say which run to score: --run RUN; npm run runs lists them.');
    await checkArtifacts(given.artifacts);
    const found = await findRun(given.artifacts, given.run);
    const { directory, run } = found;
    const published = publishedModel(run, given.epoch);
    const weights = given.raw ? await rawWeights(found, published) : undefined;
    await refuseInUse(directory);
    const digits = await loadDigits();
    if (run.data.sha256 !== digits.sha256)
      throw new InputError(
        `${run.name} was trained on ${run.data.name}, and scores are by a classifier of MNIST's digits, against MNIST's; score a run of MNIST.`,
      );

    const { samples } = given;
    const start = performance.now();
    const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: given.threads }));
    try {
      const evaluated = await evaluateGenerator({
        ...{ engine, found, published, weights, digits, samples, onStage: progress },
        // Another number of samples is a quick look.
        tstr: !given.noTstr && samples === finalSamples,
      });
      progress('');
      const { picture, ...shown } = evaluated;
      const seconds = (performance.now() - start) / 1000;
      const result: Result = { run: run.name, raw: given.raw, seconds, ...shown };
      // The record holds the final scores, so only those of the last published generator at the full size go into it.
      const last = published.epoch === publishedModel(run, undefined).epoch;
      const final = samples === finalSamples && last && !given.raw;
      let unwritten: unknown;
      if (final)
        await scoreRun(given.artifacts, run.name, findingsOf(evaluated)).catch((error: unknown) => {
          unwritten = error;
        });
      const written = final && unwritten === undefined;
      const known = await readAnchors();
      const anchors = known.samples === samples ? known : undefined;
      process.stdout.write(
        given.json
          ? `${JSON.stringify({ ...result, anchors: anchors?.anchors, written })}\n`
          : describe(result, { anchors, written }),
      );
      // What took a minute to find is shown all the same.
      if (unwritten !== undefined) throw unwritten;
      return exitCodes.done;
    } finally {
      await engine.dispose();
    }
  },
};

/** Four decimals or fewer, more where they would all be zeros. */
function figure(value: number): string {
  const size = Math.abs(value);
  if (size < 0.01 && size > 0) return value.toPrecision(2);
  return value.toFixed(size < 10 ? 4 : 2);
}

const arrows = { lower: 'lower is better', higher: 'higher is better', real: 'as real digits' } as const;

interface Result extends Omit<Evaluated, 'picture'> {
  readonly run: string;
  /** Whether the weights as they are were scored, rather than the published ones. */
  readonly raw: boolean;
  readonly seconds: number;
}

function describe(
  { run, epoch, raw, samples, scores, histogram, seconds }: Result,
  { anchors, written }: { readonly anchors: Anchors | undefined; readonly written: boolean },
): string {
  const beside = anchors ? Object.values(anchors.anchors) : [];
  const columns = [run, ...beside.map(({ title }) => title)];
  const right = (text: string, column: number) => text.padStart(Math.max(10, columns[column]!.length));
  const rows = metricNames.map((name) => [
    metrics[name].title,
    ...[scores[name], ...beside.map((anchor) => anchor.scores[name])].map((value, i) =>
      right(value === undefined ? 'n/a' : figure(value), i),
    ),
    arrows[metrics[name].better],
  ]);
  const notes = [
    anchors
      ? undefined
      : `Scores of ${formatCount(samples)} samples have no anchors and compare with none of another number.`,
    written
      ? 'Written into run.json.'
      : `Not written into run.json, which holds the scores of the last published generator by ${formatCount(finalSamples)} samples.`,
  ];
  return [
    `${run}, epoch ${epoch}${raw ? ', raw weights' : ''}: ${counted(samples, 'digit')} against as many test digits, in ${formatDuration(seconds)}\n\n`,
    table([['', ...columns.map((title, i) => right(title, i)), ''], ...rows]),
    `\nDrawn of each digit, 0 to 9, as the classifier sees them: ${histogram.join(' ')}\n`,
    ...notes.flatMap((note) => (note ? [`${note}\n`] : [])),
  ].join('');
}

/** What is being done, where it can be seen; silence elsewhere, and at the end. */
function progress(stage: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${stage}`);
}
