import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectSentence, fuzzed, fuzzTimeout, textMutation } from '../artifacts/mutate-fixture.ts';
import { schemaFlags } from '../cli/flags.ts';
import { configSchema } from '../config.ts';
import { mlp } from '../recipes/mlp.ts';
import { resolveConfig } from '../recipes/recipe.ts';
import { marksOf, planSchema, readPlan } from '../trials/plan.ts';
import { configFlag, readOverrides } from './config-file.ts';

vi.setConfig({ testTimeout: fuzzTimeout });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Gives every mutation of a JSON file to a check. */
async function tryAll(original: unknown, check: (file: string) => Promise<void>): Promise<void> {
  const file = join(folder, 'my.json');
  const written = Buffer.from(`${JSON.stringify(original, null, 2)}\n`);
  await fc.assert(
    fc.asyncProperty(textMutation, async (mutate) => {
      await writeFile(file, mutate(written));
      await check(file);
    }),
    fuzzed(),
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

it('takes from any configuration file settings that there are, or says in a sentence why not', async () => {
  const { config } = resolveConfig(mlp);
  const table = { ...schemaFlags(configSchema), config: configFlag };
  await tryAll(config, async (file) => {
    const chosen = await readOverrides({ config: file }, table).catch(expectSentence);
    if (chosen) expect(configSchema.partial().parse(chosen)).toEqual(chosen);
  });
});

it('carries out any plan that it can, or says in a sentence why not', async () => {
  const variants = { light: { recipe: 'mlp', changes: { batch: 50 } }, heavy: { recipe: 'r3', changes: {} } };
  const plan = {
    about: 'Two nets.',
    seconds: [10, 20],
    tflop: [1, 50],
    seeds: [1, 2],
    against: 'test',
    variants,
  };
  await tryAll(plan, async (file) => {
    const read = await readPlan(file).catch(expectSentence);
    if (!read) return;
    expect(planSchema.parse(read)).toEqual(read);
    const marks = marksOf(read, { ms: 2, gflop: 3 });
    expect(marks).toEqual(marks.toSorted((a, b) => a - b));
  });
});
