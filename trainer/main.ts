import process from 'node:process';
import { runMain } from './cli/run-command.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate.ts';
import { generate } from './commands/generate.ts';
import { runs } from './commands/runs.ts';
import { summary } from './commands/summary.ts';
import { train } from './commands/train.ts';
import { verify } from './commands/verify.ts';

process.exitCode = await runMain(
  { train, generate, evaluate, summary, runs, verify, doctor },
  process.argv.slice(2),
);
