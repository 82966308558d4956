import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InputError } from '../errors.ts';
import { type Candidate, chooseEngine, chooseFastest, startChosen } from './choose.ts';
import { physicalCores } from './machine.ts';
import type { EngineInfo } from './program.ts';
import { inWords } from './registry.ts';
import { readSetup } from './tensorflow.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-choose-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the choice of an engine', () => {
  it('on the processor has one thread a core, unless the user says otherwise', async () => {
    const threads = await physicalCores();
    expect(threads >= 1 && threads <= availableParallelism()).toBe(true);
    const whole = await chooseEngine({ engine: 'cpu', threads: 0 });
    expect(whole).toMatchObject({ used: 'onnxruntime', provider: 'cpu', threads });
    const one = await chooseEngine({ engine: 'cpu', threads: 1 });
    expect(one).toMatchObject({ threads: 1, device: expect.stringMatching(/, 1 thread$/) });
  });

  it('names the engine that will be used, not the one asked for', async () => {
    expect(await chooseEngine({ engine: 'webgpu', threads: 3 })).toMatchObject({
      provider: 'webgpu',
      threads: 0,
    });
    expect(await chooseEngine({ engine: 'eager', threads: 3 })).toMatchObject({ used: 'eager', threads: 1 });
  });

  it('refuses one that is not set up here, and offers others', async () => {
    if (readSetup()?.gpu) return;
    const choice = chooseEngine({ engine: 'cuda', threads: 0 });
    await expect(choice).rejects.toBeInstanceOf(InputError);
    await expect(choice).rejects.toThrow(/npm run setup:cuda.*, or use --engine/);
  });

  it('refuses one that there is not', async () => {
    const choice = chooseEngine({ engine: 'wbgpu', threads: 0 });
    await expect(choice).rejects.toThrow('There is no engine wbgpu; did you mean webgpu?');
  });

  it('is called by its runtime and its device', async () => {
    expect(inWords(await chooseEngine({ engine: 'cpu', threads: 2 }))).toMatch(
      /^ONNX Runtime on the CPU, .*, 2 threads$/,
    );
    expect(inWords({ used: 'tensorflow', provider: 'cuda', device: 'NVIDIA L4', threads: 0 })).toBe(
      'TensorFlow on CUDA, NVIDIA L4',
    );
    expect(inWords({ used: 'onnxruntime', provider: 'cuda', device: 'NVIDIA L4', threads: 0 })).toBe(
      'ONNX Runtime on CUDA, NVIDIA L4',
    );
  });
});

const info = (provider: 'cpu' | 'webgpu'): EngineInfo => ({
  used: 'onnxruntime',
  provider,
  device: provider,
  threads: 1,
});
const cuda: EngineInfo = { used: 'tensorflow', provider: 'cuda', device: 'a GPU', threads: 0 };
const candidates: Candidate[] = [
  { name: 'cuda', info: cuda },
  { name: 'webgpu', info: info('webgpu') },
  { name: 'cpu', info: info('cpu') },
];

/** Chooses by made-up probes; an engine without one fails. */
async function choose(probes: Record<string, [ms: number, loss?: number]>, afresh = false) {
  const said: string[] = [];
  const tried: string[] = [];
  const chosen = await chooseFastest(candidates, {
    say: (sentence) => said.push(sentence),
    file: join(folder, 'deep', 'engine.json'),
    afresh,
    probe: async ({ provider }) => {
      tried.push(provider);
      const [stepMs, loss = 0.5] = probes[provider] ?? [];
      if (stepMs === undefined) throw new Error('no adapter');
      return { stepMs, loss };
    },
  });
  return { chosen: chosen.provider, said: said.at(-1), tried };
}

describe('auto', () => {
  it('takes the fastest, and says why', async () => {
    expect(await choose({ cuda: [3], webgpu: [9], cpu: [100] })).toEqual({
      chosen: 'cuda',
      said: 'engine cuda: a trial step takes cuda 3.0 ms, webgpu 9.0 ms, cpu 100.0 ms',
      tried: ['cuda', 'webgpu', 'cpu'],
    });
  });

  it('takes the processor where a GPU is slower', async () => {
    expect((await choose({ webgpu: [300], cpu: [100] })).chosen).toBe('cpu');
  });

  it('warns of an engine that fails', async () => {
    const { chosen, said } = await choose({ webgpu: [9], cpu: [100] });
    expect([chosen, said]).toEqual([
      'webgpu',
      expect.stringMatching(/cuda does not work here \(no adapter\)$/),
    ]);
  });

  it('takes the processor untimed where nothing else works', async () => {
    const { chosen, said, tried } = await choose({ cpu: [100] });
    expect([chosen, tried]).toEqual(['cpu', ['cuda', 'webgpu']]);
    expect(said).toMatch(/^engine cpu: cuda does not work here .*; webgpu does not work here/);
  });

  it('does not take one that computes something else, however fast', async () => {
    const { chosen, said } = await choose({ cuda: [3, 0.7], webgpu: [9, Number.NaN], cpu: [100] });
    expect(chosen).toBe('cpu');
    expect(said).toMatch(/cuda computes a loss of 0.7 where 0.5 is right; webgpu computes a loss of NaN/);
  });

  it('remembers its answer until it is asked to try afresh', async () => {
    await choose({ cuda: [3], cpu: [100] });
    const again = await choose({ webgpu: [1], cpu: [2] });
    expect(again).toEqual({ chosen: 'cuda', said: undefined, tried: [] });
    expect((await choose({ webgpu: [1], cpu: [2] }, true)).chosen).toBe('webgpu');
  });
});

/** `auto` where the GPUs that are set up are faster than the processor, as long as they work. */
function machine() {
  const gpus = { work: true, tried: 0 };
  const probe = async ({ provider }: EngineInfo) => {
    if (provider === 'cpu') return { stepMs: 9, loss: 0.5 };
    gpus.tried++;
    if (!gpus.work) throw new Error('no adapter');
    return { stepMs: 1, loss: 0.5 };
  };
  return { gpus, auto: { say: vi.fn(), probe, file: join(folder, 'engine.json') } };
}

/** Starts what only the processor can run. */
const onProcessor = vi.fn(async ({ provider }: EngineInfo) => {
  if (provider !== 'cpu') throw new Error('device lost\nsomewhere');
  return provider;
});
beforeEach(() => void onProcessor.mockClear());

describe('the engine that auto remembered', () => {
  beforeEach(() => void vi.stubEnv('INKLING_AUTO', ''));
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

  it('is named where it passes a probe but not what is started', async () => {
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
