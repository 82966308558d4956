// npm run setup:cuda: TensorFlow for the engine `cuda`, in a folder of its own, proven by a training step.
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { choice, flagSwitch, parseFlags, path, program, text } from '../../trainer/cli/flags.ts';
import { runMain } from '../../trainer/cli/run-command.ts';
import { writeWhole } from '../../trainer/disk/files.ts';
import { findNvidia } from '../../trainer/engines/machine.ts';
import { probeEngine } from '../../trainer/engines/probe.ts';
import {
  type SetupRecord,
  tensorflowCpu,
  tensorflowCuda,
  tensorflowFolder,
} from '../../trainer/engines/tensorflow.ts';
import { exitCodes, FailedError, firstLine } from '../../trainer/errors.ts';
import { buildAddon, fetchSources, tfjsNode, tryAddon } from './addon.ts';
import {
  archiveHost,
  archives,
  installArchive,
  installWheel,
  type Library,
  namedLibrary,
  wheelVersion,
} from './library.ts';
import { checkGpu, checkSystem, findCompiler, findNodeHeaders } from './machine.ts';

const flags = {
  libtensorflow: path({
    description: 'build against this TensorFlow: a wheel that is installed, or its C library unpacked',
    placeholder: 'DIR',
  }),
  from: choice({
    choices: ['wheel', 'archive', 'tfjs'],
    default: 'wheel',
    description: `where TensorFlow comes from: its wheel ${wheelVersion} with CUDA 12 and cuDNN (wheel), its C library ${archives.archive.version} (archive), or the ${archives.tfjs.version} that tfjs-node names, for CUDA 11 (tfjs)`,
  }),
  host: text({
    description: 'a mirror of the host of the archives',
    placeholder: 'URL',
    default: archiveHost,
  }),
  python: program({
    description: 'a Python with pip, for the wheel',
    placeholder: 'PATH',
    default: 'python3',
  }),
  cpu: flagSwitch({ description: 'set up for the processor alone, as tests of the engine do' }),
};

const say = (line: string) => process.stderr.write(`${line}\n`);
const root = process.cwd();

async function setUp(argv: string[]): Promise<number> {
  const given = parseFlags(flags, argv);
  checkSystem();
  const gpu = given.cpu ? undefined : checkGpu(await findNvidia());
  if (gpu) say(`${gpu.name}, driver ${gpu.driver}`);
  const compiler = await findCompiler(root);
  const nodeHeaders = findNodeHeaders();
  const library = await findTensorFlow(given);
  const sources = await fetchSources(tensorflowFolder);
  const addon = await buildAddon(tensorflowFolder, { sources, library, compiler, nodeHeaders, say });
  const tensorflow = await tryAddon(addon, { gpu: gpu !== undefined, root });
  await prove({
    schemaVersion: 1,
    addon,
    library: library.folder,
    tensorflow,
    tfjsNode,
    gpu: gpu?.name ?? null,
  });
  return exitCodes.done;
}

function findTensorFlow(given: {
  readonly libtensorflow: string | undefined;
  readonly from: 'wheel' | keyof typeof archives;
  readonly host: string;
  readonly python: string;
  readonly cpu: boolean;
}): Library | Promise<Library> {
  const { libtensorflow, from, host, python, cpu } = given;
  if (libtensorflow !== undefined) return namedLibrary(libtensorflow);
  if (from === 'wheel') return installWheel(tensorflowFolder, { gpu: !cpu, python, say });
  return installArchive(tensorflowFolder, from, { gpu: !cpu, host, say });
}

/**
 * Plays a training step on what was set up, and records it only then. Every float of the step is bound to the
 * device, so a step that runs ran there.
 */
async function prove(record: SetupRecord): Promise<void> {
  const candidate = join(tensorflowFolder, 'candidate.json');
  await writeWhole(candidate, JSON.stringify(record, null, 2));
  const kind = record.gpu === null ? tensorflowCpu : tensorflowCuda;
  const device = record.gpu === null ? '/device:CPU:0' : '/device:GPU:0';
  say(`playing a training step on ${device} …`);
  const env = { INKLING_TENSORFLOW: candidate };
  const info = { used: kind.used, provider: kind.provider, device, threads: 0 };
  try {
    const { stepMs } = await probeEngine(info, { env });
    await rename(candidate, join(tensorflowFolder, 'setup.json'));
    const words = `TensorFlow ${record.tensorflow} plays a training step on ${device}`;
    process.stdout.write(
      `${words}${record.gpu ? ` (${record.gpu})` : ''}: ${stepMs.toFixed(1)} ms. Use it with --engine ${kind.name}.\n`,
    );
  } catch (error) {
    await rm(candidate, { force: true });
    throw new FailedError(
      `TensorFlow ${record.tensorflow} loads, but a training step on ${device} fails: ${firstLine(error)}`,
    );
  }
}

const summary = 'set up TensorFlow with CUDA for the engine cuda, which a plain install leaves out';
process.exitCode = await runMain({ 'setup:cuda': { summary, run: setUp } }, [
  'setup:cuda',
  ...process.argv.slice(2),
]);
