import process from 'node:process';
import { listRuns } from '../artifacts/reader.ts';
import { parseFlags } from '../cli/flags.ts';
import { formatDuration } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { exitCodes } from '../errors.ts';
import { artifactsFlag, table } from './shared.ts';

export const runs: Command = {
  summary: 'list the runs in artifacts/',
  async run(argv) {
    const { artifacts } = parseFlags({ artifacts: artifactsFlag }, argv);
    const listed = await listRuns(artifacts);
    if (listed.length === 0) {
      process.stdout.write(`There are no runs in ${artifacts}; train one with npm run train.\n`);
      return exitCodes.done;
    }
    const rows = listed.flatMap(({ run }) =>
      run
        ? [
            [
              run.name,
              run.recipe,
              run.status,
              `epoch ${run.epochs.at(-1)?.epoch ?? 0}/${run.config.epochs}`,
              formatDuration(run.seconds),
              run.startedAt.slice(0, 16).replace('T', ' '),
            ],
          ]
        : [],
    );
    process.stdout.write(table([['run', 'recipe', 'status', 'progress', 'time', 'started (UTC)'], ...rows]));
    for (const { name, fault } of listed) if (fault) process.stdout.write(`${name}: broken: ${fault}\n`);
    return exitCodes.done;
  },
};
