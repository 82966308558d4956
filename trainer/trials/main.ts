import process from 'node:process';
import { number, parseFlags, path } from '../cli/flags.ts';
import { formatDuration } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { runMain } from '../cli/run-command.ts';
import { recipeNamed } from '../commands/shared.ts';
import type { Config } from '../config.ts';
import { type DigitData, type DigitSet, holdOut, loadDigits, sampleDigits } from '../data/digits.ts';
import { writeWhole } from '../disk/files.ts';
import { chooseEngine } from '../engines/choose.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { finalSamples } from '../metrics/names.ts';
import { createFeatureScorer, type FeatureScored, type FeatureScorer } from '../metrics/scorer.ts';
import { type Recipe, resolveConfig } from '../recipes/recipe.ts';
import { marksOf, type Pace, type Plan, readPlan } from './plan.ts';
import { describeTrials } from './report.ts';
import { type Results, type Row, readResults, type VariantConfig } from './results.ts';
import { measurePace, runTrial } from './trial.ts';

const flags = {
  plan: path({ description: 'the plan to carry out, a JSON file', placeholder: 'FILE' }),
  threads: number({
    description: 'CPU threads; 0 takes one per physical core',
    integer: true,
    min: 0,
    default: 0,
  }),
};
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** What a plan `x.json` has found is kept in `x.results.json` and told in `x.md`. */
const beside = (plan: string, ending: string) => plan.replace(/\.json$/, ending);

async function trials(argv: string[]): Promise<number> {
  const { plan: file, threads } = parseFlags(flags, argv, { bareWord: 'plan' });
  if (!file?.endsWith('.json'))
    throw new InputError('Say which plan to carry out: --plan FILE, a JSON file.');
  const plan = await readPlan(file);
  const planned = trialsOf(plan);
  const info = await chooseEngine({ engine: 'cpu', threads });
  const { device } = info;
  const configs = Object.fromEntries(
    planned.map(({ variant, config }) => [variant, variantConfigOf(config)]),
  );
  const resultsFile = beside(file, '.results.json');
  const before = await readResults(resultsFile, plan, { device, configs });
  const { digits, real, others } = splitDigits(plan, await loadDigits());
  const engine = startEngine(info);
  const interrupt = onInterrupt({ say });
  try {
    const scorer = await createFeatureScorer({ engine, real: real.images });
    const results: Results = before ?? {
      ...{ seconds: plan.seconds, tflop: plan.tflop, against: plan.against, device },
      floor: await scorer.fcd(others.images),
      variants: {},
      rows: [],
      faults: [],
    };
    const keep = async () => {
      await writeWhole(resultsFile, `${JSON.stringify(results, null, 1)}\n`);
      await writeWhole(beside(file, '.md'), describeTrials(plan, results));
    };
    // All before the first trial, one after the other, so that the same company is kept by all.
    for (const { variant, recipe, config } of planned) {
      if (results.variants[variant] || interrupt.stopping) continue;
      const pace = await measurePace(engine, { recipe, config, digits });
      results.variants[variant] = { config: variantConfigOf(config), pace };
      say(`${variant}: ${pace.ms.toFixed(1)} ms a step`);
    }
    await keep();
    for (const trial of planned) {
      if (interrupt.stopping) return interrupt.exitCode;
      const { variant, seed } = trial;
      const ofTrial = (other: { readonly variant: string; readonly seed: number }) =>
        other.variant === variant && other.seed === seed;
      if (results.rows.some(ofTrial) || results.faults.some(ofTrial)) continue;
      const { pace } = results.variants[variant]!;
      const start = performance.now();
      const { rows, fault } = await carryOut(trial, { plan, engine, digits, scorer, interrupt, pace });
      if (interrupt.stopping) return interrupt.exitCode;
      results.rows.push(...rows);
      if (fault !== undefined) results.faults.push({ variant, seed, fault });
      say(
        `${variant}, seed ${seed}: ${fault ?? 'done'}, in ${formatDuration((performance.now() - start) / 1000)}`,
      );
      await keep();
    }
    return exitCodes.done;
  } finally {
    interrupt.dispose();
    await engine.dispose();
  }
}

/**
 * What a plan trains on, the real digits that samples are held against, and as many others of those trained on. Held-out
 * digits are as many as test digits, so that the scores have one scale.
 */
function splitDigits({ against }: Plan, { train, test }: DigitData) {
  const { seen, heldOut } = holdOut(train, finalSamples);
  const others = sampleDigits(seen, finalSamples);
  return against === 'test' ? { digits: train, real: test, others } : { digits: seen, real: heldOut, others };
}

interface Trial {
  readonly variant: string;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly config: Config;
}

/** Every variant with the first seed, then every one with the next. */
function trialsOf({ seeds, variants }: Plan): Trial[] {
  return seeds.flatMap((seed) =>
    Object.entries(variants).map(([variant, { recipe: name, changes }]) => {
      const recipe = recipeNamed(name);
      return { variant, recipe, seed, config: resolveConfig(recipe, { ...changes, seed }).config };
    }),
  );
}

const variantConfigOf = ({ seed: _, ...rest }: Config): VariantConfig => rest;

/** Trains and scores one variant with one seed. @returns what was found on the way, and why it did not come to its end */
async function carryOut(
  { variant, recipe, seed, config }: Trial,
  options: {
    readonly plan: Plan;
    readonly engine: Engine;
    readonly digits: DigitSet;
    readonly scorer: FeatureScorer;
    readonly interrupt: { readonly stopping: boolean };
    readonly pace: Pace;
  },
): Promise<{ readonly rows: readonly Row[]; readonly fault: string | undefined }> {
  const { plan, scorer, pace, ...rest } = options;
  const marks = marksOf(plan, pace);
  const rows: Row[] = [];
  const fault = await runTrial({
    ...{ recipe, config, marks, samples: finalSamples },
    ...rest,
    async onMark(step, raw, averaged) {
      const row: Row = {
        ...{ variant, seed, step, seconds: (step * pace.ms) / 1000, tflop: (step * pace.gflop) / 1000 },
        raw: await scorer.fcd(raw),
        averaged: averaged ? await scorer.fcd(averaged) : null,
        ...(step === marks.at(-1) && manifoldsOf(await scorer.score(averaged ?? raw))),
      };
      rows.push(row);
      const fcd = [row.raw, row.averaged].flatMap((value) => (value === null ? [] : [value.toFixed(3)]));
      say(`${variant}, seed ${seed}: FCD ${fcd.join(' / ')} after ${row.seconds.toFixed(0)} s of training`);
    },
  });
  return { rows, fault };
}

const manifoldsOf = ({ scores: { precision, recall } }: FeatureScored) => ({ precision, recall });

const summary = 'train variants of recipes for the same time and compare their scores';
process.exitCode = await runMain({ trials: { summary, run: trials } }, ['trials', ...process.argv.slice(2)]);
