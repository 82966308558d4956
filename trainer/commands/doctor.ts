import { totalmem } from 'node:os';
import process from 'node:process';
import { parseFlags } from '../cli/flags.ts';
import type { Command } from '../cli/run-command.ts';
import { loadDigits } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { tryEngine } from '../engines/trial.ts';
import { exitCodes, firstLine } from '../errors.ts';
import { versions } from '../run-details.ts';
import { table } from './shared.ts';

/** A fact about this machine, and whether it stands in the way. */
type Finding = readonly [what: string, verdict: 'ok' | 'missing', words: string];

export const doctor: Command = {
  summary: 'check what is installed and which engines work here',
  async run(argv) {
    parseFlags({}, argv);
    const found = [
      ['node', 'ok', `${process.version}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`] as const,
      await findData(),
      await findEngine('cpu'),
      await findEngine('webgpu'),
      ['engine cuda', 'missing', 'not part of this version'] as const,
    ];
    const packages = Object.entries(await versions()).map(([name, version]) => `${name} ${version}`);
    process.stdout.write(table([...found, ['versions', 'ok', packages.join(', ')]]));
    const needed = found.filter(([what]) => what === 'digits' || what === 'engine cpu');
    return needed.every(([, verdict]) => verdict === 'ok') ? exitCodes.done : exitCodes.failed;
  },
};

async function findData(): Promise<Finding> {
  try {
    const { train, test } = await loadDigits();
    return ['digits', 'ok', `${train.count} to train on and ${test.count} to test on, checksums right`];
  } catch (error) {
    return ['digits', 'missing', firstLine(error)];
  }
}

/** Runs a small product on the engine: what was not run is not said to work. */
async function findEngine(name: 'cpu' | 'webgpu'): Promise<Finding> {
  const info = await chooseEngine({ engine: name, threads: 0 });
  try {
    const gflops = await tryEngine(info);
    return [`engine ${name}`, 'ok', `${info.device}: a product of matrices at ${Math.round(gflops)} GFLOP/s`];
  } catch (error) {
    return [`engine ${name}`, 'missing', firstLine(error)];
  }
}
