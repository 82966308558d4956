import { totalmem } from 'node:os';
import process from 'node:process';
import { parseFlags } from '../cli/flags.ts';
import type { Command } from '../cli/run-command.ts';
import { loadDigits } from '../data/digits.ts';
import { chooseEngine, type NamedEngine } from '../engines/choose.ts';
import type { EngineInfo } from '../engines/engine.ts';
import { findNvidia } from '../engines/tensorflow/nvidia.ts';
import { type Trial, tryEngine } from '../engines/trial.ts';
import { exitCodes, firstLine } from '../errors.ts';
import { versions } from '../run-details.ts';
import { tryExport, tryGrid, tryScore } from './doctor-trials.ts';
import { table } from './shared.ts';

/** A fact about this machine, and whether it stands in the way. */
type Finding = readonly [what: string, verdict: 'ok' | 'missing', words: string];

/** What every training needs; a GPU and its engines are extras. */
const needed = new Set(['digits', 'engine cpu', 'export', 'grid', 'score']);

export const doctor: Command = {
  summary: 'check what is installed, by trying it, and which engines work here',
  async run(argv) {
    parseFlags({}, argv);
    const found = [
      ['node', 'ok', `${process.version}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`] as const,
      await findData(),
      await findGpu(),
      ...(await findEngines()),
      await tried('export', () => tryExport()),
      await tried('grid', async () => tryGrid((await loadDigits()).test)),
      await tried('score', async () => tryScore((await loadDigits()).test)),
    ];
    const packages = Object.entries(await versions()).map(([name, version]) => `${name} ${version}`);
    process.stdout.write(table([...found, ['versions', 'ok', packages.join(', ')]]));
    return exitCodeOf(found);
  },
};

/** Failed where something is missing that every training needs. */
export function exitCodeOf(found: readonly Finding[]): number {
  const fails = found.some(([what, verdict]) => needed.has(what) && verdict === 'missing');
  return fails ? exitCodes.failed : exitCodes.done;
}

/** @param trial says what it did, or throws why it could not */
async function tried(what: string, trial: () => Promise<string>): Promise<Finding> {
  try {
    return [what, 'ok', await trial()];
  } catch (error) {
    return [what, 'missing', firstLine(error)];
  }
}

const findData = () =>
  tried('digits', async () => {
    const { train, test } = await loadDigits();
    return `${train.count} to train on and ${test.count} to test on, checksums right`;
  });

/** What to do about an engine that does not work here. */
const advice: Readonly<Partial<Record<NamedEngine, string>>> = {
  webgpu: 'it takes a GPU with a Vulkan, Metal or D3D12 driver',
};

/** Plays a trial step on every engine, and takes from that what `auto` will. */
async function findEngines(): Promise<Finding[]> {
  const trials = new Map<string, Promise<Trial>>();
  const tryOnce = (info: EngineInfo) => {
    const key = `${info.used} ${info.provider}`;
    const trial = trials.get(key) ?? tryEngine(info);
    trials.set(key, trial);
    return trial;
  };
  const found: Finding[] = [];
  for (const name of ['cpu', 'webgpu', 'cuda', 'tensorflow'] as const) {
    try {
      const info = await chooseEngine({ engine: name, threads: 0 });
      const { stepMs } = await tryOnce(info);
      found.push([`engine ${name}`, 'ok', `${info.device}: a trial step in ${stepMs.toFixed(1)} ms`]);
    } catch (error) {
      const words = [firstLine(error), advice[name] ?? []].flat().join('; ');
      found.push([`engine ${name}`, 'missing', words]);
    }
  }
  let words = '';
  const say = (sentence: string) => {
    words = sentence.replace(/^engine /, '');
  };
  await chooseEngine({ engine: 'auto', threads: 0 }, { say, trial: tryOnce, afresh: true });
  return [...found, ['engine auto', 'ok', words]];
}

async function findGpu(): Promise<Finding> {
  const gpu = await findNvidia();
  return gpu
    ? ['nvidia gpu', 'ok', `${gpu.name}, driver ${gpu.driver}`]
    : ['nvidia gpu', 'missing', 'no NVIDIA driver answers (nvidia-smi)'];
}
