import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { writeWhole } from '../artifacts/atomic.ts';
import { number, text } from '../cli/flag.ts';
import { parseFlags } from '../cli/flags.ts';
import { formatDuration } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { runMain } from '../cli/run-command.ts';
import { recipeNamed } from '../commands/shared.ts';
import type { Config } from '../config.ts';
import { type DigitData, type DigitSet, loadDigits } from '../data/digits.ts';
import { holdOut, sampleDigits } from '../data/hold-out.ts';
import { chooseEngine } from '../engines/choose.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { finalSamples } from '../metrics/names.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { settle } from '../settings.ts';
import { createJudge, type Judge } from './judge.ts';
import { measurePace } from './pace.ts';
import { marksOf, type Pace, type Plan, planSchema, type Results, type Row, resultsSchema } from './plan.ts';
import { describeTrials } from './report.ts';
import { runTrial } from './trial.ts';

const flags = {
  plan: text({ description: 'the plan to carry out, a JSON file', placeholder: 'FILE' }),
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
  const given = parseFlags(flags, argv, { bareWord: 'plan' });
  if (!given.plan?.endsWith('.json'))
    throw new InputError('Say which plan to carry out: --plan FILE, a JSON file.');
  const plan = await readPlan(given.plan);
  const { digits, real, others } = splitDigits(plan, await loadDigits());
  const engine = startEngine(await chooseEngine({ engine: 'cpu', threads: given.threads }));
  const interrupt = onInterrupt({ say });
  try {
    const judge = await createJudge(engine, real.images);
    const results = (await readResults(beside(given.plan, '.results.json'))) ?? {
      device: engine.info.device,
      floor: await judge.fcd(others.images),
      pace: {},
      rows: [],
    };
    const keep = async () => {
      await writeWhole(beside(given.plan!, '.results.json'), `${JSON.stringify(results, null, 1)}\n`);
      await writeWhole(beside(given.plan!, '.md'), describeTrials(plan, results));
    };
    // All before the first trial, one after the other, so that the same company is kept by all.
    for (const { variant, recipe, config } of trialsOf(plan)) {
      if (results.pace[variant] || interrupt.stopping) continue;
      results.pace[variant] = await measurePace(engine, { recipe, config, digits });
      say(`${variant}: ${results.pace[variant].ms.toFixed(1)} ms a step`);
    }
    await keep();
    for (const trial of trialsOf(plan)) {
      if (interrupt.stopping) return exitCodes.interrupted;
      const { variant, seed } = trial;
      const isDone = results.rows.some((row) => row.variant === variant && row.seed === seed);
      if (isDone) continue;
      const pace = results.pace[variant]!;
      const start = performance.now();
      results.rows.push(...(await carryOut(trial, { plan, engine, digits, judge, interrupt, pace })));
      say(`${variant}, seed ${seed}: took ${formatDuration((performance.now() - start) / 1000)}`);
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
      return { variant, recipe, seed, config: settle(recipe, { ...changes, seed }).config };
    }),
  );
}

/** Trains and scores one variant with one seed. @returns nothing where it was stopped or could not go on */
async function carryOut(
  { variant, recipe, seed, config }: Trial,
  options: {
    readonly plan: Plan;
    readonly engine: Engine;
    readonly digits: DigitSet;
    readonly judge: Judge;
    readonly interrupt: { readonly stopping: boolean };
    readonly pace: Pace;
  },
): Promise<Row[]> {
  const { plan, judge, pace, ...rest } = options;
  const marks = marksOf(plan, pace);
  const rows: Row[] = [];
  const fault = await runTrial({
    ...{ recipe, config, marks, samples: finalSamples },
    ...rest,
    async onMark(step, raw, averaged) {
      const row: Row = {
        ...{ variant, seed, step, seconds: (step * pace.ms) / 1000, tflop: (step * pace.gflop) / 1000 },
        raw: await judge.fcd(raw),
        averaged: averaged ? await judge.fcd(averaged) : null,
        ...(step === marks.at(-1) && (await judge.manifolds(averaged ?? raw))),
      };
      rows.push(row);
      const fcd = [row.raw, row.averaged ?? Number.NaN].map((value) => value.toFixed(3)).join(' / ');
      say(`${variant}, seed ${seed}: FCD ${fcd} after ${row.seconds.toFixed(0)} s of training`);
    },
  });
  if (!fault) return rows;
  say(`${variant}, seed ${seed}: ${fault}`);
  return [];
}

async function readPlan(path: string): Promise<Plan> {
  const content = await readFile(path, 'utf8').catch(() => {
    throw new InputError(`Cannot read the plan ${path}; check that it exists.`);
  });
  return planSchema.parse(JSON.parse(content));
}

async function readResults(path: string): Promise<Results | undefined> {
  const content = await readFile(path, 'utf8').catch(() => undefined);
  return content === undefined ? undefined : resultsSchema.parse(JSON.parse(content));
}

const summary = 'train variants of recipes for the same time and compare their scores';
process.exitCode = await runMain({ trials: { summary, run: trials } }, ['trials', ...process.argv.slice(2)]);
