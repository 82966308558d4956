import process from 'node:process';
import { type ListedRun, listRuns } from '../artifacts/reader.ts';
import { parseFlags } from '../cli/flags.ts';
import { formatDuration } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { exitCodes, oneLine } from '../errors.ts';
import { isScored } from '../session/scores.ts';
import { artifactsFlag, checkArtifacts, evaluateCommand, resumeCommand, table } from './shared.ts';

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
    const rows = listed.flatMap((found) => (found.run ? [describeRun(found)] : []));
    if (rows.length > 0)
      process.stdout.write(
        table([['run', 'recipe', 'status', 'progress', 'time', 'started (UTC)'], ...rows]),
      );
    for (const { name, fault } of listed)
      if (fault) process.stdout.write(`${oneLine(name)}: broken: ${fault}\n`);
    for (const hint of hints(listed, artifacts)) process.stdout.write(`${hint}\n`);
    return exitCodes.done;
  },
};

/** How to end what was cut off, by the first run of each kind. */
function hints(listed: readonly ListedRun[], artifacts: string): string[] {
  const cutOff = listed.find(({ status }) => status === 'cut off');
  const unscored = listed.find(
    ({ run, status }) => status === 'finished' && run.metrics === null && isScored(run.config, run.data),
  );
  return [
    cutOff && `${cutOff.name} goes on by: ${resumeCommand(cutOff.name, { artifacts })}`,
    unscored && `${unscored.name} is not scored; to score it: ${evaluateCommand(unscored.name, artifacts)}`,
  ].flatMap((hint) => hint ?? []);
}

function describeRun({ run, history, status }: Extract<ListedRun, { run: object }>): string[] {
  return [
    run.name,
    run.recipe,
    status,
    `epoch ${history.epochs.at(-1)?.epoch ?? 0}/${run.config.epochs}`,
    formatDuration(run.seconds),
    run.startedAt.slice(0, 16).replace('T', ' '),
  ];
}
