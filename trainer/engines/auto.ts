import { mkdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeWhole } from '../artifacts/atomic.ts';
import { firstLine } from '../errors.ts';
import type { EngineInfo } from './engine.ts';
import { readSetup } from './tensorflow/setup-record.ts';
import { type Trial, tryEngine } from './trial.ts';

const onnxruntime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };

/** An engine that `auto` may take, by the name that takes it. */
export interface Candidate {
  readonly name: string;
  readonly info: EngineInfo;
}

const answerSchema = z.strictObject({
  /** What the answer holds for: the machine's parts and the versions of what was tried. */
  circumstances: z.string(),
  name: z.string(),
});

export const answerFile = fileURLToPath(new URL('../../.cache/engine.json', import.meta.url));

export interface AutoOptions {
  /** Hears which engine was taken and why, after a trial. */
  say(sentence: string): void;
  readonly file?: string;
  readonly trial?: (info: EngineInfo) => Promise<Trial>;
  /** Try again though there is an answer. */
  readonly afresh?: boolean;
}

/**
 * The fastest of the candidates that really work, by a short trial of each; the last of them is the one that
 * works everywhere. The answer is told when it is found, and kept until something that it depends on changes.
 */
export async function chooseFastest(
  candidates: readonly Candidate[],
  { say, file = answerFile, trial = tryEngine, afresh = false }: AutoOptions,
): Promise<EngineInfo> {
  const circumstances = JSON.stringify([
    process.version,
    onnxruntime.version,
    process.platform,
    process.arch,
    cpus()[0]?.model,
    readSetup(),
    candidates.map(({ name }) => name),
  ]);
  const named = ({ name }: { readonly name: string }) =>
    (candidates.find((candidate) => candidate.name === name) ?? candidates.at(-1)!).info;
  const known = afresh ? undefined : await readAnswer(file);
  if (known?.circumstances === circumstances) return named(known);
  const { name, why } = await compare(candidates, trial, say);
  say(`engine ${name}: ${why}`);
  const answer = { circumstances, name };
  // Where nothing can be kept, the next run tries again.
  await mkdir(dirname(file), { recursive: true })
    .then(() => writeWhole(file, JSON.stringify(answer)))
    .catch(() => undefined);
  return named(answer);
}

/** Forgets the answer that is kept, so that the next choice is by trial. */
export const forgetAnswer = (file = answerFile): Promise<void> => rm(file, { force: true });

async function readAnswer(file: string) {
  try {
    return answerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Losses of one step on two engines are this close, relatively, where both are right. */
const tolerance = 1e-2;

/** Tries the candidates in their order; the last is not timed where no other works. */
async function compare(
  candidates: readonly Candidate[],
  trial: NonNullable<AutoOptions['trial']>,
  say: AutoOptions['say'],
): Promise<{ name: string; why: string }> {
  const [last, others] = [candidates.at(-1)!, candidates.slice(0, -1)];
  say('trying which engine is the fastest here …');
  const faults: string[] = [];
  const working: { name: string; trial: Trial }[] = [];
  for (const { name, info } of others) {
    try {
      working.push({ name, trial: await trial(info) });
    } catch (error) {
      faults.push(`${name} does not work here (${firstLine(error)})`);
    }
  }
  if (working.length === 0) return { name: last.name, why: faults.join('; ') };
  const reference = await trial(last.info);
  const right = working.filter(({ name, trial: { loss } }) => {
    const same = Math.abs(loss - reference.loss) <= tolerance * Math.abs(reference.loss);
    if (!same) faults.push(`${name} computes a loss of ${loss} where ${reference.loss} is right`);
    return same;
  });
  const ranked = [...right, { name: last.name, trial: reference }].toSorted(
    (a, b) => a.trial.stepMs - b.trial.stepMs,
  );
  const times = ranked.map(({ name, trial: { stepMs } }) => `${name} ${stepMs.toFixed(1)} ms`);
  return { name: ranked[0]!.name, why: [`a trial step takes ${times.join(', ')}`, ...faults].join('; ') };
}
