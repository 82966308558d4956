import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holderOf } from '../artifacts/lock.ts';
import { listRuns, readHistory, readRun } from '../artifacts/reader.ts';
import { tf } from '../compile/tf.ts';
import { tileDigits, toBytes } from '../export/pixels.ts';
import { decodeGreyPng } from '../export/png-fixture.ts';
import { toy } from '../gan/toy-fixture.ts';
import { generatorInput, rowLabel } from '../random/latents.ts';
import { mlp } from '../recipes/mlp.ts';
import type { Recipe } from '../recipes/recipe.ts';
import { computedBy, tinyName, trainTiny } from './train-fixture.ts';

let artifacts: string;
beforeEach(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'inkling-'));
});
afterEach(() => rm(artifacts, { recursive: true }));

const folder = () => join(artifacts, tinyName);

/** Loads a published generator as a browser does: nothing but tfjs and two files behind a URL. */
async function loadPublished(epoch: number) {
  const fetchFunc = async (url: string | URL | Request) =>
    new Response(
      await readFile(
        join(folder(), `models/${String(epoch).padStart(4, '0')}`, String(url).split('/').at(-1)!),
      ),
      {
        headers: { 'content-type': 'application/json' },
      },
    );
  return await tf.loadLayersModel(tf.io.http('http://gallery/model.json', { fetchFunc }));
}

/** The largest difference, in bytes, between the published grid and the one that the published model draws. */
async function gridError(epoch: number): Promise<number> {
  const { generator, grid } = await readRun(folder());
  const { latentSize, classes, range } = generator;
  const count = grid.rows * grid.columns;
  const labelOf = rowLabel(grid.columns, classes);
  const model = await loadPublished(epoch);
  const input = generatorInput({ seed: grid.seed, first: 0, count, latentSize, classes, labelOf });
  const images = tf.tidy(() => {
    const drawn = model.predict(tf.tensor2d(input, [count, latentSize + classes])) as ReturnType<
      typeof tf.tensor
    >;
    return drawn.dataSync() as Float32Array;
  });
  model.dispose();
  const drawn = tileDigits(toBytes(images, range), grid);
  const { pixels } = await decodeGreyPng(join(folder(), `epochs/${String(epoch).padStart(4, '0')}.png`));
  return drawn.reduce((worst, byte, i) => Math.max(worst, Math.abs(byte - pixels[i]!)), 0);
}

describe('a published generator', () => {
  it.each([
    ['mlp', mlp, {}],
    ['toy', toy, { emaDecay: 0.9 }],
  ] as const)("draws its epoch's grid within one grey level, of %s", async (_, recipe: Recipe, chosen) => {
    const before = tf.memory().numTensors;
    await trainTiny({ artifacts, recipe, chosen: { ...chosen, epochs: 2, learningRateG: 0.01 } });
    for (const epoch of [0, 1, 2]) expect(await gridError(epoch)).toBeLessThanOrEqual(1);
    const [first, last] = await Promise.all(
      ['0000', '0002'].map((n) => readFile(join(folder(), `epochs/${n}.png`))),
    );
    expect(first).not.toEqual(last);
    // The GAN itself stays; three models came and went.
    expect(tf.memory().numTensors - before).toBeLessThan(60);
  });

  it('comes at its own epochs, and a grid with it', async () => {
    await trainTiny({ artifacts, recipe: toy, chosen: { epochs: 7, publishEvery: 3, modelEvery: 2 } });
    const { epochs } = await readRun(folder());
    expect(epochs.map(({ epoch, model }) => [epoch, model !== null])).toEqual([
      ...[
        [0, true],
        [2, true],
        [3, false],
        [4, true],
        [6, true],
        [7, true],
      ],
    ]);
  });
});

