import { mkdir, readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { writeWhole } from '../disk/files.ts';
import { FailedError, firstLine, InputError, unknownName } from '../errors.ts';
import { type Probe, probeEngine } from './probe.ts';
import type { EngineInfo, EngineKind } from './program.ts';
import { engineNames, engines, kindOf } from './registry.ts';

export interface AutoOptions {
  /** Hears which engine was taken and why, after probes. */
  say(sentence: string): void;
  /** Where the answer is kept. */
  readonly file?: string;
  readonly probe?: (info: EngineInfo) => Promise<Probe>;
  /** Probe again though there is an answer. */
  readonly afresh?: boolean;
}

/**
 * The engine that a configuration asks for. Nothing is started: that it works shows when a step is loaded,
 * and there a GPU engine without its GPU is an error.
 *
 * `auto` takes the fastest, or without a probe the one that INKLING_AUTO names, as where tests must not depend
 * on the machine.
 *
 * @param auto.say hears which engine `auto` takes, and why
 * @throws InputError for an engine that there is not, or that was not set up here
 */
export async function chooseEngine(
  { engine, threads }: Pick<Config, 'engine' | 'threads'>,
  auto: Partial<AutoOptions> = {},
): Promise<EngineInfo> {
  if (engine !== 'auto') return await describe(kindNamed(engine), threads);
  const pinned = engineNames.find((name) => name === process.env.INKLING_AUTO);
  if (pinned !== undefined && !auto.afresh) return await describe(kindNamed(pinned), threads);
  const contenders = engines.filter((kind) => kind.auto === 'contender' && kind.here() === true);
  const reference = engines.find((kind) => kind.auto === 'reference')!;
  const names = new Set([...contenders, reference].map(({ name }) => name));
  const candidates = [...names].map(async (name): Promise<Candidate> => {
    const kind = kindNamed(name);
    return { name, version: kind.version?.(), info: await describe(kind, threads) };
  });
  return await chooseFastest(await Promise.all(candidates), { say: () => {}, ...auto });
}

/** @throws InputError for a name that no engine has, and for one whose engines are not here */
function kindNamed(name: string): EngineKind {
  const kinds = engines.filter((kind) => kind.name === name);
  const found = kinds.find((kind) => kind.here() === true);
  if (found) return found;
  throw new InputError(String(kinds[0]?.here() ?? unknownName('engine', name, ['auto', ...engineNames])));
}

const describe = async (kind: EngineKind, threads: number): Promise<EngineInfo> => ({
  used: kind.used,
  provider: kind.provider,
  ...(await kind.describe(threads)),
});

/** An engine that `auto` may take, by the name that takes it. */
export interface Candidate {
  readonly name: string;
  /** Of what it runs on. */
  readonly version?: string | undefined;
  readonly info: EngineInfo;
}

const answerSchema = z.strictObject({
  /** What the answer holds for: the machine's parts and the versions of what was tried. */
  circumstances: z.string(),
  name: z.string(),
});

const answerFile = fileURLToPath(new URL('../../.cache/engine.json', import.meta.url));

/**
 * The fastest of the candidates that really work, by a short probe of each; the last of them is the one that
 * works everywhere. The answer is told when it is found, and kept until something that it depends on changes.
 */
export async function chooseFastest(
  candidates: readonly Candidate[],
  { say, file = answerFile, probe = probeEngine, afresh = false }: AutoOptions,
): Promise<EngineInfo> {
  const circumstances = JSON.stringify([
    process.version,
    process.platform,
    process.arch,
    cpus()[0]?.model,
    candidates.map(({ name, version }) => [name, version]),
  ]);
  const named = ({ name }: { readonly name: string }) =>
    (candidates.find((candidate) => candidate.name === name) ?? candidates.at(-1)!).info;
  const known = afresh ? undefined : await readAnswer(file);
  if (known?.circumstances === circumstances) return named(known);
  const { name, why } = await compare(candidates, probe, say);
  say(`engine ${name}: ${why}`);
  const answer = { circumstances, name };
  // Where nothing can be kept, the next run tries again.
  await mkdir(dirname(file), { recursive: true })
    .then(() => writeWhole(file, JSON.stringify(answer)))
    .catch(() => undefined);
  return named(answer);
}

async function readAnswer(file: string) {
  try {
    return answerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Losses of one step on two engines are this close, relatively, where both are right. */
const tolerance = 1e-2;

/** Probes the candidates in their order; the last is not timed where no other works. */
async function compare(
  candidates: readonly Candidate[],
  probe: NonNullable<AutoOptions['probe']>,
  say: AutoOptions['say'],
): Promise<{ name: string; why: string }> {
  const [last, others] = [candidates.at(-1)!, candidates.slice(0, -1)];
  say('trying which engine is the fastest here …');
  const faults: string[] = [];
  const working: { name: string; probed: Probe }[] = [];
  for (const { name, info } of others) {
    try {
      working.push({ name, probed: await probe(info) });
    } catch (error) {
      faults.push(`${name} does not work here (${firstLine(error)})`);
    }
  }
  if (working.length === 0) return { name: last.name, why: faults.join('; ') };
  const reference = await probe(last.info);
  const right = working.filter(({ name, probed: { loss } }) => {
    const same = Math.abs(loss - reference.loss) <= tolerance * Math.abs(reference.loss);
    if (!same) faults.push(`${name} computes a loss of ${loss} where ${reference.loss} is right`);
    return same;
  });
  const ranked = [...right, { name: last.name, probed: reference }].toSorted(
    (a, b) => a.probed.stepMs - b.probed.stepMs,
  );
  const times = ranked.map(({ name, probed: { stepMs } }) => `${name} ${stepMs.toFixed(1)} ms`);
  return { name: ranked[0]!.name, why: [`a trial step takes ${times.join(', ')}`, ...faults].join('; ') };
}

/** What to start on an engine that `chooseEngine` chose. */
export interface StartOptions<Started> {
  readonly config: Pick<Config, 'engine' | 'threads'>;
  /** Fails where the engine does not work; an InputError is no fault of the engine. */
  readonly start: (info: EngineInfo) => Promise<Started>;
  readonly auto: AutoOptions;
}

/**
 * Starts what runs on the engine chosen. Where `auto` took a GPU engine by an answer that has gone stale, the answer is
 * forgotten and the engine chosen again by probes, once.
 *
 * @throws FailedError that names the GPU engine that does not work
 */
export async function startChosen<Started>(
  chosen: EngineInfo,
  { config, start, auto }: StartOptions<Started>,
): Promise<Started> {
  const startOn = (info: EngineInfo) =>
    start(info).catch((error: unknown) => {
      throw info.provider === 'cpu' || error instanceof InputError ? error : brokenEngine(info, error);
    });
  try {
    return await startOn(chosen);
  } catch (error) {
    if (config.engine !== 'auto' || chosen.provider === 'cpu' || error instanceof InputError) throw error;
    await rm(auto.file ?? answerFile, { force: true });
    const other = await chooseEngine(config, auto);
    if (other.provider === chosen.provider) throw error;
    return await startOn(other);
  }
}

const brokenEngine = (info: EngineInfo, error: unknown) =>
  new FailedError(
    `The engine ${kindOf(info).name} does not work here (${firstLine(error)}); use --engine cpu, or see npm run doctor.`,
  );
