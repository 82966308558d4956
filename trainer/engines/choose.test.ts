import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { InputError } from '../errors.ts';
import { chooseEngine, physicalCores } from './choose.ts';
import { readSetup } from './tensorflow/setup-record.ts';

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
});
