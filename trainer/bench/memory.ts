import process from 'node:process';
import { z } from 'zod';
import { loadDigits } from '../data/digits.ts';
import { chooseEngine } from '../engines/choose.ts';
import { startEngine } from '../engines/engine.ts';
import { startTraining } from '../gan/training.ts';
import { gridShape } from '../plan/plan.ts';
import { defaultRecipe } from '../recipes/index.ts';
import { type Overrides, resolveConfig } from '../recipes/recipe.ts';
import { createEpochScorer, splitDigits } from '../session/scores.ts';
import { createSnapshots } from '../session/snapshots.ts';

const megabyte = 2 ** 20;

/**
 * Resident size in MB of a process that trains the default recipe on all digits, after its first epoch and
 * after its last. The epochs are short; everything that an epoch does is in them.
 */
async function residentSizes({
  chosen,
  epochs = 8,
  stepsPerEpoch = 40,
}: {
  readonly chosen: Overrides;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
}): Promise<{ first: number; last: number }> {
  const data = await loadDigits();
  const { config } = resolveConfig(defaultRecipe, chosen);
  const engine = startEngine(await chooseEngine(config));
  const { seen: digits } = splitDigits(data, config);
  const training = await startTraining({ recipe: defaultRecipe, config, digits, engine });
  const snapshots = await createSnapshots({ engine, training, grid: { seed: config.seed, ...gridShape } });
  const score = await createEpochScorer({ engine, training, data });
  const sizes: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const from = epoch * stepsPerEpoch;
    for await (const _ of training.play({ from, to: from + stepsPerEpoch }));
    await snapshots.take('with model');
    await score?.();
    await training.state();
    sizes.push(process.memoryUsage().rss / megabyte);
  }
  await engine.dispose();
  return { first: Math.round(sizes[0]!), last: Math.round(sizes.at(-1)!) };
}

// Run by the bench in a process of its own, which holds nothing else.
const [engine, threads] = z.tuple([z.string(), z.coerce.number<string>()]).parse(process.argv.slice(2));
console.log(JSON.stringify(await residentSizes({ chosen: { engine, threads } })));
