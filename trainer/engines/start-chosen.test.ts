import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../errors.ts';
import { chooseEngine } from './choose.ts';
import type { EngineInfo } from './engine.ts';
import { startChosen } from './start-chosen.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-start-'));
  vi.stubEnv('INKLING_AUTO', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** `auto` where the GPUs that are set up are faster than the processor, as long as they work. */
function machine() {
  const gpus = { work: true, tried: 0 };
  const trial = async ({ provider }: EngineInfo) => {
    if (provider === 'cpu') return { stepMs: 9, loss: 0.5 };
    gpus.tried++;
    if (!gpus.work) throw new Error('no adapter');
    return { stepMs: 1, loss: 0.5 };
  };
  return { gpus, auto: { say: vi.fn(), trial, file: join(folder, 'engine.json') } };
}

/** Starts what only the processor can run. */
const onProcessor = vi.fn(async ({ provider }: EngineInfo) => {
  if (provider !== 'cpu') throw new Error('device lost\nsomewhere');
  return provider;
});
beforeEach(() => void onProcessor.mockClear());

describe('the engine that auto remembered', () => {
  const config = { engine: 'auto', threads: 1 } as const;

  it('is forgotten where it stopped working, and another takes over', async () => {
    const { gpus, auto } = machine();
    const remembered = await chooseEngine(config, auto);
    expect(remembered.provider).not.toBe('cpu');
    gpus.work = false;
    expect(await startChosen(remembered, { config, start: onProcessor, auto })).toBe('cpu');
    expect(auto.say).toHaveBeenLastCalledWith(expect.stringContaining('does not work here (no adapter)'));
    expect((await chooseEngine(config, auto)).provider).toBe('cpu');
  });

  it('is named where it can do a trial but not what is started', async () => {
    const { gpus, auto } = machine();
    const remembered = await chooseEngine(config, auto);
    const [{ provider }, tried] = [remembered, gpus.tried];
    await expect(startChosen(remembered, { config, start: onProcessor, auto })).rejects.toThrow(
      `The engine ${provider} does not work here (device lost); use --engine cpu, or see npm run doctor.`,
    );
    expect(gpus.tried).toBe(2 * tried);
    expect(onProcessor).toHaveBeenCalledTimes(1);
  });

  it('is kept where the input is at fault', async () => {
    const { gpus, auto } = machine();
    const remembered = await chooseEngine(config, auto);
    const tried = gpus.tried;
    const start = async () => {
      throw new InputError('train anew');
    };
    await expect(startChosen(remembered, { config, start, auto })).rejects.toThrow('train anew');
    expect(await chooseEngine(config, auto)).toEqual(remembered);
    expect(gpus.tried).toBe(tried);
  });
});

it('replaces no engine that was asked for by its name', async () => {
  const { auto } = machine();
  const config = { engine: 'webgpu', threads: 1 } as const;
  const start = onProcessor;
  await expect(startChosen(await chooseEngine(config), { config, start, auto })).rejects.toThrow(
    'The engine webgpu does not work here (device lost);',
  );
  expect(auto.say).not.toHaveBeenCalled();
});
