import { join } from 'node:path';
import process from 'node:process';
import { holderOf } from '../artifacts/lock.ts';
import { listRuns } from '../artifacts/reader.ts';
import type { History, Run } from '../artifacts/schema.ts';
import { parseFlags } from '../cli/flags.ts';
import { formatDuration } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { exitCodes, oneLine } from '../errors.ts';
import { artifactsFlag, checkArtifacts, table } from './shared.ts';

export const runs: Command = {
  summary: 'list the runs in artifacts/',
  async run(argv) {
    const { artifacts } = parseFlags({ artifacts: artifactsFlag }, argv);
    await checkArtifacts(artifacts);
    const listed = await listRuns(artifacts);
    if (listed.length === 0) {
      process.stdout.write(`There are no runs in ${artifacts}; train one with npm run train.\n`);
      return exitCodes.done;
    }
    const whole = listed.flatMap(({ run, history }) => (run ? [{ run, history }] : []));
    const rows = await Promise.all(whole.map((found) => describeRun(artifacts, found)));
    if (rows.length > 0)
      process.stdout.write(
        table([['run', 'recipe', 'status', 'progress', 'time', 'started (UTC)'], ...rows]),
      );
    for (const { name, fault } of listed)
      if (fault) process.stdout.write(`${oneLine(name)}: broken: ${fault}\n`);
    return exitCodes.done;
  },
};

async function describeRun(
  artifacts: string,
  { run, history }: { readonly run: Run; readonly history: History },
): Promise<string[]> {
  // The record of a run that was killed goes on saying that it runs.
  const killed = run.status === 'running' && !(await holderOf(join(artifacts, run.name)));
  return [
    run.name,
    run.recipe,
    killed ? 'cut off' : run.status,
    `epoch ${history.epochs.at(-1)?.epoch ?? 0}/${run.config.epochs}`,
    formatDuration(run.seconds),
    run.startedAt.slice(0, 16).replace('T', ' '),
  ];
}
