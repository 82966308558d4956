import { join } from 'node:path';
import process from 'node:process';
import { holderOf } from '../artifacts/lock.ts';
import { findFolder, runFolders } from '../artifacts/reader.ts';
import { flagSwitch, parseFlags, text } from '../cli/flags.ts';
import { counted } from '../cli/format.ts';
import type { Command } from '../cli/run-command.ts';
import { exitCodes, oneLine } from '../errors.ts';
import { artifactsFlag, checkArtifacts } from './shared.ts';
import { type Verified, verifyRun } from './verification.ts';

const flags = {
  run: text({
    description: 'the run to verify, each of its generators too; by default all runs, and the last of each',
    placeholder: 'RUN',
  }),
  json: flagSwitch({ description: 'one JSON object a line and run' }),
  artifacts: artifactsFlag,
};

export const verify: Command = {
  summary: 'compare every file of the runs with their records: sums, pictures, generators, checkpoints',
  async run(argv) {
    const given = parseFlags(flags, argv, { bareWord: 'run' });
    const { artifacts } = given;
    await checkArtifacts(artifacts);
    const folders =
      given.run === undefined
        ? (await runFolders(artifacts)).map((name) => join(artifacts, name))
        : [await findFolder(artifacts, given.run)];
    if (folders.length === 0 && !given.json)
      process.stdout.write(`There are no runs in ${artifacts}; train one with npm run train.\n`);
    let broken = 0;
    for (const folder of folders) {
      const verified = await verifyQuiet(folder, given.run !== undefined);
      if (verified.faults.length > 0) broken++;
      process.stdout.write(given.json ? `${JSON.stringify(verified)}\n` : describe(verified));
    }
    return broken > 0 ? exitCodes.failed : exitCodes.done;
  },
};

/** A run that is trained meanwhile changes under the reader's eyes, so what is at fault then is looked at again. */
async function verifyQuiet(folder: string, every: boolean): Promise<Verified> {
  const onFile = (path: string) => progress(`${folder}/${path}`);
  const first = await verifyRun(folder, { every, onFile });
  const again = first.faults.length > 0 && (await holderOf(folder)) !== undefined;
  const verified = again ? await verifyRun(folder, { every, onFile }) : first;
  progress('');
  return verified;
}

function describe({ run, files, bytes, generators, checkpoint, unlisted, faults }: Verified): string {
  const about = [
    `${counted(files, 'file')}, ${(bytes / 1e6).toFixed(1)} MB`,
    generators.length > 0 ? `${counted(generators.length, 'generator')} drew a digit` : 'no generator drew',
    checkpoint ? `checkpoint of epoch ${checkpoint.epoch}, step ${checkpoint.step}` : 'no checkpoint',
  ];
  const [some, more] = [unlisted.slice(0, 5), unlisted.length - 5];
  const others = more > 0 ? ` and ${more} more` : '';
  const lines = [
    `${run}: ${faults.length > 0 ? counted(faults.length, 'fault') : 'whole'}: ${about.join('; ')}`,
    ...faults.map((fault) => `  ${fault}`),
    ...(some.length > 0 ? [`  not listed, and neither read nor published: ${some.join(', ')}${others}`] : []),
  ];
  return lines.map((line) => `${oneLine(line)}\n`).join('');
}

/** What is being read, where it can be seen; silence elsewhere, and at the end. */
function progress(path: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${oneLine(path)}`);
}
