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
import { pickDigits } from '../data/hold-out.ts';
import { chooseEngine } from '../engines/choose.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { exitCodes, InputError } from '../errors.ts';
import { finalSamples } from '../metrics/names.ts';
import { permutation } from '../random/permutation.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { settle } from '../settings.ts';
import { createJudge, type Judge } from './judge.ts';
import { measurePace } from './pace.ts';
import { marksOf, type Pace, type Plan, planSchema, type Results, type Row, resultsSchema } from './plan.ts';
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

/** `x.json` → `x.results.json`. */
const resultsPath = (plan: string) => plan.replace(/\.json$/, '.results.json');

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
    const results = (await readResults(resultsPath(given.plan))) ?? {
      device: engine.info.device,
      floor: await judge.fcd(others.images),
      pace: {},
      rows: [],
    };
    const keep = () => writeWhole(resultsPath(given.plan!), `${JSON.stringify(results, null, 1)}\n`);
    for (const trial of trialsOf(plan)) {
      if (interrupt.stopping) return exitCodes.interrupted;
      await carryOut(trial, { plan, engine, digits, judge, results, keep });
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
  const order = permutation(train.count, { seed: 0, epoch: 0 });
  const [first, rest] = [order.subarray(0, finalSamples), order.subarray(finalSamples)];
  const others = pickDigits(train, rest.subarray(0, finalSamples));
  if (against === 'test') return { digits: train, real: test, others };
  return { digits: pickDigits(train, rest), real: pickDigits(train, first), others };
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

async function carryOut(
  { variant, recipe, seed, config }: Trial,
  {
    plan,
    engine,
    digits,
    judge,
    results,
    keep,
  }: {
    readonly plan: Plan;
    readonly engine: Engine;
    readonly digits: DigitSet;
    readonly judge: Judge;
    readonly results: Results;
    keep(): Promise<void>;
  },
): Promise<void> {
  const isDone = results.rows.some((row) => row.variant === variant && row.seed === seed);
  if (isDone) return;
  const pace: Pace = results.pace[variant] ?? (await measurePace(engine, { recipe, config, digits }));
  results.pace[variant] = pace;
  const marks = marksOf(plan, pace);
  const rows: Row[] = [];
  const start = performance.now();
  const fault = await runTrial({
    ...{ engine, recipe, config, digits, marks, samples: finalSamples },
    async onMark(step, raw, averaged) {
      const last = step === marks.at(-1);
      const row: Row = {
        ...{ variant, seed, step, seconds: (step * pace.ms) / 1000, tflop: (step * pace.gflop) / 1000 },
        raw: await judge.fcd(raw),
        averaged: averaged ? await judge.fcd(averaged) : null,
        ...(last && (await judge.manifolds(averaged ?? raw))),
      };
      rows.push(row);
      say(
        `${variant} seed ${seed}: ${row.seconds.toFixed(0)} s, step ${step}: FCD ${row.raw.toFixed(3)} raw, ${row.averaged?.toFixed(3)} averaged ${row.precision ?? ''} ${row.recall ?? ''}`,
      );
    },
  });
  if (fault) say(`${variant} seed ${seed}: ${fault}`);
  say(`${variant} seed ${seed}: ${formatDuration((performance.now() - start) / 1000)}, ${pace.ms} ms a step`);
  results.rows.push(...rows);
  await keep();
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
