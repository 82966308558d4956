import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { choice, flagSwitch, number, parseFlags, program } from '../cli/flags.ts';
import { runMain } from '../cli/run-command.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import type { EngineInfo } from '../engines/program.ts';
import { inWords, kindOf, quickNames } from '../engines/registry.ts';
import { exitCodes } from '../errors.ts';
import { compiledStep, peakGflop, peakProduct } from './ours.ts';
import { type Peer, startPeer } from './peer.ts';
import { type Report, report, type StepReport } from './report.ts';
import { type TimedRecipe, timedRecipes } from './timed-game.ts';
import { interleave, type Subject } from './timing.ts';

const flags = {
  engine: choice({
    choices: ['auto', ...quickNames],
    description: 'where the compiled step runs; on a GPU, PyTorch is timed there too',
    default: 'cpu',
  }),
  batch: number({ description: "real digits per step; by default each recipe's", integer: true, min: 2 }),
  rounds: number({ description: 'rounds that are timed', integer: true, min: 1, default: 15 }),
  threads: number({
    description: 'threads of every subject; 0 takes one per physical core',
    integer: true,
    min: 0,
    default: 0,
  }),
  python: program({
    description: 'a Python with torch, for the comparison with PyTorch',
    placeholder: 'PATH',
    default: 'python3',
  }),
  json: flagSwitch({ description: 'end with one JSON object on standard output' }),
};

const peerFile = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
const say = (line: string) => process.stderr.write(`${line}\n`);

async function bench(argv: string[]): Promise<number> {
  const given = parseFlags(flags, argv);
  const info = await chooseEngine(given, { say });
  say(`${inWords(info)}; ${given.rounds} rounds, everything in turns`);
  const steps: Record<string, StepReport> = {};
  for (const recipe of timedRecipes) steps[recipe] = await timeRecipe(recipe, info, given);
  say('resident size over the epochs of the default recipe …');
  const { device, threads } = info;
  const engine = kindOf(info).title;
  const result: Report = { engine, device, threads, steps, residentMb: await residentSizes(given) };
  process.stdout.write(given.json ? `${JSON.stringify(report.json(result))}\n` : report.words(result));
  return exitCodes.done;
}

/** Measured in a process that does nothing but train. */
async function residentSizes({
  engine,
  threads,
}: {
  readonly engine: string;
  readonly threads: number;
}): Promise<Report['residentMb']> {
  const script = fileURLToPath(new URL('./memory.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, engine, String(threads)]);
  return z.object({ first: z.number(), last: z.number() }).parse(JSON.parse(stdout));
}

async function timeRecipe(
  recipe: TimedRecipe,
  info: EngineInfo,
  {
    rounds,
    python,
    batch,
  }: { readonly rounds: number; readonly python: string; readonly batch: number | undefined },
): Promise<StepReport> {
  const engine = startEngine(info);
  const threads = String(info.threads);
  const ours = await compiledStep(engine, recipe, batch);
  const onGpu = info.provider !== 'cpu';
  const peak = await peakProduct(engine);
  const torches = await startTorches(recipe, python, {
    ways: onGpu ? torchOnGpu : torchOnCpu,
    place: [...(onGpu ? ['--device', 'cuda'] : ['--threads', threads]), '--batch', String(ours.batch)],
  });
  try {
    say(`${recipe}: ${['the compiled step, the peak', ...torches.map(({ name }) => name)].join(', ')} …`);
    const timings = await interleave([ours, peak, ...torches], { rounds });
    return {
      gflop: ours.gflop,
      batch: ours.batch,
      compiled: timings.get('compiled')!,
      peakGflops: peakGflop / (timings.get('peak')!.medianMs / 1000),
      torch: torches.map(({ name, hello }) => ({
        name,
        timing: timings.get(name)!,
        version: String(hello.torch),
      })),
      // At other batches its turn would take too long.
      wasm: onGpu || batch !== undefined ? undefined : await timeWasm(recipe, ours, threads),
    };
  } finally {
    await Promise.all(torches.map((peer) => peer.end()));
    await engine.dispose();
  }
}

/** tfjs on wasm: hundreds of times slower than a round of the others, so a few times of its own, beside ours. */
async function timeWasm(recipe: TimedRecipe, ours: Subject, threads: string): Promise<StepReport['wasm']> {
  say(`${recipe}: tfjs on wasm …`);
  const wasm = await startPeer('tfjs-wasm', process.execPath, [peerFile('tfjs-wasm.ts'), recipe, threads], {
    perRound: 1,
  });
  try {
    const slow = await interleave([ours, wasm], { rounds: 3 });
    const timing = slow.get('tfjs-wasm')!;
    return { timing, vsOurs: timing.medianMs / slow.get(ours.name)!.medianMs };
  } finally {
    await wasm.end();
  }
}

/** The set-up that was quickest for each net on a processor. */
const torchSetUp: Readonly<Record<TimedRecipe, readonly string[]>> = {
  'dcgan-64': ['--channels-last'],
  mlp: [],
};
/** Freed memory is kept rather than mapped anew each step: a sixth of PyTorch's time for dcgan-64. */
const torchEnvironment = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '4294967296' };

/** Ways to run PyTorch's step, by their names in the report. */
type TorchWays = Readonly<Record<string, readonly string[]>>;
/** Compiling it gains a few percent on a processor, and needs a C++ compiler. */
const torchOnCpu: TorchWays = { PyTorch: [] };
const torchOnGpu: TorchWays = {
  'PyTorch, eager': [],
  'PyTorch, torch.compile': ['--compile'],
  'PyTorch, CUDA graph': ['--cuda-graphs'],
};

/** PyTorch beside ours, in those of the ways that work here; our product never needs it. */
async function startTorches(
  recipe: TimedRecipe,
  python: string,
  { ways, place }: { readonly ways: TorchWays; readonly place: readonly string[] },
): Promise<Peer[]> {
  const started: Peer[] = [];
  for (const [name, flags] of Object.entries(ways)) {
    const args = [peerFile('torch_gan.py'), '--recipe', recipe, ...place, ...torchSetUp[recipe], ...flags];
    try {
      started.push(await startPeer(name, python, args, { perRound: 3, env: torchEnvironment }));
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
      say(`without ${name} (${reason}): pip install torch, and --python PATH where it is not python3`);
    }
  }
  return started;
}

const summary = 'time the compiled step beside the peak of this machine, PyTorch and tfjs on wasm';
process.exitCode = await runMain({ bench: { summary, run: bench } }, ['bench', ...process.argv.slice(2)]);
