import type { Config } from '../config.ts';
import { FailedError, firstLine, InputError } from '../errors.ts';
import { type AutoOptions, forgetAnswer } from './auto.ts';
import { chooseEngine } from './choose.ts';
import type { EngineInfo } from './engine.ts';

/** What to start on an engine that `chooseEngine` chose. */
export interface StartOptions<Started> {
  readonly config: Pick<Config, 'engine' | 'threads'>;
  /** Fails where the engine does not work; an InputError is no fault of the engine. */
  readonly start: (info: EngineInfo) => Promise<Started>;
  readonly auto: AutoOptions;
}

/**
 * Starts what runs on the engine chosen. Where `auto` took a GPU engine by an answer that has gone stale, the answer is
 * forgotten and the engine chosen again by trial, once.
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
    await forgetAnswer(auto.file);
    const other = await chooseEngine(config, auto);
    if (other.provider === chosen.provider) throw error;
    return await startOn(other);
  }
}

/** A GPU engine is called by its provider. */
const brokenEngine = ({ provider }: EngineInfo, error: unknown) =>
  new FailedError(
    `The engine ${provider} does not work here (${firstLine(error)}); use --engine cpu, or see npm run doctor.`,
  );
