import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Candidate, chooseFastest } from './auto.ts';
import type { EngineInfo } from './engine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inkling-auto-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

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

/** Chooses by made-up trials; an engine without one fails. */
async function choose(trials: Record<string, [ms: number, loss?: number]>, afresh = false) {
  const said: string[] = [];
  const tried: string[] = [];
  const chosen = await chooseFastest(candidates, {
    say: (sentence) => said.push(sentence),
    file: join(folder, 'deep', 'engine.json'),
    afresh,
    trial: async ({ provider }) => {
      tried.push(provider);
      const [stepMs, loss = 0.5] = trials[provider] ?? [];
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
