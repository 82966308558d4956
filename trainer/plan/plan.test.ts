import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../compile/compiled-fixture.ts';
import { tf } from '../compile/tf.ts';
import { type Engine, startEngine } from '../engines/engine.ts';
import { cpu } from '../engines/onnxruntime.ts';
import { buildGan } from '../gan/gan.ts';
import { tinyConditional, tinyConvolutional, tinySpectral } from '../gan/tiny-fixture.ts';
import { madeUpDigits, tinyConfig, toy } from '../gan/toy-fixture.ts';
import { compileGan, startTraining } from '../gan/training.ts';
import { firstState, firstValues } from './first-values.ts';
import { planSchema } from './plan.ts';
import { play } from './play.ts';

const digits = madeUpDigits(16);

describe.each([toy, tinyConvolutional, tinyConditional, tinySpectral])('the plan of $name', (recipe) => {
  const config = tinyConfig(recipe, { emaDecay: 0.9, seed: 5, dropout: recipe === tinySpectral ? 0 : 0.3 });

  it('begins with the numbers that the networks hold', () => {
    const gan = buildGan(recipe, config);
    const { plan, step } = compileGan(gan);
    expect(firstState(plan, 5)).toEqual(step.initialState());
    expect(firstState(plan, 6)).not.toEqual(step.initialState());
    gan.dispose();
    tf.disposeVariables();
  });
});

describe('a plan', () => {
  let engine: Engine;
  beforeAll(() => {
    engine = startEngine(localEngine);
  });
  afterAll(() => engine.dispose());

  it('played from its bytes alone is the training that it was made from', async () => {
    const config = tinyConfig(toy, { emaDecay: 0.9, dropout: 0.3, gradientPenalty: 1, penaltyBatch: 2 });
    const training = await startTraining({ recipe: toy, config, digits, engine });
    const { bytes, step } = training.compiled.plan.programs.step;
    const asText = JSON.stringify({ ...training.compiled.plan, programs: undefined });
    const { programs } = training.compiled.plan;
    const plan = v.parse(planSchema, { ...JSON.parse(asText), programs });
    const program = await cpu.load({ bytes, step }, firstState(plan, config.seed), 1);
    const expected = [];
    for await (const played of training.play({ to: 6 })) expected.push(played);
    const played = [];
    for await (const step of play(plan, program, { digits, seed: config.seed, to: 6 })) played.push(step);
    expect(played).toEqual(expected);
    await training.dispose();
  });

  it.each([
    ['an input that nothing feeds', { inputs: { real: { feed: 'dreams', shape: [] } } }],
    ['a slot of no shape', { state: [{ name: 'w', first: { begins: 'constant', value: 0 } }] }],
    ['bytes that are none', { programs: { step: { bytes: 'AAAA', step: {} } } }],
  ])('with %s is none', (_, fault) => {
    const gan = buildGan(toy, tinyConfig(toy));
    const { plan } = compileGan(gan);
    expect(v.safeParse(planSchema, plan).success).toBe(true);
    expect(v.safeParse(planSchema, { ...plan, ...fault }).success).toBe(false);
    gan.dispose();
  });

  it('yields its steps one by one, and none before it is asked', async () => {
    const asked: number[] = [];
    const run = async ({ n }: Record<string, Float32Array>) => {
      asked.push(n![0]!);
      return { loss: Float32Array.of(n![0]!) };
    };
    const schedule = { curve: 'line' } as const;
    const inputs = { n: { feed: 'number', shape: [], value: 8, schedule } } as const;
    const plan = { inputs, batch: 2, epochs: 1, results: ['loss'] as const };
    const steps = play(plan, { run }, { digits, seed: 1, from: 4, to: 8 });
    expect(asked).toEqual([]);
    expect((await steps.next()).value).toEqual({ step: 5, results: { loss: 4 } });
    expect(asked).toEqual([4]);
    const rest = [];
    for await (const { step } of steps) rest.push(step);
    expect(rest).toEqual([6, 7, 8]);
  });
});

describe('first values', () => {
  it('that are truncated are those of the stream that are within two deviations, whatever their number', () => {
    const first = { begins: 'normal', index: 3, mean: 0, deviation: 1 } as const;
    const whole = firstValues({ ...first, truncated: false }, 5000, 1);
    const within = whole.filter((value) => Math.abs(value) <= 2);
    expect(within.length).toBeLessThan(4900);
    expect(firstValues({ ...first, truncated: true }, within.length, 1)).toEqual(within);
    expect(firstValues({ ...first, truncated: true }, 10, 1)).toEqual(within.slice(0, 10));
  });
});

/** Everything that a module imports when it runs, followed through our own files; types leave nothing to import. */
async function importsOf(file: string, seen = new Map<string, string[]>()): Promise<Map<string, string[]>> {
  if (seen.has(file)) return seen;
  const source = await readFile(file, 'utf8');
  const imports = [
    ...source.matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/gm),
  ];
  const names = imports.map(([, plain, late]) => plain ?? late ?? '');
  seen.set(
    file,
    names.filter((name) => !name.startsWith('.')),
  );
  for (const name of names.filter((other) => other.startsWith('.')))
    await importsOf(resolve(dirname(file), name), seen);
  return seen;
}

it('what a browser plays, draws and reads a run with is free of Node and of tfjs', async () => {
  const trainer = resolve(import.meta.dirname, '..');
  const rooms = await Promise.all(
    ['plan', 'random'].map(async (room) => {
      const files = await readdir(join(trainer, room));
      return files
        .filter((name) => /^[^.]+\.ts$/.test(name) && !name.includes('fixture'))
        .map((name) => join(room, name));
    }),
  );
  const files = [...rooms.flat(), 'export/pixels.ts', 'artifacts/schema.ts', 'engines/onnx-program.ts'];
  for (const file of files) {
    const imported = [...(await importsOf(join(trainer, file))).values()].flat();
    expect(
      imported.filter((name) => !['valibot', 'zod', 'fastest-levenshtein'].includes(name)),
      file,
    ).toEqual([]);
  }
});
