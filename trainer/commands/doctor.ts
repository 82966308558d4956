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
      await findGpu(),
      ...(await findEngines()),
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