describe('a run that goes wrong', () => {
  it('diverges where the discriminator wins for good, and keeps what it had published', async () => {
    const chosen = {
      learningRateG: 1e-9,
      learningRateD: 0.05,
      limit: 0,
      scoreEvery: 0,
      epochs: 1,
      publishEvery: 9,
      modelEvery: 9,
    };
    const end = await trainTiny({ artifacts, recipe: toy, chosen });
    expect(end).toMatchObject({ status: 'diverged', epochs: 0 });
    expect(end.message).toMatch(
      /right beyond doubt .*Try a lower --learning-rate-d.* Epoch 0 is the last published\.$/,
    );
    expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'diverged', message: end.message } }]);
    expect(await gridError(0)).toBeLessThanOrEqual(1);
  });

  it('keeps the last good epoch, its model and its checkpoint, when the numbers run away later', async () => {
    const end = await trainTiny({
      artifacts,
      replace: ({ play }) => ({
        async *play(steps) {
          for await (const { step, results } of play(steps))
            yield { step, results: { ...results, ...(step === 20 && { lossG: Number.NaN }) } };
        },
      }),
    });
    expect(end).toMatchObject({ status: 'diverged', step: 19, epochs: 1 });
    expect(end.message).toMatch(/^lossG is NaN at step 20: .* Epoch 1 is the last published\.$/);
    const [listed] = await listRuns(artifacts);
    expect(listed?.run?.epochs.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(listed?.history?.steps.step.at(-1)).toBe(19);
    expect(await gridError(1)).toBeLessThanOrEqual(1);
  });

  it('publishes no epoch whose weights are no numbers any more', async () => {
    const broken = { name: 'g_out/kernel', shape: [1], values: Float32Array.of(Number.NaN) };
    let saves = 0;
    const end = await trainTiny({
      artifacts,
      replace: ({ state }) => ({
        state: async () => (++saves > 2 ? [...(await state()), broken] : await state()),
      }),
    });
    expect(end).toMatchObject({ status: 'diverged' });
    expect(end.message).toMatch(/^g_out\/kernel is NaN at step 24/);
    expect((await readRun(folder())).epochs.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect((await readHistory(folder())).epochs).toHaveLength(1);
  });

  it('ends with an error when tensors are left behind, and says how to go on', async () => {
    const leaked: { dispose(): void }[] = [];
    const onStep = () => void leaked.push(tf.scalar(1));
    const words: unknown[] = [];
    const onWords = (said: unknown) => void words.push(said);
    await expect(trainTiny({ artifacts, recipe: toy, onStep, onWords })).rejects.toThrow(
      /12 tensors were left behind by step 12/,
    );
    for (const tensor of leaked) tensor.dispose();
    expect(words).toEqual([
      `tiny stopped by an error; go on from what it has saved with: train --resume tiny --artifacts ${artifacts}`,
    ]);
  });
});

describe('a run that is stopped before its first step', () => {
  it('writes nothing', async () => {
    const end = await trainTiny({ artifacts, stopAfter: 0 });
    expect(end).toMatchObject({ status: 'stopped', folder: null, step: 0 });
    expect(await readdir(artifacts)).toEqual([]);
  });
});

describe('a run that is cut off before its first checkpoint', () => {
  const full = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));

  it.each(['weights', 'state'] as const)(
    'goes on from its start, and ends as one that never stopped: no %s',
    async (part) => {
      const tiny = { artifacts, recipe: toy, chosen: { epochs: 1, seed: 7 } };
      await trainTiny(tiny);
      const whole = await computedBy(artifacts);
      await rm(folder(), { recursive: true });

      await expect(trainTiny({ ...tiny, replace: () => ({ [part]: full }) })).rejects.toThrow('ENOSPC');
      expect(await listRuns(artifacts)).toMatchObject([{ run: { status: 'stopped' } }]);
      expect(await readdir(folder())).not.toContain('checkpoint.safetensors');
      await trainTiny({ ...tiny, resume: true });
      expect(await computedBy(artifacts)).toEqual(whole);
    },
  );

  it('is not taken for one that has trained and lost its checkpoint', async () => {
    const tiny = { artifacts, recipe: toy, chosen: { epochs: 3 } };
    await trainTiny({ ...tiny, stopAfter: 2 });
    await rm(join(folder(), 'checkpoint.safetensors'));
    await expect(trainTiny({ ...tiny, resume: true })).rejects.toThrow('it has no checkpoint');
  });
});

describe('a run under way', () => {
  it('is locked, and free again when it has ended', async () => {
    const seen: string[][] = [];
    await trainTiny({
      ...{ artifacts, recipe: toy, chosen: { epochs: 1 } },
      onStep: () => void readdir(folder()).then((names) => seen.push(names)),
    });
    expect(seen.flat()).toContain('training.lock');
    expect(await readdir(folder())).not.toContain('training.lock');
    expect(await holderOf(folder())).toBeUndefined();
  });
});

describe('the eager engine', () => {
  it('trains as the compiled one does', async () => {
    const train = async (engine: 'cpu' | 'eager') => {
      await trainTiny({ artifacts, chosen: { engine, batch: 8, limit: 40, epochs: 1 } });
      const { steps } = await readHistory(folder());
      await rm(folder(), { recursive: true });
      return [...steps.lossD, ...steps.lossG];
    };
    const [compiled, eager] = [await train('cpu'), await train('eager')];
    expect(compiled).toHaveLength(10);
    expect(eager).toEqual(compiled.map((loss) => expect.closeTo(loss, 3)));
  });
});
