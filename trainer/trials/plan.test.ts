import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InputError } from '../errors.ts';
import { marksOf, planSchema, readPlan } from './plan.ts';
import { readResults } from './results.ts';
import { plan, results } from './trials-fixture.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-trials-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(contents: unknown): Promise<string> {
  const file = join(folder, 'x.json');
  await writeFile(file, JSON.stringify(contents));
  return file;
}
const { light, heavy } = results.variants;
const now = { device: results.device, configs: { light: light!.config, heavy: heavy!.config } };

test('a plan changes what it names and leaves everything else to the recipe', () => {
  const variants = {
    steady: { recipe: 'conditional', changes: { gradientPenalty: 3 } },
    plain: { recipe: 'r3' },
  };
  expect(planSchema.parse({ ...plan, variants }).variants).toEqual({
    steady: { recipe: 'conditional', changes: { gradientPenalty: 3 } },
    plain: { recipe: 'r3', changes: {} },
  });
});

test('a variant is scored at every time, and at the work that it does until the last of them', () => {
  expect(marksOf(plan, light!.pace)).toEqual([500, 1000, 2000]);
  expect(marksOf(plan, heavy!.pace)).toEqual([100, 200]);
});

test.each([
  ['times that do not ascend', { seconds: [20, 10] }, 'is no plan: seconds: must ascend.'],
  [
    'a setting that a trial has its own of',
    { variants: { few: { recipe: 'mlp', changes: { limit: 100 } } } },
    'is no plan: variants.few.changes: Unrecognized key: "limit".',
  ],
  ['a seed that no run can have', { seeds: [2 ** 32] }, 'is no plan: seeds[0]: '],
  ['seeds without end', { seeds: Array(1001).fill(1) }, 'is no plan: seeds: '],
  ['a missing list', { seeds: undefined }, 'is no plan: seeds: '],
])('a plan with %s is refused in a sentence', async (_, changes, sentence) => {
  const reading = readPlan(await fileOf({ ...plan, ...changes }));
  await expect(reading).rejects.toThrow(InputError);
  await expect(reading).rejects.toThrow(sentence);
});

test('results are gone on with when variants and seeds were added to their plan', async () => {
  const more = { ...plan, seeds: [1, 2, 3, 4], variants: { ...plan.variants, new: plan.variants.light! } };
  expect(await readResults(await fileOf(results), more, now)).toEqual(results);
  expect(await readResults(join(folder, 'none.json'), plan, now)).toBeUndefined();
});

test.each([
  ['other times', { ...plan, seconds: [10, 30] }, now, 'its plan had seconds [10,20]'],
  ['other real digits', { ...plan, against: 'held out' as const }, now, 'its plan had against "test"'],
  ['another machine', plan, { ...now, device: 'Another' }, 'it was measured on A processor'],
  [
    'other settings of a variant',
    plan,
    { ...now, configs: { ...now.configs, light: { ...light!.config, batch: 7 } } },
    'its light had other settings',
  ],
])('results with %s are not mixed with those of this plan', async (_, changed, place, reason) => {
  await expect(readResults(await fileOf(results), changed, place)).rejects.toThrow(
    `does not belong to this plan (${reason}); move it away to begin anew.`,
  );
});

test('results that are none are refused, not written over', async () => {
  await expect(readResults(await fileOf({ rows: 3 }), plan, now)).rejects.toThrow(InputError);
});
