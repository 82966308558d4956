import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { flagSwitch, number, parseFlags } from '../cli/flags.ts';
import { counted, formatCount, formatDuration } from '../cli/format.ts';
import { onInterrupt } from '../cli/interrupt.ts';
import { runMain } from '../cli/run-command.ts';
import { table } from '../commands/shared.ts';
import { exitCodes, InputError } from '../errors.ts';
import { philox4x32 } from '../random/philox.ts';
import { type Aim, differences, directoryOf, type Life, live, type Phase, phases, sumsOf } from './life.ts';

const flags = {
  kills: number({ description: 'moments to kill at', integer: true, min: 1, max: 100_000, default: 100 }),
  seed: number({
    description: 'the moments follow from this number',
    integer: true,
    min: 0,
    max: 2 ** 32 - 1,
    default: 1,
  }),
  json: flagSwitch({ description: 'the summary as one JSON object on standard output' }),
};

const everyEpoch = '--publish-every 1 --model-every 1 --score-every 1'.split(' ');

/** One that scores its epochs, in large and few steps; and one with classes and averaged weights. */
const subjects = [
  { recipe: 'mlp', flags: ['--batch', '4096', '--epochs', '2', ...everyEpoch], phases },
  {
    recipe: 'conditional',
    flags: ['--batch', '32', '--limit', '640', '--epochs', '3', ...everyEpoch],
    // Only what all of MNIST trains is scored on the way.
    phases: phases.filter((phase) => phase !== 'epoch scores'),
  },
] as const;

/** Numbers from 0 to 1, the same for the same address. */
function randoms(seed: number, life: number, number: number): number[] {
  const words = new Uint32Array(4);
  philox4x32(words, life, number, 0, 0, seed, 0);
  return [...words].map((word) => word / 2 ** 32);
}

/**
 * The moments of one life: one in each phase, in random order, but that the end comes last. The first may be in a later
 * epoch; what comes after a kill comes soon, before the run has ended.
 */
function aimsOf(seed: number, life: number, within: readonly Phase[]): Aim[] {
  const drawn = within.map((phase, i) => {
    const [order, share, epoch] = randoms(seed, life, i) as [number, number, number];
    const again = phase !== 'start' && phase !== 'closing scores' && epoch < 0.5;
    return { order: phase === 'closing scores' ? 1 : order, phase, share, skip: again ? 1 : 0 };
  });
  drawn.sort((a, b) => a.order - b.order);
  return drawn.map(({ phase, share, skip }, i) => ({ phase, share, skip: i === 0 ? skip : 0 }));
}

interface Tally {
  readonly recipe: string;
  readonly kills: Phase[];
  lives: number;
  exact: number;
  resumes: number;
  reads: number;
}

function describe(tallies: readonly Tally[], { seed, seconds }: { seed: number; seconds: number }): string {
  const right = (value: string | number, title: string) => String(value).padStart(title.length);
  const columns: readonly (readonly [string, (tally: Tally) => number])[] = [
    ...phases.map(
      (phase) => [phase, ({ kills }: Tally) => kills.filter((kill) => kill === phase).length] as const,
    ),
    ['kills', ({ kills }) => kills.length],
    ['resumes', ({ resumes }) => resumes],
    ['runs', ({ lives }) => lives],
    ['bit-exact', ({ exact }) => exact],
    ['watcher reads', ({ reads }) => reads],
  ];
  return [
    table([
      ['killed in', ...columns.map(([title]) => title)],
      ...tallies.map((tally) => [
        tally.recipe,
        ...columns.map(([title, value]) => right(formatCount(value(tally)), title)),
      ]),
    ]),
    `\nSeed ${seed}, in ${formatDuration(seconds)}.\n`,
  ].join('');
}

/** A line that is redrawn on a terminal; silence elsewhere. */
const show = (line: string) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}`);
};

async function crash(argv: string[]): Promise<number> {
  const { kills, seed, json } = parseFlags(flags, argv);
  if (process.platform === 'win32')
    throw new InputError('Windows has no kill -9; run this on Linux or macOS, or in WSL.');
  const start = performance.now();
  const root = await mkdtemp(join(tmpdir(), 'inkling-crash-'));
  const interrupt = onInterrupt({ say: () => show('') });
  const { signal } = interrupt;
  const tallies = subjects.map(
    ({ recipe }): Tally => ({ recipe, kills: [], lives: 0, exact: 0, resumes: 0, reads: 0 }),
  );
  const faults: string[] = [];
  const done = () => tallies.reduce((sum, tally) => sum + tally.kills.length, 0);
  const tell = (what: string, since = start) => {
    const rate = done() / Math.max(1, (performance.now() - since) / 1000);
    const pace =
      rate > 0 ? `  ${(60 * rate).toFixed(1)} a minute  ${formatDuration((kills - done()) / rate)} left` : '';
    show(`kills ${done()}/${kills}${pace}  ${what}`);
  };
  try {
    const whole = new Map<string, { life: Life; sums: Awaited<ReturnType<typeof sumsOf>> }>();
    for (const subject of subjects) {
      const { recipe } = subject;
      tell(`${recipe} without a stop`);
      const artifacts = join(root, `${recipe}-whole`);
      const life = await live(subject, { artifacts, signal });
      whole.set(recipe, { life, sums: await sumsOf(directoryOf(artifacts)) });
      faults.push(...life.faults.map((fault) => `${fault}, in ${artifacts}`));
    }
    const since = performance.now();
    for (let number = 1; done() < kills; number++) {
      const place = (number - 1) % subjects.length;
      const [subject, tally] = [subjects[place]!, tallies[place]!];
      const { life, sums } = whole.get(subject.recipe)!;
      const artifacts = join(root, `${subject.recipe}-${number}`);
      const about = `${subject.recipe}, run ${number}`;
      const aims = aimsOf(seed, number, subject.phases).slice(0, kills - done());
      tell(about, since);
      const onKill = (phase: Phase) => {
        tally.kills.push(phase);
        tell(`${about}: ${phase}`, since);
      };
      const found = await live(subject, { artifacts, aims, lengths: life.lengths, onKill, signal });
      const different = differences(sums, await sumsOf(directoryOf(artifacts)));
      tally.lives++;
      tally.resumes += found.resumes;
      tally.reads += found.reads;
      if (different.length === 0) tally.exact++;
      else faults.push(`${artifacts} differs in ${different.join(', ')}`);
      faults.push(...found.faults.map((fault) => `${fault}, in ${artifacts}`));
      if (different.length + found.faults.length === 0) await rm(artifacts, { recursive: true });
    }
  } catch (error) {
    if (!interrupt.stopping) faults.push(error instanceof Error ? error.message : String(error));
  } finally {
    interrupt.dispose();
    show('');
    if (faults.length === 0) await rm(root, { recursive: true, force: true });
  }
  if (interrupt.stopping) return interrupt.exitCode;
  const found = { seed, seconds: (performance.now() - start) / 1000, recipes: tallies, faults };
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : describe(tallies, found));
  if (faults.length === 0) return exitCodes.done;
  process.stderr.write(`${faults.join('\n')}\n${counted(faults.length, 'fault')}; all is kept in ${root}\n`);
  return exitCodes.failed;
}

const summary =
  'kill trainings at random moments and go on with them: all must end as one that never stopped';
process.exitCode = await runMain({ 'test:crash': { summary, run: crash } }, [
  'test:crash',
  ...process.argv.slice(2),
]);
