import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { flagSwitch, number, text } from '../cli/flag.ts';
import { parseFlags } from '../cli/flags.ts';
import { runMain } from '../cli/run-command.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { exitCodes } from '../errors.ts';
import { compiledStep, peakGflop, peakProduct } from './ours.ts';
import { type Peer, startPeer } from './peer.ts';
import { type Report, report, type StepReport } from './report.ts';
import { type TimedRecipe, timedGan, timedRecipes } from './step-fixture.ts';
import { interleave } from './timing.ts';

const flags = {
  rounds: number({ description: 'rounds that are timed', integer: true, min: 1, default: 15 }),
  threads: number({
    description: 'threads of every subject; 0 takes one per physical core',
    integer: true,
    min: 0,
    default: 0,
  }),
  python: text({
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
  const info = await chooseEngine({ engine: 'cpu', threads: given.threads });
  say(`${info.used} on ${info.device}; ${given.rounds} rounds, everything in turns`);
  const steps: Record<string, StepReport> = {};
  for (const recipe of timedRecipes) steps[recipe] = await timeRecipe(recipe, info, given);
  say('resident size over the epochs of the default recipe …');
  const result: Report = { threads: info.threads, steps, residentMb: await residentSizes() };
  process.stdout.write(given.json ? `${JSON.stringify(report.json(result))}\n` : report.words(result));
  return exitCodes.done;
}

/** Measured in a process that does nothing but train. */
async function residentSizes(): Promise<Report['residentMb']> {
  const script = fileURLToPath(new URL('./memory.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return z.object({ first: z.number(), last: z.number() }).parse(JSON.parse(stdout));
}

async function timeRecipe(
  recipe: TimedRecipe,
  info: Awaited<ReturnType<typeof chooseEngine>>,
  { rounds, python }: { readonly rounds: number; readonly python: string },
): Promise<StepReport> {
  const engine = startEngine(info);
  const threads = String(info.threads);
  const ours = await compiledStep(engine, recipe);
  const peak = await peakProduct(engine);
  const torch = await startTorch(recipe, python, threads);
  const peers = torch ? [torch] : [];
  try {
    say(`${recipe}: the compiled step, the peak${torch ? ', PyTorch' : ''} …`);
    const timings = await interleave([ours, peak, ...(torch ? [torch] : [])], { rounds });
    // Hundreds of times slower than a round of the others: a few times of its own, beside ours.
    say(`${recipe}: tfjs on wasm …`);
    const wasm = await startPeer('tfjs-wasm', process.execPath, [peerFile('tfjs-wasm.ts'), recipe, threads], {
      perRound: 1,
    });
    peers.push(wasm);
    const slow = await interleave([{ ...ours, name: 'beside-wasm' }, wasm], { rounds: 3 });
    return {
      gflop: ours.gflop,
      batch: timedGan(recipe).config.batch,
      compiled: timings.get('compiled')!,
      peakGflops: peakGflop / (timings.get('peak')!.medianMs / 1000),
      torch: torch ? { timing: timings.get('torch')!, version: String(torch.hello.torch) } : undefined,
      wasm: slow.get('tfjs-wasm')!,
      vsTfjsWasm: slow.get('tfjs-wasm')!.medianMs / slow.get('beside-wasm')!.medianMs,
    };
  } finally {
    await Promise.all(peers.map((peer) => peer.end()));
    await engine.dispose();
  }
}

/** The set-up that was quickest for each net, short of compiling it, which gains a few percent and needs a compiler. */
const torchSetUp: Readonly<Record<TimedRecipe, readonly string[]>> = {
  'dcgan-64': ['--channels-last'],
  mlp: [],
};
/** Freed memory is kept rather than mapped anew each step: a sixth of PyTorch's time for dcgan-64. */
const torchEnvironment = { MALLOC_MMAP_THRESHOLD_: '4294967296', MALLOC_TRIM_THRESHOLD_: '4294967296' };

/** PyTorch beside ours, where there is one; our product never needs it. */
async function startTorch(recipe: TimedRecipe, python: string, threads: string): Promise<Peer | undefined> {
  const args = [peerFile('torch_gan.py'), '--recipe', recipe, '--threads', threads, ...torchSetUp[recipe]];
  try {
    return await startPeer('torch', python, args, { perRound: 3, env: torchEnvironment });
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    say(`without PyTorch (${reason}): pip install torch, and --python PATH where it is not python3`);
    return undefined;
  }
}

const summary = 'time the compiled step beside the peak of this machine, PyTorch and tfjs on wasm';
process.exitCode = await runMain({ bench: { summary, run: bench } }, ['bench', ...process.argv.slice(2)]);
