// npm test: all that is checked, from the cheapest to the dearest, up to the first stage that fails.
import { mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { counted, formatDuration } from '../trainer/cli/format.ts';
import { runSteps, type Step } from './launcher/child.mjs';
import { keptFlag, Problem, rememberWhere, say } from './launcher/command-line.mjs';
import { checkSteps } from './launcher/commands.mjs';

/** How the tests of a stage ended. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: Totals = { passed: 0, failed: 0, skipped: 0 };

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** 12 passed, 0 failed; skipped tests are named where there are any. */
export function closingLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

const vitestSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});

/** @param report of vitest's json reporter */
export function vitestTotals(report: unknown): Totals {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = vitestSchema.parse(report);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

const playwrightSchema = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** @param report of Playwright's json reporter; a flaky test failed first and passed when repeated */
export function playwrightTotals(report: unknown): Totals {
  const { expected, unexpected, flaky, skipped } = playwrightSchema.parse(report).stats;
  return { passed: expected + flaky, failed: unexpected, skipped };
}

interface Stage {
  readonly heading: string;
  /** @param filters what the runner is to run; all when there are none */
  steps(filters: readonly string[]): Step[];
  /** How the runner's own report, a JSON file, is counted; a stage without one has no tests, only a verdict. */
  readonly report?: { readonly path: string; count(report: unknown): Totals };
}

const root = dirname(import.meta.dirname);
const reports = 'test-results';
const vitestReport = join(reports, 'vitest.json');
const playwrightReport = join(reports, 'playwright.json');

const stages = {
  check: {
    heading: 'check: formatting, lint, types',
    steps: () => checkSteps(),
  },
  unit: {
    heading: 'unit: vitest',
    steps: (filters) => [
      {
        script: 'node_modules/vitest/vitest.mjs',
        args: [
          'run',
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${vitestReport}`,
          ...filters,
        ],
      },
    ],
    report: { path: vitestReport, count: vitestTotals },
  },
  e2e: {
    heading: 'e2e: tiny runs on real digits, the built site, a browser',
    steps: (filters) => [
      { script: 'e2e/prepare.ts' },
      {
        script: 'node_modules/@playwright/test/cli.js',
        args: ['test', '--config=e2e/playwright.config.ts', '--reporter=list,json', ...filters],
        env: { PLAYWRIGHT_JSON_OUTPUT_FILE: join(root, playwrightReport) },
      },
    ],
    report: { path: playwrightReport, count: playwrightTotals },
  },
} as const satisfies Record<string, Stage>;

type StageName = keyof typeof stages;
const stageNames = Object.keys(stages) as StageName[];

const help = `Usage: npm test -- [flags] [files]

Runs every stage, or the ones named; files are for a single stage.

${stageNames.map((name) => `  --${name.padEnd(6)} ${stages[name].heading.replace(/^\w+: /, '')}`).join('\n')}
`;

/** @throws Problem for flags that make no sense, and for those that npm kept */
export function chooseStages(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { chosen: StageName[]; filters: string[] } {
  const kept = keptFlag(stageNames, env);
  if (kept !== undefined) throw new Problem(kept, 2);
  const chosen = stageNames.filter((name) => argv.includes(`--${name}`));
  const filters = argv.filter((word) => !stageNames.some((name) => word === `--${name}`));
  if (filters.length > 0 && (chosen.length !== 1 || chosen[0] === 'check')) {
    throw new Problem(
      `${filters.join(' ')}: say for which stage, --unit or --e2e, as in \`npm test -- --unit FILE\`.`,
      2,
    );
  }
  return { chosen: chosen.length > 0 ? chosen : stageNames, filters };
}

async function runStage(
  { heading, steps, report }: Stage,
  filters: readonly string[],
): Promise<[number, Totals]> {
  console.log(`\n── ${heading}\n`);
  if (report) rmSync(join(root, report.path), { force: true });
  const start = performance.now();
  const code = await runSteps(steps(filters), { root, node: process.execPath });
  const totals = report ? readTotals(report) : noTests;
  const tests = report ? `, ${counted(totals.passed, 'test')} passed` : '';
  const verdict = code === 0 ? 'passed' : `failed with exit code ${code}`;
  console.log(
    `\n── ${heading.replace(/:.*/, '')} ${verdict} in ${formatDuration((performance.now() - start) / 1000)}${tests}`,
  );
  // A stage can fail where no test did: a type error, a file that does not load, a runner that ran nothing.
  const ranNothing = report !== undefined && totals.passed + totals.failed === 0;
  if (code === 0 && ranNothing) console.log('No test was run, or the report of them is missing.');
  const failedCode = code === 0 && ranNothing ? 1 : code;
  return [failedCode, failedCode !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals];
}

function readTotals({ path, count }: NonNullable<Stage['report']>): Totals {
  try {
    return count(JSON.parse(readFileSync(join(root, path), 'utf8')));
  } catch {
    return noTests;
  }
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help')) {
    console.log(help);
    return 0;
  }
  const { chosen, filters } = chooseStages(argv, process.env);
  // The stages give commands themselves, from the root.
  rememberWhere(root);
  mkdirSync(join(root, reports), { recursive: true });
  let sum = noTests;
  let failure = 0;
  for (const name of chosen) {
    const [code, totals] = await runStage(stages[name], filters);
    sum = addTotals(sum, totals);
    failure = code;
    if (failure !== 0) break;
  }
  console.log(`\n${closingLine(sum)}`);
  return failure;
}

// Node 22 has no `import.meta.main`.
if (realpathSync(process.argv[1] ?? '') === import.meta.filename) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}
